"""The tallies at 1,000,000 dossiers on PostgreSQL: counted anew against a pass by hand, a board after a
change, and the rows behind a figure.

The hand-written pass groups the dossiers by office, day and procedure once for each declaration, with the same counts,
and keeps the lines in a table. Uses the server of TEST_DATABASE_URL; TALLIES says another size.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path

import dossier_data
from run import Measure

SIZE = int(os.environ.get("TALLIES", "1000000"))
NAME = "minhbach_tallies"
LATE_ENDED, OPEN_LATE = (
    "finished_at > first_due_at",
    "(finished_at IS NULL AND first_due_at < now() AND paused_at IS NULL)",
)
LATE, SORRY = f"({LATE_ENDED} OR {OPEN_LATE})", "apologised_at <= now()"
EXTENDED = "finished_at > due_at"
BY_HAND = {
    "received_at": """
        received_at <= now(); channel = 'online'; channel = 'post'; channel = 'counter';
        supplements >= 1; supplements >= 2
    """,
    "coalesce(finished_at, first_due_at)": f"""
        outcome <> 'not_received' AND (finished_at <= now() OR {OPEN_LATE}); finished_at <= now();
        finished_at <= first_due_at; finished_at <= due_at; {LATE}; {LATE_ENDED}; {OPEN_LATE}; {LATE} AND {SORRY};
        {LATE} AND extended; {LATE_ENDED} AND {SORRY}; {LATE_ENDED} AND extended; {LATE} AND apologised_at IS NULL;
        {EXTENDED}; {EXTENDED} AND {SORRY}; {EXTENDED} AND extended; outcome = 'granted'; outcome = 'refused'
    """,
    "returned_at": "returned_at <= now(); return_by = 'online'; return_by = 'post'; return_by = 'counter'",
}
AGENCIES, OFFICES = 200, 2
SETS = "hai-phong-so-2023", "qd766-2022"


def run() -> list[Measure]:
    import psycopg

    url = os.environ.get("TEST_DATABASE_URL", "postgres:///postgres")
    try:
        connection = psycopg.connect(url, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        print("left out: tallies need PostgreSQL (set TEST_DATABASE_URL)")
        return []
    with connection:
        connection.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {NAME}")
        settings = {
            "DATABASE_URL": url.rpartition("/")[0] + f"/{NAME}",
            "DJANGO_SETTINGS_MODULE": "minhbach.config.settings",
            "MINHBACH_DEMO": "1",
        }
        try:
            # In a process of its own: another benchmark may have set Django up for another database.
            done = subprocess.run(
                [sys.executable, __file__], env=os.environ | settings, check=True, stdout=subprocess.PIPE, text=True
            )
        finally:
            connection.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
    return [Measure(**row) for row in json.loads(done.stdout.splitlines()[-1])]


def alone() -> list[Measure]:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from minhbach.dossiers.measures import HANDLED, RECEIVED, RETURNED
    from minhbach.dossiers.models import Dossier
    from minhbach.measures import figures, tallies
    from minhbach.measures.models import Mark
    from minhbach.org.models import Unit
    from minhbach.scoring.catalogue import find

    call_command("migrate", verbosity=0)
    made = dossier_data.province(AGENCIES, OFFICES)
    with connection.cursor() as cursor:
        dossier_data.fill(cursor, made, 1, SIZE)
        Mark.objects.all().delete()  # of the filling, which is not what is measured
        cursor.execute("ANALYZE")
        cursor.execute("CHECKPOINT")
        tables = RECEIVED, HANDLED, RETURNED
        by_hand = timed(
            lambda: [grouped(cursor, rows, *said) for rows, said in zip(tables, BY_HAND.items(), strict=True)]
        )
        rebuilt = timed(lambda: [tallies.rebuild(rows) for rows in tables])
        cursor.execute("ANALYZE")
    units = figures.counted_for(Unit.objects.filter(offers__isnull=False).distinct())
    inputs = [spec for code in SETS for leaf in find(code).leaves for spec in leaf.inputs.values()]
    keys = [spec.measure for spec in inputs if spec.measure in figures.FIGURES]
    last = date.today()
    first = last - timedelta(days=364)

    def board() -> None:
        figures.values(keys, units, first, last)

    timed(board)
    taken = []
    for dossier in Dossier.objects.filter(finished_at=None).order_by("?")[:21]:
        Dossier.objects.filter(pk=dossier.pk).update(supplements=dossier.supplements + 1)
        taken.append(timed(board))
    after = statistics.median(taken)
    one, other = figures.FIGURES["dossiers_received"], figures.FIGURES["dossiers_online"]

    def behind(unit: int) -> None:
        rows = figures.rows(one, units[unit], first, last, without=other)
        assert list(one.of.listing.laid(rows)[:50]) and rows.count()

    opened = statistics.median(timed(lambda unit=unit: behind(unit)) for unit in list(units)[::10])
    what = f"{SIZE:,} dossiers, {len(units)} units"
    return [
        Measure(
            f"tallies of three tables counted anew, {what}", rebuilt, by_hand, "GROUP BY … FILTER by hand", aim=2.0
        ),
        Measure(f"{len(set(keys))} figures of a year after a change, {what}", after, 0.050, "the promise", aim=1.0),
        Measure(f"the first 50 rows behind a figure, and how many, {what}", opened, 0.050, "the promise", aim=1.0),
    ]


def grouped(cursor, rows, moment: str, said: str) -> None:
    """Counts by hand into a table what the declaration counts, by the same day: as many counts as it has."""
    conditions = said.split(";")
    assert len(conditions) == len(rows.counts), f"{rows.key} is counted otherwise by now: say it by hand, too"
    counts = ", ".join(f"count(*) FILTER (WHERE {condition})" for condition in conditions)
    names = ", ".join(f"c{n}" for n in range(len(conditions)))
    cursor.execute("DROP TABLE IF EXISTS by_hand")
    cursor.execute(
        f"CREATE TABLE by_hand (office, day, procedure, {names}) AS SELECT office_id,"
        f" ({moment} AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, procedure_id, {counts}"
        f" FROM dossiers_dossier WHERE {moment} IS NOT NULL GROUP BY 1, 2, 3"
    )


def timed(do) -> float:
    begin = time.perf_counter()
    do()
    return time.perf_counter() - begin


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    print(json.dumps([asdict(measure) for measure in alone()]))
