"""Rows to an outline: which row is a criterion, which a line of its rule, and what stands below what."""

from __future__ import annotations

import re
from fractions import Fraction

from minhbach.records.texts import Text
from minhbach.scoring.drafting import columns as heads
from minhbach.scoring.drafting.columns import CODE, LABEL, Columns
from minhbach.scoring.drafting.items import Doubt, Item, Line, Part
from minhbach.scoring.drafting.naming import name_all, repaired, style
from minhbach.scoring.drafting.plain import (
    NUMBER,
    figure_of,
    folded,
    is_points,
    is_rule_line,
    one_line,
    points_at_end,
    points_in_title,
    segments,
)
from minhbach.scoring.drafting.rows import Row
from minhbach.scoring.drafting.tables import Source
from minhbach.scoring.drafting.tiers import fold_tiers, paired, written

_CODE_IN_TITLE = re.compile(
    r"^((?:[IVXL]+|[A-ZĐ]|\d+)(?:\.\d+)+\.?|(?:[IVXL]+|[A-ZĐ]|\d+)[.)]"
    r"|(?:PHẦN|Phần|Tiêu chí|Chỉ tiêu) (?:\d+|[IVXL]+|[A-ZĐ])\s*[.:])\s+(\S.*)$",
    re.S,
)
_TIER_START = re.compile(r"\s(?=(?:Có |Không |Chưa |Từ |Dưới |Trên |Mức |Thực hiện |Tất cả |Đầy đủ|100\s?%))")
_TOTAL = re.compile(r"^(?:tong (?:cong|diem|so diem|so)|cong)(?: (?:diem|cong|toi da|chung|\(.*\)))*\s*:?$")
_APPENDIX = re.compile(r"phu luc\b(?: so)?(?: ([ivxl]+|\d+[a-z]?|[a-z])\b)?")
_FOOTNOTE = re.compile(r"^(?:ghi chu|luu y|chu thich)\b|^\(\*+\)|^\*+\s")
_LABEL_OF_LINE = re.compile(r"^[a-zđ]\)\s+")
_POINTS = re.compile(rf"(?:(?:điểm )?tối đa:?\s*)?({NUMBER})\s*(?:điểm|đ)?\.?", re.I)
DEEPEST = 12


def outline(source: Source) -> list[Part]:
    """The tables of criteria: one, or one for each appendix. Each has its criteria at the top, those below them and the
    lines of their rules."""
    return _Outline(source).run()


class _Outline:
    def __init__(self, source: Source):
        self.source = source
        self.columns: Columns | None = None
        self.below_header = self.first_after_header = False
        self.second_row: list[str] = []
        self.table = 0
        self.parts: list[Part] = [Part()]
        self.heading = self.appendix = ""
        self.stack: list[Item] = []
        self.last: Item | None = None

    @property
    def part(self) -> Part:
        return self.parts[-1]

    def run(self) -> list[Part]:
        for row in self.source.rows:
            alone = [cell for cell in row.cells if cell.strip()]
            if row.outside or (len(alone) == 1 and _APPENDIX.match(folded(alone[0]))):
                self._outside(Row(alone, row.line, row.where) if alone else row)
            elif any(row.cells):
                self._inside(row)
        found = [part for part in self.parts if part.top]
        for part in found:
            fold_tiers(part.top)
            name_all(part.top)
        return found

    def _outside(self, row: Row) -> None:
        """A paragraph between the tables: the title of an appendix, or a footnote to the table above."""
        text = folded(row.cells[0])
        if found := _APPENDIX.match(text):
            self.heading, self.appendix = one_line(row.cells[0])[:120], found[1] or ""
        elif text.startswith(("bang tieu chi", "bo tieu chi", "bo chi so")) and not self.heading:
            self.heading = one_line(row.cells[0])[:120]
        elif self.part.top and _FOOTNOTE.match(text):
            self._footnote(row.cells[0], row)

    def _inside(self, row: Row) -> None:
        found = heads.header(row)
        if found is not None:
            self._begin(found)
            self.below_header, self.first_after_header, self.table = True, True, row.table
            return
        if self.below_header and self.columns is not None:
            if heads.is_numbering(row):
                return
            # Below the header of a further page stands the rest of the rule, unless its second row is there again.
            second = heads.joined(self.columns, row) if not self.part.top or row.cells == self.second_row else None
            if second is not None:
                self.columns, self.second_row = second, row.cells
                return
        if self.columns is not None and row.table != self.table and not self._goes_on(row):
            return  # the table with the signatures, a list of recipients
        self.below_header = False
        self._row(row)
        if self.columns is not None:
            self.part.unused = self.columns.unused
            self.part.rivals, self.part.weights = self.columns.rivals, self.columns.weights

    def _begin(self, columns: Columns) -> None:
        """A header: of a page that goes on, or of another appendix, known when its first code is there."""
        if self.part.top and self.appendix != self.part.appendix:
            self._new_part()
        self.columns = columns
        self.part.title, self.part.appendix = self.part.title or self.heading, self.appendix

    def _new_part(self) -> None:
        self.parts.append(Part(self.heading))
        self.stack, self.last = [], None

    def _goes_on(self, row: Row) -> bool:
        """Whether a table without a header of its own is the rest of the one before."""
        assert self.columns is not None
        return not self.columns.width or len(row.cells) == self.columns.width or bool(CODE.match(row.cells[0]))

    # Rows -----------------------------------------------------------------------------------------------------

    def _row(self, row: Row) -> None:
        columns = self.columns or heads.guessed(row)
        if columns is None:
            return
        self.columns = columns
        code, title = _cell(row, columns.code), _cell(row, columns.title)
        filled = [cell for cell in row.cells if cell.strip()]
        alone = len(filled) == 1 and not (code and CODE.match(code))
        if alone and row.cells[0].strip() == filled[0]:  # a heading across all columns
            code, title = "", filled[0]
        if code and not title and not CODE.match(code) and not LABEL.match(code):
            code, title = "", code
        if label := LABEL.match(code):
            self._criterion(label[2], title or code, row, columns, folded(label[1]))
            self._rule_of(row, columns)
            return
        text = folded(title or code)
        if not CODE.match(code) and _TOTAL.match(text):
            found = re.fullmatch(rf"({NUMBER})\s*(?:điểm|đ)?", _cell(row, columns.points))
            self.part.total = figure_of(found[1]) if found else self.part.total
            return
        if not code and _FOOTNOTE.match(text) and alone:
            self._footnote(title, row)
            return
        code, title = self._code_in_title(code, title, columns)
        code = code.rstrip(".):").strip()
        if code and CODE.match(code):
            self._criterion(code, title, row, columns)
        elif alone and columns.width > 2 and _is_heading(title) and row.cells[0] == title:
            self._heading(title, row)
        elif title or code:
            self._more(f"{code} {title}".strip(), row, columns)
        self._rule_of(row, columns)

    def _code_in_title(self, code: str, title: str, columns: Columns) -> tuple[str, str]:
        if (not code and columns.code < 0) or (not code and title):
            match = _CODE_IN_TITLE.match(title)
            if match and not is_rule_line(points_in_title(segments(match[2])[0])[0]):
                word = match[1].rstrip(" .:)").split()[-1]
                return word, match[2]
        return code, title

    def _rule_of(self, row: Row, columns: Columns) -> None:
        rule = _cell(row, columns.rule)
        if not rule or self.last is None:
            return
        points = _cell(row, columns.tier_points)
        texts = paired(rule, points) if points else None
        if texts is None:
            texts = segments(rule)
            if points:
                self.last.doubts.append(
                    Doubt(
                        "tier-points",
                        Text("không ghép được điểm với từng mức", "the points do not match the tiers line by line"),
                        row,
                        points.replace("\n", " / "),
                    )
                )
        self.last.lines += [Line(text, row) for text in texts]

    def _criterion(self, code: str, title: str, row: Row, columns: Columns, label: str = "") -> None:
        item = Item(code, "", row, label=label)
        for column in (columns.code, columns.title):
            fault = row.faults.get(column)
            if fault and (column == columns.code or fault.code == "formula-cell"):
                # 3.10 that became 3.1 is told by its place, or shows as a code that repeats.
                item.doubts.append(Doubt(fault.code, fault.says, row, serious=fault.code != "number-as-text"))
        pieces = segments(title)
        first_rule = next((n for n, piece in enumerate(pieces) if n and _gives_points(piece)), len(pieces))
        if first_rule == 1 and len(pieces) == 2 and points_in_title(title)[1] is not None:
            first_rule = 2
        item.title = one_line(" ".join(pieces[:first_rule])).rstrip(" :") if pieces else ""
        item.lines = [Line(text, row) for text in pieces[first_rule:]]
        item.units = _units(_cell(row, columns.units))
        self._worth(item, row, columns)
        if not item.title:
            item.title = f"({code})"
            item.doubts.append(Doubt("no-title", Text("tiêu chí không có tên", "the criterion has no title"), row))
        mark = _cell(row, columns.survey)
        item.survey = bool(mark) and mark.strip("-0 ") != ""
        self._place(item)

    def _worth(self, item: Item, row: Row, columns: Columns) -> None:
        """The maximum: of the column of points, else of the title: `Nền nếp (tối đa 20 điểm)`."""
        title, inside = points_in_title(item.title)
        points = _cell(row, columns.points)
        found = _POINTS.fullmatch(points)
        if found and is_points(figure_of(found[1])):
            item.points = figure_of(found[1])
        elif points:
            texts = paired(item.title, points) if not item.lines else None
            if texts:  # tiers below the title in one cell, their points in the next
                item.title, item.lines = one_line(item.title.split("\n")[0]), [Line(text, row) for text in texts]
            says = Text("cột điểm không phải số", "the column of points is not a number")
            item.doubts.append(Doubt("points", says, row, points))
        if inside is not None and item.points in (None, inside):
            item.title, item.points = title.rstrip(" :"), inside

    def _heading(self, title: str, row: Row) -> None:
        """Capital letters across the whole table, without a code: a part of its own."""
        item = Item("", title, row, label="heading")
        item.title, item.points = points_in_title(one_line(title))
        self.stack = [item]
        self._add(item, None)

    # Places ---------------------------------------------------------------------------------------------------

    def _place(self, item: Item) -> None:
        """Find the parent: the longest beginning of the code, else the nearest row of the same style."""
        self._repair(item)
        steps = item.code.split(".")
        if self.first_after_header and self.part.top and (item.label, item.code) == self.part.begins:
            self._new_part()  # the codes begin again: another appendix
        if not self.part.top:
            self.part.begins = (item.label, item.code)
        self.first_after_header = False
        parent: Item | None = None
        for n, open_item in reversed(list(enumerate(self.stack))):
            other = open_item.code.split(".")
            if not item.label and len(other) < len(steps) and steps[: len(other)] == other:
                parent = open_item
                del self.stack[n + 1 :]
                break
            same = style(open_item) == style(item)
            if len(other) == len(steps) and same and other[:-1] == steps[:-1]:
                parent = self.stack[n - 1] if n else None
                del self.stack[n:]
                break
        else:
            styles = {style(open_item, first=True) for open_item in self.stack}
            below = self.stack and (len(steps) == 1 or self.stack[0].label == "heading")
            if not below or (style(item, first=True) in styles and len(steps) == 1):
                if len(steps) > 1:
                    says = Text(
                        f"không có dòng cha của {item.code}; tạm đặt ở cấp cao nhất",
                        f"there is no parent row for {item.code}; it is put at the top for now",
                    )
                    item.doubts.append(Doubt("no-parent", says, item.row))
                self.stack.clear()
            elif len(steps) > 1:
                parent = self.stack[0]
                del self.stack[1:]
            else:
                parent = self.stack[-1]
        if len(self.stack) >= DEEPEST:
            del self.stack[DEEPEST - 1 :]
            parent = self.stack[-1]
        self._add(item, parent)
        self.stack.append(item)

    def _repair(self, item: Item) -> None:
        """Excel keeps 1.10 as 1.1 when it is a number: right after 1.9 it is 1.10."""
        code = repaired(item.code, self.stack)
        if code != item.code:
            says = Text(
                f"mã {item.code} được đọc là {code}, vì đứng ngay sau mã trước đó",
                f"the code {item.code} is read as {code}, since it comes right after the one before",
            )
            item.doubts.append(Doubt("code-repaired", says, item.row, serious=False))
            item.code = code

    def _add(self, item: Item, parent: Item | None) -> None:
        (parent.children if parent else self.part.top).append(item)
        self.last = item

    # Rows without a code --------------------------------------------------------------------------------------

    def _footnote(self, text: str, row: Row) -> None:
        self.part.footnotes.append(Line(one_line(text), row))

    def _more(self, text: str, row: Row, columns: Columns) -> None:
        """A row without a code: lines of the rule above, or a criterion printed without a code."""
        if self.last is None:
            return
        if fault := row.faults.get(columns.code):  # it has none because a spreadsheet made something else of it
            self.last.doubts.append(Doubt(fault.code, fault.says, row, text))
        points = re.fullmatch(rf"(-?{NUMBER})\s*(?:điểm|đ)?", _cell(row, columns.points))
        if points and points_at_end(text) is None:
            self._worth_row(_LABEL_OF_LINE.sub("", text), figure_of(points[1]), row)
            return
        pieces = segments(text)
        scored = [piece for piece in pieces if points_at_end(piece)]
        found = _TIER_START.search(pieces[0]) if len(scored) > 1 else None
        if found and self._is_closed() and len(pieces[0][: found.start()].split()) > 3:
            lines = [pieces[0][found.start() :].strip(), *pieces[1:]]
            self._uncoded(one_line(pieces[0][: found.start()]), text, row).lines = [Line(t, row) for t in lines]
            return
        if not any(is_rule_line(piece) or _gives_points(piece) for piece in pieces) and not self.last.lines:
            # A row below a title with nothing that looks like points goes on with it or explains it.
            self.last.doubts.append(
                Doubt(
                    "loose-row",
                    Text("dòng không mã, không điểm: chưa rõ là gì", "a row without code or points: unclear"),
                    row,
                    text,
                )
            )
        self.last.lines += [Line(_LABEL_OF_LINE.sub("", piece), row) for piece in pieces]

    def _worth_row(self, text: str, points: Fraction, row: Row) -> None:
        """A row without a code whose points stand in their column: a tier of the criterion above, else a criterion."""
        last = self.last
        assert last is not None
        if last.children or (last.points is not None and points > last.points) or (points and self._is_closed()):
            self._uncoded(one_line(text), text, row).points = points
            return
        last.lines.append(Line(f"{one_line(text).rstrip(' .:;,')}: {written(points)}", row))

    def _is_closed(self) -> bool:
        """Whether the tiers of the last criterion have come down to 0."""
        assert self.last is not None
        return any((found := points_at_end(line.text)) and found[1] == 0 for line in self.last.lines)

    def _uncoded(self, title: str, text: str, row: Row) -> Item:
        item = Item("", title, row)
        says = Text(
            "tiêu chí không có mã: được tách khỏi dòng trước; chưa rõ thuộc lĩnh vực nào",
            "a criterion without a code, told from the row above; its part is not known",
        )
        item.doubts.append(Doubt("no-code", says, row, text))
        self.stack.clear()
        self._add(item, None)
        return item


def _gives_points(piece: str) -> bool:
    return points_at_end(piece) is not None or bool(re.search(rf"{NUMBER}\s*điểm", piece))


def _is_heading(title: str) -> bool:
    letters = [char for char in title if char.isalpha()]
    return len(letters) > 3 and sum(char.isupper() for char in letters) > 0.8 * len(letters)


def _cell(row: Row, column: int | None) -> str:
    return row.cells[column].strip() if column is not None and 0 <= column < len(row.cells) else ""


def _units(text: str) -> list[str]:
    """The names between commas, line breaks or semicolons."""
    parts = re.split(r"\s*[,;\n]\s*", text)
    return [one_line(part).strip(" .-") for part in parts if part.strip(" .-")]
