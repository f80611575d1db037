"""Scoring of many units, or many what-ifs, at once: columns of facts in, columns of exact results out.

The results are those of `engine.score` to the last digit, with the same states; only explanations are left to it.
This package alone uses numpy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from minhbach.scoring.engine import PeersOf
from minhbach.scoring.many.columns import Column, Table, from_units, prepare
from minhbach.scoring.many.environment import ALL_STATES, LeafColumns, NodeColumn, WordsOf
from minhbach.scoring.many.figures import Array
from minhbach.scoring.many.leaves import score_leaf, with_given, without_block
from minhbach.scoring.many.peers import Peers, words_of_one
from minhbach.scoring.many.result import ExactColumn, ManyResult
from minhbach.scoring.many.room import Room
from minhbach.scoring.many.totals import group_column, total_column
from minhbach.scoring.model import IndicatorSet, Node
from minhbach.scoring.references import read_codes

__all__ = ["ALL_STATES", "Column", "ExactColumn", "ManyResult", "Table", "from_units", "prepare", "score_many"]


def score_many(
    indicator_set: IndicatorSet,
    columns: Mapping[tuple[str, str], Any] | Table,
    group: str | Sequence[str] | Array = "",
    units: Sequence[str] | None = None,
    *,
    closed: bool = True,
    peers: PeersOf | None = None,
) -> ManyResult:
    """The results of N units.

    `columns`: (criterion id, key of the fact) → `Column` or plain values, as `prepare` takes them, or a `Table` that
    `prepare` or `from_units` made (then `group` and `units` are those of the table). What no column gives is missing.

    Relative rules compare the N units with each other, as at the close of a round. `closed=False` leaves them pending.
    `peers` (as for `engine.score`) is for what-ifs of one unit: its place among others that stay as they are.

    Raises what `prepare` raises; never for facts, however wrong: those are states of the result.
    """
    table = columns if isinstance(columns, Table) else prepare(indicator_set, columns, group, units)
    room = Room(table.count)
    if peers is not None:
        results = _score(table, room, words_of_one(peers), {})
    else:
        results = _score(table, room, None, {})
        relative = {leaf.id for leaf in indicator_set.leaves if leaf.is_relative}
        if closed and relative:
            again = _affected(indicator_set, relative)
            kept = {leaf.id: results[leaf.id] for leaf in indicator_set.leaves if leaf.id not in again}
            results = _score(table, room, Peers(table, results).words, kept)
    return ManyResult(table, results, total_column(table, results, room))


def _affected(indicator_set: IndicatorSet, leaves: set[str]) -> set[str]:
    """These leaves and all that read them, directly or through others."""
    found = set(leaves)
    for node in indicator_set.order:
        read = {
            leaf.id
            for code in read_codes(node) & indicator_set.nodes.keys()
            for leaf in indicator_set.nodes[code].walk()
        }
        if read & found:
            found.add(node.id)
    return found


def _score(table: Table, room: Room, words_of: WordsOf | None, kept: Mapping[str, NodeColumn]) -> dict[str, NodeColumn]:
    """Every leaf in the order its references need, and every group as soon as its children are there."""
    indicator_set = table.indicator_set
    results: dict[str, NodeColumn] = {}
    not_held: dict[str, list[Array]] = {}
    for block in indicator_set.nodes.values():
        fact = table.facts.get((block.id, "absent"))
        if fact is not None:
            said = fact.cells.data if fact.cells.status is None else fact.cells.data & (fact.cells.status == 0)
            for leaf in block.walk():
                not_held.setdefault(leaf.id, []).append(said)
    for node in indicator_set.order:
        if node.id in kept:
            results[node.id] = kept[node.id]
        else:
            env = LeafColumns(table, room, node, results, words_of)
            column = score_leaf(env)
            env.memo.clear()  # memory is worth more than the few values that are read again
            given = table.facts.get((node.id, "@given"))
            if given is not None:
                column = with_given(column, node, given.cells)
            for absent in not_held.get(node.id, ()):
                column = without_block(column, absent)
            results[node.id] = column
        _add_complete_groups(table, room, node, results)
    for top in indicator_set.criteria:
        _add_group(table, room, top, results)
    return results


def _add_complete_groups(table: Table, room: Room, node: Node, results: dict[str, NodeColumn]) -> None:
    nodes, parents = table.indicator_set.nodes, table.indicator_set.parents
    parent = parents.get(node.id)
    while parent is not None and all(child.id in results for child in nodes[parent].criteria):
        _add_group(table, room, nodes[parent], results)
        parent = parents.get(parent)


def _add_group(table: Table, room: Room, node: Node, results: dict[str, NodeColumn]) -> None:
    if node.is_leaf or node.id in results:
        return
    for child in node.criteria:
        _add_group(table, room, child, results)
    results[node.id] = group_column(table, node, [(child, results[child.id]) for child in node.criteria], room)
