"""Plain data of a record as controls."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from minhbach.org.ui.record_forms.controls import (
    Control,
    Data,
    Group,
    Look,
    Path,
    Row,
    Rows,
    Shape,
    control_kind,
    fields,
    is_required,
    name_of,
    record_of,
)
from minhbach.records.structure import Kind, ListOf


def shown(
    record: type,
    data: Data,
    shape: Shape,
    *,
    only: Collection[str] | None = None,
    path: Path = (),
    whole: Data | None = None,
) -> list[Control | Rows | Group]:
    """The controls for a record; `only` limits them to some of its fields. `whole`: the data it is a part of."""
    whole = data if whole is None else whole
    found: list[Control | Rows | Group] = []
    for key, spec, look in fields(record, shape):
        if only is not None and key not in only:
            continue
        here = (*path, key)
        value, kind = data.get(key), spec.metadata["kind"]
        label = shape.label(record.__name__, key)
        if special := shape.special.get((record.__name__, key)):
            content, choices = special.show(value, whole)
            found.append(Control(name_of(here), label, special.kind, content, "", choices, look))
        elif (inner := record_of(kind)) is None:
            found.append(_control(here, label, kind, spec, look, value, shape, whole))
        elif isinstance(kind, ListOf):
            rows = _rows(inner, value, shape, here, whole)
            one, add = shape.one[inner.__name__], shape.add[inner.__name__]
            found.append(Rows(name_of(here), label, one, add, rows, look))
        else:
            parts = shown(inner, value if isinstance(value, dict) else {}, shape, path=here, whole=whole)
            found.append(Group(name_of(here), label, parts, look))
    return found


def _rows(record: type, value: Any, shape: Shape, path: Path, whole: Data) -> list[Row]:
    records = value if isinstance(value, list) else []
    return [
        Row(
            name_of((*path, n)),
            n,
            _title(one),
            shown(record, one if isinstance(one, dict) else {}, shape, path=(*path, n), whole=whole),
            open=not one,
        )
        for n, one in enumerate(records)
    ]


def _title(record: Any) -> str:
    """What a row is called while it is folded."""
    if not isinstance(record, dict):
        return ""
    for key in ("title", "who", "number"):
        if value := record.get(key):
            vi, en = two(value)
            return vi if _vietnamese() or not en else en
    return ""


def _control(
    path: Path,
    label: Any,
    kind: Kind,
    spec: dataclasses.Field[Any],
    look: Look,
    value: Any,
    shape: Shape,
    whole: Data,
) -> Control:
    sort = control_kind(kind, spec, look)
    control = Control(name_of(path), label, sort, look=look, optional=not is_required(spec))
    match sort:
        case "two" | "two_area":
            control.value, control.english = two(value)
        case "flag":
            control.value = bool(spec.default if value is None else value)
        case "maybe":
            chosen = "" if value is None else "yes" if value else "no"
            control.choices = _choices({"": _("not stated"), "yes": _("yes"), "no": _("no")}, [chosen])
        case "choice":
            words = look.choices(whole) if look.choices else shape.words(kind)
            default = None if is_required(spec) else spec.default
            empty = {} if default else {"": "–" if control.optional else _("Choose")}
            control.choices = _choices({**empty, **words}, [str(value or default or "")])
        case "checks":
            control.choices = _choices(shape.words(kind), [str(one) for one in value or ()])
        case "lines":
            control.value = "\n".join(map(str, value or ()))
        case "day":
            control.value = value.isoformat() if isinstance(value, datetime.date) else str(value or "")
        case _:
            control.value = "" if value is None else _figure(value) if isinstance(value, Decimal) else str(value)
    return control


def _choices(words: Mapping[str, Any], chosen: list[str]) -> list[tuple[str, Any, bool]]:
    """Every option, and what is chosen though it is none: it is not lost, and the reader says that it is wrong."""
    found = [(code, capital(str(text)), code in chosen) for code, text in words.items()]
    return found + [(code, code, True) for code in chosen if code and code not in words]


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def two(value: Any) -> tuple[str, str]:
    """A text of both languages in plain data."""
    if isinstance(value, dict):
        return str(value.get("vi") or ""), str(value.get("en") or "")
    return ("" if value is None else str(value)), ""


def _figure(value: Decimal) -> str:
    text = format(value, "f")
    return text.replace(".", ",") if _vietnamese() else text


def _vietnamese() -> bool:
    return (get_language() or "vi").startswith("vi")
