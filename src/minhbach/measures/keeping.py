"""Whose work is kept here at all: without a row in a table, a count of 0 says nothing about a unit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from minhbach.measures.declaring import any_row
from minhbach.measures.figures import FIGURES
from minhbach.org.models import Unit


def kept(keys: Iterable[str], units: Mapping[int, Collection[int]]) -> dict[int, set[str]]:
    """Of each unit the figures whose table holds any row of it, of whatever day. One query."""
    every = {member for members in units.values() for member in members}
    ones = [one for key in dict.fromkeys(keys) if (one := FIGURES.get(key))]
    tables = {(one.of.model, one.of.unit): one.of for one in ones}
    holds = {f"holds{n}": any_row(table) for n, table in enumerate(tables.values())}
    holding: dict[tuple[str, str], set[int]] = {table: set() for table in tables}
    for pk, *held in Unit.objects.filter(pk__in=every).order_by().annotate(**holds).values_list("pk", *holds):
        for table, holding_any in zip(tables, held, strict=True):
            if holding_any:
                holding[table].add(pk)
    return {
        unit: {one.key for one in ones if not holding[one.of.model, one.of.unit].isdisjoint(members)}
        for unit, members in units.items()
    }
