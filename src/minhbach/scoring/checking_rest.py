"""Which rules of a set with mistakes cannot be tried out, and saying so: one mistake must not hide the others."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from minhbach.records.problems import ERROR, Path, Problem, Problems
from minhbach.records.texts import Text
from minhbach.scoring.model import Node
from minhbach.scoring.references import read_codes

NOT_CHECKED = "not-checked"
UNNAMED = "unread-"
"""Before the position of a criterion whose code was not read either; shown as `#1.2`."""
_FIELDS_OF_RULES = ("inputs", "value", "rule", "constraints", "not_applicable", "maximum", "minimum", "clamp")
#: Mistakes of a criterion that leave its rule as it is.
_BESIDE = ("no-code", "repeated-code", "no-weight", "adjustment-kind")
_SHOWN = 12


def untrusted(leaves: Sequence[tuple[Path, Node]], problems: Problems, unread: Collection[Path]) -> set[Path]:
    """Places of the leaves whose rules cannot be tried: with a mistake in them, or reading one that has."""
    wrong = [problem for problem in problems.found if problem.severity == ERROR]
    places = {path for path, _ in leaves}
    found = set(unread) | {place for problem in wrong if (place := _place(problem, places)) is not None}
    named: dict[str, list[Path]] = {}
    for path, node in leaves:
        named.setdefault(node.id, []).append(path)
    bad = {node.id for path, node in leaves if path in found} | {code for code in named if len(named[code]) > 1}
    readers = [(path, node, codes) for path, node in leaves if (codes := read_codes(node))]
    while True:
        more = [(path, node) for path, node, codes in readers if path not in found and codes & bad]
        if not more:
            return found
        found |= {path for path, _ in more}
        bad |= {node.id for _, node in more}


def _place(problem: Problem, places: Collection[Path]) -> Path | None:
    """The leaf whose rule a mistake spoils."""
    path = problem.path
    place = next((path[:n] for n in range(len(path), 1, -1) if path[:n] in places), None)
    if place is None:
        return None
    if path == place:
        return None if problem.code in _BESIDE else place
    return place if path[len(place)] in _FIELDS_OF_RULES else None


def report_unchecked(names: Sequence[str], problems: Problems) -> None:
    """Say which criteria were not tried out, so that nobody takes silence for soundness."""
    shown = ", ".join(name.replace(UNNAMED, "#") for name in names[:_SHOWN]) + (
        f", … (+{len(names) - _SHOWN})" if len(names) > _SHOWN else ""
    )
    problems.note(
        NOT_CHECKED,
        (),
        Text(
            f"chưa kiểm tra hết {len(names)} tiêu chí vì các lỗi đã nêu: {shown}",
            f"{len(names)} {'criterion was' if len(names) == 1 else 'criteria were'} not checked to the end, "
            f"because of the errors named: {shown}",
        ),
        Text("sửa các lỗi đó rồi kiểm tra lại", "correct those errors, then check again"),
    )
