"""The way of a score, from an office's figures to the published rank, through the real actions."""

import datetime
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from minhbach.indices import figures, queries
from minhbach.indices.actions import appraisal, concluding, criteria, entries, opening, preparing, publishing
from minhbach.indices.models import Entry, Score
from minhbach.org.errors import NotPossible
from minhbach.org.permissions import SYSTEM, Refused
from minhbach.org.trail.verifying import verify

pytestmark = pytest.mark.django_db

ON_TIME = {"handled": "200", "on_time": "197"}


def test_inputs_give_points_at_once(entry, province):
    row = criteria.criterion_score(entry, "3.4.2", stage="self", inputs=ON_TIME, acting=province.specialist)
    # 197/200 = 98.5 %, from 95 % on the rate × 1.5: 1.4775
    assert row.points == Decimal("1.4775")
    entry.refresh_from_db()
    assert entry.self_score == Decimal("1.4775")
    assert entry.self_maximum == Decimal("24.55")
    assert entry.answered == 1


def test_an_office_answers_only_what_is_given_to_it(entry, province):
    # 3.1 is the office's (VP), 3.4.2 the divisions' (P).
    with pytest.raises(Refused):
        criteria.criterion_score(entry, "3.1", stage="self", inputs={}, note="x", acting=province.specialist)
    with pytest.raises(Refused):
        criteria.criterion_score(entry, "3.4.2", stage="self", inputs=ON_TIME, acting=province.outsider)
    with pytest.raises(Refused):
        criteria.criterion_score(entry, "3.4.2", stage="self", inputs=ON_TIME, acting=province.auditor)


def test_wrong_facts_name_the_input_and_save_nothing(entry, province):
    with pytest.raises(figures.WrongInputs) as caught:
        criteria.criterion_score(
            entry, "3.4.2", stage="self", inputs={"handled": "hai trăm", "on_time": "5"}, acting=province.officer
        )
    assert set(caught.value.says) == {"handled"}
    with pytest.raises(figures.WrongInputs):
        criteria.criterion_score(
            entry, "3.4.2", stage="self", inputs={"handled": "10", "on_time": "11"}, acting=province.officer
        )
    assert not entry.scores.exists()


def test_points_against_the_rule_need_a_reason(entry, province):
    with pytest.raises(NotPossible) as caught:
        criteria.criterion_score(
            entry, "3.4.2", stage="self", inputs=ON_TIME, given_points="1,2", acting=province.officer
        )
    assert caught.value.code == "needs_reason"
    row = criteria.criterion_score(
        entry, "3.4.2", stage="self", inputs=ON_TIME, given_points="1,2", reason="Kiểm tra lại", acting=province.officer
    )
    assert (row.points, row.rule_points, row.state) == (Decimal("1.2"), Decimal("1.4775"), "by_hand")


def test_the_later_of_two_savers_sees_both(entry, province):
    criteria.criterion_score(entry, "3.4.2", stage="self", inputs=ON_TIME, acting=province.officer)
    with pytest.raises(criteria.Conflict) as caught:
        criteria.criterion_score(
            entry, "3.4.2", stage="self", inputs={"handled": "9", "on_time": "9"}, edition=0, acting=province.specialist
        )
    assert caught.value.current.inputs == ON_TIME
    assert Score.objects.get(entry=entry, criterion="3.4.2").inputs == ON_TIME


def _answer_all(entry, acting):
    """Full marks in 3.4.2, an explanation everywhere else."""
    indicator_set = figures.set_of(entry.set_version)
    for leaf in indicator_set.leaves:
        if leaf.id == "3.4.2":
            inputs, note = {"handled": "200", "on_time": "200"}, ""
        else:
            inputs, note = {}, "Không phát sinh"
        criteria.criterion_score(entry, leaf.id, stage="self", inputs=inputs, note=note, acting=acting)
    criteria.evidence_add(
        entry, "3.4.2", document_number="12/BC-SGDĐT", document_title="Báo cáo kết quả giải quyết TTHC", acting=acting
    )


def test_the_whole_way(entry, open_round, province):
    other = open_round.entries.get(unit=province.justice)
    _answer_all(entry, province.officer)
    entries.entry_review(entry, acting=province.officer)
    with pytest.raises(Refused):
        entries.entry_approve(entry, acting=province.officer)
    entries.entry_approve(entry, acting=province.head)
    entries.entry_submit(entry, acting=province.officer)
    with pytest.raises(NotPossible) as caught:
        criteria.criterion_score(entry, "3.4.2", stage="self", inputs=ON_TIME, edition=1, acting=province.officer)
    assert caught.value.code == "locked"

    # The justice department appraises field 3, and not field 7.
    row = criteria.criterion_score(
        entry, "3.4.2", stage="appraisal_1", inputs=ON_TIME, acting=province.justice_appraiser
    )
    assert row.points == Decimal("1.4775")
    with pytest.raises(Refused):
        criteria.criterion_score(
            entry, "7.3", stage="appraisal_1", inputs={"items": "5"}, acting=province.justice_appraiser
        )
    appraisal.scores_copy(entry, stage="appraisal_1", acting=province.justice_appraiser)
    appraisal.field_conclude(entry, province.justice, stage="appraisal_1", acting=province.justice_appraiser)
    with pytest.raises(NotPossible):
        criteria.criterion_score(
            entry, "3.4.2", stage="appraisal_1", inputs=ON_TIME, edition=1, acting=province.justice_appraiser
        )
    appraisal.scores_copy(entry, stage="appraisal_1", acting=province.appraiser)
    appraisal.explanation_ask(entry, "7.3", question="Vì sao không có số liệu?", acting=province.appraiser)
    appraisal.explanations_send(entry, acting=province.appraiser)
    entry.refresh_from_db()
    assert entry.status == Entry.Status.EXPLANATION

    _move_round(open_round, days=-25)  # into the explanation
    request = entry.requests.get()
    with pytest.raises(entries.Incomplete):
        appraisal.explanations_hand_in(entry, acting=province.officer)
    appraisal.explanation_give(request, answer="Bổ sung số liệu", acting=province.clerk)
    upload = SimpleUploadedFile("so-lieu.txt", "180 tin bài".encode())
    criteria.evidence_add(entry, "7.3", upload=upload, acting=province.clerk)
    appraisal.explanations_hand_in(entry, acting=province.officer)

    _move_round(open_round, days=-10)  # into the second appraisal
    criteria.criterion_score(entry, "7.3", stage="appraisal_2", inputs={"items": "180"}, acting=province.appraiser)
    appraisal.entry_conclude(entry, acting=province.appraiser)
    concluding.round_close(open_round, acting=province.manager)
    publishing.round_publish(open_round, decision="01/QĐ-UBND", acting=province.manager)
    entry.refresh_from_db()
    other.refresh_from_db()
    # 3.4.2: 1.4775; 7.3: 180 items, 0.3.
    assert entry.final_score == Decimal("1.7775")
    assert other.final_score is None and other.rank is None
    assert entry.sealed["criteria"]["7.3"]["score"] == "3/10"
    assert list(verify()) == []


def _move_round(round_, *, days):
    from minhbach.indices.models import Round

    now = timezone.now()
    step = datetime.timedelta(days=days)
    round_.refresh_from_db()
    for name in preparing.DATES:
        setattr(round_, name, getattr(round_, name) + step)
    round_.save()
    assert Round.objects.get(pk=round_.pk).self_opens < now


def test_visible_entries_by_role(entry, open_round, province):
    def seen(account):
        return set(queries.entries_visible(account).values_list("unit__code", flat=True))

    assert seen(province.officer) == {"so-gd"}
    assert seen(province.clerk) == {"so-gd"}
    assert seen(province.outsider) == {"so-tp"}
    assert seen(province.appraiser) == {"so-gd", "so-tp"}
    assert seen(province.auditor) == {"so-gd", "so-tp"}


def test_a_stage_is_reopened_for_one_unit(entry, open_round, province):
    _move_round(open_round, days=-12)  # self-scoring is over
    with pytest.raises(NotPossible):
        criteria.criterion_score(entry, "3.4.2", stage="self", inputs=ON_TIME, acting=province.officer)
    until = timezone.now() + datetime.timedelta(days=1)
    opening.stage_reopen(entry, stage="self", until=until, reason="Mất điện", acting=province.manager)
    criteria.criterion_score(entry, "3.4.2", stage="self", inputs=ON_TIME, acting=province.officer)


def test_system_may_not_skip_the_order(entry):
    with pytest.raises(NotPossible) as caught:
        entries.entry_submit(entry, acting=SYSTEM)
    assert caught.value.code == "out_of_order"
