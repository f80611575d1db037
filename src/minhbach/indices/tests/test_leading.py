"""What the body that runs a round has to take further, and until when a reopened stage lasts."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from minhbach.indices import work
from minhbach.indices.actions import appraisal, criteria, opening
from minhbach.indices.models import Entry, Reopening, Round
from minhbach.org.permissions import SYSTEM

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def asked(entry, open_round):
    """A unit that was asked to explain 7.3, in a round whose time to explain was over an hour ago."""
    criteria.criterion_score(entry, "7.3", stage="self", inputs={"items": "180"}, acting=SYSTEM)
    Entry.objects.filter(pk=entry.pk).update(status="submitted")
    appraisal.scores_copy(entry, stage="appraisal_1", acting=SYSTEM)
    appraisal.explanation_ask(entry, "7.3", question="Vì sao?", acting=SYSTEM)
    appraisal.explanations_send(entry, acting=SYSTEM)
    late = timezone.now() - HOUR
    Round.objects.filter(pk=open_round.pk).update(
        self_closes=late - 9 * HOUR, internal_due=late - 10 * HOUR, self_opens=late - 20 * HOUR,
        appraisal_1_closes=late - HOUR, explanation_closes=late,
    )  # fmt: skip
    return Entry.objects.get(pk=entry.pk)


def led(account):
    return [each.entry.unit.code for each in work.entries_to_lead(account)]


def home(client, account):
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.cookies["django_language"] = "en"
    return " ".join(client.get(reverse("workspace:home")).content.decode().split())


def test_an_unanswered_explanation_is_to_be_taken_further(client, asked, province):
    assert led(province.appraiser) == ["so-gd"]
    assert "Appraisals to take further" in home(client, province.appraiser)
    assert led(province.justice_appraiser) == led(province.officer) == []


def test_a_reopened_explanation_waits_for_its_own_end(client, asked, province):
    opening.stage_reopen(asked, stage="explanation", until=timezone.now() + 30 * HOUR, reason="Lũ", acting=SYSTEM)
    assert led(province.appraiser) == []
    assert "Appraisals to take further" not in home(client, province.appraiser)
    page = home(client, province.officer)
    assert "1 explanation to give" in page and "1 day 5 hours" in page and "overdue" not in page
    Reopening.objects.update(until=timezone.now() - HOUR)  # and that time is over too
    assert led(province.appraiser) == ["so-gd"]


def test_an_explanation_reopened_from_the_second_appraisal_comes_back_too(asked, province):
    Entry.objects.filter(pk=asked.pk).update(status="appraisal_2")
    opening.stage_reopen(asked, stage="explanation", until=timezone.now() + HOUR, reason="Bổ sung", acting=SYSTEM)
    assert led(province.appraiser) == []
    Reopening.objects.update(until=timezone.now() - HOUR)
    assert led(province.appraiser) == ["so-gd"]
    appraisal.entry_conclude(asked, acting=province.appraiser)
    assert led(province.appraiser) == []


def test_the_queries_do_not_grow_with_the_units(asked, province, make_unit, django_assert_num_queries):
    def count():
        with django_assert_num_queries(2):
            work.entries_to_lead(province.appraiser)

    count()
    for n in range(5):
        unit = make_unit(f"them-{n}", parent=province.top, kind="so", group="so")
        entry = Entry.objects.create(
            round=asked.round, unit=unit, group="so", set_version=asked.set_version, status="explanation"
        )
        Reopening.objects.create(
            entry=entry, stage="explanation", until=timezone.now() - HOUR, reason="x", at=timezone.now()
        )
    count()
    assert len(led(province.appraiser)) == 6


def test_the_end_of_self_scoring_is_the_units_own(client, entry, open_round, province):
    late = timezone.now() - HOUR
    Round.objects.filter(pk=open_round.pk).update(self_closes=late, internal_due=late)
    until = timezone.make_aware(datetime.datetime(2099, 5, 6, 17, 30))
    opening.stage_reopen(entry, stage="self", until=until, reason="Lũ", acting=SYSTEM)
    assert "Self-scoring ends at 17:30 on 06/05/2099" in home(client, province.officer)
