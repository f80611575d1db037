"""The data of an event as rows a person can read: words for keys, dates as people write them, units by name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from minhbach.org.models import Unit
from minhbach.org.permissions.registry import ROLES
from minhbach.org.trail.registry import word
from minhbach.org.ui import figures

UNITS = {"unit", "parent", "office", "body", "units", "offices", "released", "successors"}
"""Keys whose values are codes of units."""


@dataclass(frozen=True)
class Row:
    label: str
    value: str
    depth: int = 0


def rows(data: Mapping[str, Any]) -> list[Row]:
    """One query for the units named, or none."""
    codes = set(_codes(data))
    names = {unit.code: str(unit) for unit in Unit.objects.filter(code__in=codes)} if codes else {}
    return list(_rows(data, names, 0))


def _codes(data: Any) -> Iterator[str]:
    if isinstance(data, Mapping):
        for key, value in data.items():
            if key in UNITS:
                yield from (item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str))
            else:
                yield from _codes(value)


def _rows(data: Mapping[str, Any], names: Mapping[str, str], depth: int) -> Iterator[Row]:
    for key, value in data.items():
        title = str(word(key))
        title = title[:1].upper() + title[1:]
        if isinstance(value, Mapping):
            yield Row(title, "" if value else figures.NOTHING, depth)
            yield from _rows(value, names, min(depth + 1, 4))
        elif isinstance(value, list):
            shown = [_text(key, item, names) for item in value if item not in (None, "")]
            yield Row(title, "; ".join(shown) or figures.NOTHING, depth)
        else:
            yield Row(title, _text(key, value, names), depth)


def _text(key: str, value: Any, names: Mapping[str, str]) -> str:
    if value is None or value == "":
        return figures.NOTHING
    if value is True:
        return _("yes")
    if value is False:
        return _("no")
    if isinstance(value, Mapping):
        return "; ".join(f"{word(inner)}: {_text(inner, item, names)}" for inner, item in value.items())
    if isinstance(value, list):
        return ", ".join(_text(key, item, names) for item in value)
    if key in UNITS and value in names:
        return f"{names[value]} ({value})"
    if key == "role" and value in ROLES:
        return str(ROLES[value].title)
    return _dated(value) if isinstance(value, str) else str(value)


def _dated(text: str) -> str:
    """A day or a moment as it was recorded, written as people do; other text as it is."""
    try:
        if len(text) == 10 and text[4] == text[7] == "-":
            return figures.date_short(date.fromisoformat(text))
        if len(text) == 32 and text[10] == "T" and text.endswith("+00:00"):
            return figures.moment(datetime.fromisoformat(text))
    except ValueError:
        pass
    return text
