"""Fixtures of the live index: a department whose dossiers are kept here, in a round of its own."""

from datetime import datetime
from types import SimpleNamespace

import pytest
from django.utils import timezone

from minhbach.dossiers.models import Dossier
from minhbach.indices.actions import opening, preparing
from minhbach.indices.actions.sets import catalogue_load
from minhbach.org.models import Unit
from minhbach.org.permissions import SYSTEM

YEAR = 2026
MARCH = (2026, 3)
"""A month whose 2nd is a Monday."""


def moment(day: int, hour: int = 9) -> datetime:
    return timezone.make_aware(datetime(*MARCH, day, hour))


@pytest.fixture
def live(desk, make_unit, make_account, dates):
    """Hải Phòng 2023 over the year 2026, open for the department of `desk` and for one that keeps no dossiers here."""
    shop = SimpleNamespace(**vars(desk))
    shop.elsewhere = make_unit("so-tp", kind="so", parent=desk.agency, name="Sở Tư pháp", group="so")
    Unit.objects.filter(pk=desk.agency.pk).update(group="so")
    desk.agency.refresh_from_db()
    version = catalogue_load("hai-phong-so-2023", acting=SYSTEM)
    shop.round = preparing.round_prepare(unit=desk.agency, title="Năm 2026", year=YEAR, dates=dates, acting=SYSTEM)
    preparing.round_set_assign(shop.round, group="so", set_version=version, acting=SYSTEM)
    opening.round_open(shop.round, units=[desk.agency, shop.elsewhere], acting=SYSTEM)
    shop.round.refresh_from_db()
    shop.entry = shop.round.entries.get(unit=desk.agency)
    shop.other = shop.round.entries.get(unit=shop.elsewhere)
    shop.officer = make_account("cchc", desk.agency, "reform_officer")
    shop.manager = make_account("quan-tri", desk.agency, "administrator")
    shop.reporter = make_account("cchc-tp", shop.elsewhere, "reform_officer")
    return shop


@pytest.fixture
def three_handled(make_dossier):
    """Received on 2 March by the counter, due on the 9th at 9:00: one ended in time, one a day late, one a day late
    too, on the 11th."""
    made = [make_dossier(submitted_at=moment(2), at=moment(2)) for _ in range(3)]
    for dossier, day in zip(made, (6, 10, 11), strict=True):
        Dossier.objects.filter(pk=dossier.pk).update(status=9, outcome="granted", finished_at=moment(day))
    return made
