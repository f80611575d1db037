"""Bands and ranks, with the ties, roundings, quotas and unranked units of real publications."""

from fractions import Fraction

import pytest

from minhbach.scoring.facts import UnitFacts
from minhbach.scoring.rounds import measured, positions, quantile, rank, score_round
from minhbach.scoring.tests.making import facts, make

ONE = """
criteria:
  - {code: "1", title: Điểm, maximum: MAX, inputs: {x: {type: external, title: điểm}}, rule: {formula: x}}
"""


def ranked(head, values, maximum=100, groups=None):
    """Standings by unit: (rank, band, why unranked)."""
    indicator_set = make(head + ONE.replace("MAX", str(maximum)))
    units = [
        facts(indicator_set, {"1": {"x": value}} if value is not None else {}, unit, (groups or {}).get(unit, ""))
        for unit, value in values.items()
    ]
    return {
        s.result.unit: (s.rank, s.band.code if s.band else None, s.why_unranked)
        for s in rank(indicator_set, score_round(indicator_set, units))
    }


def ranks(head, values, **how):
    return {unit: place for unit, (place, _, _) in ranked(head, values, **how).items()}


TIED = {"A": "84.94", "B": "90", "C": "84.94", "D": "70", "E": "84.94"}


@pytest.mark.parametrize(
    ("ties", "expected"),
    [
        ("standard", {"B": 1, "A": 2, "C": 2, "E": 2, "D": 5}),
        ("dense", {"B": 1, "A": 2, "C": 2, "E": 2, "D": 3}),
        ("ordinal", {"B": 1, "A": 2, "C": 3, "E": 4, "D": 5}),
    ],
)
def test_ties(ties, expected):
    assert ranks(f"ranking: {{ties: {ties}}}\n", TIED) == expected


@pytest.mark.parametrize(
    ("ties", "expected"),
    [("standard", [1, 1, 3, 4, 4, 6]), ("dense", [1, 1, 2, 3, 3, 4]), ("ordinal", [1, 2, 3, 4, 5, 6])],
)
def test_positions(ties, expected):
    assert positions([Fraction(v) for v in (9, 9, 7, 5, 5, 1)], ties) == expected


def test_ranking_on_unrounded_values_tells_apart_what_is_published_alike():
    """SIPAS 2015: two units published 84,94 stand 4th and 5th; ICT 2006: three at 0,37 stand 7th, 8th and 9th."""
    close = {"A": "84.941", "B": "84.939", "C": "84.944"}
    assert ranks("ranking: {on: unrounded}\n", close) == {"C": 1, "A": 2, "B": 3}
    assert ranks("ranking: {on: rounded}\n", close) == {"A": 1, "B": 1, "C": 1}


def test_truncated_percentage():
    """40,62 of 80 was published as 50,77: 50,775 is cut, not rounded."""
    head = "rounding: {total: {places: 2, mode: MODE}}\nranking: {on: rounded}\n"
    for mode, expected in (("down", "50.77"), ("half_up", "50.78")):
        indicator_set = make(head.replace("MODE", mode) + ONE.replace("MAX", "80"))
        result = score_round(indicator_set, [facts(indicator_set, {"1": {"x": "40.62"}})])[0]
        assert measured(indicator_set, result, "percent") == Fraction(expected)
        assert measured(indicator_set, result, "points") == Fraction("40.62")


BANDS = """
groups: {so: Sở, huyen: Huyện}
bands:
  - groups: [so]
    steps: [{code: I, title: Nhóm I, from: 90}, {code: II, title: Nhóm II, from: 80}]
  - groups: [huyen]
    by: percent
    steps: [{code: I, title: Nhóm I, from: 80%}, {code: II, title: Nhóm II, from: 70%}]
"""


def test_bands_with_other_cuts_per_unit_group():
    """Nam Định 2020: departments from 90 and from 80, districts from 80 and from 70."""
    values = {"s1": "90", "s2": "89.99", "s3": "79.99", "h1": "80", "h2": "79.99", "h3": "69.99", "x": "95"}
    groups = {u: {"s": "so", "h": "huyen"}.get(u[0], "") for u in values}
    bands = {u: band for u, (_, band, _) in ranked(BANDS, values, groups=groups).items()}
    assert bands == {"s1": "I", "s2": "II", "s3": None, "h1": "I", "h2": "II", "h3": None, "x": None}


def test_band_of_par_index():
    """Group A from 90, B from 80 to under 90, C from 70 to under 80."""
    steps = ", ".join(f"{{code: {c}, title: {c}, from: {cut}}}" for c, cut in (("A", 90), ("B", 80), ("C", 70)))
    head = f"bands: [{{steps: [{steps}]}}]\n"
    values = {"a": "90", "b": "89.999999", "c": "80", "d": "79.99", "e": "70", "f": "69.99"}
    assert [ranked(head, values)[u][1] for u in values] == ["A", "B", "B", "C", "C", None]


def test_quartiles_of_63_provinces():
    """PAPI 2019: 16, 16, 15 and 16 provinces in the four groups."""
    steps = ", ".join(f'{{code: "{n}", title: t, from: {cut}%}}' for n, cut in enumerate((75, 50, 25, 0), 1))
    head = f"bands: [{{by: quantile, steps: [{steps}]}}]\n"
    # 63 different values in no order, as published ones are
    found = [band for _, band, _ in ranked(head, {f"p{n:02}": n * 37 % 63 + 30 for n in range(63)}).values()]
    assert [found.count(code) for code in "1234"] == [16, 16, 15, 16]


def test_quantile_is_interpolated():
    values = [Fraction(v) for v in (1, 2, 3, 4)]
    assert quantile(values, Fraction(3, 4)) == Fraction("3.25")
    assert quantile(values, Fraction(0)) == 1
    assert quantile(values, Fraction(1)) == 4
    assert quantile([], Fraction(1, 2)) is None


QUOTA = """
bands:
  - steps:
      - {code: excellent, title: xuất sắc, from: 90, share_limit: 20%}
      - {code: good, title: tốt, from: 80}
      - {code: fair, title: khá, from: 0}
"""


def bands_of(values):
    return [band for _, (_, band, _) in sorted(ranked(QUOTA, values).items())]


def test_at_most_a_fifth_is_excellent():
    values = {f"u{n}": 99 - n for n in range(8)} | {"v": 85, "w": 84, "x": 50}
    # 8 reach excellent, 2 good: a fifth of 10 is 2
    assert bands_of(values) == ["excellent"] * 2 + ["good"] * 8 + ["fair"]


def test_quota_is_rounded_down():
    assert bands_of({f"u{n}": 99 - n for n in range(4)}) == ["good"] * 4
    assert bands_of({f"u{n}": 99 - n for n in range(5)}) == ["excellent"] + ["good"] * 4


def test_equals_at_the_edge_of_the_quota_are_not_told_apart():
    values = {"a": 99, "b": 95, "c": 95} | {f"d{n}": 91 for n in range(7)}
    assert bands_of(values) == ["excellent"] + ["good"] * 9


def test_units_scored_but_not_ranked():
    """Two special agencies are scored, not ranked; they keep their band, and the others' places close up."""
    head = "ranking: {unranked: [TTCP, UBDT]}\nbands: [{steps: [{code: A, title: A, from: 90}]}]\n"
    found = ranked(head, {"MOF": "80", "TTCP": "95", "MOJ": "91", "UBDT": "70"})
    assert found == {
        "MOJ": (1, "A", ""),
        "MOF": (2, None, ""),
        "TTCP": (None, "A", "unranked"),
        "UBDT": (None, None, "unranked"),
    }


def test_without_a_result_is_not_last():
    found = ranked("", {"A": "0", "B": None, "C": "50"})
    assert found == {"C": (1, None, ""), "A": (2, None, ""), "B": (None, None, "no_result")}


def test_incomplete_is_ranked_only_when_a_person_says_so():
    indicator_set = make("""
        criteria:
          - {code: "1", title: a, maximum: 5, inputs: {x: {type: external, title: x}}, rule: {formula: x}}
          - {code: "2", title: b, maximum: 5, rule: {unstated: true}}
    """)
    units = [facts(indicator_set, {"1": {"x": 5}}, "A"), facts(indicator_set, {"1": {"x": 1}, "2": {"points": 1}}, "B")]
    results = score_round(indicator_set, units)
    assert [(s.result.unit, s.rank, s.why_unranked) for s in rank(indicator_set, results)] == [
        ("B", 1, ""),
        ("A", None, "incomplete"),
    ]
    assert [(s.result.unit, s.rank) for s in rank(indicator_set, results, include_incomplete=True)] == [
        ("A", 1),
        ("B", 2),
    ]


def test_a_part_has_no_bands():
    head = "extent: part\nbands: [{steps: [{code: A, title: A, from: 90}]}]\n"
    assert ranked(head, {"A": "99"})["A"] == (1, None, "")


def test_rank_by_points_or_percent():
    """A dropped criterion lowers the unit's own maximum, so the two orders differ."""
    body = """
criteria:
  - {code: "1", title: a, maximum: 50, inputs: {x: {type: external, title: x}}, rule: {formula: x}}
  - {code: "2", title: b, maximum: 50, inputs: {y: {type: external, title: y}}, rule: {formula: y},
     not_applicable: {when: absent(y), outcome: drop}}
"""
    for by, first in (("points", "B"), ("percent", "A")):
        indicator_set = make(f"ranking: {{by: {by}}}\n" + body)
        units = [
            facts(indicator_set, {"1": {"x": 45}, "2": {"y": "n/a"}}, "A"),  # 45 of 50
            facts(indicator_set, {"1": {"x": 45}, "2": {"y": 40}}, "B"),  # 85 of 100
        ]
        assert rank(indicator_set, score_round(indicator_set, units))[0].result.unit == first


def test_no_units():
    indicator_set = make(ONE.replace("MAX", "100"))
    assert rank(indicator_set, score_round(indicator_set, [])) == []
    assert rank(indicator_set, score_round(indicator_set, [UnitFacts("A")]))[0].why_unranked == "no_result"
