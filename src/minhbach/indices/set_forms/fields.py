"""The kinds of controls, each with a way to show a value of plain data and to take one from what was typed."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language

from minhbach.org.ui.record_forms import Control, Look, indexes, key_from, two
from minhbach.vietnamese import BilingualError, parse_date

Data = dict[str, Any]


@dataclass(frozen=True)
class Field:
    """One field of a record. `path` is its place in the data (`source.document`); `more`: behind “More”."""

    path: str
    label: Any
    kind: str = "text"
    hint: Any = ""
    choices: Mapping[str, Any] | None = None
    width: str = ""
    more: bool = False
    long: bool = False


@dataclass(frozen=True)
class Rows:
    """A list of records; with `key`, a mapping whose keys are typed into the field of that name."""

    path: str
    label: Any
    fields: Sequence[Field]
    one: Any
    add: Any
    key: str = ""
    hint: Any = ""
    trivial: frozenset[str] = frozenset()
    """Fields that alone make no row: lists to choose from always send something."""


@dataclass
class Row:
    prefix: str
    index: int
    controls: list[Control]
    rest: str = ""

    @property
    def first(self) -> list[Control]:
        return [c for c in self.controls if not c.look.more]

    @property
    def more(self) -> list[Control]:
        return [c for c in self.controls if c.look.more]

    @property
    def is_more_open(self) -> bool:
        return any(c.errors for c in self.more)


@dataclass
class Table:
    """The rows of a list on screen, the last one empty."""

    spec: Rows
    rows: list[Row]


# Plain data ------------------------------------------------------------------------------------------------------


def get(record: Data, path: str) -> Any:
    value: Any = record
    for step in path.split("."):
        if not isinstance(value, dict) or step not in value:
            return None
        value = value[step]
    return value


def put(record: Data, path: str, value: Any) -> None:
    *above, last = path.split(".")
    for step in above:
        record = record.setdefault(step, {})
    record[last] = value


def drop(record: Data, path: str) -> None:
    """Take the value at the path away, and what is empty after that."""
    first, _, rest = path.partition(".")
    if rest and isinstance(record.get(first), dict):
        drop(record[first], rest)
        if not record[first]:
            del record[first]
    elif not rest:
        record.pop(first, None)


# One field -------------------------------------------------------------------------------------------------------


def _vietnamese() -> bool:
    return (get_language() or "vi").startswith("vi")


def _figure(value: Any) -> str:
    text = format(value, "f") if isinstance(value, Decimal) else str(value)
    return text.replace(".", ",") if _vietnamese() else text


def _exact(text: str) -> str:
    """A decimal comma becomes a point; what is no number stays as typed, and is reported."""
    text = text.replace("−", "-").replace(" ", "")
    return text.replace(",", ".") if re.fullmatch(r"-?\d+,\d+%?", text) else text


def plain_figure(text: str) -> Any:
    """A number typed becomes a number, so that the text of the set reads well; anything else stays as typed."""
    text = _exact(text)
    if re.fullmatch(r"-?(0|[1-9]\d*)", text):
        return int(text)
    return Decimal(text) if re.fullmatch(r"-?(0|[1-9]\d*)\.\d+", text) else text


def _expression(text: str) -> str:
    """As typed, with decimal commas made points where a comma cannot separate anything."""
    return text if "(" in text else re.sub(r"(?<=\d),(?=\d)", ".", text)


def bilingual(vi: str, en: str) -> Any:
    return {"vi": vi, "en": en} if en else vi


def _lines(value: Any, write: Callable[[str, Any], str]) -> str:
    return "\n".join(write(str(key), item) for key, item in (value or {}).items())


def _titles(value: Any) -> str:
    vi, en = two(value)
    return f"{vi} | {en}" if en else vi


def _option_line(key: str, value: Any) -> str:
    weight = f" {value['weight']}" if isinstance(value, dict) and "weight" in value else ""
    return f"{key}{weight} = {_titles(value)}"


def _read_options(text: str) -> Data:
    """`A 100% = Rất hài lòng | Very satisfied`, one per line; a line without a key gets one."""
    found: Data = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        head, equals, titles = line.partition("=")
        if not equals:
            head, titles = "", line
        vi, _, en = (part.strip() for part in titles.partition("|"))
        parts = head.split()
        key = parts[0] if parts else key_from(vi, found)
        option: Any = bilingual(vi, en)
        if len(parts) > 1:
            option = {"weight": _exact("".join(parts[1:])), **(option if isinstance(option, dict) else {"vi": option})}
        found[key] = option
    return found


def _alternative_line(item: Mapping[str, Any]) -> str:
    measures = ", ".join(f"{key}: {measure}" for key, measure in (item.get("measures") or {}).items())
    return f"{item.get('code')}{f' [{measures}]' if measures else ''} = {_titles(item.get('text'))}"


def _read_alternatives(text: str) -> list[Data]:
    """`received [dossiers_handled: dossiers_received] = Hồ sơ tiếp nhận | Dossiers received`, one per line; in brackets
    the measures that this way would take instead."""
    measures: dict[str, Data] = {}

    def without_brackets(line: str) -> str:
        head, equals, titles = line.partition("=")
        code, bracket, inside = head.partition("[")
        if not equals or not bracket:
            return line
        pairs = (part.partition(":") for part in inside.partition("]")[0].split(",") if part.strip())
        measures[code.strip()] = {key.strip(): measure.strip() for key, _, measure in pairs}
        return f"{code}={titles}"

    found: list[Data] = []
    for key, option in _read_options("\n".join(map(without_brackets, text.splitlines()))).items():
        titles = {k: v for k, v in option.items() if k != "weight"} if isinstance(option, dict) else option
        found.append({"code": key, "text": titles})
        if instead := measures.get(key):
            found[-1]["measures"] = instead
    return found


def _read_pairs(text: str) -> Data:
    found: Data = {}
    for line in filter(None, map(str.strip, re.split(r"[\n;]", text))):
        key, _, value = line.partition("=")
        found[key.strip()] = plain_figure(value.strip())
    return found


def show_value(spec: Field, value: Any) -> tuple[Any, str]:
    """What stands in the control, and in its English half."""
    if spec.kind in ("title", "area"):
        return two(value)
    if value is None:
        return ("" if spec.kind != "checks" else []), ""
    if spec.kind in ("exact", "weight") or (spec.kind == "expression" and re.fullmatch(r"-?\d+\.\d+", str(value))):
        return _figure(value), ""
    if spec.kind == "flag":
        return bool(value), ""
    if spec.kind == "checks":
        return [str(v) for v in value] if isinstance(value, list) else [], ""
    if spec.kind == "list":
        return ", ".join(map(str, value)) if isinstance(value, list) else str(value), ""
    if spec.kind == "date":
        return (value.strftime("%d/%m/%Y") if isinstance(value, datetime.date) else str(value)), ""
    if spec.kind == "options":
        return _lines(value, _option_line), ""
    if spec.kind == "pairs":
        return _lines(value, lambda key, item: f"{key} = {_figure(item)}"), ""
    if spec.kind == "alternatives":
        return "\n".join(map(_alternative_line, value)), ""
    if spec.kind == "fact":
        return fact_shown(value), ""
    return (format(value, "f") if isinstance(value, Decimal) else str(value)), ""


def fact_shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.strftime("%d/%m/%Y") if isinstance(value, datetime.date) else _figure(value)


def take_value(spec: Field, post: QueryDict, name: str) -> Any:
    """The plain value typed, or None for nothing."""
    if spec.kind == "checks":
        return post.getlist(name) or None
    text = post.get(name, "").replace("\r\n", "\n").strip()
    if spec.kind == "flag":
        return True if text else None
    if spec.kind in ("title", "area"):
        english = post.get(f"{name}.en", "").replace("\r\n", "\n").strip()
        return bilingual(text, english) if text or english else None
    if not text:
        return None
    if spec.kind in ("exact", "weight"):
        return _exact(text)
    if spec.kind == "expression":
        return _expression(text)
    if spec.kind == "list":
        return [part for part in re.split(r"[,;\s]+", text) if part]
    if spec.kind == "date":
        try:
            return parse_date(text)
        except (BilingualError, ValueError):
            return text
    if spec.kind == "options":
        return _read_options(text)
    if spec.kind == "pairs":
        return _read_pairs(text)
    if spec.kind == "alternatives":
        return _read_alternatives(text)
    return text


# Records ---------------------------------------------------------------------------------------------------------


_KINDS = {
    "area": "two_area",
    "exact": "figure",
    "weight": "figure",
    "pairs": "area",
    "alternatives": "area",
    "options": "area",
}


def control(spec: Field, name: str, value: Any = "", english: str = "") -> Control:
    """The field on screen, filled in."""
    kind = _KINDS.get(spec.kind, spec.kind)
    if kind == "title":
        kind = "two_area" if spec.long else "two"
    mark = f"of-{spec.kind}" if kind == "area" else ""
    look = Look(hint=spec.hint, width=spec.width, more=spec.more, mark=mark)
    found = Control(name, spec.label, kind, value, english, look=look)
    if spec.choices is not None:
        chosen = value if isinstance(value, list) else [str(value)]
        found.choices = [(code, label, code in chosen) for code, label in spec.choices.items()]
        found.choices += [(code, code, True) for code in chosen if code and code not in spec.choices]
    return found


def show(record: Data, fields: Iterable[Field], prefix: str) -> list[Control]:
    controls = []
    for spec in fields:
        value, english = show_value(spec, get(record, spec.path))
        if spec.kind == "choice" and spec.choices and value == "" and "" not in spec.choices:
            value = next(iter(spec.choices))  # the first is the default, and what a browser sends
        controls.append(control(spec, f"{prefix}{spec.path}", value, english))
    return controls


def show_by_path(record: Data, fields: Iterable[Field], prefix: str) -> dict[str, Control]:
    """As `show`, by the path of each field."""
    asked = list(fields)
    return {spec.path: control for spec, control in zip(asked, show(record, asked, prefix), strict=True)}


def take(post: QueryDict, fields: Iterable[Field], prefix: str) -> Data:
    record: Data = {}
    for spec in fields:
        value = take_value(spec, post, f"{prefix}{spec.path}")
        if value is not None:
            put(record, spec.path, value)
    return record


def show_rows(value: Any, spec: Rows, *, blank: int = 1) -> Table:
    """The rows of the list or mapping at hand, and empty ones to type into."""
    records: list[Data] = []
    if isinstance(value, dict) and spec.key:
        bare = any(one.path == "" for one in spec.fields)  # the item is itself the value: a title by its code
        records = [
            {spec.key: key, **({"": item} if bare or not isinstance(item, dict) else item)}
            for key, item in value.items()
        ]
    elif isinstance(value, list):
        records = [item for item in value if isinstance(item, dict)]
    rows = [_row(record, spec, index) for index, record in enumerate([*records, *({} for _ in range(blank))])]
    return Table(spec, rows)


def _row(record: Data, spec: Rows, index: int) -> Row:
    prefix = f"{spec.path}-{index}-"
    rest = json.loads(json.dumps(record, default=str))
    for one in spec.fields:
        drop(rest, one.path)
    return Row(prefix, index, show(record, spec.fields, prefix), json.dumps(rest, ensure_ascii=False) if rest else "")


def take_rows(post: QueryDict, spec: Rows) -> list[Data]:
    """The rows typed, empty ones left out, in order; the key of a mapping still inside."""
    records = []
    for index in indexes(post, spec.path):
        prefix = f"{spec.path}-{index}-"
        record = take(post, spec.fields, prefix)
        if set(record) - spec.trivial:
            records.append({**_rest(post.get(prefix + "rest", "")), **record})
    return records


def _rest(text: str) -> Data:
    """What the form does not show of a row. It comes back through the browser, so it is data like any other."""
    try:
        found = json.loads(text) if text and len(text) < 20_000 else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def mapped(records: Iterable[Data], spec: Rows, title: str = "title") -> Data:
    """Rows as a mapping by key; a missing key is made from the title."""
    found: Data = {}
    for record in records:
        record = dict(record)
        key = str(record.pop(spec.key, "") or "") or key_from(two(get(record, title))[0], found)
        while key in found:  # nothing typed is lost: the reader then sees both, and which key is taken twice
            key += "_2"
        found[key] = record[""] if set(record) == {""} else record
    return found
