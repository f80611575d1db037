"""Invented applicants and what they ask for. Their identity numbers begin with 099, which no province has."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

from minhbach.config.demonstration.people import name_by
from minhbach.dossiers.models import Applicant

PLACES = ("phường Đông Bến", "phường Tây Bến", "xã Cát Hạ", "xã Lâm Khê", "xã Tân Lạch")
STREETS = ("Thống Nhất", "Hòa Bình", "Bến Cũ", "Cửa Sông", "Đồng Tâm", "Chợ Mới", "Trường Học")
COMPANIES = ("Ánh Dương", "Cánh Buồm", "Tri Thức Mới", "Sao Mai", "Bình Minh", "Hải Đăng", "Con Đường Xanh")

#: Procedures that an enterprise or a centre asks for, and those that a school does: code → kind of name.
ASKED_BY = {
    "1.005061": "company",
    "1.012960": "company",
    "2.001987": "company",
    "3.000315": "company",
    "1.000691": "school",
    "1.000280": "school",
    "1.000288": "school",
    "1.012944": "company",
    "1.012953": "school",
    "1.012964": "company",
}
SCHOOLS = {"1.000280": "Trường Tiểu học", "1.000288": "Trường Mầm non"}

#: What was missing, and why it was asked for.
MISSING = (
    ("Bản sao giấy tờ chứng minh nội dung đề nghị", "Thiếu giấy tờ làm căn cứ giải quyết."),
    ("Bản chụp giấy tờ rõ nét, đủ các trang", "Bản chụp gửi kèm bị mờ, không đọc được số hiệu."),
    ("Đơn đề nghị có chữ ký của người đề nghị", "Đơn gửi kèm chưa ký."),
    ("Văn bản ủy quyền hợp lệ", "Người nộp không phải người đề nghị."),
)
REFUSED = "Nội dung đề nghị không khớp với sổ gốc; không đủ căn cứ để giải quyết."
DECLINED = "Hồ sơ không thuộc thẩm quyền giải quyết của cơ quan."
WITHDRAWN = "Người nộp không còn nhu cầu."
STOPPED = "Quá thời hạn bổ sung mà hồ sơ chưa được hoàn thiện."
EXTENDED = "Cần xác minh tại nơi đã cấp văn bằng."
#: What an office that was asked says: whether it agrees, and its words.
OPINIONS = (
    (True, "Đồng ý. Phương án tài chính và cơ sở vật chất phù hợp với quy mô hoạt động."),
    (True, "Thống nhất với đề xuất của phòng chuyên môn."),
    (None, "Không có ý kiến khác; đề nghị lưu ý chế độ báo cáo định kỳ sau khi được cấp."),
    (False, "Dự toán chi chưa có thuyết minh; đề nghị phòng chuyên môn làm rõ trước khi trình."),
)
ANNOUNCED = "Thông báo tiếp nhận hồ sơ theo đợt (minh họa)"
DELAYED = "Cán bộ xử lý phải xác minh thêm; cơ quan đã đôn đốc và sắp xếp lại việc."


class Applicants:
    """People, companies and schools; some of them come again."""

    def __init__(self, chance: random.Random):
        self._chance = chance
        self._known: list[dict[str, Any]] = []

    def one(self, procedure: str) -> dict[str, Any]:
        """The particulars of the next applicant, as `applicant_keep` takes them."""
        kind, chance = ASKED_BY.get(procedure, "person"), self._chance
        if kind == "person":
            if self._known and chance.random() < 0.12:
                return chance.choice(self._known)
            self._known.append(found := self._person())
            return found
        name = f"Công ty TNHH Giáo dục {chance.choice(COMPANIES)} (minh họa)"
        if kind == "school":
            name = f"{SCHOOLS.get(procedure, 'Trường THCS')} {chance.choice(STREETS)} (minh họa)"
        return {
            **self._where(),
            "kind": Applicant.ORGANISATION,
            "name": name,
            "id_kind": Applicant.TAX_CODE,
            "id_number": f"099{chance.randrange(10**7):07}",
        }

    def _person(self) -> dict[str, Any]:
        chance = self._chance
        woman, year = chance.random() < 0.55, chance.randrange(1968, 2009)
        # The fourth digit says century and sex, the next two the year of birth.
        digit = (2 if year >= 2000 else 0) + woman
        born = date(year, chance.randrange(1, 13), chance.randrange(1, 29))
        return {
            **self._where(),
            "name": name_by(chance, woman),
            "id_number": f"099{digit}{year % 100:02}{chance.randrange(10**6):06}",
            "born": born,
        }

    def _where(self) -> dict[str, str]:
        chance = self._chance
        return {
            "phone": f"09{chance.randrange(10**8):08}",
            "address": f"Số {chance.randrange(1, 240)} đường {chance.choice(STREETS)}, {chance.choice(PLACES)}",
        }
