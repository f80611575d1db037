"""Two versions by id, two years through a mapping only; mappings are checked with their lines."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minhbach.records.problems import Problems
from minhbach.scoring import catalogue, reading
from minhbach.scoring.comparing import compare, compared, mapping_between
from minhbach.scoring.mappings import Mapping, check_mapping, read_mapping
from minhbach.scoring.model import IndicatorSet, Node
from minhbach.scoring.tests import strategies

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


WHOLE = """\
format: 1
code: thu
year: 2025
title: {vi: Bộ thử, en: Test set}
source: {document: 1/QĐ-UBND, date: 2025-01-05}
groups: {so: {vi: Sở, en: Departments}}
parameters: {limit: {title: {vi: Hạn, en: Limit}, value: 5%, groups: {so: 10%}}}
choices:
  rate-of:
    question: {vi: Tính trên tổng số nào?, en: Of what?}
    chosen: {vi: Hồ sơ đã giải quyết., en: Dossiers handled.}
    alternatives: [{code: all, text: {vi: Hồ sơ tiếp nhận., en: Dossiers received.}}]
rounding: {points: {places: 4}, total: {places: 2}}
ranking: {by: points}
bands: [{steps: [{code: A, title: {vi: Tốt, en: Good}, from: 90}, {code: B, title: {vi: Khá, en: Fair}, from: 70}]}]
criteria:
  - {code: "1", title: Một, maximum: 1, rule: {unstated: true}}
  - {code: "2", title: Hai, maximum: 1, rule: {unstated: true}}
"""


@pytest.mark.parametrize(
    ("change", "vi", "en"),
    [
        (
            ("date: 2025-01-05", "date: 2025-02-06, article: Phụ lục I"),
            "nguồn: “1/QĐ-UBND, 05/01/2025” → “1/QĐ-UBND, 06/02/2025, Phụ lục I”",
            "source: “1/QĐ-UBND, 2025-01-05” → “1/QĐ-UBND, 2025-02-06, Phụ lục I”",
        ),
        (
            ("year: 2025", "year: 2025\nextent: part"),
            "phạm vi: “cả bộ chỉ số” → “một phần của bộ chỉ số”",
            "extent: “the whole set” → “a part of the set”",
        ),
        (
            ("year: 2025", "year: 2025\ncombine: {how: mean, times: 10}"),
            "cách cộng: “cộng” → “trung bình, nhân với 10”",
            "how points add up: “the sum” → “the mean, times 10”",
        ),
        (
            ("{places: 4}", "{places: 4, mode: down}"),
            "làm tròn điểm tiêu chí: “4 chữ số thập phân, đúng một nửa thì làm tròn lên” → "
            "“4 chữ số thập phân, phần sau cắt bỏ”",
            "rounding of criteria: “4 decimals, half up” → “4 decimals, the rest cut off”",
        ),
        (
            ("total: {places: 2}", "groups: {places: 1, mode: half_down}, total: {places: 2}"),
            "làm tròn điểm từng phần: “không làm tròn” → “1 chữ số thập phân, đúng một nửa thì làm tròn xuống”",
            "rounding of parts: “not rounded” → “1 decimal, half down”",
        ),
        (
            ("total: {places: 2}", "total: {places: 3, mode: half_even}"),
            "làm tròn tổng điểm: “2 chữ số thập phân, đúng một nửa thì làm tròn lên” → "
            "“3 chữ số thập phân, đúng một nửa thì về số chẵn”",
            "rounding of the total: “2 decimals, half up” → “3 decimals, half to even”",
        ),
        (
            ("ranking: {by: points}", "ranking: {on: rounded, ties: dense, unranked: [X]}"),
            "xếp hạng: “theo điểm, trên số chưa làm tròn, đồng hạng xếp 1–1–3” → "
            "“theo phần trăm, trên số đã làm tròn, đồng hạng xếp 1–1–2, không xếp hạng: X”",
            "ranking: “by points, on unrounded figures, ties 1–1–3” → “by percent, on rounded figures, ties 1–1–2, "
            "not ranked: X”",
        ),
        (
            ("from: 90}", "from: 92.5, share_limit: 20%}"),
            "xếp loại: “theo phần trăm: Tốt (A) từ 90; Khá (B) từ 70” → “theo phần trăm: Tốt (A) từ 92,5, không quá "
            "20\u202f%; Khá (B) từ 70”",
            "bands: “by percent: Good (A) from 90; Fair (B) from 70” → “by percent: Good (A) from 92.5, at most 20%; "
            "Fair (B) from 70”",
        ),
        (
            ("value: 5%", "value: 7.5%"),
            "tham số: “Hạn: 5\u202f%; Sở: 10\u202f%” → “Hạn: 7,5\u202f%; Sở: 10\u202f%”",
            "parameters: “Limit: 5%; Departments: 10%” → “Limit: 7.5%; Departments: 10%”",
        ),
        (
            ("chosen: {vi: Hồ sơ đã giải quyết., en: Dossiers handled.}", "chosen: {vi: Hồ sơ đã trả., en: Returned.}"),
            "lựa chọn “Tính trên tổng số nào?”: “Hồ sơ đã giải quyết.” → “Hồ sơ đã trả.”",
            "choice “Of what?”: “Dossiers handled.” → “Returned.”",
        ),
        (
            ("text: {vi: Hồ sơ tiếp nhận.,", "text: {vi: Hồ sơ nhận.,"),
            "lựa chọn “Tính trên tổng số nào?”: cách khác: “Hồ sơ tiếp nhận.” → “Hồ sơ nhận.”",
            "choice “Of what?”: alternatives (Vietnamese): “Hồ sơ tiếp nhận.” → “Hồ sơ nhận.”",
        ),
        (
            ("choices:\n  rate-of:", "choices:\n  rate:"),
            "lựa chọn “Tính trên tổng số nào?”: “Hồ sơ đã giải quyết.” → không có",
            "choice “Of what?”: none → “Dossiers handled.”",
        ),
        (
            ("groups: {so: {vi: Sở, en: Departments}}", "groups: {so: {vi: Sở, en: Agencies}}"),
            "nhóm đơn vị (tiếng Anh): “so: Departments” → “so: Agencies”",
            "unit groups: “so: Departments” → “so: Agencies”",
        ),
        (
            ("criteria:\n", "note: Ghi chú\ncriteria:\n"),
            "ghi chú của bộ: không có → “Ghi chú”",
            "note of the set: none → “Ghi chú”",
        ),
    ],
)
def test_changes_of_the_set_itself_say_from_what_to_what(change: tuple[str, str], vi: str, en: str) -> None:
    assert change[0] in WHOLE
    new = WHOLE.replace(*change)
    assert vi in said(WHOLE, new, "vi")
    assert en in said(WHOLE, new)


def test_an_input_under_another_key_is_told_apart() -> None:
    new = OLD.replace(
        "inputs: {r: {type: rate, title: tỷ lệ}}, value: r", "inputs: {q: {type: rate, title: tỷ lệ}}, value: q"
    )
    assert "inputs: “r: tỷ lệ (rate)” → “q: tỷ lệ (rate)”" in said(OLD, new)


def test_another_order_is_a_difference() -> None:
    one, two = WHOLE.splitlines(keepends=True)[-2:]
    assert "thứ tự: “1, 2” → “2, 1”" in said(WHOLE, WHOLE.replace(one + two, two + one), "vi")


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(strategies.nodes_of(st.just(())), strategies.nodes_of(st.just(())), st.data())
def test_no_changed_field_of_a_criterion_goes_unsaid(one: Node, other: Node, data: st.DataObject) -> None:
    field = data.draw(st.sampled_from([f.name for f in dataclasses.fields(Node) if f.name != "criteria"]))
    one = dataclasses.replace(one, id_="1")
    changed = dataclasses.replace(one, **{field: getattr(other, field)}) if field != "id_" else one
    old, new = (dataclasses.replace(read(WHOLE), criteria=(node,)) for node in (one, changed))
    lines = compare(old, new)
    assert ([line.en for line in lines] == ["Nothing differs."]) == (one == changed)
    assert all("→" in line.en for line in lines if line.en.startswith("    ") and "\n" not in line.en)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(strategies.indicator_sets, st.data())
def test_no_changed_field_of_a_set_goes_unsaid(other: IndicatorSet, data: st.DataObject) -> None:
    whole = read(WHOLE)
    apart = ("code", "year", "format", "criteria", "adjustments")
    field = data.draw(st.sampled_from([f.name for f in dataclasses.fields(IndicatorSet) if f.name not in apart]))
    changed = dataclasses.replace(whole, **{field: getattr(other, field)})
    lines = [line.in_(lang) for line in compare(whole, changed) for lang in ("vi", "en")]
    assert (lines == ["Không có gì khác.", "Nothing differs."]) == (whole == changed)
    assert all("→" in line for line in lines[:-2]) or whole == changed


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
