"""Certificates of people and organisations; a signature asked for once, given once, by the right one, in time."""

import base64
import json
import threading
import urllib.error
import urllib.request
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from minhbach.org.errors import NotPossible
from minhbach.org.models import Certificate, Event, SigningRequest
from minhbach.org.permissions import Refused
from minhbach.org.signing import actions, purposes, queries, server_keys
from minhbach.papers import Document, Signature
from minhbach.papers.signable import signable, stamp
from minhbach.signatures import Box, Pkcs12Key, Place, check, with_blanks
from minhbach.signatures.demonstration import Authority
from minhbach.signatures.signer import server

pytestmark = pytest.mark.django_db
TAKEN = []


def _signed(request, pdf, acting):
    if request.subject_id == "refused":
        raise NotPossible("no", "state")
    TAKEN.append((request.subject_id, pdf))


PURPOSE = purposes.register("tests.paper", signed=_signed, address=lambda request: "/")


def refused(code, action, *args, **kwargs):
    with pytest.raises(NotPossible) as error:
        action(*args, **kwargs)
    assert error.value.code == code


@pytest.fixture(scope="module")
def paper():
    drawn = signable(Document("Giấy", signatures=(Signature("Giám đốc", "Dũng"),)))
    spot = drawn.spots["signature-0"]
    box = Box(spot.page, spot.left, spot.bottom, spot.right, spot.top)
    return with_blanks(drawn.pdf, {}, [Place("person", box)]), stamp(["Ký"], box.width, box.height)


@pytest.fixture
def unit(make_unit):
    return make_unit("so", kind="so", name="Sở Giáo dục")


@pytest.fixture
def director(make_account, unit):
    return make_account("dung", unit, "head", full_name="Nguyễn Văn Dũng")


@pytest.fixture
def ask(paper, director):
    pdf, look = paper

    def make(subject="1", acting=director):
        [certificate] = queries.usable(director.person)
        return actions.signature_ask(
            pdf,
            "person",
            certificate,
            purpose=PURPOSE,
            subject_id=subject,
            title="Giấy",
            look=look,
            first=True,
            acting=acting,
        )

    return make


def test_a_signature_is_taken_once_from_the_one_who_asked(ask, make_token, director, make_account, unit):
    token = make_token(director.person)
    asked = ask()
    TAKEN.clear()
    other = make_account("khac", unit, "head")
    with pytest.raises(Refused):
        actions.signature_take(asked, token.sign(bytes.fromhex(asked.digest)), acting=other)
    refused("does_not_fit", actions.signature_take, asked, b"nonsense", acting=director)
    assert not TAKEN
    answer = base64.b64encode(token.sign(bytes.fromhex(asked.digest)))
    done = actions.signature_take(asked, answer + b"\n", acting=director)
    [(subject, pdf)] = TAKEN
    assert subject == "1" and done.done_at and done.prepared is None
    assert check(pdf).signatures[0].holder == "Nguyễn Văn Dũng"
    refused("done", actions.signature_take, asked, answer, acting=director)


def test_what_the_room_refuses_leaves_nothing(ask, make_token, director):
    token = make_token(director.person)
    asked = ask("refused")
    refused("state", actions.signature_take, asked, token.sign(bytes.fromhex(asked.digest)), acting=director)
    asked.refresh_from_db()
    assert asked.done_at is None and asked.prepared is not None


def test_a_request_expires_and_a_withdrawn_certificate_signs_nothing(ask, make_token, director, system):
    token = make_token(director.person)
    asked = ask()
    answer = token.sign(bytes.fromhex(asked.digest))
    [certificate] = queries.usable(director.person)
    actions.certificate_withdraw(certificate, because="Mất thiết bị", acting=system)
    refused("withdrawn", actions.signature_take, asked, answer, acting=director)
    assert queries.usable(director.person) == []
    refused("withdrawn", actions.certificate_withdraw, certificate, because="nữa", acting=system)
    SigningRequest.objects.update(made_at=timezone.now() - timedelta(hours=1), expires_at=timezone.now())
    refused("expired", actions.signature_take, asked, answer, acting=director)
    assert actions.requests_sweep() == 1 and SigningRequest.objects.get().prepared is None


def test_certificates_that_are_not_taken(authority, make_token, director, unit, system, make_account, settings):
    make_token(unit)  # the root is trusted from here on

    def key(issuer, name, **more):
        return Pkcs12Key.load(issuer.pkcs12(name, password="1", elliptic=True, **more), "1").certificate

    register, person = actions.certificate_register, director.person
    ended = key(authority, "Nguyễn Văn Dũng", now=timezone.now() - timedelta(days=4000))
    for code, content in (
        ("certificate", b"nothing"),
        ("untrusted", key(Authority.new(), "Nguyễn Văn Dũng")),
        ("other_name", key(authority, "Trần Thị Bình")),
        ("not_for_signing", authority.certificate),
        ("ended", ended),
    ):
        refused(code, register, content, person=person, acting=system)
    good = key(authority, "NGUYEN VAN DUNG")
    with pytest.raises(Refused):
        register(good, person=person, acting=director)
    picture = SimpleUploadedFile("ky.txt", b"not a picture")
    refused("image", register, good, person=person, image=picture, acting=system)
    admin = make_account("quan-tri", unit, "administrator")
    register(good, person=person, acting=admin)
    refused("taken", register, good, person=person, acting=admin)
    event = Event.objects.get(verb="org.certificate_registered", chain__name=f"person:{person.pk}")
    assert "Dũng" not in str(event.data)
    settings.SIGNING_ROOTS = ""
    refused("untrusted", register, key(authority, "Nguyễn Văn Dũng"), person=person, acting=admin)


def test_a_key_of_the_server_signs_by_configuration_only(
    ask, authority, director, make_token, system, settings, tmp_path, monkeypatch
):
    make_token(director.person)
    TAKEN.clear()
    assert actions.signature_by_server(ask(), acting=director) is None
    content = authority.pkcs12("Nguyễn Văn Dũng", password="geheim", elliptic=True)
    (tmp_path / "dung.p12").write_bytes(content)
    listing = tmp_path / "keys.toml"
    listing.write_text('[[key]]\npkcs12 = "dung.p12"\nsecret = "KEY_OF_DUNG"\n')
    monkeypatch.setenv("KEY_OF_DUNG", "geheim")
    settings.SIGNING_KEYS = str(listing)
    [old] = queries.usable(director.person)
    actions.certificate_withdraw(old, because="Đổi", acting=system)
    own = Pkcs12Key.load(content, "geheim").certificate
    actions.certificate_register(own, person=director.person, acting=system)
    assert actions.signature_by_server(ask("server"), acting=director).done_at
    assert TAKEN[0][0] == "server"
    listing.write_text('[[key]]\npkcs12 = "none.p12"\nsecret = "KEY_OF_DUNG"\n\n')
    with pytest.raises(ImproperlyConfigured):
        server_keys.key_for("0")


def test_the_page_gives_the_hash_out_and_takes_the_answer_in(client, ask, make_token, director, make_account, unit):
    token = make_token(director.person)
    asked = ask()
    TAKEN.clear()
    page, order = reverse("org:signing", args=[asked.pk]), reverse("org:signing_order", args=[asked.pk])
    client.force_login(make_account("khac", unit, "head"))
    assert client.get(page).status_code == client.get(order).status_code == 404
    client.force_login(director)
    shown = client.get(page)
    assert asked.digest in shown.content.decode()
    assert "connect-src 'self' http://127.0.0.1:9797" in shown.headers["Content-Security-Policy"]
    given = client.get(order).json()
    assert given["digest"] == asked.digest and given["certificate"] == Certificate.objects.get().fingerprint
    wrong = client.post(page, {"answer": "abc"})
    assert wrong.status_code == 422 and "đúng thiết bị" in wrong.content.decode()
    answer = base64.b64encode(token.sign(bytes.fromhex(given["digest"])))
    assert client.post(page, {"file": SimpleUploadedFile("answer.txt", answer)}).status_code == 302
    assert len(TAKEN) == 1
    assert "đã được ký" in client.get(page).content.decode()


def test_the_signing_program_answers_only_its_pages_and_only_for_its_key(authority):
    token = Pkcs12Key.load(authority.pkcs12("Dũng", password="1", elliptic=True), "1")
    other = Pkcs12Key.load(authority.pkcs12("Bình", password="1", elliptic=True), "1")
    import hashlib

    def order(key):
        own = hashlib.sha256(key.certificate).hexdigest()
        return {"digest": "ab" * 32, "algorithm": "sha256", "certificate": own, "holder": "Bình", "title": "Giấy"}

    asked = []
    running = server(
        [token], origins=["http://localhost:8000"], port=0, agree=lambda title: asked.append(title) or True
    )
    threading.Thread(target=running.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{running.server_port}/sign"

    def post(said, origin="http://localhost:8000", **more):
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        request = urllib.request.Request(address, body, {"Origin": origin, **more}, method="POST")
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    try:
        status, said = post(order(token))
        assert status == 200 and base64.b64decode(said["signature"])
        assert asked == ["Giấy"]
        assert post(order(other)) == (422, {"error": "Thiết bị này không có chứng thư của Bình."})
        assert post(order(token), origin="http://evil.example")[0] == 403
        assert post(order(token), Host="evil.example:80")[0] == 403
        assert post({"digest": "zz"})[0] == 422
        assert post([])[0] == 422
        assert post(b"{")[0] == 400
    finally:
        running.shutdown()
        running.server_close()


def test_certificates_on_screen(client, authority, make_token, director, unit, make_account):
    make_token(unit)
    admin = make_account("quan-tri", unit, "administrator")
    client.force_login(admin)
    good = Pkcs12Key.load(authority.pkcs12("Nguyễn Văn Dũng", password="1", elliptic=True), "1").certificate
    address = reverse("org:person_certificate", args=[director.person.pk])
    assert address in client.get(reverse("org:person", args=[director.person.pk])).content.decode()
    wrong = client.post(address, {"file": SimpleUploadedFile("a.cer", b"x")})
    assert wrong.status_code == 422 and "không phải chứng thư số" in wrong.content.decode()
    assert client.post(address, {"file": SimpleUploadedFile("a.cer", good)}).status_code == 302
    shown = client.get(reverse("org:certificates")).content.decode()
    assert "Nguyễn Văn Dũng" in shown and "Sở Giáo dục" in shown
    own = Certificate.objects.get(person=director.person)
    withdraw = reverse("org:certificate_withdraw", args=[own.pk])
    assert client.post(withdraw, {"because": "Mất"}).status_code == 302
    client.force_login(director)
    shown = client.get(reverse("org:certificates")).content.decode()
    assert "Nguyễn Văn Dũng" in shown and "Sở Giáo dục" not in shown.split("<main")[1]
    assert client.get(withdraw).status_code == 403
