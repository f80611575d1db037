"""Rows of all sheets put together to plain data as in YAML, remembering the cell of every value."""

from __future__ import annotations

from typing import Any

from minhbach.records.problems import Path
from minhbach.records.texts import Text
from minhbach.records.workbook.rows import SheetReader, Values
from minhbach.scoring.workbook import tables as t
from minhbach.scoring.workbook.rule_rows import RuleError, RuleRow, rule_of
from minhbach.scoring.workbook.tables import Table

DEEPEST = 25
"""Levels of criteria; YAML nests no deeper either."""
_LISTS = {t.CONSTRAINTS: "constraints", t.NOT_APPLICABLE: "not_applicable", t.EXAMPLES: "examples"}


class Assembly:
    """Takes the rows sheet by sheet; `raw` is the set as plain data, `locate` finds the cell of a path."""

    def __init__(self, reader: SheetReader):
        self.reader = reader
        self.raw: dict[str, Any] = {"criteria": []}
        self.places: dict[Path, str] = {(): f"{t.SET}!C2"}
        self.nodes: dict[str, tuple[dict[str, Any], Path]] = {}
        self.repeated: set[str] = set()
        self.rules: dict[str, list[RuleRow]] = {}
        self.late: list[tuple[str, int, Values]] = []
        self.bands: dict[Any, dict[str, Any]] = {}

    def locate(self, path: Path) -> tuple[int, str]:
        """Where a path stands: `Tiêu chí!C12`; for what is missing, the row it should stand in."""
        while path and path not in self.places:
            path = path[:-1]
        return 0, self.places[path]

    def set(self, values: Values) -> None:
        self._put(self.raw, (), values)

    def rows(self, table: Table, rows: list[tuple[int, Values]]) -> None:
        """The rows of one sheet after the first. Sheets come in the order of `tables()`."""
        if table.name in (t.CRITERIA, t.ADJUSTMENTS):
            self._tree(table.name, rows)
            return
        for number, values in rows:
            self.late.append((table.name, number, values))

    def finish(self) -> None:
        """What belongs to criteria is put in when all criteria are known."""
        for name, number, values in self.late:
            match name:
                case t.LISTS | t.PARAMETERS | t.CHOICES | t.ALTERNATIVES | t.BANDS:
                    self._of_set(name, number, values)
                case _:
                    self._of_node(name, number, values)
        for name, rows in self.rules.items():
            self._rule(name, rows)

    # ----------------------------------------------------------------------------------------------------------

    def _put(self, record: dict[str, Any], path: Path, values: Values) -> None:
        for key, (cell, value) in values.items():
            target, steps = record, key.split(".")
            for n, step in enumerate(steps[:-1], 1):
                target = target.setdefault(step, {})
                self.places.setdefault((*path, *steps[:n]), cell.place)
            target[steps[-1]] = value
            self.places[(*path, *steps)] = cell.place

    def _start(self, path: Path, sheet: str, number: int) -> None:
        self.places[path] = f"{sheet}!{number}"

    def _tree(self, sheet: str, rows: list[tuple[int, Values]]) -> None:
        field = "criteria" if sheet == t.CRITERIA else "adjustments"
        top: list[Any] = self.raw.setdefault(field, []) if rows else []
        stack: list[tuple[dict[str, Any], Path]] = []
        for number, values in rows:
            level_cell, level = values.pop("level", (None, None))
            if not isinstance(level, int) or isinstance(level, bool) or not 1 <= level <= min(len(stack) + 1, DEEPEST):
                self.reader.say(
                    level_cell.place if level_cell else f"{sheet}!A{number}",
                    "level",
                    Text(
                        f"cấp phải là số từ 1 đến {min(len(stack) + 1, DEEPEST)} ở dòng này",
                        f"the level in this row is a number from 1 to {min(len(stack) + 1, DEEPEST)}",
                    ),
                    Text(
                        "cấp 1 cho lĩnh vực, mỗi cấp con hơn dòng cha 1",
                        "1 for a part; each child one more than its parent",
                    ),
                )
                continue
            del stack[level - 1 :]
            if stack:
                siblings = stack[-1][0].setdefault("criteria", [])
                path: Path = (*stack[-1][1], "criteria", len(siblings))
            else:
                siblings, path = top, (field, len(top))
            node: dict[str, Any] = {}
            siblings.append(node)
            stack.append((node, path))
            self._start(path, sheet, number)
            self._put(node, path, values)
            self.nodes[f"#{sheet}!{number}"] = (node, path)
            name = str(node.get("id") or node.get("code") or "")
            if name in self.nodes:
                self.repeated.add(name)
            elif name:
                self.nodes[name] = (node, path)

    def _found(self, values: Values, sheet: str, number: int) -> tuple[str, dict[str, Any], Path] | None:
        """The criterion a row belongs to, by its id; `#Tiêu chí!12` names a row."""
        cell, name = values.pop("criterion", (None, ""))
        name = name if name in self.nodes else str(name).strip()
        if name in self.nodes and name not in self.repeated:
            return name, *self.nodes[name]
        repeated = name in self.repeated
        self.reader.say(
            cell.place if cell else f"{sheet}!A{number}",
            "repeated-code" if repeated else "unknown-code",
            Text(f"mã “{name}” có ở nhiều tiêu chí", f"several criteria have the code “{name}”")
            if repeated
            else Text(f"không có tiêu chí mã “{name}”", f"there is no criterion with the code “{name}”")
            if name
            else Text("thiếu mã tiêu chí", "the code of the criterion is missing"),
            Text("đặt mã riêng (id) cho từng tiêu chí", "give each of them an id")
            if repeated
            else Text(f"ghi mã có ở trang “{t.CRITERIA}”", f"write a code of the sheet “{t.CRITERIA}”"),
        )
        return None

    def _of_node(self, sheet: str, number: int, values: Values) -> None:
        found = self._found(values, sheet, number)
        if found is None:
            return
        name, node, path = found
        match sheet:
            case t.RULES:
                self._rule_row(name, number, values)
            case t.INPUTS:
                self._in_map(node.setdefault("inputs", {}), (*path, "inputs"), sheet, number, values)
            case t.OPTIONS:
                self._option(node, path, number, values)
            case _:
                field = _LISTS[sheet]
                items = node.setdefault(field, [])
                place = (*path, field, len(items))
                items.append({})
                self._start(place, sheet, number)
                self._put(items[-1], place, values)

    def _in_map(
        self, target: dict[str, Any], path: Path, sheet: str, number: int, values: Values, key: str = "key"
    ) -> dict[str, Any] | None:
        """A new record under the key of the row."""
        cell, name = values.pop(key, (None, ""))
        if cell is None or name in target:
            self.reader.say(
                cell.place if cell else f"{sheet}!{number}",
                "repeated-key" if cell else "no-key",
                Text(f"“{name}” viết hai lần", f"“{name}” is written twice")
                if cell
                else Text("thiếu khóa hoặc mã", "the key or code is missing"),
                Text("mỗi khóa một dòng", "one row for each key"),
            )
            return None
        record: dict[str, Any] = {}
        target[name] = record
        self._start((*path, name), sheet, number)
        self._put(record, (*path, name), values)
        return record

    def _option(self, node: dict[str, Any], path: Path, number: int, values: Values) -> None:
        cell, key = values.pop("input", (None, ""))
        if key not in node.get("inputs", {}):
            self.reader.say(
                cell.place if cell else f"{t.OPTIONS}!{number}",
                "unknown-input",
                Text(f"tiêu chí không có đầu vào “{key}”", f"the criterion has no input “{key}”"),
                Text(f"khai đầu vào ở trang “{t.INPUTS}”", f"declare it in the sheet “{t.INPUTS}”"),
            )
            return
        options = node["inputs"][key].setdefault("options", {})
        # An option is its title, with the weight beside it.
        flat = {k.removeprefix("title."): v for k, v in values.items()}
        self._in_map(options, (*path, "inputs", key, "options"), t.OPTIONS, number, flat)

    def _rule_row(self, name: str, number: int, values: Values) -> None:
        cell, branch = values.pop("path", (None, ""))
        _, form = values.pop("form", (None, ""))
        steps = [part for part in str(branch).strip().split(".") if part]
        if not all(part.isascii() and part.isdigit() and len(part) < 7 for part in steps) or form not in _FORMS:
            self.reader.say(
                cell.place if cell and form in _FORMS else f"{t.RULES}!C{number}",
                "rule-form",
                Text("nhánh phải viết 1, 2, 1.1 …", "a branch is written 1, 2, 1.1 …")
                if form in _FORMS
                else Text("thiếu hoặc sai dạng của quy tắc", "the form of the rule is missing or wrong"),
                Text("chọn trong danh sách ở cột Dạng", "choose one in the list of the column Dạng"),
            )
            return
        plain: dict[str, Any] = {}
        self._put(plain, ("#rule", number), values)
        row = RuleRow(tuple(map(int, steps)), form, plain, number)
        self.rules.setdefault(name, []).append(row)
        for key, (found, _) in values.items():
            self.places["#rule", number, key] = found.place

    def _rule(self, name: str, rows: list[RuleRow]) -> None:
        node, path = self.nodes[name]
        try:
            node["rule"], places = rule_of(rows)
        except RuleError as error:
            self.reader.say(f"{t.RULES}!{error.row.row}", "rule-form", error.says, error.remedy)
            return
        for inner, (number, column) in places.items():
            self.places[(*path, "rule", *inner)] = self.places.get(("#rule", number, column), f"{t.RULES}!{number}")

    def _of_set(self, sheet: str, number: int, values: Values) -> None:
        match sheet:
            case t.LISTS:
                cell, field = values.pop("list", (None, ""))
                if field not in ("responsibles", "appraisers", "groups"):
                    self.reader.say(
                        cell.place if cell else f"{sheet}!A{number}",
                        "wrong-value",
                        Text("thiếu hoặc sai tên danh mục", "the name of the list is missing or wrong"),
                        Text("chọn trong danh sách của ô", "choose one in the list of the cell"),
                    )
                    return
                # What the list holds is the titles themselves.
                flat = {k.removeprefix("title."): v for k, v in values.items()}
                self._in_map(self.raw.setdefault(field, {}), (field,), sheet, number, flat)
            case t.PARAMETERS:
                self._in_map(self.raw.setdefault("parameters", {}), ("parameters",), sheet, number, values)
            case t.CHOICES:
                choice = self._in_map(self.raw.setdefault("choices", {}), ("choices",), sheet, number, values)
                if choice is not None:
                    choice["alternatives"] = []
            case t.ALTERNATIVES:
                cell, key = values.pop("choice", (None, ""))
                choice = self.raw.get("choices", {}).get(key)
                if choice is None:
                    self.reader.say(
                        cell.place if cell else f"{sheet}!A{number}",
                        "unknown-code",
                        Text(f"không có lựa chọn “{key}”", f"there is no choice “{key}”"),
                        Text(f"ghi mã có ở trang “{t.CHOICES}”", f"write a code of the sheet “{t.CHOICES}”"),
                    )
                    return
                self._append(choice["alternatives"], ("choices", key, "alternatives"), sheet, number, values)
            case t.BANDS:
                self._band(number, values)

    def _append(self, items: list[Any], path: Path, sheet: str, number: int, values: Values) -> None:
        place = (*path, len(items))
        items.append({})
        self._start(place, sheet, number)
        self._put(items[-1], place, values)

    def _band(self, number: int, values: Values) -> None:
        _, key = values.pop("table", (None, None))
        all_bands = self.raw.setdefault("bands", [])
        head: Values = {k: values.pop(k) for k in ("groups", "by") if k in values}
        if key not in self.bands:
            place = ("bands", len(all_bands))
            self._append(all_bands, ("bands",), t.BANDS, number, head)
            all_bands[-1]["steps"] = []
            self.bands[key] = {"place": place, "record": all_bands[-1]}
        elif head:
            self._put(self.bands[key]["record"], self.bands[key]["place"], head)
        if values:
            steps = self.bands[key]["record"]["steps"]
            self._append(steps, (*self.bands[key]["place"], "steps"), t.BANDS, number, values)


_FORMS = ("tier", "otherwise", "item", "formula", "sum", "best_of", "relative", "unstated")
