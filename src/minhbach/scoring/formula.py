"""Expressions as fields of a record."""

from __future__ import annotations

from typing import Any

from minhbach.records.problems import Problems
from minhbach.records.structure import FAILED, Kind, Path, exact_number, wrong
from minhbach.records.texts import Text
from minhbach.scoring.expressions import Expression, ExpressionError, parse
from minhbach.scoring.expressions.nodes import Number

CORRECT_EXPRESSION = Text("sửa lại biểu thức", "correct the expression")


class Formula(Kind):
    """An expression; a plain number is one too."""

    in_a_cell = True
    is_long = True

    def read(self, raw: Any, path: Path, problems: Problems) -> Any:
        if isinstance(raw, bool | dict | list):
            if isinstance(raw, bool):
                return parse("true" if raw else "false")
            return wrong(problems, path, raw, "biểu thức", "an expression")
        try:
            return parse(str(raw))
        except ExpressionError as error:
            problems.error("expression", path, error.says, CORRECT_EXPRESSION)
            return FAILED

    def write(self, value: Expression) -> Any:
        if isinstance(value, Number) and not value.is_rate:
            return exact_number(value.value)
        return str(value)

    def schema(self, definitions: dict[str, Any]) -> dict[str, Any]:
        return {"type": ["string", "number", "boolean"], "description": "expression"}
