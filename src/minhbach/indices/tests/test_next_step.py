"""The one next step on the board of a round, for each kind of person, at each state of things."""

import pytest
from django.urls import reverse

from minhbach.indices import work
from minhbach.indices.actions import appraisal, criteria
from minhbach.indices.models import Assignment, Entry
from minhbach.org.permissions import SYSTEM

pytestmark = pytest.mark.django_db

NOTHING = "Nothing waits for you in this round"


@pytest.fixture
def step(client, province, open_round):
    """step("head") → (title, text, address) of the next step on the board."""

    def read(who):
        client.force_login(getattr(province, who), backend="allauth.account.auth_backends.AuthenticationBackend")
        client.cookies["django_language"] = "en"
        answer = client.get(reverse("indices:round", args=[open_round.pk]))
        page = " ".join(answer.content.decode().split())
        assert page.count('class="next-step"') == 1
        found = answer.context["next"]
        assert client.get(found.url).status_code == 200, "the step leads somewhere this person may go"
        return found.title, found.text, found.url

    return read


@pytest.fixture
def scored(entry, province):
    """Two criteria of the education department: 3.4.2 is the justice department's to appraise, 7.3 home affairs'."""
    criteria.criterion_score(entry, "3.4.2", stage="self", inputs={"handled": "200", "on_time": "197"}, acting=SYSTEM)
    criteria.criterion_score(entry, "7.3", stage="self", inputs={"items": "180"}, acting=SYSTEM)
    return entry


def at(entry, status):
    Entry.objects.filter(pk=entry.pk).update(status=status)


def sheet(entry, query=""):
    return reverse("indices:entry", args=[entry.pk]) + query


# A body with a field of its own ---------------------------------------------------------------------------------------


def test_a_body_with_a_field_appraises_concludes_and_waits(step, scored, province):
    title, text, _url = step("justice_appraiser")
    assert title == NOTHING and text == "2 units are scoring themselves."
    at(scored, "submitted")
    title, text, url = step("justice_appraiser")
    assert title == "1 criterion to appraise in 1 unit" and "Sở Giáo dục và Đào tạo" in text
    assert url == sheet(scored, "?show=to_appraise#sheet")
    appraisal.scores_copy(scored, stage="appraisal_1", acting=province.justice_appraiser)
    title, text, url = step("justice_appraiser")
    assert title == "Your field is appraised in 1 unit: conclude it" and url == sheet(scored)
    appraisal.field_conclude(scored, province.justice, stage="appraisal_1", acting=province.justice_appraiser)
    title, text, _url = step("justice_appraiser")
    assert title == NOTHING and "1 is being appraised" in text


def test_what_others_have_to_appraise_is_not_ones_own(step, scored, province):
    """7.3 waits for home affairs, and is nothing to the justice department."""
    at(scored, "submitted")
    appraisal.scores_copy(scored, stage="appraisal_1", acting=province.justice_appraiser)
    assert step("appraiser")[0] == "1 criterion to appraise in 1 unit"


def test_the_body_that_runs_the_round_appraises_then_leads_then_waits(step, scored, province):
    at(scored, "submitted")
    assert step("appraiser")[0] == "1 criterion to appraise in 1 unit"
    appraisal.scores_copy(scored, stage="appraisal_1", acting=province.appraiser)
    assert step("appraiser")[0] == NOTHING  # field 3 is still with the justice department
    appraisal.scores_copy(scored, stage="appraisal_1", acting=province.justice_appraiser)
    title, _text, url = step("appraiser")
    assert title == "1 appraisal to take further" and url == sheet(scored)
    appraisal.explanation_ask(scored, "7.3", question="Vì sao?", acting=province.appraiser)
    appraisal.explanations_send(scored, acting=province.appraiser)
    title, text, _url = step("appraiser")
    assert title == NOTHING and "1 is explaining" in text


# The unit's side --------------------------------------------------------------------------------------------------


def test_a_head_approves_and_else_waits(step, scored):
    title, text, url = step("head")
    assert title == NOTHING and text == "Sở Giáo dục và Đào tạo: Being self-scored" and url == sheet(scored)
    at(scored, "review")
    title, _text, url = step("head")
    assert title == "Approve the self-score of Sở Giáo dục và Đào tạo" and url == sheet(scored)
    at(scored, "approved")
    assert step("head")[0] == NOTHING
    at(scored, "appraisal_1")
    assert step("head")[:2] == (NOTHING, "Sở Giáo dục và Đào tạo: First appraisal")


def test_a_reform_officer_at_every_state(step, scored, province):
    assert step("officer")[0] == "Sở Giáo dục và Đào tạo: 35 criteria still to answer"
    Entry.objects.filter(pk=scored.pk).update(answered=37)
    assert step("officer")[:2] == (
        "Sở Giáo dục và Đào tạo: every criterion is answered", "Hand the self-score to internal review.",
    )  # fmt: skip
    for status, title in (
        ("review", "Check the answers of the offices"),
        ("approved", "Submit the approved self-score"),
        ("submitted", NOTHING),
    ):
        at(scored, status)
        assert step("officer")[0] == title
    at(scored, "appraisal_1")
    appraisal.explanation_ask(scored, "7.3", question="Vì sao?", acting=SYSTEM)
    at(scored, "explanation")
    assert step("officer")[0] == "1 explanation to give"
    assert step("officer")[2] == sheet(scored, "?show=asked#sheet")
    scored.requests.update(answer="Vì mất điện")
    assert step("officer")[0] == "Everything is explained: hand the explanations in."


def test_an_office_answers_explains_and_else_waits(step, scored, province):
    title, _text, url = step("clerk")
    given = Assignment.objects.filter(entry=scored, office=province.office).count()
    assert title == f"{given} criteria to answer" and url == reverse("indices:todo")
    Assignment.objects.filter(entry=scored, office=province.office).update(state="answered")
    assert step("clerk")[:2] == (NOTHING, "Your office has answered everything.")
    at(scored, "appraisal_1")
    appraisal.explanation_ask(scored, "7.3", question="Vì sao?", acting=SYSTEM)
    at(scored, "explanation")
    assert step("clerk")[0] == "1 explanation to give"
    assert step("specialist")[0] == "1 explanation to give"  # 7.3 was given to both


# Those who look on, and who runs the round ----------------------------------------------------------------------------


def test_an_auditor_is_told_that_nothing_waits_and_where_things_are(step, scored, open_round):
    title, text, url = step("auditor")
    assert (title, text) == (NOTHING, "2 units are scoring themselves.")
    assert url == reverse("indices:ranking", args=[open_round.pk])
    at(scored, "concluded")
    assert step("auditor")[1] == "1 unit is scoring itself; 1 is concluded."


def test_who_runs_the_round_runs_it(step, scored):
    assert step("manager")[0] == "The round is on its way"


def test_one_round_at_a_time(scored, province, open_round):
    """What waits in another round is that round's next step."""
    at(scored, "submitted")
    assert [x.entry.pk for x in work.entries_to_appraise(province.appraiser, open_round.entries.all())] == [scored.pk]
    other = open_round
    other.pk = open_round.pk + 1
    assert work.entries_to_appraise(province.appraiser, other.entries.all()) == []
    assert work.entries_to_lead(province.appraiser, other) == []
