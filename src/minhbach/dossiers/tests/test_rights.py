"""Every address of the one-stop shop × every role × own and foreign agency: who gets in, stated by hand.

V visitor · C counter officer · B head of the office · S specialist · H head · K clerk of documents · R reform officer ·
M administrator · U auditor · O responsible office, at the agency or its office. In small letters the same at another
agency: they may use the lists and the intake, which are empty there, and find no dossier of this one.
"""

from datetime import date

import pytest
from django.db import transaction
from django.urls import reverse

from minhbach.dossiers.actions.desks import delegation_set
from minhbach.dossiers.actions.opinions import opinion_ask
from minhbach.dossiers.following import token_of
from minhbach.dossiers.testing import who_enters
from minhbach.org.permissions.decisions import addresses

pytestmark = pytest.mark.django_db
SEE = "CBSHKRU"

#: name → (method, who gets in)
MATRIX = {
    "dossiers:choose": ("GET", "Cc"),
    "dossiers:receive": ("GET", "C"),
    "dossiers:dossier": ("GET", SEE),
    "dossiers:personal": ("POST", "CBSHK"),
    "dossiers:received": ("GET", "C"),
    "dossiers:form": ("GET", "CBSHK"),
    "dossiers:issue": ("POST", "C"),
    "dossiers:papers": ("GET", "C"),
    "dossiers:desks": ("GET", "Mm"),
    "dossiers:desk": ("GET", "M"),
    "dossiers:delegations": ("GET", SEE + SEE.lower()),
    "dossiers:delegation_end": ("POST", "BHR"),
    "dossiers:hand_over": ("GET", "BHRbhr"),
    "dossiers:opinion": ("GET", "BS"),
    "dossiers:batch": ("GET", "CBSHKcbshk"),
    "dossiers:follow": ("GET", "VOM" + SEE + "om" + SEE.lower()),
    "dossiers:followed": ("GET", "VOM" + SEE + "om" + SEE.lower()),
    "dossiers:draft": ("GET", "BSH"),
    "dossiers:paper": ("GET", "CBSHK"),
    "dossiers:verify": ("GET", "VOM" + SEE + "om" + SEE.lower()),
    "dossiers:older": ("GET", SEE + SEE.lower()),
    "dossiers:older_register_new": ("GET", "CBSKcbsk"),
    "dossiers:older_register": ("GET", "CK"),
    "dossiers:older_register_change": ("GET", "CK"),
    "dossiers:older_entry_new": ("GET", "CK"),
    "dossiers:older_file": ("GET", "CK"),
    "dossiers:older_scan": ("GET", "CK"),
    "dossiers:older_end": ("GET", "CK"),
    "dossiers:deed": ("GET", "C"),
    "dossiers:other_systems": ("GET", "RMrm"),
    "dossiers:source_new": ("GET", "RMrm"),
    "dossiers:source": ("GET", "RM"),
    "dossiers:delivery": ("GET", "RM"),
    "dossiers:delivery_progress": ("GET", "RM"),
    "dossiers:delivery_bad": ("GET", "RM"),
    "dossiers:payment_request": ("GET", "C"),
    "dossiers:receipt": ("GET", "C"),
    "dossiers:payment_cancel": ("GET", "C"),
    "dossiers:payment_refund": ("GET", "C"),
    "dossiers:fees": ("GET", "Cc"),
    "dossiers:fees_paid": ("GET", "Cc"),
    "dossiers:cash_day": ("GET", "Cc"),
    "dossiers:statement": ("GET", "Cc"),
    "dossiers:money_open": ("GET", "Cc"),
    "dossiers:money_match": ("GET", "C"),
    "dossiers:quality": ("GET", SEE + SEE.lower()),
    "dossiers:quality_sheet": ("GET", SEE),
    "dossiers:payment_settings": ("GET", "HMhm"),
    "dossiers:payment_settings_of": ("GET", "HM"),
    "dossiers:pay": ("GET", "VOM" + SEE + "om" + SEE.lower()),
    "dossiers:stand_in": ("GET", ""),  # in the demonstration only
    "dossiers:payment_notice": ("POST", ""),  # for gateways, by signature
    "dossiers:compare": ("GET", "RM"),
    "dossiers:compare_file": ("GET", "RM"),
    "dossiers:hook_messages": ("GET", "Mm"),
    "dossiers:hook_message_again": ("POST", "M"),
    "dossiers:portal": ("GET", "CRMcrm"),
    "dossiers:portal_link": ("POST", "CRM"),
    "dossiers:portal_message": ("GET", "CRM"),
    "dossiers:portal_filed": ("GET", "CRM"),
    "dossiers:portal_file": ("GET", "VOM" + SEE + "om" + SEE.lower()),
}


def test_every_address_is_in_the_table():
    assert {a.name for a in addresses() if a.name.startswith("dossiers:")} == set(MATRIX)


@pytest.fixture
def money_of(desk):
    """A payment of the dossier in cash, another due, and a line of a statement that waits for a person."""
    from minhbach.dossiers.actions.incoming import statement_read
    from minhbach.dossiers.actions.money import cash_take
    from minhbach.dossiers.models import Due, StatementLine
    from minhbach.dossiers.money.statements import Row

    def make(dossier):
        due, _other = (
            Due.objects.create(
                dossier=dossier, kind="fee", title=title, tariff=9, amount=9, asked_at=dossier.received_at
            )
            for title in ("Phí", "Lệ phí")
        )
        payment = cash_take(dossier, dues={due.pk: 9}, acting=desk.counter)
        rows = [Row("2", dossier.received_at.date(), 5, "khong ro", key="k")]
        statement_read(desk.agency, "1", rows, acting=desk.counter)
        return payment, StatementLine.objects.get()

    return make


def _older(desk):
    from minhbach.dossiers.actions.older import Entry, older_add, register_set

    register = register_set(desk.agency, title="Sổ gốc", acting=desk.clerk)
    return older_add(register, [Entry("Nguyễn Văn An", "B 1")], acting=desk.clerk)[0]


def _with_result(request, desk, name):
    """A dossier whose result is drafted, or signed."""
    from minhbach.dossiers.actions.results import result_draft

    to_step = request.getfixturevalue("to_step")
    if name == "dossiers:verify":
        return to_step("number")
    dossier = to_step("handle")
    result_draft(dossier, template="ban-sao-van-bang", acting=desk.specialist)
    return dossier


def _hook_message(desk, dossier):
    """A message to another system that was given up."""
    import uuid
    from datetime import timedelta

    from django.utils import timezone

    from minhbach.dossiers.actions.hooks import hook_set
    from minhbach.dossiers.models import Delivery
    from minhbach.org.permissions import SYSTEM
    from minhbach.org.tokens.actions import token_make

    expires = timezone.localdate() + timedelta(days=1)
    told = {"name": "Kho", "unit": desk.agency, "codes": ["webhooks"], "roles": ["counter"], "expires": expires}
    token, _key = token_make(**told, acting=SYSTEM)
    hook = hook_set(token, url="https://example.vn/", acting=token.account)
    moments, body = {"made_at": timezone.now(), "next_at": timezone.now()}, {"event": "dossiers.received"}
    return Delivery.objects.create(
        hook=hook, dossier=dossier, key=uuid.uuid4(), state="failed", body=body, **moments
    ).pk


@pytest.mark.parametrize("name", MATRIX)
def test_who_gets_in(client, request, desk, everybody, money_of, make_dossier, name):
    of_result = name in ("dossiers:draft", "dossiers:paper", "dossiers:verify")
    dossier = _with_result(request, desk, name) if of_result else make_dossier()
    asked = opinion_ask(make_dossier() if of_result else dossier, desk.office, question="Ý kiến?", acting=desk.counter)
    payment, line = money_of(dossier)
    kept = _older(desk)
    given = delegation_set(
        desk.specialist.person, desk.second.person, unit=desk.office, begins=date(2026, 1, 1), acting=desk.specialist
    )
    method, allowed = MATRIX[name]
    delivered = _delivery(desk)
    arguments = {
        "dossiers:hook_message_again": [_hook_message(desk, dossier)],
        "dossiers:source": ["cu"],
        "dossiers:delivery": [delivered],
        "dossiers:compare": ["cu"],
        "dossiers:compare_file": [_comparison(desk)],
        "dossiers:portal_link": [desk.agency.pk],
        "dossiers:portal_message": [_message(dossier)],
        "dossiers:portal_filed": [_filed(desk)],
        "dossiers:portal_file": [_portal_file(dossier)],
        "dossiers:delivery_progress": [delivered],
        "dossiers:delivery_bad": [delivered, "csv"],
        "dossiers:receive": [desk.offer.pk],
        "dossiers:dossier": [dossier.code],
        "dossiers:personal": [dossier.code],
        "dossiers:received": [dossier.code],
        "dossiers:form": [dossier.code, "receipt", "pdf"],
        "dossiers:issue": [dossier.code, "receipt"],
        "dossiers:followed": [dossier.code, token_of(dossier.code)],
        "dossiers:papers": [dossier.code],
        "dossiers:desk": [desk.agency.pk],
        "dossiers:delegation_end": [given.pk],
        "dossiers:opinion": [dossier.code, asked.pk],
        "dossiers:draft": [dossier.code],
        "dossiers:paper": [dossier.code, "pdf"],
        "dossiers:verify": [dossier.results.get().token if of_result else ""],
        **dict.fromkeys(
            (f"dossiers:older_{page}" for page in ("register", "register_change", "entry_new", "file")),
            [kept.register_id],
        ),
        "dossiers:older_scan": [kept.pk],
        "dossiers:older_end": [kept.pk],
        "dossiers:deed": [dossier.code, "withdraw"],
        "dossiers:payment_request": [dossier.code, "pdf"],
        "dossiers:receipt": [payment.pk, "pdf"],
        "dossiers:payment_cancel": [payment.pk],
        "dossiers:payment_refund": [payment.pk],
        "dossiers:money_match": ["line", line.pk],
        "dossiers:quality_sheet": [dossier.code],
        "dossiers:payment_notice": ["H24.15"],
        "dossiers:payment_settings_of": [desk.agency.pk],
        "dossiers:pay": [dossier.code, token_of(dossier.code)],
    }.get(name, [])
    address = reverse(name, args=arguments)

    def ask():
        with transaction.atomic():  # what one person's visit changes is not there for the next
            answer = client.generic(method, address)
            transaction.set_rollback(True)
        return answer

    assert who_enters(client, everybody, ask) == sorted(allowed)


def _delivery(desk) -> int:
    """A file of an older system of this agency."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from minhbach.dossiers.actions import sources
    from minhbach.org.permissions import SYSTEM

    source = sources.source_set("cu", agency=desk.agency, name="Phần mềm cũ", kind="old", acting=SYSTEM)
    upload = SimpleUploadedFile("cu.csv", "Mã hồ sơ;Trạng thái\nCU-1;4\n".encode())
    return sources.batch_begin(source, upload, acting=SYSTEM).pk


def _message(dossier) -> int:
    """Something the portal is to be told of it."""
    from uuid import uuid4

    from django.utils import timezone

    from minhbach.dossiers.models import Outgoing

    now = timezone.now()
    return Outgoing.objects.create(dossier=dossier, key=uuid4(), verb="x", made_at=now, next_at=now, state="failed").pk


def _portal_file(dossier) -> str:
    """What the portal is told of a paper's file: whoever has it was given it."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from minhbach.dossiers.attachments import RESULT
    from minhbach.dossiers.exchange.portal.payload import token_of
    from minhbach.org.files.actions import file_attach
    from minhbach.org.permissions import SYSTEM

    scan = SimpleUploadedFile("a.pdf", b"%PDF-1.4")
    return token_of(file_attach(scan, kind=RESULT, chain=dossier.chain, subject_id=1, acting=SYSTEM).pk)


def _filed(desk) -> int:
    """A dossier filed at the portal, for this agency."""
    from minhbach.dossiers.models import Filed, PortalLink

    link, _made = PortalLink.objects.get_or_create(agency=desk.agency)
    return Filed.objects.create(link=link, code="G22", state="held", payload={"ChuHoSo": "Trần Thị Bích"}).pk


def _comparison(desk) -> int:
    """Figures of the older system compared with ours."""
    from datetime import date

    from minhbach.dossiers.models import Batch, Source

    source = Source.objects.get(code="cu")
    return Batch.objects.create(
        source=source, kind=Batch.COMPARE, state=Batch.DONE, begins=date(2026, 11, 1), ends=date(2026, 11, 30)
    ).pk
