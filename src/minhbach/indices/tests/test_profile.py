"""The profile of a unit and what-if: what they show, to whom, and with how many queries."""

import json
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from minhbach.indices import figures, profiles, queries, trials
from minhbach.indices.actions import criteria, opening, preparing
from minhbach.indices.actions.sets import catalogue_load
from minhbach.indices.models import Entry, Score
from minhbach.indices.tests.boards import ALL_ON_TIME, bulk, get, get_only, published, scored
from minhbach.org.permissions import SYSTEM

__all__ = ["scored"]
pytestmark = pytest.mark.django_db


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
    published(open_round, scored)
    Score.objects.filter(entry=scored, criterion="7.3").update(inputs={"items": "0"})
    found = profiles.profile(province.officer, scored, "final", "vi")
    line = next(line for line in found.lines if line.node.id == "7.3")
    assert line.score == Fraction(3, 10)
    assert line.lines == tuple(scored.sealed["criteria"]["7.3"]["explanation"]["vi"])
    assert line.advice == ()  # advice is drawn only from the result that was sealed


def test_the_profile_has_a_fixed_number_of_queries(client, scored, open_round, province, make_unit):
    counts = []
    for more in (1, 30):
        bulk(open_round, lambda code, n=more, **kw: make_unit(f"{n}-{code}", **kw), province, more)
        get(client, province.appraiser, "profile", scored.pk)
        with CaptureQueriesContext(connection) as caught:
            get_only(client, "profile", scored.pk)
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
    page = get(client, province.officer, "what_if", scored.pk).content.decode()
    assert "excellent / good" not in page
    assert ">Excellent</option>" in page and ">Not given</option>" in page


def test_a_small_gain_is_not_shown_as_none(client, scored, province):
    """1.5 points by the rate: of 20,000 dossiers one more on time brings 0.000075, written 0.0001."""
    facts = {"handled": "20000", "on_time": "19500"}
    criteria.criterion_score(scored, "3.4.2", stage="self", inputs=facts, edition=1, acting=SYSTEM)
    page = get(client, province.officer, "profile", scored.pk).content.decode()
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
    round_ = preparing.round_prepare(unit=province.education, title="Trường", year=2026, dates=dates, acting=SYSTEM)
    preparing.round_set_assign(round_, group="lower_secondary", set_version=version, acting=SYSTEM)
    [entry] = opening.round_open(round_, units=[school], acting=SYSTEM)
    figures_ = {"issued_on": "2025-09-12", "tasks": "9", "tasks_done": "8"}
    criteria.criterion_score(entry, "A.1", stage="self", inputs=figures_, given_points="3", reason="x", acting=SYSTEM)
    start = trials.base(SYSTEM, Entry.objects.select_related("round__unit", "unit", "set_version").get(pk=entry.pk))
    trial = trials.attempt(start, {"A.1": figures_ | {"issued_on": "12/09/2025"}})
    assert (trial.result.score, trial.changed) == (3, [])


def test_no_advice_to_be_punished(province, make_unit, dates):
    """A penalty grows with its figures: more of it is never a way to more points."""
    school = make_unit("thcs", parent=province.education, kind="truong", group="lower_secondary")
    version = catalogue_load("truong-minh-hoa", acting=SYSTEM)
    round_ = preparing.round_prepare(unit=province.education, title="Trường", year=2026, dates=dates, acting=SYSTEM)
    preparing.round_set_assign(round_, group="lower_secondary", set_version=version, acting=SYSTEM)
    [entry] = opening.round_open(round_, units=[school], acting=SYSTEM)
    leaf = next(x for x in figures.set_of(version).leaves if x.kind == "penalty")
    inputs = {key: "1" for key, _type, _spec in leaf.fact_keys()}
    criteria.criterion_score(entry, leaf.id, stage="self", inputs=inputs, acting=SYSTEM)
    entry = Entry.objects.select_related("round__unit", "unit", "set_version").get(pk=entry.pk)
    found = profiles.profile(SYSTEM, entry, "self", "en")
    assert [x.node.id for x in found.adjustments] == [leaf.id]
    assert not [line for line in found.cheapest if line.node.kind == "penalty"]
