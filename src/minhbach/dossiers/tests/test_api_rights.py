"""Every operation of the API × every role × own and foreign agency × scopes: what is answered, stated by hand.

Roles as in test_rights.py; a large letter stands for the desk's agency (or office), a small one for another agency.
With all scopes, and then with all but the operation's own.
"""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from minhbach.dossiers.testing import ROLES
from minhbach.dossiers.tests.test_counter import PDF, scan
from minhbach.org.dates import today
from minhbach.org.permissions import SYSTEM, scopes
from minhbach.org.tokens.actions import token_make

pytestmark = pytest.mark.django_db
SEE = "CBSHKRU"
ALL = "".join(ROLES) + "".join(ROLES).lower()
CREATE = {"procedure": "1.900001", "agency": "so-gd", "applicant": {"name": "A"}}
BECAUSE = {"because": "lý do"}
FILE = SimpleUploadedFile("a.pdf", PDF)

#: method, path, what is sent, who is answered with success, the scope
OPERATIONS = [
    ("get", "/procedures", None, ALL, ""),
    ("get", "/procedures/{code}", None, ALL, ""),
    ("get", "/dossiers", None, ALL, "dossiers:read"),
    ("post", "/dossiers", CREATE, "C", "dossiers:write"),
    ("get", "/dossiers/{code}", None, SEE, "dossiers:read"),
    ("get", "/dossiers/{code}/personal", None, "CBSHK", "personal:read"),
    ("post", "/dossiers/{code}/accept", {}, "", "dossiers:act"),
    ("post", "/dossiers/{code}/decline", BECAUSE, "", "dossiers:act"),
    ("post", "/dossiers/{code}/forward", {}, "C", "dossiers:act"),
    ("post", "/dossiers/{code}/back", {"note": "x"}, "", "dossiers:act"),
    ("post", "/dossiers/{code}/assign", {"person": "counter"}, "RH", "dossiers:act"),
    ("post", "/dossiers/{code}/supplement", {"items": ["x"], **BECAUSE}, "C", "dossiers:act"),
    ("post", "/dossiers/{code}/supplemented", {}, "", "dossiers:act"),
    ("post", "/dossiers/{code}/finance", {"items": ["x"], **BECAUSE}, "C", "dossiers:act"),
    ("post", "/dossiers/{code}/settled", {}, "", "dossiers:act"),
    ("post", "/dossiers/{code}/opinion", {"unit": "so-khac", "question": "?"}, "C", "dossiers:act"),
    ("post", "/dossiers/{code}/waive", BECAUSE, "", "dossiers:act"),  # no opinion is open: see test_opinions.py
    ("post", "/dossiers/{code}/finish", {}, "", "dossiers:act"),
    ("post", "/dossiers/{code}/refuse", BECAUSE, "H", "dossiers:act"),
    ("post", "/dossiers/{code}/stop", BECAUSE, "C", "dossiers:act"),
    ("post", "/dossiers/{code}/withdraw", BECAUSE, "C", "dossiers:act"),
    ("post", "/dossiers/{code}/go-on", BECAUSE, "", "dossiers:act"),
    ("post", "/dossiers/{code}/return", {}, "", "dossiers:act"),
    ("post", "/dossiers/{code}/recall", BECAUSE, "", "dossiers:act"),
    ("post", "/dossiers/{code}/extend", {"due_at": "2099-01-05T10:00:00+07:00", **BECAUSE}, "BH", "dossiers:act"),
    ("post", "/dossiers/{code}/apologise", BECAUSE, "", "dossiers:act"),
    # Its time counts from the reception; who may is tested in test_beginning.py.
    ("post", "/dossiers/{code}/begin", {"day": "2026-01-05", "document": "x"}, "", "dossiers:act"),
    # Nothing is due for this dossier; who may is tested in test_api_money.py.
    ("post", "/dossiers/{code}/cash", {"dues": [{"due": 1, "amount": 1}]}, "", "dossiers:fees"),
    ("post", "/dossiers/{code}/exempt", {"due": 1, "amount": 0, "exempt_as": "x"}, "", "dossiers:fees"),
    ("post", "/dossiers/{code}/undue", {"due": 1, **BECAUSE}, "", "dossiers:fees"),
    ("post", "/dossiers/{code}/approve", {}, "C", "dossiers:act"),
    ("post", "/dossiers/{code}/discard", BECAUSE, "", "dossiers:act"),
    ("post", "/dossiers/{code}/number", {}, "", "dossiers:act"),
    # What lies in nobody's draft or signature yet: who may is tested in test_api_results.py.
    ("get", "/dossiers/{code}/draft", None, "CBSHK", "personal:read"),
    ("post", "/dossiers/{code}/draft", {}, "", "dossiers:act"),
    ("post", "/dossiers/{code}/sign", {}, "", "dossiers:act"),
    ("post", "/dossiers/{code}/seal", {}, "", "dossiers:act"),
    ("post", "/dossiers/{code}/record", {"symbol": "1", "issued_on": "2026-01-05", "file": "x"}, "", "dossiers:act"),
    ("get", "/dossiers/{code}/result.{ending}", None, "", "personal:read"),
    ("get", "/signatures/{signature}", None, "", ""),
    ("post", "/signatures/{signature}", {"signature": "x"}, "", ""),
    ("post", "/dossiers/{code}/papers", {"title": "Ảnh"}, "C", "dossiers:act"),
    ("post", "/dossiers/{code}/papers/{paper}/scan", {"file": "x"}, "", "dossiers:act"),
    ("post", "/dossiers/{code}/papers/{paper}/remove", BECAUSE, "C", "dossiers:act"),
    ("post", "/files", FILE, "CBSHKcbshk", "files:write"),
    ("get", "/files/{file}", None, "CBSHK", "personal:read"),
    ("get", "/dossiers/{code}/forms", None, SEE, "dossiers:read"),
    ("post", "/dossiers/{code}/forms/{kind}", {}, "C", "dossiers:act"),
    ("get", "/dossiers/{code}/forms/{kind}/{ending}", None, "CBSHK", "personal:read"),
    ("get", "/register.{ending}", None, "CBSHK", "personal:read"),
    ("get", "/dossiers/{code}/quality", None, "", "dossiers:read"),
    ("get", "/webhooks", None, ALL, "webhooks"),
    ("post", "/webhooks", {"url": "https://example.vn/"}, ALL, "webhooks"),
    ("delete", "/webhooks/{hook}", None, "", "webhooks"),  # each token has its own: see test_hooks.py
    ("get", "/webhooks/{hook}/deliveries", None, "", "webhooks"),
    ("post", "/dossiers/{code}/opinions/{opinion}", {"answer": "x"}, "BS", "dossiers:act"),
]


def test_every_operation_is_in_the_table(client):
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    there = {
        (method, path.removeprefix("/api/v1"), operation["x-scope"])
        for path, operations in paths.items()
        for method, operation in operations.items()
    }
    assert there == {(method, path, scope) for method, path, _sent, _who, scope in OPERATIONS}


@pytest.fixture
def keys(desk, make_unit):
    """A key of each role at the desk and at another agency, with the scopes asked for."""
    other = make_unit("so-khac", kind="so")

    def make(codes):
        made = {}
        for letter, role in ROLES.items():
            for name, unit in ((letter, desk.office if letter in "BS" else desk.agency), (letter.lower(), other)):
                _token, made[name] = token_make(
                    name=name, unit=unit, codes=codes, roles=[role], expires=today() + timedelta(days=1), acting=SYSTEM
                )
        return made

    return make


def test_who_is_answered(desk, client, keys, make_dossier, system):
    from minhbach.dossiers.actions.intake import HandedIn
    from minhbach.dossiers.actions.opinions import opinion_ask
    from minhbach.dossiers.models import Dossier

    asking, dossier = make_dossier(), make_dossier(papers=[HandedIn("request", scan=scan())])
    paper = dossier.papers.get()
    opinion = opinion_ask(asking, desk.office, question="?", acting=desk.counter)
    # In nobody's hands, so that the role alone decides.
    Dossier.objects.filter(pk=dossier.pk).update(at_person=None)
    everything = [scope.code for scope in scopes()]
    with_all, without = keys(everything), {}
    for code in sorted({scope for *_rest, scope in OPERATIONS if scope}):
        without[code] = keys([other for other in everything if other != code])
    wrong = []

    def asked(method, path, sent, key):
        path = path.format(
            code="1.900001" if "procedures" in path else (asking if "opinions" in path else dossier).code,
            opinion=opinion.pk,
            hook=1,
            paper=paper.pk,
            file=paper.attachment.pk,
            signature=uuid4(),
            kind="receipt",
            ending="docx",
        )
        if path == "/register.docx":
            path += f"?agency=so-gd&first={today()}&last={today()}"
        if isinstance(sent, dict) and sent.get("person") == "counter":
            sent = {"person": desk.counter.person_id}
        body = {} if sent is None or sent is FILE else {"data": json.dumps(sent), "content_type": "application/json"}
        if sent is FILE:
            FILE.seek(0)
            body = {"data": {"file": FILE}}
        with transaction.atomic():
            answer = getattr(client, method)(f"/api/v1{path}", headers={"Authorization": f"Bearer {key}"}, **body)
            transaction.set_rollback(True)
        return answer.status_code

    for method, path, sent, allowed, scope in OPERATIONS:
        statuses = {letter: asked(method, path, sent, key) for letter, key in with_all.items()}
        good = "".join(letter for letter, status in statuses.items() if status in (200, 201, 204))
        if sorted(good) != sorted(allowed):
            wrong.append(f"{method} {path}: {good or 'nobody'}, expected {allowed or 'nobody'}")
        if odd := {
            letter: status for letter, status in statuses.items() if status not in (200, 201, 204, 403, 404, 409)
        }:
            wrong.append(f"{method} {path}: {odd}")
        if foreign := {x: status for x, status in statuses.items() if x.islower() and status == 409 and "{" in path}:
            wrong.append(f"{method} {path}: tells another agency of the dossier: {foreign}")
        if scope:
            letters = allowed or "C"
            refused = {letter: asked(method, path, sent, without[scope][letter]) for letter in letters}
            if set(refused.values()) != {403}:
                wrong.append(f"{method} {path} without {scope}: {refused}")
        if asked(method, path, sent, "mb_00000000_wrong") not in (401, 429):
            wrong.append(f"{method} {path}: answers without a token")
    assert not wrong, "\n".join(wrong)
