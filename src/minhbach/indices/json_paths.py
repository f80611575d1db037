"""Values deep inside a JSON column, by keys that are always names.

Django's own key lookups take a name of digits, such as the criterion "7", for a place in a list.
"""

from __future__ import annotations

import json

from django.db.models import Func, TextField


class JsonText(Func):
    """JsonText("parts", "self", "7") is the value as text: a plain string, or JSON for lists and objects."""

    output_field = TextField()

    def __init__(self, column: str, *keys: str, **more):
        self.keys = keys
        super().__init__(column, **more)

    def as_sqlite(self, compiler, connection, **more):
        column, params = compiler.compile(self.source_expressions[0])
        path = "$" + "".join(f".{json.dumps(key, ensure_ascii=False)}" for key in self.keys)
        return f"JSON_EXTRACT({column}, %s)", (*params, path)

    def as_postgresql(self, compiler, connection, **more):
        column, params = compiler.compile(self.source_expressions[0])
        return f"({column} #>> %s::text[])", (*params, list(self.keys))

    def as_sql(self, compiler, connection, **more):
        raise NotImplementedError(f"JsonText on {connection.vendor}")


def read(text: str | None):
    """Back from the text of a list or an object."""
    return None if text is None else json.loads(text)
