"""The year before: a unit's entry in that round, and which criterion of its set is which of this year's.

Codes change meaning from year to year, so two sets are compared only through the catalogue's mapping between them,
never by equal code; versions of one set go by their ids.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from minhbach.indices import queries
from minhbach.indices.models import Entry
from minhbach.records.problems import BadInput
from minhbach.records.texts import Text
from minhbach.scoring.mappings import Pair, mapping_between
from minhbach.scoring.model import IndicatorSet, Node


@dataclass(frozen=True)
class Counterpart:
    """A criterion of the year before. `kind` is the mapping's: same, changed, split (this one and others came of it)
    or merged (it and others went into this one), with the mapping's note."""

    node: Node
    kind: str = "same"
    note: Text = Text("")

    @property
    def is_same(self) -> bool:
        return self.kind == "same"


def entry_before(account, entry: Entry) -> Entry | None:
    """The unit in the round before, when the person may see it there. One query, or none without a round before."""
    if entry.round.previous_id is None:
        return None
    return (
        queries.entries_visible(account)
        .filter(round=entry.round.previous_id, unit=entry.unit_id)
        .select_related("round__unit", "unit", "set_version")
        .first()
    )


def counterparts(old: IndicatorSet, new: IndicatorSet, node: str) -> list[Counterpart]:
    """What a criterion of the new set was in the old one; several where more than one went into it, none for a new
    one and between sets without a mapping."""
    if old.code == new.code:
        return [Counterpart(old.nodes[node])] if node in old.nodes else []
    pairs = _pairs(old.code, new.code)
    return [Counterpart(old.nodes[p.old], p.kind, p.note) for p in pairs if p.new == node and p.old in old.nodes]


def same_nodes(old: IndicatorSet, new: IndicatorSet) -> Mapping[str, str]:
    """Node of the new set → the same one of the old set, whose points may be compared; "" is the total.

    Totals of two sets are the same thing only where both are whole: a part of a decision's table is worth what it is.
    """
    if old.code == new.code:
        return {"": ""} | {node: node for node in new.nodes if node in old.nodes}
    found = {"": ""} if old.extent == new.extent == "whole" else {}
    return found | {p.new: p.old for p in _pairs(old.code, new.code) if p.kind == "same"}


@lru_cache(maxsize=32)
def _pairs(old: str, new: str) -> tuple[Pair, ...]:
    """The pairs of the mapping that have both sides."""
    try:
        mapping = mapping_between(old, new)
    except BadInput:  # reported by `sets diff`; without a sound mapping nothing is comparable
        return ()
    return tuple(pair for pair in mapping.pairs if pair.old and pair.new) if mapping else ()
