"""Two versions by id, two years through a mapping only; mappings are checked with their lines."""

from __future__ import annotations

import pytest

from minhbach.scoring import catalogue, reading
from minhbach.scoring.comparing import compare, compared, mapping_between
from minhbach.scoring.mappings import Mapping, check_mapping, read_mapping
from minhbach.scoring.model import IndicatorSet
from minhbach.scoring.problems import Problems

OLD = """
format: 1
code: thu
title: {vi: Bộ thử, en: Test set}
year: 2025
source: {document: 1/QĐ-UBND}
responsibles: {VP: {vi: Văn phòng, en: Office}, P: Các phòng}
criteria:
  - code: "1"
    title: {vi: Phần một, en: Part one}
    criteria:
      - {code: "1.1", title: {vi: Đúng hạn, en: On time}, maximum: 1, responsible: [VP],
         inputs: {r: {type: rate, title: tỷ lệ}}, value: r,
         rule: {tiers: [{when: value >= 80%, points: 1}, {otherwise: 0}]}}
      - {code: "1.2", title: Bị bỏ, maximum: 1, rule: {unstated: true}}
  - code: "2"
    title: Phần hai
    criteria:
      - {code: "2.1", title: Theo dõi, inputs: {n: {type: count, title: số}}, value: n, target: value >= 5}
"""


def read(text: str) -> IndicatorSet:
    found, problems = reading.from_yaml(text)
    assert found is not None, [p.in_("en") for p in problems]
    return found


def said(old: str, new: str, lang: str = "en") -> str:
    return "\n".join(line.in_(lang) for line in compare(read(old), read(new), None))


def test_equal_sets_do_not_differ() -> None:
    assert said(OLD, OLD) == "Nothing differs."


@pytest.mark.parametrize(
    ("change", "en", "vi"),
    [
        (("Đúng hạn, en: On time", "Sớm hạn, en: Early"), "title: “On time” → “Early”", "tên: “Đúng hạn” → “Sớm hạn”"),
        (("maximum: 1, responsible", "maximum: 1.5, responsible"), "maximum: “1” → “1.5”", "“1” → “1,5”"),
        (("responsible: [VP]", "responsible: [VP, P]"), "responsible: “Office” → “Office, Các phòng”", "“Văn phòng”"),
        ((">= 80%", ">= 90%"), "→ “the rate ≥ 90%: 1 point", "≥ 90\u202f%: 1 điểm"),
        (("value >= 5", "value >= 6"), "target: “the value ≥ 5” → “the value ≥ 6”", "chỉ tiêu"),
        (("type: rate, title: tỷ lệ", "type: rate, title: phần"), "inputs: “tỷ lệ (rate)” → “phần (rate)”", "số liệu"),
        (('code: "1.2"', 'code: "1.3"'), "1.3 Bị bỏ: new", "1.2 Bị bỏ: bỏ"),
        (("title: {vi: Bộ thử", "note: x\nversion: '2'\ntitle: {vi: Bộ thử"), "version: “1” → “2”", "phiên bản"),
        (("source: {", "maximum: 2\nsource: {"), "maximum of the set: none → “2”", "điểm tối đa của bộ: không có"),
    ],
)
def test_every_change_between_versions_is_said_in_both_languages(change: tuple[str, str], en: str, vi: str) -> None:
    new = OLD.replace(*change)
    assert en in said(OLD, new)
    assert vi in said(OLD, new, "vi")


def test_a_criterion_under_another_parent_has_moved() -> None:
    new = OLD.replace('      - {code: "1.2", title: Bị bỏ, maximum: 1, rule: {unstated: true}}\n', "")
    new += '      - {code: "1.2", title: Bị bỏ, maximum: 1, rule: {unstated: true}}\n'
    assert "1.2 Bị bỏ: moved" in said(OLD, new)


def test_two_years_are_not_compared_by_code() -> None:
    later = OLD.replace("year: 2025", "year: 2026")
    assert compared(read(OLD), read(later)) is None
    assert "There is no mapping between thu (2025) and thu (2026)" in said(OLD, later)
    assert "Mã tiêu chí đổi nghĩa" in said(OLD, later, "vi")
    assert mapping_between("papi-2018", "papi-2021") is None
    assert mapping_between("../x", "thu") is None


def test_the_years_of_hai_phong() -> None:
    old, new = catalogue.find("hai-phong-so-2022"), catalogue.find("hai-phong-so-2023")
    comparison = compared(old, new, mapping_between(old.code, new.code))
    assert comparison is not None
    (on_time,) = comparison.of_new("3.4.2")
    assert on_time.old is not None
    assert on_time.old.id == "3.4.3"
    assert on_time.is_renumbered
    assert {pair.old.id for pair in comparison.of_new("7.4.2") if pair.old} == {"7.4.2", "7.4.3"}
    assert "3.4.2" in comparison.reused_codes
    assert "3.1" not in comparison.reused_codes
    assert {p.new.id for p in comparison.pairs if p.new} == set(new.nodes)
    assert {p.old.id for p in comparison.pairs if p.old} == set(old.nodes)
    lines = [line.vi for line in compare(old, new, mapping_between(old.code, new.code))]
    assert any(line.startswith("3.4.3 → 3.4.2 Kết quả giải quyết hồ sơ TTHC: thay đổi") for line in lines)
    assert any(line.startswith("Mã 3.4.2 đổi nghĩa: trước là") for line in lines)


def test_a_mapping_reads_backwards_too() -> None:
    back = mapping_between("hai-phong-so-2023", "hai-phong-so-2022")
    assert back is not None
    assert ("new", "", "3.4.1") in {(p.kind, p.old, p.new) for p in back.pairs}
    assert {p.kind for p in back.pairs if p.old == "7.4.2"} == {"split"}


# Mappings with mistakes ---------------------------------------------------------------------------------------

HEAD = "from: thu\nto: thu-moi\npairs:\n"


def mapping(pairs: str) -> tuple[Mapping | None, Problems]:
    found, problems = read_mapping(HEAD + pairs, "thu--thu-moi.yaml")
    if found is not None:
        check_mapping(found, read(OLD), read(OLD.replace("code: thu\n", "code: thu-moi\n")), problems)
    return found, problems


FULL = "".join(f'  - {{from: "{code}", to: "{code}", kind: same}}\n' for code in ("1", "1.1", "1.2", "2", "2.1"))


def test_a_full_mapping_is_sound() -> None:
    assert not list(mapping(FULL)[1])


@pytest.mark.parametrize(
    ("pairs", "code", "line"),
    [
        (FULL.replace('from: "1.2"', 'from: "9"'), "unknown-code", 6),
        (FULL.replace('to: "1.2"', 'to: "1.1"'), "repeated-code", 6),
        (FULL.replace('  - {from: "2.1", to: "2.1", kind: same}\n', ""), "not-covered", 3),
        (FULL.replace('to: "2.1", kind: same', "kind: same"), "pair", 8),
        (FULL.replace('from: "2.1", to: "2.1", kind: same', 'from: "2.1", to: "2.1", kind: dropped'), "pair", 8),
        (FULL.replace("kind: same", "kind: equal", 1), "wrong-value", 4),
        (FULL.replace("kind: same", "sort: same", 1), "unknown-field", 4),
        ("  - [", "yaml", 5),
    ],
)
def test_each_mistake_of_a_mapping_is_named_with_its_line(pairs: str, code: str, line: int) -> None:
    _, problems = mapping(pairs)
    assert (code, line) in [(p.code, p.line) for p in problems.errors], [p.in_("en") for p in problems]


def test_split_and_merged_criteria_stand_in_several_pairs() -> None:
    pairs = FULL.replace(
        '  - {from: "1.2", to: "1.2", kind: same}\n',
        '  - {from: "1.2", to: "1.2", kind: split}\n  - {from: "1.2", to: "2.1", kind: split}\n',
    ).replace('  - {from: "2.1", to: "2.1", kind: same}\n', '  - {from: "2.1", kind: dropped}\n')
    assert not list(mapping(pairs)[1])
