"""Who works on dossiers in the invented city: at the counters, in the offices, at the clerk's desk."""

from __future__ import annotations

import random
from collections import defaultdict

from minhbach.config.demonstration.people import SINCE, People
from minhbach.config.demonstration.province import COMMUNES, EDUCATION_OFFICES, Province
from minhbach.org.models import Account, Unit
from minhbach.org.people.actions import role_grant
from minhbach.org.permissions import SYSTEM

SPECIALISTS = {"gd-qlcl": 3, "gd-gdtx": 2, "gd-gdph": 2}
POSTS = {
    "counter": "Công chức tiếp nhận và trả kết quả",
    "office_head": "Trưởng phòng",
    "specialist": "Chuyên viên",
    "head": "Chủ tịch Ủy ban nhân dân",
    "clerk": "Văn thư",
}


class Crew:
    """Accounts by unit and role; the same person is taken for the same dossier."""

    def __init__(self, province: Province, people: People):
        self.province, self.people = province, people
        self._at: dict[tuple[str, str], list[Account]] = defaultdict(list)

    def register(self) -> None:
        """Everybody whom the processes of the catalogue need."""
        department = self.province["hm-sgddt"]
        for username, role, unit in (
            ("mot-cua", "counter", department),
            ("van-thu-so", "clerk", department),
            ("giam-doc", "head", department),
            ("phong-qlcl", "office_head", self.province["gd-qlcl"]),
            ("phong-gdph", "office_head", self.province["gd-gdph"]),
            ("chuyen-vien", "specialist", self.province["gd-qlcl"]),
            ("phong-khtc", "specialist", self.province["gd-khtc"]),
        ):
            self._give(self.people[username], role, unit)
        self._more("counter", department)
        # Support for learners is worked on for the whole department by the office that pays it.
        self._more("specialist", department, self.province["gd-khtc"])
        for code in EDUCATION_OFFICES:
            office = self.province[code]
            if not self._at[code, "office_head"]:
                self._more("office_head", office)
            for _n in range(SPECIALISTS.get(code, 1) - len(self._at[code, "specialist"])):
                self._more("specialist", office)
        for code in COMMUNES:
            for role in POSTS:
                self._more(role, self.province[code])
        school = self.province["thpt-bb"]
        self._give(self.people["hieu-truong-bb"], "head", school)
        for role in ("counter", "specialist", "clerk"):
            self._give(self.people["truong-bb"], role, school)

    def of(self, unit: Unit, role: str, chance: random.Random) -> Account:
        """One of those who hold the role at the unit or above it."""
        above: Unit | None = unit
        while above is not None:
            if found := self._at.get((above.code, role)):
                return chance.choice(found)
            above = above.parent
        raise LookupError(f"{role} at {unit}")

    def leader(self, unit: Unit, chance: random.Random) -> Account:
        """The head of the office, or of the agency where there are no offices."""
        return self.of(unit, "office_head" if self._at.get((unit.code, "office_head")) else "head", chance)

    def _give(self, account: Account, role: str, unit: Unit) -> None:
        if (unit.code, role) not in self.people.by_role:
            role_grant(account.person, role_code=role, unit=unit, begins=SINCE, acting=SYSTEM)
        self._at[unit.code, role].append(account)

    def _more(self, role: str, over: Unit, post_at: Unit | None = None) -> None:
        username = f"{over.code}-{role.replace('_', '-')}-{len(self._at[over.code, role]) + 1}"
        self._at[over.code, role].append(self.people.add(post_at or over, POSTS[role], role, username, over))
