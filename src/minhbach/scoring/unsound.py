"""Checking the sound parts of a set whose structure is not: what cannot be read is left out, and so is what reads it.

What is said of the rest would be said as well if the mistakes were not there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from minhbach.records.problems import Path, Problem, Problems
from minhbach.records.texts import Text
from minhbach.scoring.checking import check
from minhbach.scoring.checking_rest import NOT_CHECKED, UNNAMED
from minhbach.scoring.checking_whole import nodes_with_paths
from minhbach.scoring.expressions.nodes import Call
from minhbach.scoring.model import IndicatorSet, Node
from minhbach.scoring.references import expressions_of, read_codes

_KEPT = ("code", "id", "title", "maximum", "minimum", "weight", "kind", "stream", "responsible", "appraised_by")
_NEEDED: dict[str, Any] = {"format": 1, "code": "set", "title": "?", "source": {"document": "?"}}
_LISTS = ("criteria", "adjustments")


def check_rest(raw: Any, problems: Problems, read: Callable[[Any], IndicatorSet | None]) -> None:
    """Check what is sound in data whose structure is not; `problems` holds what is wrong with the structure.

    `read` makes a set of data, or None.
    """
    rest = _Rest(raw, [problem.path for problem in problems.errors], read)
    if not rest.check(problems):
        report_nothing(problems)


def report_nothing(problems: Problems) -> None:
    """Say that the file could not be read far enough to check anything else."""
    problems.note(
        NOT_CHECKED,
        (),
        Text(
            "chưa kiểm tra được phần nào khác: tệp chưa đọc được đến các tiêu chí",
            "nothing else could be checked: the file cannot be read as far as its criteria",
        ),
        Text("sửa các lỗi đã nêu rồi kiểm tra lại", "correct the errors named, then check again"),
    )


class _Rest:
    def __init__(self, raw: Any, wrong: list[Path], read: Callable[[Any], IndicatorSet | None]):
        self.raw = raw
        self.read = read
        self.wrong = wrong
        self.unread: set[Path] = set()
        self.unsure: set[Path] = set()
        """Groups whose sum cannot be told."""
        self.lost = {str(path[0]) for path in wrong if path and path[0] not in _LISTS}
        self.hindered: set[Path] = set()

    def check(self, problems: Problems) -> bool:
        """Add what is found; False when too little could be read."""
        indicator_set = self._read()
        if indicator_set is None:
            return False
        placed = list(nodes_with_paths(indicator_set))
        unread = {code for path, node in placed if path in self.unread for code in self._names(path, node, placed)}
        known = {node.id for _, node in placed}
        self.hindered = {
            path
            for path, node in placed
            if node.is_leaf
            and (read_codes(node) & unread or read_codes(node) - known or (self.lost and _reads_parameters(node)))
        } - self.unread
        if self.hindered:
            indicator_set = self._read()
            assert indicator_set is not None
        before = len(problems.found)
        check(indicator_set, problems, unread=self.unread | self.hindered)
        problems.found[before:] = [found for found in problems.found[before:] if self._holds(found)]
        return True

    def _names(self, path: Path, node: Node, placed: Sequence[tuple[Path, Node]]) -> Iterator[str]:
        """The ids of a node and of the groups it is in."""
        yield node.id
        yield from (group.id for place, group in placed if len(place) < len(path) and path[: len(place)] == place)

    def _holds(self, found: Problem) -> bool:
        """Whether a finding cannot come from what was not read."""
        if found.code == "maximum-sum":
            group = found.path[:-1]
            return not any(place[: len(group)] == group for place in self.unsure)
        return not (found.code in ("unknown-code", "unknown-measured") and (self.lost or self.unread))

    def _read(self) -> IndicatorSet | None:
        if not isinstance(self.raw, dict) or not isinstance(self.raw.get("criteria"), list):
            return None
        own = {key: value for key, value in self.raw.items() if key not in self.lost and value is not None}
        for field in _LISTS:
            if isinstance(own.get(field), list):
                own[field] = [self._node(node, (field, n)) for n, node in enumerate(own[field])]
        for field in ("maximum", "combine"):
            if field in self.lost:
                self.unsure.add(())
        return self.read(_NEEDED | own)

    def _node(self, raw: Any, path: Path) -> dict[str, Any]:
        """The node as it is, without what is wrong in a group, or as a stand-in."""
        wrong = {
            path_[len(path)] if len(path_) > len(path) else "" for path_ in self.wrong if path_[: len(path)] == path
        }
        if not isinstance(raw, dict):
            return self._stand_in({}, path, set())
        children = raw.get("criteria")
        if not children:
            return self._stand_in(raw, path, wrong) if wrong or path in self.hindered else raw
        if not isinstance(children, list):
            return self._stand_in(raw, path, wrong | {"maximum"})
        own = {key: value for key, value in raw.items() if key == "criteria" or key not in wrong}
        if wrong - {"criteria"}:
            self.unsure.add(path)
        nodes = [self._node(node, (*path, "criteria", n)) for n, node in enumerate(children)]
        return self._named({"title": "?", **own, "criteria": nodes}, path)

    def _stand_in(self, raw: dict[str, Any], path: Path, wrong: Collection[Any]) -> dict[str, Any]:
        if path not in self.hindered:
            self.unread.add(path)
        kept = {key: raw[key] for key in _KEPT if raw.get(key) is not None and key not in wrong}
        if "maximum" not in kept or "weight" in wrong:
            self.unsure.add(path)
        return self._named({"title": "?", "rule": {"unstated": True}, **kept}, path)

    def _named(self, node: dict[str, Any], path: Path) -> dict[str, Any]:
        if node.get("code") or node.get("id"):
            return node
        return {**node, "id": UNNAMED + ".".join(str(step + 1) for step in path if isinstance(step, int))}


def _reads_parameters(node: Node) -> bool:
    return any(
        isinstance(part, Call) and part.function == "param" for one in expressions_of(node) for part in one.walk()
    )
