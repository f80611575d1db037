"""The live index: measured facts before typed ones, now and as of a past day, on board, sheet and down to the rows."""

import csv
import io
from fractions import Fraction

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from minhbach.dossiers.actions import ending, moving
from minhbach.dossiers.models import Dossier
from minhbach.dossiers.states import Channel
from minhbach.indices.actions import criteria
from minhbach.indices.live.otherwise import otherwise
from minhbach.indices.live.scores import board, live_entry
from minhbach.indices.models import Entry, Score
from minhbach.indices.testing_live import moment
from minhbach.org.models import Event
from minhbach.org.permissions import SYSTEM

TYPED = {"handled": "200", "on_time": "197"}


def get(client, account, name, *args, **query):
    client.logout()
    if account is not None:
        client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.get(reverse(f"indices:{name}", args=args), query, headers={"accept-language": "en"})


def words(response) -> str:
    assert response.status_code == 200, response.status_code
    return " ".join(response.content.decode().split())


def typed(entry, inputs, criterion="3.4.2"):
    criteria.criterion_score(entry, criterion, stage="self", inputs=inputs, acting=SYSTEM)


# What counts ------------------------------------------------------------------------------------------------------


def test_what_is_measured_counts_and_what_was_typed_is_kept_beside_it(live, three_handled):
    typed(live.entry, TYPED)
    found = live_entry(live.entry)
    assert found.facts.measured["3.4.2"] == {"handled": 3, "on_time": 1}
    assert found.leaf("3.4.2").score == 0  # a third in time is under 95 %
    assert found.declared.nodes["3.4.2"].score == Fraction("1.4775")  # 197 of 200, as it was typed
    assert found.source("3.4.2") == "measured" and found.differs("3.4.2")
    assert Score.objects.get(entry=live.entry, criterion="3.4.2").inputs == TYPED


def test_where_no_figure_measures_the_declared_fact_counts(live, three_handled):
    typed(live.entry, {"items": "201"}, "7.3")
    found = live_entry(live.entry)
    assert (found.leaf("7.3").score, found.source("7.3")) == (Fraction(1, 2), "declared")
    assert (found.leaf("8.1").score, found.source("8.1")) == (None, "missing")


def test_nothing_is_measured_of_a_unit_whose_dossiers_are_not_kept_here(live, three_handled):
    typed(live.other, TYPED)
    found = live_entry(live.other)
    assert "3.4.2" not in found.facts.measured
    assert (found.leaf("3.4.2").score, found.source("3.4.2")) == (Fraction("1.4775"), "declared")
    assert found.source("7.4.2") == "missing"


def test_points_given_by_hand_do_not_outlive_the_figures_they_were_given_for(live, three_handled):
    criteria.criterion_score(
        live.entry, "3.4.2", stage="self", inputs=TYPED, given_points="1,5", reason="Làm tròn", acting=SYSTEM
    )
    found = live_entry(live.entry)
    assert (found.leaf("3.4.2").score, found.declared.nodes["3.4.2"].score) == (0, Fraction("1.5"))


def test_only_the_days_of_the_round_count(live, three_handled):
    live.round.counts_to = moment(10).date()
    live.round.save()
    live.entry.round.refresh_from_db()
    assert live_entry(live.entry).facts.measured["3.4.2"] == {"handled": 2, "on_time": 1}


def test_as_of_a_past_day_with_what_was_declared_by_then(live, three_handled):
    typed(live.entry, {"items": "201"}, "7.3")
    then = live_entry(live.entry, at=moment(7, 23))
    assert then.facts.measured["3.4.2"] == {"handled": 1, "on_time": 1}
    assert then.leaf("3.4.2").score == Fraction("1.5")
    assert then.source("7.3") == "missing"  # declared today, not in March


def test_the_declarations_of_a_past_moment_are_those_of_the_trail(live):
    typed(live.entry, {"items": "201"}, "7.3")
    row = Score.objects.get(entry=live.entry, criterion="7.3")
    criteria.criterion_score(live.entry, "7.3", stage="self", inputs={"items": "60"}, edition=1, acting=SYSTEM)
    assert "7.3" not in live_entry(live.entry, at=row.at).facts.typed  # the event is a little after the row
    first, second = Event.objects.filter(chain__name=live.entry.chain, verb="indices.scored").order_by("seq")
    assert live_entry(live.entry, at=first.at).facts.typed["7.3"] == {"items": "201"}
    assert live_entry(live.entry, at=second.at).facts.typed["7.3"] == {"items": "60"}


# The board --------------------------------------------------------------------------------------------------------


def test_the_board_scores_every_unit_as_its_sheet_does(live, three_handled):
    typed(live.entry, TYPED)
    typed(live.other, TYPED)
    lines, count = board(SYSTEM, live.round)
    assert count == 2 and {line.entry for line in lines} == {live.entry, live.other}
    for line in lines:
        alone = live_entry(line.entry)
        assert (line.score, line.maximum) == (alone.result.score, alone.result.maximum)
        assert line.declared == Fraction("1.4775")
    own = next(line for line in lines if line.entry == live.entry)
    assert own.difference == own.score - Fraction("1.4775")
    assert own.sources["measured"] + own.sources["mixed"] > 0 and own.sources["missing"] > 0


def test_returning_one_late_dossier_changes_the_board_at_once(client, live, make_dossier):
    dossier = make_dossier(submitted_at=moment(2), at=moment(2), return_by=Channel.POST)
    before = get(client, live.officer, "round_live", live.round.pk)
    for account in (live.counter, live.office_head, live.specialist, live.office_head, live.head):
        moving.dossier_forward(dossier, acting=account)
    ending.dossier_finish(dossier, acting=live.clerk)
    ending.result_return(dossier, by=Channel.POST, acting=live.counter)
    after = get(client, live.officer, "round_live", live.round.pk)

    def own(response):
        return next(row for row in response.context["lines"] if row["unit"] == str(live.agency))

    # The one result there is went back by public post: +0.5 (7.5.3), so that of the one procedure: +0.1 (7.5.1).
    # Nothing was late before; now one is, without an apology: -0.5 (3.4.3).
    gained = Fraction("0.5") + Fraction("0.1") - Fraction("0.5")
    assert Fraction(own(after)["score"]) - Fraction(own(before)["score"]) == gained
    assert live_entry(live.entry).leaf("7.5.3").score == Fraction(1, 2)
    assert live_entry(live.entry).facts.measured["3.4.2"]["on_time"] == 0


def test_queries_do_not_grow_with_units(client, live, three_handled, make_unit):
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert get(client, live.manager, "round_live", live.round.pk).status_code == 200
        return len(seen)

    queries()
    few = queries()
    for n in range(12):
        unit = make_unit(f"them-{n}", parent=live.agency, kind="so", group="so")
        Entry.objects.create(round=live.round, unit=unit, group="so", set_version=live.entry.set_version)
    queries()
    assert queries() <= few


# Sheet and criterion ----------------------------------------------------------------------------------------------


def test_the_sheet_marks_where_each_point_comes_from(client, live, three_handled):
    typed(live.entry, TYPED)
    page = words(get(client, live.officer, "entry_live", live.entry.pk))
    assert reverse("indices:criterion_live", args=[live.entry.pk, "3.4.2"]) in page
    assert "other figures were declared than are measured" in page
    lost = words(get(client, live.officer, "entry_live", live.entry.pk, show="differs"))
    assert ">3.4.2<" in lost and ">7.3<" not in lost


def test_a_point_opens_down_to_the_rows_that_cost_it(client, live, three_handled):
    response = get(client, live.specialist, "criterion_live", live.entry.pk, "3.4.2")
    assert response.status_code == 404  # the index of the department is not theirs to see
    response = get(client, live.officer, "criterion_live", live.entry.pk, "3.4.2")
    assert [(tab["count"], tab["current"]) for tab in response.context["tabs"]] == [(3, False), (1, False), (2, True)]
    page = words(response)
    late = [dossier.code for dossier in three_handled[1:]]
    assert all(code in page for code in late) and three_handled[0].code not in page
    counted = words(get(client, live.officer, "criterion_live", live.entry.pk, "3.4.2", show="on_time"))
    assert three_handled[0].code in counted and late[0] not in counted


def test_a_dossier_opens_only_for_whoever_may_see_it(client, live, three_handled):
    for account, may in ((live.officer, True), (live.manager, False)):
        page = words(get(client, account, "criterion_live", live.entry.pk, "3.4.2"))
        assert three_handled[1].code in page
        assert (reverse("dossiers:dossier", args=[three_handled[1].code]) in page) is may, account


def test_rows_as_files(client, live, three_handled):
    response = get(client, live.officer, "criterion_live_rows", live.entry.pk, "3.4.2", "csv", show="not-on_time")
    content = b"".join(response.streaming_content).decode("utf-8-sig")
    head, *lines = csv.reader(io.StringIO(content))
    assert {line[0] for line in lines} == {dossier.code for dossier in three_handled[1:]}
    assert head[-1] == "Why it is not counted" and all(line[-1] for line in lines)
    book = get(client, live.officer, "criterion_live_rows", live.entry.pk, "3.4.2", "xlsx", show="handled")
    assert book.content[:2] == b"PK" and "hs" not in book["Content-Disposition"][:10]
    assert get(client, live.officer, "criterion_live_rows", live.entry.pk, "3.4.2", "pdf").status_code == 404
    assert get(client, live.officer, "criterion_live_rows", live.entry.pk, "7.3", "csv").status_code == 404


def test_pages_of_fifty_cost_no_more_queries_than_one_row(client, live, make_dossier):
    def page(**more):
        with CaptureQueriesContext(connection) as seen:
            found = get(client, live.officer, "criterion_live", live.entry.pk, "7.4.2", show="received", **more)
        return found, len(seen)

    first = make_dossier(submitted_at=moment(2), at=moment(2))
    page()
    few = page()[1]
    Dossier.objects.bulk_create(_copy(first, n) for n in range(60))
    page()
    found, many = page()
    assert (len(found.context["lines"]), found.context["page"].paginator.count) == (50, 61)
    assert many <= few
    assert len(page(page=2)[0].context["lines"]) == 11


def _copy(dossier, n):
    copy = Dossier.objects.get(pk=dossier.pk)
    copy.pk, copy.code = None, f"{dossier.code}-{n}"
    copy._state.adding = True
    return copy


def test_counted_another_way_it_would_be(client, live, three_handled, make_dossier):
    make_dossier(submitted_at=moment(2), at=moment(2))  # open since, and late
    found = {each.text.en: each for each in otherwise(live_entry(live.entry), "3.4.2")}
    still_open = found["Dossiers concluded in the year and dossiers still in the house past their due date."]
    assert still_open.values == {"handled": 4, "on_time": 1} and still_open.result.score == 0
    assert live_entry(live.entry).facts.measured["3.4.2"] == {"handled": 3, "on_time": 1}
    page = words(get(client, live.officer, "criterion_live", live.entry.pk, "3.4.2"))
    assert "Counted another way it would be" in page and "against which due date" in page


def test_a_criterion_that_nothing_measures_says_so(client, live):
    page = words(get(client, live.officer, "criterion_live", live.entry.pk, "7.3"))
    assert "No figure of this system measures this criterion" in page


def test_a_day_that_is_none(client, live, three_handled):
    response = get(client, live.officer, "round_live", live.round.pk, on="hôm qua")
    assert "Give a day that exists" in words(response) and response.context["when"].day is None
    page = words(get(client, live.officer, "criterion_live", live.entry.pk, "3.4.2", on="2026-03-07", show="handled"))
    assert (
        three_handled[0].code in page
        and three_handled[1].code not in page
        and "As it stood at the end of 07/03/2026" in page
    )


# Who may see ------------------------------------------------------------------------------------------------------


def test_the_live_index_is_not_the_publics(client, live, three_handled):
    live.round.status = "published"
    live.round.save()
    Entry.objects.filter(round=live.round).update(status="concluded")
    for name, args in (
        ("entry_live", [live.entry.pk]),
        ("criterion_live", [live.entry.pk, "3.4.2"]),
        ("criterion_live_rows", [live.entry.pk, "3.4.2", "csv"]),
    ):
        assert get(client, None, name, *args).status_code == 302
        assert get(client, live.reporter, name, *args).status_code == 404
    assert get(client, None, "round_live", live.round.pk).context["lines"] == []
    own = get(client, live.reporter, "round_live", live.round.pk).context["lines"]
    assert [row["unit"] for row in own] == [str(live.elsewhere)]


# The self-score ---------------------------------------------------------------------------------------------------


def test_the_measured_figures_stand_beside_the_form_and_are_taken_over(client, live, three_handled):
    response = get(client, live.officer, "criterion", live.entry.pk, "3.4.2")
    assert response.context["form"].measured == {"handled": 3, "on_time": 1}
    assert response.context["form"]["in.handled"].value() == ""
    response = get(client, live.officer, "criterion", live.entry.pk, "3.4.2", measured=1)
    assert response.context["form"]["in.handled"].value() == "3"
    save = reverse("indices:criterion_save", args=[live.entry.pk, "3.4.2"])
    client.post(save, {"in.handled": "3", "in.on_time": "1", "edition": "0"})
    row = Score.objects.get(entry=live.entry, criterion="3.4.2")
    assert (row.source, row.inputs) == ("measured", {"handled": "3", "on_time": "1"})
    client.post(save, {"in.handled": "3", "in.on_time": "2", "edition": "1"})
    row.refresh_from_db()
    assert (row.source, row.edition) == ("screen", 2)
