"""The form of the set itself: what it is, who is responsible, choices, parameters, bands, ranking."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import QueryDict

from minhbach.indices.set_forms import checks, specs
from minhbach.indices.set_forms.fields import Data, mapped, show_by_path, show_rows, take, take_rows
from minhbach.indices.set_forms.titles import title_in
from minhbach.org.ui.record_forms import Control, Finding, mark

FIELDS = (*specs.SET_HEAD, *specs.SOURCE, *specs.SET_ROUNDING, *specs.APPLIES)
_STEP = ("code", "title", "from", "share_limit")


def flat_bands(bands: Any) -> list[Data]:
    """Every step of every scale as one row, with the scale it belongs to."""
    return [
        {**step, **{key: scale[key] for key in ("by", "groups") if key in scale}}
        for scale in bands or []
        for step in scale.get("steps") or []
    ]


def nested_bands(rows: list[Data]) -> list[Data]:
    """Rows back to scales: rows with the same `by` and groups are one."""
    scales: dict[tuple, Data] = {}
    for row in rows:
        by = row.get("by", "percent")
        key = (by, tuple(row.get("groups") or ()))
        scale = scales.setdefault(key, {"by": by, "groups": row.get("groups") or [], "steps": []})
        scale["steps"].append({name: row[name] for name in _STEP if name in row})
    return list(scales.values())


def take_set(post: QueryDict, old: Data) -> Data:
    """The set as typed, its criteria as they were."""
    data = take(post, FIELDS, "f-")
    data["format"] = 1
    for spec in specs.SET_ROWS:
        rows = take_rows(post, spec)
        if spec is specs.BANDS:
            data["bands"] = nested_bands(rows)
        elif rows:
            data[spec.path] = mapped(rows, spec, title="" if spec.fields[1].path == "" else spec.fields[0].path)
    if "rounding" in data:
        for name, places in (("points", 10), ("groups", 10), ("total", 2)):
            precision = data["rounding"].get(name)
            if precision and "places" not in precision:
                precision["places"] = places
    data["criteria"] = old["criteria"]
    if old.get("adjustments"):
        data["adjustments"] = old["adjustments"]
    return {key: value for key, value in data.items() if value not in ({}, None) and not (key == "bands" and not value)}


class SetForm:
    """Everything the template of the set's own fields needs."""

    def __init__(self, data: Data, lang: str, *, more: str = ""):
        self.data = data
        self.controls = show_by_path({"version": "1", **data}, FIELDS, "f-")
        applies = self.controls["applies_to"]
        chosen = applies.value if isinstance(applies.value, list) else []
        applies.choices = [
            (code, title_in(title, lang), code in chosen) for code, title in (data.get("groups") or {}).items()
        ]
        self.tables = {
            spec.path: show_rows(
                flat_bands(data.get("bands")) if spec is specs.BANDS else data.get(spec.path),
                spec,
                blank=1 if more == spec.path else 0,
            )
            for spec in specs.SET_ROWS
        }

    def every(self) -> Iterator[Control]:
        yield from self.controls.values()
        for table in self.tables.values():
            for row in table.rows:
                yield from row.controls

    def mark(self, findings: list[Finding]) -> None:
        controls = {control.name: control for control in self.every()}
        mark(controls, findings, lambda one: checks.set_control_of(self.data, one.path))
