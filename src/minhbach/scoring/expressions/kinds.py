"""The kinds of expressions, checked before any figure is seen.

The kinds: `truth`, `number`, `count`, `rate`, `day`, `grade:<input>`, `survey`. A count divided by a count is a
rate; a rate times a number is a number; a rate never meets a plain number in a comparison or a sum. So 60 % can
never be read as 60, and points are never a bare rate.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from minhbach.records.texts import Text
from minhbach.scoring.expressions import nodes
from minhbach.scoring.expressions.grammar import ExpressionError

NUMERIC = {"number", "count"}
ROUND_NAMES = {"highest", "lowest", "mean", "position", "units"}


@dataclass(frozen=True)
class Kinds:
    """What an expression may refer to, each with its kind."""

    inputs: Mapping[str, str] = field(default_factory=dict)
    grades: Mapping[str, frozenset[str]] = field(default_factory=dict)
    previous: frozenset[str] = frozenset()
    value: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    ref: Callable[[str], str | None] = lambda code: None
    has_points: Callable[[str], bool] = lambda code: False
    in_round: bool = False


def code_of(argument: nodes.Expression) -> str | None:
    """The criterion code an argument of `ref` or `points` names."""
    if isinstance(argument, nodes.Code):
        return argument.code
    if isinstance(argument, nodes.Name):
        return argument.name
    return None  # a bare number is refused: 1.10 and 1.1 would be one


def kind_of(expression: nodes.Expression, kinds: Kinds) -> str:
    """The kind of the expression. Raises ExpressionError naming what does not fit and what to write."""
    return _Checker(kinds).kind(expression)


class _Checker:
    def __init__(self, kinds: Kinds):
        self.kinds = kinds

    def kind(self, node: nodes.Expression) -> str:
        return getattr(self, "_" + type(node).__name__.lower())(node)

    def _number(self, node: nodes.Number) -> str:
        if node.is_rate:
            return "rate"
        return "count" if node.value.denominator == 1 else "number"

    def _day(self, node: nodes.Day) -> str:
        return "day"

    def _truth(self, node: nodes.Truth) -> str:
        return "truth"

    def _code(self, node: nodes.Code) -> str:
        raise _error(f"“{node}” chỉ dùng trong ref() và points()", f"“{node}” belongs in ref() or points() only")

    def _name(self, node: nodes.Name) -> str:
        name = node.name
        if name in self.kinds.inputs:
            return self.kinds.inputs[name]
        if name == "value":
            if self.kinds.value is None:
                raise _error(
                    "“value” được dùng nhưng tiêu chí chưa có trường value",
                    "“value” is used but the criterion has no field value",
                )
            return self.kinds.value
        if name in ("maximum", "minimum"):
            return "number"
        if name in ROUND_NAMES:
            if not self.kinds.in_round:
                raise _error(f"“{name}” chỉ dùng bên trong relative", f"“{name}” has a meaning only inside relative")
            if name in ("position", "units"):
                return "count"
            return self.kinds.value or "number"
        for key, options in self.kinds.grades.items():
            if name in options:
                return f"grade:{key}"
        known = ", ".join(sorted(self.kinds.inputs)) or "–"
        raise _error(
            f"không có đầu vào “{name}”; các đầu vào của tiêu chí: {known}",
            f"there is no input “{name}”; the criterion's inputs: {known}",
        )

    def _negative(self, node: nodes.Negative) -> str:
        kind = self.kind(node.operand)
        if kind not in NUMERIC | {"rate"}:
            raise _error(f"không đổi dấu được “{node.operand}”", f"“{node.operand}” has no negative")
        return "number" if kind == "count" else kind

    def _arithmetic(self, node: nodes.Arithmetic) -> str:
        left, right = self.kind(node.left), self.kind(node.right)
        operator = node.operator
        if operator in "+-":
            if left == "day" and right == "day" and operator == "-":
                return "count"
            if left == "day" and right in NUMERIC:
                return "day"
            if left == right and left in NUMERIC | {"rate"}:
                return left
            if left in NUMERIC and right in NUMERIC:
                return "number"
        elif operator == "*":
            if left in NUMERIC and right in NUMERIC:
                return "count" if left == right == "count" else "number"
            if {left, right} <= NUMERIC | {"rate"}:
                return "rate" if left == right else "number"
        elif left in NUMERIC | {"rate"} and right in NUMERIC | {"rate"}:
            if left == right == "rate":
                return "rate"
            if left == "rate":
                return "rate"
            if right == "rate":
                return "number"
            if left == right == "count" and _from_facts(node.left) and _from_facts(node.right):
                return "rate"
            return "number"
        if {left, right} & {"rate"} and {left, right} & NUMERIC:
            raise _error(
                f"“{node}”: một bên là tỷ lệ, một bên là số; viết tỷ lệ kèm dấu %, ví dụ 60%",
                f"“{node}”: a rate and a plain number do not mix; write rates with their sign, as 60%",
            )
        raise _error(f"“{node}”: hai vế không tính được với nhau", f"“{node}”: the two sides do not go together")

    def _comparison(self, node: nodes.Comparison) -> str:
        left, right = self._side(node.left, node.right), self._side(node.right, node.left)
        equality = node.operator in ("==", "!=")
        alike = left == right or (left in NUMERIC and right in NUMERIC)
        if alike and (left in NUMERIC | {"rate", "day"} or (equality and left != "survey")):
            return "truth"
        if "rate" in (left, right) and (left in NUMERIC or right in NUMERIC):
            raise _error(
                f"“{node}”: so sánh tỷ lệ với một số; viết ngưỡng kèm dấu %, ví dụ 60%",
                f"“{node}”: compares a rate with a plain number; write the threshold with its sign, as 60%",
            )
        raise _error(f"“{node}”: không so sánh được hai vế", f"“{node}”: the two sides cannot be compared")

    def _side(self, node: nodes.Expression, other: nodes.Expression) -> str:
        """The kind of one side; an option that several grades have is that of the grade it is compared with."""
        match node, other:
            case nodes.Name(option), nodes.Name(grade) if option not in self.kinds.inputs:
                if option in self.kinds.grades.get(grade, ()):
                    return f"grade:{grade}"
        return self.kind(node)

    def _oneof(self, node: nodes.OneOf) -> str:
        for option in node.options:
            self._comparison(nodes.Comparison("==", node.left, option))
        return "truth"

    def _every(self, node: nodes.Every | nodes.Some) -> str:
        for operand in node.operands:
            self._needs_truth(operand)
        return "truth"

    _some = _every

    def _not(self, node: nodes.Not) -> str:
        self._needs_truth(node.operand)
        return "truth"

    def _needs_truth(self, node: nodes.Expression) -> None:
        if self.kind(node) != "truth":
            raise _error(f"“{node}” không phải là điều kiện đúng/sai", f"“{node}” is not a condition (true or false)")

    def _call(self, node: nodes.Call) -> str:
        function = getattr(self, "_call_" + node.function, None)
        if function is None:
            raise _error(
                f"không có hàm “{node.function}”; các hàm: {', '.join(FUNCTIONS)}",
                f"there is no function “{node.function}”; the functions: {', '.join(FUNCTIONS)}",
            )
        return function(node)

    def _call_min(self, node: nodes.Call) -> str:
        kinds = {self.kind(a) for a in node.arguments}
        if len(node.arguments) >= 2:
            if len(kinds) == 1 and kinds <= NUMERIC | {"rate", "day"}:
                return kinds.pop()
            if kinds <= NUMERIC:
                return "number"
        raise _error(
            f"“{node}”: min và max cần ít nhất hai đại lượng cùng loại",
            f"“{node}”: min and max take two or more quantities of one kind",
        )

    _call_max = _call_min

    def _one_input(self, node: nodes.Call) -> str:
        argument = node.arguments[0] if len(node.arguments) == 1 else None
        if not isinstance(argument, nodes.Name) or argument.name not in self.kinds.inputs:
            raise _error(
                f"“{node}”: {node.function}() cần tên một đầu vào của tiêu chí",
                f"“{node}”: {node.function}() takes the name of one input of the criterion",
            )
        return argument.name

    def _call_prev(self, node: nodes.Call) -> str:
        name = self._one_input(node)
        if name not in self.kinds.previous:
            raise _error(
                f"“{node}”: đầu vào “{name}” chưa khai previous: true",
                f"“{node}”: the input “{name}” does not say previous: true",
            )
        return self.kinds.inputs[name]

    def _call_absent(self, node: nodes.Call) -> str:
        if len(node.arguments) == 1 and isinstance(node.arguments[0], nodes.Call):
            self._call_prev(node.arguments[0])
        else:
            self._one_input(node)
        return "truth"

    def _survey_input(self, node: nodes.Call) -> None:
        if self.kinds.inputs[self._one_input(node)] != "survey":
            raise _error(f"“{node}” cần một đầu vào kiểu survey", f"“{node}” takes an input of type survey")

    def _call_survey_share(self, node: nodes.Call) -> str:
        self._survey_input(node)
        return "rate"

    def _call_answers(self, node: nodes.Call) -> str:
        self._survey_input(node)
        return "count"

    def _one_code(self, node: nodes.Call) -> str:
        code = code_of(node.arguments[0]) if len(node.arguments) == 1 else None
        if code is None:
            raise _error(
                f'“{node}”: {node.function}() cần một mã tiêu chí, ví dụ {node.function}("1.4")',
                f'“{node}”: {node.function}() takes one criterion code, as {node.function}("1.4")',
            )
        return code

    def _call_ref(self, node: nodes.Call) -> str:
        code = self._one_code(node)
        kind = self.kinds.ref(code)
        if kind is None:
            raise _error(
                f"“{node}”: không có tiêu chí “{code}” có trường value",
                f"“{node}”: there is no criterion “{code}” with a value",
            )
        return kind

    def _call_points(self, node: nodes.Call) -> str:
        code = self._one_code(node)
        if not self.kinds.has_points(code):
            raise _error(f"“{node}”: không có tiêu chí “{code}”", f"“{node}”: there is no criterion “{code}”")
        return "number"

    def _call_param(self, node: nodes.Call) -> str:
        argument = node.arguments[0] if len(node.arguments) == 1 else None
        name = argument.name if isinstance(argument, nodes.Name) else ""
        if name not in self.kinds.parameters:
            raise _error(
                f"“{node}”: bộ chỉ số không có tham số “{name}”",
                f"“{node}”: the set has no parameter “{name}”",
            )
        return self.kinds.parameters[name]


FUNCTIONS = sorted(name.removeprefix("_call_") for name in vars(_Checker) if name.startswith("_call_"))


def _from_facts(node: nodes.Expression) -> bool:
    """Whether the figure comes from counted facts and not only from numbers in the rule."""
    return any(isinstance(n, nodes.Name | nodes.Call) for n in node.walk())


def _error(vi: str, en: str) -> ExpressionError:
    return ExpressionError(Text(vi, en))
