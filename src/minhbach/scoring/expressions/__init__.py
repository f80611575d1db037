"""The expressions of scoring rules: parsed by a grammar, checked for kinds, evaluated exactly.

Nothing here runs host code: an expression can only read the facts it is given.
"""

from minhbach.scoring.expressions.evaluate import Environment, MissingFacts, Pending, Undefined, evaluate
from minhbach.scoring.expressions.grammar import ExpressionError, parse
from minhbach.scoring.expressions.kinds import Kinds, kind_of
from minhbach.scoring.expressions.nodes import Expression

__all__ = [
    "Environment",
    "Expression",
    "ExpressionError",
    "Kinds",
    "MissingFacts",
    "Pending",
    "Undefined",
    "evaluate",
    "kind_of",
    "parse",
]
