"""Officers, statements and gateways tell of the same payment at the same moment: it is paid exactly once."""

import json

from minhbach.org.tests.concurrency import python

ROLES = ["cash", "cash", "statement", "gateway", "gateway"]
DOSSIERS = 10

PROGRAM = f"""
import os
os.environ["PAYMENT_SECRETS"] = "H24=" + "s" * 32
import django; django.setup()
import json
from collections import Counter
from minhbach.dossiers.models import Due, GatewayNotice, Payment, StatementLine
from minhbach.dossiers.tests.racing import race
from minhbach.org.tests.concurrency import together
from minhbach.org.trail.verifying import verify
from minhbach.dossiers.tests.killing import prepared
from minhbach.dossiers.actions import intake
from minhbach.dossiers.models import Applicant
from minhbach.org.permissions import SYSTEM
from minhbach.procedures.models import Offer
people, offer = prepared()
offer = Offer.objects.select_related("agency", "office", "one_stop", "procedure").get(pk=offer)
keys = []
for n in range({DOSSIERS}):
    papers = [intake.HandedIn("request")]
    dossier = intake.dossier_receive(offer, applicant=Applicant.objects.get(), papers=papers, acting=SYSTEM)
    at = dossier.received_at
    Due.objects.create(dossier=dossier, kind="fee", title="Phí", tariff=20000, amount=20000, asked_at=at)
    keys.append(dossier.pk)
together(race, {ROLES}, keys)
live = Payment.objects.filter(cancelled_at=None)
print(json.dumps({{
    "payments": sorted(Counter(live.values_list("dossier_id", flat=True)).values()),
    "ways": sorted(set(live.values_list("way", flat=True))),
    "open": Due.objects.filter(payment=None).count(),
    "receipts": sorted(live.filter(way="cash").values_list("receipt", flat=True)),
    "lines": StatementLine.objects.count(),
    "notices": GatewayNotice.objects.count(),
    "unmatched": sorted(set(StatementLine.objects.filter(state="open").values_list("why", flat=True))
        | set(GatewayNotice.objects.filter(state="open").values_list("why", flat=True))),
    "trail": [str(problem) for problem in verify()],
}}))
"""


def test_exactly_one_payment_whoever_is_first(fresh_database):
    found = json.loads(python(fresh_database, "-c", PROGRAM).splitlines()[-1])
    assert found["payments"] == [1] * DOSSIERS and found["open"] == 0
    # Each notice is there once, though two processes told of it; what came too late says so.
    assert (found["lines"], found["notices"]) == (DOSSIERS, DOSSIERS)
    assert found["unmatched"] == ["nothing"]
    assert found["receipts"] == list(range(1, len(found["receipts"]) + 1))
    assert found["trail"] == []
