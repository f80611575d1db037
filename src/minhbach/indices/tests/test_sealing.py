"""What was measured at the conclusion: the counts, the digests of their rows, and which figures pass for measured."""

import hashlib

import pytest

from minhbach.dossiers.models import Dossier
from minhbach.indices import figures
from minhbach.indices.exporting.data import fact_rows
from minhbach.indices.live import sealing
from minhbach.indices.live.sealing import measured_at_close
from minhbach.indices.models import Score

pytestmark = pytest.mark.django_db


def digest(*dossiers):
    return hashlib.sha256("".join(f"{dossier.pk}\n" for dossier in dossiers).encode()).hexdigest()


def sealed(live):
    for entry in (live.entry, live.other):
        entry.round = live.round
    return measured_at_close([live.entry, live.other], figures.set_of(live.entry.set_version))


def test_counts_and_digests(live, three_handled):
    found = sealed(live)
    assert found[live.entry.pk]["3.4.2"] == {
        "handled": {"figure": "dossiers_handled", "measured": "3", "rows_sha256": digest(*three_handled)},
        "on_time": {"figure": "dossiers_on_time", "measured": "1", "rows_sha256": digest(three_handled[0])},
    }
    assert "3.4.2" not in found[live.other.pk]  # it keeps no dossiers here


def test_the_digest_tells_other_rows_of_the_same_number(live, three_handled):
    before = sealed(live)[live.entry.pk]["3.4.2"]["on_time"]
    first, second, _third = (Dossier.objects.get(pk=dossier.pk) for dossier in three_handled)
    Dossier.objects.filter(pk=first.pk).update(finished_at=second.finished_at)
    Dossier.objects.filter(pk=second.pk).update(finished_at=first.finished_at)
    after = sealed(live)[live.entry.pk]["3.4.2"]["on_time"]
    assert (before["measured"], before["rows_sha256"]) == ("1", digest(first))
    assert (after["measured"], after["rows_sha256"]) == ("1", digest(second))


def test_of_too_many_rows_no_digest_is_made(live, three_handled, monkeypatch):
    monkeypatch.setattr(sealing, "MOST_ROWS", 2)
    found = sealed(live)[live.entry.pk]["3.4.2"]
    assert (found["handled"]["measured"], found["handled"]["rows_sha256"]) == ("3", "")
    assert found["on_time"]["rows_sha256"] == digest(three_handled[0])


def test_only_what_was_counted_passes_for_measured(live, three_handled):
    live.entry.sealed = {"measured": sealed(live)[live.entry.pk]}
    row = Score(entry=live.entry, criterion="3.4.2", stage="appraisal_2", inputs={"handled": "3", "on_time": "2"})
    lines = fact_rows(live.entry, figures.set_of(live.entry.set_version), [row], "en")
    rows = {line["input"]: line for line in lines}
    assert (rows["handled"]["obtained"], rows["handled"]["figure"]) == ("measured", "dossiers_handled")
    assert (rows["on_time"]["obtained"], rows["on_time"]["value"], rows["on_time"]["measured"]) == (
        "declared",
        "2",
        "1",
    )
