"""Rows to an outline: which row is a criterion, which a line of its rule, and what stands below what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from minhbach.records.texts import Text
from minhbach.scoring.drafting.plain import NUMBER, figure_of, folded, is_rule_line, one_line, points_at_end, segments
from minhbach.scoring.drafting.tables import Row, Source


@dataclass
class Line:
    """One statement of a rule, as the source words it."""

    text: str
    row: Row


@dataclass
class Doubt:
    """Something a person has to look at. `row` is where it stands in the source."""

    code: str
    says: Text
    row: Row
    text: str = ""
    serious: bool = True


@dataclass
class Item:
    """A criterion of the source, before its rule is recognised."""

    code: str
    title: str
    row: Row
    units: list[str] = field(default_factory=list)
    points: Fraction | None = None
    lines: list[Line] = field(default_factory=list)
    children: list[Item] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    id: str = ""
    holds_tier: bool = False
    """The title seems to hold a tier of the rule, but where it begins is not certain."""

    def walk(self) -> Iterator[Item]:
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass
class _Columns:
    code: int = 0
    title: int = 1
    units: int | None = None
    points: int | None = None
    rule: int | None = None


_HEADS = {
    "code": ("stt", "tt", "so tt", "ma", "ma so", "ky hieu"),
    "title": ("linh vuc", "tieu chi", "noi dung", "ten tieu chi", "chi so"),
    "units": ("don vi", "co quan", "chu tri", "phong", "bo phan", "trach nhiem"),
    "points": ("diem", "thang diem"),
    "rule": ("cach cham", "cach tinh", "phuong phap", "huong dan", "cong thuc", "quy tac"),
}
_CODE = re.compile(r"^(?:[IVXL]+|[A-ZĐ]|[a-zđ]|\d+)(?:\.(?:\d+|[A-Za-zđĐ]))*[.)]?$")
_CODE_IN_TITLE = re.compile(r"^((?:[IVXL]+|[A-ZĐ]|\d+)(?:\.\d+)+\.?|(?:[IVXL]+|[A-ZĐ]|\d+)[.)])\s+(\S.*)$", re.S)
_ROMAN = re.compile(r"[IVXL]+$")
_TIER_START = re.compile(r"\s(?=(?:Có |Không |Chưa |Từ |Dưới |Trên |Mức |Thực hiện |Tất cả |Đầy đủ|100\s?%))")
DEEPEST = 12


def outline(source: Source) -> list[Item]:
    """The criteria at the top, each with those below it and the lines of its rule."""
    return _Outline(source).run()


class _Outline:
    def __init__(self, source: Source):
        self.source = source
        self.columns: _Columns | None = None
        self.top: list[Item] = []
        self.stack: list[Item] = []
        self.last: Item | None = None
        self.ids: set[str] = set()
        self.numbers: dict[str, int] = {}

    def run(self) -> list[Item]:
        for row in self.source.rows:
            head = self._head(row)
            if head is not None:
                self.columns = head
            elif any(row.cells):
                self._row(row)
        return self.top

    def _head(self, row: Row) -> _Columns | None:
        """The columns when the row is a header, which may be repeated on every page."""
        names = [folded(cell)[:40] for cell in row.cells]
        if not any(name in _HEADS["code"] for name in names) and sum(map(bool, names)) < 2:
            return None
        found: dict[str, int] = {}
        for n, name in enumerate(names):
            for what, words in _HEADS.items():
                exact = what == "code"
                if what not in found and any(name == w if exact else name.startswith(w) for w in words):
                    found[what] = n
                    break
        if "title" not in found or len(found) < 2 and "" not in names:
            return None
        if "code" not in found and any(_CODE.match(cell) for cell in row.cells):
            return None
        columns = _Columns(
            found.get("code", -1), found["title"], found.get("units"), found.get("points"), found.get("rule")
        )
        unnamed = [n for n, name in enumerate(names) if not name and n > columns.title]
        if columns.units is None:  # a column without a heading; an XLSX row ends before it
            columns.units = unnamed[0] if unnamed else max(found.values()) + 1
        return columns

    def _row(self, row: Row) -> None:
        columns = self.columns or _guessed(row)
        if columns is None:
            return
        self.columns = columns
        code, title = _cell(row, columns.code), _cell(row, columns.title)
        if code and not title and not _CODE.match(code):  # a heading across all columns
            code, title = "", code
        if not code and columns.code < 0 or (not code and title and _CODE_IN_TITLE.match(title)):
            match = _CODE_IN_TITLE.match(title)
            if match and not is_rule_line(segments(title)[0]):
                code, title = match[1], match[2]
        code = code.rstrip(".)").strip()
        if code and _CODE.match(code):
            self._criterion(code, title, row, columns)
        elif title or code:
            self._more(f"{code} {title}".strip(), row)
        rule = _cell(row, columns.rule)
        if rule and self.last is not None:
            self.last.lines += [Line(text, row) for text in segments(rule)]

    def _criterion(self, code: str, title: str, row: Row, columns: _Columns) -> None:
        item = Item(code, "", row)
        pieces = segments(title)
        first_rule = next((n for n, piece in enumerate(pieces) if n and points_at_end(piece)), len(pieces))
        item.title = one_line(" ".join(pieces[:first_rule])) if pieces else ""
        item.lines = [Line(text, row) for text in pieces[first_rule:]]
        if not item.title:
            item.title = f"({code})"
            item.doubts.append(Doubt("no-title", Text("tiêu chí không có tên", "the criterion has no title"), row))
        item.units = _units(_cell(row, columns.units))
        points = _cell(row, columns.points)
        if points:
            found = re.fullmatch(rf"({NUMBER})\s*(?:điểm|đ)?", points)
            if found:
                item.points = figure_of(found[1])
            else:
                item.doubts.append(
                    Doubt("points", Text("cột điểm không phải số", "the column of points is not a number"), row, points)
                )
        self._place(item)

    def _place(self, item: Item) -> None:
        """Find the parent: the longest beginning of the code, else the nearest row of the same style."""
        steps = item.code.split(".")
        parent: Item | None = None
        for n, open_item in reversed(list(enumerate(self.stack))):
            other = open_item.code.split(".")
            if len(other) < len(steps) and steps[: len(other)] == other:
                parent = open_item
                del self.stack[n + 1 :]
                break
            if len(other) == len(steps) and _style(other[-1]) == _style(steps[-1]) and other[:-1] == steps[:-1]:
                parent = self.stack[n - 1] if n else None
                del self.stack[n:]
                break
        else:
            styles = {_style(open_item.code.split(".")[0]) for open_item in self.stack}
            if len(steps) > 1 or _style(steps[0]) in styles or not self.stack:
                if len(steps) > 1:
                    item.doubts.append(
                        Doubt(
                            "no-parent",
                            Text(
                                f"không có dòng cha của {item.code}; tạm đặt ở cấp cao nhất",
                                f"there is no parent row for {item.code}; it is put at the top for now",
                            ),
                            item.row,
                        )
                    )
                self.stack.clear()
            else:
                parent = self.stack[-1]
        if len(self.stack) >= DEEPEST:
            del self.stack[DEEPEST - 1 :]
            parent = self.stack[-1]
        self._add(item, parent)
        self.stack.append(item)

    def _add(self, item: Item, parent: Item | None) -> None:
        item.id = self._id(item, parent)
        (parent.children if parent else self.top).append(item)
        self.last = item

    def _id(self, item: Item, parent: Item | None) -> str:
        name = item.code or self._numbered("khong-ma-", 1)
        if name in self.ids and parent is not None:
            name = f"{parent.id}.{item.code}"[:36]
        if name in self.ids:
            name = self._numbered(f"{name[:30]}-", 2)
            item.doubts.append(
                Doubt(
                    "repeated-code",
                    Text(f"mã {item.code} lặp lại; đặt mã riêng {name}", f"the code {item.code} repeats: id {name}"),
                    item.row,
                )
            )
        self.ids.add(name)
        return name

    def _numbered(self, base: str, first: int) -> str:
        """The base with the next number that is free."""
        n = self.numbers.get(base, first)
        while f"{base}{n}" in self.ids:
            n += 1
        self.numbers[base] = n + 1
        return f"{base}{n}"

    def _more(self, text: str, row: Row) -> None:
        """A row without a code: lines of the rule above, or a criterion printed without a code."""
        pieces = segments(text)
        scored = [piece for piece in pieces if points_at_end(piece)]
        if self.last is None:
            return
        found = _TIER_START.search(pieces[0]) if len(scored) > 1 else None
        closed = any((found_ := points_at_end(line.text)) and found_[1] == 0 for line in self.last.lines)
        if found and closed and len(pieces[0][: found.start()].split()) > 3:
            item = Item("", one_line(pieces[0][: found.start()]), row)
            item.lines = [Line(t, row) for t in (pieces[0][found.start() :].strip(), *pieces[1:])]
            item.doubts.append(
                Doubt(
                    "no-code",
                    Text(
                        "tiêu chí không có mã: được tách khỏi dòng trước; chưa rõ thuộc lĩnh vực nào",
                        "a criterion without a code, told from the row above; its part is not known",
                    ),
                    row,
                    text,
                )
            )
            self.stack.clear()
            self._add(item, None)
            return
        if not scored and not any(is_rule_line(piece) for piece in pieces) and not self.last.lines:
            # A row below a title with nothing that looks like points goes on with it or explains it.
            self.last.doubts.append(
                Doubt(
                    "loose-row",
                    Text("dòng không mã, không điểm: chưa rõ là gì", "a row without code or points: unclear"),
                    row,
                    text,
                )
            )
        self.last.lines += [Line(piece, row) for piece in pieces]


def _style(step: str) -> str:
    if step.isdigit():
        return "number"
    if len(step) > 1 or step in "IVX":
        return "roman" if _ROMAN.match(step) else "other"
    return "upper" if step.isupper() else "lower"


def _cell(row: Row, column: int | None) -> str:
    return row.cells[column].strip() if column is not None and 0 <= column < len(row.cells) else ""


def _guessed(row: Row) -> _Columns | None:
    """Columns of a table without a header: a code first, then a title, figures are points, the rest units."""
    if len(row.cells) < 2 or not _CODE.match(row.cells[0].strip()) or not row.cells[1].strip():
        return None
    columns = _Columns(0, 1)
    for n, cell in enumerate(row.cells[2:], 2):
        if columns.points is None and re.fullmatch(NUMBER, cell.strip()):
            columns.points = n
        elif columns.units is None:
            columns.units = n
    return columns


def _units(text: str) -> list[str]:
    """The names between commas, line breaks or semicolons."""
    parts = re.split(r"\s*[,;\n]\s*", text)
    return [one_line(part).strip(" .-") for part in parts if part.strip(" .-")]
