"""The result of one criterion from its facts. What cannot be known is a state, never a 0."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from minhbach.records.texts import Text, decimal_text, rounded
from minhbach.scoring.awards import apply
from minhbach.scoring.expressions import Expression, MissingFacts, Pending, Undefined, evaluate
from minhbach.scoring.expressions.evaluate import Value
from minhbach.scoring.facts import contradictions
from minhbach.scoring.leaf_facts import LeafFacts
from minhbach.scoring.results import LeafResult
from minhbach.scoring.wording import in_words


def broken_constraints(env: LeafFacts) -> Iterator[tuple[Expression, Text]]:
    """The constraints that the facts do not meet, each with what to say."""
    for constraint in env.node.constraints:
        try:
            if evaluate(constraint.must, env):
                continue
        except (MissingFacts, Undefined, Pending):
            continue  # what is missing is reported by the rule that needs it
        vi, en = (in_words(constraint.must, env.node, lang, env.indicator_set.parameters) for lang in ("vi", "en"))
        says = constraint.says or Text(f"số liệu phải bảo đảm {vi}", f"the figures must meet {en}")
        yield constraint.must, says


def score_leaf(env: LeafFacts) -> LeafResult:
    """The result of one leaf; never raises for facts, however wrong."""
    node, facts = env.node, env.facts
    wrong = list(contradictions(node, facts))
    if wrong:
        return _leaf(env, "error", says=wrong[0][1])
    for _, says in broken_constraints(env):
        return _leaf(env, "error", says=says)
    if node.is_unstated:
        return _by_hand(env)
    try:
        for case in node.not_applicable:
            if evaluate(case.when, env):
                return _not_applicable(env, case.outcome, case.note)
        if node.rule is None:
            return _monitored(env)
        award = apply(node.rule, env)
    except MissingFacts as error:
        return _leaf(env, "missing", missing=error.inputs)
    except Undefined as error:
        return _leaf(
            env,
            "undefined",
            says=error.said(lambda about, lang: in_words(about, node, lang, env.indicator_set.parameters)),
        )
    except Pending:
        return _leaf(env, "pending")
    rounding = env.indicator_set.rounding.points
    points = rounded(award.points, rounding.places, rounding.mode)
    maximum = node.maximum
    assert maximum is not None
    # A bonus or penalty is cut at its own maximum; so is what rounding alone carries past a maximum such as 20/3.
    step = Fraction(1, 10**rounding.places)
    if node.clamp or node.kind or node.minimum // step * step <= points <= -(-maximum // step) * step:
        points = min(max(points, node.minimum), maximum)
    else:
        return _leaf(
            env,
            "error",
            says=Text(
                f"quy tắc cho {decimal_text(points)} điểm, ngoài khoảng {_scale(node.minimum, maximum)}",
                f"the rule gives {decimal_text(points)} points, outside {_scale(node.minimum, maximum)}",
            ),
        )
    return _leaf(env, "scored", score=points, branch=award.branch)


def _leaf(env: LeafFacts, state: str, **found: object) -> LeafResult:
    value, on_target = None, None
    if env.node.value is not None:
        value = _or_none(env.node.value, env)
    if env.node.target is not None:
        on_target = _or_none(env.node.target, env)
    return LeafResult(
        **{  # type: ignore[arg-type]
            "id": env.node.id,
            "state": state,
            "maximum": env.node.maximum,
            "inputs": dict(env.facts),
            "value": value,
            "on_target": on_target,
            **found,
        }
    )


def _scale(minimum: Fraction, maximum: Fraction) -> str:
    return f"{decimal_text(minimum)}–{decimal_text(maximum)}"


def _or_none(expression: Expression, env: LeafFacts) -> Value | None:
    try:
        return evaluate(expression, env)
    except (MissingFacts, Undefined, Pending):
        return None


def _by_hand(env: LeafFacts) -> LeafResult:
    points = env.facts.get("points")
    maximum = env.node.maximum if env.node.maximum is not None else env.facts.get("maximum")
    if not isinstance(points, Fraction) or not isinstance(maximum, Fraction):
        given = isinstance(points, Fraction)
        return _leaf(
            env,
            "unstated",
            says=Text(
                "văn bản không nêu quy tắc" + (" và điểm tối đa: nhập cả điểm tối đa" if given else ""),
                "the decision states no rule" + (" and no maximum: enter the maximum too" if given else ""),
            ),
        )
    if not env.node.minimum <= points <= maximum:
        return _leaf(
            env,
            "error",
            says=Text(
                f"điểm chấm tay {decimal_text(points)} ngoài khoảng {_scale(env.node.minimum, maximum)}",
                f"the points given by hand, {decimal_text(points)}, are outside {_scale(env.node.minimum, maximum)}",
            ),
        )
    return _leaf(env, "by_hand", score=points, maximum=maximum)


def _monitored(env: LeafFacts) -> LeafResult:
    if env.node.value is not None:
        evaluate(env.node.value, env)  # raises what is missing or undefined
    return _leaf(env, "monitored", score=Fraction(0), maximum=Fraction(0))


def _not_applicable(env: LeafFacts, outcome: str, note: Text) -> LeafResult:
    maximum = env.node.maximum
    score: Fraction | None = Fraction(0)
    if outcome == "full_points":
        score = maximum
    elif outcome == "drop":
        score = maximum = None
    return _leaf(env, "not_applicable", score=score, maximum=maximum, outcome=outcome, says=note)
