"""Whose trail an entry and a round belong to: the readers of the unit's and of whoever runs the round."""

import pytest

from minhbach.org.models import Chain
from minhbach.org.people.actions import role_grant
from minhbach.org.permissions import SYSTEM
from minhbach.org.trail.queries import abouts, chains_visible, events_visible

pytestmark = pytest.mark.django_db


def readable(account) -> set[str]:
    return set(chains_visible(account).values_list("name", flat=True))


def test_the_trail_of_an_entry_is_read_by_its_unit_and_by_who_runs_the_round(entry, province, make_account):
    rival = entry.round.entries.get(unit=province.justice)
    local = make_account("quan-tri-gd", province.education, "administrator")
    assert {entry.chain} <= readable(local)
    assert not {rival.chain, f"round:{entry.round_id}"} & readable(local)
    assert {entry.chain, rival.chain, f"round:{entry.round_id}"} <= readable(province.manager)
    assert Chain.objects.filter(name=f"unit:{province.education.pk}:offices").exists()
    assert f"unit:{province.education.pk}:offices" in readable(local)
    assert not readable(province.officer), "who may not read the trail reads none of it"
    role_grant(province.officer.person, role_code="auditor", unit=province.education, acting=SYSTEM)
    assert entry.chain in readable(province.officer)


def test_events_of_rounds_are_named_after_them(entry, province, django_assert_max_num_queries):
    events = list(events_visible(province.auditor).filter(verb__startswith="indices.").select_related("chain"))
    with django_assert_max_num_queries(4):  # entries, rounds, units
        about = abouts(events)
    names = {about[event.pk].name for event in events}
    assert {str(entry), str(entry.round), str(province.education)} <= names
