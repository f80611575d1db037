"""The page of a criterion: saving, conflicts, answers, evidence, appraisal, and what bad input gets."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from minhbach.indices.actions import appraisal, criteria
from minhbach.indices.models import Assignment
from minhbach.indices.tests.sheets import FACTS, ON_TIME, move_round, submitted, text
from minhbach.org.errors import NotPossible
from minhbach.org.permissions import SYSTEM

pytestmark = pytest.mark.django_db


def test_saving_shows_the_points_and_their_reason(at, entry):
    answer = at("specialist", "criterion_save", entry.pk, "3.4.2", post=ON_TIME, follow=True)
    page = text(answer)
    assert "Saved: 1.4775 points." in page and "98.5%" in page
    assert entry.scores.get().inputs == FACTS


def test_wrong_inputs_keep_what_was_typed_and_name_the_field(at, entry):
    post = {"in.handled": "hai trăm", "in.on_time": "5", "note": "Ghi chú dài"}
    answer = at("officer", "criterion_save", entry.pk, "3.4.2", post=post)
    page = text(answer)
    assert answer.status_code == 422
    assert 'href="#id_in.handled"' in page and "is not a number" in page
    assert 'value="hai trăm"' in page and "Ghi chú dài" in page
    assert not entry.scores.exists()
    more = text(at("officer", "criterion_save", entry.pk, "3.4.2", post={"in.handled": "5", "in.on_time": "6"}))
    assert "exceeds" in more and not entry.scores.exists()


def test_points_against_the_rule_need_a_reason_beside_the_field(at, entry):
    answer = at("officer", "criterion_save", entry.pk, "3.4.2", post={**ON_TIME, "given_points": "1,2"})
    assert answer.status_code == 422 and 'href="#id_reason"' in text(answer)
    answer = at("officer", "criterion_save", entry.pk, "3.4.2", post={**ON_TIME, "given_points": "9", "reason": "x"})
    assert answer.status_code == 422 and 'href="#id_given_points"' in text(answer)
    assert "between 0 and 1.5." in text(answer)
    assert not entry.scores.exists()


def test_the_later_saver_sees_both_versions_and_chooses(at, entry, province):
    criteria.criterion_score(entry, "3.4.2", stage="self", inputs=FACTS, acting=province.officer)
    mine = {"in.handled": "9", "in.on_time": "8", "note": "của tôi", "edition": "0"}
    answer = at("specialist", "criterion_save", entry.pk, "3.4.2", post=mine)
    page = text(answer)
    assert answer.status_code == 409
    assert "200 dossiers" in page and "9 dossiers" in page and "của tôi" in page
    assert 'name="edition" value="1"' in page
    assert entry.scores.get().inputs == FACTS
    again = at("specialist", "criterion_save", entry.pk, "3.4.2", post={**mine, "edition": "1"})
    assert again.status_code == 302
    assert entry.scores.get().inputs == {"handled": "9", "on_time": "8"}


def test_figures_and_document_are_saved_together_or_not_at_all(at, entry):
    bad = SimpleUploadedFile("x.pdf", b"not a pdf")
    answer = at("specialist", "criterion_save", entry.pk, "3.4.2", post={**ON_TIME, "upload": bad})
    assert answer.status_code == 422 and "x.pdf" in text(answer)
    assert not entry.scores.exists() and not entry.evidence.exists()
    post = {**ON_TIME, "document_number": "12/BC-SGDĐT", "document_title": "Báo cáo", "document_date": "2023-12-01"}
    assert at("specialist", "criterion_save", entry.pk, "3.4.2", post=post).status_code == 302
    assert entry.evidence.get().document_date == datetime.date(2023, 12, 1)
    post = {**ON_TIME, "edition": "1", "document_number": "13/BC", "document_title": "x", "document_date": "31/31/2023"}
    answer = at("specialist", "criterion_save", entry.pk, "3.4.2", post=post)
    assert answer.status_code == 422 and entry.evidence.count() == 1


def test_an_office_marks_its_answer_and_the_officer_sends_it_back(at, entry, province):
    # 3.1 needs evidence
    post = {"in.plan_issued": "yes", "in.plan_on_time": "yes", "in.tasks_completed": "yes", "then": "answered"}
    answer = at("clerk", "criterion_save", entry.pk, "3.1", post=post)
    assert answer.status_code == 409 and "needs evidence" in text(answer)
    assert entry.scores.get().points is not None  # the figures are kept
    post |= {"edition": "1", "document_number": "1/KH", "document_title": "Kế hoạch"}
    assert at("clerk", "criterion_save", entry.pk, "3.1", post=post).status_code == 302
    assignment = entry.assignments.get(criterion="3.1")
    assert assignment.state == Assignment.State.ANSWERED
    answer = at("officer", "criterion_step", entry.pk, "3.1", "send-back", post={"why": ""})
    assert answer.status_code == 409 and "Say what is to be corrected" in text(answer)
    at("officer", "criterion_step", entry.pk, "3.1", "send-back", post={"why": "Thiếu số"})
    assert "Thiếu số" in text(at("clerk", "criterion", entry.pk, "3.1"))
    assert "Thiếu số" in text(at("clerk", "todo"))
    at("clerk", "criterion_step", entry.pk, "3.1", "answered", post={})
    at("officer", "criterion_step", entry.pk, "3.1", "accept", post={})
    assignment.refresh_from_db()
    assert assignment.state == Assignment.State.ACCEPTED


def test_a_locked_criterion_says_why_and_keeps_the_words(at, entry, open_round):
    move_round(open_round, -12)
    page = text(at("specialist", "criterion", entry.pk, "3.4.2"))
    assert "Locked" in page and "Whoever runs the round can reopen it" in page
    assert 'id="score-form"' not in page
    answer = at("specialist", "criterion_save", entry.pk, "3.4.2", post={**ON_TIME, "note": "câu dài"})
    assert answer.status_code == 409 and "câu dài" in text(answer)
    assert not entry.scores.exists()


def test_an_unstated_rule_is_scored_by_hand(at, entry):
    page = text(at("specialist", "criterion", entry.pk, "7.1.1"))
    assert "The decision states no rule here" in page
    at(
        "specialist",
        "criterion_save",
        entry.pk,
        "7.1.1",
        post={"in.points": "0,5", "in.maximum": "1", "note": "Tự xét"},
    )
    assert entry.scores.get().state == "by_hand"
    assert "by hand" in text(at("officer", "entry", entry.pk))


def test_the_preview_answers_without_saving(at, entry):
    page = text(at("specialist", "criterion_preview", entry.pk, "3.4.2", post={"in.handled": "200"}))
    assert "Missing" in page
    page = text(at("specialist", "criterion_preview", entry.pk, "3.4.2", post={"in.handled": "1", "in.on_time": "2"}))
    assert "exceeds" in page
    page = text(at("specialist", "criterion_preview", entry.pk, "3.4.2", post={"in.handled": "200", "in.on_time": "1"}))
    assert "Tier 1 does not apply" in page or "does not apply" in page
    assert not entry.scores.exists()


def test_appraisers_agree_change_and_ask(at, entry, province):
    submitted(entry)
    page = text(at("justice_appraiser", "criterion", entry.pk, "3.4.2"))
    assert "Agree, and on to the next" in page and 'value="197"' in page
    assert at("justice_appraiser", "criterion_step", entry.pk, "3.4.2", "agree", post={}).status_code == 302
    row = entry.scores.get(criterion="3.4.2", stage="appraisal_1")
    assert (row.source, row.inputs) == ("copied", FACTS)
    answer = at("justice_appraiser", "criterion_step", entry.pk, "3.4.2", "agree", post={})
    assert answer.status_code == 409
    at("justice_appraiser", "criterion_step", entry.pk, "3.1", "ask", post={"question": "Vì sao?"})
    assert entry.requests.get().question == "Vì sao?"
    assert at("officer", "criterion_step", entry.pk, "3.1", "ask", post={"question": "?"}).status_code == 403
    page = text(at("appraiser", "criterion", entry.pk, "3.4.2"))
    assert "Stages side by side" in page and str(province.justice_appraiser.person) in page


def test_appraisers_do_not_remove_the_units_evidence(at, entry, province):
    evidence = criteria.evidence_add(
        entry, "3.4.2", document_number="1/BC", document_title="Báo cáo", acting=province.specialist
    )
    submitted(entry)
    page = text(at("justice_appraiser", "criterion", entry.pk, "3.4.2"))
    assert "1/BC" in page and "evidence-remove" not in page
    with pytest.raises(NotPossible) as caught:
        criteria.evidence_remove(evidence, acting=province.justice_appraiser)
    assert caught.value.code == "other_stage"


def test_an_office_reads_that_its_own_day_is_over(at, entry, province):
    given = entry.assignments.filter(criterion="3.4.2")
    given.update(due=timezone.now() - datetime.timedelta(hours=2, minutes=5))
    assert (
        "2 hours 5 minutes overdue"
        in text(at("specialist", "criterion", entry.pk, "3.4.2")).split('id="score-form"')[0]
    )
    assert "left (" in text(at("officer", "criterion", entry.pk, "3.4.2")).split('id="score-form"')[0]
    given.update(state=Assignment.State.ANSWERED)
    assert "overdue" not in text(at("specialist", "criterion", entry.pk, "3.4.2"))


def test_the_history_says_at_which_stage_how_many_points_were_given(at, entry, province):
    criteria.criterion_score(entry, "3.4.2", stage="self", inputs=FACTS, acting=province.specialist)
    page = text(at("specialist", "criterion", entry.pk, "3.4.2"))
    assert "scored the criterion (self-score): 1.4775" in page


def test_reasons_have_a_line_only_where_somebody_gave_one(at, entry, province):
    submitted(entry)
    appraisal.scores_copy(entry, stage="appraisal_1", acting=SYSTEM)
    assert "Stages side by side" in text(at("appraiser", "criterion", entry.pk, "3.4.2"))
    assert "Reason, explanation" not in text(at("appraiser", "criterion", entry.pk, "3.4.2"))
    assert "Reason, explanation" in text(at("appraiser", "criterion", entry.pk, "7.3"))
