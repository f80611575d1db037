"""Facts: what a unit's figures are, read from CSV and checked one by one before anything is scored."""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from minhbach.scoring.expressions.evaluate import NotAvailable, Value
from minhbach.scoring.model import IndicatorSet, Input, Node
from minhbach.scoring.problems import Problems
from minhbach.scoring.texts import Text, decimal_text

Fact = Value | NotAvailable
NA = NotAvailable()
_YES = {"yes", "true", "1", "có", "co", "đúng", "x", "y"}
_NO = {"no", "false", "0", "không", "khong", "sai", "n"}
_NA = {"n/a", "na", "không áp dụng", "khong ap dung"}
COLUMNS = ("unit", "criterion", "input", "value")
#: Larger figures are a slip of the keyboard, and would leave the range of exact whole-number columns.
LARGEST = 10**12


@dataclass
class UnitFacts:
    """The facts of one unit: criterion id → input key → value. A survey's counts are one dict.

    `given` holds points a person gave against the rule, by criterion; they take the place of the rule's.
    """

    unit: str = ""
    group: str = ""
    values: dict[str, dict[str, Fact]] = field(default_factory=dict)
    absent: set[str] = field(default_factory=set)
    given: dict[str, Fraction] = field(default_factory=dict)

    def give(self, criterion: str, key: str, value: Fact) -> None:
        """Set one fact. `key` of a survey count is `input.option`; of an absent block, `absent`."""
        name, _, option = key.partition(".")
        if option:
            survey = self.values.setdefault(criterion, {}).setdefault(name, {})
            assert isinstance(survey, dict)
            survey[option] = value
        elif key == "absent":
            if value is True:
                self.absent.add(criterion)
        else:
            self.values.setdefault(criterion, {})[key] = value


class FactError(ValueError):
    """A value that is not a fact of its type. `says` tells what to write instead."""

    def __init__(self, says: Text):
        super().__init__(says.en)
        self.says = says


def _refuse(vi: str, en: str) -> FactError:
    return FactError(Text(vi, en))


def _decimal(text: str) -> Fraction:
    """A decimal with a comma or a point; digits grouped by thousands are understood only when both marks occur."""
    clean = text.replace("\u00a0", "").replace("\u202f", "").replace(" ", "").replace("−", "-")
    if "," in clean and "." in clean:
        mark = max(clean.rfind(","), clean.rfind("."))
        whole, rest = clean[:mark], clean[mark + 1 :]
        clean = re.sub(r"[.,]", "", whole) + "." + rest
    else:
        clean = clean.replace(",", ".")
    if not re.fullmatch(r"-?\d+(\.\d+)?", clean):
        raise _refuse(f"“{text}” không phải là số", f"“{text}” is not a number")
    value = Fraction(clean)
    if abs(value) > LARGEST:
        raise _refuse(f"“{text}” quá lớn", f"“{text}” is too large")
    return value


def read_fact(text: str, type_: str, spec: Input | None = None) -> Fact:
    """One fact from what a person typed. Raises FactError saying what to write."""
    text = " ".join(text.split())
    lowered = text.lower()
    if lowered in _NA:
        return NA
    if type_ == "bool":
        if lowered in _YES:
            return True
        if lowered in _NO:
            return False
        raise _refuse(f"“{text}”: viết có hoặc không", f"“{text}”: write yes or no")
    if type_ == "count":
        if re.fullmatch(r"\d{1,3}([.,]\d{3})+", text):
            digits = re.sub("[.,]", "", text)
            raise _refuse(
                f"“{text}” có thể đọc hai cách; viết liền các chữ số: {digits}",
                f"“{text}” can be read in two ways; write the digits together: {digits}",
            )
        value = _decimal(text)
        if value.denominator != 1 or value < 0:
            raise _refuse(
                f"“{text}”: số đếm phải là số nguyên không âm",
                f"“{text}”: a count is a whole number, 0 or more",
            )
        return value
    if type_ == "rate":
        if not text.endswith("%") and lowered not in ("0",):
            raise _refuse(
                f"“{text}”: tỷ lệ phải viết kèm dấu %, ví dụ 60%",
                f"“{text}”: a rate is written with its sign, as 60%",
            )
        value = _decimal(text.rstrip("% ")) / 100
        top = spec.at_most.value if spec and spec.at_most else Fraction(1)
        if value < 0 or value > top:
            raise _refuse(
                f"“{text}”: tỷ lệ phải từ 0% đến {decimal_text(top * 100)}%",
                f"“{text}”: the rate must be from 0% to {decimal_text(top * 100)}%",
            )
        return value
    if type_ == "date":
        return _date(text)
    if type_ == "grade":
        assert spec is not None
        for key, option in spec.options.items():
            if lowered in (key.lower(), option.title.vi.lower(), option.title.en.lower() or None):
                return key
        options = ", ".join(spec.options)
        raise _refuse(f"“{text}”: chọn một trong {options}", f"“{text}”: choose one of {options}")
    if text.endswith("%"):
        raise _refuse(f"“{text}”: đây là số, không phải tỷ lệ", f"“{text}”: this is a number, not a rate")
    value = _decimal(text)
    if spec and spec.at_most and value > spec.at_most.value:
        limit = decimal_text(spec.at_most.value)
        raise _refuse(f"“{text}”: không quá {limit}", f"“{text}”: at most {limit}")
    return value


def _date(text: str) -> datetime.date:
    try:
        if match := re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", text):
            day, month, year = map(int, match.groups())
            return datetime.date(year, month, day)
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise _refuse(
            f"“{text}” không phải là ngày; viết 31/03/2023", f"“{text}” is not a date; write 2023-03-31"
        ) from None


def fact_text(fact: Fact) -> str:
    """A fact as a facts file writes it, in a form `read_fact` reads back (rates: see `rate_text`)."""
    if isinstance(fact, bool):
        return "yes" if fact else "no"
    if isinstance(fact, Fraction):
        return decimal_text(fact)
    if isinstance(fact, datetime.date):
        return fact.isoformat()
    return str(fact)


def contradictions(node: Node, facts: Mapping[str, Fact]) -> Iterator[tuple[str, Text]]:
    """What the facts of one criterion say against each other: (input key, what is wrong)."""
    for key, spec in node.inputs.items():
        for suffix in ("", "@previous"):
            part, whole = facts.get(key + suffix), facts.get(spec.part_of + suffix)
            if spec.part_of and isinstance(part, Fraction) and isinstance(whole, Fraction) and part > whole:
                outer = node.inputs[spec.part_of].title
                yield (
                    key + suffix,
                    Text(
                        f"“{spec.title.vi}” ({decimal_text(part)}) lớn hơn “{outer.vi}” ({decimal_text(whole)})",
                        f"“{spec.title.in_('en')}” ({decimal_text(part)}) exceeds “{outer.in_('en')}” ({decimal_text(whole)})",
                    ),
                )


def read_csv(content: str, indicator_set: IndicatorSet, file: str = "") -> tuple[list[UnitFacts], Problems]:
    """The facts of every unit in a CSV, in order of appearance, with every bad row by its line.

    Separated by commas, semicolons or tabs. An empty value is a fact not given.
    """
    problems = Problems(file)
    lines: dict[int, int] = {}
    problems.locate = lambda path: (
        lines.get(int(path[0]), 1) if path else 1,
        str(path[1]) if len(path) > 1 else "",
    )
    content = content.lstrip("\ufeff")
    head = content.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.DictReader(io.StringIO(content, newline=""), delimiter=delimiter, restkey="+", strict=True)
    try:
        names = [name.strip().lower() for name in reader.fieldnames or []]
    except csv.Error as error:
        problems.error("csv", (), Text(f"không đọc được CSV: {error}", f"not readable as CSV: {error}"))
        return [], problems
    lacking = [column for column in COLUMNS if column not in names]
    if lacking:
        problems.error(
            "columns",
            (),
            Text(f"thiếu cột {', '.join(lacking)}", f"the column {', '.join(lacking)} is missing"),
            Text(
                f"tạo mẫu bằng lệnh: minhbach sets template {indicator_set.code}",
                f"make a template with: minhbach sets template {indicator_set.code}",
            ),
        )
        return [], problems
    reader.fieldnames = names
    units: dict[str, UnitFacts] = {}
    given: dict[tuple[str, str, str], tuple[str, int]] = {}
    number = 0
    try:
        for row in reader:
            number += 1
            lines[number] = reader.line_num
            if "+" in row:
                problems.error(
                    "extra-cells",
                    (number,),
                    Text("dòng có nhiều ô hơn số cột", "the row has more cells than there are columns"),
                    Text("đặt giá trị có dấu phẩy trong ngoặc kép", "put a value with a comma in double quotes"),
                )
                continue
            cells = {k: (v or "").strip() for k, v in row.items() if k}
            if not any(cells.values()):
                continue
            unit = units.setdefault(cells["unit"], UnitFacts(cells["unit"]))
            group = cells.get("group", "")
            if group and unit.group and group != unit.group:
                problems.error(
                    "two-groups",
                    (number, cells["unit"]),
                    Text(
                        f"đơn vị thuộc hai nhóm: {unit.group}, {group}",
                        f"the unit has two groups: {unit.group}, {group}",
                    ),
                )
            unit.group = unit.group or group
            _read_row(cells, unit, indicator_set, number, problems, given)
    except csv.Error as error:
        lines[number + 1] = reader.line_num
        problems.error("csv", (number + 1,), Text(f"không đọc được dòng: {error}", f"unreadable row: {error}"))
    for unit in units.values():
        if unit.group and indicator_set.groups and unit.group not in indicator_set.groups:
            known = ", ".join(indicator_set.groups)
            problems.error(
                "unknown-group",
                (),
                Text(
                    f"{unit.unit}: không có nhóm “{unit.group}”; các nhóm: {known}",
                    f"{unit.unit}: there is no group “{unit.group}”; the groups: {known}",
                ),
            )
        for node in indicator_set.leaves:
            for key, says in contradictions(node, unit.values.get(node.id, {})):
                row_number = given[unit.unit, node.id, key][1]
                problems.error("contradiction", (row_number, f"{unit.unit} {node.id}".strip()), says)
    return list(units.values()), problems


def _read_row(
    cells: Mapping[str, str],
    unit: UnitFacts,
    indicator_set: IndicatorSet,
    number: int,
    problems: Problems,
    given: dict[tuple[str, str, str], tuple[str, int]],
) -> None:
    criterion, key, text = cells["criterion"], cells["input"], cells["value"]
    place = (number, " ".join(part for part in (unit.unit, criterion, key) if part))
    node = indicator_set.nodes.get(criterion)
    if node is None:
        problems.error(
            "unknown-criterion",
            place,
            Text(f"bộ chỉ số không có tiêu chí “{criterion}”", f"the set has no criterion “{criterion}”"),
            Text(
                f"xem: minhbach sets show {indicator_set.code}",
                f"see: minhbach sets show {indicator_set.code}",
            ),
        )
        return
    specs = {name: (type_, spec) for name, type_, spec in node.fact_keys()}
    if node.may_be_absent:
        specs["absent"] = ("bool", None)
    if key not in specs:
        known = ", ".join(specs) or "–"
        problems.error(
            "unknown-input",
            place,
            Text(
                f"tiêu chí không có đầu vào “{key}”; các đầu vào: {known}",
                f"the criterion has no input “{key}”; its inputs: {known}",
            ),
        )
        return
    if not text:
        return
    identity = (unit.unit, criterion, key)
    if identity in given:
        if given[identity][0] != text:
            problems.error(
                "twice",
                place,
                Text(
                    f"đã có giá trị khác (“{given[identity][0]}”) ở trên",
                    f"another value (“{given[identity][0]}”) is given above",
                ),
            )
        return
    given[identity] = (text, number)
    try:
        unit.give(criterion, key, read_fact(text, *specs[key]))
    except FactError as error:
        problems.error("wrong-value", place, error.says)


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


def meaning_of(node: Node, key: str, spec: Input | None) -> Text:
    """What a fact means, in words."""
    if spec is None:
        if key == "maximum":
            return Text("điểm tối đa (văn bản không nêu)", "maximum (the decision does not state it)")
        return Text("điểm chấm tay: văn bản không nêu quy tắc", "points given by hand: the decision states no rule")
    title = spec.title
    if "." in key:
        option = spec.options[key.split(".", 1)[1]].title
        title = Text(f"{title.vi}: {option.vi}", f"{title.in_('en')}: {option.in_('en')}")
    if key.endswith("@previous"):
        title = Text(f"{title.vi} (năm trước)", f"{title.in_('en')} (previous year)")
    if spec.type == "grade":
        title = Text(f"{title.vi} ({' / '.join(spec.options)})", f"{title.in_('en')} ({' / '.join(spec.options)})")
    return title
