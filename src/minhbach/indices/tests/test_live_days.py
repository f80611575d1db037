"""How the live points went: which days, the same figures as the page of each day, kept and counted anew."""

from datetime import date
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from minhbach.dossiers.models import Dossier
from minhbach.indices.live import days
from minhbach.indices.models import Round
from minhbach.indices.tests.test_live import get, words
from minhbach.indices.views.live.days import in_words


@pytest.fixture
def in_june(clock_at):
    clock_at("2026-06-15T10:00")


def period(first, last):
    return Round(counts_from=first, counts_to=last)


@pytest.mark.parametrize(
    ("first", "last", "until", "found"),
    [
        # Ends of months once three are over.
        (date(2026, 1, 1), date(2026, 12, 31), None, ["01-31", "02-28", "03-31", "04-30", "05-31"]),
        # Before, Sundays.
        (date(2026, 5, 20), date(2026, 12, 31), None, ["05-24", "05-31", "06-07", "06-14"]),
        # Of a period that is over its last day, too.
        (date(2026, 1, 1), date(2026, 4, 20), None, ["01-31", "02-28", "03-31", "04-20"]),
        # As of a past day: that day is the last.
        (date(2026, 1, 1), date(2026, 12, 31), date(2026, 4, 10), ["01-31", "02-28", "03-31", "04-10"]),
        (date(2026, 1, 1), date(2026, 12, 31), date(2025, 12, 31), []),
        # Of a period that has not begun nothing.
        (date(2026, 7, 1), date(2026, 12, 31), None, []),
    ],
)
def test_the_days(in_june, first, last, until, found):
    assert [f"{day:%m-%d}" for day in days.days_of(period(first, last), until)] == found


def test_each_day_says_what_its_page_says(client, live, three_handled, in_june):
    # By the end of March 1 of 3 was in time: 0 of 1.5 points; at the end of February there were none.
    page = get(client, live.officer, "criterion_live_days", live.entry.pk, "3.4.2")
    rows = {row["name"]: row for row in page.context["rows"]}
    assert list(rows) == ["up to now", "31/05/2026", "30/04/2026", "31/03/2026", "28/02/2026", "31/01/2026"]
    assert [count for _head, count in rows["31/03/2026"]["counts"]] == [3, 1]
    assert rows["31/03/2026"]["score"] == 0 and rows["31/03/2026"]["share"] == "33.33%"
    assert [count for _head, count in rows["28/02/2026"]["counts"]] == [0, 0]
    for row in page.context["rows"][1:]:
        that_day = client.get(row["url"], headers={"accept-language": "en"})
        known = that_day.context["result"]
        assert (known.score if known.is_known else None) == row["score"]


def test_the_board_and_the_sheet_over_the_days(client, live, three_handled, in_june):
    page = get(client, live.manager, "round_live_days", live.round.pk)
    own = next(row for row in page.context["rows"] if row["unit"] == str(live.agency))
    sheet = get(client, live.officer, "entry_live_days", live.entry.pk)
    assert [row["score"] for row in reversed(sheet.context["rows"])] == own["told"]
    board = get(client, live.manager, "round_live", live.round.pk, on="2026-03-31")
    that_day = next(row for row in board.context["lines"] if row["unit"] == str(live.agency))
    assert Fraction(that_day["score"]) == own["told"][2]
    only_own = get(client, live.reporter, "round_live_days", live.round.pk)
    assert [row["unit"] for row in only_own.context["rows"]] == [str(live.elsewhere)]


def test_a_part_for_the_page_and_a_page_without_scripts(client, live, three_handled, in_june):
    url = reverse("indices:criterion_live_days", args=[live.entry.pk, "3.4.2"])
    page = words(get(client, live.officer, "criterion_live", live.entry.pk, "3.4.2"))
    assert f'hx-get="{url}"' in page and f'<a href="{url}">' in page
    assert "<html" in words(client.get(url))
    part = words(client.get(url, headers={"hx-request": "true"}))
    assert "<html" not in part and "data-chart" in part and "31/03/2026" in part


def test_past_days_are_counted_once_a_day(client, live, three_handled, in_june, clock_at):
    def asked():
        with CaptureQueriesContext(connection) as seen:
            page = get(client, live.officer, "criterion_live_days", live.entry.pk, "3.4.2")
        row = next(row for row in page.context["rows"] if row["name"] == "31/03/2026")
        return [count for _head, count in row["counts"]], len(seen)

    first, many = asked()
    again, few = asked()
    # A row that comes in later with an earlier date.
    copy = Dossier.objects.get(pk=three_handled[0].pk)
    copy.pk, copy.code, copy._state.adding = None, f"{copy.code}-2", True
    copy.save()
    kept, _n = asked()
    clock_at("2026-06-16T11:00")
    assert (first, again, kept, asked()[0]) == ([3, 1], [3, 1], [3, 1], [4, 2])
    assert few < many / 2


def test_the_daily_work_counts_before_anybody_waits(client, live, three_handled, in_june, clock_at):
    def own():
        page = get(client, live.manager, "round_live_days", live.round.pk)
        return page.context["counted_at"], next(
            r["told"] for r in page.context["rows"] if r["unit"] == str(live.agency)
        )

    days.renew()
    first = own()
    clock_at("2026-06-15T21:00")
    assert own() == first  # a visitor does not count anew
    clock_at("2026-06-15T22:30")
    days.renew()
    assert own() == (timezone.now(), first[1])


def test_other_days_that_count_are_counted_at_once(live, three_handled, in_june):
    days.of_entry(live.entry, [date(2026, 3, 31)])
    Round.objects.filter(pk=live.round.pk).update(counts_to=date(2026, 3, 10))
    live.entry.round.refresh_from_db()
    found = days.of_entry(live.entry, [date(2026, 3, 31)])
    assert found.by_day[date(2026, 3, 31)].measured["3.4.2"] == {"handled": 2, "on_time": 1}


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ([], "There are no figures yet."),
        ([None, 4], "There is only one figure yet."),
        ([None, 2, 3], "2.00 points on B, 3.00 on C. It never fell."),
        ([4, 1, 3], "4.00 points on A, 3.00 on C. The deepest fall was -3.00, from A to B."),
        ([2, None, 2], "2.00 points on A, 2.00 on C. Nothing has changed."),
    ],
)
def test_in_words(points, said):
    told = [(name, None if n is None else Fraction(n)) for name, n in zip("ABC", points, strict=False)]
    with override("en"):
        assert in_words(told) == said
