"""Whose work is kept here at all: without a row in a table, a count of 0 says nothing about a unit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from django.apps import apps
from django.db.models import Exists, OuterRef

from minhbach.measures.figures import FIGURES
from minhbach.org.models import Unit


def kept(keys: Iterable[str], units: Mapping[int, Collection[int]]) -> dict[int, set[str]]:
    """Of each unit the figures whose table holds any row of it, of whatever day. A query for each table."""
    every = {member for members in units.values() for member in members}
    ones = [one for key in dict.fromkeys(keys) if (one := FIGURES.get(key))]
    holding: dict[tuple[str, str], set[int]] = {}
    for model, field in dict.fromkeys((one.of.model, one.of.unit) for one in ones):
        own = apps.get_model(model)._default_manager.order_by().filter(**{field: OuterRef("pk")})
        holding[model, field] = set(Unit.objects.filter(Exists(own), pk__in=every).values_list("pk", flat=True))
    return {
        unit: {one.key for one in ones if not holding[one.of.model, one.of.unit].isdisjoint(members)}
        for unit, members in units.items()
    }
