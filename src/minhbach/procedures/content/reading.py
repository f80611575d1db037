"""From plain data or YAML to a `Content`, and back."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from minhbach.procedures.content.checking import check
from minhbach.procedures.content.model import Content
from minhbach.records import yaml_text
from minhbach.records.problems import BadInput, Locate, Path, Problems
from minhbach.records.structure import FAILED, read_record, record_schema, write_record


def from_data(raw: Any, problems: Problems) -> Content | None:
    """The content in plain data, checked; None when its structure is wrong. What is wrong is added to `problems`."""
    content = read_record(Content, raw, (), problems)
    if content is FAILED or problems.errors:
        return None
    check(content, problems)
    return content


def from_yaml(text: str, file: str = "") -> tuple[list[Content], Problems]:
    """The procedures in a YAML file: one, or a list of them. With errors the list is empty."""
    try:
        raw, lines = yaml_text.load(text, file)
    except BadInput as error:
        return [], error.problems
    items = raw if isinstance(raw, list) else [raw]
    start: tuple[Any, ...] = () if items is not raw else (0,)
    found, problems = [], Problems(file)
    for n, item in enumerate(items):
        prefix: Path = (n,) if start else ()
        own = Problems(file, _located(lines, prefix, item))
        content = from_data(item, own)
        problems.found += own.found
        if content is not None:
            found.append(content)
    return ([] if problems.errors else found), problems


def _located(lines: yaml_text.Lines, prefix: Path, item: Any) -> Locate:
    code = str(item.get("code", "")) if isinstance(item, dict) else ""
    return lambda path: (lines.line((*prefix, *path)), " ".join(filter(None, (code, place(path)))))


def place(path: Path) -> str:
    """components[2].title: the place in a procedure as people count, from 1."""
    return "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


def to_data(content: Content) -> dict[str, Any]:
    """Plain data that `from_data` reads back to an equal content; fields at their default are left out."""
    return write_record(content)


def to_yaml(contents: list[Content]) -> str:
    return yaml_text.dump([to_data(content) for content in contents])


def to_json(content: Content) -> dict[str, Any]:
    """As `to_data`, with days and decimals as text: what a JSON column keeps."""
    return _jsonable(to_data(content))


def digest_of(data: Mapping[str, Any]) -> str:
    """SHA-256 of the content as a JSON column keeps it."""
    return hashlib.sha256(_text(data).encode()).hexdigest()


def stored(data: Mapping[str, Any]) -> Content:
    """The content of a JSON column, read once per content. ValueError if a later programme cannot read it."""
    return _stored(_text(data))


@lru_cache(maxsize=512)
def _stored(text: str) -> Content:
    problems = Problems()
    content = from_data(json.loads(text), problems)
    if content is None:
        raise BadInput(problems)
    return content


def schema() -> dict[str, Any]:
    """The JSON Schema of one procedure."""
    definitions: dict[str, Any] = {}
    top = record_schema(Content, definitions)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **top, "$defs": definitions}


def _text(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _jsonable(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _jsonable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_jsonable(item) for item in value]
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, datetime.date) else value
