"""The six forms of a rule. They compose: any form may stand inside `sum`, `best_of` and `relative`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from minhbach.records.problems import Path, Problems
from minhbach.records.structure import FAILED, Bilingual, Choice, Kind, refuse_many, wrong
from minhbach.records.texts import Text
from minhbach.scoring.expressions import Expression
from minhbach.scoring.expressions.nodes import Number
from minhbach.scoring.formula import Formula

ZERO = Number(Fraction(0))
MOST_TIERS, MOST_PARTS = 100, 200


@dataclass(frozen=True)
class Tier:
    """Points when a condition holds; `when` None is the rest ("otherwise")."""

    when: Expression | None
    points: Expression
    label: Text = Text("")


@dataclass(frozen=True)
class Rule:
    def parts(self) -> tuple[Rule, ...]:
        """The rules inside this one."""
        return ()

    def walk(self) -> Iterator[Rule]:
        yield self
        for part in self.parts():
            yield from part.walk()

    def expressions(self) -> Iterator[Expression]:
        """Every expression in the rule and the rules inside it."""
        for rule in self.walk():
            if isinstance(rule, Tiers):
                for tier in rule.tiers:
                    if tier.when is not None:
                        yield tier.when
                    yield tier.points
            elif isinstance(rule, ByFormula):
                yield rule.points


@dataclass(frozen=True)
class Tiers(Rule):
    """The first tier whose condition holds gives the points. None holds: the case is undefined."""

    tiers: tuple[Tier, ...]

    @property
    def is_item(self) -> bool:
        """An item of a checklist: its points or 0."""
        return len(self.tiers) == 2 and self.tiers[0].when is not None and self.tiers[1] == Tier(None, ZERO)


@dataclass(frozen=True)
class ByFormula(Rule):
    points: Expression


@dataclass(frozen=True)
class Sum(Rule):
    rules: tuple[Rule, ...]

    def parts(self) -> tuple[Rule, ...]:
        return self.rules


@dataclass(frozen=True)
class BestOf(Rule):
    rules: tuple[Rule, ...]

    def parts(self) -> tuple[Rule, ...]:
        return self.rules


@dataclass(frozen=True)
class Relative(Rule):
    """A rule that reads the other units' values too, so it is computed when the round closes.

    `over`: `round` (all units) or `group` (the units of the unit's group).
    """

    over: str
    rule: Rule

    def parts(self) -> tuple[Rule, ...]:
        return (self.rule,)


@dataclass(frozen=True)
class Unstated(Rule):
    """The decision states no rule: points are given by hand and shown as such."""


_FORMS = ("tiers", "formula", "sum", "best_of", "relative", "unstated")


class RuleKind(Kind):
    """Reads and writes a rule. An item `{when, points}` is short for two tiers."""

    _expression = Formula()
    _label = Bilingual()
    _over = Choice("round", "group")

    def read(self, raw: Any, path: Path, problems: Problems) -> Any:
        if not isinstance(raw, dict):
            return wrong(problems, path, raw, "một quy tắc", "a rule")
        if set(raw) <= {"when", "points", "label"} and "when" in raw:
            tier = self._tier(raw, path, problems)
            return FAILED if tier is FAILED else Tiers((tier, Tier(None, ZERO)))
        forms = [key for key in raw if key in _FORMS]
        if len(raw) != 1 or len(forms) != 1:
            problems.error(
                "rule-form",
                path,
                Text(
                    f"quy tắc phải có đúng một dạng trong: {', '.join(_FORMS)}; ở đây có: {', '.join(map(str, raw))}",
                    f"a rule has exactly one of the forms {', '.join(_FORMS)}; here: {', '.join(map(str, raw))}",
                ),
                # `{formula: min(a, b)}` is cut at the comma by YAML.
                Text("đặt công thức có dấu phẩy trong ngoặc kép", "put a formula with a comma in quotes")
                if any(str(key).count("(") != str(key).count(")") for key in raw)
                else Text("giữ một dạng; nhiều phần thì dùng sum", "keep one of them; use sum for several parts"),
            )
            return FAILED
        form = forms[0]
        return getattr(self, f"_read_{form}")(raw[form], (*path, form), problems)

    def _tier(self, raw: Any, path: Path, problems: Problems) -> Any:
        keys = set(raw) if isinstance(raw, dict) else set()
        ordinary = {"when", "points"} <= keys <= {"when", "points", "label"}
        rest = {"otherwise"} <= keys <= {"otherwise", "label"}
        if not (ordinary or rest):
            problems.error(
                "tier",
                path,
                Text(
                    "mỗi bậc điểm viết {when: điều kiện, points: điểm} hoặc {otherwise: điểm}",
                    "a tier is {when: condition, points: points} or {otherwise: points}",
                ),
                Text("viết lại bậc điểm theo một trong hai cách", "write the tier in one of the two ways"),
            )
            return FAILED
        when = self._expression.read(raw["when"], (*path, "when"), problems) if ordinary else None
        key = "points" if ordinary else "otherwise"
        points = self._expression.read(raw[key], (*path, key), problems)
        label = self._label.read(raw["label"], (*path, "label"), problems) if "label" in raw else Text("")
        return FAILED if FAILED in (when, points, label) else Tier(when, points, label)

    def _read_tiers(self, raw: Any, path: Path, problems: Problems) -> Any:
        if not isinstance(raw, list) or not raw:
            return wrong(problems, path, raw, "một danh sách bậc điểm", "a list of tiers")
        if refuse_many(raw, path, problems, MOST_TIERS):
            return FAILED
        tiers = [self._tier(item, (*path, n), problems) for n, item in enumerate(raw)]
        if FAILED in tiers:
            return FAILED
        for n, tier in enumerate(tiers[:-1]):
            if tier.when is None:
                problems.error(
                    "otherwise-not-last",
                    (*path, n),
                    Text("otherwise phải là bậc cuối cùng", "otherwise must be the last tier"),
                    Text("chuyển otherwise xuống cuối", "move otherwise to the end"),
                )
                return FAILED
        return Tiers(tuple(tiers))

    def _read_formula(self, raw: Any, path: Path, problems: Problems) -> Any:
        points = self._expression.read(raw, path, problems)
        return FAILED if points is FAILED else ByFormula(points)

    def _several(self, raw: Any, path: Path, problems: Problems) -> Any:
        if not isinstance(raw, list) or not raw:
            return wrong(problems, path, raw, "một danh sách quy tắc", "a list of rules")
        if refuse_many(raw, path, problems, MOST_PARTS):
            return FAILED
        rules = [self.read(item, (*path, n), problems) for n, item in enumerate(raw)]
        return FAILED if FAILED in rules else tuple(rules)

    def _read_sum(self, raw: Any, path: Path, problems: Problems) -> Any:
        rules = self._several(raw, path, problems)
        return FAILED if rules is FAILED else Sum(rules)

    def _read_best_of(self, raw: Any, path: Path, problems: Problems) -> Any:
        rules = self._several(raw, path, problems)
        return FAILED if rules is FAILED else BestOf(rules)

    def _read_relative(self, raw: Any, path: Path, problems: Problems) -> Any:
        if not isinstance(raw, dict) or set(raw) != {"over", "rule"}:
            return wrong(problems, path, raw, "{over: round hoặc group, rule: …}", "{over: round or group, rule: …}")
        over = self._over.read(raw["over"], (*path, "over"), problems)
        rule = self.read(raw["rule"], (*path, "rule"), problems)
        return FAILED if FAILED in (over, rule) else Relative(over, rule)

    def _read_unstated(self, raw: Any, path: Path, problems: Problems) -> Any:
        return Unstated() if str(raw).strip().lower() == "true" else wrong(problems, path, raw, "true", "true")

    def write(self, value: Rule) -> Any:
        match value:
            case Tiers() if value.is_item:
                return self._write_tier(value.tiers[0])
            case Tiers(tiers):
                return {"tiers": [self._write_tier(tier) for tier in tiers]}
            case ByFormula(points):
                return {"formula": self._expression.write(points)}
            case Sum(rules):
                return {"sum": [self.write(rule) for rule in rules]}
            case BestOf(rules):
                return {"best_of": [self.write(rule) for rule in rules]}
            case Relative(over, rule):
                return {"relative": {"over": over, "rule": self.write(rule)}}
        return {"unstated": True}

    def _write_tier(self, tier: Tier) -> dict[str, Any]:
        points = self._expression.write(tier.points)
        raw = (
            {"otherwise": points}
            if tier.when is None
            else {"when": self._expression.write(tier.when), "points": points}
        )
        return {**raw, "label": self._label.write(tier.label)} if tier.label else raw

    def schema(self, definitions: dict[str, Any]) -> dict[str, Any]:
        expression = self._expression.schema(definitions)
        label = self._label.schema(definitions)
        if "Rule" not in definitions:
            rule = {"$ref": "#/$defs/Rule"}
            item = _object({"when": expression, "points": expression, "label": label}, ["when", "points"])
            rest = _object({"otherwise": expression, "label": label}, ["otherwise"])
            relative = _object({"over": {"enum": ["round", "group"]}, "rule": rule}, ["over", "rule"])
            shapes: dict[str, Any] = {
                "tiers": {"type": "array", "minItems": 1, "items": {"oneOf": [item, rest]}},
                "formula": expression,
                "sum": {"type": "array", "minItems": 1, "items": rule},
                "best_of": {"type": "array", "minItems": 1, "items": rule},
                "relative": relative,
                "unstated": {"const": True},
            }
            forms = [_object({form: shape}, [form]) for form, shape in shapes.items()]
            definitions["Rule"] = {"oneOf": [item, *forms]}
        return {"$ref": "#/$defs/Rule"}


def _object(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
