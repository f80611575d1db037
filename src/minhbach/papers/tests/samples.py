"""A paper with everything in it, and hostile words."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

from minhbach.papers import (
    Cell,
    Column,
    Document,
    Heading,
    Letterhead,
    PageBreak,
    Paragraph,
    Row,
    ScoreRow,
    Signature,
    Table,
    to_docx,
    to_pdf,
    to_xlsx,
)

HEAD = Letterhead(
    superior="Ủy ban nhân dân\nthành phố Hải Phòng",
    agency="Sở Giáo dục và Đào tạo",
    number=5,
    symbol="BC-SGDĐT",
    place="Hải Phòng",
    day=date(2023, 12, 5),
)

TABLE = Table(
    (
        Column("", 8, "center"),
        Column("", 50),
        Column("", 14, places=2),
        Column("", 14, places=2),
        Column("", 24, "center"),
    ),
    (
        Row.of("1", "Chỉ đạo, điều hành", Decimal("8.5"), Decimal("1234.25"), None, kind="group"),
        Row.of("1.1", "Kế hoạch năm", 1, Decimal("0.75"), date(2023, 1, 15)),
        Row.of("1.2", Cell("Báo cáo định kỳ", rows=2), Decimal("1.5"), "không áp dụng", None),
        Row.of("1.3", 2, Decimal("0.125"), None),
        Row.of(Cell("Tổng cộng", span=2, align="center"), Decimal("13"), Decimal("1235.125"), None, kind="total"),
    ),
    header=(
        Row.of(Cell("STT", rows=2), Cell("Tiêu chí", rows=2), Cell("Điểm", span=2), Cell("Ngày ban hành", rows=2)),
        Row.of("Tối đa", "Tự chấm"),
    ),
    numbered=True,
    name="Bảng điểm",
)

DOCUMENT = Document(
    "Báo cáo",
    HEAD,
    subtitle="Kết quả tự đánh giá, chấm điểm Chỉ số cải cách hành chính năm 2023",
    note="(Kèm theo Kế hoạch số 12/KH-UBND)",
    blocks=(
        Paragraph("Sở Giáo dục và Đào tạo báo cáo kết quả như sau:"),
        Heading("I. KẾT QUẢ"),
        TABLE,
        Heading("II. KHÓ KHĂN", 2),
        Paragraph("Không có.", align="left", italic=True, indent=False),
        PageBreak(),
        Paragraph("Trang hai.", bold=True),
    ),
    recipients=("Sở Nội vụ", "Lưu: VT, VP"),
    signatures=(Signature("Phó Giám đốc", authority=("KT. Giám đốc",), hint="(Ký, ghi rõ họ tên)"),),
)

HOSTILE = [
    '#strong[x] *a* _b_ $x$ `c` <label> @ref \\ // /* = "quoted"',
    '#read("/etc/passwd") #sys.inputs #panic()',
    "]]> <w:p/> &amp; </w:t>\x00\x01\x08\x0b\x1f\ufffe\ud800",
    '=HYPERLINK("http://x";"y")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "#N/A",
    "Siêu" * 300,
    "a\u202eđảo\u2066 chiều",
    "dòng một\r\ndòng hai\rba\n\nnăm\t.",
    "😀 漢字 ≥ ☐ العربية \u200b\u00ad",
    "{{ jinja }} {% x %} %s %(a)s {0}",
]


def score_rows(count: int) -> list[ScoreRow]:
    """A sheet of about `count` lines: fields, criteria, sub-criteria."""
    rows: list[ScoreRow] = []
    while len(rows) < count:
        field = len(rows) // 8 + 1
        rows.append(ScoreRow(str(field), "CẢI CÁCH THỦ TỤC HÀNH CHÍNH", 1, Decimal("8.5"), Decimal("7.25")))
        rows.append(ScoreRow(f"{field}.1", "Giải quyết hồ sơ", 2, Decimal("3"), Decimal("2.5")))
        rows += [
            ScoreRow(
                f"{field}.1.{number}",
                "Tỷ lệ hồ sơ được giải quyết đúng hạn đạt từ 98% trở lên",
                3,
                Decimal("0.5"),
                Decimal("0.25"),
                None,
                "Báo cáo số 345/BC-SGDĐT ngày 10/11/2023",
                "",
                "Văn phòng Sở",
            )
            for number in range(1, 7)
        ]
    return rows[:count]


def read_docx(document: Document) -> Any:
    import docx

    return docx.Document(BytesIO(to_docx(document)))


def read_pdf(document: Document) -> Any:
    import pypdf

    return pypdf.PdfReader(BytesIO(to_pdf(document)))


def read_xlsx(document: Document) -> Any:
    import openpyxl

    return openpyxl.load_workbook(BytesIO(to_xlsx(document)))


def pdf_text(document: Document) -> str:
    """All text of the PDF, blanks made single and breaking points taken out."""
    text = " ".join(page.extract_text() for page in read_pdf(document).pages)
    return " ".join(text.replace("\u200b", "").split())
