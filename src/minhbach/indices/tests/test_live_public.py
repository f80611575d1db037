"""The live board for everybody: only where it was chosen, only while the round is open, numbers alone, one count for
all visitors."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from minhbach.dossiers.models import Dossier
from minhbach.indices.actions import preparing
from minhbach.indices.live import public
from minhbach.indices.models import Entry, Round
from minhbach.indices.testing_live import moment
from minhbach.indices.tests.test_live import TYPED, get, typed, words
from minhbach.org.errors import NotPossible
from minhbach.org.models import Event
from minhbach.org.permissions import Refused


@pytest.fixture
def shown(live):
    def choose(what):
        preparing.round_live_shown_change(live.round, shown=what, acting=live.manager)
        live.round.refresh_from_db()

    return choose


def unit(client, live, entry, account=None):
    return get(client, account, "entry_live_public", live.round.pk, entry.pk)


def test_nobody_else_sees_it_until_it_is_chosen(client, live, three_handled, shown):
    for account in (None, live.officer):
        assert get(client, account, "round_live_public", live.round.pk).status_code == 404
        assert unit(client, live, live.entry, account).status_code == 404
    client.logout()
    assert live.round.title not in words(client.get(reverse("indices:rounds")))
    shown("measured")
    assert reverse("indices:round_live_public", args=[live.round.pk]) in words(client.get(reverse("indices:rounds")))
    assert get(client, None, "round_live", live.round.pk).status_code == 404  # what is inside stays inside


def test_what_is_measured_and_nothing_that_was_declared(client, live, three_handled, shown):
    typed(live.entry, {"items": "201"}, "7.3")
    typed(live.other, TYPED)
    shown("measured")
    page = unit(client, live, live.entry)
    rows = {row["title"].partition(" ")[0].rstrip("."): row for row in page.context["criteria"]}
    assert [n for _label, n in rows["3.4.2"]["counts"]] == [3, 1] and rows["3.4.2"]["points"] == "0.00"
    assert "7.3" not in rows
    assert not any(dossier.code in words(page) for dossier in three_handled)
    # The other department keeps no dossiers here: what it typed is not shown, and it is not worth 0.
    assert unit(client, live, live.other).context["criteria"] == []
    board = get(client, None, "round_live_public", live.round.pk)
    assert [row["unit"] for row in board.context["rows"]] == [str(live.agency)]
    assert "1 further unit of which nothing is known" in words(board) and str(live.elsewhere) in words(board)


def test_with_what_the_units_declared(client, live, three_handled, shown):
    typed(live.other, TYPED)
    shown("whole")
    rows = unit(client, live, live.other).context["criteria"]
    row = next(row for row in rows if row["title"].startswith("3.4.2"))
    assert (row["points"], row["counts"]) == ("1.48", []) and "declared" in row["mark"]
    board = get(client, None, "round_live_public", live.round.pk)
    assert next(row for row in board.context["rows"] if row["unit"] == str(live.elsewhere))["score"] == "1.48"


def test_one_count_serves_all_visitors(client, live, three_handled, shown, clock_at):
    shown("measured")

    def counted():
        page = unit(client, live, live.entry)
        row = next(row for row in page.context["criteria"] if row["title"].startswith("3.4.2"))
        return [n for _label, n in row["counts"]]

    clock_at("2026-11-23T10:00")
    assert counted() == [3, 1]
    Dossier.objects.filter(pk=three_handled[1].pk).update(finished_at=moment(7))
    clock_at("2026-11-23T10:04")
    assert counted() == [3, 1]
    clock_at("2026-11-23T10:06")
    assert counted() == [3, 2]


def test_while_another_visitor_counts(client, live, three_handled, shown):
    shown("measured")
    key = f"indices.live.public:{live.round.pk}:measured"
    cache.set(f"{key}:counting", True)
    page = get(client, None, "round_live_public", live.round.pk)
    assert "The figures are being counted" in words(page) and "rows" not in page.context
    assert public.board(live.round) is None


def test_with_the_conclusion_it_ends(client, live, three_handled, shown):
    shown("whole")
    Round.objects.filter(pk=live.round.pk).update(status="closed", closed_at=moment(20))
    for page in (get(client, None, "round_live_public", live.round.pk), unit(client, live, live.entry)):
        assert "The live board has ended" in words(page) and "20/03/2026" in words(page)
        assert "rows" not in page.context and "criteria" not in page.context
    live.round.refresh_from_db()
    with pytest.raises(NotPossible) as told:
        preparing.round_live_shown_change(live.round, shown="inside", acting=live.manager)
    assert told.value.code == "out_of_order"


def test_only_who_runs_the_round_chooses(client, live):
    with pytest.raises(Refused):
        preparing.round_live_shown_change(live.round, shown="whole", acting=live.officer)
    page = reverse("indices:round_live_shown", args=[live.round.pk])
    client.force_login(live.manager, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.post(page, {"live_shown": "whole"}).status_code == 302
    live.round.refresh_from_db()
    assert live.round.is_live_public
    event = Event.objects.filter(verb="indices.round_changed").latest("seq")
    assert event.data == {"live_shown": "whole", "before": "inside"}


def test_queries_do_not_grow_with_units(client, live, three_handled, shown, make_unit):
    shown("whole")

    def queries(name) -> int:
        account = None if name == "round_live_public" else live.manager
        cache.clear()
        with CaptureQueriesContext(connection) as counting:
            assert get(client, account, name, live.round.pk).status_code == 200
        with CaptureQueriesContext(connection) as kept:
            get(client, account, name, live.round.pk)
        assert len(kept) < len(counting)
        return len(counting)

    names = ("round_live_public", "round_live_days")
    few = [(queries(name), queries(name))[1] for name in names]
    for n in range(12):
        extra = make_unit(f"them-{n}", parent=live.agency, kind="so", group="so")
        Entry.objects.create(round=live.round, unit=extra, group="so", set_version=live.entry.set_version)
    many = [(queries(name), queries(name))[1] for name in names]
    assert many <= few
