"""Rules and rows that change under the live index: a procedure replaced, a calendar changed in retrospect, a row
corrected after the conclusion. What counts, and what the reader is told."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from minhbach.dossiers.actions import ending
from minhbach.dossiers.models import Dossier
from minhbach.dossiers.testing import PROCEDURE
from minhbach.indices import figures
from minhbach.indices.live.behind import Behind
from minhbach.indices.live.scores import live_entry
from minhbach.indices.live.sealing import measured_at_close
from minhbach.indices.models import Entry, Round
from minhbach.indices.testing_live import moment
from minhbach.indices.tests.test_live import get, words
from minhbach.measures.figures import FIGURES
from minhbach.org.calendars.actions import day_set
from minhbach.org.permissions import SYSTEM
from minhbach.procedures.actions import procedure_repeal, procedures_load
from minhbach.procedures.content.reading import from_yaml


def measured(live, criterion="3.4.2"):
    return live_entry(Entry.objects.get(pk=live.entry.pk)).facts.measured[criterion]


def notes(client, live, criterion="3.4.2", **query):
    return get(client, live.officer, "criterion_live", live.entry.pk, criterion, **query).context["notes"]


# A procedure replaced -------------------------------------------------------------------------------------------------


def test_a_new_version_in_the_year(client, live, three_handled, make_dossier):
    assert notes(client, live) == []
    before = measured(live, "7.4.1")
    contents, _problems = from_yaml(PROCEDURE.replace("5 ngày làm việc", "2 ngày làm việc"))
    procedures_load(contents, keeper=live.agency, begins=date(2026, 3, 13), acting=SYSTEM)
    later = make_dossier(submitted_at=moment(16), at=moment(16))
    # The old dossiers keep their version, the five days and their due moment; the new one has two.
    assert [Dossier.objects.get(pk=each.pk).first_due_at for each in three_handled] == [moment(9)] * 3
    assert later.first_due_at == moment(18)
    assert measured(live) == {"handled": 3, "on_time": 1}
    assert measured(live, "7.4.1") == before  # and the procedure counts once, whatever its version
    assert notes(client, live) == [
        "3 of these dossiers were filed under a former version of their procedure and keep it, with the time and the "
        "due moment they were promised."
    ]
    assert "were filed under a former version" in words(
        get(client, live.officer, "criterion_live", live.entry.pk, "3.4.2")
    )
    assert notes(client, live, on="2026-03-12") == []  # that day it was the version in force


def test_a_repealed_procedure(client, live, three_handled):
    procedure_repeal(live.version.procedure, ends=date(2026, 3, 31), decision="QĐ 9", acting=SYSTEM)
    assert measured(live) == {"handled": 3, "on_time": 1}
    assert notes(client, live) == ["3 belong to procedures that have been repealed since; they count like the others."]


def test_rows_left_out_with_their_procedure_are_told(live, three_handled):
    def behind():
        return Behind("received", "", FIGURES["dossiers_of_online_procedures"], [live.office.pk], live.round.period)

    with override("en"):
        assert (behind().count, behind().notes()) == (3, [])
        procedure_repeal(live.version.procedure, ends=date(2026, 3, 31), decision="QĐ 9", acting=SYSTEM)
        [said] = behind().notes()  # on the last day it is offered no more
    assert behind().count == 0
    assert said.startswith("3 further rows are not counted: on the last day their procedures are not among “")


# A calendar changed in retrospect -------------------------------------------------------------------------------------


def test_a_calendar_changed_in_retrospect(client, live, three_handled, make_dossier):
    day_set(day=date(2026, 3, 4), kind="off", reason="Bão", unit=live.agency, acting=SYSTEM)
    later = make_dossier(submitted_at=moment(2), at=moment(2))
    Dossier.objects.filter(pk=later.pk).update(status=9, outcome="granted", finished_at=moment(10))
    # The five working days of the first three end on the 9th, as they were told; those of the fourth on the 10th.
    assert [Dossier.objects.get(pk=each.pk).first_due_at for each in three_handled] == [moment(9)] * 3
    assert later.first_due_at == moment(10)
    assert measured(live) == {"handled": 4, "on_time": 2}


def test_the_reader_is_told_of_the_changed_calendar(client, live, make_dossier, clock_at):
    clock_at("2026-03-02T09:00")
    for _ in range(2):
        make_dossier()
    clock_at("2026-03-05T09:00")
    day_set(day=date(2026, 3, 4), kind="off", reason="Bão", unit=live.agency, acting=SYSTEM)
    day_set(day=date(2026, 3, 4), kind="off", reason="Bão", unit=live.elsewhere, acting=SYSTEM)
    day_set(day=date(2026, 6, 4), kind="off", reason="Lễ", unit=live.agency, acting=SYSTEM)
    clock_at("2026-03-06T09:00")
    make_dossier()
    clock_at("2026-03-20T09:00")
    assert notes(client, live, "7.4.2") == [
        "2 of these dossiers had their due moments before working time was changed within them (04/03/2026). The "
        "moments told on the receipts stand."
    ]
    assert notes(client, live, "7.4.2", on="2026-03-04") == []


# A row corrected after the conclusion ---------------------------------------------------------------------------------


@pytest.fixture
def concluded(live, three_handled):
    Round.objects.filter(pk=live.round.pk).update(status="closed", closed_at=timezone.now())
    live.round.refresh_from_db()
    entry = Entry.objects.get(pk=live.entry.pk)
    found = measured_at_close([entry], figures.set_of(entry.set_version))[entry.pk]
    entry.sealed = {"measured": found, "criteria": {"3.4.2": {"score": "0/1"}}}
    entry.status = "concluded"
    entry.save()
    return entry


def changed(client, live):
    return get(client, live.manager, "criterion_live", live.entry.pk, "3.4.2").context["changed"]["lines"]


def test_what_was_sealed_stays_and_the_reader_sees_what_changed(client, live, concluded, three_handled):
    sealed = concluded.sealed
    assert changed(client, live) == []
    ending.result_recall(Dossier.objects.get(pk=three_handled[0].pk), because="sai tên", acting=SYSTEM)
    assert [line.partition(": ")[2] for line in changed(client, live)] == [
        "now 2 instead of 3. 1 row came or went.",
        "now 0 instead of 1. 1 row came or went.",
    ]
    assert Entry.objects.get(pk=concluded.pk).sealed == sealed
    page = words(get(client, live.manager, "criterion_live", live.entry.pk, "3.4.2"))
    assert "The rows have changed since the conclusion" in page and "What was sealed stays" in page
    sheet = get(client, live.manager, "entry_live", live.entry.pk)
    assert "3.4.2" in [row["label"] for row in sheet.context["changed"]]
    assert "counted otherwise now than" in words(sheet)
    assert get(client, live.manager, "entry_live", live.entry.pk, on="2026-03-31").context["changed"] == []


def test_other_rows_of_the_same_number(client, live, concluded, three_handled):
    first, second, _third = (Dossier.objects.get(pk=dossier.pk) for dossier in three_handled)
    Dossier.objects.filter(pk=first.pk).update(finished_at=second.finished_at)
    Dossier.objects.filter(pk=second.pk).update(finished_at=first.finished_at)
    [line] = changed(client, live)
    assert "1 as before, but not the same rows" in line


def test_points_that_are_not_shown_yet_are_not_told(client, live, concluded, three_handled, make_account, make_unit):
    body = make_unit("so-nv", kind="so")
    Round.objects.filter(pk=live.round.pk).update(appraisal_shown="published", unit=body)
    appraiser = make_account("tham-dinh", body, "appraiser")
    ending.result_recall(Dossier.objects.get(pk=three_handled[0].pk), because="sai tên", acting=SYSTEM)
    own = get(client, live.officer, "criterion_live", live.entry.pk, "3.4.2").context["changed"]
    runs = get(client, appraiser, "criterion_live", live.entry.pk, "3.4.2").context["changed"]
    assert (own["points"], runs["points"]) == (None, 0) and own["lines"]


# Nothing measured -----------------------------------------------------------------------------------------------------


def test_where_nothing_is_measured_it_says_why_and_what_there_is(client, live, three_handled):
    page = get(client, live.reporter, "entry_live", live.other.pk)
    said = words(page)
    assert "this unit keeps no such work in this system" in said and "Show what is missing" in said
    assert page.context["missing_count"] == page.context["leaf_count"] > 30
    assert "why_unmeasured" not in get(client, live.officer, "entry_live", live.entry.pk).context


def test_a_unit_finds_its_live_index_on_the_first_page(client, live, three_handled):
    for account, entry in ((live.officer, live.entry), (live.reporter, live.other)):
        client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
        page = words(client.get("/", headers={"accept-language": "en"}))
        assert reverse("indices:entry_live", args=[entry.pk]) in page
    assert "0 criteria measured, 0 declared" in page
    client.force_login(live.specialist, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "/live/" not in words(client.get("/"))
