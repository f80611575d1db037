"""Boards, rankings, profiles and what-if: what they show, to whom, and with how many queries."""

import datetime
import io
import json
import re
import zipfile
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from minhbach.indices import figures, profiles, progress, queries, standings, trials
from minhbach.indices.actions import appraisal, criteria, rounds
from minhbach.indices.actions.sets import catalogue_load
from minhbach.indices.models import Assignment, Entry, Round, Score
from minhbach.org.permissions import SYSTEM

pytestmark = pytest.mark.django_db

ON_TIME = {"handled": "200", "on_time": "189"}  # 94.5 %: no points, one more on-time dossier brings 1.425
ALL_ON_TIME = {"handled": "200", "on_time": "200"}


@pytest.fixture
def scored(entry, open_round, province):
    """Two criteria of the education department, one of the justice department."""
    other = open_round.entries.get(unit=province.justice)
    criteria.criterion_score(entry, "3.4.2", stage="self", inputs=ON_TIME, acting=SYSTEM)
    criteria.criterion_score(entry, "7.3", stage="self", inputs={"items": "180"}, acting=SYSTEM)
    criteria.criterion_score(other, "3.4.2", stage="self", inputs=ALL_ON_TIME, acting=SYSTEM)
    entry.refresh_from_db()
    return entry


def _published(round_, entry):
    """The round over, with what is scored so far."""
    Entry.objects.filter(pk=entry.pk).update(status="submitted")
    entry.refresh_from_db()
    appraisal.scores_copy(entry, stage="appraisal_1", acting=SYSTEM)
    appraisal.explanations_send(entry, acting=SYSTEM)
    appraisal.entry_conclude(entry, acting=SYSTEM)
    rounds.round_close(round_, acting=SYSTEM)
    rounds.round_publish(round_, decision="01/QĐ-UBND", acting=SYSTEM)
    entry.refresh_from_db()
    round_.refresh_from_db()


def _get(client, account, name, *args, **query):
    if account is not None:
        client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    else:
        client.logout()
    return client.get(reverse(f"indices:{name}", args=args), query, headers={"accept-language": "en"})


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
            assert _get(client, account, name, pk).status_code == expected.get(who, 200), (name, who)
    # The other way about: the other department's entry.
    assert _get(client, province.officer, "profile", other.pk).status_code == 404
    assert _get(client, province.officer, "what_if", other.pk).status_code == 404
    assert _get(client, province.outsider, "profile", other.pk).status_code == 200


def test_a_draft_round_is_only_seen_by_who_runs_it(client, province, dates):
    draft = rounds.round_prepare(unit=province.home, title="2027", year=2027, dates=dates, acting=SYSTEM)
    assert _get(client, province.manager, "round", draft.pk).status_code == 200
    for account in (None, province.officer, province.appraiser, province.auditor):
        assert _get(client, account, "round", draft.pk).status_code == 404


def test_an_office_sees_progress_but_no_totals(client, scored, open_round, province):
    text = _get(client, province.clerk, "round", open_round.pk).content.decode()
    assert "2 / 37" in text
    assert "0.30" not in text  # the total of its department
    answer = _get(client, province.clerk, "ranking", open_round.pk)
    assert "ranking" not in answer.context or answer.context.get("ranking") is None
    answer = _get(client, province.specialist, "profile", scored.pk)
    shown = {line.node.id for line in answer.context["profile"].lines}
    assert "3.4.2" in shown and "3.1" not in shown
    assert answer.context["profile"].parts == []
    answer = _get(client, province.specialist, "what_if", scored.pk)
    assert {leaf.id for leaf in answer.context["start"].leaves} <= shown


def test_a_unit_sees_no_ranks_of_an_open_round(client, scored, open_round, province):
    answer = _get(client, province.officer, "ranking", open_round.pk, incomplete="on")
    found = answer.context["ranking"]
    assert found.hidden
    assert [(p.entry.pk, p.rank) for p in found.places] == [(scored.pk, None)]
    assert "Sở Tư pháp" not in answer.content.decode()


def test_an_appraising_body_compares_only_its_field(client, scored, open_round, province):
    # The justice department appraises field 3 of all units, and is a unit itself.
    answer = _get(client, province.justice_appraiser, "ranking", open_round.pk, by="3.4.2", stage="self")
    choices = {choice["id"] for choice in answer.context["choices"]}
    assert {"3", "3.4.2"} <= choices
    assert not {"", "7", "7.3"} & choices
    found = answer.context["ranking"]
    assert [(p.entry.unit.code, p.rank) for p in found.places] == [("so-tp", 1), ("so-gd", 2)]
    # Asked for what it may not see, it gets the first it may.
    assert _get(client, province.justice_appraiser, "ranking", open_round.pk, by="7.3").context["by"] == "3"


def test_the_public_sees_what_was_concluded(client, scored, open_round, province):
    criteria.criterion_score(
        scored, "3.1", stage="self", inputs={}, given_points="0.1", reason="Lý do của người chấm",
        note="Ghi chú nội bộ", acting=province.officer,
    )  # fmt: skip
    _published(open_round, scored)
    assert _get(client, None, "rounds").status_code == 200
    answer = _get(client, None, "ranking", open_round.pk, stage="self")
    assert answer.context["stage_label"] == "Final"
    answer = _get(client, None, "profile", scored.pk, stage="self")
    text = answer.content.decode()
    assert answer.context["profile"].stage == "final"
    assert "Áp dụng" in text or "applies" in text or "Bậc" in text
    person = str(province.officer.person)
    for private in (person, "Lý do của người chấm", "Ghi chú nội bộ"):
        assert private not in text
    assert _get(client, None, "what_if", scored.pk).status_code == 404
    assert _get(client, province.outsider, "what_if", scored.pk).status_code == 404
    assert _get(client, province.officer, "what_if", scored.pk).status_code == 200


# The board ------------------------------------------------------------------------------------------------------


def test_of_a_round_that_is_over_nobody_is_still_scoring(client, scored, open_round, province):
    _published(open_round, scored)
    board = _get(client, None, "round", open_round.pk).content.decode()
    assert "Never submitted" in board and "Concluded" in board
    assert "Being self-scored" not in board
    other = open_round.entries.get(unit=province.justice)
    assert "not finished" in _get(client, None, "entry", other.pk).content.decode()


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
    _published(open_round, scored)
    pages = [("round", open_round.pk), ("entry", other.pk), ("profile", other.pk), ("criterion", other.pk, "3.4.2")]
    pages += [("export", other.pk, part, kind) for part in ("self-score", "report") for kind in ("xlsx", "json")]
    for name, *args in pages:
        answer = _get(client, who and getattr(province, who), name, *args)
        shown = b"".join(answer) if answer.streaming else answer.content
        assert not re.search(r"0[.,]7321|Lý do kín", _text(shown)), (name, args)
    # The other units are still compared in total, by part and by criterion.
    answer = _get(client, None, "ranking", open_round.pk, by="3.4.2")
    assert {"", "3", "3.4.2"} <= {choice["id"] for choice in answer.context["choices"]}
    assert {place.entry.pk: place.rank for place in answer.context["ranking"].places} == {scored.pk: 1, other.pk: None}


def _text(content: bytes) -> str:
    """What a page or a workbook says."""
    if not content.startswith(b"PK"):
        return content.decode()
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return " ".join(file.read(name).decode() for name in file.namelist() if name.endswith(".xml"))


def _bulk(open_round, make_unit, province, count):
    """More units straight into the tables, for counting queries."""
    model = open_round.entries.first()
    units = [make_unit(f"them-{n}", parent=province.top, kind="so", group="so") for n in range(count)]
    Entry.objects.bulk_create(
        Entry(
            round=open_round, unit=unit, group="so", set_version=model.set_version, criteria=37, answered=n % 37,
            self_score=n, self_maximum=24, parts={"self": {"": [f"{n}", "24", 0], "3": ["1", "8", 0]}},
        )
        for n, unit in enumerate(units)
    )  # fmt: skip


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
        _bulk(open_round, lambda code, n=more, **kw: make_unit(f"{n}-{code}", **kw), province, more)
        _get(client, account, name, *args, **query)  # signs in, warms what is kept
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert _get_only(client, name, *args, **query).status_code == 200
        counts.append(len(caught))
    assert counts[0] == counts[1] <= 16


def _get_only(client, name, *args, **query):
    return client.get(reverse(f"indices:{name}", args=args), query)


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
    rounds.stage_reopen(scored, stage="self", until=until, reason="Mất điện", acting=SYSTEM)
    marks = {line.entry.unit.code: line.mark for line in progress.board(province.manager, open_round)}
    assert marks == {"so-gd": "day", "so-tp": "overdue"}
    Entry.objects.update(status=Entry.Status.CONCLUDED)
    assert {line.mark for line in progress.board(province.manager, open_round)} == {""}


def test_filters(client, scored, open_round, province):
    Entry.objects.filter(pk=scored.pk).update(status="submitted")
    answer = _get(client, province.manager, "round", open_round.pk, status="submitted")
    assert [line["entry"].pk for line in answer.context["lines"]] == [scored.pk]
    answer = _get(client, province.manager, "round", open_round.pk, due="overdue")
    assert answer.context["lines"] == []
    assert "No unit fits" in answer.content.decode() or answer.context["filtered"]


def test_the_office_sees_who_has_not_answered(client, scored, open_round, province):
    due = timezone.now() - datetime.timedelta(days=1)
    Assignment.objects.filter(office=province.division).update(due=due)
    Assignment.objects.filter(office=province.office).update(state="answered")
    answer = _get(client, province.officer, "round", open_round.pk)
    first, *rest = answer.context["offices"]
    assert (first.office, first.mark) == (province.division, "overdue")
    assert first.answered == 0 and first.given == len(first.waiting)
    assert [o.office for o in rest if not o.waiting] == [province.office]
    assert _get(client, province.manager, "round", open_round.pk).context["offices"] == []


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
    _published(open_round, scored)
    Entry.objects.filter(pk=scored.pk).update(rank=3)
    after = rounds.round_prepare(
        unit=province.home, title="2024", year=2024, dates=dates, previous=open_round, acting=SYSTEM
    )
    rounds.round_set_assign(after, group="so", set_version=scored.set_version, acting=SYSTEM)
    rounds.round_open(after, units=[province.education], acting=SYSTEM)
    entry = after.entries.get()
    entry.refresh_from_db()
    criteria.criterion_score(entry, "7.3", stage="self", inputs={"items": "500"}, acting=SYSTEM)
    after.refresh_from_db()
    entry.refresh_from_db()
    [place] = _ranks(province.manager, after, stage="self", include_incomplete=True).places
    assert (place.places, place.gain, place.gain_in) == (2, Fraction(1, 5), "points")  # 0.3 → 0.5
    text = _get(client, province.manager, "ranking", after.pk, incomplete="on").content.decode()
    assert "2 places up" in text or "2 bậc" in text or "places up" in text
    found = profiles.profile(province.officer, entry, "self", "en")
    part = next(part for part in found.parts if part.node.id == "7")
    assert part.change == Fraction(1, 5)


# The profile ----------------------------------------------------------------------------------------------------


def test_the_cheapest_points_come_first(scored, province):
    found = profiles.profile(province.officer, scored, "self", "en")
    first = found.cheapest[0]
    assert first.node.id == "3.4.2"
    assert (first.advice[0].gain, first.advice[0].effort) == (Fraction("1.425"), 1)
    assert [line.node.id for line in found.strengths] == []
    part = next(part for part in found.parts if part.node.id == "3")
    assert (part.score, part.lost) == (0, Fraction(3, 2))
    assert part.score + part.lost + part.open == part.maximum


def test_peers_only_for_who_sees_all(scored, province):
    assert profiles.profile(province.officer, scored, "self", "en").peers == 0
    found = profiles.profile(province.appraiser, scored, "self", "en")
    part = next(part for part in found.parts if part.node.id == "3")
    assert found.peers == 2
    assert part.best == Fraction(3, 2) / part.maximum
    assert part.median == part.best / 2


def test_a_sealed_profile_is_what_was_concluded(scored, open_round, province):
    _published(open_round, scored)
    Score.objects.filter(entry=scored, criterion="7.3").update(inputs={"items": "0"})
    found = profiles.profile(province.officer, scored, "final", "vi")
    line = next(line for line in found.lines if line.node.id == "7.3")
    assert line.score == Fraction(3, 10)
    assert line.lines == tuple(scored.sealed["criteria"]["7.3"]["explanation"]["vi"])
    assert line.advice == ()  # advice is drawn only from the result that was sealed


def test_the_profile_has_a_fixed_number_of_queries(client, scored, open_round, province, make_unit):
    counts = []
    for more in (1, 30):
        _bulk(open_round, lambda code, n=more, **kw: make_unit(f"{n}-{code}", **kw), province, more)
        _get(client, province.appraiser, "profile", scored.pk)
        with CaptureQueriesContext(connection) as caught:
            _get_only(client, "profile", scored.pk)
        counts.append(len(caught))
    assert counts[0] == counts[1] <= 18


# What if --------------------------------------------------------------------------------------------------------


def _try(client, account, entry, htmx=True, **typed):
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    data = {f"x:{key}": value for key, value in typed.items()}
    headers = {"hx-request": "true"} if htmx else {}
    return client.post(reverse("indices:what_if", args=[entry.pk]), data, headers=headers)


def test_other_figures_are_answered_and_not_saved(client, scored, province):
    before = (Score.objects.count(), json.dumps(list(Entry.objects.values_list("self_score", "parts")), default=str))
    for htmx in (True, False):
        answer = _try(client, province.officer, scored, htmx, **{"3.4.2:handled": "200", "3.4.2:on_time": "200"})
        assert answer.status_code == 200
        assert answer.context["difference"] == Fraction(3, 2)
        assert (b"<html" in answer.content) is not htmx
    after = (Score.objects.count(), json.dumps(list(Entry.objects.values_list("self_score", "parts")), default=str))
    assert before == after


def test_choices_are_named_in_their_list_and_not_by_code(client, scored, province):
    page = _get(client, province.officer, "what_if", scored.pk).content.decode()
    assert "excellent / good" not in page
    assert ">Excellent</option>" in page and ">Not given</option>" in page


def test_a_small_gain_is_not_shown_as_none(client, scored, province):
    """1.5 points by the rate: of 20,000 dossiers one more on time brings 0.000075, written 0.0001."""
    facts = {"handled": "20000", "on_time": "19500"}
    criteria.criterion_score(scored, "3.4.2", stage="self", inputs=facts, edition=1, acting=SYSTEM)
    page = _get(client, province.officer, "profile", scored.pk).content.decode()
    assert "+0.0001" in page and "+0.00 " not in page


def test_wrong_figures_are_named_and_the_present_ones_stay(client, scored, province):
    for on_time in ("201", "hai trăm", "-3"):
        answer = _try(client, province.officer, scored, **{"3.4.2:handled": "200", "3.4.2:on_time": on_time})
        assert answer.context["difference"] == 0
        assert [row["outcome"].node.id for row in answer.context["wrong"]] == ["3.4.2"]


def test_the_rank_of_a_trial(client, scored, province):
    typed = {"3.4.2:handled": "200", "3.4.2:on_time": "200"}
    trial = _try(client, province.appraiser, scored, **typed).context["trial"]
    assert (trial.rank_now, trial.rank_then, trial.units) == (2, 1, 2)
    assert _try(client, province.officer, scored, **typed).context["trial"].rank_then is None


def test_points_given_by_hand_belong_to_their_figures(scored, province):
    criteria.criterion_score(
        scored, "3.4.2", stage="self", inputs=ALL_ON_TIME, given_points="1", reason="x", edition=1, acting=SYSTEM
    )
    start = trials.base(province.officer, scored)
    assert trials.attempt(start, {}).result.score == Fraction("1.3")
    assert trials.attempt(start, {"3.4.2": {"handled": "100", "on_time": "100"}}).result.score == Fraction("1.8")


def test_a_foreign_criterion_cannot_be_tried(client, scored, province):
    # 3.1 is not the specialist's: what they send for it is not looked at.
    answer = _try(client, province.specialist, scored, **{"3.1:plan_issued": "yes"})
    assert answer.status_code == 200
    assert "3.1" not in answer.context["trial"].outcomes


def test_sees_whole_is_the_rule_of_totals(scored, province):
    whole = {"officer", "head", "appraiser", "manager", "auditor"}
    for name in ("officer", "head", "appraiser", "manager", "auditor", "clerk", "specialist", "justice_appraiser"):
        assert queries.sees_whole(getattr(province, name), scored) == (name in whole), name


def test_a_date_written_otherwise_changes_nothing(province, make_unit, dates):
    """Points given by hand stay while the figures are the same, in whatever form they are sent."""
    school = make_unit("thcs", parent=province.education, kind="truong", group="lower_secondary")
    version = catalogue_load("truong-minh-hoa", acting=SYSTEM)
    round_ = rounds.round_prepare(unit=province.education, title="Trường", year=2026, dates=dates, acting=SYSTEM)
    rounds.round_set_assign(round_, group="lower_secondary", set_version=version, acting=SYSTEM)
    [entry] = rounds.round_open(round_, units=[school], acting=SYSTEM)
    figures_ = {"issued_on": "2025-09-12", "tasks": "9", "tasks_done": "8"}
    criteria.criterion_score(entry, "A.1", stage="self", inputs=figures_, given_points="3", reason="x", acting=SYSTEM)
    start = trials.base(SYSTEM, Entry.objects.select_related("round__unit", "unit", "set_version").get(pk=entry.pk))
    trial = trials.attempt(start, {"A.1": figures_ | {"issued_on": "12/09/2025"}})
    assert (trial.result.score, trial.changed) == (3, [])


def test_no_advice_to_be_punished(province, make_unit, dates):
    """A penalty grows with its figures: more of it is never a way to more points."""
    school = make_unit("thcs", parent=province.education, kind="truong", group="lower_secondary")
    version = catalogue_load("truong-minh-hoa", acting=SYSTEM)
    round_ = rounds.round_prepare(unit=province.education, title="Trường", year=2026, dates=dates, acting=SYSTEM)
    rounds.round_set_assign(round_, group="lower_secondary", set_version=version, acting=SYSTEM)
    [entry] = rounds.round_open(round_, units=[school], acting=SYSTEM)
    leaf = next(x for x in figures.set_of(version).leaves if x.kind == "penalty")
    inputs = {key: "1" for key, _type, _spec in leaf.fact_keys()}
    criteria.criterion_score(entry, leaf.id, stage="self", inputs=inputs, acting=SYSTEM)
    entry = Entry.objects.select_related("round__unit", "unit", "set_version").get(pk=entry.pk)
    found = profiles.profile(SYSTEM, entry, "self", "en")
    assert [x.node.id for x in found.adjustments] == [leaf.id]
    assert not [line for line in found.cheapest if line.node.kind == "penalty"]
