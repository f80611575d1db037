"""The round board and the ranking with 200 units and 60 criteria, as an appraiser sees them: 95th percentiles.

On SQLite and, where there is one, on the server of TEST_DATABASE_URL (a database of their own, thrown away afterwards);
the promise of 150 ms is made for PostgreSQL. The rows are written in bulk, with figures such as the actions write.
"""

from __future__ import annotations

import datetime
import importlib
import json
import os
import statistics
import subprocess
import sys
import time
from dataclasses import asdict
from decimal import Decimal
from fractions import Fraction

from run import Measure

UNITS, TIMES, WARM = 200, 60, 5
LIMIT = 0.150
SET = """
format: 1
code: sixty
title: {vi: "Sáu mươi tiêu chí", en: "Sixty criteria"}
year: 2026
constructed: true
source: {document: "bench"}
applies_to: [so]
groups: {so: {vi: "Sở", en: "Departments"}}
ranking: {by: percent, ties: standard}
bands:
  - by: percent
    steps:
      - {code: A, title: {vi: "Tốt", en: "Good"}, from: 80}
      - {code: B, title: {vi: "Khá", en: "Fair"}, from: 0}
criteria:
"""


def set_text() -> str:
    """Six parts of ten criteria."""
    rows = [SET]
    for part in range(1, 7):
        rows.append(f'  - code: "{part}"\n    title: {{vi: "Lĩnh vực {part}", en: "Field {part}"}}\n    criteria:\n')
        for number in range(1, 11):
            code = f"{part}.{number}"
            rows.append(
                f'      - code: "{code}"\n        title: {{vi: "Tiêu chí {code}", en: "Criterion {code}"}}\n'
                "        maximum: 2\n"
                "        inputs:\n          handled: {type: count, title: hồ sơ}\n"
                "          on_time: {type: count, part_of: handled, title: đúng hạn}\n"
                "        value: on_time / handled\n        rule: {formula: value * 2}\n"
            )
    return "".join(rows)


def _settings() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "minhbach.config.settings")
    os.environ.setdefault("MINHBACH_DEMO", "1")  # a secret key that protects nothing
    import django
    from django.conf import settings

    django.setup()
    # What a collected installation finds in a table of names in memory.
    storage = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": storage}
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.ALLOWED_HOSTS = ["testserver"]


def _seed():
    """200 units at self-scoring, and the same concluded a year before. Returns the open round and an appraiser."""
    from django.utils import timezone

    from minhbach.indices.actions import preparing
    from minhbach.indices.actions.sets import set_release, set_save
    from minhbach.indices.models import Entry, Round, Score
    from minhbach.org.models import Unit
    from minhbach.org.people.actions import account_open, person_register, role_grant
    from minhbach.org.permissions import SYSTEM
    from minhbach.org.units.actions import unit_kind_set, unit_open

    begins = datetime.date(2020, 1, 1)
    kind = unit_kind_set(code="so", title="Sở", title_en="Department", position=0, acting=SYSTEM)
    top = unit_open(code="tp", name="UBND", kind=kind, begins=begins, acting=SYSTEM)
    home = unit_open(code="nv", name="Sở Nội vụ", kind=kind, begins=begins, parent=top, acting=SYSTEM)
    units = [
        unit_open(code=f"so-{n}", name=f"Sở thứ {n}", kind=kind, begins=begins, parent=top, group="so", acting=SYSTEM)
        for n in range(UNITS)
    ]
    person = person_register(full_name="Thẩm định", unit=home, acting=SYSTEM)
    account = account_open(person, username="tham-dinh", password=None, acting=SYSTEM)
    role_grant(person, role_code="appraiser", unit=home, begins=begins, acting=SYSTEM)
    version = set_release(set_save(text=set_text(), unit=home, acting=SYSTEM), acting=SYSTEM)
    now, day = timezone.now(), datetime.timedelta(days=1)
    previous = None
    for year in (2025, 2026):
        moments = (now + n * day for n in (-10, 5, 10, 20, 30, 40))
        made = preparing.round_prepare(
            unit=home, title=f"Năm {year}", year=year, previous=previous, acting=SYSTEM,
            dates=dict(zip(preparing.DATES, moments, strict=True)),
        )  # fmt: skip
        preparing.round_set_assign(made, group="so", set_version=version, acting=SYSTEM)
        entries, scores = [], []
        for n, unit in enumerate(units):
            points = [Fraction((n * 7 + code * 13 + year) % 200, 100) for code in range(60)]
            parts = {str(p + 1): [_text(sum(points[p * 10 : p * 10 + 10])), "20/1", 0] for p in range(6)}
            total = sum(points)
            stage = "final" if year == 2025 else "self"
            entry = Entry(
                round=made, unit=unit, group="so", set_version=version, answered=60, criteria=60,
                status="concluded" if year == 2025 else "submitted",
                self_score=_decimal(total), self_maximum=120,
                parts={stage: {**parts, "": [_text(total), "120/1", 0]}},
            )  # fmt: skip
            if year == 2025:
                entry.final_score, entry.final_maximum, entry.rank, entry.band = _decimal(total), 120, n + 1, "B"
                entry.sealed = {"criteria": {_code(c): _sealed(p) for c, p in enumerate(points)}}
            entries.append(entry)
            scores.append(points)
        Entry.objects.bulk_create(entries)
        Score.objects.bulk_create(
            (
                Score(
                    entry=entry, criterion=_code(c), stage="self", inputs={"handled": "200", "on_time": "190"},
                    points=_decimal(p), rule_points=_decimal(p), state="scored", at=now,
                )
                for entry, points in zip(entries, scores, strict=True)
                for c, p in enumerate(points)
            ),
            batch_size=2000,
        )  # fmt: skip
        made.status = Round.Status.PUBLISHED if year == 2025 else Round.Status.OPEN
        made.save()
        previous = made
    assert Unit.objects.count() == UNITS + 2
    return previous, account


def _code(number: int) -> str:
    return f"{number // 10 + 1}.{number % 10 + 1}"


def _text(value: Fraction | int) -> str:
    value = Fraction(value)
    return f"{value.numerator}/{value.denominator}"


def _decimal(value: Fraction | int) -> Decimal:
    return Decimal(Fraction(value).numerator) / Decimal(Fraction(value).denominator)


def _sealed(points: Fraction) -> dict:
    """As much text as a real explanation has."""
    lines = ["Tỷ lệ hồ sơ đúng hạn: 190 / 200 = 95%. Công thức: tỷ lệ × 2 = 1,9 điểm."] * 5
    return {
        "score": _text(points), "maximum": "2/1", "state": "scored", "branch": "",
        "explanation": {"vi": lines, "en": lines},
    }  # fmt: skip


def _percentile(client, address: str) -> float:
    for _ in range(WARM):
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
    times = []
    for _ in range(TIMES):
        begin = time.perf_counter()
        client.get(address)
        times.append(time.perf_counter() - begin)
    return statistics.quantiles(times, n=20)[-1]


def run() -> list[Measure]:
    """The 95th percentiles against the limit, on each database in a process of its own: Django is set up for one."""
    import psycopg

    addresses = ["sqlite://:memory:"]
    url = os.environ.get("TEST_DATABASE_URL", "postgres:///postgres")
    try:
        psycopg.connect(url, connect_timeout=3).close()
        addresses.append(url.rpartition("/")[0] + "/minhbach_boards")
    except psycopg.OperationalError:
        print("left out: boards on PostgreSQL (set TEST_DATABASE_URL)")
    measures = []
    for address in addresses:
        environment = {**os.environ, "DATABASE_URL": address}
        done = subprocess.run(
            [sys.executable, __file__], env=environment, check=True, stdout=subprocess.PIPE, text=True
        )
        measures += [Measure(**row) for row in json.loads(done.stdout.splitlines()[-1])]
    return measures


def alone() -> list[Measure]:
    _settings()
    from django.db import connection
    from django.test import Client
    from django.urls import reverse

    before = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        round_, account = _seed()
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        importlib.import_module("minhbach.config.wsgi")  # as a server starts: see there what it does for the slowest
        client = Client()
        client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
        where = f"{connection.vendor}, {UNITS} units × 60 criteria"
        pages = {
            "round board": reverse("indices:round", args=[round_.pk]),
            "ranking by total": reverse("indices:ranking", args=[round_.pk]),
            "ranking by part": reverse("indices:ranking", args=[round_.pk]) + "?by=3",
            "ranking by criterion": reverse("indices:ranking", args=[round_.pk]) + "?by=3.4",
            "final ranking": reverse("indices:ranking", args=[round_.previous_id]),
            "final ranking by criterion": reverse("indices:ranking", args=[round_.previous_id]) + "?by=3.4",
        }
        return [
            Measure(f"{name}, p95 ({where})", _percentile(client, address), LIMIT, "the limit", aim=1.0)
            for name, address in pages.items()
        ]
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)


if __name__ == "__main__":
    print(json.dumps([asdict(measure) for measure in alone()]))
