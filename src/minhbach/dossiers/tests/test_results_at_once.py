"""Several clerks at the same moment: each paper gets one number, and no number is left out."""

import json

from minhbach.org.tests.concurrency import python

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

PROGRAM = """
import django; django.setup()
import json, sys
from minhbach.dossiers.actions import results
from minhbach.dossiers.models import Result
from minhbach.dossiers.tests.test_results_at_once import clerk
from minhbach.org.tests.concurrency import together
from minhbach.org.trail.verifying import verify
from minhbach.signatures.blanks import filled_in
keys = json.loads(sys.argv[1])
codes = together(clerk, [keys, keys[::-1], keys])
rows = list(Result.objects.select_related("pdf__file").order_by("number"))
print(json.dumps({
    "codes": sorted(code for of_one in codes for code in of_one),
    "numbers": [row.number for row in rows],
    "written": [int(filled_in(results.file_of(row))["number"]) for row in rows],
    "trail": [str(problem) for problem in verify()],
}))
"""


def clerk(keys: list[int], barrier) -> list[str]:
    """Number every paper; what became of each, done or taken from another's hands."""
    from minhbach.dossiers.actions.results import result_number
    from minhbach.dossiers.models import Dossier
    from minhbach.org.errors import NotPossible
    from minhbach.org.permissions import SYSTEM

    barrier.wait(60)
    codes = []
    for key in keys:
        try:
            result_number(Dossier.objects.get(pk=key), acting=SYSTEM)
            codes.append("done")
        except NotPossible as error:
            codes.append(error.code)
    return codes


def test_every_paper_has_one_number_and_no_number_is_left_out(fresh_database, tmp_path, monkeypatch):
    monkeypatch.setenv("MINHBACH_HOME", str(tmp_path))
    keys = python(fresh_database, "-c", PREPARE).splitlines()[-1]
    found = json.loads(python(fresh_database, "-c", PROGRAM, keys).splitlines()[-1])
    expected = list(range(1, PAPERS + 1))
    codes = ["done"] * PAPERS + ["numbered"] * (CLERKS - 1) * PAPERS
    assert found == {"codes": codes, "numbers": expected, "written": expected, "trail": []}
