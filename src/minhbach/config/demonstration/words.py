"""What units and appraisers write in the demonstration."""

from __future__ import annotations

from dataclasses import dataclass

UNSTATED = {
    "7.1.1": (
        "Văn bản đọc được không nêu cách chấm và điểm tối đa; đơn vị không tự chấm, đề nghị tổ thẩm định hướng dẫn."
    ),
    "7.1.2": "Văn bản không nêu cách chấm; đơn vị đã cập nhật quy trình điện tử cho toàn bộ thủ tục hành chính.",
    "7.1.5": "Văn bản không nêu cách chấm; kết quả thực hiện Kế hoạch chuyển đổi số nêu trong báo cáo kèm theo.",
}
HALF_FOR_APOLOGIES = (
    "Văn bản không quy định khi xin lỗi đủ nhưng có trường hợp chậm; tổ thẩm định thống nhất cho một nửa số điểm."
)
EXTRACT_ASKED = "Đề nghị cung cấp bản trích xuất số liệu từ hệ thống thông tin."
EXTRACT_SENT = "Đơn vị gửi kèm bản trích xuất từ hệ thống; số liệu không thay đổi."
ACCEPTED = "Chấp nhận giải trình và tài liệu bổ sung."


@dataclass(frozen=True)
class Finding:
    """What appraisers find about a criterion: the input, the share of it that stands, their remark and question, and
    what the unit answers. {old} and {new} are the input's figures."""

    input: str
    stands: float
    remark: str
    question: str = ""
    answer: str = ""


FINDINGS = {
    "7.1.4": Finding(
        "signed",
        0.86,
        "Hệ thống quản lý văn bản chỉ ghi nhận {new} văn bản có chữ ký số cá nhân.",
        "Số văn bản ký số cá nhân báo cáo ({old}) lớn hơn số trên hệ thống ({new}). Đề nghị giải trình.",
        "Số chênh lệch là văn bản ký số trên phần mềm cũ trước ngày chuyển đổi, có nhật ký ký số kèm theo.",
    ),
    "3.5": Finding(
        "digitised",
        0.93,
        "Kho dữ liệu điện tử chỉ ghi nhận {new} kết quả đã số hóa.",
        "Đề nghị làm rõ {old} kết quả số hóa báo cáo so với {new} kết quả trong kho dữ liệu.",
        "Các kết quả còn lại đã số hóa, chờ đồng bộ lên kho dữ liệu; danh sách mã hồ sơ kèm theo.",
    ),
    "7.4.2": Finding(
        "online",
        0.94,
        "Loại trừ hồ sơ nhập hộ tại Bộ phận Một cửa; còn {new} hồ sơ nộp trực tuyến.",
        "Đề nghị giải trình các hồ sơ trực tuyến do công chức nhập hộ.",
        "Đơn vị thống nhất loại trừ các hồ sơ nhập hộ; đề nghị ghi nhận số còn lại.",
    ),
    "8.2": Finding(
        "on_time",
        0.95,
        "Theo theo dõi của Văn phòng UBND, {new} nhiệm vụ hoàn thành đúng thời hạn.",
        "Có nhiệm vụ báo cáo hoàn thành sau thời hạn. Đề nghị giải trình.",
        "Nhiệm vụ đã được Chủ tịch UBND thành phố đồng ý gia hạn bằng văn bản, kèm theo.",
    ),
    "3.3.3": Finding(
        "posted", 0.985, "Kiểm tra thực tế tại Bộ phận Một cửa: {new} thủ tục được niêm yết đúng quy định."
    ),
    "7.3": Finding("items", 0.88, "Trừ tin đăng lại từ nguồn khác; còn {new} tin, bài."),
}

SENT_BACK = {
    "3.5": "Số kết quả đã số hóa lớn hơn số trong kho dữ liệu; đề nghị đối chiếu và nhập lại.",
    "7.1.4": "Thiếu danh sách văn bản của tháng gần nhất; đề nghị bổ sung tài liệu kiểm chứng.",
}
COMMENTS = {
    "3.4.2": "Số liệu khớp với báo cáo của hệ thống một cửa điện tử ngày 05/11.",
    "3.5": "Kho dữ liệu đang đồng bộ chậm một tuần, Phòng sẽ đối chiếu lại trong ngày.",
    "7.4.2": "Cần vận động phụ huynh nộp trực tuyến đợt cuối năm.",
}
