"""The rows behind a figure: how they are shown, who may open them, and why one of them earns nothing."""

from datetime import date, datetime

import pytest
from django.utils import timezone, translation

from minhbach.dossiers.measures import FOLLOWED, HANDLED, RECEIVED, RETURNED
from minhbach.dossiers.models import Dossier
from minhbach.dossiers.states import Channel
from minhbach.measures import figures
from minhbach.measures.declaring import Rows
from minhbach.measures.figures import FIGURES

YEAR = date(2026, 1, 1), date(2026, 12, 31)


def moment(day: int, hour: int = 9) -> datetime:
    """In March 2026: the 2nd is a Monday."""
    return timezone.make_aware(datetime(2026, 3, day, hour))


@pytest.fixture
def received(make_dossier):
    """Received on Monday 2 March 2026 at 9:00 with five working days: due on Monday 9 March at 9:00."""

    def make(**more):
        changes = more.pop("changes", {})
        dossier = make_dossier(submitted_at=moment(2), at=moment(2), **more)
        Dossier.objects.filter(pk=dossier.pk).update(**changes)
        return Dossier.objects.get(pk=dossier.pk)

    return make


def ended(day, hour=9, **more):
    return {"status": 9, "outcome": "granted", "finished_at": moment(day, hour), **more}


def why(rows: Rows, count: str, dossier, at, lang="en"):
    with translation.override(lang):
        return rows.by_key[count].why_not(dossier, at)


def test_the_columns_tell_no_person(desk, received, django_assert_num_queries):
    for _n in range(3):
        received(changes=ended(11, 10))
    found = figures.rows(FIGURES["dossiers_handled"], [desk.office.pk], *YEAR)
    with django_assert_num_queries(1), translation.override("en"):
        lines = [[said(row) for _title, said in HANDLED.listing.columns] for row in HANDLED.listing.laid(found)]
    assert len(lines) == 3
    assert lines[0] == [
        "H24.15-260302-0001",
        "1.900001 Copy for tests",
        "02/03/2026 09:00",
        "09/03/2026 09:00",
        "11/03/2026 10:00",
        "result issued",
    ]
    assert not any("Nguyễn" in text for line in lines for text in line)


def test_a_dossier_is_opened_by_whoever_may_see_it(client, desk, received, make_unit, make_account):
    dossier, listing = received(), HANDLED.listing
    stranger = make_account("la", make_unit("so-khac", kind="so"), "specialist")
    every = Dossier.objects.all()
    assert list(listing.open_to(desk.specialist, every)) == [dossier]
    assert not listing.open_to(stranger, every).exists()
    client.force_login(desk.specialist)
    assert client.get(listing.address(dossier)).status_code == 200
    client.force_login(stranger)
    assert client.get(listing.address(dossier)).status_code == 404


def test_every_table_of_dossiers_is_shown():
    assert all(rows.listing is HANDLED.listing for rows in (RECEIVED, RETURNED))


@pytest.mark.parametrize(
    ("changes", "english", "vietnamese"),
    [
        (
            ended(11, 10),
            "due 09/03/2026 09:00, ended 11/03/2026 10:00: 2 days late",
            "hẹn trả 09/03/2026 09:00, xong 11/03/2026 10:00: muộn 2 ngày",
        ),
        (
            {},
            "due 09/03/2026 09:00 and still open: 5 hours late",
            "hẹn trả 09/03/2026 09:00, chưa xong: quá hạn 5 giờ",
        ),
    ],
)
def test_why_a_dossier_is_not_on_time(received, changes, english, vietnamese):
    dossier = received(changes=changes)
    at = moment(20) if changes else moment(9, 14)
    assert why(HANDLED, "on_time", dossier, at) == english
    assert why(HANDLED, "on_time", dossier, at, "vi") == vietnamese


def test_late_against_the_extended_due_moment(received):
    dossier = received(changes=ended(12, 9, extended=True, due_at=moment(11)))
    assert why(HANDLED, "on_time_extended", dossier, moment(20)) == (
        "due 11/03/2026 09:00, ended 12/03/2026 09:00: 1 day late"
    )


def test_what_still_has_time_by_the_extended_due_moment(received):
    dossier = received(changes={"extended": True, "due_at": moment(16)})
    assert why(HANDLED, "on_time_extended", dossier, moment(12)) == "still open; due 16/03/2026 09:00"


def test_what_waits_for_the_applicant_is_not_called_late(received):
    """Asked for a supplement before it was due: its due moment moves on."""
    dossier = received(changes={"status": 5, "paused_at": moment(5)})
    assert why(FOLLOWED, "on_time", dossier, moment(20)) == (
        "still open; waits for the applicant since 05/03/2026 09:00"
    )
    assert why(FOLLOWED, "on_time", dossier, moment(20), "vi") == "chưa xong; chờ người nộp từ 05/03/2026 09:00"
    asked_late = received(changes={"status": 5, "paused_at": moment(10)})
    assert why(FOLLOWED, "on_time", asked_late, moment(11)) == "due 09/03/2026 09:00 and still open: 2 days late"


def test_what_was_turned_away_is_not_called_open(received):
    dossier = received(changes={"status": 3, "outcome": "not_received", "finished_at": moment(4)})
    assert why(FOLLOWED, "on_time", dossier, moment(20)) == "not received"


def test_how_it_was_sent_and_returned(received):
    dossier = received(changes=ended(6, returned_at=moment(6), return_by=Channel.ONLINE))
    assert why(RECEIVED, "online", dossier, moment(20)) == "handed in at the counter"
    assert why(RECEIVED, "post", dossier, moment(20), "vi") == "nộp trực tiếp"
    assert why(RETURNED, "post", dossier, moment(20)) == "returned online"


def test_an_apology_that_came_late_or_not_at_all(received):
    late = "due 09/03/2026 09:00, ended 11/03/2026 10:00: 2 days late"
    none, tardy = received(changes=ended(11, 10)), received(changes=ended(11, 10, apologised_at=moment(10)))
    for count in ("late_ended_apologised", "late_ended_apologised_in_time"):
        assert why(HANDLED, count, none, moment(20)) == f"{late}; no letter of apology"
    assert why(HANDLED, "late_ended_apologised_in_time", tardy, moment(20)) == (
        f"{late}; letter of apology only on 10/03/2026 09:00"
    )


def test_no_apology_for_what_is_late_by_the_extended_due_moment(received):
    late = "due 11/03/2026 09:00, ended 12/03/2026 09:00: 1 day late"
    dossier = received(changes=ended(12, extended=True, due_at=moment(11)))
    for count in ("late_extended_apologised", "late_extended_apologised_in_time"):
        assert why(HANDLED, count, dossier, moment(20)) == f"{late}; no letter of apology"
