"""Dossiers of an older system, from a file to the tables: against a plain bulk insert of the same rows in the same run.

Uses the database of DATABASE_URL (its server: the data go into a database of their own, thrown away afterwards). The
plain insert writes applicants and dossiers that are ready in memory; ours reads the file, checks every row twice (all
or nothing), counts due moments, and keeps statuses, digests and the trail besides.
"""

from __future__ import annotations

import datetime
import importlib
import os
import tempfile
import time

from run import Measure

ROWS = int(os.environ.get("IMPORT_ROWS", "20000"))
LIMIT = 60.0
"""Seconds for 100,000 rows, wanted on two cores."""
DAY = datetime.datetime(2022, 1, 3, 8, tzinfo=datetime.UTC)


def _text() -> str:
    heads = "Mã hồ sơ;Mã TTHC;Trạng thái;Chủ hồ sơ;Số CCCD;Số điện thoại;Địa chỉ;Kênh thực hiện;Ngày tiếp nhận"
    rows = [f"{heads};Ngày hẹn trả;Ngày kết thúc xử lý;Ngày trả"]
    for n in range(ROWS):
        received = DAY + datetime.timedelta(minutes=n * 13 % 2_000_000)
        due, done = (received + datetime.timedelta(days=days) for days in (7, 1 + n % 9))
        rows.append(
            f"CU-{n};1.900001;Đã trả kết quả;Nguyễn Văn {n};{n:012};09{n:08};12 Lê Lợi;{n % 3 + 1};"
            f"{received:%d/%m/%Y %H:%M};{due:%d/%m/%Y %H:%M};{done:%d/%m/%Y %H:%M};{done:%d/%m/%Y %H:%M}"
        )
    return "\n".join(rows)


def _seed():
    from minhbach.dossiers.actions.sources import source_set
    from minhbach.dossiers.testing import PROCEDURE
    from minhbach.org.permissions import SYSTEM
    from minhbach.org.units.actions import unit_kind_set, unit_open
    from minhbach.procedures.actions import offer_set, procedures_load
    from minhbach.procedures.content.reading import from_yaml

    begins = datetime.date(2020, 1, 1)
    kind = unit_kind_set(code="so", title="Sở", acting=SYSTEM)
    agency = unit_open(code="so", name="Sở", kind=kind, begins=begins, acting=SYSTEM)
    [version] = procedures_load(from_yaml(PROCEDURE)[0], keeper=agency, begins=begins, acting=SYSTEM)
    offer_set(version.procedure, agency=agency, one_stop=agency, office=agency, begins=begins, acting=SYSTEM)
    return source_set("cu", agency=agency, name="Cũ", kind="old", acting=SYSTEM)


def _ours(source) -> float:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from minhbach.dossiers.actions import sources
    from minhbach.dossiers.exchange import jobs
    from minhbach.dossiers.models import Batch
    from minhbach.org.permissions import SYSTEM

    upload = SimpleUploadedFile("cu.csv", _text().encode())
    begin = time.perf_counter()
    batch = sources.batch_begin(source, upload, acting=SYSTEM)
    sources.batch_start(batch, columns=batch.columns, check=False, by_itself=False, acting=SYSTEM)
    batch = jobs.work(batch.pk)
    assert batch is not None and batch.state == Batch.DONE and batch.created == ROWS, batch.failure
    return time.perf_counter() - begin


def _plain(source) -> float:
    """The same rows again, under other codes, as Django writes them."""
    from django.db import transaction

    from minhbach.dossiers.models import Applicant, Dossier

    people = list(Applicant.objects.all())
    dossiers = list(Dossier.objects.all())
    for person in people:
        person.pk, person.id_number = None, f"x{person.id_number}"
    for dossier in dossiers:
        dossier.pk, dossier.code, dossier.foreign_code = None, f"x{dossier.code}", f"x{dossier.code}"
    begin = time.perf_counter()
    with transaction.atomic():
        Applicant.objects.bulk_create(people, batch_size=1000)
        Dossier.objects.bulk_create(dossiers, batch_size=1000)
    return time.perf_counter() - begin


def run() -> list[Measure]:
    """Seconds of both, and ours for 100,000 rows against the limit."""
    importlib.import_module("boards")._settings()
    from django.conf import settings
    from django.db import connection

    before = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with tempfile.TemporaryDirectory() as folder:
            settings.MEDIA_ROOT = folder
            source = _seed()
            ours = _ours(source)
            plain = _plain(source)
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)
    where = f"{connection.vendor}, {ROWS:,} rows"
    return [
        Measure(f"import of a file ({where})", ours, plain, "bulk_create of the rows alone"),
        Measure(f"import, as of 100,000 rows ({where})", ours * 100_000 / ROWS, LIMIT, "the limit", aim=1.0),
    ]
