"""The cheapest plan: by hand, and against trying everything."""

import itertools
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from minhbach.indices.outlook.planning import Kind, Option, cheapest, most


def F(text):
    return Fraction(text)


ONLINE = [
    Option("online", F("-0.5"), {"online": 40}),
    Option("online", F(0), {"online": 60}),
    Option("online", F("0.5"), {"online": 80}),
]
POST = [
    Option("post", F(0), {"post": 0}),
    Option("post", F("0.1"), {"post": 15}),
    Option("post", F("0.2"), {"post": 20}),
    Option("post", F("0.3"), {"post": 30}),
]
KINDS = {"online": Kind(60, F(1), "channel"), "post": Kind(5, F(2), "channel")}


def test_the_cheapest_of_several_ways():
    plan = cheapest(ONLINE + POST, KINDS, {"channel": 200}, F("0.5"))
    # 20 more online rows cost 20; by post alone 0.3 at most.
    assert {(o.criterion, o.gain) for o in plan.options} == {("online", F("0.5")), ("post", F(0))}
    assert (plan.gain, plan.effort) == (F("0.5"), 20)


def test_weights_decide():
    dear = {**KINDS, "online": Kind(60, F(10), "channel")}
    plan = cheapest(ONLINE + POST, dear, {"channel": 200}, F("0.3"))
    assert plan.rows["post"] == 30 and plan.effort == 50  # 25 rows more than usual, 2 each


def test_eighty_online_and_twenty_by_post_leave_nobody_at_the_counter():
    options, full = ONLINE + POST, {"channel": 100}
    plan = cheapest(options, KINDS, full, F("0.7"))
    assert plan.rows == {"online": 80, "post": 20}
    assert cheapest(options, KINDS, full, F("0.8")) is None
    best = most(options, KINDS, full)
    assert (best.gain, best.rows) == (F("0.7"), {"online": 80, "post": 20})


def test_one_row_serves_several_criteria():
    options = [
        Option("a", F(0)), Option("a", F(1), {"row": 7}), Option("b", F(0)), Option("b", F(1), {"row": 5}),
    ]  # fmt: skip
    assert cheapest(options, {"row": Kind()}, {}, F(2)).effort == 7


def test_what_comes_by_itself_costs_nothing():
    options = [Option("a", F(0), {"row": 3}), Option("a", F(1), {"row": 3})]
    assert cheapest(options, {"row": Kind(3)}, {}, F(1)).effort == 0


def test_a_target_below_what_is_expected_needs_nothing():
    assert cheapest(ONLINE + POST, KINDS, {"channel": 200}, F("-0.5")).effort == 0


def test_a_miss_by_the_smallest_is_a_miss():
    third = Option("a", F("1/3"), {"row": 1})
    options = [Option("a", F(0)), third]
    assert cheapest(options, {"row": Kind()}, {}, F("1/3")).options == (third,)
    assert cheapest(options, {"row": Kind()}, {}, F("1/3") + Fraction(1, 10**9)) is None


KIND_NAMES = ("a", "b", "c")


@st.composite
def cases(draw):
    kinds = {
        name: Kind(draw(st.integers(0, 4)), Fraction(draw(st.integers(0, 3))), draw(st.sampled_from(["", "p"])))
        for name in KIND_NAMES
    }
    options = []
    for criterion in range(draw(st.integers(1, 4))):
        for _n in range(draw(st.integers(1, 4))):
            needs = draw(st.dictionaries(st.sampled_from(KIND_NAMES), st.integers(0, 8), max_size=2))
            options.append(Option(str(criterion), Fraction(draw(st.integers(-4, 8)), 4), needs))
    return options, kinds, {"p": draw(st.integers(0, 16))}, Fraction(draw(st.integers(-4, 24)), 4)


def tried(options, kinds, pools):
    """Every way to take one option of each criterion that the pools allow: its gain and its effort."""
    of = {}
    for option in options:
        of.setdefault(option.criterion, []).append(option)
    for taken in itertools.product(*of.values()):
        rows = {name: max([o.needs.get(name, 0) for o in taken]) for name in kinds}
        if all(sum(n for k, n in rows.items() if kinds[k].pool == pool) <= size for pool, size in pools.items()):
            effort = sum(max(0, n - kinds[k].usual) * kinds[k].weight for k, n in rows.items())
            yield sum(o.gain for o in taken), effort


@settings(max_examples=60, deadline=None)
@given(cases())
def test_as_good_as_trying_everything(case):
    options, kinds, pools, target = case
    ways = list(tried(options, kinds, pools))
    plan = cheapest(options, kinds, pools, target)
    enough = [effort for gain, effort in ways if gain >= target]
    if not enough:
        assert plan is None
    else:
        assert plan.gain >= target
        assert plan.effort == min(enough)
        assert plan.gain == max(gain for gain, effort in ways if effort == plan.effort)
    best = most(options, kinds, pools)
    if not ways:
        assert best is None
    else:
        top = max(gain for gain, _effort in ways)
        assert best.gain == top
        assert best.effort == min(effort for gain, effort in ways if gain == top)
