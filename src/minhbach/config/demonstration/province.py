"""An invented city: its departments, offices, communes and schools, those closed in 2025 among them."""

from __future__ import annotations

from datetime import date
from typing import Any

from minhbach.org.models import Unit, UnitKind
from minhbach.org.permissions import SYSTEM
from minhbach.org.units.actions import unit_close, unit_kind_set, unit_move, unit_open

LONG_AGO = date(2016, 1, 1)
REFORM = date(2025, 7, 1)
"""The day the districts, their education offices and the departments' inspectorates were gone."""

CITY = (
    "hm",
    "Ủy ban nhân dân thành phố Hải Minh (minh họa)",
    "People's Committee of Hải Minh (illustrative)",
    "Hải Minh",
)

KINDS = {
    "ubnd": ("Ủy ban nhân dân", "People's Committee"),
    "so": ("Sở, ban, ngành", "Department or agency"),
    "phong": ("Phòng, văn phòng", "Office"),
    "xa": ("Xã, phường", "Commune or ward"),
    "truong": ("Trường học", "School"),
}

#: code → (name, English name, abbreviation in document symbols, groups of criteria it is strong in: see figures.py)
DEPARTMENTS = {
    "hm-vp": ("Văn phòng Ủy ban nhân dân thành phố", "Office of the City People's Committee", "VP"),
    "hm-snv": ("Sở Nội vụ", "Department of Home Affairs", "SNV"),
    "hm-stp": ("Sở Tư pháp", "Department of Justice", "STP"),
    "hm-stc": ("Sở Tài chính", "Department of Finance", "STC"),
    "hm-sxd": ("Sở Xây dựng", "Department of Construction", "SXD"),
    "hm-sct": ("Sở Công Thương", "Department of Industry and Trade", "SCT"),
    "hm-snnmt": ("Sở Nông nghiệp và Môi trường", "Department of Agriculture and Environment", "SNNMT"),
    "hm-skhcn": ("Sở Khoa học và Công nghệ", "Department of Science and Technology", "SKHCN"),
    "hm-svhtt": ("Sở Văn hóa và Thể thao", "Department of Culture and Sports", "SVHTT"),
    "hm-sdl": ("Sở Du lịch", "Department of Tourism", "SDL"),
    "hm-sgddt": ("Sở Giáo dục và Đào tạo", "Department of Education and Training", "SGDĐT"),
    "hm-syt": ("Sở Y tế", "Department of Health", "SYT"),
    "hm-sdttg": ("Sở Dân tộc và Tôn giáo", "Department of Ethnic and Religious Affairs", "SDTTG"),
    "hm-sngv": ("Sở Ngoại vụ", "Department of Foreign Affairs", "SNgV"),
    "hm-sqhkt": ("Sở Quy hoạch - Kiến trúc", "Department of Planning and Architecture", "SQHKT"),
    "hm-sattp": ("Sở An toàn thực phẩm", "Department of Food Safety", "SATTP"),
    "hm-tt": ("Thanh tra thành phố", "City Inspectorate", "TTTP"),
    "hm-kkt": ("Ban Quản lý Khu kinh tế", "Economic Zone Authority", "BQLKKT"),
    "hm-kcn": ("Ban Quản lý các khu công nghiệp", "Industrial Parks Authority", "BQLKCN"),
    "hm-hcc": ("Trung tâm Phục vụ hành chính công", "Public Administration Service Centre", "TTHCC"),
}

EDUCATION_OFFICES = {
    "gd-vp": ("Văn phòng Sở", "Office of the Department"),
    "gd-tccb": ("Phòng Tổ chức cán bộ", "Personnel Office"),
    "gd-khtc": ("Phòng Kế hoạch - Tài chính", "Planning and Finance Office"),
    "gd-gdph": ("Phòng Giáo dục Phổ thông", "General Education Office"),
    "gd-gdmn": ("Phòng Giáo dục Mầm non", "Early Childhood Education Office"),
    "gd-qlcl": ("Phòng Quản lý chất lượng", "Quality Management Office"),
    "gd-gdtx": ("Phòng Giáo dục thường xuyên", "Continuing Education Office"),
}
OTHER_OFFICES = {
    "hm-snv": {
        "nv-vp": ("Văn phòng Sở", "Office of the Department"),
        "nv-cchc": ("Phòng Cải cách hành chính", "Reform Office"),
    },
    "hm-stp": {
        "tp-vp": ("Văn phòng Sở", "Office of the Department"),
        "tp-hctp": ("Phòng Hành chính tư pháp", "Judicial Administration Office"),
    },
    "hm-skhcn": {
        "kh-vp": ("Văn phòng Sở", "Office of the Department"),
        "kh-cds": ("Phòng Chuyển đổi số", "Digital Transformation Office"),
    },
    "hm-vp": {"vp-kstt": ("Phòng Kiểm soát thủ tục hành chính", "Office for the Control of Procedures")},
    "hm-sxd": {
        "xd-vp": ("Văn phòng Sở", "Office of the Department"),
        "xd-qlxd": ("Phòng Quản lý xây dựng", "Construction Management Office"),
    },
    "hm-syt": {
        "yt-vp": ("Văn phòng Sở", "Office of the Department"),
        "yt-nvy": ("Phòng Nghiệp vụ Y", "Medical Practice Office"),
    },
}

#: Closed on 30 June 2025: code → (name, English name, successors)
DISTRICT_OFFICES = {
    "pgd-bm": (
        "Phòng Giáo dục và Đào tạo quận Bắc Minh",
        "Education Office of Bắc Minh District",
        ("px-dong", "px-tay"),
    ),
    "pgd-nc": ("Phòng Giáo dục và Đào tạo huyện Nam Cát", "Education Office of Nam Cát District", ("px-cat", "px-lam")),
    "pgd-tl": ("Phòng Giáo dục và Đào tạo huyện Tân Lạch", "Education Office of Tân Lạch District", ("px-lach",)),
}
COMMUNES = {
    "px-dong": ("Phường Đông Bến", "Đông Bến Ward"),
    "px-tay": ("Phường Tây Bến", "Tây Bến Ward"),
    "px-cat": ("Xã Cát Hạ", "Cát Hạ Commune"),
    "px-lam": ("Xã Lâm Khê", "Lâm Khê Commune"),
    "px-lach": ("Xã Tân Lạch", "Tân Lạch Commune"),
}

#: Upper secondary schools belong to the department; the others to a commune, and before to a district's office.
UPPER_SECONDARY = {
    "thpt-bb": "Trường THPT Bến Bắc",
    "thpt-ch": "Trường THPT Cát Hạ",
    "thpt-db": "Trường THPT Đông Bến",
    "thpt-gk": "Trường THPT Gò Kênh",
    "thpt-hm": "Trường THPT chuyên Hải Minh",
    "thpt-kd": "Trường THPT Kim Đê",
    "thpt-lk": "Trường THPT Lâm Khê",
    "thpt-nc": "Trường THPT Nam Cát",
    "thpt-pt": "Trường THPT Phù Thạch",
    "thpt-tl": "Trường THPT Tân Lạch",
    "thpt-vs": "Trường THPT Vĩnh Sa",
    "thpt-yt": "Trường THPT Yên Tháp",
}
LOWER_SECONDARY = {
    "thcs-db": ("Trường THCS Đông Bến", "pgd-bm", "px-dong"),
    "thcs-tb": ("Trường THCS Tây Bến", "pgd-bm", "px-tay"),
    "thcs-cb": ("Trường THCS Chợ Bến", "pgd-bm", "px-dong"),
    "thcs-ch": ("Trường THCS Cát Hạ", "pgd-nc", "px-cat"),
    "thcs-lk": ("Trường THCS Lâm Khê", "pgd-nc", "px-lam"),
    "thcs-tl": ("Trường THCS Tân Lạch", "pgd-tl", "px-lach"),
    "thcs-bl": ("Trường THCS Bãi Lạch", "pgd-tl", "px-lach"),
}
PRIMARY = {
    "th-db": ("Trường Tiểu học Đông Bến", "pgd-bm", "px-dong"),
    "th-tb": ("Trường Tiểu học Tây Bến", "pgd-bm", "px-tay"),
    "th-ch": ("Trường Tiểu học Cát Hạ", "pgd-nc", "px-cat"),
    "th-lk": ("Trường Tiểu học Lâm Khê", "pgd-nc", "px-lam"),
    "th-tl": ("Trường Tiểu học Tân Lạch", "pgd-tl", "px-lach"),
    "th-bl": ("Trường Tiểu học Bãi Lạch", "pgd-tl", "px-lach"),
}
SCHOOL_GROUPS: dict[str, dict[str, Any]] = {
    "upper_secondary": UPPER_SECONDARY,
    "lower_secondary": LOWER_SECONDARY,
    "primary": PRIMARY,
}

_CITY_DECISION: dict[str, Any] = {
    "document_number": "1671/NQ-HĐND",
    "document_date": date(2025, 6, 16),
    "document_title": "Nghị quyết về sắp xếp tổ chức bộ máy của thành phố (minh họa)",
}


class Province:
    """The units by code, and what documents of each are signed with."""

    def __init__(self) -> None:
        self.units: dict[str, Unit] = {}
        self.symbols = {code: symbol for code, (_vi, _en, symbol) in DEPARTMENTS.items()}

    def __getitem__(self, code: str) -> Unit:
        return self.units[code]

    @property
    def city(self) -> Unit:
        return self.units[CITY[0]]

    @property
    def departments(self) -> list[Unit]:
        return [self.units[code] for code in DEPARTMENTS]

    @property
    def schools(self) -> list[Unit]:
        return [self.units[code] for schools in SCHOOL_GROUPS.values() for code in schools]

    def build(self) -> None:
        """Open everything as it stood before July 2025, then what that month changed."""
        self.kinds: dict[str, UnitKind] = {
            code: unit_kind_set(code=code, title=vi, title_en=en, position=n, acting=SYSTEM)
            for n, (code, (vi, en)) in enumerate(KINDS.items())
        }
        code, name, name_en, short = CITY
        self._open(code, name, "ubnd", name_en=name_en, short_name=short)
        for code, (name, name_en, _symbol) in DEPARTMENTS.items():
            self._open(code, name, "so", parent=self.city, name_en=name_en, group="so")
        for code, (name, name_en) in EDUCATION_OFFICES.items():
            self._open(code, name, "phong", parent=self["hm-sgddt"], name_en=name_en)
        for department, offices in OTHER_OFFICES.items():
            for code, (name, name_en) in offices.items():
                self._open(code, name, "phong", parent=self[department], name_en=name_en)
        self._open(
            "gd-ttra", "Thanh tra Sở", "phong", parent=self["hm-sgddt"], name_en="Inspectorate of the Department"
        )
        for code, (name, name_en, _successors) in DISTRICT_OFFICES.items():
            self._open(code, name, "phong", parent=self.city, name_en=name_en)
        for code, (name, name_en) in COMMUNES.items():
            self._open(code, name, "xa", parent=self.city, name_en=name_en, group="xa", begins=REFORM)
        self._schools()
        self._july_2025()

    def _open(
        self, code: str, name: str, kind: str, parent: Unit | None = None, begins: date = LONG_AGO, **more: str
    ) -> None:
        self.units[code] = unit_open(
            code=code, name=name, kind=self.kinds[kind], begins=begins, parent=parent, acting=SYSTEM, **more
        )

    def _schools(self) -> None:
        for code, name in UPPER_SECONDARY.items():
            english = name.replace("Trường THPT chuyên", "Specialised High School").replace(
                "Trường THPT", "High School"
            )
            self._open(code, name, "truong", parent=self["hm-sgddt"], group="upper_secondary", name_en=_turned(english))
        for group, schools, words in (
            ("lower_secondary", LOWER_SECONDARY, ("Trường THCS", "Lower Secondary School")),
            ("primary", PRIMARY, ("Trường Tiểu học", "Primary School")),
        ):
            for code, (name, office, _commune) in schools.items():
                self._open(
                    code, name, "truong", parent=self[office], group=group, name_en=_turned(name.replace(*words))
                )

    def _july_2025(self) -> None:
        """Districts end: their schools go to the communes, their offices are closed; so is the inspectorate."""
        for schools in (LOWER_SECONDARY, PRIMARY):
            for code, (_name, _office, commune) in schools.items():
                self.units[code] = unit_move(self[code], parent=self[commune], on=REFORM, acting=SYSTEM)
        last = date(2025, 6, 30)
        for code, (_name, _en, successors) in DISTRICT_OFFICES.items():
            unit_close(self[code], on=last, successors=[self[s] for s in successors], acting=SYSTEM, **_CITY_DECISION)
        unit_close(self["gd-ttra"], on=last, successors=[self["gd-tccb"]], acting=SYSTEM, **_CITY_DECISION)


def _turned(name: str) -> str:
    """“High School Bến Bắc” → “Bến Bắc High School”."""
    for kind in ("Specialised High School", "High School", "Lower Secondary School", "Primary School"):
        if name.startswith(kind):
            return f"{name.removeprefix(kind).strip()} {kind}"
    return name
