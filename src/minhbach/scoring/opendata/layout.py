"""Which files and columns a publication has."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from minhbach.records.texts import decimal_text, is_terminating, rounded

FORMAT = "minhbach-open-data/1"
EXPLANATION = "minhbach-explanation/1"
MANIFEST, SET = "manifest.json", "set.yaml"
ENDINGS = ("csv", "json", "parquet")
"""Each table stands in all of these, with the same content."""

TEXT, WHOLE, EXACT = "text", "whole", "exact"
"""Kinds of columns: words; a count; a figure with every digit, rounded at 12 decimals only where it has no end."""


@dataclass(frozen=True)
class Column:
    name: str
    says: str
    kind: str = TEXT


TABLES: dict[str, tuple[Column, ...]] = {
    "units": (
        Column("unit", "code of the unit"),
        Column("name", "its name in Vietnamese"),
        Column("name_en", "its name in English"),
        Column("group", "group of units ranked together"),
        Column("state", "concluded, or not_submitted: then it has no result"),
        Column("ranked", "yes or no"),
        Column("explanation", "file with its sealed result"),
    ),
    "facts": (
        Column("unit", "code of the unit"),
        Column("criterion", "code or id of the criterion"),
        Column("input", "key of the input in the set; points@hand: points given by a person"),
        Column("value", "the figure as it was concluded"),
        Column("group", "group of units"),
        Column("type", "what kind of figure it is"),
        Column("obtained", "declared by the unit, measured from its own dossiers, survey, or by_hand"),
        Column("figure", "what is counted of the unit's own work, if anything is"),
        Column("measured", "how much that was when the round was concluded", WHOLE),
        Column("rows_sha256", "digest of the keys of the rows counted"),
        Column("meaning", "the figure in words"),
    ),
    "scores": (
        Column("unit", "code of the unit"),
        Column("criterion", "code or id of the criterion or part"),
        Column("title", "its title in Vietnamese"),
        Column("score", "points", EXACT),
        Column("maximum", "most points it could have had", EXACT),
        Column("state", "of a criterion: scored, by_hand, not_applicable, missing …"),
        Column("branch", "which tier of the rule applied"),
        Column("open", "of a part: criteria in it without points", WHOLE),
    ),
    "ranking": (
        Column("unit", "code of the unit"),
        Column("name", "its name in Vietnamese"),
        Column("group", "group of units ranked together"),
        Column("rank", "place in the group", WHOLE),
        Column("score", "points in all", EXACT),
        Column("maximum", "most points it could have had", EXACT),
        Column("percent", "points of a hundred, rounded as the set says; empty for a part of a decision's set", EXACT),
        Column("band", "band of the set"),
        Column("open", "criteria without points", WHOLE),
    ),
}

Row = dict[str, str]
"""A row of a table, every cell as text; empty where there is nothing."""


def exact(value: Fraction | None) -> str:
    """A figure as the tables write it."""
    if value is None:
        return ""
    return decimal_text(value if is_terminating(value) else rounded(value, 12))
