"""Reading one row."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)


def only_row(rows: QuerySet[Row]) -> Row | None:
    """The one row that a unique condition leaves, or None. Unlike `first()` it asks for no order, which costs more to
    write down than such a row to find."""
    return next(iter(rows.order_by()[:1]), None)
