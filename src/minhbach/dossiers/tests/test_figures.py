"""Figures by the names that indicator sets use: for a unit and all below it, now and as of a past moment."""

from datetime import date, datetime

import pytest
from django.utils import timezone

from minhbach.dossiers.models import Dossier
from minhbach.dossiers.states import Channel
from minhbach.measures import figures
from minhbach.measures.figures import FIGURES

YEAR = date(2026, 1, 1), date(2026, 12, 31)


def moment(day: int, hour: int = 9) -> datetime:
    """In March 2026: the 2nd is a Monday."""
    return timezone.make_aware(datetime(2026, 3, day, hour))


@pytest.fixture
def two_late(make_dossier):
    """Three received on 2 March, due on the 9th at 9:00: one ended in time, one a day late, one still open."""
    made = [make_dossier(submitted_at=moment(2), at=moment(2), channel=Channel.ONLINE) for _ in range(3)]
    done = {"status": 9, "outcome": "granted"}
    Dossier.objects.filter(pk=made[0].pk).update(**done, finished_at=moment(6))
    Dossier.objects.filter(pk=made[1].pk).update(**done, finished_at=moment(10))
    return made


def values(desk, *keys, at=None):
    units = figures.counted_for([desk.agency])
    return figures.values(keys, units, *YEAR, at=at)[desk.agency.pk]


def test_an_agency_counts_what_its_offices_handle(desk, two_late):
    wanted = ["dossiers_received", "dossiers_online", "dossiers_handled", "dossiers_on_time", "no_such_figure"]
    assert values(desk, *wanted) == {
        "dossiers_received": 3,
        "dossiers_online": 3,
        "dossiers_handled": 2,
        "dossiers_on_time": 1,
    }


def test_as_of_a_past_moment(desk, two_late):
    def counted(at):
        found = values(desk, "dossiers_handled", "dossiers_on_time", "dossiers_handled_or_overdue", at=at)
        return list(found.values())

    assert counted(moment(6, 8)) == [0, 0, 0]
    assert counted(moment(7)) == [1, 1, 1]
    # On the 10th at 8:00 the second and the third were still open, and late by then.
    assert counted(moment(10, 8)) == [1, 1, 3]
    assert counted(moment(10, 10)) == [2, 1, 3]


def test_the_rows_that_cost_points(desk, two_late):
    offices = figures.counted_for([desk.agency])[desk.agency.pk]
    handled, on_time = FIGURES["dossiers_handled_or_overdue"], FIGURES["dossiers_on_time"]
    assert set(figures.rows(handled, offices, *YEAR)) == set(two_late)
    assert set(figures.rows(handled, offices, *YEAR, without=on_time)) == set(two_late[1:])
    with pytest.raises(ValueError, match="counts other rows"):
        figures.rows(handled, offices, *YEAR, without=FIGURES["procedures_online"])


def test_units_scored_by_themselves_count_for_themselves(desk, make_unit):
    school = make_unit("truong-x", kind="truong", parent=desk.agency, group="truong")
    class_ = make_unit("to-x", parent=school)
    found = figures.counted_for([desk.agency, school])
    assert set(found[desk.agency.pk]) == {desk.agency.pk, desk.one_stop.pk, desk.office.pk}
    assert set(found[school.pk]) == {school.pk, class_.pk}
