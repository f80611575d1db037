"""From YAML or plain data to an `IndicatorSet`, and back."""

from __future__ import annotations

from typing import Any

from minhbach.records import yaml_text
from minhbach.records.problems import BadInput, Locate, Path, Problems
from minhbach.records.structure import FAILED, read_record, record_schema, write_record
from minhbach.records.texts import Text
from minhbach.scoring.checking import check
from minhbach.scoring.model import IndicatorSet
from minhbach.scoring.unsound import check_rest, report_nothing

MOST_CRITERIA = 3000


def place_in(raw: Any, path: Path) -> str:
    """A path as people name it: the nearest criterion's code, then the field."""
    name, current, fields = "", raw, []
    for step in path:
        try:
            current = current[step]
        except (KeyError, IndexError, TypeError):
            fields.append(str(step))
            continue
        if isinstance(current, dict) and ("code" in current or "id" in current) and "title" in current:
            name, fields = str(current.get("id") or current.get("code")), []
        elif step != "criteria" and not (isinstance(step, int) and isinstance(current, dict) and "title" in current):
            fields.append(f"[{step + 1}]" if isinstance(step, int) else str(step))
    return " ".join(part for part in (name, ".".join(fields).replace(".[", "[")) if part)


def from_data(
    raw: Any, file: str = "", locate: Locate | None = None, *, checked: bool = False
) -> tuple[IndicatorSet | None, Problems]:
    """The set, or None when its structure is wrong, with all that is wrong in it so far.

    `checked` adds what `checking.check` finds, also in the sound parts of a set whose structure is wrong.
    """
    problems = Problems(file, locate or (lambda path: (0, place_in(raw, path))))
    read = read_record(IndicatorSet, raw, (), problems)
    indicator_set = None if read is FAILED or problems.errors else read
    if indicator_set is not None and indicator_set.format != 1:
        problems.error(
            "format",
            ("format",),
            Text(f"không biết định dạng {indicator_set.format}", f"format {indicator_set.format} is not known"),
            Text("viết format: 1", "write format: 1"),
        )
        indicator_set = None
    elif indicator_set is not None and len(indicator_set.nodes) > MOST_CRITERIA:
        problems.error(
            "too-many",
            ("criteria",),
            Text(
                f"quá nhiều tiêu chí: {len(indicator_set.nodes)}, nhiều nhất {MOST_CRITERIA}",
                f"too many criteria: {len(indicator_set.nodes)}; at most {MOST_CRITERIA}",
            ),
            Text("chia thành nhiều bộ nhỏ hơn", "split it into smaller sets"),
        )
        indicator_set = None
        checked = False
    if checked and indicator_set is not None:
        check(indicator_set, problems)
    elif checked:
        check_rest(raw, problems, lambda other: from_data(other)[0])
    return indicator_set, problems


def from_yaml(text: str, file: str = "", *, checked: bool = False) -> tuple[IndicatorSet | None, Problems]:
    """As `from_data`, from YAML text, with the line of each finding."""
    try:
        raw, lines = yaml_text.load(text, file)
    except BadInput as error:
        return None, _nothing_else(error.problems, checked)
    return from_data(raw, file, lambda path: (lines.line(path), place_in(raw, path)), checked=checked)


def _nothing_else(problems: Problems, checked: bool) -> Problems:
    if checked:
        report_nothing(problems)
    return problems


def to_data(indicator_set: IndicatorSet) -> dict[str, Any]:
    """Plain data: what `from_data` reads back to an equal set."""
    return write_record(indicator_set)


def to_yaml(indicator_set: IndicatorSet) -> str:
    return yaml_text.dump(to_data(indicator_set))


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a set."""
    definitions: dict[str, Any] = {}
    reference = record_schema(IndicatorSet, definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Indicator set",
        "$defs": definitions,
        **reference,
    }
