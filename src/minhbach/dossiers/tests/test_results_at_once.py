"""Several clerks at the same moment: each paper gets one number, and no number is left out."""

import json
import multiprocessing
import os

from minhbach.org.tests.test_trail_concurrency import fresh_database, python

__all__ = ["fresh_database"]
CLERKS, PAPERS = 3, 6

PREPARE = f"""
import django; django.setup()
import json
from django.utils import timezone
from minhbach.dossiers.actions import intake, results
from minhbach.dossiers.models import Applicant, Dossier, Result
from minhbach.dossiers.tests import killing
import minhbach.dossiers.testing as testing
text = testing.PROCEDURE
for plain, more in testing.MAKES.items():
    text = text.replace(plain, more)
testing.PROCEDURE = text
from minhbach.org.permissions import SYSTEM
from minhbach.procedures.models import Offer
people, offer = killing.prepared()
offer = Offer.objects.select_related("agency", "office", "one_stop", "procedure").get(pk=offer)
from minhbach.papers.signable import signable
from minhbach.signatures import Box, Place, with_blanks
from minhbach.dossiers.printing.results import document
keys = []
for n in range({PAPERS}):
    papers = [intake.HandedIn("request")]
    dossier = intake.dossier_receive(offer, applicant=Applicant.objects.get(), papers=papers, acting=SYSTEM)
    Dossier.objects.filter(pk=dossier.pk).update(step="number", at_unit=dossier.agency)
    said = {{"kind": "Giấy", "body": ["Nội dung."], "signed_by": ["Giám đốc"], "symbol": "GXN"}}
    result = Result(dossier=dossier, title="Giấy", said=said, drafted_at=timezone.now())
    result.save()
    drawn = signable(document(dossier, said))
    boxes = {{name: Box(s.page, s.left, s.bottom, s.right, s.top) for name, s in drawn.spots.items()}}
    place = Place("person", boxes.pop("signature-0"))
    results.attach(result, with_blanks(drawn.pdf, boxes, [place]), acting=SYSTEM)
    result.signed_at, result.signed_by_id = timezone.now(), dossier.agency.people.first().pk
    result.save()
    keys.append(dossier.pk)
print(json.dumps(keys))
"""
CHECK = """
import django; django.setup()
import json
from minhbach.dossiers.models import Result
from minhbach.org.trail.verifying import verify
from minhbach.signatures.blanks import filled_in
from minhbach.dossiers.actions.results import file_of
rows = list(Result.objects.select_related("pdf__file").order_by("number"))
print(json.dumps({
    "numbers": [row.number for row in rows],
    "written": [int(filled_in(file_of(row))["number"]) for row in rows],
    "trail": [str(problem) for problem in verify()],
}))
"""


def clerk(url, keys, barrier, said):
    """Number every paper, telling how often that was taken from another's hands."""
    os.environ.update(DATABASE_URL=url, DJANGO_SETTINGS_MODULE="minhbach.config.settings", MINHBACH_DEMO="1")
    try:
        import django

        django.setup()
        from django.db import connection

        from minhbach.dossiers.actions.results import result_number
        from minhbach.dossiers.models import Dossier
        from minhbach.org.errors import NotPossible
        from minhbach.org.permissions import SYSTEM

        connection.ensure_connection()
        barrier.wait(60)
        codes = []
        for key in keys:
            try:
                result_number(Dossier.objects.get(pk=key), acting=SYSTEM)
                codes.append("done")
            except NotPossible as error:
                codes.append(error.code)
        connection.close()
        said.put(codes)
    except BaseException as error:
        said.put([repr(error)])
        barrier.abort()
        raise


def test_every_paper_has_one_number_and_no_number_is_left_out(fresh_database, tmp_path, monkeypatch):
    monkeypatch.setenv("MINHBACH_HOME", str(tmp_path))
    keys = json.loads(python(fresh_database, "-c", PREPARE).splitlines()[-1])
    spawn = multiprocessing.get_context("spawn")
    barrier, said = spawn.Barrier(CLERKS), spawn.Queue()
    orders = [keys, keys[::-1], keys]
    workers = [spawn.Process(target=clerk, args=(fresh_database, order, barrier, said)) for order in orders]
    for worker in workers:
        worker.start()
    codes = sorted(code for _worker in workers for code in said.get(timeout=120))
    for worker in workers:
        worker.join(60)
    assert codes == ["done"] * PAPERS + ["numbered"] * (CLERKS - 1) * PAPERS
    found = json.loads(python(fresh_database, "-c", CHECK).splitlines()[-1])
    expected = list(range(1, PAPERS + 1))
    assert found == {"numbers": expected, "written": expected, "trail": []}
