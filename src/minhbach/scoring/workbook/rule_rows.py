"""A rule as rows of the sheet of rules, and back. Both sides are plain data as in YAML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from minhbach.records.problems import Path
from minhbach.records.texts import Text

DEEPEST = 20


@dataclass
class RuleRow:
    """One row: a tier, an item, or the head of a composed rule. `path`: the branch it stands in, () at the top."""

    path: tuple[int, ...]
    form: str
    values: dict[str, Any] = field(default_factory=dict)
    row: int = 0


class RuleError(ValueError):
    """Rows that make no rule. `row` is the row to correct."""

    def __init__(self, row: RuleRow, says: Text, remedy: Text):
        super().__init__(says.en)
        self.row, self.says, self.remedy = row, says, remedy


def rows_of(rule: dict[str, Any], path: tuple[int, ...] = ()) -> Iterator[RuleRow]:
    """The rows of a rule, in order."""
    if "when" in rule:
        # At the top a reader expects both outcomes; in a list of items the zero goes without saying.
        if path:
            yield RuleRow(path, "item", rule)
        else:
            yield RuleRow(path, "tier", rule)
            yield RuleRow(path, "otherwise", {"points": 0})
        return
    form, content = next(iter(rule.items()))
    match form:
        case "tiers":
            for tier in content:
                if "when" in tier:
                    yield RuleRow(path, "tier", tier)
                else:
                    rest = {key: value for key, value in tier.items() if key != "otherwise"}
                    yield RuleRow(path, "otherwise", {"points": tier["otherwise"], **rest})
        case "formula":
            yield RuleRow(path, form, {"points": content})
        case "sum" | "best_of":
            yield RuleRow(path, form)
            for n, inner in enumerate(content, 1):
                yield from rows_of(inner, (*path, n))
        case "relative":
            yield RuleRow(path, form, {"over": content["over"]})
            yield from rows_of(content["rule"], (*path, 1))
        case _:
            yield RuleRow(path, form)


def rule_of(rows: list[RuleRow]) -> tuple[dict[str, Any], dict[Path, tuple[int, str]]]:
    """The rule of one criterion, and for each place in it the row and column it came from. Raises RuleError."""
    by_path: dict[tuple[int, ...], list[RuleRow]] = {}
    for row in rows:
        if len(row.path) > DEEPEST:
            raise RuleError(
                row,
                Text("nhánh lồng quá sâu", "the branch is nested too deeply"),
                Text("tách thành nhiều tiêu chí", "split it into several criteria"),
            )
        by_path.setdefault(row.path, []).append(row)
    for path, found in by_path.items():
        outer = by_path.get(path[:-1], []) if path else []
        if path and outer[:1] and outer[0].form in ("sum", "best_of", "relative"):
            continue
        if path:
            raise RuleError(
                found[0],
                Text(
                    "nhánh này không có dòng tổng, cao nhất hoặc so sánh ở trên",
                    "this branch has no sum, highest-of or comparison above it",
                ),
                Text(
                    "thêm dòng đầu của nhánh, hoặc để trống cột Nhánh", "add its head, or leave the column Nhánh empty"
                ),
            )
    if () not in by_path:
        raise RuleError(
            rows[0],
            Text("thiếu dòng đầu của quy tắc", "the head of the rule is missing"),
            Text("để trống cột Nhánh ở dòng đầu", "leave the column Nhánh empty on its first row"),
        )
    places: dict[Path, tuple[int, str]] = {}
    return _build((), by_path, (), places), places


_PLACES = {"when": "when", "points": "points", "otherwise": "points", "formula": "points"}


def _build(
    path: tuple[int, ...], by_path: dict[tuple[int, ...], list[RuleRow]], at: Path, places: dict[Path, tuple[int, str]]
) -> dict[str, Any]:
    rows = by_path[path]
    first = rows[0]
    places[at] = (first.row, "form")
    if first.form in ("tier", "otherwise"):
        tiers = [_tier(row, (*at, "tiers", n), places) for n, row in enumerate(rows)]
        return {"tiers": tiers}
    if len(rows) > 1:
        raise RuleError(
            rows[1],
            Text("nhánh này đã có quy tắc ở dòng trên", "this branch has a rule in a row above"),
            Text("xóa một trong hai, hoặc cho mỗi phần một nhánh", "delete one, or give each part a branch of its own"),
        )
    match first.form:
        case "item":
            return _tier(first, at, places)
        case "formula":
            if "points" not in first.values:
                raise RuleError(
                    first,
                    Text("dòng công thức thiếu cột Điểm", "the formula is missing in the column Điểm (points)"),
                    Text("ghi công thức vào cột Điểm", "write the formula in that column"),
                )
            places[(*at, "formula")] = (first.row, "points")
            return {"formula": first.values["points"]}
        case "unstated":
            return {"unstated": True}
    parts = [inner for inner in by_path if len(inner) == len(path) + 1 and inner[:-1] == path]
    if not parts or (first.form == "relative" and len(parts) > 1):
        raise RuleError(
            first,
            Text("quy tắc này cần các phần ở nhánh bên dưới", "this rule needs its parts in branches below it"),
            Text(
                "ghi các phần ở nhánh 1, 2 … (so sánh: chỉ một phần)",
                "write its parts in branches 1, 2 … (a comparison has just one)",
            ),
        )
    if first.form == "relative":
        inner = _build(parts[0], by_path, (*at, "relative", "rule"), places)
        places[(*at, "relative", "over")] = (first.row, "over")
        return {"relative": {"over": first.values.get("over", ""), "rule": inner}}
    return {first.form: [_build(part, by_path, (*at, first.form, n), places) for n, part in enumerate(parts)]}


def _tier(row: RuleRow, at: Path, places: dict[Path, tuple[int, str]]) -> dict[str, Any]:
    if row.form not in ("tier", "otherwise", "item"):
        raise RuleError(
            row,
            Text("giữa các bậc điểm có dòng dạng khác", "a row of another form stands among the tiers"),
            Text("chỉ để bậc và còn lại trong một nhánh", "keep only tiers and otherwise in one branch"),
        )
    places[at] = (row.row, "form")
    values = dict(row.values)
    if row.form == "otherwise":
        if "when" in values:
            raise RuleError(
                row,
                Text("dòng còn lại không có điều kiện", "the row “còn lại” (otherwise) has no condition"),
                Text("xóa điều kiện, hoặc đổi dạng thành bậc", "delete the condition, or make it a tier"),
            )
        values = {"otherwise" if key == "points" else key: value for key, value in values.items()}
    for key in values:
        places[(*at, key)] = (row.row, "label.vi" if key == "label" else _PLACES.get(key, "form"))
    return values
