"""Invented people: those one can sign in as, and an officer and a head in every other unit.

Names are put together from common syllables by a fixed rule; nobody real is meant.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date

from minhbach.config.demonstration.province import Province
from minhbach.org.models import Account, Unit
from minhbach.org.people.actions import account_open, person_register, post_assign, role_grant
from minhbach.org.permissions import SYSTEM

PASSWORD = "minh-bach-2026"  # noqa: S105 - printed by `minhbach demo`, opens nothing but invented data
SINCE = date(2021, 1, 1)


@dataclass(frozen=True)
class SignIn:
    """Someone a visitor of the demonstration can be. `shows` says in both languages what they can do."""

    username: str
    full_name: str
    unit: str
    post: str
    roles: tuple[str, ...]
    shows: tuple[str, str] = ("", "")
    over: str = ""
    """The unit the roles are held over, where it is not the unit of the post."""


SIGN_INS = (
    SignIn(
        "van-thu",
        "Lưu Thị Bích Đào",
        "gd-vp",
        "Chuyên viên Văn phòng Sở",
        ("reform_officer",),
        (
            "cán bộ CCHC của Sở GDĐT: giao việc, rà soát, nộp phiếu tự chấm",
            "reform officer of the education department: assign, review, submit",
        ),
        "hm-sgddt",
    ),
    SignIn(
        "mot-cua",
        "Từ Thị Hiền Thục",
        "gd-vp",
        "Công chức tiếp nhận và trả kết quả",
        ("counter",),
        (
            "Bộ phận Một cửa Sở GDĐT: tiếp nhận hồ sơ, trả kết quả",
            "one-stop shop of the education department: receive dossiers, return results",
        ),
        "hm-sgddt",
    ),
    SignIn(
        "chuyen-vien",
        "Thạch Ngọc Lam",
        "gd-qlcl",
        "Chuyên viên",
        ("specialist",),
        ("chuyên viên thụ lý hồ sơ văn bằng, chứng chỉ", "specialist: handles dossiers on diplomas"),
    ),
    SignIn(
        "van-thu-so",
        "Tiêu Thị Mộng Cầm",
        "gd-vp",
        "Văn thư",
        ("clerk",),
        ("văn thư Sở: cấp số, đóng dấu kết quả", "clerk of the department: numbers and seals results"),
        "hm-sgddt",
    ),
    SignIn(
        "giam-doc",
        "Đàm Quang Thụy",
        "hm-sgddt",
        "Giám đốc Sở",
        ("head",),
        (
            "giám đốc Sở GDĐT: ký kết quả, phê duyệt phiếu tự chấm",
            "head of the education department: sign results, approve the self-score",
        ),
    ),
    SignIn(
        "phong-vp",
        "Khổng Minh Trà",
        "gd-vp",
        "Phó Chánh Văn phòng",
        ("office",),
        ("Văn phòng Sở GDĐT: trả lời tiêu chí được giao", "Office of the education department: answer its criteria"),
    ),
    SignIn(
        "phong-gdph",
        "Tống Gia Khiêm",
        "gd-gdph",
        "Trưởng phòng",
        ("office",),
        (
            "Phòng Giáo dục Phổ thông: trả lời tiêu chí được giao, cho ý kiến về hồ sơ",
            "General Education Office: answers its criteria, gives its opinion on dossiers",
        ),
    ),
    SignIn(
        "phong-qlcl",
        "Ninh Thị Thu Sương",
        "gd-qlcl",
        "Phó Trưởng phòng",
        ("office",),
        (
            "Phòng Quản lý chất lượng: phân công, duyệt hồ sơ; có tiêu chí bị trả lại",
            "Quality Management Office: assigns and approves dossiers; has criteria sent back",
        ),
    ),
    SignIn("phong-tccb", "Cù Đức Thản", "gd-tccb", "Chuyên viên", ("office",)),
    SignIn("phong-khtc", "Lương Hải Vân Nhi", "gd-khtc", "Chuyên viên chính", ("office",)),
    SignIn(
        "tham-dinh-nv",
        "Mạc Thị Lan Trinh",
        "nv-cchc",
        "Trưởng phòng Cải cách hành chính",
        ("appraiser",),
        (
            "tổ thẩm định, Sở Nội vụ: thẩm định mọi lĩnh vực, kết luận",
            "appraiser, Home Affairs: every field, concludes",
        ),
        "hm-snv",
    ),
    SignIn(
        "tham-dinh-vp",
        "Quách Trung Nghị",
        "vp-kstt",
        "Trưởng phòng Kiểm soát TTHC",
        ("appraiser",),
        ("tổ thẩm định, Văn phòng UBND: lĩnh vực 3 và 8", "appraiser, Office of the Committee: fields 3 and 8"),
        "hm-vp",
    ),
    SignIn(
        "tham-dinh-tp",
        "Thân Thị Hồng Ý",
        "tp-hctp",
        "Phó Trưởng phòng",
        ("appraiser",),
        ("tổ thẩm định, Sở Tư pháp: tiêu chí 3.2 và 3.3", "appraiser, Justice: criteria 3.2 and 3.3"),
        "hm-stp",
    ),
    SignIn(
        "tham-dinh-kh",
        "Vi Công Thạch",
        "kh-cds",
        "Trưởng phòng Chuyển đổi số",
        ("appraiser",),
        ("tổ thẩm định, Sở Khoa học và Công nghệ: lĩnh vực 7", "appraiser, Science and Technology: field 7"),
        "hm-skhcn",
    ),
    SignIn(
        "quan-tri",
        "Doãn Thị Minh Khuê",
        "nv-cchc",
        "Chuyên viên chính",
        ("administrator",),
        (
            "quản trị toàn thành phố: mở, đóng, công bố đợt chấm điểm",
            "administrator of the city: open, close, publish rounds",
        ),
        "hm",
    ),
    SignIn(
        "quan-tri-gd",
        "Phí Thanh Lộc",
        "gd-vp",
        "Chánh Văn phòng",
        ("administrator", "appraiser"),
        ("điều hành chấm điểm các trường", "runs and appraises the schools' rounds"),
        "hm-sgddt",
    ),
    SignIn(
        "kiem-toan",
        "Ông Thế Duyệt",
        "hm-tt",
        "Thanh tra viên chính",
        ("auditor",),
        ("chỉ xem, thấy tất cả", "sees everything, changes nothing"),
        "hm",
    ),
    SignIn(
        "truong-bb",
        "Bế Thị Kim Thoa",
        "thpt-bb",
        "Văn thư",
        ("school_reporter",),
        ("Trường THPT Bến Bắc: tự chấm điểm của trường", "Bến Bắc High School: scores its school"),
    ),
    SignIn(
        "hieu-truong-bb",
        "Hà Văn Chất",
        "thpt-bb",
        "Hiệu trưởng",
        ("head",),
        ("hiệu trưởng THPT Bến Bắc: phê duyệt", "principal of Bến Bắc High School: approves"),
    ),
    SignIn(
        "truong-db",
        "Chử Thị Mỹ Dung",
        "thcs-db",
        "Văn thư",
        ("school_reporter",),
        ("Trường THCS Đông Bến: tự chấm điểm của trường", "Đông Bến Lower Secondary School: scores its school"),
    ),
)

_FAMILY = (
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Vũ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
    "Đoàn",
    "Trịnh",
    "Mai",
)
_WOMEN = (
    ("Thị Thanh", "Thị Ngọc", "Thị Như", "Diệu", "Thị Phương"),
    ("Quyên", "Thoan", "Nguyệt", "Hạ", "Ngân", "Thư", "Uyên", "Diễm", "Xuyến"),
)
_MEN = (
    ("Văn", "Đình", "Hữu", "Xuân", "Đăng", "Khắc"),
    ("Khoát", "Thuyết", "Triển", "Nhuận", "Bách", "Luận", "Tường", "Vỵ", "Hoạt"),
)


class People:
    """Accounts by user name, and by unit and role."""

    def __init__(self) -> None:
        self.accounts: dict[str, Account] = {}
        self.by_role: dict[tuple[str, str], Account] = {}
        self._random = random.Random("people")  # noqa: S311 - only to vary names
        self._taken: set[str] = set()

    def __getitem__(self, username: str) -> Account:
        return self.accounts[username]

    def of(self, unit: Unit, role: str) -> Account:
        """Who holds the role at the unit."""
        return self.by_role[unit.code, role]

    def register(self, province: Province) -> None:
        for person in SIGN_INS:
            self._register(
                province[person.unit],
                person.full_name,
                person.post,
                person.roles,
                province[person.over or person.unit],
                person.username,
                PASSWORD,
            )
        for unit in province.departments:
            self._fill(unit, "reform_officer", "Chuyên viên phụ trách CCHC")
            self._fill(
                unit,
                "head",
                "Thủ trưởng cơ quan"
                if unit.code in ("hm-vp", "hm-tt", "hm-hcc")
                else "Giám đốc Sở"
                if unit.name.startswith("Sở")
                else "Trưởng ban",
            )
        for unit in province.schools:
            self._fill(unit, "school_reporter", "Văn thư")
            self._fill(unit, "head", "Hiệu trưởng")

    def add(self, unit: Unit, post: str, role: str, username: str, over: Unit | None = None) -> Account:
        """One more, with an invented name; nobody signs in as them."""
        return self._register(unit, self._name(), post, (role,), over or unit, username, None)

    def _fill(self, unit: Unit, role: str, post: str) -> None:
        if (unit.code, role) not in self.by_role:
            self.add(unit, post, role, f"{unit.code}-{'thu-truong' if role == 'head' else 'cchc'}")

    def _register(
        self, unit: Unit, name: str, post: str, roles: tuple[str, ...], over: Unit, username: str, password: str | None
    ) -> Account:
        self._taken.add(name)
        person = person_register(full_name=name, unit=unit, acting=SYSTEM)
        post_assign(person, unit=unit, title=post, begins=max(SINCE, unit.begins), acting=SYSTEM)
        account = account_open(person, username=username, password=password, acting=SYSTEM)
        for role in roles:
            role_grant(person, role_code=role, unit=over, begins=max(SINCE, over.begins), acting=SYSTEM)
            self.by_role.setdefault((over.code, role), account)
        self.accounts[username] = account
        return account

    def _name(self) -> str:
        while True:
            name = name_by(self._random, self._random.random() < 0.5)
            if name not in self._taken:
                return name


def name_by(chance: random.Random, woman: bool) -> str:
    """An invented full name."""
    middle, given = _WOMEN if woman else _MEN
    return f"{chance.choice(_FAMILY)} {chance.choice(middle)} {chance.choice(given)}"
