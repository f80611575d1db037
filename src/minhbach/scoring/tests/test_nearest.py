"""The distance to the next branch: what is promised is kept, and one less does not reach it."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from minhbach.scoring import catalogue
from minhbach.scoring.facts import UnitFacts, contradictions
from minhbach.scoring.leaf_facts import LeafFacts
from minhbach.scoring.leaves import score_leaf
from minhbach.scoring.nearest import next_steps
from minhbach.scoring.tests.making import facts, leaf_set
from minhbach.scoring.tests.test_forms import FORMS, set_of

F = Fraction


def steps(indicator_set, **inputs):
    unit = facts(indicator_set, {"1": {k.replace("_previous", "@previous"): v for k, v in inputs.items()}})
    env = LeafFacts(indicator_set, indicator_set.nodes["1"], unit.values.get("1", {}))
    return [(dict(step.changes), step.gain, step.added, step.grows) for step in next_steps(env, score_leaf(env))]


RATE = """
    maximum: 2.5
    inputs: {a: {type: count, title: a}, b: {type: count, part_of: a, title: b}}
    value: b / a
    rule: {tiers: [{when: value >= 80%, points: 2.5}, {when: value >= 40%, points: value * 2.5}, {otherwise: 0}]}
"""


def test_98_more_online_dossiers():
    """7.4.2 of Hải Phòng: 702 of 1000 earn 1,755; 800 earn 2,5."""
    assert steps(leaf_set(RATE), a=1000, b=702) == [({"b": 800}, F("0.745"), 98, "")]


def test_in_the_catalogue_set_itself():
    indicator_set = catalogue.find("hai-phong-so-2023")
    node = indicator_set.nodes["7.4.2"]
    env = LeafFacts(indicator_set, node, {"received": F(1000), "online": F(702)}, "so")
    (step,) = next_steps(env, score_leaf(env))
    assert (step.added, step.gain, step.key) == (98, F("0.745"), "online")


def test_the_nearest_branch_first():
    assert steps(leaf_set(RATE), a=1000, b=399) == [({"b": 400}, F(1), 1, "")]


def test_nothing_to_win_at_the_maximum_or_where_nothing_is_known():
    assert steps(leaf_set(RATE), a=1000, b=800) == []
    assert steps(leaf_set(RATE), a=1000) == []
    assert steps(leaf_set(RATE), a=0, b=0) == []


def test_inside_a_linear_branch_one_more_is_worth_its_share():
    linear = leaf_set("""
        maximum: 1.5
        inputs: {a: {type: count, title: a}, b: {type: count, part_of: a, title: b}}
        value: b / a
        rule: {tiers: [{when: value >= 95%, points: value * 1.5}, {otherwise: 0}]}
    """)
    # 1,5 ÷ 2000
    assert steps(linear, a=2000, b=1900) == [({"b": 1901}, F("0.00075"), 1, "")]
    # 95 % of 2000 is 1900
    assert steps(linear, a=2000, b=1500) == [({"b": 1900}, F("1.425"), 400, "")]


def test_only_new_cases_help_when_all_there_are_count_already():
    indicator_set = leaf_set("""
        maximum: 1
        inputs: {all_: {type: count, title: a}, good: {type: count, part_of: all_, title: b}}
        rule: {tiers: [{when: good >= 10, points: 1}, {otherwise: 0}]}
    """)
    assert steps(indicator_set, all_=8, good=8) == [({"good": 10, "all_": 10}, 1, 2, "all_")]
    assert steps(indicator_set, all_=20, good=8) == [({"good": 10}, 1, 2, "")]


def test_new_cases_stop_where_their_own_whole_ends():
    indicator_set = leaf_set("""
        maximum: 1
        inputs: {all_: {type: count, title: a}, some: {type: count, part_of: all_, title: b},
                 few: {type: count, part_of: some, title: c}}
        rule: {tiers: [{when: few >= 10, points: 1}, {otherwise: 0}]}
    """)
    assert steps(indicator_set, all_=11, some=7, few=7) == [({"few": 10, "some": 10}, 1, 3, "some")]
    assert steps(indicator_set, all_=9, some=7, few=7) == []


def test_fewer_late_reports():
    indicator_set = leaf_set("""
        maximum: 2
        inputs: {late: {type: count, title: a}}
        rule: {tiers: [{when: late == 0, points: 2}, {when: late <= 3, points: 1}, {otherwise: 0}]}
    """)
    assert steps(indicator_set, late=7) == [({"late": 3}, 1, 4, "")]
    assert steps(indicator_set, late=2) == [({"late": 0}, 1, 2, "")]


def test_at_most_is_respected():
    body = """
        maximum: 5
        inputs: {level: {type: count, at_most: LIMIT, title: a}}
        rule: {tiers: [{when: level >= 4, points: 5}, {otherwise: 1}]}
    """
    assert steps(leaf_set(body.replace("LIMIT", "3")), level=2) == []
    assert steps(leaf_set(body.replace("LIMIT", "4")), level=2) == [({"level": 4}, 4, 2, "")]


def test_a_rate_that_is_entered_as_such():
    indicator_set = leaf_set("""
        maximum: 1
        inputs: {r: {type: rate, title: r}}
        rule: {tiers: [{when: r >= 66.67%, points: 1}, {when: r > 10%, points: 0.5}, {otherwise: 0}]}
    """)
    assert steps(indicator_set, r="50,005%") == [({"r": F("0.6667")}, F("0.5"), None, "")]
    assert steps(indicator_set, r="1%") == [({"r": F("0.1001")}, F("0.5"), None, "")]


FLAGS = """
    maximum: 1
    inputs: {p: {type: bool, title: p}, q: {type: bool, title: q}, late: {type: bool, title: r}}
    rule: {tiers: [{when: p and q and not late, points: 1}, {when: p and q, points: 0.5}, {otherwise: 0}]}
"""


def test_flags_that_help_only_together_and_no_more_of_them_than_needed():
    assert steps(leaf_set(FLAGS), p=False, q=False, late=True) == [({"p": True, "q": True}, F("0.5"), None, "")]
    assert steps(leaf_set(FLAGS), p=False, q=True, late=False) == [({"p": True}, 1, None, "")]


def test_a_flag_and_a_count_together():
    indicator_set = leaf_set("""
        maximum: 0.5
        inputs:
          late: {type: bool, title: late}
          found: {type: count, title: found}
          handled: {type: count, part_of: found, title: handled}
        rule: {tiers: [{when: late or handled < found, points: 0.25}, {otherwise: 0.5}]}
    """)
    assert steps(indicator_set, late=True, found=40, handled=38) == [({"late": False, "handled": 40}, F("0.25"), 2, "")]


def test_grades_nearest_first():
    indicator_set = leaf_set("""
        maximum: 1
        inputs: {g: {type: grade, title: g, options: {top: a, good: b, fair: c, weak: d}}}
        rule: {tiers: [{when: g == top, points: 1}, {when: g == good, points: 0.5}, {otherwise: 0}]}
    """)
    assert steps(indicator_set, g="fair") == [({"g": "good"}, F("0.5"), None, ""), ({"g": "top"}, 1, None, "")]


def test_items_of_a_checklist_each_for_itself():
    indicator_set = leaf_set("""
        maximum: 0.9
        inputs: {p: {type: bool, title: p}, q: {type: bool, title: q}, r: {type: bool, title: r}}
        rule: {sum: [{when: p, points: 0.5}, {when: q, points: 0.3}, {when: r, points: 0.1}]}
    """)
    assert steps(indicator_set, p=False, q=True, r=False) == [
        ({"r": True}, F("0.1"), None, ""),
        ({"p": True}, F("0.5"), None, ""),
    ]


KINDS = {
    "bool": st.booleans(),
    "count": st.integers(0, 300).map(F),
    "rate": st.integers(0, 10**4).map(lambda n: F(n, 10**4)),
}


def random_facts(draw, node):
    made = UnitFacts()
    for key, type_, spec in node.fact_keys():
        kind = st.sampled_from(list(spec.options)) if type_ == "grade" else KINDS.get(type_)
        if kind is not None:
            made.give(node.id, key, draw(kind))
    return made.values.get(node.id, {})


PLAIN = [form for form in FORMS if "set" not in form]
HAI_PHONG = catalogue.find("hai-phong-so-2023")
LEAVES = [leaf for leaf in HAI_PHONG.leaves if leaf.rule is not None and not leaf.is_unstated]


def check_promises(env):
    """Every step gives its gain to the last digit; a count one less, or a rate a hundredth less, does not."""
    assume(not any(True for _ in contradictions(env.node, env.facts)))
    result = score_leaf(env)
    for step in next_steps(env, result):
        changed = score_leaf(replace(env, facts={**env.facts, **step.changes}))
        assert changed.state == "scored"
        assert changed.score == result.score + step.gain
        assert changed.branch == step.branch
        assert step.gain > 0
        if step.added is None or step.added == 1:
            continue
        key = step.key.rsplit(" + ", 1)[-1]
        back = -1 if step.changes[key] > env.facts[key] else 1
        less = {**step.changes, key: step.changes[key] + back}
        if step.grows:
            less[step.grows] = step.changes[step.grows] - 1
        short = score_leaf(replace(env, facts={**env.facts, **less}))
        better = short.state == "scored" and short.score > result.score
        assert not better or short.branch == result.branch


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_promises_are_kept_in_every_form(data):
    indicator_set, _ = set_of(data.draw(st.sampled_from(PLAIN)))
    node = indicator_set.nodes["1"]
    check_promises(LeafFacts(indicator_set, node, random_facts(data.draw, node)))


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_promises_are_kept_in_hai_phong(data):
    node = data.draw(st.sampled_from(LEAVES))
    check_promises(LeafFacts(HAI_PHONG, node, random_facts(data.draw, node), "so"))


@pytest.mark.parametrize("form", PLAIN, ids=lambda form: form["form"])
def test_steps_never_pass_the_maximum(form):
    indicator_set, _ = set_of(form)
    node = indicator_set.nodes["1"]
    for case in form["cases"]:
        unit = facts(indicator_set, {"1": case["given"]})
        env = LeafFacts(indicator_set, node, unit.values.get("1", {}))
        result = score_leaf(env)
        assert all(result.score + step.gain <= node.maximum for step in next_steps(env, result))
