"""Boards and rankings: what they show, to whom, and with how many queries."""

import datetime
import io
import re
import zipfile
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from minhbach.indices import figures, profiles, progress, standings
from minhbach.indices.actions import criteria, opening, preparing
from minhbach.indices.models import Assignment, Entry, Round
from minhbach.indices.tests.boards import ALL_ON_TIME, bulk, get, get_only, published, scored
from minhbach.org.permissions import SYSTEM

__all__ = ["scored"]
pytestmark = pytest.mark.django_db


# Rights ---------------------------------------------------------------------------------------------------------


def test_who_sees_which_page_of_an_open_round(client, scored, open_round, province):
    other = open_round.entries.get(unit=province.justice)
    people = {
        "visitor": None, "officer": province.officer, "outsider": province.outsider, "clerk": province.clerk,
        "appraiser": province.appraiser, "manager": province.manager, "auditor": province.auditor,
        "justice_appraiser": province.justice_appraiser,
    }  # fmt: skip
    pages = {
        "round": (open_round.pk, {"visitor": 404}),
        "ranking": (open_round.pk, {"visitor": 404}),
        "profile": (scored.pk, {"visitor": 404, "outsider": 404}),
        "what_if": (scored.pk, {"visitor": 404, "outsider": 404}),
        "round_manage": (open_round.pk, dict.fromkeys(people, 403) | {"visitor": 302, "manager": 200}),
    }
    for name, (pk, expected) in pages.items():
        for who, account in people.items():
            assert get(client, account, name, pk).status_code == expected.get(who, 200), (name, who)
    # The other way about: the other department's entry.
    assert get(client, province.officer, "profile", other.pk).status_code == 404
    assert get(client, province.officer, "what_if", other.pk).status_code == 404
    assert get(client, province.outsider, "profile", other.pk).status_code == 200


def test_a_draft_round_is_only_seen_by_who_runs_it(client, province, dates):
    draft = preparing.round_prepare(unit=province.home, title="2027", year=2027, dates=dates, acting=SYSTEM)
    assert get(client, province.manager, "round", draft.pk).status_code == 200
    for account in (None, province.officer, province.appraiser, province.auditor):
        assert get(client, account, "round", draft.pk).status_code == 404


def test_an_office_sees_progress_but_no_totals(client, scored, open_round, province):
    text = get(client, province.clerk, "round", open_round.pk).content.decode()
    assert "2 / 37" in text
    assert "0.30" not in text  # the total of its department
    answer = get(client, province.clerk, "ranking", open_round.pk)
    assert "ranking" not in answer.context or answer.context.get("ranking") is None
    answer = get(client, province.specialist, "profile", scored.pk)
    shown = {line.node.id for line in answer.context["profile"].lines}
    assert "3.4.2" in shown and "3.1" not in shown
    assert answer.context["profile"].parts == []
    answer = get(client, province.specialist, "what_if", scored.pk)
    assert {leaf.id for leaf in answer.context["start"].leaves} <= shown


def test_a_unit_sees_no_ranks_of_an_open_round(client, scored, open_round, province):
    answer = get(client, province.officer, "ranking", open_round.pk, incomplete="on")
    found = answer.context["ranking"]
    assert found.hidden
    assert [(p.entry.pk, p.rank) for p in found.places] == [(scored.pk, None)]
    assert "Sở Tư pháp" not in answer.content.decode()


def test_an_appraising_body_compares_only_its_field(client, scored, open_round, province):
    # The justice department appraises field 3 of all units, and is a unit itself.
    answer = get(client, province.justice_appraiser, "ranking", open_round.pk, by="3.4.2", stage="self")
    choices = {choice["id"] for choice in answer.context["choices"]}
    assert {"3", "3.4.2"} <= choices
    assert not {"", "7", "7.3"} & choices
    found = answer.context["ranking"]
    assert [(p.entry.unit.code, p.rank) for p in found.places] == [("so-tp", 1), ("so-gd", 2)]
    # Asked for what it may not see, it gets the first it may.
    assert get(client, province.justice_appraiser, "ranking", open_round.pk, by="7.3").context["by"] == "3"


def test_the_public_sees_what_was_concluded(client, scored, open_round, province):
    criteria.criterion_score(
        scored, "3.1", stage="self", inputs={}, given_points="0.1", reason="Lý do của người chấm",
        note="Ghi chú nội bộ", acting=province.officer,
    )  # fmt: skip
    published(open_round, scored)
    assert get(client, None, "rounds").status_code == 200
    answer = get(client, None, "ranking", open_round.pk, stage="self")
    assert answer.context["stage_label"] == "Final"
    answer = get(client, None, "profile", scored.pk, stage="self")
    text = answer.content.decode()
    assert answer.context["profile"].stage == "final"
    assert "Áp dụng" in text or "applies" in text or "Bậc" in text
    person = str(province.officer.person)
    for private in (person, "Lý do của người chấm", "Ghi chú nội bộ"):
        assert private not in text
    assert get(client, None, "what_if", scored.pk).status_code == 404
    assert get(client, province.outsider, "what_if", scored.pk).status_code == 404
    assert get(client, province.officer, "what_if", scored.pk).status_code == 200


# The board ------------------------------------------------------------------------------------------------------


def test_of_a_round_that_is_over_nobody_is_still_scoring(client, scored, open_round, province):
    published(open_round, scored)
    board = get(client, None, "round", open_round.pk).content.decode()
    assert "Never submitted" in board and "Concluded" in board
    assert "Being self-scored" not in board
    other = open_round.entries.get(unit=province.justice)
    assert "not finished" in get(client, None, "entry", other.pk).content.decode()


@pytest.mark.parametrize("who", [None, "officer"])
def test_drafts_never_submitted_are_not_published(client, scored, open_round, province, who):
    other = open_round.entries.get(unit=province.justice)
    criteria.criterion_score(
        other,
        "3.4.2",
        stage="self",
        inputs=ALL_ON_TIME,
        given_points="0.7321",
        reason="Lý do kín",
        edition=1,
        acting=SYSTEM,
    )
    published(open_round, scored)
    pages = [("round", open_round.pk), ("entry", other.pk), ("profile", other.pk), ("criterion", other.pk, "3.4.2")]
    pages += [("export", other.pk, part, kind) for part in ("self-score", "report") for kind in ("xlsx", "json")]
    for name, *args in pages:
        answer = get(client, who and getattr(province, who), name, *args)
        shown = b"".join(answer) if answer.streaming else answer.content
        assert not re.search(r"0[.,]7321|Lý do kín", _text(shown)), (name, args)
    # The other units are still compared in total, by part and by criterion.
    answer = get(client, None, "ranking", open_round.pk, by="3.4.2")
    assert {"", "3", "3.4.2"} <= {choice["id"] for choice in answer.context["choices"]}
    assert {place.entry.pk: place.rank for place in answer.context["ranking"].places} == {scored.pk: 1, other.pk: None}


def _text(content: bytes) -> str:
    """What a page or a workbook says."""
    if not content.startswith(b"PK"):
        return content.decode()
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return " ".join(file.read(name).decode() for name in file.namelist() if name.endswith(".xml"))


@pytest.mark.parametrize(
    ("name", "query"),
    [("round", {}), ("round", {"status": "scoring"}), ("ranking", {}), ("ranking", {"by": "3"}),
     ("ranking", {"by": "3.4.2"}), ("rounds", {})],
)  # fmt: skip
@pytest.mark.parametrize("who", ["appraiser", "manager", "officer"])
def test_queries_do_not_grow_with_units(client, scored, open_round, province, make_unit, name, query, who):
    account = getattr(province, who)
    args = [] if name == "rounds" else [open_round.pk]
    counts = []
    for more in (3, 45):
        bulk(open_round, lambda code, n=more, **kw: make_unit(f"{n}-{code}", **kw), province, more)
        get(client, account, name, *args, **query)  # signs in, warms what is kept
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert get_only(client, name, *args, **query).status_code == 200
        counts.append(len(caught))
    assert counts[0] == counts[1] <= 16


def test_marks_of_what_is_due(scored, open_round, province):
    now = timezone.now()
    for left, mark in ((-1, "overdue"), (20, "day"), (100, "week"), (200, "")):
        Round.objects.filter(pk=open_round.pk).update(
            internal_due=now - datetime.timedelta(days=5), self_closes=now + datetime.timedelta(hours=left)
        )
        open_round.refresh_from_db()
        lines = progress.board(province.manager, open_round)
        assert {line.mark for line in lines} == {mark}
    Round.objects.filter(pk=open_round.pk).update(self_closes=now - datetime.timedelta(hours=1))
    open_round.refresh_from_db()
    until = now + datetime.timedelta(hours=5)
    opening.stage_reopen(scored, stage="self", until=until, reason="Mất điện", acting=SYSTEM)
    marks = {line.entry.unit.code: line.mark for line in progress.board(province.manager, open_round)}
    assert marks == {"so-gd": "day", "so-tp": "overdue"}
    Entry.objects.update(status=Entry.Status.CONCLUDED)
    assert {line.mark for line in progress.board(province.manager, open_round)} == {""}


def test_filters(client, scored, open_round, province):
    Entry.objects.filter(pk=scored.pk).update(status="submitted")
    answer = get(client, province.manager, "round", open_round.pk, status="submitted")
    assert [line["entry"].pk for line in answer.context["lines"]] == [scored.pk]
    answer = get(client, province.manager, "round", open_round.pk, due="overdue")
    assert answer.context["lines"] == []
    assert "No unit fits" in answer.content.decode() or answer.context["filtered"]


def test_the_office_sees_who_has_not_answered(client, scored, open_round, province):
    due = timezone.now() - datetime.timedelta(days=1)
    Assignment.objects.filter(office=province.division).update(due=due)
    Assignment.objects.filter(office=province.office).update(state="answered")
    answer = get(client, province.officer, "round", open_round.pk)
    first, *rest = answer.context["offices"]
    assert (first.office, first.mark) == (province.division, "overdue")
    assert first.answered == 0 and first.given == len(first.waiting)
    assert [o.office for o in rest if not o.waiting] == [province.office]
    assert get(client, province.manager, "round", open_round.pk).context["offices"] == []


# The ranking ----------------------------------------------------------------------------------------------------


def _ranks(account, round_, **more):
    by_group, counts = standings.groups_of(account, round_)
    [(group, entries)] = by_group.items()
    node = more.pop("by", None)
    indicator_set = figures.set_of(entries[0].set_version)
    node = indicator_set.nodes[node] if node else None
    return standings.ranking(account, round_, group, entries, node=node, count=counts[group], **more)


def test_live_ranks_and_why_not(scored, open_round, province):
    found = _ranks(province.manager, open_round, stage="self")
    assert {(p.rank, p.why) for p in found.places} == {(None, "incomplete")}
    found = _ranks(province.manager, open_round, stage="self", include_incomplete=True)
    assert [(p.entry.unit.code, p.rank, p.score) for p in found.places] == [
        ("so-tp", 1, Fraction(3, 2)), ("so-gd", 2, Fraction(3, 10)),
    ]  # fmt: skip
    assert not found.in_percent  # a part of the decision's table is no index out of 100
    Entry.objects.filter(pk=scored.pk).update(is_ranked=False)
    found = _ranks(province.manager, open_round, stage="self", include_incomplete=True)
    assert [(p.entry.unit.code, p.rank, p.why) for p in found.places] == [("so-tp", 1, ""), ("so-gd", None, "unranked")]


def test_by_part_and_by_criterion(scored, open_round, province):
    found = _ranks(province.manager, open_round, stage="self", by="7", include_incomplete=True)
    assert [(p.entry.unit.code, p.score) for p in found.places][0] == ("so-gd", Fraction(3, 10))
    found = _ranks(province.manager, open_round, stage="self", by="3.4.2")
    assert [(p.entry.unit.code, p.rank, p.share) for p in found.places] == [("so-tp", 1, 1), ("so-gd", 2, 0)]
    assert found.in_percent
    found = _ranks(province.manager, open_round, stage="self", by="7.3")
    assert [(p.entry.unit.code, p.why) for p in found.places] == [("so-gd", ""), ("so-tp", "no_result")]


def test_equal_results_share_a_rank(scored, open_round, province):
    criteria.criterion_score(scored, "3.4.2", stage="self", inputs=ALL_ON_TIME, edition=1, acting=SYSTEM)
    found = _ranks(province.manager, open_round, stage="self", by="3.4.2")
    assert [p.rank for p in found.places] == [1, 1]


def test_change_against_the_round_before(client, scored, open_round, province, dates):
    published(open_round, scored)
    Entry.objects.filter(pk=scored.pk).update(rank=3)
    after = preparing.round_prepare(
        unit=province.home, title="2024", year=2024, dates=dates, previous=open_round, acting=SYSTEM
    )
    preparing.round_set_assign(after, group="so", set_version=scored.set_version, acting=SYSTEM)
    opening.round_open(after, units=[province.education], acting=SYSTEM)
    entry = after.entries.get()
    entry.refresh_from_db()
    criteria.criterion_score(entry, "7.3", stage="self", inputs={"items": "500"}, acting=SYSTEM)
    after.refresh_from_db()
    entry.refresh_from_db()
    [place] = _ranks(province.manager, after, stage="self", include_incomplete=True).places
    assert (place.places, place.gain, place.gain_in) == (2, Fraction(1, 5), "points")  # 0.3 → 0.5
    text = get(client, province.manager, "ranking", after.pk, incomplete="on").content.decode()
    assert "2 places up" in text or "2 bậc" in text or "places up" in text
    found = profiles.profile(province.officer, entry, "self", "en")
    part = next(part for part in found.parts if part.node.id == "7")
    assert part.change == Fraction(1, 5)
