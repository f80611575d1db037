"""Which column of a decision's table is what: told by its header, which may have two rows and stand on every page."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from minhbach.scoring.drafting.plain import NUMBER, folded
from minhbach.scoring.drafting.rows import Row

_HEADS = {
    "code": ("stt", "tt", "so tt", "so thu tu", "ma", "ma so", "ky hieu", "ma tieu chi", "muc"),
    "rule": (
        "cach cham", "cach tinh", "cach xac dinh", "cach danh gia", "phuong phap", "huong dan", "cong thuc", "quy tac",
        "muc dat", "muc danh gia", "muc do", "yeu cau", "cach thuc", "cach cho diem", "dien giai",
    ),
    "points": ("diem", "thang diem", "so diem", "muc diem", "tong diem"),
    "units": ("don vi", "co quan", "chu tri", "phong", "bo phan", "trach nhiem"),
    "title": ("linh vuc", "tieu chi", "noi dung", "ten tieu chi", "chi so", "chi tieu", "nhom tieu chi", "ten chi so"),
}  # fmt: skip
_MOST = re.compile(r"toi da|diem chuan|thang diem|diem quy dinh|tong diem")
_GIVEN = re.compile(r"tu cham|tu danh gia|tham dinh|dat duoc|danh gia|ket qua|thuc te|kiem tra|ly do|du kien|\bcham\b")
_NOT_UNITS = re.compile(r"don vi tinh|phoi hop|tham dinh|xac minh|danh gia|\bcham\b|kiem tra|kiem chung|cung cap")
_WEIGHT = re.compile(r"(?:trong so|he so|ty trong)\b")
_SURVEY = re.compile(r"dieu tra|khao sat|\bxhh\b")
_TITLE_LIKE = re.compile(r"(?:tieu chi|chi tieu|noi dung|muc|phan|nhom|chi so) (?:so )?(?:\d|[ivx]+\b)")
CODE = re.compile(r"^(?:[IVXL]+|[A-ZĐ]{1,4}-?\d{1,3}|[A-ZĐ]|[a-zđ]|\d+)(?:\.(?:\d+|[A-Za-zđĐ]))*[.)]?$")
LABEL = re.compile(
    r"^(tiêu chí|chỉ tiêu|nội dung|nhóm|phần|chỉ số|mục)\s+(?:số\s+)?(\d+(?:\.\d+)*|[IVXL]+)[.:)]?$", re.I
)
LONGEST_HEAD = 60


@dataclass
class Columns:
    """The place of each kind of column; -1 or None: there is none."""

    code: int = 0
    title: int = 1
    units: int | None = None
    points: int | None = None
    rule: int | None = None
    tier_points: int | None = None
    survey: int | None = None
    names: list[str] = field(default_factory=list)
    rivals: list[str] = field(default_factory=list)
    """Other columns of maxima: one for each group of units, perhaps."""
    width: int = 0

    @property
    def weights(self) -> list[str]:
        """Columns by whose figures the points of a row would have to be multiplied."""
        return [name for name in self.unused if _WEIGHT.match(folded(name))]

    @property
    def unused(self) -> list[str]:
        """Columns with a heading that nothing is taken from."""
        taken = {self.code, self.title, self.units, self.points, self.rule, self.tier_points, self.survey}
        return [name for n, name in enumerate(self.names) if name and n not in taken]


def header(row: Row) -> Columns | None:
    """The columns when the row is a header."""
    return _columns([cell.replace("\n", " ") for cell in row.cells])


def joined(columns: Columns, row: Row) -> Columns | None:
    """The columns when the row right below a header is its second half: `Điểm đánh giá` over `Tự chấm | Thẩm định`."""
    cells = [cell.replace("\n", " ") for cell in row.cells]
    first = [*columns.names, *[""] * (len(cells) - len(columns.names))]
    taken = [n for n in (columns.code, columns.title) if 0 <= n < len(cells)]
    if any(cells[n] for n in taken) or not any(cells):
        return None
    if any(len(cell) > LONGEST_HEAD or re.search(r"\d|:", cell) for cell in cells):
        return None
    names, above = [], ""
    for one, other in zip(first, [*cells, *[""] * len(first)], strict=False):
        above = one or (above if other else "")
        names.append(f"{above} {other}".strip() if other else one)
    return _columns(names)


def is_numbering(row: Row) -> bool:
    """Whether the row below a header only numbers its columns: (1) (2) (3), or A B 1 2."""
    marks = [cell.strip("() .") for cell in row.cells if cell]
    if len(marks) < 3:
        return False
    figures = [mark for mark in marks if mark.isdigit()]
    letters = marks[: len(marks) - len(figures)]
    return (
        all(len(mark) == 1 and mark.isupper() for mark in letters)
        and letters == sorted(letters)
        and marks[len(letters) :] == [str(n) for n in range(int(figures[0]) if figures else 1, 99)][: len(figures)]
        and (not figures or figures[0] == "1" or bool(letters))
    )


def _columns(cells: list[str]) -> Columns | None:
    names = [folded(cell) for cell in cells]
    filled = [name for name in names if name]
    if len(filled) < 2 or any(len(name) > LONGEST_HEAD and ":" in name for name in filled):
        return None
    found: dict[str, int] = {}
    for n, name in enumerate(names):
        kind = _kind(name)
        if kind and kind not in found:
            found[kind] = n
    points = [n for n, name in enumerate(names) if _kind(name) == "points"]
    most = [n for n in points if _MOST.search(names[n])]
    if most:
        found["points"] = most[0]
    if "code" not in found:  # `Tiêu chí, chỉ tiêu | Nội dung`: the first numbers, the second says
        titles = [n for n, name in enumerate(names) if _kind(name) == "title"]
        if titles[:2] == [0, 1]:
            found |= {"code": 0, "title": 1}
    if "title" not in found or len(found) < 2:
        return None
    if "code" not in found and any(CODE.match(cell) for cell in cells):
        return None
    columns = Columns(found.get("code", -1), found["title"], found.get("units"), found.get("points"), found.get("rule"))
    columns.names, columns.width = cells, len(cells)
    others = [n for n in points if n != columns.points and n > columns.title and n not in most]
    columns.rivals = [cells[n] for n in most[1:]]
    columns.tier_points = others[0] if others and columns.rule is not None else None
    columns.survey = next((n for n, name in enumerate(names) if _SURVEY.search(name) and _kind(name) is None), None)
    if columns.units is None:  # a column without a heading; an XLSX row ends before it
        unnamed = [n for n, name in enumerate(names) if not name and n > columns.title]
        beyond = max(found.values()) + 1
        if unnamed or beyond >= len(names):
            columns.units = unnamed[0] if unnamed else beyond
    return columns


def _kind(name: str) -> str | None:
    if not name or _TITLE_LIKE.match(name):
        return None
    for what, words in _HEADS.items():
        if what == "code":
            if name in words:
                return what
        elif any(name.startswith(word) for word in words):
            if what == "points" and (_GIVEN.search(name) or _SURVEY.search(name)) and not _MOST.search(name):
                return None
            if what == "units" and _NOT_UNITS.search(name):
                return None
            return what
    return None


def guessed(row: Row) -> Columns | None:
    """Columns of a table without a header: a code first, then a title, figures are points, the rest units."""
    if len(row.cells) < 2 or not CODE.match(row.cells[0].strip()) or not row.cells[1].strip():
        return None
    columns = Columns(0, 1, width=len(row.cells))
    for n, cell in enumerate(row.cells[2:], 2):
        if columns.points is None and re.fullmatch(NUMBER, cell.strip()):
            columns.points = n
        elif columns.units is None:
            columns.units = n
    return columns
