"""`make test`: the whole suite on SQLite, and the tests that touch a database again on PostgreSQL.

What this machine cannot serve is named first and left out; with REQUIRE_ALL=1 each omission is a failure.

TEST_DATABASE_URL  a PostgreSQL server on which test databases may be made and dropped
CHROMIUM           the browser, /usr/bin/chromium unless said otherwise
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def postgresql() -> str | None:
    """The URL of a server that answers, or None."""
    url = os.environ.get("TEST_DATABASE_URL", "postgres:///postgres")
    import psycopg

    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.OperationalError:
        return None
    return url


def run(name: str, *arguments: str, **environment: str) -> bool:
    print(f"== {name}", flush=True)
    command = [sys.executable, "-m", "pytest", "--numprocesses=2", "--dist=loadgroup", *arguments]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=False)
    return done.returncode == 0


def main(arguments: list[str]) -> int:
    url = postgresql()
    omitted = []
    if url is None:
        omitted.append("PostgreSQL (set TEST_DATABASE_URL): the tests of the database run on SQLite only")
    if not Path(os.environ.get("CHROMIUM", "/usr/bin/chromium")).exists():
        omitted.append("Chromium (set CHROMIUM): no page is opened in a browser")
    for omission in omitted:
        print(f"left out: {omission}")
    if omitted and os.environ.get("REQUIRE_ALL") == "1":
        print("REQUIRE_ALL=1: every omission is a failure")
        return 1
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    os.environ.clear()
    os.environ.update(environment)
    good = run("everything, on SQLite", *arguments)
    if url is not None:
        good = run("what touches a database, on PostgreSQL", "--database-only", *arguments, DATABASE_URL=url) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
