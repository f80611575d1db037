"""Which criteria a criterion reads through `ref` and `points`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from minhbach.scoring.expressions import Expression
from minhbach.scoring.expressions.kinds import code_of
from minhbach.scoring.expressions.nodes import Call

if TYPE_CHECKING:
    from minhbach.scoring.model import IndicatorSet, Node


def expressions_of(node: Node) -> Iterator[Expression]:
    """Every expression of a leaf."""
    if node.value is not None:
        yield node.value
    if node.target is not None:
        yield node.target
    yield from (item.when for item in node.not_applicable)
    yield from (item.must for item in node.constraints)
    if node.rule is not None:
        yield from node.rule.expressions()


def read_codes(node: Node) -> set[str]:
    """Ids of the nodes this leaf reads."""
    return {
        code
        for expression in expressions_of(node)
        for part in expression.walk()
        if isinstance(part, Call) and part.function in ("ref", "points")
        for code in [code_of(part.arguments[0]) if part.arguments else None]
        if code is not None
    }


def in_order(indicator_set: IndicatorSet) -> tuple[Node, ...]:
    """Leaves, each after the ones it reads (a group stands for all its leaves)."""
    done: dict[str, Node] = {}
    entered: set[str] = set()
    # Iterative depth-first walk: a set may come from a stranger, and recursion could be exhausted.
    for start in indicator_set.leaves:
        stack = [(start, False)]
        while stack:
            node, leave = stack.pop()
            if leave:
                done.setdefault(node.id, node)
                continue
            if node.id in entered:
                continue
            entered.add(node.id)
            stack.append((node, True))
            for code in sorted(read_codes(node)):
                if code in indicator_set.nodes:
                    stack += [(n, False) for n in indicator_set.nodes[code].walk() if n.is_leaf]
    return tuple(done.values())


def cycles(indicator_set: IndicatorSet) -> Iterator[str]:
    """Ids of leaves that read themselves, directly or through others."""
    graph = {
        leaf.id: {
            n.id
            for code in read_codes(leaf)
            if code in indicator_set.nodes
            for n in indicator_set.nodes[code].walk()
            if n.is_leaf
        }
        for leaf in indicator_set.leaves
    }
    for start in graph:
        seen: set[str] = set()
        open_ids = list(graph[start])
        while open_ids:
            current = open_ids.pop()
            if current == start:
                yield start
                break
            if current not in seen:
                seen.add(current)
                open_ids += graph[current]
