"""What tests of the outlook share: a department whose work is known for most of a year."""

import datetime

import pytest
from django.utils import timezone

from minhbach.dossiers.models import Dossier
from minhbach.dossiers.states import Channel, Status
from minhbach.indices.actions import opening, preparing
from minhbach.indices.actions.sets import catalogue_load
from minhbach.indices.models import Round
from minhbach.org.permissions import SYSTEM

DAYS, LEFT = 280, 60
DAY = datetime.timedelta(days=1)


def copies(dossier, days, **more):
    """Dossiers like this one, received so many days ago each, handled within five of seven days."""
    fields = {f.attname: getattr(dossier, f.attname) for f in Dossier._meta.concrete_fields if not f.primary_key}
    now, made = timezone.now(), []
    for n, ago in enumerate(days):
        came = now - ago * DAY
        own = {"submitted_at": came, "received_at": came, "first_due_at": came + 7 * DAY, "due_at": came + 7 * DAY}
        if ago > 5:
            own |= {"status": 9, "outcome": "granted", "finished_at": came + 5 * DAY, "step": ""}
        own |= {key: value(n, came) if callable(value) else value for key, value in more.items()}
        made.append(Dossier(**{**fields, **own, "code": f"{dossier.code}.{Dossier.objects.count()}.{n}"}))
    return Dossier.objects.bulk_create(made)


@pytest.fixture
def entry(desk, make_dossier, dates):
    """A department in a round that counts 280 days back and 60 ahead. A dossier a day has come, by turns online and at
    the counter, each ended in time; of the latest, those of the last five days are open."""
    desk.agency.group = "so"
    desk.agency.save()
    version = catalogue_load("hai-phong-so-2023", acting=SYSTEM)
    round_ = preparing.round_prepare(unit=desk.agency, title="Thử", year=2026, dates=dates, acting=SYSTEM)
    preparing.round_set_assign(round_, group="so", set_version=version, acting=SYSTEM)
    [made] = opening.round_open(round_, units=[desk.agency], acting=SYSTEM)
    today = timezone.localdate()
    Round.objects.filter(pk=round_.pk).update(counts_from=today - DAYS * DAY, counts_to=today + LEFT * DAY)
    first = make_dossier()
    copies(first, range(1, DAYS + 1), channel=lambda n, came: Channel.ONLINE if n % 2 else Channel.COUNTER)
    unread = {"status": Status.NEW, "received_at": None, "first_due_at": None, "due_at": None}
    Dossier.objects.filter(pk=first.pk).update(**unread)  # sent, but not taken in: it counts nowhere
    made.refresh_from_db()
    return made


@pytest.fixture
def officer(desk, make_account):
    return make_account("cchc", desk.agency, "reform_officer")
