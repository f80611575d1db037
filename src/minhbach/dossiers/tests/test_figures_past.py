"""Figures of a past moment are what the tallies said then: recorded over random lives of dossiers, and compared."""

import random
from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from minhbach.dossiers.actions import ending, moving, waiting
from minhbach.dossiers.measures import ENDED, FOLLOWED, HANDLED, IN_PROCESS, RECEIVED, RETURNED
from minhbach.dossiers.models import Dossier, Earlier
from minhbach.dossiers.states import Channel, Status
from minhbach.measures import figures, tallies
from minhbach.measures.figures import FIGURES
from minhbach.org.errors import NotPossible
from minhbach.org.permissions import SYSTEM, Refused

YEAR = date(2026, 1, 1), date(2026, 12, 31)
REGISTERED = [RECEIVED, HANDLED, RETURNED, FOLLOWED, IN_PROCESS, ENDED]
COUNTED = [key for key, one in FIGURES.items() if one.of in REGISTERED]


@pytest.fixture
def time_passes(clock_at):
    """time_passes(60): it is an hour later, from Monday 2 March 2026 at 8:00 on."""
    now = [timezone.make_aware(datetime(2026, 3, 2, 8))]

    def pass_(minutes):
        now[0] += timedelta(minutes=minutes)
        clock_at(timezone.localtime(now[0]).replace(tzinfo=None).isoformat())
        return now[0]

    pass_(0)
    return pass_


def counted(desk, at=None):
    units = {desk.office.pk: [desk.office.pk]}
    return figures.values(COUNTED, units, *YEAR, at=at)[desk.office.pk]


def test_an_end_that_was_taken_back(desk, make_dossier, time_passes):
    dossier = make_dossier()
    Dossier.objects.filter(pk=dossier.pk).update(step="hand_back", at_unit=desk.one_stop)
    ended = time_passes(60 * 24)
    ending.dossier_finish(dossier, acting=SYSTEM)
    time_passes(60)
    ending.result_return(dossier, by=Channel.POST, acting=SYSTEM)
    before = time_passes(60 * 24)
    ending.result_recall(dossier, because="sai tên", acting=SYSTEM)
    time_passes(60)

    [kept] = Earlier.objects.all()
    assert (kept.finished_at, kept.until, kept.outcome, kept.return_by) == (ended, before, "granted", "post")
    asked = "dossiers_handled", "dossiers_returned_by_post", "results_issued"
    assert [counted(desk)[key] for key in asked] == [0, 0, 0]
    then = counted(desk, at=before - timedelta(minutes=1))
    assert [then[key] for key in asked] == [1, 1, 1]
    assert [counted(desk, at=before)[key] for key in asked] == [0, 0, 0]
    [row] = figures.rows(FIGURES["dossiers_handled"], [desk.office.pk], *YEAR, at=before - timedelta(minutes=1))
    columns = [said(row) for _title, said in FIGURES["dossiers_handled"].of.listing.columns]
    assert columns[4] == "03/03/2026 08:00"  # as it stood then, though it is open now


def test_a_due_moment_that_moved_on(desk, make_dossier, time_passes):
    dossier = make_dossier()
    first_due = dossier.first_due_at
    time_passes(60 * 24 * 5)  # Saturday: two days before it is due
    waiting.supplement_ask(dossier, items=["giấy"], because="thiếu", acting=SYSTEM)
    waited = time_passes(60 * 24 * 4)
    waiting.supplement_take(dossier, acting=SYSTEM)
    time_passes(60)
    dossier.refresh_from_db()
    assert dossier.first_due_at > first_due
    [kept] = Earlier.objects.all()
    assert (kept.first_due_at, kept.until) == (first_due, waited)
    # While it waited it was not late, though the first moment had passed.
    asked = counted(desk, at=waited - timedelta(minutes=1))
    assert (asked["dossiers_past_due"], asked["dossiers_received_or_in_process"]) == (0, 1)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_past_is_what_the_tallies_said_then(desk, make_dossier, time_passes, seed):
    chance, dossiers, told = random.Random(seed), [], {}
    deeds = 0
    for n in range(45):
        time_passes(chance.choice((20, 90, 60 * 9, 60 * 26, 60 * 70)))
        if len(dossiers) < 3 or chance.random() < 0.15:
            dossiers.append(make_dossier(channel=chance.choice(list(Channel))))
        for dossier in chance.choices(dossiers, k=2):
            dossier.refresh_from_db()
            try:
                act(dossier, chance)
                deeds += 1
            except (NotPossible, Refused):
                pass  # not possible as it stands: another time
        if n % 3 == 2:
            told[time_passes(1)] = counted(desk)
    assert deeds > 40 and Earlier.objects.count() > 3 and len(told) == 15
    time_passes(60 * 24 * 30)
    for at, said in told.items():
        assert counted(desk, at=at) == said, at
        for key in ("dossiers_on_time", "dossiers_past_due", "dossiers_returned_by_post", "dossiers_received_overdue"):
            assert figures.rows(FIGURES[key], [desk.office.pk], *YEAR, at=at).count() == said[key]
    for rows in REGISTERED:
        assert list(tallies.verify(rows)) == []


def act(dossier: Dossier, chance: random.Random) -> None:
    """Something that can happen to a dossier as it stands."""
    match dossier.status:
        case Status.RECEIVED | Status.IN_PROCESS:
            late = dossier.due_at < timezone.now()
            deed = chance.choice(
                ("finish", "finish", "supplement", "finance", "put off", "apologise", "stop", "forward")
            )
            if deed == "finish":
                Dossier.objects.filter(pk=dossier.pk).update(step="hand_back")
                ending.dossier_finish(dossier, acting=SYSTEM)
            elif deed == "supplement":
                again = {"again_because": "thiếu tiếp"} if dossier.supplements else {}
                waiting.supplement_ask(dossier, items=["giấy"], because="thiếu", **again, acting=SYSTEM)
            elif deed == "finance":
                waiting.finance_ask(dossier, items=["thuế"], because="nộp thuế", acting=SYSTEM)
            elif deed == "put off" and not late:
                ending.due_extend(
                    dossier, due_at=dossier.due_at + timedelta(days=3), because="nhiều việc", acting=SYSTEM
                )
            elif deed == "apologise" and late:
                ending.delay_apologise(dossier, because="chậm", acting=SYSTEM)
            elif deed == "stop" and chance.random() < 0.3:
                ending.dossier_stop(dossier, because="rút", acting=SYSTEM)
            else:
                moving.dossier_forward(dossier, acting=SYSTEM)
        case Status.SUPPLEMENT if chance.random() < 0.2:
            ending.dossier_stop(dossier, because="không bổ sung", acting=SYSTEM)
        case Status.SUPPLEMENT:
            waiting.supplement_take(dossier, acting=SYSTEM)
        case Status.FINANCE:
            waiting.finance_settle(dossier, acting=SYSTEM)
        case Status.FINISHED if chance.random() < 0.6:
            ending.result_return(dossier, by=chance.choice(list(Channel)), acting=SYSTEM)
        case Status.FINISHED | Status.RETURNED:
            ending.result_recall(dossier, because="sai", acting=SYSTEM)
