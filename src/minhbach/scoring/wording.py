"""Rules in words: every wording is generated from the rule, so it cannot disagree with what is computed."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from fractions import Fraction

from minhbach.scoring.expressions import Expression, nodes
from minhbach.scoring.expressions.evaluate import NotAvailable, previous_key
from minhbach.scoring.expressions.kinds import code_of
from minhbach.scoring.facts import Fact
from minhbach.scoring.model import Input, Node
from minhbach.scoring.rules import BestOf, ByFormula, Relative, Rule, Sum, Tiers
from minhbach.scoring.texts import Text, figure, percent

_SIGN = {"<=": "≤", ">=": "≥", "!=": "≠", "==": "=", "*": "×", "/": "÷", "-": "−"}
_WORDS = {
    "maximum": Text("điểm tối đa", "the maximum"),
    "minimum": Text("điểm tối thiểu", "the minimum"),
    "highest": Text("giá trị cao nhất", "the highest value"),
    "lowest": Text("giá trị thấp nhất", "the lowest value"),
    "mean": Text("giá trị trung bình", "the mean value"),
    "position": Text("vị trí xếp từ cao xuống", "the position from the highest"),
    "units": Text("số đơn vị", "the number of units"),
}
_FUNCTIONS = {
    "min": Text("số nhỏ hơn trong", "the smaller of"),
    "max": Text("số lớn hơn trong", "the larger of"),
    "param": Text("tham số", "parameter"),
    "survey_share": Text("tỷ lệ theo phiếu", "the survey share of"),
    "answers": Text("số phiếu", "the number of answers to"),
}
_AND, _OR, _NOT = Text(" và ", " and "), Text(" hoặc ", " or "), Text("không ", "not ")


def value_name(node: Node) -> Text:
    """What `value` is called: a rate when it divides, else a value."""
    expression = node.value
    divides = isinstance(expression, nodes.Arithmetic) and expression.operator == "/"
    return Text("tỷ lệ", "the rate") if divides else Text("giá trị", "the value")


def in_words(expression: Expression, node: Node, lang: str) -> str:
    """An expression with the titles of the inputs instead of their keys."""
    return _Words(node, lang).say(expression)


class _Words:
    def __init__(self, node: Node, lang: str):
        self.node = node
        self.lang = lang

    def say(self, e: Expression) -> str:
        lang = self.lang
        match e:
            case nodes.Number(value, is_rate):
                return percent(value, lang) if is_rate else figure(value, lang)
            case nodes.Day(value):
                return day_text(value, lang)
            case nodes.Truth(value):
                return Text("đúng", "true").in_(lang) if value else Text("sai", "false").in_(lang)
            case nodes.Name(name):
                return self._name(name)
            case nodes.Call():
                return self._call(e)
            case nodes.Negative(operand):
                return f"−{self._within(operand, e.binding)}"
            case nodes.Arithmetic(operator, left, right):
                return (
                    f"{self._within(left, e.binding)} {_SIGN.get(operator, operator)} "
                    f"{self._within(right, e.binding + 1)}"
                )
            case nodes.Comparison(operator, left, right):
                return f"{self.say(left)} {_SIGN.get(operator, operator)} {self.say(right)}"
            case nodes.OneOf(left, options):
                return f"{self.say(left)}: {_OR.in_(lang).join(self.say(o) for o in options)}"
            case nodes.Every(operands):
                return self._every(operands, e)
            case nodes.Some(operands):
                return _OR.in_(lang).join(self._within(o, e.binding + 1) for o in operands)
            case nodes.Not(operand):
                return f"{_NOT.in_(lang)}{self._within(operand, e.binding)}"
        return str(e)

    def _within(self, e: Expression, binding: int) -> str:
        text = self.say(e)
        return text if e.binding >= binding else f"({text})"

    def _every(self, operands: tuple[Expression, ...], e: Expression) -> str:
        """A range a ≤ x < b reads as one."""
        parts: list[str] = []
        n = 0
        while n < len(operands):
            one = operands[n]
            following = operands[n + 1] if n + 1 < len(operands) else None
            if (
                isinstance(one, nodes.Comparison)
                and isinstance(following, nodes.Comparison)
                and one.right == following.left
                and one.operator[0] == following.operator[0]
            ):
                parts.append(
                    f"{self.say(one)} {_SIGN.get(following.operator, following.operator)} {self.say(following.right)}"
                )
                n += 2
                continue
            parts.append(self._within(one, e.binding + 1))
            n += 1
        return _AND.in_(self.lang).join(parts)

    def _name(self, name: str) -> str:
        if name in self.node.inputs:
            return f"“{self.node.inputs[name].title.in_(self.lang)}”"
        if name == "value":
            return value_name(self.node).in_(self.lang)
        if name in _WORDS:
            return _WORDS[name].in_(self.lang)
        for spec in self.node.inputs.values():
            if name in spec.options:
                return f"“{spec.options[name].title.in_(self.lang)}”"
        return name

    def _call(self, call: nodes.Call) -> str:
        lang = self.lang
        if call.function == "prev":
            return f"{self.say(call.arguments[0])} {Text('năm trước', 'of the previous year').in_(lang)}"
        if call.function == "absent":
            return Text("không có {0}", "{0} does not exist").in_(lang).format(self.say(call.arguments[0]))
        if call.function in ("ref", "points"):
            what = (
                Text("giá trị của {0}", "the value of {0}")
                if call.function == "ref"
                else Text("điểm của {0}", "the points of {0}")
            )
            return what.in_(lang).format(code_of(call.arguments[0]))
        inside = "; ".join(self.say(a) for a in call.arguments)
        if call.function in ("min", "max"):
            return f"{_FUNCTIONS[call.function].in_(lang)} ({inside})"
        return f"{_FUNCTIONS[call.function].in_(lang)} {inside}"


def day_text(day: datetime.date, lang: str) -> str:
    return day.strftime("%d/%m/%Y") if lang == "vi" else day.isoformat()


def fact_in_words(value: Fact | None, spec: Input | None, lang: str) -> str:
    """A fact as people read it, with its unit."""
    match value:
        case None:
            return "–"
        case bool():
            return Text("có" if value else "không", "yes" if value else "no").in_(lang)
        case NotAvailable():
            return Text("không có", "n/a").in_(lang)
        case datetime.date():
            return day_text(value, lang)
        case dict():
            return ", ".join(f"{k}: {figure(v, lang)}" for k, v in value.items())
        case Fraction():
            if spec is not None and spec.type == "rate":
                return percent(value, lang)
            unit = f" {spec.unit.in_(lang)}" if spec is not None and spec.unit else ""
            return f"{figure(value, lang)}{unit}"
    if spec is not None and value in spec.options:
        return spec.options[str(value)].title.in_(lang)
    return str(value)


def quantity(value: object, kind: str, lang: str) -> str:
    """A computed value in its kind: a rate in percent, a figure, a day."""
    if isinstance(value, Fraction):
        return percent(value, lang) if kind == "rate" else figure(value, lang)
    return fact_in_words(value, None, lang)  # type: ignore[arg-type]


def with_figures(expression: Expression, facts: dict[str, str], node: Node, lang: str) -> str:
    """An expression with figures in place of its inputs: 197 ÷ 200."""

    class Figures(_Words):
        def _name(self, name: str) -> str:
            return facts.get(name) or super()._name(name)

        def _call(self, call: nodes.Call) -> str:
            if call.function == "prev":
                return facts.get(previous_key(call)) or super()._call(call)
            return super()._call(call)

    return Figures(node, lang).say(expression)


def rule_lines(rule: Rule | None, node: Node, lang: str) -> list[str]:
    """The rule as lines of text, one per tier or item."""
    return list(_lines(rule, node, lang, ""))


def points_text(expression: Expression, node: Node, lang: str) -> str:
    word = Text("điểm", "points").in_(lang)
    if isinstance(expression, nodes.Number):
        return f"{figure(expression.value, lang)} {word}"
    return f"{in_words(expression, node, lang)} ({word})"


def _lines(rule: Rule | None, node: Node, lang: str, indent: str, listed: bool = False) -> Iterator[str]:
    match rule:
        case None:
            yield indent + Text("Chỉ theo dõi, không tính điểm", "Monitored, without points").in_(lang)
        case Tiers(tiers):
            for tier in tiers[:1] if listed and rule.is_item else tiers:
                condition = (
                    Text("còn lại", "otherwise").in_(lang) if tier.when is None else in_words(tier.when, node, lang)
                )
                label = f"{tier.label.in_(lang)}: " if tier.label else ""
                yield f"{indent}{label}{condition}: {points_text(tier.points, node, lang)}"
        case ByFormula(points):
            yield f"{indent}{Text('điểm', 'points').in_(lang)} = {in_words(points, node, lang)}"
        case Sum(rules):
            yield indent + Text("Cộng:", "The sum of:").in_(lang)
            for inner in rules:
                yield from _lines(inner, node, lang, indent + "  ", listed=True)
        case BestOf(rules):
            yield indent + Text("Lấy kết quả cao nhất trong:", "The highest of:").in_(lang)
            for n, inner in enumerate(rules, 1):
                yield f"{indent}  {n}."
                yield from _lines(inner, node, lang, indent + "    ")
        case Relative(over, inner):
            among = (
                Text(
                    "So với các đơn vị trong cả đợt, tính khi kết thúc đợt:",
                    "Against all units of the round, at its close:",
                )
                if over == "round"
                else Text(
                    "So với các đơn vị cùng nhóm, tính khi kết thúc đợt:",
                    "Against the units of the group, at the close:",
                )
            )
            yield indent + among.in_(lang)
            yield from _lines(inner, node, lang, indent + "  ")
        case _:
            yield indent + Text(
                "Văn bản không nêu quy tắc: chấm tay", "The decision states no rule: scored by hand"
            ).in_(lang)
