"""Input as strict as the interface promises: unknown fields are refused, sizes bounded, moments have their zone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StringConstraints
from pydantic_core import PydanticCustomError

from minhbach.org.errors import NotPossible

_PRINTABLE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
_SOUND = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]{1,40}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9:.]+([Zz]|[+-][0-9]{2}:?[0-9]{2})")


class Strict(BaseModel):
    """What is sent in."""

    model_config = ConfigDict(extra="forbid")


class Told(BaseModel):
    """What is given out."""


def text(most: int, least: int = 0) -> Any:
    return Annotated[str, StringConstraints(max_length=most, min_length=least, pattern=_PRINTABLE)]


def whole(least: int = 0, most: int = 2**31 - 1) -> Any:
    return Annotated[int, Field(ge=least, le=most), BeforeValidator(_whole)]


def _whole(value: Any) -> Any:
    """As JSON Schema counts: 2.0 is a whole number, true and "2" are none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
        raise PydanticCustomError("int_type", "This must be a whole number.")
    return int(value)


def _day(value: Any) -> Any:
    if isinstance(value, date):
        return value
    try:
        assert _DAY.fullmatch(value)
        return date.fromisoformat(value)
    except (AssertionError, TypeError, ValueError):
        raise PydanticCustomError("day", "A day as 2026-11-21.") from None


def _moment(value: Any) -> Any:
    if isinstance(value, datetime):
        return value
    try:
        assert _MOMENT.fullmatch(value)
        return datetime.fromisoformat(value.upper().replace(" ", "T"))
    except (AssertionError, TypeError, ValueError, AttributeError):
        raise PydanticCustomError("moment", "A moment with its zone, as 2026-11-21T08:30:00+07:00.") from None


Day = Annotated[date, BeforeValidator(_day)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
Yes = StrictBool
Code = text(60, 1)
Key = text(40)


def sound_names(given: Mapping[str, Any]) -> dict[str, Any]:
    """A table whose keys the caller chose. Raises NotPossible, code `characters`, for keys that no database keeps."""
    for name in given:
        if not _SOUND.fullmatch(name):
            raise NotPossible(
                _("The name %(name)s holds characters that cannot be kept."), "characters", {"name": ascii(name)}
            )
    return dict(given)


def sensible(moment: datetime | None) -> datetime | None:
    """A moment of the working life of this product. Raises NotPossible with code `moment`."""
    if moment is not None and not 2000 <= moment.year < 2100:
        raise NotPossible(_("%(moment)s is no moment to work with."), "moment", {"moment": moment.isoformat()})
    return moment


def within_reason(moment: datetime | None) -> datetime | None:
    """For a filter: nothing lies outside of these hundred years, and databases do not read all of the others."""
    if moment is None:
        return None
    if moment.year < 2000:
        return datetime(2000, 1, 1, tzinfo=UTC)
    return moment if moment.year < 2100 else datetime(2100, 1, 1, tzinfo=UTC)
