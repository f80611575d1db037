"""Figures day by day and by procedure, of the tallies and as of a past moment."""

from datetime import date, datetime

from django.utils import timezone

from minhbach.dossiers.models import Dossier
from minhbach.dossiers.states import Channel
from minhbach.measures import figures, tallies
from minhbach.measures.figures import FIGURES

YEAR = date(2026, 1, 1), date(2026, 12, 31)


def moment(day: int, hour: int = 9) -> datetime:
    return timezone.make_aware(datetime(2026, 3, day, hour))


def test_rows_by_the_day_they_count_for(desk, make_dossier):
    for day, channel in ((2, Channel.ONLINE), (2, Channel.COUNTER), (4, Channel.ONLINE)):
        make_dossier(submitted_at=moment(day), at=moment(day), channel=channel)
    units = figures.counted_for([desk.agency])[desk.agency.pk]
    keys = ["dossiers_received", "dossiers_online", "no_such_figure"]
    figures.values(keys, {desk.agency.pk: units}, *YEAR)
    found = figures.daily(keys, units, *YEAR)
    assert found == {
        "dossiers_received": {date(2026, 3, 2): 2, date(2026, 3, 4): 1},
        "dossiers_online": {date(2026, 3, 2): 1, date(2026, 3, 4): 1},
    }
    assert figures.daily(keys, units, *YEAR, at=moment(3)) == {
        "dossiers_received": {date(2026, 3, 2): 2},
        "dossiers_online": {date(2026, 3, 2): 1},
    }
    assert figures.daily(keys, units, date(2026, 3, 3), YEAR[1])["dossiers_received"] == {date(2026, 3, 4): 1}


def test_rows_by_procedure(desk, make_dossier):
    made = [make_dossier(submitted_at=moment(2), at=moment(2)) for _ in range(3)]
    units = figures.counted_for([desk.agency])[desk.agency.pk]
    figures.values(["dossiers_received"], {desk.agency.pk: units}, *YEAR)
    procedure = Dossier.objects.get(pk=made[0].pk).procedure_id
    assert figures.by_part(FIGURES["dossiers_received"], units, *YEAR) == {procedure: 3}
    assert figures.by_part(FIGURES["dossiers_online"], units, *YEAR) == {}


def test_days_of_some_procedures_alone(desk, make_dossier):
    procedure = make_dossier(submitted_at=moment(2), at=moment(2)).procedure_id
    units = figures.counted_for([desk.agency])[desk.agency.pk]
    one = FIGURES["dossiers_received"]
    tallies.refresh([one.of], units)
    for at, table in ((None, one.of), (moment(5), one.of.then)):
        of_it, of_none = (
            tallies.days(table, ["all"], units, *YEAR, at=at, parts=parts) for parts in ({procedure}, set())
        )
        assert (of_it, of_none) == ({date(2026, 3, 2): [1]}, {})
