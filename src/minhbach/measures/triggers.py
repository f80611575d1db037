"""Triggers by which the database marks the tallies of a row that changes, whoever changes it and however.

A mark names the unit and day the row counted for before, and those it counts for now. Rows of other tables that feed a
count mark the row they point at; of what stands, they mark every unit. The triggers are made anew after every
migration, from the declarations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.apps import apps
from django.db import models

from minhbach.measures.conditions import local_day
from minhbach.measures.declaring import REGISTRY, STANDING, Rows, Standing
from minhbach.measures.models import EVERY_UNIT, Mark

PREFIX = "measures_mark_"
LONGEST = 63
"""Characters of a name: PostgreSQL cuts a longer one off, and two triggers would become one."""
_NO_DAY = "1900-01-01"
"""Of what stands: it has no day."""


def install(connection) -> None:
    """Make the triggers of every declaration, in place of those that are there."""
    if connection.vendor not in ("sqlite", "postgresql"):
        raise NotImplementedError(f"no marks for {connection.vendor}")
    there = set(connection.introspection.table_names())
    if Mark._meta.db_table not in there:
        return
    with connection.cursor() as cursor:
        for statement in [*_removals(connection, cursor), *_statements(connection, there)]:
            cursor.execute(statement)


def _removals(connection, cursor) -> Iterator[str]:
    if connection.vendor == "sqlite":
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s", [PREFIX + "%"])
        yield from [f"DROP TRIGGER {name}" for (name,) in cursor.fetchall()]
    else:
        cursor.execute(
            "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE %s AND NOT tgisinternal",
            [PREFIX + "%"],
        )
        yield from [f"DROP TRIGGER {name} ON {table}" for name, table in cursor.fetchall()]


def _statements(connection, there: set[str]) -> Iterator[str]:
    said = [(key, _Said(rows, connection.vendor).triggers()) for key, rows in REGISTRY.items()]
    said += [(key, _standing(table)) for key, table in STANDING.items()]
    for key, triggers in said:
        for table, event, when, body in triggers:
            if table not in there:
                continue
            name = PREFIX + re.sub(r"\W", "_", f"{key}_{table}_{event}".lower())
            if len(name) > LONGEST:
                raise ValueError(f"{key}: the name {name} of a trigger is too long, shorten the key")
            if connection.vendor == "sqlite":
                yield f"CREATE TRIGGER {name} AFTER {event} ON {table} {when} BEGIN {body} END"
                continue
            yield (
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$"
                f" BEGIN {body} RETURN NULL; END $$"
            )
            yield f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW {when} EXECUTE FUNCTION {name}()"


Trigger = tuple[str, str, str, str]
"""The table, the event, the condition, and what is done."""
_RECORDS = {"INSERT": ("NEW",), "DELETE": ("OLD",), "UPDATE": ("OLD", "NEW")}


def _standing(table: Standing) -> Iterator[Trigger]:
    """Of what stands: a row of the table marks its unit, where it names it itself; all else marks every unit."""
    meta, into = table.table._meta, f'INSERT INTO {Mark._meta.db_table} ("rows", unit, day)'
    here = None if "__" in table.unit else meta.get_field(table.unit).column
    for event, records in _RECORDS.items():
        for model in (table.model, *table.fed_by):
            own = here is not None and model == table.model
            units = [f"{record}.{here}" for record in records] if own else [str(EVERY_UNIT)]
            body = " ".join(
                f"{into} SELECT '{table.key}', {unit}, '{_NO_DAY}' WHERE {unit} IS NOT NULL;" for unit in units
            )
            yield apps.get_model(model)._meta.db_table, event, "", body


class _Said:
    """A declaration in SQL. Everything in it is the code's own: nothing here comes from a person."""

    def __init__(self, rows: Rows, vendor: str):
        self.rows, self.vendor, self.meta = rows, vendor, rows.table._meta
        self.differs = "IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM"

    def triggers(self) -> Iterator[Trigger]:
        own, moved = self.meta.db_table, self._changed(self.rows.unit, *self.rows.days)
        yield own, "INSERT", "", self._own("NEW")
        yield own, "DELETE", "", self._own("OLD")
        yield (
            own,
            "UPDATE",
            f"WHEN ({self._changed(*sorted(self.rows.fields))})",
            (self._own("NEW") + " " + self._own("OLD", f"({moved})")),
        )
        for label, pointing in self.rows.feeding.items():
            model = apps.get_model(label)
            column = model._meta.get_field(pointing).column
            for event, records in _RECORDS.items():
                body = " ".join(self._fed(f"{record}.{column}") for record in records)
                yield model._meta.db_table, event, "", body

    def _own(self, record: str, condition: str = "true") -> str:
        unit, day = f"{record}.{self._column(self.rows.unit)}", self._day(record)
        return f"{self._insert(unit, day)} WHERE {day} IS NOT NULL AND {unit} IS NOT NULL AND {condition};"

    def _fed(self, key: str) -> str:
        unit, day = f"r.{self._column(self.rows.unit)}", self._day("r")
        return (
            f"{self._insert(unit, day)} FROM {self.meta.db_table} r"
            f" WHERE r.{self.meta.pk.column} = {key} AND {day} IS NOT NULL AND {unit} IS NOT NULL;"
        )

    def _insert(self, unit: str, day: str) -> str:
        return f"INSERT INTO {Mark._meta.db_table} (\"rows\", unit, day) SELECT '{self.rows.key}', {unit}, {day}"

    def _changed(self, *fields: str) -> str:
        columns = [self._column(name) for name in fields]
        return " OR ".join(f"OLD.{column} {self.differs} NEW.{column}" for column in columns)

    def _column(self, name: str) -> str:
        return self.meta.get_field(name).column

    def _day(self, record: str) -> str:
        """The local day on which the record counts."""
        values = [f"{record}.{self._column(name)}" for name in self.rows.days]
        value = values[0] if len(values) == 1 else f"COALESCE({', '.join(values)})"
        if not isinstance(self.meta.get_field(self.rows.days[0]), models.DateTimeField):
            return value
        return local_day(value, self.vendor)
