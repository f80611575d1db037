"""The grammar of expressions and the parser made from it."""

from __future__ import annotations

import datetime
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedInput

from minhbach.records.texts import Text
from minhbach.scoring.expressions import nodes

GRAMMAR = r"""
?start: or_

?or_: and_ ("or" and_)*
?and_: not_ ("and" not_)*
?not_: "not" not_ -> negation
     | comparison

?comparison: sum_
     | sum_ (COMPARE sum_)+        -> chain
     | sum_ "in" "(" [sum_ ("," sum_)*] ")" -> membership

?sum_: product
     | sum_ ADD product            -> arithmetic
?product: unary
     | product MULTIPLY unary      -> arithmetic
?unary: ADD unary                  -> sign
     | atom

?atom: DATE                        -> day
     | PERCENT                     -> percent
     | NUMBER                      -> number
     | "true"                      -> true
     | "false"                     -> false
     | NAME "(" [argument ("," argument)*] ")" -> call
     | NAME                        -> name
     | "(" or_ ")"

?argument: or_ | STRING            -> code

COMPARE: "==" | "!=" | "<=" | ">=" | "<" | ">" | "≤" | "≥" | "≠"
ADD: "+" | "-" | "−"
MULTIPLY: "*" | "/" | "×" | "÷"
DATE.4: /[0-9]{4}-[0-9]{2}-[0-9]{2}/
PERCENT.3: /[0-9]+(\.[0-9]+)?\s*%/
NUMBER.2: /[0-9]+(\.[0-9]+)?/
NAME: /[a-zA-Z_][a-zA-Z_0-9]*/
STRING: /"[^"\n]*"/
%ignore /\s+/
"""

_SAME = {"≤": "<=", "≥": ">=", "≠": "!=", "×": "*", "÷": "/", "−": "-"}
MAX_LENGTH = 2000
MAX_DEPTH = 120


class ExpressionError(ValueError):
    """An expression that cannot be read. `says` tells where and what to do, in both languages."""

    def __init__(self, says: Text):
        super().__init__(says.en)
        self.says = says


@v_args(inline=True)
class _Build(Transformer[Token, nodes.Expression]):
    def or_(self, *operands: nodes.Expression) -> nodes.Expression:
        return nodes.Some(operands)

    def and_(self, *operands: nodes.Expression) -> nodes.Expression:
        flat: list[nodes.Expression] = []
        for operand in operands:  # a chain inside an `and` reads as one `and`
            flat.extend(operand.operands if isinstance(operand, nodes.Every) else [operand])
        return nodes.Every(tuple(flat))

    def negation(self, operand: nodes.Expression) -> nodes.Expression:
        return nodes.Not(operand)

    def chain(self, first: nodes.Expression, *rest: Any) -> nodes.Expression:
        links = []
        left = first
        for operator, right in zip(rest[::2], rest[1::2], strict=True):
            links.append(nodes.Comparison(_SAME.get(operator, str(operator)), left, right))
            left = right
        return links[0] if len(links) == 1 else nodes.Every(tuple(links))

    def membership(self, left: nodes.Expression, *options: nodes.Expression) -> nodes.Expression:
        return nodes.OneOf(left, tuple(o for o in options if o is not None))

    def arithmetic(self, left: nodes.Expression, operator: Token, right: nodes.Expression) -> nodes.Expression:
        return nodes.Arithmetic(_SAME.get(operator, str(operator)), left, right)

    def sign(self, operator: Token, operand: nodes.Expression) -> nodes.Expression:
        return operand if operator == "+" else nodes.Negative(operand)

    def day(self, token: Token) -> nodes.Expression:
        return nodes.Day(datetime.date.fromisoformat(token))

    def percent(self, token: Token) -> nodes.Expression:
        return nodes.Number(Fraction(token.rstrip("% \t")) / 100, is_rate=True)

    def number(self, token: Token) -> nodes.Expression:
        return nodes.Number(Fraction(token))

    def true(self) -> nodes.Expression:
        return nodes.Truth(True)

    def false(self) -> nodes.Expression:
        return nodes.Truth(False)

    def name(self, token: Token) -> nodes.Expression:
        return nodes.Name(str(token))

    def code(self, token: Token) -> nodes.Expression:
        return nodes.Code(token[1:-1])

    def call(self, function: Token, *arguments: nodes.Expression) -> nodes.Expression:
        return nodes.Call(str(function), tuple(a for a in arguments if a is not None))


@cache
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", transformer=_Build(), maybe_placeholders=True)


@lru_cache(maxsize=4096)
def parse(text: str) -> nodes.Expression:
    """Parse one expression.

    Raises ExpressionError with the place of the first character that does not fit.
    """
    text = text.strip()
    if not text:
        raise ExpressionError(Text("biểu thức để trống", "the expression is empty"))
    if len(text) > MAX_LENGTH:
        raise ExpressionError(Text("biểu thức quá dài", "the expression is too long"))
    try:
        tree: nodes.Expression = _parser().parse(text)  # type: ignore[assignment]
    except UnexpectedInput as error:
        token = getattr(error, "token", None)
        if token is not None and token.type == "$END":
            raise _at_end(text) from error
        raise _misfit(text, max(error.pos_in_stream or 0, 0)) from error
    except ValueError as error:  # from date.fromisoformat
        raise ExpressionError(
            Text(f"“{_short(text)}”: có ngày không tồn tại", f"“{_short(text)}”: a date in it does not exist")
        ) from error
    if _depth(tree) > MAX_DEPTH:
        raise ExpressionError(Text("biểu thức quá dài hoặc quá sâu", "the expression is too long or nested too deeply"))
    return tree


def _depth(tree: nodes.Expression) -> int:
    """Levels of the tree, counted without recursion, since it may come from a stranger."""
    deepest, open_nodes = 0, [(tree, 1)]
    while open_nodes:
        node, level = open_nodes.pop()
        deepest = max(deepest, level)
        open_nodes += [(child, level + 1) for child in node.children()]
    return deepest


def _at_end(text: str) -> ExpressionError:
    return ExpressionError(Text(f"“{_short(text)}” chưa viết xong", f"“{_short(text)}” ends too early"))


def _short(text: str) -> str:
    return text if len(text) <= 100 else text[:97] + "…"


def _misfit(text: str, at: int) -> ExpressionError:
    rest = text[at : at + 12]
    hint_vi = hint_en = ""
    if rest.startswith(","):
        hint_vi, hint_en = (
            "; số thập phân trong biểu thức dùng dấu chấm: 0.25",
            "; decimals take a point: 0.25",
        )
    elif rest[:1].isalpha() or text[max(at - 1, 0) : at].isalpha():
        hint_vi, hint_en = (
            "; điều kiện viết bằng dấu, ví dụ value >= 80%",
            "; conditions are written with signs, as value >= 80%",
        )
    elif rest.startswith("=") and not rest.startswith("=="):
        hint_vi, hint_en = "; so sánh bằng viết là ==", "; equality is written =="
    return ExpressionError(
        Text(
            f"“{_short(text)}”: không hiểu từ ký tự thứ {at + 1}: “{rest}”{hint_vi}",
            f"“{_short(text)}”: cannot read from character {at + 1}: “{rest}”{hint_en}",
        )
    )
