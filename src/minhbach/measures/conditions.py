"""Conditions of what is counted: what they ask of other tables and of days, and which fields they name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import DateField, Exists, Expression, F, Func, OuterRef, Q


class Has(Exists):
    """Whether a row of another table (app.Model) points at this one and is such as the condition says: a dossier has a
    paper that is electronic. Rows of that table then mark the tallies, too."""

    def __init__(self, model: str, pointing: str, such: Q) -> None:
        self.model, self.pointing, self.such = model, pointing, such
        rows = apps.get_model(model)._default_manager.order_by()
        super().__init__(rows.filter(such, **{pointing: OuterRef("pk")}))

    def __repr__(self) -> str:
        return f"Has({self.model}.{self.pointing}: {self.such!r})"  # tells one declaration from another


def local_day(moment: str, vendor: str) -> str:
    """The day of a moment in Vietnam, in the SQL of a vendor."""
    if vendor == "sqlite":
        # Not Django's own function, which calls Python for each row. Vietnam has had no other time since 1975.
        return f"date({moment}, '+7 hours')"
    return f"(({moment}) AT TIME ZONE '{settings.TIME_ZONE}')::date"


class LocalDay(Func):
    """The day of a moment in Vietnam."""

    output_field = DateField()

    def as_sql(self, compiler, connection, **context):
        return super().as_sql(compiler, connection, template=local_day("%(expressions)s", connection.vendor), **context)


def named(said: object) -> Iterator[tuple[str, object]]:
    """The fields that a condition names, each as the first step of its path, with what it is compared with."""
    if isinstance(said, Q):
        for child in said.children:
            yield from named(child)
    elif isinstance(said, tuple):
        yield said[0].partition("__")[0], said[1]
        yield from named(said[1])
    elif isinstance(said, F):
        yield said.name.partition("__")[0], None
    elif isinstance(said, Expression):
        for part in said.get_source_expressions():
            yield from named(part)


def having(said: object) -> Iterator[Has]:
    """What a condition asks of other tables."""
    if isinstance(said, Has):
        yield said
    elif isinstance(said, Q):
        for child in said.children:
            yield from having(child)


def renamed(said: Any, names: Mapping[str, str]) -> Any:
    """The condition with other names for fields of the row; what it asks of other tables (`Has`) stays."""
    if isinstance(said, Q):
        children = [renamed(child, names) for child in said.children]
        return Q.create(children, connector=said.connector, negated=said.negated)
    if isinstance(said, tuple):
        name, lookup, rest = said[0].partition("__")
        return names.get(name, name) + lookup + rest, renamed(said[1], names)
    if isinstance(said, F):
        name, lookup, rest = said.name.partition("__")
        return F(names.get(name, name) + lookup + rest)
    if isinstance(said, Expression):
        changed = said.copy()
        changed.set_source_expressions([renamed(part, names) for part in said.get_source_expressions()])
        return changed
    return said
