"""A dossier acknowledged is never lost, and nothing half done stays: the process is killed at any instant."""

import json

from minhbach.org.tests.concurrency import python

KILLS = 300
PORTAL_KILLS, IMPORT_KILLS, SIGNING_KILLS = 40, 20, 12


def test_killed_at_any_instant(fresh_database):
    said = python(fresh_database, "-m", "minhbach.dossiers.tests.killing", str(KILLS), "1")
    found = json.loads(said.splitlines()[-1])
    assert found["dossiers"] > 50 and found["told"] > 200 and found["payments"] > 20, found  # they really worked
    assert {key: found[key] for key in ("lost", "broken", "gaps", "trail")} == {
        "lost": [],
        "broken": [],
        "gaps": [],
        "trail": [],
    }


def test_the_portal_is_told_each_change_once_though_senders_are_killed(fresh_database, tmp_path):
    program = "minhbach.dossiers.tests.killing_portal"
    said = python(fresh_database, "-m", program, str(PORTAL_KILLS), "1", str(tmp_path / "stand-in.sqlite3"))
    found = json.loads(said.splitlines()[-1])
    assert found["told"] > PORTAL_KILLS, found  # they really worked
    assert {key: found[key] for key in ("unsent", "events", "differ")} == {"unsent": 0, "events": 0, "differ": []}


def test_an_import_that_is_killed_again_and_again_is_whole_in_the_end(fresh_database, tmp_path):
    program = "minhbach.dossiers.tests.killing_import"
    said = python(fresh_database, "-m", program, str(IMPORT_KILLS), "1", str(tmp_path))
    found = json.loads(said.splitlines()[-1])
    assert found["killed"] > 5, found
    assert found["state"] == "done" and found["counts"] == [1500, 1500, 0, 0, 0], found
    assert (found["there"], found["trail"]) == ([1500, 1500], []), found


def test_results_are_signed_numbered_and_sealed_whole_or_not_at_all(fresh_database, tmp_path):
    program = "minhbach.dossiers.tests.killing_signing"
    said = python(fresh_database, "-m", program, str(SIGNING_KILLS), "1", str(tmp_path))
    found = json.loads(said.splitlines()[-1])
    assert found.pop("told") > 0
    numbers, signatures = [1, 2, 3, 4, 5], [[True, True]] * 5
    assert found == {"lost": [], "numbers": numbers, "written": numbers, "signed": signatures, "trail": []}
