"""Rules in words: every wording is generated from the rule, so it cannot disagree with what is computed."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from minhbach.records.texts import Text, figure, percent
from minhbach.scoring.expressions import Expression, nodes
from minhbach.scoring.expressions.evaluate import NotAvailable, previous_key
from minhbach.scoring.expressions.kinds import code_of
from minhbach.scoring.facts import Fact
from minhbach.scoring.model import Input, Node, Parameter
from minhbach.scoring.rules import BestOf, ByFormula, Relative, Rule, Sum, Tiers

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
    "min": Text("số nhỏ nhất trong", "the smallest of"),
    "max": Text("số lớn nhất trong", "the largest of"),
    "survey_share": Text("tỷ lệ điểm theo phiếu khảo sát", "the survey share of"),
    "answers": Text("số phiếu trả lời", "the number of answers to"),
}
_AND, _OR, _NOT = Text(" và ", " and "), Text(" hoặc ", " or "), Text("không phải ", "not ")
_IS, _IS_NOT = Text("là", "is"), Text("không phải", "is not")
YES, NO = Text("có", "yes"), Text("không", "no")
Parameters = Mapping[str, Parameter]


def value_name(node: Node) -> Text:
    """What `value` is called: a rate when it is one, else a value."""
    is_rate = node.value is not None and _is_rate(node.value, node)
    return Text("tỷ lệ", "the rate") if is_rate else Text("giá trị", "the value")


def _is_rate(expression: Expression, node: Node) -> bool:
    match expression:
        case nodes.Number(_, is_rate):
            return is_rate
        case nodes.Name(name):
            return name in node.inputs and node.inputs[name].type == "rate"
        case nodes.Call(function, arguments):
            return function == "survey_share" or (function in ("min", "max") and _is_rate(arguments[0], node))
        case nodes.Arithmetic("/", left, right):
            return not (_is_rate(right, node) and not _is_rate(left, node)) and not isinstance(right, nodes.Number)
        case nodes.Arithmetic(_, left, right):
            return _is_rate(left, node) and (_is_rate(right, node) or isinstance(right, nodes.Call))
    return False


def in_words(expression: Expression, node: Node, lang: str, parameters: Parameters | None = None) -> str:
    """An expression with the titles of the inputs (and of the set's parameters) instead of their keys."""
    return _Words(node, lang, parameters).say(expression)


class _Words:
    def __init__(self, node: Node, lang: str, parameters: Parameters | None = None):
        self.node = node
        self.lang = lang
        self.parameters = parameters or {}

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
                sign = _SIGN.get(operator, operator)
                if operator in ("==", "!=") and self._is_option(right):
                    sign = (_IS if operator == "==" else _IS_NOT).in_(lang)
                return f"{self.say(left)} {sign} {self._option(right, left)}"
            case nodes.OneOf(left, options):
                return f"{self.say(left)} {_IS.in_(lang)} {self.one_of(left, options)}"
            case nodes.Not(nodes.Name(name)) if name in self.node.inputs:
                return f"{self._name(name)} {_IS.in_(lang)} “{NO.in_(lang)}”"
            case nodes.Not(nodes.OneOf(left, options)):
                return f"{self.say(left)} {_IS_NOT.in_(lang)} {self.one_of(left, options)}"
            case nodes.Not(nodes.Call("absent", arguments)):
                return Text("có số liệu {0}", "{0} exists").in_(lang).format(self.say(arguments[0]))
            case nodes.Every(operands):
                return self._every(operands, e)
            case nodes.Some(operands):
                return _OR.in_(lang).join(self._within(o, e.binding + 1) for o in operands)
            case nodes.Not(operand):
                return f"{_NOT.in_(lang)}({self.say(operand)})"
        return str(e)

    def one_of(self, left: Expression, options: tuple[Expression, ...]) -> str:
        return _OR.in_(self.lang).join(self._option(option, left) for option in options)

    def _option(self, e: Expression, grade: Expression) -> str:
        """An option by its title in the grade it is compared with: several grades may have it."""
        if isinstance(e, nodes.Name) and isinstance(grade, nodes.Name) and grade.name in self.node.inputs:
            options = self.node.inputs[grade.name].options
            if e.name in options:
                return f"“{options[e.name].title.in_(self.lang)}”"
        return self.say(e)

    def _is_option(self, e: Expression) -> bool:
        return isinstance(e, nodes.Name) and e.name not in self.node.inputs and e.name != "value"

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
            return Text("không có số liệu {0}", "{0} does not exist").in_(lang).format(self.say(call.arguments[0]))
        if call.function in ("ref", "points"):
            what = (
                Text("giá trị của tiêu chí {0}", "the value of criterion {0}")
                if call.function == "ref"
                else Text("điểm của tiêu chí {0}", "the points of criterion {0}")
            )
            return what.in_(lang).format(code_of(call.arguments[0]))
        inside = "; ".join(self.say(a) for a in call.arguments)
        if call.function == "param":
            name = str(call.arguments[0])
            return f"“{self.parameters[name].title.in_(lang)}”" if name in self.parameters else f"“{name}”"
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
            return (YES if value else NO).in_(lang)
        case NotAvailable():
            return Text("không có số liệu", "n/a").in_(lang)
        case datetime.date():
            return day_text(value, lang)
        case dict():
            options = spec.options if spec is not None else {}
            named = ((options[k].title.in_(lang) if k in options else k, v) for k, v in value.items())
            return ", ".join(f"{name}: {fact_in_words(count, None, lang)}" for name, count in named)
        case Fraction():
            if spec is not None and spec.type == "rate":
                return percent(value, lang)
            unit = f" {spec.unit.in_(lang)}" if spec is not None and spec.unit else ""
            return f"{figure(value, lang)}{unit}"
    if spec is not None and value in spec.options:
        return spec.options[str(value)].title.in_(lang)
    return str(value)


def quantity(value: object, kind: str, lang: str, places: int | None = None) -> str:
    """A computed value in its kind: a rate in percent, a figure, a day. `places`: as many decimals at most."""
    if isinstance(value, Fraction):
        return percent(value, lang, places or 2) if kind == "rate" else figure(value, lang, places)
    return fact_in_words(value, None, lang)  # type: ignore[arg-type]


def with_figures(
    expression: Expression, facts: dict[str, str], node: Node, lang: str, parameters: Parameters | None = None
) -> str:
    """An expression with figures in place of its inputs: 197 ÷ 200."""
    return _Figures(facts, node, lang, parameters).say(expression)


class _Figures(_Words):
    def __init__(self, facts: dict[str, str], node: Node, lang: str, parameters: Parameters | None):
        super().__init__(node, lang, parameters)
        self.facts = facts

    def _name(self, name: str) -> str:
        return self.facts.get(name) or super()._name(name)

    def _call(self, call: nodes.Call) -> str:
        if call.function == "prev":
            return self.facts.get(previous_key(call)) or super()._call(call)
        if call.function in ("survey_share", "answers"):
            return f"{_FUNCTIONS[call.function].in_(self.lang)} ({self.say(call.arguments[0])})"
        return super()._call(call)


def with_named_figures(
    expression: Expression,
    figure_of: Callable[[Expression], str],
    node: Node,
    lang: str,
    parameters: Parameters | None = None,
) -> str:
    """An expression with the figure beside each name: “days late” (7 days) ≤ “limit” (10).

    `figure_of` gives the figure of a name or call as people read it, empty where none is to be shown.
    """
    return _NamedFigures(figure_of, node, lang, parameters).say(expression)


class _NamedFigures(_Words):
    def __init__(self, figure_of: Callable[[Expression], str], node: Node, lang: str, parameters: Parameters | None):
        super().__init__(node, lang, parameters)
        self.figure_of = figure_of

    def _name(self, name: str) -> str:
        return self._with(nodes.Name(name), super()._name(name))

    def _call(self, call: nodes.Call) -> str:
        if call.function in ("min", "max"):
            return super()._call(call)
        return self._with(call, in_words(call, self.node, self.lang, self.parameters))

    def _with(self, e: Expression, words: str) -> str:
        shown = self.figure_of(e)
        return f"{words} ({shown})" if shown else words


def rule_lines(rule: Rule | None, node: Node, lang: str, parameters: Parameters | None = None) -> list[str]:
    """The rule as lines of text, one per tier or item."""
    return list(_lines(rule, _Words(node, lang, parameters), ""))


def in_points(points: Fraction, lang: str) -> str:
    """A figure with the word point."""
    return f"{figure(points, lang)} {Text('điểm', 'point' if points == 1 else 'points').in_(lang)}"


def _worth(expression: Expression, words: _Words) -> str:
    if isinstance(expression, nodes.Number):
        return in_points(expression.value, words.lang)
    return f"{words.say(expression)} ({Text('điểm', 'points').in_(words.lang)})"


def _lines(rule: Rule | None, words: _Words, indent: str, listed: bool = False) -> Iterator[str]:
    lang = words.lang
    match rule:
        case None:
            yield indent + Text("Chỉ theo dõi, không tính điểm", "Monitored, without points").in_(lang)
        case Tiers(tiers):
            for tier in tiers[:1] if listed and rule.is_item else tiers:
                condition = Text("còn lại", "otherwise").in_(lang) if tier.when is None else words.say(tier.when)
                label = f"{tier.label.in_(lang)}: " if tier.label else ""
                yield f"{indent}{label}{condition}: {_worth(tier.points, words)}"
        case ByFormula(points):
            yield f"{indent}{Text('điểm', 'points').in_(lang)} = {words.say(points)}"
        case Sum(rules):
            yield indent + Text("Cộng các mục:", "The sum of:").in_(lang)
            for inner in rules:
                yield from _lines(inner, words, indent + "  ", listed=True)
        case BestOf(rules):
            yield indent + Text("Lấy kết quả cao nhất trong các phương án:", "The highest of:").in_(lang)
            for n, inner in enumerate(rules, 1):
                yield f"{indent}  {n}."
                yield from _lines(inner, words, indent + "    ")
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
            yield from _lines(inner, words, indent + "  ")
        case _:
            yield indent + Text(
                "Văn bản không nêu quy tắc: chấm tay", "The decision states no rule: scored by hand"
            ).in_(lang)
