"""Every form of rule found in real sets, at its tell-tale points: forms.yaml, and below what needs a whole set."""

from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from minhbach.scoring import checking, reading
from minhbach.scoring.engine import score
from minhbach.scoring.explain import explain
from minhbach.scoring.facts import UnitFacts
from minhbach.scoring.results import LeafResult
from minhbach.scoring.rounds import score_round
from minhbach.scoring.tests.making import facts, make, plain, score_of

FORMS = plain((Path(__file__).parent / "forms.yaml").read_text(encoding="utf-8"))


def set_of(form):
    data = {
        "format": "1",
        "code": "form",
        "title": "Một dạng",
        "source": {"document": form["text"]},
        **form.get("set", {}),
        "criteria": [{"code": "1", "title": {"vi": "Tiêu chí", "en": "Criterion"}, **form["criterion"]}],
    }
    found, problems = reading.from_data(data)
    assert found is not None, [p.in_("en") for p in problems]
    return found, problems


CASES = [
    pytest.param(form, case, id=f"{form['form']} {case.get('group', '')} {case['given']}")
    for form in FORMS
    for case in form["cases"]
]


@pytest.mark.parametrize(("form", "case"), CASES)
def test_form(form, case):
    indicator_set, _ = set_of(form)
    group = case.get("group", "")
    result = score_of(indicator_set, {"1": case["given"]}, group)
    leaf = result.nodes["1"]
    assert isinstance(leaf, LeafResult)
    assert leaf.state == case.get("state", "scored"), leaf.says
    if "points" in case:
        assert leaf.score == Fraction(case["points"])
    elif leaf.state != "scored":
        assert leaf.score is None
    for lang in ("vi", "en"):
        assert explain(indicator_set, leaf, result.nodes, group, lang).text()


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form["form"])
def test_sound_forms_raise_no_alarm(form):
    indicator_set, problems = set_of(form)
    checking.check(indicator_set, problems)
    assert [p.in_("en") for p in problems if p.severity != "note"] == []


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form["form"])
def test_forms_survive_writing(form):
    indicator_set, _ = set_of(form)
    again, problems = reading.from_yaml(reading.to_yaml(indicator_set))
    assert again == indicator_set, [p.in_("en") for p in problems]


def test_every_form_of_the_taxonomy_is_here():
    shown = {form["form"].split()[0] for form in FORMS}
    elsewhere = {"F25", "F26", "F27", "F28", "F32", "F33"}  # below: they need a set or a round
    assert {f"F{n}" for n in range(1, 34)} | {"F23b"} == {f for f in shown if f.startswith("F")} | elsewhere


SCALE = """
criteria:
  - code: "1"
    title: Tổng điểm
    maximum: 100
    inputs: {earned: {type: number, title: điểm}}
    rule: {formula: earned}
adjustments:
  - code: T
    kind: bonus
    title: Cờ thi đua
    maximum: 10
    inputs: {flag: {type: bool, title: được tặng cờ xuất sắc}}
    rule: {tiers: [{when: flag, points: 10}, {otherwise: 0}]}
  - code: P
    kind: penalty
    title: Vi phạm
    maximum: 3
    inputs: {count: {type: count, title: số vụ}}
    rule: {formula: count * 1}
"""


@pytest.mark.parametrize(
    ("given", "total"),
    [
        ({"1": {"earned": 97}, "T": {"flag": True}, "P": {"count": 0}}, 107),  # 97 + 10 = 107 điểm
        ({"1": {"earned": 97}, "T": {"flag": True}, "P": {"count": 2}}, 105),
        ({"1": {"earned": 97}, "T": {"flag": False}, "P": {"count": 2}}, 95),
        ({"1": {"earned": 97}}, 97),  # a bonus nobody claimed is no omission
        ({"1": {"earned": 97}, "P": {"count": 9}}, 94),  # a penalty is cut at its own maximum
    ],
)
def test_f25_f26_bonus_and_penalty_outside_the_scale(given, total):
    result = score_of(make(SCALE), given)
    assert (result.score, result.maximum, result.state) == (total, 100, "scored")


def test_f25_half_given_bonus_makes_the_result_incomplete():
    indicator_set = make(
        SCALE.replace("count * 1", "count * other").replace(
            "{count: {type: count, title: số vụ}}",
            "{count: {type: count, title: số vụ}, other: {type: count, title: hệ số}}",
        )
    )
    result = score_of(indicator_set, {"1": {"earned": 97}, "P": {"count": 9}})
    assert result.state == "incomplete"
    assert result.open_ == ("P",)


RELATIVE = """
groups: {{x: X, y: Y}}
criteria:
  - code: "1"
    title: So với đơn vị cao nhất
    maximum: 40
    inputs: {{n: {{type: count, title: số máy tính}}, m: {{type: count, title: số người}}}}
    value: n / m
    rule: {{relative: {{over: {over}, rule: {rule}}}}}
"""


def rounds_of(text, figures):
    indicator_set = make(text)
    units = [facts(indicator_set, {"1": {"n": n, "m": 100}} if n is not None else {}, u, g) for u, g, n in figures]
    return {r.unit: r.nodes["1"] for r in score_round(indicator_set, units)}


FOUR = [("A", "x", 50), ("B", "x", 100), ("C", "y", 25), ("D", "y", None)]


def test_f27_relative_to_the_best_of_the_round():
    results = rounds_of(RELATIVE.format(over="round", rule="{formula: value / highest * 40}"), FOUR)
    assert [results[u].score for u in "ABC"] == [20, 40, 10]
    assert results["D"].state == "missing"


def test_f27_within_the_group():
    results = rounds_of(RELATIVE.format(over="group", rule="{formula: value / highest * 40}"), FOUR)
    assert [results[u].score for u in "ABC"] == [20, 40, 40]


def test_f27_waits_for_the_close():
    indicator_set = make(RELATIVE.format(over="round", rule="{formula: value / highest * 40}"))
    result = score(indicator_set, facts(indicator_set, {"1": {"n": 5, "m": 10}}))
    assert (result.nodes["1"].state, result.nodes["1"].score, result.state) == ("pending", None, "incomplete")


def test_f28_min_max_to_a_scale_of_1_to_10():
    rule = '{formula: "1 + 9 * ((value - lowest) / (highest - lowest))"}'
    figures = [("A", "", 20), ("B", "", 80), ("C", "", 50), ("D", "", 30)]
    results = rounds_of(RELATIVE.format(over="round", rule=rule), figures)
    # (20−20)/60, (80−20)/60, (50−20)/60, (30−20)/60 of 9, plus 1
    assert [results[u].score for u in "ABCD"] == [1, 10, Fraction("5.5"), Fraction("2.5")]


def test_f28_all_units_alike_is_undefined_and_not_zero():
    rule = '{formula: "1 + 9 * ((value - lowest) / (highest - lowest))"}'
    results = rounds_of(RELATIVE.format(over="round", rule=rule), [("A", "", 20), ("B", "", 20)])
    assert {r.state for r in results.values()} == {"undefined"}


def test_constructed_points_by_rank():
    rule = "{tiers: [{when: position == 1, points: 40}, {when: position <= 3, points: 20}, {otherwise: 0}]}"
    figures = [("A", "", 50), ("B", "", 90), ("C", "", 50), ("D", "", 10), ("E", "", 90)]
    results = rounds_of(RELATIVE.format(over="round", rule=rule), figures)
    # 90, 90, 50, 50, 10: positions 1, 1, 3, 3, 5
    assert [results[u].score for u in "ABCDE"] == [20, 40, 20, 0, 40]


def test_constructed_above_the_mean_of_the_round():
    rule = "{tiers: [{when: value >= mean, points: 40}, {otherwise: 0}]}"
    results = rounds_of(RELATIVE.format(over="round", rule=rule), [("A", "", 50), ("B", "", 90), ("C", "", 70)])
    assert [results[u].score for u in "ABC"] == [0, 40, 40]


def test_f32_product_of_rates_through_another_criterion():
    indicator_set = make("""
        criteria:
          - code: "3.3"
            title: Hồ sơ trực tuyến
            maximum: 6
            inputs: &ab {a: {type: count, title: tổng}, b: {type: count, part_of: a, title: trực tuyến}}
            value: b / a * ref("1.4")
            rule: {formula: "min(maximum, value * maximum / 50%)"}
          - code: "1.4"
            title: Đồng bộ
            maximum: 6
            inputs: *ab
            value: b / a
            rule: {formula: value * maximum}
    """)
    result = score_of(indicator_set, {"1.4": {"a": 100, "b": 90}, "3.3": {"a": 1000, "b": 500}})
    # 0,5 × 0,9 = 45 % of the target of 50 %: 6 × 0,9
    assert (result.nodes["1.4"].score, result.nodes["3.3"].score) == (Fraction("5.4"), Fraction("5.4"))
    missing = score_of(indicator_set, {"1.4": {"a": 100}, "3.3": {"a": 1000, "b": 500}}).nodes["3.3"]
    assert (missing.state, missing.missing) == ("missing", frozenset({"1.4/b"}))


def levels(*rows):
    """Hospital criteria: level 1–5, with a coefficient; one dropped where the level is n/a."""
    text = "combine: {how: weighted_mean}\ncriteria:\n"
    for n, (weight, _) in enumerate(rows, 1):
        text += f"""  - code: "{n}"
    title: Tiêu chí {n}
    weight: {weight}
    maximum: 5
    inputs: {{level: {{type: count, at_most: 5, title: mức}}}}
    rule: {{formula: level * 1}}
    not_applicable: {{when: absent(level), outcome: drop}}
"""
    return score_of(make(text), {str(n): {"level": level} for n, (_, level) in enumerate(rows, 1)})


def test_f33_weighted_mean_of_levels():
    # (4·1 + 3·2 + 5·1) ÷ 4 = 3,75
    assert levels((1, 4), (2, 3), (1, 5)).score == Fraction("3.75")


def test_f33_the_published_mean():
    # 83 criteria, 7 of them of weight 2: 90 coefficients; 324 ÷ 90 = 3,60
    rows = [(2, 4)] * 7 + [(1, 4)] * 40 + [(1, 3)] * 36
    assert sum(w * v for w, v in rows) == 324
    result = levels(*rows)
    assert (result.score, result.maximum) == (Fraction("3.6"), 5)


def test_f33_only_applicable_criteria_count():
    # (4·1 + 5·1) ÷ 2 = 4,5; the criterion of weight 2 is left out
    result = levels((1, 4), (2, "n/a"), (1, 5))
    assert (result.score, result.maximum, result.state) == (Fraction("4.5"), 5, "scored")


def test_section_2_two_ratios_under_one_code():
    indicator_set = make(
        """
        criteria:
          - code: "4.5"
            title: Dữ liệu dân cư
            criteria:
              - {code: "4.5", id: 4.5a, title: TTHC, maximum: 2, inputs: &ab {a: {type: count, title: tổng},
                 b: {type: count, part_of: a, title: đạt}}, rule: {formula: b / a * maximum}}
              - {code: "4.5", id: 4.5b, title: Hồ sơ, maximum: 2, inputs: *ab, rule: {formula: b / a * maximum}}
    """.replace('- code: "4.5"\n            title: Dữ', '- code: "4.5"\n            id: nhom\n            title: Dữ')
    )
    result = score_of(indicator_set, {"4.5a": {"a": 4, "b": 2}, "4.5b": {"a": 100, "b": 75}})
    assert (result.score, result.maximum) == (Fraction("2.5"), 4)


def test_constructed_dropped_criterion_rescales_the_percentage():
    indicator_set = make("""
        criteria:
          - {code: "1", title: A, maximum: 60, inputs: {x: {type: number, title: x}}, rule: {formula: x}}
          - {code: "2", title: B, maximum: 40, inputs: {y: {type: number, title: y}}, rule: {formula: y},
             not_applicable: {when: absent(y), outcome: drop}}
    """)
    dropped = score_of(indicator_set, {"1": {"x": 45}, "2": {"y": "n/a"}})
    assert (dropped.score, dropped.maximum, dropped.share) == (45, 60, Fraction(3, 4))
    held = score_of(indicator_set, {"1": {"x": 45}, "2": {"y": 40}})
    assert (held.score, held.maximum, held.share) == (85, 100, Fraction(85, 100))


def test_unit_facts_of_another_set_are_not_needed():
    assert score(make(SCALE), UnitFacts("A")).nodes["1"].state == "missing"


def test_forms_file_is_plain_yaml():
    assert yaml.safe_load((Path(__file__).parent / "forms.yaml").read_text(encoding="utf-8"))
