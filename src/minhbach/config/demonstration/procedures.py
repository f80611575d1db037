"""The catalogue of procedures in the invented city: who offers which, who receives and handles them, and some reviews.

May be called again: what is there already is left alone.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from minhbach.config.demonstration.clock import Clock
from minhbach.config.demonstration.dossiers import YEAR
from minhbach.config.demonstration.money import with_fees
from minhbach.config.demonstration.others import MIRRORED
from minhbach.config.demonstration.people import People
from minhbach.config.demonstration.province import COMMUNES, REFORM, Province
from minhbach.org.models import Unit, UnitKind
from minhbach.org.permissions import SYSTEM
from minhbach.org.units.actions import unit_open
from minhbach.procedures.actions import offer_set, procedures_load, review_add, review_decide
from minhbach.procedures.content.model import PARTS, Citation, Content
from minhbach.procedures.content.uploads import shipped
from minhbach.procedures.models import Offer, Procedure, Review

DEPARTMENT, SCHOOL = "hm-sgddt", "thpt-bb"
#: code → (name, English name, parent)
DESKS = {
    "gd-mc": ("Bộ phận Một cửa Sở", "One-stop shop of the Department", DEPARTMENT),
    **{
        f"{code}-hcc": (
            f"Trung tâm Phục vụ hành chính công {name[:1].lower()}{name[1:]}",
            f"Service Centre of {english}",
            code,
        )
        for code, (name, english) in COMMUNES.items()
    },
    **{f"{code}-vhxh": ("Phòng Văn hóa - Xã hội", "Culture and Society Office", code) for code in COMMUNES},
}
#: Words of a field of procedures → the office of the department that handles it.
OFFICES = {
    "Văn bằng": "gd-qlcl",
    "Thi": "gd-qlcl",
    "Kiểm định": "gd-qlcl",
    "mầm non": "gd-gdmn",
    "thường xuyên": "gd-gdtx",
    "nghề nghiệp": "gd-gdtx",
    "nước ngoài": "gd-gdtx",
    "khác": "gd-gdtx",
    "trung học": "gd-gdph",
    "tiểu học": "gd-gdph",
    "dân tộc": "gd-gdph",
    "quốc dân": "gd-gdph",
}
#: Procedure → offices that its specialist's step asks for their opinion: illustrative, as the processes are.
OPINIONS = {"1.004889": ("gd-gdph",), "1.005061": ("gd-khtc",)}
#: The shorter times the department commits to: code → time.
COMMITTED = {"3.000466": "2 ngày làm việc", "2.002850": "2 ngày làm việc", "1.005061": "12 ngày làm việc"}


def with_opinions(content: Content) -> Content:
    """The procedure with the offices of the invented department that are asked about it."""
    asked = OPINIONS.get(content.code)
    if asked is None or content.process is None:
        return content
    steps = [replace(step, opinions=asked) if step.role == "specialist" else step for step in content.process.steps]
    return replace(content, process=replace(content.process, steps=tuple(steps)))


ANNOUNCED = "Quyết định của Chủ tịch UBND thành phố về công bố thủ tục hành chính (minh họa)"
NOT_ANNOUNCED = {"1.012960", "2.001987", "3.000315"}
"""Procedures whose internal process nobody has announced yet: what criterion 3.3.2 of the set loses its points by."""


def announced(content: Content, on: date) -> Content:
    """The procedure as announced and made public by the invented city."""
    publication = replace(
        content.publication,
        decision=content.publication.decision or ANNOUNCED,
        decided_on=content.publication.decided_on or on,
        public_on=content.publication.public_on or on,
        parts=content.publication.parts or PARTS,
    )
    process = content.process
    if process is not None and process.source is None and content.code not in NOT_ANNOUNCED:
        process = replace(process, source=Citation("QĐ-UBND (minh họa)", ANNOUNCED, on))
    return replace(content, publication=publication, process=process)


def ways(code: str) -> dict[str, Any]:
    """How an agency offers it: what is asked for often online and by post, of the rest a few online."""
    often = code in YEAR or code in MIRRORED
    return {"online": "full" if often or random.Random(code).random() < 0.12 else "none", "post": often}  # noqa: S311


class Procedures:
    """Puts the shipped catalogue in force for the city and says who offers what."""

    def __init__(self, province: Province, people: People, clock: Clock):
        self.province, self.people, self.clock = province, people, clock
        self.begins: date = clock.today - timedelta(days=365)
        self.units: dict[str, Unit] = {}

    def load(self) -> None:
        self.clock.set(self.begins, 8)
        department = self.province[DEPARTMENT]
        contents = [announced(with_opinions(with_fees(one)), self.begins) for one in shipped().contents]
        procedures_load(contents, keeper=department, begins=self.begins, acting=SYSTEM)
        self._desks()
        self._offers()
        self._reviews()

    def _desks(self) -> None:
        known = {unit.code: unit for unit in Unit.objects.filter(code__in=DESKS)}
        kind = UnitKind.objects.get(code="phong")
        for code, (name, english, parent) in DESKS.items():
            self.units[code] = known.get(code) or unit_open(
                code=code,
                name=name,
                name_en=english,
                kind=kind,
                begins=REFORM,
                parent=self.province[parent],
                acting=SYSTEM,
            )

    def _offers(self) -> None:
        offered = set(Offer.objects.values_list("procedure__code", "agency__code"))
        for procedure in Procedure.objects.select_related("current", "keeper").exclude(current=None):
            version = procedure.current
            assert version is not None
            for agency, one_stop, office in self._who(version.level, version.field):
                if (procedure.code, agency.code) in offered:
                    continue
                offer_set(
                    procedure,
                    agency=agency,
                    one_stop=one_stop,
                    office=office,
                    begins=self.begins,
                    mode=Offer.MIRROR if agency.code == DEPARTMENT and procedure.code in MIRRORED else Offer.OWN,
                    committed=COMMITTED.get(procedure.code, "") if agency.code == DEPARTMENT else "",
                    decision="Quyết định của UBND thành phố về danh mục tiếp nhận tại một cửa (minh họa)",
                    **ways(procedure.code),
                    acting=SYSTEM,
                )

    def _who(self, level: str, field: str) -> list[tuple[Unit, Unit, Unit]]:
        """Agency, one-stop shop and office of those that offer a procedure of this level and field."""
        if level == "province":
            office = next((code for words, code in OFFICES.items() if words in field), "gd-vp")
            return [(self.province[DEPARTMENT], self.units["gd-mc"], self.province[office])]
        if level == "commune":
            return [(self.province[c], self.units[f"{c}-hcc"], self.units[f"{c}-vhxh"]) for c in COMMUNES]
        if level == "school":
            school = self.province[SCHOOL]
            return [(school, school, school)]
        return []

    def _reviews(self) -> None:
        """Three proposals, each further than the other."""
        if Review.objects.exists():
            return
        department, officer = self.province[DEPARTMENT], self.people["van-thu"]
        found = (
            (
                "3.000466",
                "Bước phân công và bước duyệt có thể gộp với hồ sơ chỉ sửa lỗi do cơ quan cấp văn bằng.",
                "Gộp hai bước, giảm thời hạn từ 3 còn 2 ngày làm việc.",
                {"cuts_steps": 1, "cuts_days": Decimal(1)},
                (Review.ACCEPTED, Review.DONE),
            ),
            (
                "2.002850",
                "Giấy tờ tùy thân đã tra cứu được từ Cơ sở dữ liệu quốc gia về dân cư.",
                "Không yêu cầu nộp bản sao giấy tờ tùy thân.",
                {"cuts_components": 1},
                (Review.ACCEPTED,),
            ),
            (
                "1.005061",
                "Thời hạn theo quy định dài hơn thời gian giải quyết thực tế.",
                "Cam kết 12 ngày làm việc thay cho 15 ngày.",
                {"cuts_days": Decimal(3)},
                (),
            ),
        )
        for n, (code, finding, proposal, cuts, outcomes) in enumerate(found):
            day = self.begins + timedelta(days=120 + 30 * n)
            self.clock.set(day, 10)
            review = review_add(
                Procedure.objects.get(code=code),
                unit=department,
                reviewed_on=day,
                finding=finding,
                proposal=proposal,
                document="Kế hoạch rà soát thủ tục hành chính (minh họa)",
                acting=officer,
                **cuts,
            )
            for later, status in enumerate(outcomes, 1):
                self.clock.set(day + timedelta(days=20 * later), 10)
                answer = "Đồng ý với đề xuất." if status == Review.ACCEPTED else "Đã cập nhật quy trình nội bộ."
                review_decide(
                    review,
                    status=status,
                    decided_on=day + timedelta(days=20 * later),
                    answer=answer,
                    acting=self.people["giam-doc"],
                )
