"""How long the figures of an expression can get: exact arithmetic has no end of digits, so rules have to have one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from minhbach.scoring.expressions import nodes


@dataclass(frozen=True)
class Size:
    """Bits of the numerator and of the denominator, at most."""

    above: int
    below: int = 1

    @classmethod
    def of(cls, value: Fraction) -> Size:
        return cls(value.numerator.bit_length() + 1, value.denominator.bit_length())

    @property
    def bits(self) -> int:
        return self.above + self.below

    def __or__(self, other: Size) -> Size:
        return Size(max(self.above, other.above), max(self.below, other.below))

    def __add__(self, other: Size) -> Size:
        return Size(max(self.above + other.below, other.above + self.below) + 1, self.below + other.below)

    def __mul__(self, other: Size) -> Size:
        return Size(self.above + other.above, self.below + other.below)

    def __truediv__(self, other: Size) -> Size:
        return Size(self.above + other.below, self.below + other.above)


#: What a condition, a day or an option is.
NONE = Size(1)


def size_of(expression: nodes.Expression, of_word: Callable[[nodes.Name | nodes.Call], Size]) -> Size:
    """A bound of the figure an expression gives. `of_word` bounds names and function calls (other than min and max)."""
    match expression:
        case nodes.Number(value):
            return Size.of(value)
        case nodes.Name():
            return of_word(expression)
        case nodes.Negative(operand):
            return size_of(operand, of_word)
        case nodes.Arithmetic(operator, left, right):
            one, other = size_of(left, of_word), size_of(right, of_word)
            return one * other if operator == "*" else one / other if operator == "/" else one + other
        case nodes.Call(function, arguments) if function in ("min", "max"):
            found = NONE
            for argument in arguments:
                found |= size_of(argument, of_word)
            return found
        case nodes.Call():
            return of_word(expression)
    # A condition has no figure of its own, but those it compares are computed too.
    found = NONE
    for child in expression.children():
        found |= size_of(child, of_word)
    return found
