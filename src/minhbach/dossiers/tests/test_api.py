"""The way of a dossier through the API, by tokens of systems in the roles of the desk's people."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from minhbach.dossiers import queries
from minhbach.dossiers.actions.moving import dossier_forward
from minhbach.dossiers.doing import DEEDS
from minhbach.dossiers.following import token_of
from minhbach.dossiers.models import Dossier
from minhbach.org.dates import today
from minhbach.org.models import Event
from minhbach.org.permissions import SYSTEM
from minhbach.org.tokens.actions import token_make, token_revoke
from minhbach.procedures.actions import procedures_load
from minhbach.procedures.testing import LONG_AGO, contents_of

pytestmark = pytest.mark.django_db
EVERYTHING = ["dossiers:read", "dossiers:write", "dossiers:act", "personal:read"]
SENT = {
    "procedure": "1.900001",
    "agency": "so-gd",
    "applicant": {"name": "Trần Thị Bình", "id_number": "031199000002", "phone": "0912345678"},
    "papers": [{"component": "request", "handed_in": "original"}],
    "channel": "online",
}


class Caller:
    """A system that calls with its token."""

    def __init__(self, client, key):
        self.client, self.headers = client, {"Authorization": f"Bearer {key}", "Accept-Language": "en"}

    def get(self, path, **query):
        return self.client.get(f"/api/v1{path}", query, headers=self.headers)

    def post(self, path, body=None, **headers):
        sent = json.dumps(body if body is not None else {})
        headers = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return self.client.post(f"/api/v1{path}", sent, content_type="application/json", headers=headers)


@pytest.fixture
def system_of(desk, system, client):
    def make(*roles, codes=EVERYTHING, unit=None):
        token, key = token_make(
            name="Hệ thống " + "-".join(roles),
            unit=unit or desk.agency,
            codes=codes,
            roles=roles,
            expires=today() + timedelta(days=9),
            acting=system,
        )
        caller = Caller(client, key)
        caller.token = token
        return caller

    return make


def test_the_whole_way(desk, system_of):
    counter, office, head, clerk = (system_of(role) for role in ("counter", "office_head", "head", "clerk"))
    made = counter.post("/dossiers", {**SENT, "receive": True})
    assert made.status_code == 201, made.content
    code = made.json()["code"]
    told = counter.get(f"/dossiers/{code}").json()
    assert code == f"H24.15-{today():%y%m%d}-0001"
    assert (told["status"], told["step"], told["at_unit"]["code"]) == (2, "receive", "mot-cua")
    assert told["clock"]["state"] == "running" and told["clock"]["words"]
    assert told["applicant"]["id_number"] == "031••••••002" and told["masked"] is True
    assert "forward" in [deed["code"] for deed in told["deeds"]]

    told = counter.post(f"/dossiers/{code}/forward", {"edition": told["edition"]}).json()
    assert told["edition"] == 2
    assert (told["status"], told["step"]) == (4, "assign")
    told = office.post(f"/dossiers/{code}/forward", {"person": desk.specialist.person_id, "note": "Xử lý"}).json()
    assert (told["step"], told["at_person"]["id"]) == ("handle", desk.specialist.person_id)
    told = office.post(f"/dossiers/{code}/supplement", {"items": ["Giấy ủy quyền"], "because": "Thiếu"}).json()
    assert told["at_unit"] == "phong-ql"
    told = office.get(f"/dossiers/{code}").json()
    assert (told["status"], told["clock"]["state"], told["pauses"][0]["items"]) == (5, "waiting", ["Giấy ủy quyền"])
    papers = [{"component": "warrant", "copies": 1}]
    told = counter.post(f"/dossiers/{code}/supplemented", {"papers": papers, "answer": "Đã bổ sung"}).json()
    assert told["status"] == 4
    told = counter.get(f"/dossiers/{code}").json()
    assert [paper["component"] for paper in told["papers"]] == ["request", "warrant"]
    for caller in (office, office, head):
        answer = caller.post(f"/dossiers/{code}/forward")
        assert answer.status_code == 200, answer.content
    assert clerk.post(f"/dossiers/{code}/finish").json()["status"] == 9
    told = counter.post(f"/dossiers/{code}/return", {"by": "post"}).json()
    assert told["returned_at"]
    told = counter.get(f"/dossiers/{code}").json()
    assert (told["status"], told["return_by"], told["outcome"]) == (10, "post", "granted")
    assert [event["verb"] for event in told["events"]] == [
        "dossiers.received",
        "dossiers.moved",
        "dossiers.moved",
        "dossiers.supplement_asked",
        "dossiers.supplemented",
        *["dossiers.moved"] * 3,
        "dossiers.finished",
        "dossiers.returned",
    ]
    assert told["events"][0]["who"] == "Hệ thống counter"


def test_every_deed_is_an_operation(client):
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    there = {path.rpartition("/")[2] for path, operations in paths.items() if "post" in operations}
    assert set(DEEDS) <= there


def test_registered_it_waits_to_be_received(system_of):
    counter = system_of("counter")
    code = counter.post("/dossiers", SENT).json()["code"]
    told = counter.get(f"/dossiers/{code}").json()
    assert (told["status"], told["clock"]) == (1, None)
    assert told["deeds"][0]["code"] == "accept"
    assert counter.post(f"/dossiers/{code}/accept").json()["status"] == 2
    assert counter.get(f"/dossiers/{code}").json()["clock"]["state"] == "running"


def test_a_repeated_call_makes_no_second_dossier(system_of):
    counter, other = system_of("counter"), system_of("counter")
    first = counter.post("/dossiers", SENT, Idempotency_Key="a-1")
    again = counter.post("/dossiers", SENT, Idempotency_Key="a-1")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["code"] == again.json()["code"]
    changed = counter.post("/dossiers", {**SENT, "subject": "khác"}, Idempotency_Key="a-1")
    assert (changed.status_code, changed.json()["code"]) == (409, "key_reused")
    assert other.post("/dossiers", SENT, Idempotency_Key="a-1").status_code == 201
    assert Dossier.objects.count() == 2


def test_what_fails_leaves_nothing_under_its_key(system_of):
    counter = system_of("counter")
    wrong = counter.post("/dossiers", {**SENT, "receive": True, "papers": []}, Idempotency_Key="b")
    assert (wrong.status_code, wrong.json()["code"]) == (409, "incomplete")
    assert "Phiếu đề nghị" in wrong.json()["detail"]
    assert not Dossier.objects.exists()
    assert counter.post("/dossiers", SENT, Idempotency_Key="b").status_code == 201


def test_problems_say_where_and_why_in_the_language_asked(system_of):
    counter = system_of("counter")
    sent = {**SENT, "applicant": {"name": "A", "id_numbr": "1", "born": "31/12/1999"}, "papers": [{"copies": "two"}]}
    answer = counter.post("/dossiers", sent)
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    told = {mistake["place"]: mistake["detail"] for mistake in answer.json()["errors"]}
    assert told == {
        "applicant.id_numbr": "There is no such field.",
        "applicant.born": "A day as 2026-11-21.",
        "papers[0].copies": "This must be a whole number.",
    }
    counter.headers["Accept-Language"] = "vi"
    told = {mistake["place"]: mistake["detail"] for mistake in counter.post("/dossiers", sent).json()["errors"]}
    assert told["applicant.id_numbr"] == "Không có trường này."


@pytest.mark.parametrize("body", ["", "{", "[]", '{"a": NaN}', "[" * 100_000, "\x00", '"' + "a" * 10 + '"'])
def test_what_is_no_json(system_of, client, body):
    counter = system_of("counter")
    answer = client.post("/api/v1/dossiers", body, content_type="application/json", headers=counter.headers)
    assert answer.status_code in (400, 422)
    assert answer["Content-Type"] == "application/problem+json"


def test_of_two_at_once_the_later_is_told(system_of):
    counter = system_of("counter")
    told = counter.post("/dossiers", {**SENT, "receive": True}).json()
    way = f"/dossiers/{told['code']}/withdraw"
    assert counter.post(way, {"because": "Đổi ý", "edition": told["edition"]}).status_code == 200
    late = counter.post(f"/dossiers/{told['code']}/forward", {"edition": told["edition"]})
    assert late.status_code == 409


def test_impossible_deeds_are_refused_with_the_reason(desk, system_of, make_unit):
    beside = make_unit("phong-khac", parent=desk.agency)
    counter, stranger = system_of("counter"), system_of("specialist", unit=beside)
    code = counter.post("/dossiers", {**SENT, "receive": True}).json()["code"]
    done = counter.post(f"/dossiers/{code}/return")
    assert (done.status_code, done.json()["code"]) == (409, "state")
    nobody = counter.post(f"/dossiers/{code}/forward", {"to": "sign"})
    assert nobody.status_code == 409
    assert counter.post(f"/dossiers/{code}/refuse", {"because": "x"}).status_code == 403
    assert stranger.get(f"/dossiers/{code}").status_code == 404
    assert stranger.post(f"/dossiers/{code}/forward").status_code == 404
    assert counter.get("/dossiers/khong-co").status_code == 404
    person = counter.post(f"/dossiers/{code}/assign", {"person": desk.head.person_id})
    assert (person.status_code, person.json()["errors"][0]["place"]) == (409, "person")


def test_scopes(system_of):
    counter = system_of("counter")
    code = counter.post("/dossiers", {**SENT, "receive": True}).json()["code"]
    reads = system_of("counter", codes=["dossiers:read"])
    told = reads.get(f"/dossiers/{code}").json()
    assert told["deeds"] == []
    for answer in (
        reads.post("/dossiers", SENT),
        reads.post(f"/dossiers/{code}/forward"),
        reads.get(f"/dossiers/{code}/personal"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "scope")
    writes = system_of("counter", codes=["dossiers:write"])
    assert writes.post("/dossiers", SENT).status_code == 201
    assert writes.get(f"/dossiers/{code}").status_code == 403
    # The scope alone gives nothing: the role of an auditor has no right to personal data.
    audits = system_of("auditor")
    assert audits.get(f"/dossiers/{code}").status_code == 200
    assert audits.get(f"/dossiers/{code}/personal").status_code == 403
    assert audits.post(f"/dossiers/{code}/forward").status_code == 403


def test_the_code_of_the_receipt_leads_to_the_public_address(system_of, make_dossier, settings):
    settings.PUBLIC_URL = "https://motcua.example"
    code = make_dossier().code
    follow = system_of("counter").get(f"/dossiers/{code}").json()["follow"]
    assert follow == f"https://motcua.example/follow/{code}/{token_of(code)}/"


def test_personal_data_in_full_are_recorded(system_of):
    counter = system_of("counter")
    code = counter.post("/dossiers", {**SENT, "receive": True}).json()["code"]
    assert "031199000002" not in counter.get(f"/dossiers/{code}").content.decode()
    assert "031199000002" not in counter.get("/dossiers").content.decode()
    told = counter.get(f"/dossiers/{code}/personal").json()
    assert told["applicant"]["id_number"] == "031199000002" and told["answers"] == {}
    event = Event.objects.get(verb="dossiers.personal_seen")
    assert event.actor == counter.token.account


def test_without_a_token(client, system_of):
    counter = system_of("counter")
    for headers in ({}, {"Authorization": "Bearer mb_00000000_x"}, {"Authorization": "Basic eDp4"}):
        answer = client.get("/api/v1/dossiers", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "token")
        assert answer["WWW-Authenticate"] == "Bearer"
    token_revoke(counter.token, acting=SYSTEM)
    assert counter.get("/dossiers").status_code == 401


def test_wrong_tokens_are_limited_and_right_ones_never(client, system_of):
    counter = system_of("counter")
    wrong = {"Authorization": f"Bearer mb_{counter.token.prefix}_wrong", "Accept-Language": "en"}
    answers = [client.get("/api/v1/dossiers", headers=wrong).status_code for _n in range(8)]
    assert answers[:4] == [401] * 4 and answers[-1] == 429
    last = client.get("/api/v1/dossiers", headers=wrong)
    assert last["Content-Type"] == "application/problem+json" and int(last["Retry-After"]) > 0
    assert counter.get("/dossiers").status_code == 200


def test_pages_by_key(system_of, make_dossier):
    counter = system_of("counter")
    codes = [make_dossier().code for _n in range(5)][::-1]
    read, cursor = [], ""
    for _page in range(3):
        told = counter.get("/dossiers", limit=2, cursor=cursor).json()
        read += [row["code"] for row in told["rows"]]
        cursor = told["next"]
    assert (read, cursor) == (codes, None)
    assert counter.get("/dossiers", cursor="bm9uZQ").status_code == 409
    assert counter.get("/dossiers", cursor="!!").status_code == 409


def test_what_changed_since(desk, system_of, make_dossier):
    counter = system_of("counter")
    before = timezone.now()
    first, second = make_dossier(), make_dossier()
    told = counter.get("/dossiers", changed_since=before.isoformat(), limit=1).json()
    assert [row["code"] for row in told["rows"]] == [first.code]
    dossier_forward(first, acting=desk.counter)
    told = counter.get("/dossiers", changed_since=before.isoformat(), cursor=told["next"]).json()
    assert [row["code"] for row in told["rows"]] == [second.code, first.code]


def test_filters(desk, system_of, make_dossier):
    counter = system_of("counter")
    one, two = make_dossier(), make_dossier()
    dossier_forward(two, acting=desk.counter)

    def found(**query):
        answer = counter.get("/dossiers", **query)
        assert answer.status_code == 200, answer.content
        return [row["code"] for row in answer.json()["rows"]]

    assert found(status=4) == [two.code]
    assert found(status=[2, 4]) == [two.code, one.code]
    assert found(unit="mot-cua") == [one.code]
    assert found(unit="so-gd") == [two.code, one.code]
    assert found(unit="khong-co") == []
    assert found(agency="so-gd", procedure="1.900001") == [two.code, one.code]
    assert found(procedure="9") == []
    assert found(q="nguyen van an") == [two.code, one.code]
    assert found(q=one.code) == [one.code]
    assert found(q="031099000001") == [two.code, one.code]
    assert found(due_before=one.due_at.isoformat()) == []
    assert found(due_from=one.due_at.isoformat()) == [two.code, one.code]
    assert counter.get("/dossiers", colour="red").status_code == 422
    assert counter.get("/dossiers", limit=1000).status_code == 422


@pytest.mark.parametrize("near", [1, 5000])
@pytest.mark.parametrize("role", ["counter", "specialist"])
def test_words_that_few_or_many_hold_are_found_in_order(
    desk, system_of, make_dossier, make_applicant, monkeypatch, near, role
):
    """Wherever the walk along the list gives up and the index of words is asked."""
    monkeypatch.setattr(queries, "NEAR", near)
    rare = make_applicant(name="Đặng Thị Quý", id_number="031099000009")
    codes = [make_dossier(applicant=rare if n == 1 else None).code for n in range(6)]
    caller = system_of(role, unit=desk.agency if role == "counter" else desk.office)
    begin = timezone.now() - timedelta(hours=1)

    def found(**query):
        rows, cursor = [], ""
        while cursor is not None:
            answer = caller.get("/dossiers", limit=2, **query, **({"cursor": cursor} if cursor else {})).json()
            rows += [row["code"] for row in answer["rows"]]
            cursor = answer["next"]
        return rows

    others = [code for code in codes if code != codes[1]]
    assert found(q="dang quy") == [codes[1]]
    assert found(q="nguyen an") == others[::-1]
    assert found(q="khong co ai") == []
    assert found(q="dang quy", changed_since=begin.isoformat()) == [codes[1]]
    assert found(q="nguyen an", changed_since=begin.isoformat()) == others


def test_the_catalogue_goes_by_code_from_page_to_page_whatever_words_are_looked_for(desk, system, system_of):
    names = {"1.000001": "Chuyển đổi trường tư thục", "2.900009": "Chuyển trường và tiếp nhận học sinh"}
    texts = [f"code: {code}\nname: {name}\nlevel: province\n" for code, name in names.items()]
    procedures_load(contents_of(*texts), keeper=desk.agency, begins=LONG_AGO, acting=system)
    counter, wanted = system_of("counter", codes=["dossiers:read"]), {"q": "chuyen truong", "limit": 1}
    first = counter.get("/procedures", **wanted).json()
    second = counter.get("/procedures", **wanted, cursor=first["next"]).json()
    assert [row["code"] for page in (first, second) for row in page["rows"]] == ["1.000001", "2.900009"]
    assert second["next"] is None


def test_the_catalogue(desk, system_of):
    counter = system_of("counter", codes=["dossiers:read"])
    [row] = counter.get("/procedures", q="cap ban sao", agency="so-gd").json()["rows"]
    assert row["code"] == "1.900001"
    told = counter.get("/procedures/1.900001").json()
    assert told["content"]["components"][0]["key"] == "request"
    assert [offer["agency"] for offer in told["offers"]] == ["so-gd"]
    assert counter.get("/procedures/9.9").status_code == 404
    assert counter.get("/procedures", agency="khong").json()["rows"] == []


def test_opinions(desk, system_of, make_unit):
    other = make_unit("phong-khac", parent=desk.agency)
    counter, asked = system_of("counter"), system_of("specialist", unit=other)
    code = counter.post("/dossiers", {**SENT, "receive": True}).json()["code"]
    assert asked.get(f"/dossiers/{code}").status_code == 404
    counter.post(f"/dossiers/{code}/opinion", {"unit": "phong-khac", "question": "Có đủ điều kiện?"})
    told = asked.get(f"/dossiers/{code}").json()
    [opinion] = told["opinions"]
    asked.post(f"/dossiers/{code}/opinions/{opinion['id']}", {"agrees": True, "answer": "Đủ"})
    told = asked.get(f"/dossiers/{code}").json()
    assert (told["opinions"][0]["agrees"], told["opinions"][0]["answer"]) == (True, "Đủ")
    assert asked.post(f"/dossiers/{code}/opinions/999999", {"answer": "?"}).status_code == 404


def test_the_description_and_its_page(client):
    schema = client.get("/api/v1/openapi.json").json()
    assert schema["openapi"].startswith("3.1")
    operations = [one for path in schema["paths"].values() for one in path.values()]
    assert all(one["security"] for one in operations)
    client.cookies["django_language"] = "en"
    page = client.get("/api/v1/")
    assert page.status_code == 200 and "Content-Security-Policy" in page
    text = page.content.decode()
    assert all(one["operationId"] in text for one in operations)
    assert "applicant.id_number" in text and "papers[].component" in text
    missing = client.get("/api/v1/nowhere")
    assert (missing.status_code, missing["Content-Type"]) == (404, "application/problem+json")


def test_how_many_questions_each_call_asks_the_database(system_of, make_dossier, django_assert_num_queries):
    """The longest way of each, so that none grows unseen; transactions and savepoints are counted on both databases."""
    counter = system_of("counter")
    code = counter.post("/dossiers", {**SENT, "receive": True}).json()["code"]
    for _n in range(4):
        make_dossier()
    with django_assert_num_queries(25):
        # token; offer; applicant and its update; version, for the answers and for the dossier; calendar; desk; number;
        # dossier, stay, paper; head of the chain, event, head; what is owed; what webhooks there are; the row. And the
        # transaction.
        counter.post("/dossiers", {**SENT, "receive": True})
    with django_assert_num_queries(20):
        # token; dossier; offer; the transaction (2); dossier under lock, stay out and in with the calendar, form,
        # dossier, head of the chain, event, head; what webhooks there are; the row.
        # And those who are told: who is nearest, what they chose, their notices.
        counter.post(f"/dossiers/{code}/forward")
    with django_assert_num_queries(11):
        counter.get(f"/dossiers/{code}")
    for query in ({}, {"status": 2}, {"limit": 1}, {"q": code}):
        # token and rows: the rights of a token are remembered for a minute at most
        with django_assert_num_queries(2):
            counter.get("/dossiers", **query)
