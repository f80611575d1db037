"""Results signed, numbered and sealed by officers killed at any instant. Run as a program: kills, seed, folder.

The dossiers stand drafted and approved before the head. In the end nobody is killed, and what is left is done.
"""

import gc
import json
import os
import random
import sys
import time
from pathlib import Path

from minhbach.dossiers.tests.killing import LONG_AGO, child, heard, killed, prepared

RESULTS = 5


def main() -> None:
    kills, seed, folder = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    from minhbach.dossiers.testing import MAKES

    settings.MEDIA_ROOT = folder
    people, offer_id = prepared(changes=MAKES)
    tokens = with_tokens(Path(folder), people)
    keys = drafted(people, offer_id)
    connection.close()
    gc.collect()
    gc.freeze()
    chance, told = random.Random(seed), []
    for _kill in range(kills):
        chance.shuffle(keys)
        pid, reading = child(lambda writing: work(people, tokens, keys, writing))
        said = heard(reading, chance.randrange(2))
        time.sleep(chance.uniform(0, 0.3))
        told += killed(pid, reading, said)
    print(json.dumps(found(told, people, tokens, keys)))


def with_tokens(folder: Path, people: dict[str, int]) -> dict:
    """The keys of the head and of the department, their certificates registered."""
    from django.conf import settings

    from minhbach.org.models import Account
    from minhbach.org.people.actions import post_assign
    from minhbach.org.permissions import SYSTEM
    from minhbach.org.signing.actions import certificate_register
    from minhbach.signatures import Pkcs12Key
    from minhbach.signatures.demonstration import Authority

    authority, head = Authority.new(), Account.objects.select_related("person__unit").get(pk=people["head"])
    root = folder / "root.cer"
    root.write_bytes(authority.certificate)
    settings.SIGNING_ROOTS = str(root)
    agency = head.person.unit
    post_assign(head.person, unit=agency, title="Giám đốc", begins=LONG_AGO, acting=SYSTEM)
    tokens = {}
    for name, owner in (("person", head.person), ("unit", agency)):
        key = tokens[name] = Pkcs12Key.load(authority.pkcs12(str(owner), password="1", elliptic=True), "1")
        certificate_register(key.certificate, **{name: owner}, acting=SYSTEM)
    return tokens


def drafted(people: dict[str, int], offer_id: int) -> list[int]:
    from minhbach.dossiers.actions import intake, moving, results
    from minhbach.dossiers.models import Applicant
    from minhbach.org.models import Account
    from minhbach.procedures.models import Offer

    account = {role: Account.objects.select_related("person").get(pk=pk) for role, pk in people.items()}
    offer, keys = Offer.objects.get(pk=offer_id), []
    for _result in range(RESULTS):
        papers = [intake.HandedIn("request", handed_in="original")]
        dossier = intake.dossier_receive(
            offer, applicant=Applicant.objects.get(), papers=papers, acting=account["counter"]
        )
        for role in ("counter", "office_head", "specialist", "office_head"):
            if dossier.step == "handle":
                given = {"template": "ban-sao-van-bang", "draft": {"diploma_number": "B 1"}}
                results.result_draft(dossier, **given, acting=account[role])
            dossier = moving.dossier_forward(dossier, acting=account[role])
        keys.append(dossier.pk)
    return keys


def work(people: dict[str, int], tokens: dict, keys: list[int], writing: int) -> None:
    """Take each dossier on from where it stands, to the end, saying after each deed what is done."""
    from minhbach.dossiers.actions import ending, moving, results
    from minhbach.dossiers.models import Dossier
    from minhbach.dossiers.resulting import current
    from minhbach.dossiers.states import Status
    from minhbach.dossiers.testing import signed_with
    from minhbach.org.models import Account

    head, clerk = (Account.objects.select_related("person").get(pk=people[role]) for role in ("head", "clerk"))
    for key in keys:
        while (dossier := Dossier.objects.get(pk=key)).status != Status.FINISHED:
            result = current(dossier)
            if result.signed_at is None:
                signed_with(tokens["person"], dossier, head)
            elif dossier.step == "sign":
                moving.dossier_forward(dossier, acting=head)
            elif result.numbered_at is None:
                results.result_number(dossier, acting=clerk)
            elif result.sealed_at is None:
                signed_with(tokens["unit"], dossier, clerk, seal=True)
            else:
                ending.dossier_finish(dossier, acting=clerk)
            dossier.refresh_from_db(fields=["edition"])
            os.write(writing, f"{dossier.pk} {dossier.edition}\n".encode())


def found(told: list[tuple[str, int]], people: dict[str, int], tokens: dict, keys: list[int]) -> dict:
    from minhbach.dossiers.actions.results import file_of
    from minhbach.dossiers.models import Dossier, Result
    from minhbach.dossiers.tests.test_states import whole
    from minhbach.org.trail.verifying import verify
    from minhbach.signatures import check
    from minhbach.signatures.blanks import filled_in

    there = {str(pk): edition for pk, edition in Dossier.objects.values_list("pk", "edition")}
    lost = [[pk, edition] for pk, edition in told if there[pk] < edition]
    with open(os.devnull, "wb") as nobody:
        work(people, tokens, keys, nobody.fileno())
    rows = list(Result.objects.select_related("pdf__file").order_by("number"))
    for dossier in Dossier.objects.all():
        whole(dossier)
    return {
        "told": len(told),
        "lost": lost,
        "numbers": [row.number for row in rows],
        "written": [int(filled_in(file_of(row))["number"]) for row in rows],
        "signed": [[one.intact for one in check(file_of(row)).signatures] for row in rows],
        "trail": [str(problem) for problem in verify()],
    }


if __name__ == "__main__":
    main()
