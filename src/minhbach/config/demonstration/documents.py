"""The papers behind the figures: citations for every criterion, and a few real files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile

from minhbach.indices.actions import criteria
from minhbach.indices.models import Entry
from minhbach.org.models import Account
from minhbach.papers import Document, Letterhead, Paragraph, Signature, to_docx, to_pdf

#: Criterion → (abbreviation of the kind, title, month and day of issue). {year} is the year scored.
KINDS = {
    "3.1": ("KH", "Kế hoạch kiểm soát thủ tục hành chính năm {year}", (1, 18)),
    "3.2": ("BC", "Báo cáo kết quả rà soát, đánh giá thủ tục hành chính năm {year}", (9, 12)),
    "3.3.1": ("TTr", "Tờ trình công bố danh mục thủ tục hành chính thuộc thẩm quyền giải quyết", (3, 22)),
    "3.3.2": ("QĐ", "Quyết định phê duyệt quy trình nội bộ giải quyết thủ tục hành chính", (4, 15)),
    "3.3.3": ("BB", "Biên bản kiểm tra việc niêm yết công khai thủ tục hành chính tại Bộ phận Một cửa", (6, 20)),
    "3.3.5": ("BB", "Biên bản kiểm tra việc niêm yết địa chỉ tiếp nhận phản ánh, kiến nghị", (6, 20)),
    "3.3.6": ("TB", "Thông báo danh sách công chức, viên chức làm việc tại Bộ phận Một cửa", (2, 6)),
    "3.4.1": ("QĐ", "Quyết định danh mục thủ tục hành chính tiếp nhận tại Bộ phận Một cửa", (2, 27)),
    "3.4.2": ("BC", "Báo cáo tình hình, kết quả giải quyết thủ tục hành chính năm {year}", (11, 5)),
    "3.4.3": ("BC", "Báo cáo việc xin lỗi công khai đối với hồ sơ giải quyết quá hạn", (11, 5)),
    "3.4.5": ("BC", "Báo cáo kết quả tiếp nhận, xử lý phản ánh, kiến nghị năm {year}", (11, 3)),
    "phan-cap-kiem-tra": ("KL", "Kết luận kiểm tra việc thực hiện phân cấp quản lý nhà nước", (8, 28)),
    "phan-cap-xu-ly": ("BC", "Báo cáo kết quả khắc phục các vấn đề phát hiện qua kiểm tra phân cấp", (10, 9)),
    "7.1.1": ("BC", "Báo cáo cập nhật, luân chuyển hồ sơ trên hệ thống một cửa điện tử", (10, 31)),
    "7.1.3": ("BC", "Báo cáo tình hình gửi, nhận văn bản điện tử năm {year}", (11, 4)),
    "7.1.4": ("BC", "Báo cáo thống kê văn bản điện tử có ký số cá nhân năm {year}", (11, 4)),
    "7.1.5": ("BC", "Báo cáo kết quả thực hiện Kế hoạch chuyển đổi số năm {year}", (11, 6)),
    "7.2": ("BC", "Báo cáo cung cấp thông tin trên Cổng thông tin điện tử thành phần", (10, 30)),
    "7.3": ("BC", "Báo cáo thống kê tin, bài trên Cổng thông tin điện tử thành phần", (10, 30)),
    "7.6.1": ("QĐ", "Quyết định ban hành hệ thống tài liệu, quy trình theo TCVN ISO 9001:2015", (3, 5)),
    "7.6.2": ("QĐ", "Quyết định công bố Hệ thống quản lý chất lượng phù hợp TCVN ISO 9001:2015", (3, 19)),
    "7.6.3": ("BC", "Báo cáo đánh giá nội bộ và xem xét của lãnh đạo về Hệ thống quản lý chất lượng", (10, 16)),
    "7.6.4": ("TB", "Thông báo mở lớp tập huấn TCVN ISO 9001:2015 cho công chức, viên chức", (5, 14)),
    "7.6.5": ("BB", "Biên bản nhận diện bối cảnh và xác định rủi ro, cơ hội", (4, 9)),
    "7.7.1": ("QĐ", "Quyết định danh mục thủ tục hành chính áp dụng TCVN ISO 9001:2015", (3, 5)),
    "7.7.2": ("BC", "Báo cáo kết quả giải quyết hồ sơ theo quy trình ISO năm {year}", (11, 5)),
    "8.1": ("BC", "Báo cáo kết quả thực hiện Chương trình công tác năm {year} của UBND thành phố", (11, 10)),
    "8.2": ("BC", "Báo cáo kết quả thực hiện Chương trình công tác năm {year} của UBND thành phố", (11, 10)),
    "A.1": ("KH", "Kế hoạch cải cách hành chính của trường, năm học {before}–{year}", (-9, 22)),
    "A.3": ("TB", "Thông báo công khai theo Thông tư 09/2024/TT-BGDĐT, năm học {before}–{year}", (-10, 15)),
    "B.1": ("BB", "Biên bản niêm yết công khai thủ tục hành chính tại trường", (-9, 30)),
    "E.2": ("BC", "Báo cáo kết quả tự kiểm tra nội bộ, năm học {before}–{year}", (5, 8)),
    "THUONG": ("QĐ", "Quyết định khen thưởng về cải cách hành chính", (4, 20)),
}


@dataclass(frozen=True)
class Cited:
    """A document as evidence cites it."""

    number: str
    day: date
    title: str


def cited(criterion: str, unit_code: str, symbol: str, year: int, latest: date) -> Cited:
    """The unit's document for a criterion of a year; issued at `latest` at the latest."""
    kind, title, (month, day) = KINDS[criterion]
    issued = date(year - 1, -month, day) if month < 0 else date(year, month, day)
    # The same paper for 8.1 and 8.2, another for every other criterion.
    place = list(KINDS).index("8.1" if criterion == "8.2" else criterion)
    number = issued.month * 62 + place * 2 + sum(map(ord, unit_code)) % 23
    return Cited(f"{number}/{kind}-{symbol}", min(issued, latest), title.format(year=year, before=year - 1))


def attach(entry: Entry, criterion: str, paper: Cited, upload: SimpleUploadedFile | None, acting: Account) -> None:
    """Give the document as evidence of a criterion."""
    criteria.evidence_add(
        entry,
        criterion,
        upload=upload,
        document_number=paper.number,
        document_date=paper.day,
        document_title=paper.title,
        acting=acting,
    )


def file_of(paper: Cited, unit_name: str, lines: list[str], word: bool = False) -> SimpleUploadedFile:
    """A small real file of the document, in PDF or DOCX."""
    # Every title begins with the kind of document, in two words: Báo cáo, Tờ trình …
    words = paper.title.split()
    about = " ".join(words[2:])
    drawn = Document(
        " ".join(words[:2]),
        Letterhead(
            agency=unit_name,
            superior="Ủy ban nhân dân\nthành phố Hải Minh",
            number=paper.number.partition("/")[0],
            symbol=paper.number.partition("/")[2],
            place="Hải Minh",
            day=paper.day,
        ),
        subtitle=f"Về việc {about}" if words[0] == "Quyết" else about[0].upper() + about[1:],
        note="(Tài liệu minh họa, không có giá trị pháp lý)",
        blocks=tuple(Paragraph(line) for line in lines),
        recipients=("Như trên", "Lưu: VT"),
        signatures=(Signature("Thủ trưởng đơn vị", hint="(Đã ký)"),),
    )
    ending, content = ("docx", to_docx(drawn)) if word else ("pdf", to_pdf(drawn))
    name = f"{paper.number.replace('/', '-')}.{ending}"
    return SimpleUploadedFile(name, content)
