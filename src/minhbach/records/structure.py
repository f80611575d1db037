"""Records as data: one table of fields reads, writes and describes them.

A record is a frozen dataclass whose fields are made by `has(kind, …)`. From that one declaration come reading with
every mistake collected (`read`), writing without defaults (`write`), and the JSON Schema (`schema`).
"""

from __future__ import annotations

import dataclasses
import datetime
import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from minhbach.records.problems import Problems
from minhbach.records.texts import Text, decimal_text, fraction_of

Path = tuple[str | int, ...]
FAILED = object()


class Kind:
    """How one sort of value is read from plain data, written back, and described.

    `in_a_cell`: a value stands as text in one cell of a workbook; `is_long`: that cell is a wide one.
    """

    in_a_cell = False
    is_long = False

    def read(self, raw: Any, path: Path, problems: Problems) -> Any:
        raise NotImplementedError

    def write(self, value: Any) -> Any:
        return value

    def schema(self, definitions: dict[str, Any]) -> dict[str, Any]:
        raise NotImplementedError


def wrong(problems: Problems, path: Path, raw: Any, vi: str, en: str) -> object:
    if raw is None:
        says = Text(f"chỗ này trống; cần {vi}", f"nothing stands here; it takes {en}")
    elif isinstance(raw, dict | list):
        found = Text("một danh sách", "a list") if isinstance(raw, list) else Text("một khối có tên trường", "a block")
        says = Text(f"đây là {found.vi}; cần {vi}", f"this is {found.en}; it takes {en}")
    else:
        shown = str(raw)
        shown = shown if len(shown) <= 60 else shown[:57] + "…"
        says = Text(f"“{shown}” không phải là {vi}", f"“{shown}” is not {en}")
    problems.error("wrong-value", path, says, Text("sửa giá trị, hoặc để trống", "correct it, or leave it empty"))
    return FAILED


class PlainText(Kind):
    """One line or more of text; a number or date in its place is taken as it was typed."""

    in_a_cell = True

    def __init__(self, pattern: str | None = None, says: Text | None = None):
        self.pattern = re.compile(pattern) if pattern else None
        self.says = says

    def read(self, raw: Any, path: Path, problems: Problems) -> Any:
        if isinstance(raw, bool | dict | list):
            return wrong(problems, path, raw, "văn bản", "a text")
        text = raw.isoformat() if isinstance(raw, datetime.date) else str(raw)
        if self.pattern and not self.pattern.fullmatch(text):
            assert self.says
            return wrong(problems, path, raw, self.says.vi, self.says.en)
        return text

    def schema(self, definitions: dict[str, Any]) -> dict[str, Any]:
        return {"type": "string", **({"pattern": f"^{self.pattern.pattern}$"} if self.pattern else {})}


class Bilingual(Kind):
    in_a_cell = True

    def read(self, raw: Any, path: Path, problems: Problems) -> Any:
        if isinstance(raw, str) and raw.strip():
            return Text(raw)
        if isinstance(raw, dict) and isinstance(raw.get("vi"), str) and raw["vi"].strip() and set(raw) <= {"vi", "en"}:
            return Text(raw["vi"], str(raw.get("en") or ""))
        return wrong(problems, path, raw, "văn bản hoặc {vi: …, en: …}", "a text or {vi: …, en: …}")

    def write(self, value: Text) -> Any:
        return {"vi": value.vi, "en": value.en} if value.en else value.vi

    def schema(self, definitions: dict[str, Any]) -> dict[str, Any]:
        definitions["text"] = {
            "oneOf": [
                {"type": "string"},
                {
                    "type": "object",
                    "properties": {"vi": {"type": "string"}, "en": {"type": "string"}},
                    "required": ["vi"],
                    "additionalProperties": False,
                },
            ]
        }
        return {"$ref": "#/$defs/text"}


#: Figures of a set are points, weights and thresholds: larger or finer ones are slips, and would take long.
LARGEST, FINEST = 10**12, 10**40


def _bounded(value: Fraction) -> Fraction:
    if abs(value) > LARGEST or value.denominator > FINEST:
        raise ValueError("too large or too fine a figure")
    return value


class Exact(Kind):
    """An exact number: 0.25, or a fraction 10/3."""

    in_a_cell = True

    def read(self, raw: Any, path: Path, problems: Problems) -> Any:
        try:
            return _bounded(fraction_of(raw))
        except (ValueError, ZeroDivisionError):
            return wrong(
                problems,
                path,
                raw,
                "số (viết với dấu chấm, ví dụ 0.25; lớn nhất 1000000000000)",
                "a number (with a point, as 0.25; at most 1000000000000)",
            )

    def write(self, value: Fraction) -> Any:
        return exact_number(value)

    def schema(self, definitions: dict[str, Any]) -> dict[str, Any]:
        return {"type": ["number", "string"]}


class Share(Kind):
    """A percentage such as 5% (kept as a rate), or a plain coefficient. Value: (Fraction, is_rate)."""

    in_a_cell = True

    def read(self, raw: Any, path: Path, problems: Problems) -> Any:
        text = str(raw).strip()
        try:
            if text.endswith("%"):
                return Weight(_bounded(fraction_of(text[:-1]) / 100), True)
            return Weight(_bounded(fraction_of(raw)), False)
        except (ValueError, ZeroDivisionError):
            return wrong(problems, path, raw, "trọng số (5% hoặc 2)", "a weight (5% or 2)")

    def write(self, value: Weight) -> Any:
        return str(value) if value.is_rate else exact_number(value.value)

    def schema(self, definitions: dict[str, Any]) -> dict[str, Any]:
        return {"type": ["number", "string"]}


@dataclass(frozen=True)
class Weight:
    value: Fraction
    is_rate: bool = False

    def __str__(self) -> str:
        return f"{decimal_text(self.value * 100)}%" if self.is_rate else decimal_text(self.value)


class Whole(Kind):
    """A whole number from `least` to `most`."""

    in_a_cell = True

    def __init__(self, least: int = 0, most: int = 10**9):
        self.least, self.most = least, most

    def read(self, raw: Any, path: Path, problems: Problems) -> Any:
        value = int(raw) if isinstance(raw, str) and re.fullmatch("[0-9]{1,10}", raw.strip()) else raw
        if isinstance(value, int) and not isinstance(value, bool) and self.least <= value <= self.most:
            return value
        bounds = f"{self.least}–{self.most}"
        return wrong(problems, path, raw, f"số nguyên trong khoảng {bounds}", f"a whole number in {bounds}")

    def schema(self, definitions: dict[str, Any]) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


class Flag(Kind):
    in_a_cell = True

    def read(self, raw: Any, path: Path, problems: Problems) -> Any:
        if isinstance(raw, bool):
            return raw
        if str(raw).strip().lower() in ("true", "false"):
            return str(raw).strip().lower() == "true"
        return wrong(problems, path, raw, "true hoặc false", "true or false")

    def schema(self, definitions: dict[str, Any]) -> dict[str, Any]:
        return {"type": "boolean"}


class DayKind(Kind):
    in_a_cell = True

    def read(self, raw: Any, path: Path, problems: Problems) -> Any:
        if isinstance(raw, datetime.datetime):
            return raw.date()
        if isinstance(raw, datetime.date):
            return raw
        try:
            return datetime.date.fromisoformat(str(raw).strip())
        except ValueError:
            return wrong(problems, path, raw, "ngày (viết 2023-09-21)", "a date (written 2023-09-21)")

    def schema(self, definitions: dict[str, Any]) -> dict[str, Any]:
        return {"type": "string", "format": "date"}


class Choice(Kind):
    in_a_cell = True

    def __init__(self, *options: str):
        self.options = options

    def read(self, raw: Any, path: Path, problems: Problems) -> Any:
        if raw in self.options:
            return raw
        allowed = ", ".join(self.options)
        return wrong(problems, path, raw, f"một trong: {allowed}", f"one of: {allowed}")

    def schema(self, definitions: dict[str, Any]) -> dict[str, Any]:
        return {"enum": list(self.options)}


class Anything(Kind):
    """Plain data kept as it is, for the values of examples."""

    def read(self, raw: Any, path: Path, problems: Problems) -> Any:
        return raw

    def schema(self, definitions: dict[str, Any]) -> dict[str, Any]:
        return {}


#: Entries of a list or mapping of a set: more are a slip or an attack.
MOST_ENTRIES = 1000


def refuse_many(raw: dict[Any, Any] | list[Any], path: Path, problems: Problems, most: int = MOST_ENTRIES) -> bool:
    """Whether there are too many entries; then it is reported."""
    if len(raw) <= most:
        return False
    problems.error(
        "too-many",
        path,
        Text(f"quá nhiều mục: {len(raw)}, nhiều nhất {most}", f"too many entries: {len(raw)}; at most {most}"),
        Text("chia thành nhiều phần nhỏ hơn", "divide them into smaller parts"),
    )
    return True


class ListOf(Kind):
    def __init__(self, kind: Kind, single: bool = False):
        self.kind = kind
        self.single = single

    def read(self, raw: Any, path: Path, problems: Problems) -> Any:
        if self.single and isinstance(raw, dict):
            raw = [raw]
        if not isinstance(raw, list):
            return wrong(problems, path, raw, "một danh sách", "a list")
        if refuse_many(raw, path, problems):
            return FAILED
        read = [self.kind.read(item, (*path, n), problems) for n, item in enumerate(raw)]
        return tuple(item for item in read if item is not FAILED)

    def write(self, value: Any) -> Any:
        return [self.kind.write(item) for item in value]

    def schema(self, definitions: dict[str, Any]) -> dict[str, Any]:
        many = {"type": "array", "items": self.kind.schema(definitions)}
        return {"oneOf": [self.kind.schema(definitions), many]} if self.single else many


class MapOf(Kind):
    """A mapping whose keys match `key`; read into a dict in the order written."""

    def __init__(self, kind: Kind, key: PlainText | None = None):
        self.kind = kind
        self.key = key or PlainText()

    def read(self, raw: Any, path: Path, problems: Problems) -> Any:
        if not isinstance(raw, dict):
            return wrong(problems, path, raw, "một bảng khóa: giá trị", "a mapping of key: value")
        if refuse_many(raw, path, problems):
            return FAILED
        result = {}
        for key, item in raw.items():
            name = self.key.read(key, (*path, key), problems)
            value = self.kind.read(item, (*path, key), problems)
            if name is not FAILED and value is not FAILED:
                result[name] = value
        return result

    def write(self, value: Any) -> Any:
        return {key: self.kind.write(item) for key, item in value.items()}

    def schema(self, definitions: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "propertyNames": self.key.schema(definitions),
            "additionalProperties": self.kind.schema(definitions),
        }


class Record(Kind):
    """A nested record. `make` is called lazily, so that records may contain themselves."""

    def __init__(self, make: Callable[[], type]):
        self.make = make

    def read(self, raw: Any, path: Path, problems: Problems) -> Any:
        return read_record(self.make(), raw, path, problems)

    def write(self, value: Any) -> Any:
        return write_record(value)

    def schema(self, definitions: dict[str, Any]) -> dict[str, Any]:
        return record_schema(self.make(), definitions)


NEVER: Any = dataclasses.MISSING


def has(kind: Kind, doc: str = "", *, default: Any = NEVER, key: str | None = None) -> Any:
    """A field of a record. Without a default it is required. `key` is its name in the data."""
    metadata = {"kind": kind, "doc": doc, "key": key}
    if isinstance(default, dict):
        return field(default_factory=dict, metadata=metadata)
    return field(default=default, metadata=metadata)


def fields_of(cls: type) -> Mapping[str, dataclasses.Field[Any]]:
    return {f.metadata.get("key") or f.name: f for f in dataclasses.fields(cls) if "kind" in f.metadata}


def read_record(cls: type, raw: Any, path: Path, problems: Problems) -> Any:
    """The record, or FAILED with what is wrong added to `problems`."""
    if not isinstance(raw, dict):
        return wrong(problems, path, raw, "một khối có tên trường", "a block of named fields")
    fields = fields_of(cls)
    values: dict[str, Any] = {}
    failed = False
    for key, item in raw.items():
        if key not in fields:
            near = difflib.get_close_matches(str(key), fields, n=1)
            vi, en = (f"; có phải là “{near[0]}”?", f"; did you mean “{near[0]}”?") if near else ("", "")
            cut = item is None and str(key).isdigit()  # {maximum: 0,5} is 0, and then a field 5
            problems.error(
                "unknown-field",
                (*path, key),
                Text(f"không có trường “{key}” ở đây{vi}", f"there is no field “{key}” here{en}"),
                Text("viết số thập phân với dấu chấm, ví dụ 0.5", "write decimals with a point, as 0.5")
                if cut
                else Text("sửa tên trường, hoặc xóa", "correct its name, or delete it"),
            )
            continue
        if item is None:
            continue
        value = fields[key].metadata["kind"].read(item, (*path, key), problems)
        if value is FAILED:
            failed = True
        else:
            values[fields[key].name] = value
    for key, spec in fields.items():
        required = spec.default is dataclasses.MISSING and spec.default_factory is dataclasses.MISSING
        if required and spec.name not in values and raw.get(key) is None:
            problems.error(
                "missing-field",
                path,
                Text(f"thiếu trường “{key}”", f"the field “{key}” is missing"),
                Text("thêm trường này", "add it"),
            )
            failed = True
        elif required and spec.name not in values:
            failed = True
    return FAILED if failed else cls(**values)


def write_record(value: Any) -> dict[str, Any]:
    """The record as plain data, fields at their default left out."""
    raw: dict[str, Any] = {}
    for key, spec in fields_of(type(value)).items():
        item = getattr(value, spec.name)
        empty = spec.default if spec.default is not dataclasses.MISSING else None
        if spec.default_factory is not dataclasses.MISSING:
            empty = spec.default_factory()
        if item is None or (item == empty and empty is not None):
            continue
        raw[key] = spec.metadata["kind"].write(item)
    return raw


def record_schema(cls: type, definitions: dict[str, Any]) -> dict[str, Any]:
    """A reference to the record's JSON Schema, which is added to `definitions`."""
    name = cls.__name__
    if name not in definitions:
        definitions[name] = {}  # a place-holder stops the recursion of records in records
        required = []
        properties = {}
        for key, spec in fields_of(cls).items():
            properties[key] = spec.metadata["kind"].schema(definitions)
            if spec.metadata["doc"]:
                properties[key] = {**properties[key], "description": spec.metadata["doc"]}
            if spec.default is dataclasses.MISSING and spec.default_factory is dataclasses.MISSING:
                required.append(key)
        definitions[name] = {
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": False,
        }
    return {"$ref": f"#/$defs/{name}"}


def exact_number(value: Fraction) -> Any:
    """A whole number, a `Decimal`, or the text 10/3: what can be written without loss."""
    from decimal import Decimal

    if value.denominator == 1:
        return value.numerator
    text = decimal_text(value)
    return text if "/" in text else Decimal(text)
