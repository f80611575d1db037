"""What the tests of boards and profiles share."""

import pytest
from django.urls import reverse

from minhbach.indices.actions import appraisal, concluding, criteria, publishing
from minhbach.indices.models import Entry
from minhbach.org.permissions import SYSTEM

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


def published(round_, entry):
    """The round over, with what is scored so far."""
    Entry.objects.filter(pk=entry.pk).update(status="submitted")
    entry.refresh_from_db()
    appraisal.scores_copy(entry, stage="appraisal_1", acting=SYSTEM)
    appraisal.explanations_send(entry, acting=SYSTEM)
    appraisal.entry_conclude(entry, acting=SYSTEM)
    concluding.round_close(round_, acting=SYSTEM)
    publishing.round_publish(round_, decision="01/QĐ-UBND", acting=SYSTEM)
    entry.refresh_from_db()
    round_.refresh_from_db()


def get(client, account, name, *args, **query):
    if account is not None:
        client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    else:
        client.logout()
    return client.get(reverse(f"indices:{name}", args=args), query, headers={"accept-language": "en"})


def bulk(open_round, make_unit, province, count):
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


def get_only(client, name, *args, **query):
    return client.get(reverse(f"indices:{name}", args=args), query)
