"""Random indicator sets for property tests: every field, every rule form, any text. All constructed.

The sets are sound in structure, not in sense: `reading.from_data` accepts them, `sets check` need not.
"""

from __future__ import annotations

import datetime
import string
from decimal import Decimal
from fractions import Fraction

from hypothesis import strategies as st

from minhbach.records.structure import Weight
from minhbach.records.texts import Text, is_terminating
from minhbach.scoring import model, rules
from minhbach.scoring.expressions import Expression, nodes, parse

#: Any character that YAML can hold, and often the ones that break formats.
CHARACTERS = st.one_of(
    st.sampled_from(
        list("\"',;:=[]{}#&*!|>%@`-?\\_x0145F\n\t ") + ["ổ", "Đ", "ệ", "\u0300", "_x000D_", "=1+1", "x005F_"]
    ),
    st.characters(exclude_categories=["Cs", "Cc"]),
)
any_text = st.lists(CHARACTERS, min_size=1, max_size=12).map("".join)
texts = st.one_of(
    st.sampled_from(
        ["Hồ sơ đúng hạn", "=SUM(A1)", "#N/A", "3.10", "true", "-", "có", "2023-01-01", " lề ", '""', "80%"]
    ),
    any_text,
).filter(lambda text: bool(text.strip()))
titles = st.builds(Text, texts, st.one_of(st.just(""), texts))
keys = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
slugs = st.from_regex(r"[a-z0-9][a-z0-9\-]{0,8}", fullmatch=True)
codes = st.one_of(
    st.sampled_from(["3.1", "3.10", "A.2.1", "1", "0.10", "Đ/1", "phan-cap"]),
    st.text(string.digits + "AĐ.-/", min_size=1, max_size=6).filter(lambda code: code[0].isalnum()),
)
points = st.one_of(
    st.integers(-50, 200).map(Fraction),
    st.decimals(-10, 100, places=3).map(Fraction),
    st.fractions(-5, 5, max_denominator=30),
    st.decimals(0, 1, places=20).map(Fraction),
)
days = st.dates(datetime.date(1, 1, 1), datetime.date(2999, 12, 31))
shares = st.one_of(
    points.map(lambda value: Weight(value, False)),
    points.map(lambda value: Weight(value / 100, True)),
)


# Expressions --------------------------------------------------------------------------------------------------

_numbers = st.decimals(0, 1000, places=2).map(Fraction)
_atoms = st.one_of(
    _numbers.map(nodes.Number),
    _numbers.map(lambda value: nodes.Number(value / 100, True)),
    st.sampled_from(["value", "maximum", "handled", "on_time", "grade"]).map(nodes.Name),
    st.sampled_from(["3.1", "A.2"]).map(lambda code: nodes.Call("ref", (nodes.Code(code),))),
    st.just(nodes.Call("prev", (nodes.Name("handled"),))),
    st.just(nodes.Call("param", (nodes.Name("limit"),))),
    days.map(nodes.Day),
)
arithmetic: st.SearchStrategy[Expression] = st.recursive(
    _atoms,
    lambda inner: st.one_of(
        st.builds(nodes.Arithmetic, st.sampled_from("+-*/"), inner, inner),
        inner.map(nodes.Negative),
        st.builds(lambda a, b: nodes.Call("min", (a, b)), inner, inner),
    ),
    max_leaves=5,
)
_comparisons = st.builds(nodes.Comparison, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), arithmetic, arithmetic)
_truths = st.one_of(
    _comparisons,
    st.sampled_from(["done", "timely"]).map(nodes.Name),
    st.booleans().map(nodes.Truth),
    st.just(nodes.OneOf(nodes.Name("grade"), (nodes.Name("good"), nodes.Name("fair")))),
)
conditions: st.SearchStrategy[Expression] = st.recursive(
    _truths,
    lambda inner: st.one_of(
        inner.map(nodes.Not),
        st.lists(inner, min_size=2, max_size=3).map(lambda some: nodes.Every(tuple(some))),
        st.lists(inner, min_size=2, max_size=3).map(lambda some: nodes.Some(tuple(some))),
    ),
    max_leaves=4,
).map(lambda condition: parse(str(condition)))
formulas = arithmetic.map(lambda formula: parse(str(formula)))


# Rules --------------------------------------------------------------------------------------------------------

_labels = st.one_of(st.just(Text("")), titles)
_tiers = st.builds(rules.Tier, conditions, formulas, _labels)
_rest = st.builds(rules.Tier, st.none(), formulas, _labels)
_tables = st.builds(
    lambda some, rest: rules.Tiers((*some, *rest)),
    st.lists(_tiers, min_size=1, max_size=4),
    st.lists(_rest, max_size=1),
)
_items = _tiers.map(lambda tier: rules.Tiers((tier, rules.Tier(None, rules.ZERO))))
all_rules: st.SearchStrategy[rules.Rule] = st.recursive(
    st.one_of(_tables, _items, formulas.map(rules.ByFormula), st.just(rules.Unstated())),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda some: rules.Sum(tuple(some))),
        st.lists(inner, min_size=1, max_size=3).map(lambda some: rules.BestOf(tuple(some))),
        st.builds(rules.Relative, st.sampled_from(["round", "group"]), inner),
    ),
    max_leaves=5,
)


# Records ------------------------------------------------------------------------------------------------------

sources = st.builds(
    model.Source,
    document=st.one_of(st.just(""), texts),
    issuer=st.one_of(st.just(""), texts),
    date=st.one_of(st.none(), days),
    article=st.one_of(st.just(""), texts),
    url=st.sampled_from(["", "https://example.org/vb?x=1"]),
    note=_labels,
)
_maybe_source = st.one_of(st.none(), sources)
options = st.builds(
    model.Option, titles, st.one_of(st.just(Fraction(0)), points.filter(lambda share: is_terminating(share * 100)))
)
inputs = st.builds(
    model.Input,
    type=st.sampled_from(model.INPUT_TYPES),
    title=titles,
    unit=_labels,
    part_of=st.one_of(st.just(""), keys),
    options=st.dictionaries(st.one_of(keys, texts), options, max_size=3),
    previous=st.booleans(),
    obtained=st.sampled_from(["declared", "measured", "survey", "external"]),
    measure=st.one_of(st.just(""), keys),
    at_most=st.one_of(st.none(), shares),
    note=_labels,
)
_plain = st.one_of(
    st.booleans(),
    st.integers(-5, 10**6),
    st.decimals(0, 100, places=2).map(lambda value: Decimal(value)),
    days,
    texts,
    st.just(""),
)
facts = st.dictionaries(
    st.one_of(keys, texts),
    st.one_of(_plain, st.dictionaries(keys, _plain, max_size=2), st.lists(_plain, max_size=2)),
    max_size=3,
)
examples = st.builds(
    model.Example,
    given=facts,
    points=st.one_of(st.none(), points),
    state=st.sampled_from(["", *model.STATES]),
    group=st.one_of(st.just(""), texts),
    ref=facts,
    note=_labels,
)
_combines = st.builds(
    model.Combine,
    st.sampled_from(["sum", "weighted_sum", "mean", "weighted_mean"]),
    st.one_of(st.just(Fraction(1)), points),
)


def nodes_of(children: st.SearchStrategy[tuple[model.Node, ...]]) -> st.SearchStrategy[model.Node]:
    """Criteria with these criteria inside."""
    return st.builds(
        model.Node,
        title=titles,
        code=st.one_of(st.just(""), codes),
        id_=st.one_of(st.just(""), codes),
        kind=st.sampled_from(["", "bonus", "penalty"]),
        maximum=st.one_of(st.none(), points),
        minimum=st.one_of(st.just(Fraction(0)), points),
        weight=st.one_of(st.none(), shares),
        responsible=st.lists(texts, max_size=3).map(tuple),
        appraised_by=st.one_of(st.just(""), texts),
        stream=st.sampled_from(["", "self", "survey"]),
        evidence=st.sampled_from(["required", "optional", "none"]),
        combine=st.one_of(st.just(model.Combine()), _combines),
        may_be_absent=st.booleans(),
        inputs=st.dictionaries(keys, inputs, max_size=2),
        constraints=st.lists(st.builds(model.Constraint, conditions, _labels), max_size=2).map(tuple),
        value=st.one_of(st.none(), formulas),
        target=st.one_of(st.none(), conditions),
        rule=st.one_of(st.none(), all_rules),
        clamp=st.booleans(),
        not_applicable=st.lists(
            st.builds(
                model.NotApplicable,
                conditions,
                st.sampled_from(["full_points", "drop", "zero"]),
                _labels,
                _maybe_source,
            ),
            max_size=2,
        ).map(tuple),
        examples=st.lists(examples, max_size=2).map(tuple),
        left_open=_labels,
        source=_maybe_source,
        note=_labels,
        criteria=children,
    )


_leaves = nodes_of(st.just(()))
criteria = st.one_of(
    st.lists(_leaves, max_size=2).map(tuple),
    st.lists(
        nodes_of(st.lists(nodes_of(st.lists(_leaves, max_size=1).map(tuple)), max_size=2).map(tuple)), max_size=2
    ).map(tuple),
)
_precisions = st.builds(model.Precision, st.integers(0, 12), st.sampled_from(model.ROUNDING_MODES))
_named = st.dictionaries(texts, titles, max_size=2)
bands = st.builds(
    model.Bands,
    steps=st.lists(st.builds(model.Step, texts, titles, shares, st.one_of(st.none(), shares)), max_size=3).map(tuple),
    groups=st.lists(texts, max_size=2).map(tuple),
    by=st.sampled_from(["percent", "points", "quantile"]),
)
choices = st.builds(
    model.ChoiceMade,
    question=titles,
    chosen=titles,
    alternatives=st.lists(
        st.builds(model.Alternative, slugs, titles, st.dictionaries(keys, keys, max_size=2)), max_size=2
    ).map(tuple),
    criteria=st.lists(codes, max_size=2).map(tuple),
    source=_maybe_source,
)
parameters = st.builds(
    model.Parameter,
    title=titles,
    value=st.one_of(st.none(), shares),
    groups=st.dictionaries(texts, shares, max_size=2),
    source=_maybe_source,
)
indicator_sets = st.builds(
    model.IndicatorSet,
    format=st.just(1),
    code=slugs,
    title=titles,
    source=sources,
    criteria=criteria,
    version=texts,
    year=st.one_of(st.none(), st.integers(1990, 2100)),
    extent=st.sampled_from(["whole", "part"]),
    constructed=st.booleans(),
    applies_to=st.lists(texts, max_size=2).map(tuple),
    groups=_named,
    responsibles=_named,
    appraisers=_named,
    parameters=st.dictionaries(keys, parameters, max_size=2),
    choices=st.dictionaries(slugs, choices, max_size=2),
    maximum=st.one_of(st.none(), points),
    combine=st.one_of(st.just(model.Combine()), _combines),
    rounding=st.builds(model.Rounding, _precisions, st.one_of(st.none(), _precisions), _precisions),
    bands=st.lists(bands, max_size=2).map(tuple),
    ranking=st.builds(
        model.Ranking,
        st.sampled_from(["percent", "points"]),
        st.sampled_from(["unrounded", "rounded"]),
        st.sampled_from(["standard", "dense", "ordinal"]),
        st.lists(texts, max_size=2).map(tuple),
    ),
    adjustments=st.lists(_leaves, max_size=1).map(tuple),
    note=_labels,
)
