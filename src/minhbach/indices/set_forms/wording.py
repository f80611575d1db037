"""Findings of the check in the words of the forms: titles for short names, fields as they are called on screen.

The check speaks to whoever writes the text of a set (`left_open`, `clamp: true`); somebody at a form never saw these.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minhbach.indices.set_forms import specs
from minhbach.indices.set_forms.fields import Data, Rows
from minhbach.indices.set_forms.titles import title_in
from minhbach.records.problems import Path, Problem

#: Code of a finding → what is wrong, where the check's own words name a field of the text.
SAYS = {
    "adjustment-kind": gettext_lazy("It is not said whether these are bonus points or points taken off."),
    "group-with-rule": gettext_lazy(
        "A part has criteria below it; figures, a rule and examples belong to those criteria."
    ),
    "no-maximum": gettext_lazy("The maximum points are missing."),
    "no-weight": gettext_lazy("The weight is missing, and the level above adds up by weights."),
    "otherwise-not-last": gettext_lazy("Only the last tier may go without a condition: it takes all other cases."),
    "relative-value": gettext_lazy("Units are compared by the measured value, and it is missing."),
    "no-options": gettext_lazy("This kind of figure needs its options."),
    "part-of": gettext_lazy("“Part of” has to name another count or number of this criterion."),
}
#: Code of a finding → what to do about it at a form.
REMEDIES = {
    "above-maximum": gettext_lazy(
        "Correct the points or the maximum, add a condition the figures must meet, "
        "or let points beyond the maximum be cut to it."
    ),
    "adjustment-kind": gettext_lazy("Choose it beside the maximum points."),
    "below-minimum": gettext_lazy("Correct the points, or give the minimum points under “Other fields”."),
    "draft": gettext_lazy("Fill them in under “The set itself”."),
    "expression": gettext_lazy(
        "Type it as the decision does (“từ 80% trở lên”, “dưới 5”), with the names or short names of the figures, or "
        "see “Words and signs for conditions and formulas”."
    ),
    "gap": gettext_lazy(
        "Add a tier for this case, or a last tier without a condition. If the decision says nothing about it, write so "
        "under “What the decision leaves open”."
    ),
    "no-code": gettext_lazy("Look up in the decision where it belongs; give it its code or move it there."),
    "no-maximum": gettext_lazy("Type it as the decision gives it."),
    "no-options": gettext_lazy("Type them under “More” of the figure, one per line."),
    "no-rule": gettext_lazy(
        "Write the rule. If the decision states none, leave “scored by hand” and say here that it is right."
    ),
    "no-weight": gettext_lazy("Type it under “Other fields”."),
    "otherwise-not-last": gettext_lazy("Give the tiers above it their conditions, or move it to the end."),
    "relative-value": gettext_lazy("Type the formula of the measured value above the rule."),
    "repeated-code": gettext_lazy("Correct one of the codes."),
    "target-in-title": gettext_lazy("If it is a target to be followed, type it under “Other fields”."),
    "units": gettext_lazy("Put codes and names right under “The set itself”."),
    "unknown-code": gettext_lazy("Choose one of the list, or add it to the list under “The set itself”."),
    "zero-denominator": gettext_lazy(
        "Add a case under “When the criterion does not apply”. If the decision says nothing about it, write so under "
        "“What the decision leaves open”."
    ),
}
#: Findings that name a case by its figures: `a = 1, b = 0 (value = 20%)`.
_CASES = {"above-maximum", "below-minimum", "gap", "open-case", "overlap", "zero-denominator"}
_FIGURE = re.compile(r"\b([a-z][a-z0-9_]*)(@previous)?(?:\.(\w+))? = (n/a|[^\s,()]+)")
_MISSING = re.compile(r"the field “(\w+)” is missing")
_ROWS = (specs.INPUTS, specs.NOT_APPLICABLE, specs.CONSTRAINTS, specs.EXAMPLES, *specs.SET_ROWS)


def place_of_missing(problem: Problem, path: Path) -> Path:
    """Where the missing field would stand: the check names the record only."""
    found = _MISSING.search(problem.says.en) if problem.code == "missing-field" else None
    return (*path, found[1]) if found else path


def says(problem: Problem, node: Data | None, lang: str) -> str:
    if problem.code in SAYS:
        return str(SAYS[problem.code])
    text = problem.says.in_(lang)
    if problem.code == "missing-field":
        return _("This must be filled in.")
    if problem.code == "wrong-value":
        text = re.sub(r"; (?:lớn nhất|at most) \d+", "", text)  # a limit nobody meets
        text = text.replace("viết với dấu chấm, ví dụ 0.25", "ví dụ 0,25").replace(
            "viết 2023-09-21", "ví dụ 21/09/2023"
        )
        return text.replace("with a point, as 0.25", "as 0.25").replace("written 2023-09-21", "as 21/09/2023")
    if problem.code in _CASES:
        text = _FIGURE.sub(lambda found: _figure(found, node or {}, lang), text)
    if lang == "vi" and problem.code in (*_CASES, "never-full", "maximum-sum"):
        text = re.sub(r"(?<=\d)\.(?=\d)", ",", text)
    return text


def _figure(found: re.Match[str], node: Data, lang: str) -> str:
    key, previous, option, figure = found.groups()
    inputs = node.get("inputs")
    spec = inputs.get(key) if isinstance(inputs, dict) else None
    if not isinstance(spec, dict):
        measured = _("measured value")
        return f"{measured} = {figure}" if key == "value" else found[0]
    options = spec["options"] if isinstance(spec.get("options"), dict) else {}
    title = title_in(spec.get("title"), lang)
    if option:
        title = f"{title}: {title_in(options.get(option, option), lang)}"
    if previous:
        title = _("%(figure)s (last year)") % {"figure": title}
    if figure in options:
        figure = f"“{title_in(options[figure], lang)}”"
    if spec.get("type") == "rate" and re.fullmatch(r"\d+(\.\d+)?", figure):
        figure = f"{(Decimal(figure) * 100).normalize():f}%"
    shown = {"yes": _("yes"), "no": _("no"), "n/a": _("there is none")}.get(figure, figure)
    return f"“{title}” = {shown}"


def remedy(problem_code: str, own: str) -> str:
    """What to do, in the words of the forms; what the check itself says where that holds for forms too."""
    if problem_code == "missing-field":
        return ""
    return str(REMEDIES[problem_code]) if problem_code in REMEDIES else own


def where(node: Data | None, rest: Path) -> str:
    """Code of the criterion and the field as it is called on screen: “3.4.2 · Worked example 2”."""
    name = str(node.get("code") or node.get("id") or "–") if node is not None else ""
    labels = _SET_LABELS if node is None else _NODE_LABELS
    return " · ".join(part for part in (name, _field(rest, labels)) if part)


def _field(rest: Path, labels: Mapping[str, Any]) -> str:
    if not rest:
        return ""
    head = str(rest[0])
    for table in _ROWS:
        if table.path == head:
            return _row(table, rest)
    return str(labels.get(".".join(map(str, rest[:2])), labels.get(head, "")))


def _row(table: Rows, rest: Path) -> str:
    if len(rest) > 1 and isinstance(rest[1], int):
        return f"{table.one} {rest[1] + 1}"
    return f"{table.one} “{rest[1]}”" if len(rest) > 1 else str(table.label)


_NODE = (
    *specs.HEAD,
    *specs.SPLIT,
    *specs.KIND,
    *specs.WHO,
    *specs.EVIDENCE,
    *specs.VALUE,
    *specs.LEAF_MORE,
    *specs.GROUP,
    *specs.TEXTS,
    *specs.SOURCE,
)
_SET = (*specs.SET_HEAD, *specs.SET_ROUNDING, *specs.APPLIES, *specs.SOURCE)
_NODE_LABELS = {**{field.path: field.label for field in _NODE}, "rule": gettext_lazy("The rule")}
_SET_LABELS = {field.path: field.label for field in _SET}
