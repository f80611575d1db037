"""An import whose process is killed at any instant and taken up again. Run as a program: kills, seed, folder."""

import gc
import json
import os
import random
import signal
import sys
import time
from datetime import timedelta

from minhbach.dossiers.tests.killing import prepared

ROWS = 1500


def main() -> None:
    kills, seed, folder = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    import django

    django.setup()
    from django.conf import settings
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.db import connection

    from minhbach.dossiers.actions import sources
    from minhbach.dossiers.exchange import jobs
    from minhbach.dossiers.models import Batch, Dossier, Told
    from minhbach.org.models import Unit
    from minhbach.org.permissions import SYSTEM
    from minhbach.org.trail.verifying import verify

    settings.MEDIA_ROOT = folder
    prepared()
    source = sources.source_set("cu", agency=Unit.objects.get(code="so-gd"), name="Cũ", kind="old", acting=SYSTEM)
    rows = "".join(f"CU-{n};1.900001;4;Nguyễn Văn {n};02/06/2025\n" for n in range(ROWS))
    upload = SimpleUploadedFile("cu.csv", ("Mã hồ sơ;Mã TTHC;Trạng thái;Chủ hồ sơ;Ngày tiếp nhận\n" + rows).encode())
    batch = sources.batch_begin(source, upload, acting=SYSTEM)
    sources.batch_start(batch, columns=batch.columns, check=False, by_itself=False, acting=SYSTEM)
    jobs.CHUNK, jobs.DEAD_AFTER = 25, timedelta(0)
    connection.close()
    gc.collect()
    gc.freeze()
    chance, killed = random.Random(seed), 0
    for _kill in range(kills):
        pid = os.fork()
        if not pid:
            try:
                jobs.work(batch.pk)
            finally:
                os._exit(0)
        time.sleep(chance.uniform(0.01, 0.2))
        os.kill(pid, signal.SIGKILL)
        killed += os.waitpid(pid, 0)[1] == signal.SIGKILL
    batch.refresh_from_db()
    read = batch.rows
    if batch.state != Batch.DONE:
        jobs.work(batch.pk)
    batch.refresh_from_db()
    found = {
        "killed": killed,
        "read_before_the_last": read,
        "state": batch.state,
        "counts": [batch.rows, batch.created, batch.changed, batch.same, batch.bad],
        "there": [Dossier.objects.count(), Told.objects.count()],
        "trail": [str(problem) for problem in verify()],
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
