"""The list of what is to be answered: what waits for whom, the late first."""

import datetime

import pytest
from django.utils import timezone

from minhbach.indices import work
from minhbach.indices.actions import appraisal
from minhbach.indices.models import Assignment
from minhbach.indices.tests.sheets import submitted, text
from minhbach.org.permissions import SYSTEM

pytestmark = pytest.mark.django_db


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
