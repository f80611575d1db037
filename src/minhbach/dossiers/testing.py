"""Fixtures for tests with dossiers; the conftest.py at the root loads them everywhere."""

from datetime import date

import pytest

LONG_AGO = date(2020, 1, 1)

PROCEDURE = """
code: "1.900001"
name: {vi: Cấp bản sao để kiểm thử, en: Copy for tests}
level: province
applicants: [citizen]
components:
  - {key: request, title: Phiếu đề nghị, paper: original, copies: 1}
  - {key: warrant, title: Giấy ủy quyền, required: false, when: khi nộp thay}
times: {by_law: 5 ngày làm việc}
results: [{title: Bản sao, code: KQ.T.1}]
online: full
process:
  steps:
    - {key: receive, title: Tiếp nhận, role: counter, place: one_stop, share: 5%}
    - {key: assign, title: Phân công, role: office_head, place: office, share: 5%}
    - key: handle
      title: Thẩm định
      role: specialist
      place: office
      share: 50%
      moves: [{kind: forward}, {kind: back}, {kind: supplement}, {kind: refuse}, {kind: finance}]
    - {key: approve, title: Duyệt, role: office_head, place: office, share: 20%}
    - {key: sign, title: Ký, role: head, place: agency, share: 10%}
    - {key: number, title: Cấp số, role: clerk, place: agency, share: 5%}
    - {key: hand_back, title: Trả kết quả, role: counter, place: one_stop, share: 5%}
"""


@pytest.fixture
def desk(make_unit, make_account, system):
    """A department that offers one procedure: `desk.offer`, its units and its people by role."""
    from types import SimpleNamespace

    from minhbach.dossiers.actions.desks import desk_set
    from minhbach.procedures.actions import offer_set, procedures_load
    from minhbach.procedures.content.reading import from_yaml

    agency = make_unit("so-gd", kind="so", name="Sở Giáo dục và Đào tạo")
    one_stop = make_unit("mot-cua", parent=agency, name="Bộ phận Một cửa")
    office = make_unit("phong-ql", parent=agency, name="Phòng Quản lý")
    contents, problems = from_yaml(PROCEDURE)
    assert not problems.errors, list(problems)
    [version] = procedures_load(contents, keeper=agency, begins=LONG_AGO, acting=system)
    offer = offer_set(
        version.procedure, agency=agency, one_stop=one_stop, office=office, begins=LONG_AGO, acting=system
    )
    desk_set(agency, begins=LONG_AGO, agency_code="H24.15", name="Bộ phận Một cửa Sở", acting=system)
    return SimpleNamespace(
        agency=agency,
        one_stop=one_stop,
        office=office,
        offer=offer,
        version=version,
        counter=make_account("mai", agency, "counter"),
        office_head=make_account("hung", office, "office_head"),
        specialist=make_account("lan", office, "specialist"),
        second=make_account("binh", office, "specialist"),
        head=make_account("dung", agency, "head"),
        clerk=make_account("thu", agency, "clerk"),
    )


@pytest.fixture
def make_applicant(desk):
    from minhbach.dossiers.actions.applicants import applicant_keep

    def make(name="Nguyễn Văn An", id_number="031099000001", **more):
        return applicant_keep(unit=desk.one_stop, name=name, id_number=id_number, acting=desk.counter, **more)

    return make


@pytest.fixture
def make_dossier(desk, make_applicant):
    """make_dossier(): a complete dossier received at the counter."""
    from minhbach.dossiers.actions.intake import HandedIn, dossier_receive

    def make(*, applicant=None, acting=None, **more):
        return dossier_receive(
            desk.offer,
            applicant=applicant or make_applicant(),
            papers=more.pop("papers", [HandedIn("request", handed_in="original")]),
            acting=acting or desk.counter,
            **more,
        )

    return make


FEES = """
fees:
  - title: Phí thẩm định
    amount: 150000
    kind: fee
    source: {number: 43/2024/TT-BTC, article: Điều 4}
    exemptions: [{who: Hộ nghèo, source: {number: 43/2024/TT-BTC, article: Điều 5}}]
  - {title: Lệ phí cấp bản sao, amount: 20000, paid: returned}
  - {title: Phí dịch vụ trực tuyến, amount: 5000, kind: fee, channel: online}
  - {title: Phí bổ sung, amount: 7000, kind: fee, paid: supplement}
"""


def offered(desk, text, system):
    """The department of `desk` offers a further procedure, told as YAML."""
    from minhbach.procedures.actions import offer_set, procedures_load
    from minhbach.procedures.content.reading import from_yaml

    contents, problems = from_yaml(text)
    assert not problems.errors, list(problems)
    [version] = procedures_load(contents, keeper=desk.agency, begins=LONG_AGO, acting=system)
    places = {"agency": desk.agency, "one_stop": desk.one_stop, "office": desk.office}
    return offer_set(version.procedure, **places, begins=LONG_AGO, acting=system)


@pytest.fixture
def paid_desk(desk, system):
    """The department of `desk` with a second procedure, for which fees are due, and a bank account."""
    from types import SimpleNamespace

    from minhbach.dossiers.actions.paying import payments_set

    offer = offered(desk, PROCEDURE.replace("1.900001", "1.900002") + FEES, system)
    payments_set(
        desk.agency,
        bank="970415",
        account_number="1133 6666 8888",
        account_name="SO GIAO DUC VA DAO TAO",
        acting=system,
    )
    return SimpleNamespace(**{**vars(desk), "offer": offer})


@pytest.fixture
def make_paid(paid_desk, make_applicant):
    """make_paid(): a dossier received at the counter for which 150.000 and 20.000 đồng are due."""
    from minhbach.dossiers.actions.intake import HandedIn, dossier_receive

    def make(**more):
        applicant = more.pop("applicant", None) or make_applicant()
        papers = [HandedIn("request", handed_in="original")]
        return dossier_receive(paid_desk.offer, applicant=applicant, papers=papers, acting=paid_desk.counter, **more)

    return make


MAKES = {
    "key: handle\n      title: Thẩm định": "key: handle\n      makes: draft\n      title: Thẩm định",
    "key: approve,": "key: approve, makes: approval,",
    "key: sign,": "key: sign, makes: signature,",
    "key: number,": "key: number, makes: number,",
    "results: [{title: Bản sao, code: KQ.T.1}]": (
        "results: [{title: Bản sao, code: KQ.T.1, template: ban-sao-van-bang, valid_months: 6}]"
    ),
}


@pytest.fixture
def signing_desk(desk, system, make_token):
    """The department of `desk` with a procedure whose result is signed here. `tokens` are the keys of the director and
    of the department."""
    from types import SimpleNamespace

    from minhbach.org.people.actions import post_assign

    text = PROCEDURE.replace("1.900001", "1.900003")
    for plain, more in MAKES.items():
        assert plain in text
        text = text.replace(plain, more)
    offer = offered(desk, text, system)
    post_assign(desk.head.person, unit=desk.agency, title="Giám đốc", begins=LONG_AGO, acting=system)
    tokens = SimpleNamespace(head=make_token(desk.head.person), agency=make_token(desk.agency))
    return SimpleNamespace(**{**vars(desk), "offer": offer, "tokens": tokens})


@pytest.fixture
def to_step(signing_desk, make_applicant):
    """to_step("sign"): a dossier of `signing_desk`, drafted where it must be, standing at that step."""
    from minhbach.dossiers.actions import moving, results
    from minhbach.dossiers.actions.intake import HandedIn, dossier_receive

    def make(wanted, *, dossier=None, template="ban-sao-van-bang", draft=None):
        desk = signing_desk
        if dossier is None:
            papers = [HandedIn("request", handed_in="original")]
            dossier = dossier_receive(desk.offer, applicant=make_applicant(), papers=papers, acting=desk.counter)
        people = {"receive": desk.counter, "assign": desk.office_head, "handle": desk.specialist}
        people |= {"approve": desk.office_head, "sign": desk.head}
        while dossier.step != wanted:
            if dossier.step == "handle":
                given = {"diploma_number": "B 0123"} if draft is None else draft
                results.result_draft(dossier, template=template, draft=given, acting=desk.specialist)
            if dossier.step == "sign":
                signed_with(desk.tokens.head, dossier, desk.head)
            dossier = moving.dossier_forward(dossier, acting=people[dossier.step])
        return dossier

    return make


@pytest.fixture
def clock_at(monkeypatch):
    """clock_at("2026-11-13T10:00"): it is now that moment in Việt Nam."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    def turn(text):
        moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    return turn


@pytest.fixture
def whole_desk(clock_at, desk, system, settings, tmp_path):
    """The department of `desk` on 30 December 2025 with a procedure that has everything: fees, papers that a supplement
    can ask for, a result that is signed here. `tokens` are the keys of the director and of the department."""
    from datetime import UTC, datetime
    from types import SimpleNamespace

    from minhbach.org.people.actions import post_assign
    from minhbach.org.signing.actions import certificate_register
    from minhbach.signatures import Pkcs12Key
    from minhbach.signatures.demonstration import Authority

    clock_at("2025-12-30T07:30")
    text = PROCEDURE.replace("1.900001", "1.900004").replace("Cấp bản sao để kiểm thử", "Cấp bản sao bằng tốt nghiệp")
    for plain, more in MAKES.items():
        text = text.replace(plain, more)
    offer = offered(desk, text + FEES, system)
    post_assign(desk.head.person, unit=desk.agency, title="Giám đốc", begins=LONG_AGO, acting=system)
    since = datetime(2025, 12, 1, tzinfo=UTC)
    authority, root = Authority.new(now=since), tmp_path / "whole-root.cer"
    root.write_bytes(authority.certificate)
    settings.SIGNING_ROOTS = str(root)
    tokens = {}
    for name, kind, owner in (("head", "person", desk.head.person), ("agency", "unit", desk.agency)):
        file = authority.pkcs12(str(owner), password="1", elliptic=True, now=since, years=10)  # noqa: S106
        tokens[name] = Pkcs12Key.load(file, "1")
        certificate_register(tokens[name].certificate, **{kind: owner}, acting=system)
    return SimpleNamespace(**{**vars(desk), "offer": offer, "tokens": SimpleNamespace(**tokens)})


def signed_with(token, dossier, account, *, seal=False, **more):
    """The director signs the result of the dossier, or the clerk for the organisation; the answered request."""
    from minhbach.dossiers.actions import result_signing
    from minhbach.org.signing.actions import signature_take

    ask = result_signing.result_seal if seal else result_signing.result_sign
    asked = ask(dossier, acting=account, **more)
    return signature_take(asked, token.sign(bytes.fromhex(asked.digest)), acting=account)


ROLES = {
    "C": "counter",
    "B": "office_head",
    "S": "specialist",
    "H": "head",
    "K": "clerk",
    "R": "reform_officer",
    "M": "administrator",
    "U": "auditor",
    "O": "office",
}


@pytest.fixture
def everybody(desk, make_account, make_unit):
    """An account of each role, by its letter: at the agency or its office, in small letters at another agency; V is a
    visitor."""
    other, people = make_unit("so-khac", kind="so"), {"V": None}
    for letter, role in ROLES.items():
        people[letter] = make_account(f"own-{role}", desk.office if letter in "BS" else desk.agency, role)
        people[letter.lower()] = make_account(f"other-{role}", other, role)
    return people


def who_enters(client, people, ask, seen=lambda letter, answer: None) -> list[str]:
    """The letters of those who are let in when `ask()` is sent as each of them; the others are refused or have to sign
    in. `seen` looks at what each got."""
    from django.urls import reverse

    entered = []
    for letter, account in people.items():
        client.logout()
        if account is not None:
            client.force_login(account)
        answer = ask()
        if answer.status_code == 302 and answer.url.startswith(reverse("account_login")):
            continue
        assert answer.status_code in (200, 302, 403, 404), (letter, answer.status_code)
        if answer.status_code in (200, 302):
            entered.append(letter)
        seen(letter, answer)
    return sorted(entered)


def page(dossier):
    """The address of the dossier's page."""
    from django.urls import reverse

    return reverse("dossiers:dossier", args=[dossier.code])


def do(client, dossier, name, **data):
    """Send the form of a deed, as the person sees the dossier now."""
    from django.urls import reverse

    dossier.refresh_from_db()
    address = reverse("dossiers:deed", args=[dossier.code, name])
    return client.post(address, {"edition": dossier.edition, **data}, follow=True)
