"""Officers at work whose process is killed at any instant. Run as a program: DATABASE_URL, number of kills, seed.

The parent prepares a department, closes its connection and forks children that act and say on a pipe what they were
told is done. It kills each after a random moment, then asks the database what is really there, and prints it as JSON:
`lost` what was acknowledged and is missing, `broken` dossiers that do not hold together, `gaps` numbers left out.
"""

import gc
import json
import os
import random
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from types import MappingProxyType

LONG_AGO = date(2020, 1, 1)
AT_ONCE = 2
FEE = """
fees: [{title: Lệ phí, amount: 20000}]
"""


def main() -> None:
    kills, seed = int(sys.argv[1]), int(sys.argv[2])
    import django

    django.setup()
    from django.db import connection

    people, offer_id = prepared(fees=FEE)
    warmed(people, offer_id)
    connection.close()
    gc.collect()
    gc.freeze()  # or every child would copy what its collector looks at
    chance = random.Random(seed)
    told: list[tuple[str, int]] = []
    children: list[tuple[int, int]] = []
    for n in range(kills):
        children.append(forked(people, offer_id, seed * 1_000_000 + n))
        if len(children) == AT_ONCE:
            pid, reading = children.pop(0)
            # Somewhere in the next action after a few are done, however busy the machine is.
            said = heard(reading, chance.randrange(1, 7))
            time.sleep(chance.uniform(0, 0.03))
            told += killed(pid, reading, said)
    for pid, reading in children:
        told += killed(pid, reading, b"")
    print(json.dumps(found(told)))


def prepared(*, fees: str = "", changes: Mapping[str, str] = MappingProxyType({})) -> tuple[dict[str, int], int]:
    """A department with its people and one procedure, with these fees and changes of its text."""
    from django.core.management import call_command

    from minhbach.dossiers.actions.applicants import applicant_keep
    from minhbach.dossiers.actions.desks import desk_set
    from minhbach.dossiers.testing import PROCEDURE
    from minhbach.org.people.actions import account_open, person_register, role_grant
    from minhbach.org.permissions import SYSTEM
    from minhbach.org.units.actions import unit_kind_set, unit_open
    from minhbach.procedures.actions import offer_set, procedures_load
    from minhbach.procedures.content.reading import from_yaml

    call_command("migrate", verbosity=0)
    text = PROCEDURE
    for plain, more in changes.items():
        text = text.replace(plain, more)
    kind = unit_kind_set(code="so", title="Sở", acting=SYSTEM)

    def unit(code, parent=None):
        return unit_open(code=code, name=code, kind=kind, begins=LONG_AGO, parent=parent, acting=SYSTEM)

    agency = unit("so-gd")
    one_stop, office = unit("mot-cua", agency), unit("phong", agency)
    [version] = procedures_load(from_yaml(text + fees)[0], keeper=agency, begins=LONG_AGO, acting=SYSTEM)
    offer = offer_set(
        version.procedure, agency=agency, one_stop=one_stop, office=office, begins=LONG_AGO, acting=SYSTEM
    )
    desk_set(agency, begins=LONG_AGO, agency_code="H24", acting=SYSTEM)
    people = {}
    for role in ("counter", "office_head", "specialist", "head", "clerk"):
        person = person_register(full_name=role, unit=agency, acting=SYSTEM)
        people[role] = account_open(person, username=role, password=None, acting=SYSTEM).pk
        role_grant(person, role_code=role, unit=agency, begins=LONG_AGO, acting=SYSTEM)
    applicant_keep(unit=one_stop, name="Nguyễn Văn An", id_number="031099000001", acting=SYSTEM)
    return people, offer.pk


def forked(people: dict[str, int], offer_id: int, seed: int) -> tuple[int, int]:
    """A child that does the officers' work: its process id and the reading end of its pipe."""
    return child(lambda writing: work(people, offer_id, random.Random(seed), writing))


def child(do: Callable[[int], None]) -> tuple[int, int]:
    """A process that does this, saying on the pipe it is given what is done: its id and the pipe's reading end."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    os.close(reading)
    try:
        do(writing)
    finally:
        os._exit(1)


def work(people: dict[str, int], offer_id: int, chance: random.Random, writing: int) -> None:
    """Receive a dossier and take it as far as it goes, again and again, saying after each action what is done."""
    for edition in whole_ways(people, offer_id, chance):
        os.write(writing, f"{edition}\n".encode())


def warmed(people: dict[str, int], offer_id: int) -> None:
    """One dossier by the parent itself: what is read on the first way only, its children then have."""
    for n, _edition in enumerate(whole_ways(people, offer_id, random.Random(0))):
        if n == 12:
            return


def whole_ways(people: dict[str, int], offer_id: int, chance: random.Random) -> Iterator[str]:
    """Dossiers without end; what each has come to after every action."""
    from minhbach.dossiers.actions import ending, intake, money, moving, waiting
    from minhbach.dossiers.models import Applicant, Dossier, Due
    from minhbach.org.models import Account
    from minhbach.procedures.models import Offer

    account = {role: Account.objects.select_related("person").get(pk=pk) for role, pk in people.items()}
    offer = Offer.objects.select_related("agency", "office", "one_stop", "procedure").get(pk=offer_id)
    applicant = Applicant.objects.get()

    def said(dossier: Dossier) -> str:
        dossier.refresh_from_db(fields=["edition"])
        return f"{dossier.pk} {dossier.edition}"

    while True:
        papers = [intake.HandedIn("request", handed_in="original")]
        dossier = intake.dossier_receive(offer, applicant=applicant, papers=papers, acting=account["counter"])
        yield said(dossier)
        seen = dict(Due.objects.filter(dossier=dossier).values_list("pk", "amount"))
        if seen and chance.random() < 0.5:
            yield f"payment-{money.cash_take(dossier, dues=seen, acting=account['counter']).pk} 1"
        for role in ("counter", "office_head"):
            moving.dossier_forward(dossier, acting=account[role])
            yield said(dossier)
        if chance.random() < 0.5:
            waiting.supplement_ask(dossier, items=["giấy"], because="thiếu", acting=account["specialist"])
            yield said(dossier)
            waiting.supplement_take(dossier, acting=account["counter"])
            yield said(dossier)
        for role in ("specialist", "office_head", "head"):
            moving.dossier_forward(dossier, acting=account[role])
            yield said(dossier)
        ending.dossier_finish(dossier, acting=account["clerk"])
        yield said(dossier)
        ending.result_return(dossier, acting=account["counter"])
        yield said(dossier)


def heard(reading: int, lines: int) -> bytes:
    """What the child says until so many actions are done."""
    said = b""
    while said.count(b"\n") < lines and (part := os.read(reading, 65536)):
        said += part
    return said


def killed(pid: int, reading: int, said: bytes) -> list[tuple[str, int]]:
    """Kill the child; what it had been told was done."""
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    while part := os.read(reading, 65536):
        said += part
    os.close(reading)
    # A line half written was never said.
    lines = said.decode().rpartition("\n")[0].split("\n")
    return [(line.split()[0], int(line.split()[1])) for line in lines if line]


def found(told: list[tuple[str, int]]) -> dict:
    from minhbach.dossiers.models import Dossier, Payment
    from minhbach.dossiers.tests.test_states import whole
    from minhbach.org.models import Event
    from minhbach.org.trail.verifying import verify

    there = {str(pk): edition for pk, edition in Dossier.objects.values_list("pk", "edition")}
    payments = dict(Payment.objects.values_list("pk", "receipt"))
    there |= {f"payment-{pk}": 1 for pk in payments}
    broken = []
    events: dict[str, int] = defaultdict(int)
    for name in Event.objects.filter(chain__name__startswith="dossier:").values_list("chain__name", flat=True):
        events[name] += 1
    numbers: dict[str, list[int]] = defaultdict(list)
    for dossier in Dossier.objects.select_related("agency", "version"):
        day, _, number = dossier.code.rpartition("-")
        numbers[day].append(int(number))
        try:
            whole(dossier)
            # What is owed and what is paid are events without an edition of their own.
            owed, paid = dossier.dues.exists(), dossier.payments.count()
            assert events[dossier.chain] == dossier.edition + owed + paid
            assert dossier.dues.exclude(payment=None).count() == paid <= 1
        except AssertionError as error:
            broken.append(f"{dossier.code}: {error}")
    numbers["receipts"] = list(payments.values())
    return {
        "dossiers": len(there) - len(payments),
        "payments": len(payments),
        "told": len(told),
        "lost": [[pk, edition] for pk, edition in told if there.get(pk, 0) < edition],
        "broken": broken,
        "gaps": [day for day, given in numbers.items() if sorted(given) != list(range(1, len(given) + 1))],
        "trail": [str(problem) for problem in verify()],
    }


if __name__ == "__main__":
    main()
