"""Rules as rows: tiers, checklists, the best of several ways. What has no such shape is edited as text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from minhbach.indices.set_forms import spoken
from minhbach.indices.set_forms.fields import Data, Field, Row, Rows, Table, show, take
from minhbach.org.ui.record_forms import indexes
from minhbach.records import yaml_text
from minhbach.records.problems import BadInput

ROWS = Rows(
    "rule",
    _("The rule"),
    (
        Field("part", _("Part"), width="narrow"),
        Field("when", _("When"), "expression", long=True),
        Field("points", _("Points"), "expression", width="narrow"),
        Field("label", _("Name of the tier"), "title", more=True),
    ),
    _("Tier"),
    _("Add a tier"),
)
#: Forms whose rows carry the number of the part they belong to.
PARTED = ("sum", "best_of")
Rule = Any


class NotReadable(ValueError):
    """The text of a composed rule is not YAML. `says` tells where."""

    def __init__(self, error: BadInput):
        super().__init__(str(error))
        self.problems = error.problems


def form_of(rule: Rule) -> tuple[str, list[Data], str]:
    """The form of a rule, its rows, and `over` of a relative one. The form is `yaml` where rows cannot hold it."""
    if isinstance(rule, dict) and "when" in rule:
        return "tiers", [_row(rule), {"points": 0}], ""  # short for two tiers, and shown as the two
    form, rows, over = _split(rule)
    again = join(form, rows, over)
    return (form, rows, over) if again == rule else ("yaml", [], "")


def _split(rule: Rule) -> tuple[str, list[Data], str]:
    if rule is None:
        return "", [], ""
    if not isinstance(rule, dict):
        return "yaml", [], ""
    form = next(iter(rule), "")
    inner = rule.get(form)
    if form == "unstated":
        return "unstated", [], ""
    if form == "formula":
        return "formula", [{"points": inner}], ""
    if form == "tiers" and isinstance(inner, list):
        return "tiers", [_row(tier) for tier in inner], ""
    if form in PARTED and isinstance(inner, list):
        rows = [{"part": str(n), **row} for n, part in enumerate(inner, 1) for row in _part_rows(part)]
        return form, rows, ""
    if form == "relative" and isinstance(inner, dict):
        return "relative", _part_rows(inner.get("rule")), str(inner.get("over", ""))
    return "yaml", [], ""


def _part_rows(part: Any) -> list[Data]:
    if not isinstance(part, dict):
        return []
    if "when" in part:
        return [_row(part)]
    if "formula" in part:
        return [{"points": part["formula"]}]
    return [_row(tier) for tier in part.get("tiers") or [] if isinstance(tier, dict)]


def _row(tier: Data) -> Data:
    row = {key: tier[key] for key in ("when", "label") if key in tier}
    return {**row, "points": tier.get("points", tier.get("otherwise"))}


def join(form: str, rows: list[Data], over: str = "") -> Rule:
    """The rule that rows of this form say."""
    if form == "":
        return None
    if form == "unstated":
        return {"unstated": True}
    if form == "formula":
        return {"formula": rows[0].get("points", "")} if rows else {"formula": ""}
    if form == "tiers":
        return {"tiers": [_tier(row) for row in rows]}
    if form == "relative":
        return {"relative": {"over": over or "round", "rule": _part(rows)}}
    if form in PARTED:
        return {form: [_part(part) for part in parts_of(rows)]}
    return None


def parts_of(rows: list[Data]) -> list[list[Data]]:
    """Rows by their part, parts in the order of their first row. A row without a number is a part of its own."""
    found: dict[str, list[Data]] = {}
    for n, row in enumerate(rows):
        found.setdefault(str(row.get("part") or f"alone-{n}"), []).append(row)
    return list(found.values())


def _tier(row: Data) -> Data:
    points = row.get("points", "")
    tier = {"when": row["when"], "points": points} if "when" in row else {"otherwise": points}
    return {**tier, "label": row["label"]} if "label" in row else tier


def _part(rows: list[Data]) -> Rule:
    if len(rows) == 1:
        return {"formula": rows[0].get("points", "")} if "when" not in rows[0] else _tier(rows[0])
    return {"tiers": [_tier(row) for row in rows]}


def take_rule(post: QueryDict, quantity: str = "value", names: Mapping[str, str] | None = None) -> Rule:
    """The rule typed; conditions in the decision's own words are about `quantity` and the `names` of figures.

    Raises NotReadable for text that is no YAML.
    """
    form = post.get("rule_form", "")
    if form == "yaml":
        text = post.get("rule_text", "").strip()
        if not text:
            return None
        try:
            return yaml_text.load(text)[0]
        except BadInput as error:
            raise NotReadable(error) from error
    return join(form, [spoken.row(row, quantity, names or {}) for row in typed_rows(post)], post.get("rule_over", ""))


def typed_rows(post: QueryDict) -> list[Data]:
    rows = []
    for index in indexes(post, "rule"):
        row = take(post, ROWS.fields, f"rule-{index}-")
        if set(row) - {"part"}:
            rows.append(row)
    return rows


def table(form: str, rows: list[Data], *, blank: int = 1) -> Table:
    """The rows on screen: only the columns that the form has, one row for a formula."""
    wanted = 1 if form == "formula" else len(rows) + blank
    hidden = {"part"} if form not in PARTED else set()
    hidden |= {"part", "when", "label"} if form == "formula" else set()
    fields = [f for f in ROWS.fields if f.path not in hidden]
    shown = [*map(_readable, rows), *({} for _n in range(max(0, wanted - len(rows))))][:wanted]
    return Table(ROWS, [Row(f"rule-{n}-", n, show(row, fields, f"rule-{n}-")) for n, row in enumerate(shown)])


def _readable(row: Data) -> Data:
    """60% <= rate and rate < 80% as people write it: 60% <= rate < 80%."""
    if not isinstance(row.get("when"), str):
        return row
    return {**row, "when": re.sub(r"^(\S+ <=? )(\w+) and \2 (<=? \S+)$", r"\1\2 \3", row["when"])}


def control_of(rule: Rule, rest: tuple) -> str:
    """The control that a place inside the rule was typed into; "" if there is none."""
    form, rows, _over = form_of(rule)
    if form == "yaml":
        return "rule_text"
    last = str(rest[-1]) if rest else ""
    column = {"otherwise": "points", "formula": "points"}.get(last, last)
    column = column if column in ("when", "points", "label") else "points"
    numbers = [step for step in rest if isinstance(step, int)]
    if form in ("tiers", "relative"):
        return f"rule-{numbers[0] if numbers else 0}-{column}"
    if form == "formula":
        return "rule-0-points"
    if form in PARTED and numbers:
        before = sum(len(part) for part in parts_of(rows)[: numbers[0]])
        return f"rule-{before + (numbers[1] if len(numbers) > 1 else 0)}-{column}"
    return "rule_form"
