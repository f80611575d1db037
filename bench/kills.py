"""Officers whose process is killed at any instant, thousands of times, on SQLite and, with a server, on PostgreSQL.

Nothing acknowledged may be lost, nothing half done may stay, codes leave no gap: what is found otherwise stops the run.
`make test` does the same with 300 kills per database. KILLS says how many; TEST_DATABASE_URL names the server.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

from run import Measure

KILLS = int(os.environ.get("KILLS", "2000"))
NAME = "minhbach_kills"
FAULTS = ("lost", "broken", "gaps", "trail")


def run() -> list[Measure]:
    for name, database in (("SQLite", _sqlite), ("PostgreSQL", _postgresql)):
        with database() as url:
            if url:
                _killed(name, url)
    return []


def _killed(name: str, url: str) -> None:
    begin = time.perf_counter()
    settings = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "minhbach.config.settings", "MINHBACH_DEMO": "1"}
    command = [sys.executable, "-m", "minhbach.dossiers.tests.killing", str(KILLS), "2"]
    done = subprocess.run(command, env=os.environ | settings, check=True, stdout=subprocess.PIPE, text=True)
    found = json.loads(done.stdout.splitlines()[-1])
    faults = {fault: found[fault] for fault in FAULTS if found[fault]}
    print(
        f"  {name}: {KILLS:,} kills in {time.perf_counter() - begin:.0f} s, {found['dossiers']:,} dossiers, "
        f"{found['told']:,} acknowledged actions; faults: {faults or 'none'}",
        flush=True,
    )
    if faults:
        raise SystemExit(f"after {KILLS} kills on {name}: {faults}")


@contextmanager
def _sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{folder}/kills.sqlite3"


@contextmanager
def _postgresql() -> Iterator[str | None]:
    import psycopg

    url = os.environ.get("TEST_DATABASE_URL", "postgres:///postgres")
    try:
        connection = psycopg.connect(url, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        print("left out: kills on PostgreSQL (set TEST_DATABASE_URL)")
        yield None
        return
    with connection:
        connection.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {NAME}")
        try:
            yield url.rpartition("/")[0] + f"/{NAME}"
        finally:
            connection.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
