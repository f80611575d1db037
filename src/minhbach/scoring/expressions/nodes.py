"""The tree of a parsed expression. Frozen, comparable, and printable in its canonical form."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from minhbach.records.texts import decimal_text

#: How tightly each kind of node binds, for printing no more brackets than needed.
_OR, _AND, _NOT, _COMPARE, _ADD, _MULTIPLY, _UNARY, _ATOM = range(8)


@dataclass(frozen=True)
class Expression:
    """Any node; `str()` gives the canonical text, which parses to an equal tree."""

    binding = _ATOM

    def children(self) -> tuple[Expression, ...]:
        return ()

    def walk(self) -> Iterator[Expression]:
        """This node and all below it."""
        yield self
        for child in self.children():
            yield from child.walk()

    def _within(self, binding: int) -> str:
        text = str(self)
        return text if self.binding >= binding else f"({text})"


@dataclass(frozen=True)
class Number(Expression):
    """A number as written, or a percentage (`is_rate`; 80% has the value 4/5)."""

    value: Fraction
    is_rate: bool = False

    def __str__(self) -> str:
        return f"{decimal_text(self.value * 100)}%" if self.is_rate else decimal_text(self.value)


@dataclass(frozen=True)
class Day(Expression):
    value: datetime.date

    def __str__(self) -> str:
        return self.value.isoformat()


@dataclass(frozen=True)
class Truth(Expression):
    value: bool

    def __str__(self) -> str:
        return "true" if self.value else "false"


@dataclass(frozen=True)
class Name(Expression):
    """An input, an option of a grade, or one of the words `value`, `maximum`, …"""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Code(Expression):
    """A quoted criterion code, only as the argument of `ref` and `points`."""

    code: str

    def __str__(self) -> str:
        return f'"{self.code}"'


@dataclass(frozen=True)
class Call(Expression):
    function: str
    arguments: tuple[Expression, ...]

    def children(self) -> tuple[Expression, ...]:
        return self.arguments

    def __str__(self) -> str:
        return f"{self.function}({', '.join(map(str, self.arguments))})"


@dataclass(frozen=True)
class Arithmetic(Expression):
    operator: str
    left: Expression
    right: Expression

    @property
    def binding(self) -> int:  # type: ignore[override]
        return _ADD if self.operator in "+-" else _MULTIPLY

    def children(self) -> tuple[Expression, ...]:
        return (self.left, self.right)

    def __str__(self) -> str:
        # The right side needs brackets even for an operator that binds equally.
        return f"{self.left._within(self.binding)} {self.operator} {self.right._within(self.binding + 1)}"


@dataclass(frozen=True)
class Negative(Expression):
    operand: Expression
    binding = _UNARY

    def children(self) -> tuple[Expression, ...]:
        return (self.operand,)

    def __str__(self) -> str:
        return f"-{self.operand._within(_UNARY)}"


@dataclass(frozen=True)
class Comparison(Expression):
    """One comparison; a chain `a <= b < c` is an `Every` of its links."""

    operator: str
    left: Expression
    right: Expression
    binding = _COMPARE

    def children(self) -> tuple[Expression, ...]:
        return (self.left, self.right)

    def __str__(self) -> str:
        return f"{self.left._within(_ADD)} {self.operator} {self.right._within(_ADD)}"


@dataclass(frozen=True)
class OneOf(Expression):
    """`grade in (good, excellent)`"""

    left: Expression
    options: tuple[Expression, ...]
    binding = _COMPARE

    def children(self) -> tuple[Expression, ...]:
        return (self.left, *self.options)

    def __str__(self) -> str:
        return f"{self.left._within(_ADD)} in ({', '.join(option._within(_ADD) for option in self.options)})"


@dataclass(frozen=True)
class Every(Expression):
    """All of them: `and`."""

    operands: tuple[Expression, ...]
    binding = _AND

    def children(self) -> tuple[Expression, ...]:
        return self.operands

    def __str__(self) -> str:
        return " and ".join(operand._within(_AND + 1) for operand in self.operands)


@dataclass(frozen=True)
class Some(Expression):
    """At least one of them: `or`."""

    operands: tuple[Expression, ...]
    binding = _OR

    def children(self) -> tuple[Expression, ...]:
        return self.operands

    def __str__(self) -> str:
        return " or ".join(operand._within(_OR + 1) for operand in self.operands)


@dataclass(frozen=True)
class Not(Expression):
    operand: Expression
    binding = _NOT

    def children(self) -> tuple[Expression, ...]:
        return (self.operand,)

    def __str__(self) -> str:
        return f"not {self.operand._within(_NOT)}"
