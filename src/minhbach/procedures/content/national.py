"""The catalogue against a list of others: what is new there, what is no longer there, what changed.

A list seldom says everything. What it leaves blank says nothing against ours; how an office works on a procedure (form,
process, ISO document) is the office's own and is not compared.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from minhbach.procedures.content.differing import Difference, differences, named
from minhbach.procedures.content.model import Condition, Content
from minhbach.records.structure import ListOf, Record, fields_of
from minhbach.records.texts import Text

OWN = {"internal", "delegated_to", "iso_document", "form", "process", "source", "note", "extra", "replaced_by"}
COMPARED = frozenset(fields_of(Content)) - OWN - {"code"}


@dataclass(frozen=True)
class Changed:
    """A procedure that says something else in the list. `merged`: ours with what the list says."""

    ours: Content
    theirs: Content
    merged: Content
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class Report:
    """By code. `gone`: ours, in force, and not in the list. `apart`: in the list, of fields we keep nothing of."""

    new: tuple[Content, ...]
    gone: tuple[Content, ...]
    changed: tuple[Changed, ...]
    same: int
    apart: int = 0


def compare(ours: Mapping[str, Content], theirs: Iterable[Content], *, only_own_fields: bool = False) -> Report:
    """Our procedures in force against the list. Those between agencies are ours alone and are never gone."""
    listed = {content.code: content for content in theirs}
    fields = {content.field for content in ours.values()}
    new, changed, same, apart = [], [], 0, 0
    for code, content in sorted(listed.items()):
        if code not in ours:
            if only_own_fields and fields and content.field not in fields:
                apart += 1
            else:
                new.append(content)
            continue
        merged = filled(content, ours[code])
        found = differences(ours[code], merged, COMPARED)
        if found:
            changed.append(Changed(ours[code], content, merged, tuple(found)))
        else:
            same += 1
    gone = [content for code, content in sorted(ours.items()) if code not in listed and not content.internal]
    return Report(tuple(new), tuple(gone), tuple(changed), same, apart)


def filled(theirs: Content, ours: Content) -> Content:
    """What the list says, and where it says nothing, what we have."""
    kept = {name: getattr(ours, name) for name in OWN}
    merged: Content = _filled(theirs, ours)
    return dataclasses.replace(merged, **kept)


def _filled(theirs: Any, ours: Any) -> Any:
    values: dict[str, Any] = {}
    for spec in fields_of(type(theirs)).values():
        kind, said = spec.metadata["kind"], getattr(theirs, spec.name)
        known = getattr(ours, spec.name)
        if _is_blank(said, spec):
            values[spec.name] = known
        elif isinstance(kind, Record) and known is not None:
            values[spec.name] = _filled(said, known)
        elif isinstance(kind, ListOf) and isinstance(kind.kind, Record) and kind.kind.make() is not Condition:
            before = named(known)
            items = named(said).items()
            values[spec.name] = tuple(_filled(item, before[name]) if name in before else item for name, item in items)
        elif isinstance(said, Text) and not said.en and known is not None and said.vi == known.vi:
            values[spec.name] = known
        else:
            values[spec.name] = said
    return type(theirs)(**values)


def _is_blank(value: Any, spec: dataclasses.Field[Any]) -> bool:
    if spec.default_factory is not dataclasses.MISSING:
        return bool(value == spec.default_factory())
    return spec.default is not dataclasses.MISSING and bool(value == spec.default)
