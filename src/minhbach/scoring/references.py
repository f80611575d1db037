"""Which criteria a criterion reads through `ref` and `points`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
    return {code for expression in expressions_of(node) for code in _codes(expression)}


def value_codes(node: Node) -> set[str]:
    """Ids of the nodes that the `value` of this leaf reads."""
    return set() if node.value is None else set(_codes(node.value))


def _codes(expression: Expression) -> Iterator[str]:
    for part in expression.walk():
        if isinstance(part, Call) and part.function in ("ref", "points"):
            code = code_of(part.arguments[0]) if part.arguments else None
            if code is not None:
                yield code


def in_order(indicator_set: IndicatorSet, codes: Callable[[Node], set[str]] = read_codes) -> tuple[Node, ...]:
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
            for code in sorted(codes(node)):
                if code in indicator_set.nodes:
                    stack += [(n, False) for n in indicator_set.nodes[code].walk() if n.is_leaf]
    return tuple(done.values())


def cycles(indicator_set: IndicatorSet) -> Iterator[str]:
    """Ids of leaves that read themselves, directly or through others, in the order of the set."""
    graph = {
        leaf.id: [
            n.id
            for code in sorted(read_codes(leaf))
            if code in indicator_set.nodes
            for n in indicator_set.nodes[code].walk()
            if n.is_leaf
        ]
        for leaf in indicator_set.leaves
    }
    found = _in_cycles(graph)
    yield from (leaf for leaf in graph if leaf in found)


def _in_cycles(graph: dict[str, list[str]]) -> set[str]:
    """Tarjan's strongly connected components, without recursion: those with more than one member, or a loop."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    path: list[str] = []
    on_path: set[str] = set()
    found: set[str] = set()
    for start in graph:
        stack = [] if start in number else [(start, iter(graph[start]))]
        while stack:
            here, ways = stack[-1]
            if here not in number:
                number[here] = lowest[here] = len(number)
                path.append(here)
                on_path.add(here)
            for there in ways:
                if there not in number:
                    stack.append((there, iter(graph[there])))
                    break
                if there in on_path:
                    lowest[here] = min(lowest[here], number[there])
            else:
                stack.pop()
                if stack:
                    above = stack[-1][0]
                    lowest[above] = min(lowest[above], lowest[here])
                if lowest[here] == number[here]:
                    members = path[path.index(here) :] if path[-1] != here else [here]
                    del path[-len(members) :]
                    on_path.difference_update(members)
                    if len(members) > 1 or here in graph[here]:
                        found.update(members)
    return found
