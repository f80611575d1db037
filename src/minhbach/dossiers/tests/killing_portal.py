"""Officers and senders killed at any instant. Run as a program: DATABASE_URL, number of kills, seed, a path.

The stand-in for the portal is a process of its own that nobody kills. In the end what it was told is compared with what
the outbox holds and what the trail says happened.
"""

import gc
import json
import os
import random
import subprocess
import sys
import time
from datetime import timedelta

from minhbach.dossiers.tests.killing import child, forked, heard, killed, prepared, warmed

SERVE = """
import sys
from minhbach.dossiers.exchange.portal.stand_in import StandIn, server
made = server(StandIn(sys.argv[1]))
print(made.server_address[1], flush=True)
made.serve_forever()
"""


def main() -> None:
    kills, seed, path = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    serving = subprocess.Popen([sys.executable, "-c", SERVE, path], stdout=subprocess.PIPE, text=True)
    try:
        os.environ["PORTAL_URL"] = f"http://127.0.0.1:{serving.stdout.readline().strip()}"
        print(json.dumps(run(kills, seed, path)))
    finally:
        serving.kill()
        serving.wait()


def run(kills: int, seed: int, path: str) -> dict:
    import django

    django.setup()
    from django.db import connection

    from minhbach.dossiers.actions.portal import portal_link
    from minhbach.dossiers.exchange import sending as queues
    from minhbach.org.models import Unit
    from minhbach.org.permissions import SYSTEM

    people, offer_id = prepared()
    portal_link(Unit.objects.get(code="so-gd"), acting=SYSTEM)
    warmed(people, offer_id)
    queues.LEASE = timedelta(milliseconds=500)
    connection.close()
    gc.collect()
    gc.freeze()
    chance = random.Random(seed)
    for n in range(kills):
        officer = forked(people, offer_id, seed * 1_000_000 + n)
        sender = child(send)
        said = heard(officer[1], chance.randrange(1, 5))
        time.sleep(chance.uniform(0, 0.05))
        for pid, reading in chance.sample([officer, sender], 2):
            killed(pid, reading, said)
            said = b""
    return found(path)


def send(_writing: int) -> None:
    """Without end."""
    from minhbach.dossiers.exchange.portal import outbox
    from minhbach.dossiers.exchange.portal.connector import configured

    connector = configured()
    while True:
        outbox.send(connector, most=5)


def found(path: str) -> dict:
    from django.utils import timezone

    from minhbach.dossiers.exchange.portal import outbox
    from minhbach.dossiers.exchange.portal.connector import configured
    from minhbach.dossiers.exchange.portal.stand_in import StandIn
    from minhbach.dossiers.models import Outgoing
    from minhbach.org.models import Event

    before = Outgoing.objects.exclude(state=Outgoing.SENT).count()
    Outgoing.objects.update(leased_to=None, next_at=timezone.now())
    outbox.send(configured())
    there = StandIn(path)
    told: dict[str, list[str]] = {}
    for one in there.told():
        told.setdefault(one["MaHoSo"], []).append(one["TienTrinh"]["ThoiDiemXuLy"] + one["TrangThaiHoSo"])
    ours: dict[str, list[str]] = {}
    for one in Outgoing.objects.order_by("pk"):
        said = one.body
        ours.setdefault(said["MaHoSo"], []).append(said["TienTrinh"]["ThoiDiemXuLy"] + said["TrangThaiHoSo"])
    return {
        "told": sum(map(len, told.values())),
        "sent_again": there.times() - sum(map(len, told.values())),
        "left_by_the_killed": before,
        "unsent": Outgoing.objects.exclude(state=Outgoing.SENT).count(),
        "events": Event.objects.filter(chain__name__startswith="dossier:").count() - Outgoing.objects.count(),
        "differ": [code for code in ours if ours[code] != told.get(code)],
    }


if __name__ == "__main__":
    main()
