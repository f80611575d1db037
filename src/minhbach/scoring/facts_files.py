"""Facts files: CSV with the columns `unit,criterion,input,value`, and the template for one."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping
from fractions import Fraction

from minhbach.records.problems import Problems
from minhbach.records.texts import Text, decimal_text
from minhbach.scoring.expressions.evaluate import inputs_of
from minhbach.scoring.facts.values import Fact, FactError, UnitFacts, contradictions, meaning_of, read_fact
from minhbach.scoring.model import IndicatorSet, Input, Node

COLUMNS = ("unit", "criterion", "input", "value")
BY_HAND = "points@hand"
"""The input of points that a person gave a criterion in place of its rule's; a reason for them is kept elsewhere."""
_SEPARATOR_LINE = re.compile(r"sep=.?\s*")
_QUOTES = Text(
    "dấu ngoặc kép đặt sai chỗ hoặc chưa đóng, hoặc ô quá dài",
    "a quotation mark is misplaced or not closed, or a cell is too long",
)
_QUOTES_REMEDY = Text(
    "mở và đóng ngoặc kép quanh cả ô; dấu ngoặc kép bên trong viết hai lần",
    "open and close the quotes around the whole cell; double a quotation mark inside",
)


def read_csv(
    content: str, indicator_set: IndicatorSet, file: str = "", set_name: str = ""
) -> tuple[list[UnitFacts], Problems]:
    """The facts of every unit in a CSV, in order of appearance, with every bad row by its line.

    Separated by commas, semicolons or tabs. An empty value is a fact not given. `set_name`: what commands call the set.
    """
    reader = _Reader(indicator_set, file, set_name)
    reader.read(content)
    return list(reader.units.values()), reader.problems


class _Reader:
    def __init__(self, indicator_set: IndicatorSet, file: str, set_name: str):
        self.set = indicator_set
        self.set_name = set_name or indicator_set.code
        # A path here is (line, place in words).
        self.problems = Problems(file, lambda path: (int(path[0]), str(path[1]) if len(path) > 1 else ""))
        self.units: dict[str, UnitFacts] = {}
        self.given: dict[tuple[str, str, str], tuple[str, int]] = {}
        self.group_lines: dict[str, int] = {}
        self.first_lines: dict[str, int] = {}
        self.nodes: dict[str, dict[str, tuple[str, Input | None]]] = {}

    def read(self, content: str) -> None:
        # One unit must not become two because one row was typed on another system.
        content = unicodedata.normalize("NFC", content.lstrip("\ufeff"))
        if "\0" in content:
            line = content.count("\n", 0, content.index("\0")) + 1
            self.problems.error(
                "nul",
                (line,),
                Text("tệp chứa ký tự NUL, không phải tệp văn bản", "the file holds a NUL character, so it is not text"),
                Text("lưu lại bảng tính dưới dạng CSV UTF-8", "save the sheet again as CSV UTF-8"),
            )
            return
        rows = self._rows(content)
        head = next(rows, None)
        if head is not None and _SEPARATOR_LINE.fullmatch("".join(head[1]).strip().lower()):
            head = next(rows, None)
        if head is None:
            if not self.problems.errors:
                self._columns_missing(COLUMNS)
            return
        names = [name.strip().lower() for name in head[1]]
        lacking = [column for column in COLUMNS if column not in names]
        if lacking:
            self._columns_missing(lacking)
            return
        for name in {n for n in names if n and names.count(n) > 1}:
            self.problems.error(
                "repeated-column",
                (head[0],),
                Text(f"cột “{name}” có hai lần", f"the column “{name}” is there twice"),
                Text("chỉ giữ một cột", "keep one of them"),
            )
        if self.problems.errors:
            return
        for line, cells in rows:
            self._row(line, names, cells)
        if not self.units and not self.problems.errors:
            self.problems.error(
                "no-rows",
                (head[0],),
                Text("chưa có dòng số liệu nào", "there are no rows with figures yet"),
                Text("ghi mỗi số liệu một dòng dưới dòng tên cột", "write one figure per row below the column names"),
            )
        self._whole()

    def _rows(self, content: str) -> Iterator[tuple[int, list[str]]]:
        """Every row that is not blank, with the line it begins on."""
        lines = content.split("\n", 2)
        # Excel writes the separator into a first line of its own.
        head = lines[1] if _SEPARATOR_LINE.match(lines[0].lower()) and len(lines) > 1 else lines[0]
        delimiter = max(",;\t", key=head.count)
        reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True)
        line = 1
        try:
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield line, cells
                line = reader.line_num + 1
        except csv.Error:
            self.problems.error("csv", (line,), _QUOTES, _QUOTES_REMEDY)

    def _columns_missing(self, lacking: tuple[str, ...] | list[str]) -> None:
        self.problems.error(
            "columns",
            (1,),
            Text(f"thiếu cột {', '.join(lacking)}", f"missing column: {', '.join(lacking)}"),
            Text(
                f"tạo mẫu bằng lệnh: minhbach sets template {self.set_name}",
                f"make a template with: minhbach sets template {self.set_name}",
            ),
        )

    def _row(self, line: int, names: list[str], cells: list[str]) -> None:
        if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
            self.problems.error(
                "extra-cells",
                (line,),
                Text("dòng có nhiều ô hơn số cột", "the row has more cells than there are columns"),
                Text("đặt giá trị có dấu phẩy trong ngoặc kép", "put a value with a comma in double quotes"),
            )
            return
        row = {name: cell.strip() for name, cell in zip(names, cells, strict=False)}
        if any(unicodedata.category(c) == "Cc" for name in ("unit", "group") for c in row.get(name, "")):
            self.problems.error(
                "control",
                (line,),
                Text(
                    "tên đơn vị có ký tự điều khiển hoặc xuống dòng", "the unit has a control character or a line break"
                ),
                Text("gõ lại tên đơn vị trên một dòng", "type its name again on one line"),
            )
            return
        if not all(column in row for column in COLUMNS):
            self.problems.error(
                "few-cells",
                (line,),
                Text("dòng có ít ô hơn số cột", "the row has fewer cells than there are columns"),
                Text("để trống ô nhưng giữ dấu ngăn cách", "leave the cell empty but keep its separator"),
            )
            return
        unit = self.units.setdefault(row["unit"], UnitFacts(row["unit"]))
        self.first_lines.setdefault(unit.unit, line)
        group = row.get("group", "")
        if group and unit.group and group != unit.group:
            self.problems.error(
                "two-groups",
                (line, unit.unit),
                Text(
                    f"đơn vị thuộc hai nhóm: {unit.group}, {group}",
                    f"the unit has two groups: {unit.group}, {group}",
                ),
                Text("ghi cùng một nhóm ở mọi dòng của đơn vị", "write one group in every row of the unit"),
            )
        if group and not unit.group:
            unit.group = group
            self.group_lines[unit.unit] = line
        self._fact(line, unit, row)

    def _fact(self, line: int, unit: UnitFacts, row: Mapping[str, str]) -> None:
        criterion, key, text = row["criterion"], row["input"], row["value"]
        place = (line, " ".join(part for part in (unit.unit, criterion, key) if part))
        specs = self._inputs_of(criterion)
        if specs is None:
            self.problems.error(
                "unknown-criterion",
                place,
                Text(f"bộ chỉ số không có tiêu chí “{criterion}”", f"the set has no criterion “{criterion}”"),
                Text(f"xem: minhbach sets show {self.set_name}", f"see: minhbach sets show {self.set_name}"),
            )
            return
        if key not in specs:
            known = ", ".join(name for name in specs if name != BY_HAND) or "–"
            self.problems.error(
                "unknown-input",
                place,
                Text(f"tiêu chí không có đầu vào “{key}”", f"the criterion has no input “{key}”"),
                Text(f"các đầu vào: {known}", f"its inputs: {known}"),
            )
            return
        type_, spec = specs[key]
        if row.get("type", "") not in ("", type_):
            self.problems.error(
                "type",
                place,
                Text(
                    f"cột type ghi “{row['type']}”, nhưng đầu vào này kiểu {type_}",
                    f"the column type says “{row['type']}”, but this input is of type {type_}",
                ),
                Text("đặt giá trị có dấu phẩy trong ngoặc kép", "put a value with a comma in double quotes"),
            )
            return
        if not text:
            return
        identity = (unit.unit, criterion, key)
        if identity in self.given:
            before, above = self.given[identity]
            if before != text:
                self.problems.error(
                    "twice",
                    place,
                    Text(
                        f"dòng {above} đã cho giá trị khác: “{before}”", f"line {above} gives another value: “{before}”"
                    ),
                    Text("chỉ giữ một dòng", "keep one of the rows"),
                )
            return
        self.given[identity] = (text, line)
        try:
            fact = read_fact(text, type_, spec)
        except FactError as error:
            self.problems.error("wrong-value", place, error.says, Text("sửa ô value", "correct the value"))
            return
        if key == BY_HAND:
            self._by_hand(place, unit, self.set.nodes[criterion], fact)
        else:
            unit.give(criterion, key, fact)

    def _by_hand(self, place: tuple[int, str], unit: UnitFacts, node: Node, points: Fact) -> None:
        top = node.maximum
        if isinstance(points, Fraction) and top is not None and node.minimum <= points <= top:
            unit.given[node.id] = points
            return
        scale = f"{decimal_text(node.minimum)}–{decimal_text(top or Fraction(0))}"
        self.problems.error(
            "wrong-value",
            place,
            Text(f"điểm chấm tay phải là số trong khoảng {scale}", f"points given by hand are a number in {scale}"),
            Text("sửa ô value, hoặc để trống", "correct the value, or leave it empty"),
        )

    def _inputs_of(self, criterion: str) -> dict[str, tuple[str, Input | None]] | None:
        if criterion not in self.nodes:
            node = self.set.nodes.get(criterion)
            if node is None:
                return None
            specs: dict[str, tuple[str, Input | None]] = {n: (type_, spec) for n, type_, spec in node.fact_keys()}
            if node.may_be_absent:
                specs["absent"] = ("bool", None)
            if node.is_leaf and not node.is_unstated and not node.is_monitored:
                specs[BY_HAND] = ("points", None)
            self.nodes[criterion] = specs
        return self.nodes[criterion]

    def _whole(self) -> None:
        """What only all the rows of a unit show."""
        if "" in self.units and len(self.units) > 1:
            self.problems.error(
                "no-unit",
                (self.first_lines[""],),
                Text("dòng không ghi đơn vị, trong khi dòng khác có ghi", "the row names no unit, though others do"),
                Text("ghi đơn vị vào mọi dòng", "name the unit in every row"),
            )
        alike: dict[str, str] = {}
        for name, line in self.first_lines.items():
            other = alike.setdefault(" ".join(name.casefold().split()), name)
            if other != name:
                self.problems.warning(
                    "units-alike",
                    (line, name),
                    Text(f"được tính là đơn vị khác với “{other}”", f"counted as another unit than “{other}”"),
                    Text("nếu là một đơn vị thì ghi cùng một cách", "write one unit's name in one way"),
                )
        for unit in self.units.values():
            if unit.group and self.set.groups and unit.group not in self.set.groups:
                known = ", ".join(self.set.groups)
                self.problems.error(
                    "unknown-group",
                    (self.group_lines[unit.unit], unit.unit),
                    Text(f"không có nhóm “{unit.group}”", f"there is no group “{unit.group}”"),
                    Text(f"các nhóm: {known}", f"the groups: {known}"),
                )
            self._contradictions(unit)

    def _contradictions(self, unit: UnitFacts) -> None:
        from minhbach.scoring.leaf_facts import LeafFacts  # which builds on facts
        from minhbach.scoring.leaves import broken_constraints

        for criterion, values in unit.values.items():
            node = self.set.nodes[criterion]
            wrong = [([key], says) for key, says in contradictions(node, values)]
            if not wrong:
                env = LeafFacts(self.set, node, values, unit.group)
                wrong = [(inputs_of(must, set(values)), says) for must, says in broken_constraints(env)]
            for keys, says in wrong:
                lines = [self.given[i][1] for i in ((unit.unit, criterion, key) for key in keys) if i in self.given]
                self.problems.error(
                    "contradiction",
                    (max(lines, default=self.first_lines[unit.unit]), f"{unit.unit} {criterion}".strip()),
                    says,
                    Text("kiểm tra lại các số này", "check these figures"),
                )
        for block in unit.absent:
            line = self.given[unit.unit, block, "absent"][1]
            held = [n.id for n in self.set.nodes[block].walk() if unit.values.get(n.id)]
            if held:
                self.problems.error(
                    "contradiction",
                    (line, f"{unit.unit} {block}".strip()),
                    Text(
                        f"khai không tổ chức nhưng vẫn có số liệu của {', '.join(held)}",
                        f"declared not held, but there are figures of {', '.join(held)}",
                    ),
                    Text("bỏ một trong hai", "take one of them away"),
                )


def template(indicator_set: IndicatorSet, lang: str = "vi") -> str:
    """A facts CSV with every input of the set and no values."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*COLUMNS, "type", "meaning"])
    for node in indicator_set.nodes.values():
        if node.may_be_absent:
            meaning = Text(f"{node.title.vi}: không tổ chức", f"{node.title.in_('en')}: not held")
            writer.writerow(["", node.id, "absent", "", "bool", meaning.in_(lang)])
        for key, type_, spec in node.fact_keys():
            writer.writerow(["", node.id, key, "", type_, meaning_of(node, key, spec).in_(lang)])
    return out.getvalue()
