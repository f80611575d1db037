"""What fields and choices of a procedure are called, in both languages: on screens, in workbooks, in comparisons."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from minhbach.procedures.content import model
from minhbach.records.structure import Choice, Kind, ListOf, Record, fields_of
from minhbach.records.texts import Text

NOT_STATED = Text("nguồn không nêu", "not stated by the source")
ILLUSTRATIVE = Text("minh họa", "illustrative")
YES, NO = Text("có", "yes"), Text("không", "no")

#: The words of each group of choices, by the codes of the group.
WORDS: dict[tuple[str, ...], dict[str, Text]] = {
    model.LEVELS: {
        "ministry": Text("cấp bộ", "ministry"),
        "province": Text("cấp tỉnh", "province"),
        "commune": Text("cấp xã", "commune"),
        "school": Text("cơ sở giáo dục", "school"),
        "other": Text("cấp khác", "other"),
    },
    model.CHANNELS: {
        "counter": Text("trực tiếp", "at the counter"),
        "online": Text("trực tuyến", "online"),
        "post": Text("bưu chính công ích", "by public post"),
    },
    model.ONLINE: {
        "full": Text("toàn trình", "fully online"),
        "part": Text("một phần", "partly online"),
        "none": Text("không trực tuyến", "not online"),
    },
    model.APPLICANTS: {
        "citizen": Text("công dân Việt Nam", "Vietnamese citizens"),
        "overseas": Text("người Việt Nam định cư ở nước ngoài", "Vietnamese residing abroad"),
        "foreigner": Text("người nước ngoài", "foreigners"),
        "enterprise": Text("doanh nghiệp", "enterprises"),
        "foreign_enterprise": Text("doanh nghiệp có vốn đầu tư nước ngoài", "enterprises with foreign capital"),
        "cooperative": Text("hợp tác xã", "cooperatives"),
        "organisation": Text("tổ chức (không gồm doanh nghiệp, hợp tác xã)", "organisations"),
        "foreign_organisation": Text("tổ chức nước ngoài", "foreign organisations"),
        "official": Text("cán bộ, công chức, viên chức", "officials and public employees"),
    },
    model.FORMS_OF_PAPER: {
        "original": Text("bản chính", "original"),
        "copy": Text("bản sao", "copy"),
        "certified_copy": Text("bản sao có chứng thực", "certified copy"),
        "shown": Text("xuất trình để đối chiếu", "only shown"),
    },
    model.PARTS: {
        "name": Text("tên thủ tục", "name"),
        "order": Text("trình tự thực hiện", "order of carrying it out"),
        "way": Text("cách thức thực hiện", "ways to send it"),
        "dossier": Text("thành phần, số lượng hồ sơ", "papers and their number"),
        "time": Text("thời hạn giải quyết", "time"),
        "applicants": Text("đối tượng thực hiện", "who may apply"),
        "agency": Text("cơ quan thực hiện", "agency"),
    },
    model.ROLES: {
        "counter": Text("công chức một cửa", "counter officer"),
        "office_head": Text("lãnh đạo phòng", "head of the office"),
        "specialist": Text("chuyên viên", "specialist"),
        "head": Text("lãnh đạo cơ quan", "head of the agency"),
        "clerk": Text("văn thư", "clerk of documents"),
    },
    model.PLACES: {
        "one_stop": Text("bộ phận một cửa", "one-stop shop"),
        "office": Text("phòng chuyên môn", "handling office"),
        "agency": Text("cơ quan", "the agency"),
    },
    model.MOVES: {
        "forward": Text("chuyển bước", "forward"),
        "back": Text("chuyển lại", "back"),
        "supplement": Text("yêu cầu bổ sung", "ask for a supplement"),
        "refuse": Text("từ chối", "refuse"),
        "finance": Text("yêu cầu nộp phí, lệ phí", "ask for payment"),
        "finish": Text("kết thúc", "finish"),
    },
    model.MAKES: {
        "draft": Text("dự thảo", "draft"),
        "approval": Text("phê duyệt", "approval"),
        "signature": Text("chữ ký", "signature"),
        "number": Text("số, ngày", "number and date"),
    },
    model.FIELD_TYPES: {
        "text": Text("một dòng chữ", "line of text"),
        "long_text": Text("nhiều dòng chữ", "longer text"),
        "number": Text("số", "number"),
        "money": Text("số tiền (đồng)", "amount in đồng"),
        "date": Text("ngày", "date"),
        "choice": Text("chọn một", "one of several"),
        "many": Text("chọn nhiều", "any of several"),
        "yes_no": Text("có hoặc không", "yes or no"),
        "id_number": Text("số định danh hoặc hộ chiếu", "identification or passport number"),
        "phone": Text("số điện thoại", "telephone number"),
        "email": Text("thư điện tử", "e-mail"),
    },
    model.FROM_PERSON: {
        "name": Text("họ và tên", "name"),
        "id_number": Text("số định danh", "identification number"),
        "born": Text("ngày sinh", "date of birth"),
        "address": Text("địa chỉ", "address"),
        "phone": Text("số điện thoại", "telephone"),
        "email": Text("thư điện tử", "e-mail"),
        "organisation": Text("tổ chức", "organisation"),
    },
    model.FEE_KINDS: {"fee": Text("phí", "fee"), "charge": Text("lệ phí", "charge")},
    model.PAID: {
        "received": Text("khi nộp hồ sơ", "when received"),
        "supplement": Text("khi bổ sung", "with a supplement"),
        "returned": Text("khi trả kết quả", "when returned"),
    },
}

_LABELS = {
    "agency": Text("Cơ quan thực hiện", "Agency"),
    "amount": Text("Số tiền (đồng)", "Amount in đồng"),
    "applicants": Text("Đối tượng thực hiện", "Who may apply"),
    "article": Text("Điều, khoản, phụ lục", "Article, appendix"),
    "by_data": Text("Thay bằng dữ liệu theo văn bản", "Replaced by data, by document"),
    "by_law": Text("Thời hạn theo quy định", "Time by law"),
    "cases": Text("Trường hợp có thời hạn khác", "Cases with another time"),
    "channel": Text("Chỉ khi nộp", "Only if sent"),
    "channels": Text("Cách thức thực hiện", "Ways to send it"),
    "code": Text("Mã", "Code"),
    "committed": Text("Thời hạn cam kết", "Time committed to"),
    "components": Text("Thành phần hồ sơ", "Papers"),
    "conditions": Text("Yêu cầu, điều kiện", "Requirements and conditions"),
    "copies": Text("Số lượng", "Copies"),
    "counts_from": Text("Thời hạn tính từ", "Counted from"),
    "date": Text("Ngày văn bản", "Date of the document"),
    "decided_by": Text("Cơ quan có thẩm quyền quyết định", "Deciding authority"),
    "decided_on": Text("Ngày quyết định công bố", "Date of the decision"),
    "decision": Text("Quyết định công bố", "Decision announcing it"),
    "delegated_to": Text("Người được ủy quyền, phân cấp", "Decides by delegation"),
    "digitise": Text("Phải số hóa", "Must be digitised"),
    "effective_on": Text("Ngày có hiệu lực", "Takes effect on"),
    "exemptions": Text("Miễn, giảm", "Exemptions"),
    "extra": Text("Thông tin khác của nguồn", "What else the source says"),
    "fees": Text("Phí, lệ phí", "Fees and charges"),
    "field": Text("Câu hỏi", "Question"),
    "field_code": Text("Mã lĩnh vực", "Code of the field"),
    "fields": Text("Câu hỏi", "Questions"),
    "form": Text("Đơn, tờ khai điện tử", "Form"),
    "former_level": Text("Mức độ trước năm 2022 (1–4)", "Level before 2022 (1–4)"),
    "help": Text("Hướng dẫn", "Help"),
    "illustrative": Text("Minh họa", "Illustrative"),
    "internal": Text("Thủ tục nội bộ giữa các cơ quan", "Between agencies"),
    "iso_document": Text("Tài liệu ISO", "ISO document"),
    "key": Text("Khóa", "Key"),
    "kind": Text("Loại", "Kind"),
    "least": Text("Nhỏ nhất, sớm nhất", "Least, earliest"),
    "legal_basis": Text("Căn cứ pháp lý", "Legal basis"),
    "level": Text("Cấp thực hiện", "Level"),
    "makes": Text("Tạo ra", "Makes"),
    "most": Text("Lớn nhất, muộn nhất, dài nhất", "Most, latest, longest"),
    "moves": Text("Thao tác được phép", "What may be done"),
    "name": Text("Tên thủ tục", "Name"),
    "note": Text("Ghi chú", "Note"),
    "number": Text("Số, ký hiệu", "Number and symbol"),
    "online": Text("Mức độ dịch vụ công trực tuyến", "Online level"),
    "only_if": Text("Chỉ cần khi trả lời", "Only if answered"),
    "opinions": Text("Đơn vị lấy ý kiến", "Units asked for an opinion"),
    "options": Text("Lựa chọn", "Options"),
    "order": Text("Trình tự thực hiện", "Order of carrying it out"),
    "paid": Text("Thời điểm thu", "When it is paid"),
    "paper": Text("Hình thức nộp", "Handed in as"),
    "parts": Text("Bộ phận đã công khai", "Parts made public"),
    "pattern": Text("Mẫu kiểm tra", "Pattern"),
    "place": Text("Nơi thực hiện", "Place"),
    "post": Text("Nhận, trả qua bưu chính công ích", "By public post"),
    "prefill": Text("Điền sẵn từ người nộp", "Prefilled with"),
    "process": Text("Quy trình nội bộ", "Process"),
    "public_on": Text("Ngày công khai", "Made public on"),
    "publication": Text("Công bố, công khai", "Publication"),
    "replaced_by": Text("Được thay bằng", "Replaced by"),
    "required": Text("Bắt buộc", "Required"),
    "results": Text("Kết quả thực hiện", "Results"),
    "reusable_from": Text("Dùng lại kết quả có mã", "Reused from results"),
    "role": Text("Người thực hiện", "Role"),
    "sections": Text("Các phần", "Sections"),
    "sets": Text("Số bộ hồ sơ", "Sets of papers"),
    "share": Text("Phần thời gian", "Share of the time"),
    "source": Text("Nguồn", "Source"),
    "steps": Text("Các bước", "Steps"),
    "supplement": Text("Thời hạn bổ sung hồ sơ", "Time for a supplement"),
    "template": Text("Mẫu dự thảo kết quả", "Template of the result"),
    "time": Text("Thời hạn", "Time"),
    "times": Text("Thời hạn giải quyết", "Time"),
    "title": Text("Tên", "Title"),
    "to": Text("Đến bước", "To the step"),
    "type": Text("Kiểu trả lời", "Kind of answer"),
    "unit": Text("Mã đơn vị khác", "Code of another unit"),
    "valid_months": Text("Có giá trị (tháng)", "Valid (months)"),
    "values": Text("Các câu trả lời", "Answers"),
    "when": Text("Khi nào", "When"),
    "who": Text("Đối tượng", "Who"),
}
_OF_RECORD = {
    ("Content", "code"): Text("Mã thủ tục", "Code"),
    ("Content", "field"): Text("Lĩnh vực", "Field"),
    ("Component", "title"): Text("Tên giấy tờ", "Paper"),
    ("Component", "form"): Text("Mẫu đơn, tờ khai", "Prescribed form"),
    ("Component", "when"): Text("Trường hợp phải nộp", "In which case"),
    ("Channel", "kind"): Text("Cách nộp", "Way"),
    ("Citation", "title"): Text("Trích yếu", "Title"),
    ("Exemption", "amount"): Text("Còn phải nộp (đồng)", "Still paid (đồng)"),
    ("Fee", "kind"): Text("Phí hay lệ phí", "Fee or charge"),
    ("Fee", "title"): Text("Tên khoản thu", "Fee"),
    ("Field", "when"): Text("Chỉ hỏi khi", "Asked only if"),
    ("Field", "title"): Text("Câu hỏi", "Question"),
    ("Form", "source"): Text("Theo mẫu", "The form it follows"),
    ("Move", "kind"): Text("Thao tác", "Move"),
    ("Move", "title"): Text("Chữ trên nút", "Words on the button"),
    ("Result", "title"): Text("Tên kết quả", "Result"),
    ("Section", "title"): Text("Tên phần", "Section"),
    ("Step", "time"): Text("Thời gian của bước", "Time of the step"),
    ("Step", "title"): Text("Tên bước", "Step"),
    ("TimeCase", "title"): Text("Trường hợp", "Case"),
    ("TimeCase", "when"): Text("Khi trả lời", "When answered"),
}


def label(record: str, field: str) -> Text:
    """What a field of a record is called. Every field of the model has a label (a test sees to it)."""
    return _OF_RECORD.get((record, field)) or _LABELS[field]


def word(options: tuple[str, ...], code: str | None) -> Text:
    """The word for one of a group of choices; nothing for none."""
    return WORDS[options][code] if code else Text("")


def words_of(kind: Kind) -> Mapping[str, Text]:
    """The words one chooses from; none where the field is no choice."""
    if isinstance(kind, ListOf):
        kind = kind.kind
    return WORDS[kind.options] if isinstance(kind, Choice) else {}


def records(record: type = model.Content) -> dict[str, type]:
    """Every record that a procedure consists of, by name."""
    found = {record.__name__: record}
    for spec in fields_of(record).values():
        kind = spec.metadata["kind"]
        kind = kind.kind if isinstance(kind, ListOf) else kind
        if isinstance(kind, Record) and kind.make().__name__ not in found:
            found |= records(kind.make())
    return found


def is_required(spec: dataclasses.Field[object]) -> bool:
    """Whether a field of a record has to be given."""
    return spec.default is dataclasses.MISSING and spec.default_factory is dataclasses.MISSING
