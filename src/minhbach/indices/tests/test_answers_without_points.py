"""Answers that bring no points, or none yet: they are answers, and hold up neither the office nor the head."""

import pytest

from minhbach.indices.actions import criteria, entries, opening, preparing
from minhbach.indices.actions.sets import set_release, set_save
from minhbach.indices.models import Entry
from minhbach.org.errors import NotPossible
from minhbach.org.permissions import SYSTEM

pytestmark = pytest.mark.django_db

# Constructed: one criterion computed at the close of the round, one that leaves the maximum, one that is only followed.
SET = """
format: 1
code: without-points
title: {vi: Bộ thử, en: Trial set}
year: 2026
constructed: true
source: {document: 1/QĐ-UBND, issuer: UBND tỉnh, date: 2026-01-05}
criteria:
  - code: A
    title: {vi: So với đơn vị cao nhất, en: Against the best}
    maximum: 10
    evidence: required
    inputs: {r: {type: rate, title: {vi: tỷ lệ, en: rate}}}
    value: r
    rule: {relative: {over: round, rule: {formula: value / highest * maximum}}}
  - code: B
    title: {vi: Nhiệm vụ, en: Tasks}
    maximum: 10
    evidence: required
    inputs:
      due: {type: count, title: {vi: được giao, en: due}}
      done: {type: count, part_of: due, title: {vi: hoàn thành, en: done}}
    value: done / due
    rule: {formula: value * maximum}
    not_applicable: {when: due == 0, outcome: drop}
  - code: C
    title: {vi: Chỉ theo dõi, en: Followed}
    maximum: 0
    inputs: {n: {type: count, title: {vi: số, en: number}}}
"""


@pytest.fixture
def sheet(province, dates) -> Entry:
    version = set_release(set_save(text=SET, unit=province.home, acting=SYSTEM), acting=SYSTEM)
    round_ = preparing.round_prepare(unit=province.home, title="Năm 2026", year=2026, dates=dates, acting=SYSTEM)
    preparing.round_set_assign(round_, group="so", set_version=version, fields={}, acting=SYSTEM)
    opening.round_open(round_, units=[province.education], acting=SYSTEM)
    return round_.entries.get()


def enter(sheet, province, code, **inputs):
    criteria.criterion_score(sheet, code, stage="self", inputs=inputs, acting=province.officer)
    sheet.refresh_from_db()


def test_they_complete_the_self_score(sheet, province):
    enter(sheet, province, "A", r="40%")
    enter(sheet, province, "B", due="0", done="0")
    enter(sheet, province, "C", n="7")
    assert (sheet.criteria, sheet.answered) == (3, 3)
    entries.entry_review(sheet, acting=province.officer)
    with pytest.raises(NotPossible) as caught:
        entries.entry_approve(sheet, acting=province.head)
    assert caught.value.code == "evidence_missing" and "B" not in str(caught.value)  # what left the maximum needs none
    criteria.evidence_add(sheet, "A", document_number="1/BC", document_title="Báo cáo", acting=province.officer)
    entries.entry_approve(sheet, acting=province.head)
    sheet.refresh_from_db()
    assert sheet.status == Entry.Status.APPROVED


def test_without_their_figures_they_are_no_answer(sheet, province):
    enter(sheet, province, "A")
    enter(sheet, province, "B", done="0")
    assert sheet.answered == 0
    entries.entry_review(sheet, acting=province.officer)
    with pytest.raises(NotPossible) as caught:
        entries.entry_approve(sheet, acting=province.head)
    assert caught.value.code == "unanswered"
    assert "A, B, C" in str(caught.value)


def test_the_sheet_says_what_becomes_of_the_points(sheet, province, at):
    answer = at("officer", "criterion_save", sheet.pk, "A", post={"in.r": "40%"})
    assert answer.status_code == 302
    assert "when the round closes" in at("officer", "criterion", sheet.pk, "A").content.decode()


def test_a_trial_says_which_points_it_leaves_out(sheet, province, at):
    enter(sheet, province, "A", r="40%")
    enter(sheet, province, "B", due="1.250", done="1000")
    page = at("officer", "what_if", sheet.pk).content.decode()
    assert "computed at the close by comparing the units: A. Against the best." in page
    assert 'value="1250"' in page and 'value="1.250"' not in page
