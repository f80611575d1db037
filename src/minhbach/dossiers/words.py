"""Search by the beginnings of words: the same on both databases, on PostgreSQL by index."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connections
from django.db.models import BooleanField, F, Func, OrderBy, QuerySet, Value
from django.db.models.functions import Coalesce, Concat

from minhbach.dossiers.models import Dossier


def holding(dossiers: QuerySet[Dossier], words: Iterable[str]) -> QuerySet[Dossier]:
    """Those in whose search key each of these folded words begins a word."""
    words = list(words)
    if not words:
        return dossiers
    if connections[dossiers.db].vendor == "postgresql":
        return dossiers.filter(_Begin(F("search_key"), Value(" & ".join(f"'{word}':*" for word in words))))
    dossiers = dossiers.alias(_key=Concat(Value(" "), F("search_key")))
    for word in words:
        dossiers = dossiers.filter(_key__contains=f" {word}")
    return dossiers


def by_index(dossiers: QuerySet[Dossier]) -> QuerySet[Dossier]:
    """The same in the same order, found by the words first and put in order then."""
    if connections[dossiers.db].vendor != "postgresql":
        return dossiers
    # No index is in the order of coalesce(id, id): nothing is left to go along but the index of the words.
    order = [(name.removeprefix("-"), name.startswith("-")) for name in dossiers.query.order_by]
    return dossiers.order_by(*(OrderBy(Coalesce(name, name), descending=down) for name, down in order))


class _Begin(Func):
    """The expression is that of the index (migration 0008). fold() leaves letters, digits and dots: none to escape."""

    template = "array_to_tsvector(array_remove(string_to_array(%(expressions)s::tsquery"
    arg_joiner = ", ' '), '')) @@ "
    output_field = BooleanField()
