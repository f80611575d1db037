"""Checks of sets and rounds: each finds its constructed fault, and nothing where all is well."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from minhbach.indices.figures import digest_of
from minhbach.indices.models import Entry, Round, SetVersion
from minhbach.org.health import Look, all_checks
from minhbach.org.health.looking import look
from minhbach.org.permissions import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def found(key):
    check = next(check for check in all_checks() if check.key == key)
    return [fault.says for fault in look(SYSTEM, check, Look(timezone.now()), size=50).faults]


def test_a_round_in_order(open_round):
    ours = [check.key for check in all_checks() if check.key.startswith("indices.")]
    assert len(ours) == 5
    assert {key: found(key) for key in ours if found(key)} == {}


def test_a_released_set_that_was_changed(open_round):
    version = SetVersion.objects.get()
    SetVersion.objects.update(text=version.text + "\n")
    assert found("indices.set_changed") == [f"hai-phong-so-2023, version {version.version}"]


def test_a_set_in_use_with_errors(open_round):
    version = SetVersion.objects.get()
    text = version.text.replace("maximum: 0.5", "maximum: 0.75", 1)
    assert text != version.text
    SetVersion.objects.update(text=text, digest=digest_of(text))
    assert all(said.startswith("hai-phong-so-2023: ") for said in found("indices.set_with_errors"))
    assert found("indices.set_with_errors")
    Round.objects.update(status=Round.Status.CLOSED)
    assert found("indices.set_with_errors") == []


def test_a_round_that_is_over_and_not_concluded(open_round):
    now = timezone.now()
    days = {"self_opens": 60, "internal_due": 50, "self_closes": 40, "appraisal_1_closes": 30, "explanation_closes": 20}
    moments = {name: now - timedelta(days=n) for name, n in days.items()}
    ended = now - timedelta(days=1)
    Round.objects.update(**moments, appraisal_2_closes=ended)
    assert found("indices.round_overdue") == [f"Năm 2023, ended on {timezone.localdate(ended):%d/%m/%Y}"]
    left = Entry.objects.first().criteria
    assert found("indices.entry_unanswered") == [f"Năm 2023: {left} criteria not answered"] * 2
    Entry.objects.update(answered=left)
    assert found("indices.entry_unanswered") == []
