"""The tallies at 1,000,000 dossiers on PostgreSQL: counted anew against a pass by hand, and a board after a change.

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
BY_HAND = {
    "received_at": "channel = 'online'; channel = 'post'; channel = 'counter'; supplements >= 1; supplements >= 2",
    "coalesce(finished_at, first_due_at)": """
        status <> 3 AND (finished_at <= now() OR first_due_at < now()); finished_at <= first_due_at;
        finished_at <= due_at; finished_at <= first_due_at AND supplements <= 1;
        finished_at > first_due_at OR finished_at IS NULL AND first_due_at < now();
        finished_at IS NULL AND first_due_at < now();
        (finished_at > first_due_at OR finished_at IS NULL AND first_due_at < now()) AND apologised_at <= now();
        (finished_at > first_due_at OR finished_at IS NULL AND first_due_at < now()) AND apologised_at IS NULL;
        outcome = 'granted'; outcome = 'refused'
    """,
    "returned_at": "return_by = 'online'; return_by = 'post'; return_by = 'counter'",
}


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

    from minhbach.dossiers.models import Dossier
    from minhbach.measures import tallies
    from minhbach.measures.declaring import REGISTRY
    from minhbach.org.models import Unit

    call_command("migrate", verbosity=0)
    made = dossier_data.province()
    with connection.cursor() as cursor:
        dossier_data.fill(cursor, made, 1, SIZE)
        cursor.execute("CHECKPOINT")
        by_hand = timed(lambda: [grouped(cursor, moment, said) for moment, said in BY_HAND.items()])
        tallied = [rows for rows in REGISTRY.values() if rows.model == "dossiers.Dossier"]
        rebuilt = timed(lambda: [tallies.rebuild(rows) for rows in tallied])
        cursor.execute("ANALYZE")
    units = list(Unit.objects.values_list("pk", flat=True))
    last = date.today()
    first = last - timedelta(days=364)

    def board() -> None:
        for rows in tallied:
            tallies.sums(rows, units, first, last)

    timed(board)
    taken = []
    for dossier in Dossier.objects.filter(finished_at=None).order_by("?")[:21]:
        Dossier.objects.filter(pk=dossier.pk).update(supplements=dossier.supplements + 1)
        taken.append(timed(board))
    after = statistics.median(taken)
    what = f"{SIZE:,} dossiers, {len(units)} units"
    return [
        Measure(f"tallies counted anew, {what}", rebuilt, by_hand, "GROUP BY … FILTER by hand", aim=2.0),
        Measure(f"figures of a year after a change, {what}", after, 0.050, "the promise", aim=1.0),
    ]


def grouped(cursor, moment: str, said: str) -> None:
    counts = ", ".join(f"count(*) FILTER (WHERE {condition})" for condition in said.split(";"))
    names = ", ".join(f"c{n}" for n in range(said.count(";") + 1))
    cursor.execute("DROP TABLE IF EXISTS by_hand")
    cursor.execute(
        f"CREATE TABLE by_hand (office, day, procedure, total, {names}) AS SELECT office_id,"
        f" ({moment} AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, procedure_id, count(*), {counts}"
        f" FROM dossiers_dossier WHERE {moment} IS NOT NULL GROUP BY 1, 2, 3"
    )


def timed(do) -> float:
    begin = time.perf_counter()
    do()
    return time.perf_counter() - begin


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    print(json.dumps([asdict(measure) for measure in alone()]))
