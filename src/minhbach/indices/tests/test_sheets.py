"""The sheets: home, to-do, a unit's sheet, a criterion; who sees and writes what, and what bad input gets."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from minhbach.indices import figures, work
from minhbach.indices.actions import appraisal, criteria, entries, rounds
from minhbach.indices.models import Assignment, Round, Score
from minhbach.org.errors import NotPossible
from minhbach.org.permissions import SYSTEM

pytestmark = pytest.mark.django_db

ON_TIME = {"in.handled": "200", "in.on_time": "197"}
FACTS = {"handled": "200", "on_time": "197"}
ROLES = ["manager", "appraiser", "justice_appraiser", "officer", "head", "clerk", "specialist", "outsider", "auditor"]


@pytest.fixture
def at(client, province):
    """at("officer", "entry", pk, …) → the response of a page; with `post` of an action."""

    def ask(who, name, *args, post=None, query="", **more):
        client.logout()
        if who:
            client.force_login(getattr(province, who), backend="allauth.account.auth_backends.AuthenticationBackend")
        client.cookies["django_language"] = "en"
        address = reverse(f"indices:{name}", args=args) + query
        return client.get(address, **more) if post is None else client.post(address, post, **more)

    return ask


def text(response) -> str:
    return " ".join(response.content.decode().split())


def move_round(round_, days):
    for name in rounds.DATES:
        setattr(round_, name, getattr(round_, name) + datetime.timedelta(days=days))
    round_.save()


def answer_all(entry):
    """Full marks in 3.4.2, an explanation everywhere else."""
    for leaf in figures.set_of(entry.set_version).leaves:
        inputs, note = (FACTS, "") if leaf.id == "3.4.2" else ({}, "Không phát sinh")
        criteria.criterion_score(entry, leaf.id, stage="self", inputs=inputs, note=note, acting=SYSTEM)


def submitted(entry):
    answer_all(entry)
    for step in (entries.entry_review, entries.entry_approve, entries.entry_submit):
        step(entry, acting=SYSTEM)
    entry.refresh_from_db()


# Rights ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "sheet", "of_office", "of_division"),
    [
        (None, 302, 302, 302),
        ("manager", 200, 200, 200),
        ("appraiser", 200, 200, 200),
        ("justice_appraiser", 200, 200, 200),  # field 3 is theirs
        ("officer", 200, 200, 200),
        ("head", 200, 200, 200),
        ("clerk", 200, 200, 404),  # 3.1 is the office's, 3.4.2 the divisions'
        ("specialist", 200, 404, 200),
        ("outsider", 404, 404, 404),
        ("auditor", 200, 200, 200),
    ],
)
def test_who_sees_what(at, entry, who, sheet, of_office, of_division):
    assert at(who, "entry", entry.pk).status_code == sheet
    assert at(who, "criterion", entry.pk, "3.1").status_code == of_office
    assert at(who, "criterion", entry.pk, "3.4.2").status_code == of_division


def test_an_appraising_body_sees_its_own_fields(at, entry):
    assert at("justice_appraiser", "criterion", entry.pk, "7.3").status_code == 404
    page = text(at("justice_appraiser", "entry", entry.pk))
    assert "3.4.2" in page and "7.3" not in page
    assert "points of the published part" not in page  # nor the totals over what it does not see


WRITERS = {"officer", "specialist"}


@pytest.mark.parametrize("who", ROLES)
def test_only_those_who_answer_save_and_try_out(at, entry, who):
    post = {**ON_TIME, "edition": "0"}
    preview = at(who, "criterion_preview", entry.pk, "3.4.2", post=post)
    answer = at(who, "criterion_save", entry.pk, "3.4.2", post=post)
    if who in WRITERS:
        assert preview.status_code == 200 and "1.4775" in text(preview)
        assert answer.status_code == 302
    else:
        assert preview.status_code in (403, 404)
        assert answer.status_code in (403, 404)
    assert entry.scores.exists() == (who in WRITERS)


STEPS = [
    "answered",
    "agree",
    "accept",
    "send-back",
    "assign",
    "evidence",
    "evidence-remove",
    "ask",
    "explain",
    "comment",
]


@pytest.mark.parametrize("step", STEPS)
def test_no_step_of_a_criterion_for_strangers(at, entry, step):
    for who in (None, "outsider"):
        answer = at(who, "criterion_step", entry.pk, "3.4.2", step, post={"why": "x", "text": "x", "question": "x"})
        assert answer.status_code in (302, 404)
        if answer.status_code == 302:
            assert "login" in answer.url


def test_the_address_of_a_form_leads_to_its_page(at, entry):
    """Back from signing in, and by the address bar after a page that said what was wrong."""
    page = f"/entries/{entry.pk}/criteria/3.4.2/"
    assert at("specialist", "criterion_save", entry.pk, "3.4.2").url == page
    assert at("specialist", "criterion_step", entry.pk, "3.4.2", "comment").url == page
    assert at("officer", "entry_step", entry.pk, "review").url == f"/entries/{entry.pk}/"
    assert not entry.scores.exists()


@pytest.mark.parametrize("step", ["accept", "send-back", "assign"])
def test_steps_of_the_reform_officer_are_refused_to_others(at, entry, province, step):
    post = {"why": "x", "office": province.office.code, "due": "2030-01-01"}
    assert at("specialist", "criterion_step", entry.pk, "3.4.2", step, post=post).status_code == 403
    assert at("auditor", "criterion_step", entry.pk, "3.4.2", step, post=post).status_code == 403


@pytest.mark.parametrize(
    "step", ["review", "send-back", "approve", "submit", "withdraw", "hand-in", "send-explanations", "conclude", "copy"]
)
def test_an_auditor_takes_no_step(at, entry, step):
    assert at("auditor", "entry_step", entry.pk, step, post={"why": "x"}).status_code in (403, 409)
    entry.refresh_from_db()
    assert entry.status == "scoring"


def test_visitors_see_what_is_published_without_files_comments_and_names(at, entry, open_round, province):
    upload = SimpleUploadedFile("ho-so.txt", "Nguyễn".encode())
    evidence = criteria.evidence_add(entry, "3.4.2", upload=upload, acting=province.specialist)
    criteria.comment_add(entry, "3.4.2", text="Nội bộ", acting=province.officer)
    criteria.criterion_score(entry, "3.4.2", stage="self", inputs=FACTS, acting=province.specialist)
    open_round.status = Round.Status.PUBLISHED
    open_round.save()
    page = text(at(None, "criterion", entry.pk, "3.4.2"))
    assert "1.4775" in page
    assert "Nội bộ" not in page and "ho-so.txt" not in page and str(province.specialist.person) not in page
    assert at(None, "entry", entry.pk).status_code == 200
    address = evidence.attachment.get_absolute_url()
    assert at(None, "home").client.get(address).status_code == 302
    at("outsider", "home")
    assert at("outsider", "home").client.get(address).status_code == 404
    assert at("officer", "home").client.get(address).status_code == 200
    # nor does an office open the files of a criterion that is not its own
    open_round.status = Round.Status.OPEN
    open_round.save()
    assert at("clerk", "home").client.get(address).status_code == 404


# The criterion --------------------------------------------------------------------------------------------------------


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


# The sheet and its steps ----------------------------------------------------------------------------------------------


def test_the_way_through_the_pages(at, entry, open_round, province):
    page = text(at("officer", "entry", entry.pk))
    assert "criteria are not answered yet" in page and "Published part only" in page
    assert at("officer", "entry_step", entry.pk, "review", post={}).status_code == 302
    answer = at("head", "entry_step", entry.pk, "approve", post={})
    page = text(answer)
    assert answer.status_code == 409 and reverse("indices:criterion", args=[entry.pk, "3.1"]) in page
    assert at("head", "entry_step", entry.pk, "send-back", post={"why": "Làm tiếp"}).status_code == 302
    assert "Làm tiếp" in text(at("officer", "entry", entry.pk))
    answer_all(entry)
    for who, step in (("officer", "review"), ("head", "approve"), ("officer", "submit")):
        assert f"steps/{step}/" in text(at(who, "entry", entry.pk)), step
        assert at(who, "entry_step", entry.pk, step, post={}).status_code == 302
    answer = at("officer", "entry_step", entry.pk, "withdraw", post={"why": ""})
    assert answer.status_code == 409 and "Say why" in text(answer)
    assert "to be appraised" in text(at("justice_appraiser", "entry", entry.pk))
    at("justice_appraiser", "entry_step", entry.pk, "copy", post={})
    at(
        "justice_appraiser",
        "entry_step",
        entry.pk,
        "conclude-field",
        post={"body": province.justice.pk},
    )
    assert entry.conclusions.get().body == province.justice
    stolen = at("justice_appraiser", "entry_step", entry.pk, "conclude-field", post={"body": province.home.pk})
    assert stolen.status_code == 403
    at("appraiser", "entry_step", entry.pk, "copy", post={})
    appraisal.explanation_ask(entry, "7.3", question="Vì sao?", acting=province.appraiser)
    assert "Send 1 request" in text(at("appraiser", "entry", entry.pk))
    at("appraiser", "entry_step", entry.pk, "send-explanations", post={})
    open_round.refresh_from_db()
    move_round(open_round, -25)
    assert "Explain 1 criterion" in text(at("officer", "entry", entry.pk))
    assert "Vì sao?" in text(at("clerk", "home"))
    answer = at("officer", "entry_step", entry.pk, "hand-in", post={})
    assert answer.status_code == 409 and "Not explained yet" in text(answer)
    at("clerk", "criterion_step", entry.pk, "7.3", "explain", post={"answer": "Vì mất điện"})
    at("clerk", "criterion_step", entry.pk, "7.3", "evidence", post={"document_number": "2/BC", "document_title": "B"})
    at("officer", "entry_step", entry.pk, "hand-in", post={})
    move_round(open_round, -10)
    at("appraiser", "criterion_save", entry.pk, "7.3", post={"in.items": "180", "given_points": "", "reason": ""})
    at("appraiser", "entry_step", entry.pk, "conclude", post={})
    entry.refresh_from_db()
    assert entry.status == "concluded" and entry.final_score is not None
    page = text(at("officer", "criterion", entry.pk, "7.3"))
    assert "Vì mất điện" in page and "Second appraisal" in page


@pytest.mark.parametrize("wanted", ["unanswered", "no_evidence", "lost", "differs", "asked", "mine", "nonsense"])
def test_filters(at, entry, wanted):
    criteria.criterion_score(entry, "3.4.2", stage="self", inputs=FACTS, acting=SYSTEM)
    answer = at("officer", "entry", entry.pk, query=f"?show={wanted}")
    assert answer.status_code == 200
    table = text(answer).partition("<tbody")[2].partition("</tbody")[0]
    shown = "criteria/3.4.2/" in table
    assert shown == (wanted in ("lost", "mine", "nonsense"))


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


# Home and to-do -------------------------------------------------------------------------------------------------------


def test_home_by_role(at, entry, province):
    assert "How a point comes about" in text(at(None, "home"))
    page = text(at("clerk", "home"))
    assert "criteria to answer" in page and 'class="btn btn-primary"' in page
    assert "Offices that have not answered" in text(at("officer", "home"))
    assert "Rounds you run" in text(at("manager", "home"))
    submitted(entry)
    assert "to appraise" in text(at("justice_appraiser", "home"))
    for who in ROLES:
        assert text(at(who, "home")).count('class="next-step"') <= 1


def test_the_to_do_list_says_how_late_and_only_ones_own(at, entry, province):
    Assignment.objects.filter(criterion="3.1").update(due=timezone.now() - datetime.timedelta(hours=2, minutes=5))
    page = text(at("clerk", "todo"))
    assert "2 hours" in page and "overdue" in page
    assert "criteria/3.1/" in page and "criteria/3.4.2/" not in page
    assert "criteria/3.1/" in text(at("clerk", "todo", query="?state=late"))
    assert "criteria/7.3/" not in text(at("clerk", "todo", query="?state=late"))
    assert "criteria/3.1/" in text(at("clerk", "todo", query="?q=cong tac chi dao"))
    assert "criteria/" not in text(at("outsider", "todo", query="?view=all"))
    assert at(None, "todo").status_code == 302


def test_a_unit_without_offices_is_led_to_its_sheet(at, entry, make_account, province):
    entry.assignments.all().delete()
    province.school = make_account("truong", province.education, "school_reporter")
    page = text(at("school", "todo"))
    assert f"/entries/{entry.pk}/?show=unanswered" in page and 'id="state"' not in page


def test_the_to_do_list_of_those_who_were_given_no_criterion(at, entry, province):
    """Appraisers have their units there, and nobody reads that nothing waits while something does."""
    submitted(entry)
    page = text(at("justice_appraiser", "todo"))
    assert f"/entries/{entry.pk}/?show=to_appraise" in page and "Nothing waits for you" not in page
    assert "Nothing waits for you" in text(at("manager", "todo"))


def test_a_requested_explanation_stands_on_the_to_do_list(at, entry, province):
    submitted(entry)
    appraisal.scores_copy(entry, stage="appraisal_1", acting=SYSTEM)
    appraisal.explanation_ask(entry, "3.4.2", question="Vì sao?", acting=SYSTEM)
    appraisal.explanations_send(entry, acting=SYSTEM)
    for who in ("specialist", "officer"):
        page = text(at(who, "todo"))
        assert "criteria/3.4.2/#explanation" in page and "Vì sao?" in page


def test_a_criterion_of_several_offices_is_one_line(at, entry, province):
    due = timezone.now() - datetime.timedelta(hours=3)
    entry.assignments.filter(criterion="3.1").update(due=due)
    entry.assignments.exclude(criterion="3.1").update(due=timezone.now() + datetime.timedelta(days=9))
    lead = entry.assignments.get(criterion="3.1")
    Assignment.objects.create(
        entry=entry, criterion="3.1", office=province.division, due=due, leads=False, state=Assignment.State.ANSWERED
    )
    page = text(at("officer", "todo", query="?view=all&state=all"))
    assert page.count(f"/entries/{entry.pk}/criteria/3.1/") == 1
    assert "1 criterion is late." in page
    assert f"{lead.office} <span" in page and f"{province.division} <span" in page


def test_who_has_not_answered_the_late_first(at, entry, province):
    Assignment.objects.filter(office=province.division).update(due=timezone.now() - datetime.timedelta(days=1))
    found = work.offices_progress(province.officer)
    assert [o.office for o in found][0] == "Phòng Trung học"
    assert found[0].late == found[0].open_ > 0
    page = text(at("officer", "todo"))
    assert page.index("Phòng Trung học") < page.index("Văn phòng Sở")
    assert "Phòng Trung học" not in text(at("outsider", "todo"))


# Queries --------------------------------------------------------------------------------------------------------------


def test_the_number_of_queries_does_not_grow(at, client, entry, open_round, province):
    def count(who, name, *args):
        at(who, name, *args)  # signs in
        with CaptureQueriesContext(connection) as caught:
            assert client.get(reverse(f"indices:{name}", args=args)).status_code == 200
        return len(caught)

    pages = [
        ("officer", "home"),
        ("clerk", "home"),
        ("justice_appraiser", "home"),
        ("clerk", "todo"),
        ("officer", "todo"),
        ("officer", "entry", entry.pk),
        ("justice_appraiser", "entry", entry.pk),
        ("clerk", "criterion", entry.pk, "3.1"),
    ]
    before = {page: count(*page) for page in pages}
    submitted(entry)
    other = open_round.entries.get(unit=province.justice)
    submitted(other)
    for leaf in ("3.1", "7.3"):
        for n in range(3):
            criteria.comment_add(entry, leaf, text=f"{n}", acting=province.officer)
    for page in pages:
        after = count(*page)
        assert after <= before[page] + 6, (page, before[page], after)
        assert after <= 22, (page, after)
    assert Score.objects.count() > 60
