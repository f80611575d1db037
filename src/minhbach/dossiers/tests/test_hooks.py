"""Webhooks: laid out with the event, sent in order, signed, patiently; never into the own network."""

import hashlib
import hmac
import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.urls import reverse
from django.utils import timezone

from minhbach.dossiers.actions.hooks import hook_set
from minhbach.dossiers.actions.moving import dossier_forward
from minhbach.dossiers.hooks.reaching import Unreachable, place_of, post
from minhbach.dossiers.hooks.sending import MOST_TRIES, QUEUE, send
from minhbach.dossiers.models import Delivery, Hook
from minhbach.org.dates import today
from minhbach.org.errors import NotPossible
from minhbach.org.permissions import SYSTEM, Refused
from minhbach.org.tokens.actions import token_make, token_revoke

pytestmark = pytest.mark.django_db


@pytest.fixture
def receiver(settings):
    """A system that is told: `receiver.got`, and what it answers."""
    settings.WEBHOOK_HOSTS = ["127.0.0.1"]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.got.append((dict(self.headers), body))
            self.send_response(server.answer)
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.end_headers()

        def log_message(self, *_arguments):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.got, server.answer = [], 204
    server.url = f"http://127.0.0.1:{server.server_port}/told"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def token_of(desk):
    def make(*roles, unit=None, codes=("webhooks",)):
        expires = today() + timedelta(days=1)
        made = {"name": "Kho", "unit": unit or desk.agency, "codes": codes, "roles": roles or ["counter"]}
        return token_make(**made, expires=expires, acting=SYSTEM)

    return make


def test_told_in_order_and_signed(desk, make_dossier, token_of, receiver):
    token, _key = token_of()
    hook = hook_set(token, url=receiver.url, acting=token.account)
    dossier = make_dossier()
    dossier_forward(dossier, acting=desk.counter)
    assert QUEUE.due().count() == 1  # the second waits for the first
    assert send() == 2
    told = [json.loads(body) for _headers, body in receiver.got]
    assert [(one["event"], one["seq"], one["status"]) for one in told] == [
        ("dossiers.received", 1, 2),
        ("dossiers.moved", 2, 4),
    ]
    assert all(one["dossier"] == dossier.code for one in told)
    assert "Nguyễn" not in str(receiver.got) and "031099000001" not in str(receiver.got)
    headers, body = receiver.got[0]
    at, _comma, signed = headers["Minhbach-Signature"].removeprefix("t=").partition(",v1=")
    assert signed == hmac.new(hook.secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    assert headers["Idempotency-Key"] == told[0]["id"]
    assert send() == 0


def test_what_fails_is_tried_again_and_holds_back_what_follows(desk, make_dossier, token_of, receiver):
    token, _key = token_of()
    hook_set(token, url=receiver.url, acting=token.account)
    dossier, other = make_dossier(), make_dossier()
    dossier_forward(dossier, acting=desk.counter)
    receiver.answer = 302  # no redirection is followed
    assert send() == 0
    assert len(receiver.got) == 2
    first = Delivery.objects.filter(dossier=dossier).first()
    assert (first.attempts, first.failure, first.state) == (1, "HTTP 302", "waiting")
    assert first.next_at > timezone.now()
    receiver.answer = 200
    assert send() == 0  # not yet
    Delivery.objects.update(next_at=timezone.now())
    assert send() == 3
    keys = [headers["Idempotency-Key"] for headers, _body in receiver.got]
    assert keys[0] == keys[2] or keys[0] in keys[2:]
    assert {one.dossier_id for one in Delivery.objects.filter(state="sent")} == {dossier.pk, other.pk}


def test_given_up_after_many_tries_and_sent_again_by_hand(make_dossier, make_account, desk, token_of, receiver, client):
    token, _key = token_of()
    hook_set(token, url=receiver.url, acting=token.account)
    make_dossier()
    receiver.answer = 500
    Delivery.objects.update(attempts=MOST_TRIES - 1)
    send()
    one = Delivery.objects.get()
    assert one.state == "failed"
    client.force_login(make_account("quan-tri", desk.agency, "administrator"))
    shown = client.get(reverse("dossiers:hook_messages")).content.decode()
    assert one.dossier.code in shown and "HTTP 500" in shown
    client.post(reverse("dossiers:hook_message_again", args=[one.pk]))
    receiver.answer = 200
    assert send() == 1


def test_nothing_is_laid_out_when_the_action_fails_or_the_token_may_not_see(
    make_dossier, token_of, make_unit, receiver
):
    other = make_unit("so-khac", kind="so")
    for token, _key in (token_of(unit=other), token_of("administrator")):
        hook_set(token, url=receiver.url, acting=token.account)
    gone, _key = token_of()
    hook_set(gone, url=receiver.url, acting=gone.account)
    token_revoke(gone, acting=SYSTEM)
    picky, _key = token_of()
    hook_set(picky, url=receiver.url, verbs=["dossiers.finished"], acting=picky.account)
    with pytest.raises(NotPossible):
        make_dossier(papers=[])
    make_dossier()
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    "url",
    [
        "http://example.vn/x",
        "ftp://example.vn/x",
        "https://user:pass@example.vn/",
        "https:///x",
        "https://[::1/",
        "not an address",
        "https://example.vn:port/",
    ],
)
def test_what_is_no_address(token_of, url):
    token, _key = token_of()
    with pytest.raises(NotPossible) as error:
        hook_set(token, url=url, acting=token.account)
    assert error.value.code == "address"


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://localhost/",
        "https://10.0.0.1/",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://0.0.0.0/",
        "https://2130706433/",
    ],
)
def test_the_own_network_is_not_called(url):
    place_of(url)
    with pytest.raises(Unreachable, match="inside"):
        post(url, b"{}", {})


def test_only_the_system_itself_sets_it_and_known_events(token_of, make_account, desk):
    token, _key = token_of()
    with pytest.raises(Refused):
        hook_set(token, url="https://example.vn/", acting=desk.counter)
    with pytest.raises(NotPossible) as error:
        hook_set(token, url="https://example.vn/", verbs=["dossiers.nothing"], acting=token.account)
    assert error.value.code == "event"


def test_by_the_api(client, token_of, make_dossier):
    _token, key = token_of()
    headers = {"Authorization": f"Bearer {key}"}
    sent = json.dumps({"url": "https://example.vn/told", "events": ["dossiers.received"]})
    made = client.post("/api/v1/webhooks", sent, content_type="application/json", headers=headers)
    assert made.status_code == 201 and len(made.json()["secret"]) >= 40
    pk = made.json()["id"]
    listed = client.get("/api/v1/webhooks", headers=headers).json()
    assert [row["url"] for row in listed] == ["https://example.vn/told"] and "secret" not in listed[0]
    dossier = make_dossier()
    [one] = client.get(f"/api/v1/webhooks/{pk}/deliveries", headers=headers).json()
    assert (one["event"], one["dossier"], one["state"]) == ("dossiers.received", dossier.code, "waiting")
    _other, foreign = token_of()
    theirs = {"Authorization": f"Bearer {foreign}"}
    assert client.delete(f"/api/v1/webhooks/{pk}", headers=theirs).status_code == 404
    assert client.delete(f"/api/v1/webhooks/{pk}", headers=headers).status_code == 204
    assert client.get("/api/v1/webhooks", headers=headers).json() == []
    assert Hook.objects.get().ended_at is not None and not QUEUE.due().exists()
