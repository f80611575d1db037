"""Last year's values: only through the mapping where the sets differ, and always with where they came from."""

from fractions import Fraction

import pytest
from django.urls import reverse

from minhbach.indices import figures, profiles, standings, years
from minhbach.indices.actions import appraisal, concluding, criteria, entries, opening, preparing
from minhbach.indices.actions.sets import catalogue_load, set_release, set_save
from minhbach.indices.models import Entry, Round
from minhbach.org.permissions import SYSTEM
from minhbach.scoring import catalogue
from minhbach.scoring.mappings import Mapping, Pair

pytestmark = pytest.mark.django_db


def opened(province, dates, version, year, previous=None):
    round_ = preparing.round_prepare(
        unit=province.home, title=f"Năm {year}", year=year, dates=dates, previous=previous, acting=SYSTEM
    )
    preparing.round_set_assign(round_, group="so", set_version=version, acting=SYSTEM)
    [entry] = opening.round_open(round_, units=[province.education], acting=SYSTEM)
    round_.refresh_from_db()
    return round_, entry


@pytest.fixture
def two_years(province, dates):
    """Hải Phòng 2022 with figures, then 2023, where most codes mean something else."""
    before, old = opened(province, dates, catalogue_load("hai-phong-so-2022", acting=SYSTEM), 2022)
    for criterion, inputs in {
        "3.4.2": {"procedures": "71", "one_stop": "68"},
        "3.4.3": {"received": "412", "on_time": "403"},
        "3.4.4": {"posted_fully": "yes"},
        "3.5": {"petitions": "9"},
        "7.4.2": {"received": "412", "level_3": "173"},
        "7.4.3": {"received": "412", "level_4": "139"},
    }.items():
        criteria.criterion_score(old, criterion, stage="self", inputs=inputs, acting=SYSTEM)
    version = catalogue_load("hai-phong-so-2023", acting=SYSTEM)
    _round, new = opened(province, dates, version, 2023, previous=before)
    return old, new


@pytest.fixture
def panel(client, province, two_years):
    """What the page of a criterion says of the year before; empty where it says nothing."""

    def read(criterion, who="officer"):
        client.force_login(getattr(province, who), backend="allauth.account.auth_backends.AuthenticationBackend")
        client.cookies["django_language"] = "en"
        answer = client.get(reverse("indices:criterion", args=[two_years[1].pk, criterion]))
        assert answer.status_code == 200
        return " ".join(answer.content.decode().partition('id="last-year"')[2].partition("</section>")[0].split())

    return read


def test_a_criterion_that_was_renumbered_is_found_under_its_old_code(panel):
    shown = panel("3.4.1")  # in 2022 it was 3.4.2; 3.4.1 of 2022 is something else
    assert "The year before (2022)" in shown and "3.4.2 " in shown
    assert "71" in shown and "68" in shown
    assert "Counted in another way" not in shown
    assert "3.4.4 " in panel("3.3.5")


def test_a_changed_criterion_says_what_changed(panel):
    shown = panel("3.4.2")
    assert "3.4.3 " in shown and "403" in shown
    assert "Counted in another way since then" in shown
    assert "2022 counts of the dossiers received in the year" in shown


def test_what_was_merged_is_shown_whole(panel):
    shown = panel("7.4.2")
    assert "173" in shown and "139" in shown
    assert shown.count("one of several that became this criterion") == 2


@pytest.mark.parametrize("criterion", ["3.4.3", "3.5"])
def test_an_equal_code_alone_is_never_enough(panel, criterion):
    assert panel(criterion) == ""  # public apologies, digitisation: new in 2023 under codes that 2022 had


def test_only_who_sees_it_there_sees_it_here(panel, province, two_years):
    assert "403" in panel("3.4.2", "officer")
    # No office was given anything in 2022, so the division has nothing to see there.
    preparing.office_answer_for(province.education, code="P", offices=[province.division], acting=SYSTEM)
    due = two_years[1].round.internal_due
    entries.criterion_assign(two_years[1], "3.4.2", office=province.division, due=due, acting=SYSTEM)
    assert panel("3.4.2", "specialist") == ""


def test_between_sets_without_a_mapping_nothing_is_the_same():
    old, new = catalogue.find("papi-2018"), catalogue.find("hai-phong-so-2023")
    assert years.same_nodes(old, new) == {}
    assert all(years.counterparts(old, new, node) == [] for node in new.nodes)


def test_the_same_nodes_of_two_years():
    old, new = catalogue.find("hai-phong-so-2022"), catalogue.find("hai-phong-so-2023")
    same = years.same_nodes(old, new)
    assert same["3.3.5"] == "3.4.4" and same["7.1.2"] == "7.1.3"
    assert not {"", "3.4.2", "3.4.3", "7.4.2"} & set(same)  # the total of a part is worth what the part is


def test_versions_of_one_set_go_by_their_ids():
    indicator_set = catalogue.find("truong-minh-hoa")
    same = years.same_nodes(indicator_set, indicator_set)
    assert same[""] == "" and same["A.1"] == "A.1"


def test_a_figure_of_last_year_that_is_asked_for_again_is_filled_in(client, province, dates, make_unit):
    school = make_unit("thcs", parent=province.education, kind="truong", group="lower_secondary")
    version = catalogue_load("truong-minh-hoa", acting=SYSTEM)
    before = None
    for year in (2025, 2026):
        round_ = preparing.round_prepare(
            unit=province.education, title=f"{year}", year=year, dates=dates, previous=before, acting=SYSTEM
        )
        preparing.round_set_assign(round_, group="lower_secondary", set_version=version, acting=SYSTEM)
        [entry] = opening.round_open(round_, units=[school], acting=SYSTEM)
        if before is None:
            leaf = next(x for x in figures.set_of(version).leaves if any(i.previous for i in x.inputs.values()))
            inputs = {"overdue": "7", "overdue@previous": "11"}
            criteria.criterion_score(entry, leaf.id, stage="self", inputs=inputs, acting=SYSTEM)
            before = round_
    client.force_login(province.officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.cookies["django_language"] = "en"
    page = client.get(reverse("indices:criterion", args=[entry.pk, leaf.id])).content.decode()
    assert 'name="in.overdue@previous" value="7"' in page
    assert 'name="in.overdue" value="7"' not in page
    assert "Taken over from the round of the year before; please check." in page


# A year whose points can be compared ------------------------------------------------------------------------------


@pytest.fixture
def renumbered(province, dates, monkeypatch):
    """A set of 2024 where 3.3.2 is what 3.3.1 was in 2023; both are worth half a point."""
    version = catalogue_load("hai-phong-so-2023", acting=SYSTEM)
    before, old = opened(province, dates, version, 2023)
    criteria.criterion_score(old, "3.3.1", stage="self", inputs={"complete": "yes", "timely": "yes"}, acting=SYSTEM)
    Entry.objects.filter(pk=old.pk).update(status="submitted")
    appraisal.scores_copy(old, stage="appraisal_1", acting=SYSTEM)
    appraisal.explanations_send(old, acting=SYSTEM)
    appraisal.entry_conclude(old, acting=SYSTEM)
    concluding.round_close(before, acting=SYSTEM)
    Entry.objects.filter(pk=old.pk).update(rank=5)
    text = version.text.replace("code: hai-phong-so-2023", "code: so-2024", 1)
    next_version = set_release(set_save(text=text, unit=province.home, acting=SYSTEM), acting=SYSTEM)
    pairs = (Pair("same", "3.3.1", "3.3.2"), Pair("changed", "3.3.2", "3.3.1"), Pair("same", "3", "3"))
    mapping = Mapping("hai-phong-so-2023", "so-2024", pairs)
    monkeypatch.setattr(years, "mapping_between", lambda old, new: mapping)
    years._pairs.cache_clear()
    round_, new = opened(province, dates, next_version, 2024, previous=before)
    criteria.criterion_score(new, "3.3.2", stage="self", inputs={"procedures": "4", "announced": "0"}, acting=SYSTEM)
    criteria.criterion_score(new, "3.3.1", stage="self", inputs={"complete": "yes", "timely": "yes"}, acting=SYSTEM)
    yield Entry.objects.select_related("round__unit", "round__previous__unit", "unit", "set_version").get(pk=new.pk)
    years._pairs.cache_clear()


def test_the_profile_compares_through_the_mapping(renumbered, province):
    found = profiles.profile(province.officer, renumbered, "self", "en")
    changes = {line.node.id: line.change for line in found.lines}
    assert changes["3.3.2"] == Fraction(-1, 2)  # against 3.3.1 of the year before, which had full marks
    assert changes["3.3.1"] is None  # only "changed": its points are not compared
    assert found.change is None  # parts of two decisions' tables have no common total
    assert next(part for part in found.parts if part.node.id == "3").change == 0  # half a point then and now


def test_the_ranking_compares_through_the_mapping(renumbered, province):
    round_: Round = renumbered.round
    by_group, counts = standings.groups_of(province.manager, round_)
    nodes = figures.set_of(renumbered.set_version).nodes

    def place(node):
        found = standings.ranking(
            province.manager, round_, "so", by_group["so"], stage="self", node=node, count=counts["so"],
            include_incomplete=True,
        )  # fmt: skip
        return found.places[0]

    assert place(nodes["3"]).gain == 0
    assert place(nodes["7"]).gain is None  # the mapping does not name it
    total = place(None)
    assert (total.places, total.gain) == (4, None)
