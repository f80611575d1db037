"""Worked examples: facts and the points or the state that the decision gives them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from minhbach.records.problems import Path, Problems
from minhbach.records.texts import Text, decimal_text
from minhbach.scoring.facts import FactError, UnitFacts, read_fact
from minhbach.scoring.leaf_facts import LeafFacts
from minhbach.scoring.leaves import score_leaf
from minhbach.scoring.model import Example, IndicatorSet, Node
from minhbach.scoring.results import LeafResult, Result


def check_example(indicator_set: IndicatorSet, node: Node, example: Example, path: Path, problems: Problems) -> None:
    """Run one example and report what does not come out as it says."""
    result = run_example(indicator_set, node, example)
    if isinstance(result, Text):
        problems.error("example", path, result, Text("sửa ví dụ", "correct the example"))
        return
    if example.points is None and not example.state:
        problems.error(
            "example",
            path,
            Text("ví dụ cần points hoặc state", "an example needs points or a state"),
            Text("ghi số điểm, hoặc trạng thái phải được", "write the points, or the state it must give"),
        )
    elif example.points is not None and result.score != example.points:
        got = result.state if result.score is None else decimal_text(result.score)
        problems.error(
            "example",
            path,
            Text(
                f"ví dụ mong {decimal_text(example.points)} điểm nhưng quy tắc cho {got}",
                f"the example expects {decimal_text(example.points)} points but the rule gives {got}",
            ),
            Text("sửa quy tắc hoặc ví dụ", "correct the rule or the example"),
        )
    elif example.state and result.state != example.state:
        problems.error(
            "example",
            path,
            Text(
                f"ví dụ mong trạng thái {example.state} nhưng được {result.state}",
                f"the example expects the state {example.state} but gets {result.state}",
            ),
            Text("sửa quy tắc hoặc ví dụ", "correct the rule or the example"),
        )


def run_example(indicator_set: IndicatorSet, node: Node, example: Example) -> LeafResult | Text:
    """The result of the criterion on an example's facts, or what is wrong with the example itself."""
    unit = UnitFacts(group=example.group)
    known = {name: (type_, spec) for name, type_, spec in node.fact_keys()}
    for key, value in _flat(example.given):
        if key not in known:
            return Text(f"ví dụ có đầu vào lạ “{key}”", f"the example gives an unknown input “{key}”")
        try:
            written = "yes" if value is True else "no" if value is False else str(value)
            unit.give(node.id, key, read_fact(written, *known[key]))
        except FactError as error:
            return Text(f"{key}: {error.says.vi}", f"{key}: {error.says.in_('en')}")
    results: dict[str, Result] = {}
    for code, value in example.ref.items():
        text = str(value)
        try:
            figure = read_fact(text, "rate" if text.endswith("%") else "number")
        except FactError as error:
            return error.says
        assert isinstance(figure, Fraction)
        results[code] = LeafResult(code, "scored", score=figure, maximum=figure, value=figure)
    group = unit.group or (indicator_set.applies_to[0] if len(indicator_set.applies_to) == 1 else "")
    return score_leaf(LeafFacts(indicator_set, node, unit.values.get(node.id, {}), group, results))


def _flat(given: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """`{answers: {A: 3}}` is the same as `{answers.A: 3}`."""
    for key, value in given.items():
        if isinstance(value, dict):
            yield from ((f"{key}.{option}", count) for option, count in value.items())
        else:
            yield key, value
