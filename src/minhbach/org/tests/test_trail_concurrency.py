"""Real processes extend the same chains at once: no fork, no gap."""

import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from minhbach.org.tests.concurrency import add_events

PROCESSES, EVENTS = 4, 50
SOURCE = str(Path(__file__).parents[3])

CHECK = """
import django; django.setup()
import json
from minhbach.org.models import Chain, Event
from minhbach.org.trail.verifying import verify
out = {c.name: list(c.events.values_list("seq", flat=True)) for c in Chain.objects.all()}
pids = {c.name: len({e.data["pid"] for e in c.events.all()}) for c in Chain.objects.all()}
print(json.dumps([out, pids, [str(p) for p in verify()]]))
"""


@pytest.fixture
def fresh_database(tmp_path, transactional_db):
    """The address of an empty database of the same vendor, which other processes can open."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path / 'trail.sqlite3'}"
        return
    here = connection.settings_dict
    name = f"{here['NAME']}_trail"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
    password = f":{here['PASSWORD']}" if here["PASSWORD"] else ""
    yield f"postgres://{here['USER']}{password}@{here['HOST']}:{here['PORT'] or 5432}/{name}"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def python(url, *arguments):
    environment = os.environ | {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "minhbach.config.settings",
        "MINHBACH_DEMO": "1",
        "PYTHONPATH": SOURCE,
    }
    done = subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("chains", [["unit:1"], ["unit:1", "round:1:unit:2", "unit:3"]])
def test_processes_never_fork_a_chain(fresh_database, chains):
    import json

    python(fresh_database, "-m", "django", "migrate", "-v0")
    spawn = multiprocessing.get_context("spawn")
    barrier, errors = spawn.Barrier(PROCESSES), spawn.Queue()
    # Every process takes the chains in the same order, as actions that lock several must.
    workers = [
        spawn.Process(target=add_events, args=(fresh_database, chains, EVENTS, barrier, errors))
        for _ in range(PROCESSES)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(180)
    assert [worker.exitcode for worker in workers] == [0] * PROCESSES, [errors.get() for _ in range(errors.qsize())]
    numbers, pids, problems = json.loads(python(fresh_database, "-c", CHECK).splitlines()[-1])
    assert problems == []
    assert numbers == {chain: list(range(1, PROCESSES * EVENTS + 1)) for chain in chains}
    assert pids == dict.fromkeys(chains, PROCESSES)
