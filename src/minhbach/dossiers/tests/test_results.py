"""Results: drafted, approved, signed, numbered, signed for the organisation; nothing without its turn."""

import hashlib
from datetime import date
from io import BytesIO

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from minhbach.dossiers import resulting
from minhbach.dossiers.actions import ending, moving, result_signing, results
from minhbach.dossiers.actions.desks import delegation_set, desk_set
from minhbach.dossiers.models import Result
from minhbach.dossiers.printing.results import REFUSAL, signing_forms, without_agency
from minhbach.dossiers.reuse import store_of
from minhbach.dossiers.states import Outcome, Status
from minhbach.dossiers.testing import LONG_AGO, signed_with
from minhbach.org import numbering
from minhbach.org.dates import today
from minhbach.org.errors import NotPossible
from minhbach.org.models import Event
from minhbach.org.people.actions import post_assign
from minhbach.org.permissions import SYSTEM, Refused
from minhbach.org.signing.actions import signature_take
from minhbach.signatures import check

pytestmark = pytest.mark.django_db


def refused(code, action, *args, **kwargs):
    with pytest.raises(NotPossible) as error:
        action(*args, **kwargs)
    assert error.value.code == code


def issued(desk, dossier):
    dossier.refresh_from_db()
    result = results.result_number(dossier, acting=desk.clerk)
    signed_with(desk.tokens.agency, dossier, desk.clerk, seal=True)
    result.refresh_from_db()
    return result


def test_the_whole_way_of_a_signed_result(signing_desk, to_step, authority):
    desk = signing_desk
    dossier = to_step("number")
    result = resulting.current(dossier)
    assert (result.signed_by, result.signed_as) == (desk.head.person, "Giám đốc")
    assert [(a.step, a.person, a.holds) for a in result.approvals.all()] == [("approve", desk.office_head.person, True)]
    first_edition = results.file_of(result)
    refused("unnumbered", ending.dossier_finish, dossier, acting=desk.clerk)
    refused("unnumbered", result_signing.result_seal, dossier, acting=desk.clerk)
    result = results.result_number(dossier, acting=desk.clerk)
    assert (result.number, result.symbol, result.issued_on) == (1, "01", today())
    refused("numbered", results.result_number, dossier, acting=desk.clerk)
    refused("unsealed", ending.dossier_finish, dossier, acting=desk.clerk)
    signed_with(desk.tokens.agency, dossier, desk.clerk, seal=True)
    dossier = ending.dossier_finish(dossier, acting=desk.clerk)
    assert (dossier.status, dossier.outcome) == (Status.FINISHED, Outcome.GRANTED)
    result = resulting.current(dossier)
    final = results.file_of(result)
    assert final.startswith(first_edition)
    reader = PdfFileReader(BytesIO(final))
    trust = ValidationContext(trust_roots=[_asn1(authority.certificate)], allow_fetching=False)
    found = [validate_pdf_signature(one, trust) for one in reader.embedded_regular_signatures]
    assert [one.bottom_line for one in found] == [True, True]
    assert [one.signing_cert.subject.native["common_name"] for one in found] == ["Dung", "Sở Giáo dục và Đào tạo"]
    fields = pypdf.PdfReader(BytesIO(final)).get_fields()
    day = today()
    values = {name: fields[name]["/V"] for name in ("number", "day", "month", "year")}
    assert values == {"number": "01", "day": f"{day:%d}", "month": f"{day:%m}", "year": str(day.year)}
    text = " ".join(pypdf.PdfReader(BytesIO(final)).pages[0].extract_text().split())
    assert "BẢN SAO" in text and "B 0123" in text and "GIÁM ĐỐC" in text
    told = Event.objects.filter(chain__name=dossier.chain).values_list("verb", flat=True)
    assert [verb for verb in told if "result" in verb] == [
        "dossiers.result_drafted",
        "dossiers.result_signed",
        "dossiers.result_numbered",
        "dossiers.result_sealed",
    ]
    assert [one.symbol for one in store_of(dossier.applicant)] == ["01"]


def test_each_in_its_turn(signing_desk, to_step):
    desk = signing_desk
    dossier = to_step("handle")
    refused("no_draft", moving.dossier_forward, dossier, acting=desk.specialist)
    with pytest.raises(Refused):
        results.result_draft(dossier, template="ban-sao-van-bang", acting=desk.counter)
    refused("no_template", results.result_draft, dossier, template="thanh-lap-truong", acting=desk.specialist)
    refused("not_here", result_signing.result_sign, dossier, acting=SYSTEM)
    dossier = to_step("sign", dossier=dossier)
    refused("not_here", results.result_draft, dossier, template="ban-sao-van-bang", acting=desk.head)
    refused("unsigned", moving.dossier_forward, dossier, acting=desk.head)
    with pytest.raises(Refused):
        result_signing.result_sign(dossier, acting=desk.clerk)
    dossier = to_step("number", dossier=dossier)
    refused("not_here", result_signing.result_sign, dossier, acting=SYSTEM)
    with pytest.raises(Refused):
        results.result_number(dossier, acting=desk.head)
    assert numbering.last(f"result:{desk.agency.pk}::{today().year}") == 0


def test_a_changed_draft_needs_its_approval_again_and_old_requests_are_worth_nothing(signing_desk, to_step):
    desk = signing_desk
    dossier = to_step("sign")
    asked = result_signing.result_sign(dossier, acting=desk.head)
    dossier = moving.dossier_back(dossier, note="Sai số hiệu", acting=desk.head)
    assert dossier.step == "approve"
    said = {**resulting.current(dossier).said, "body": ["Câu khác."]}
    results.result_draft(dossier, template="ban-sao-van-bang", said=said, acting=desk.office_head)
    assert [a.holds for a in resulting.current(dossier).approvals.all()] == [False]
    dossier = moving.dossier_forward(dossier, acting=desk.office_head)
    answer = desk.tokens.head.sign(bytes.fromhex(asked.digest))
    refused("changed", signature_take, asked, answer, acting=desk.head)
    assert resulting.current(dossier).signed_at is None
    Result.objects.update(fingerprint="0" * 64)
    refused("unapproved", result_signing.result_sign, dossier, acting=desk.head)


def test_two_of_the_same_request_sign_once(signing_desk, to_step):
    desk = signing_desk
    dossier = to_step("sign")
    first = result_signing.result_sign(dossier, acting=desk.head)
    second = result_signing.result_sign(dossier, acting=desk.head)
    signature_take(first, desk.tokens.head.sign(bytes.fromhex(first.digest)), acting=desk.head)
    answer = desk.tokens.head.sign(bytes.fromhex(second.digest))
    refused("signed", signature_take, second, answer, acting=desk.head)


def test_without_a_certificate_nobody_signs(signing_desk, to_step, make_account):
    desk = signing_desk
    dossier = to_step("sign")
    deputy = make_account("pho", desk.agency, "head")
    refused("no_certificate", result_signing.result_sign, dossier, acting=deputy)


def test_a_deputy_signs_for_the_head_and_a_delegate_by_mandate(signing_desk, to_step, make_account, make_token):
    desk = signing_desk
    deputy = make_account("pho", desk.agency, "head")
    post_assign(deputy.person, unit=desk.agency, title="Phó Giám đốc", begins=LONG_AGO, acting=SYSTEM)
    said = {"signed_by": ["TM. ỦY BAN NHÂN DÂN", "Chủ tịch"]}
    dossier = to_step("sign")
    forms = signing_forms(dossier, said, deputy.person)
    assert forms[0].authority == ("TM. ỦY BAN NHÂN DÂN", "KT. Chủ tịch")
    delegation_set(desk.head.person, deputy.person, unit=desk.agency, begins=today(), acting=desk.head)
    token = make_token(deputy.person)
    refused("no_form", result_signing.result_sign, dossier, form="x", acting=deputy)
    signed_with(token, dossier, deputy)
    result = resulting.current(dossier)
    assert (result.signed_by, result.signed_as) == (deputy.person, "KT. Giám đốc / Phó Giám đốc")
    text = " ".join(pypdf.PdfReader(BytesIO(results.file_of(result))).pages[0].extract_text().split())
    assert "KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC" in text
    chief = make_account("truong", desk.agency, "head")
    post_assign(chief.person, unit=desk.agency, title="Chánh Văn phòng", begins=LONG_AGO, acting=SYSTEM)
    assert signing_forms(dossier, result.said, chief.person)[0].said == "TUQ. Giám đốc / Chánh Văn phòng"


@pytest.mark.parametrize(
    ("title", "agency", "post"),
    [
        ("Giám đốc Sở", "Sở Giáo dục và Đào tạo", "Giám đốc"),
        ("Phó Giám đốc Sở", "Sở Giáo dục và Đào tạo", "Phó Giám đốc"),
        ("Chủ tịch Ủy ban nhân dân", "Ủy ban nhân dân xã Tân Lạch", "Chủ tịch"),
        ("Giám đốc", "Sở Giáo dục và Đào tạo", "Giám đốc"),
        ("Chánh Văn phòng", "Sở Giáo dục và Đào tạo", "Chánh Văn phòng"),
        ("Sở", "Sở Giáo dục và Đào tạo", "Sở"),
        ("", "Sở Giáo dục và Đào tạo", ""),
    ],
)
def test_a_post_is_written_without_the_name_of_its_agency(title, agency, post):
    assert without_agency(title, agency) == post


def test_who_is_the_head_signs_as_the_head_whatever_the_post_is_called(signing_desk, to_step):
    """A draft written before says “Giám đốc Sở”, as the post does."""
    desk = signing_desk
    post_assign(desk.specialist.person, unit=desk.agency, title="Giám đốc Sở", begins=LONG_AGO, acting=SYSTEM)
    dossier = to_step("sign")
    for position in ("Giám đốc", "Giám đốc Sở"):
        assert signing_forms(dossier, {"signed_by": [position]}, desk.specialist.person)[0].code == "self"


def test_numbers_have_no_gaps_even_when_a_result_is_thrown_away(signing_desk, to_step):
    desk = signing_desk
    first, second = to_step("number"), to_step("number")
    assert results.result_number(first, acting=desk.clerk).symbol == "01"
    refused("no_reason", results.result_discard, first, because=" ", acting=desk.clerk)
    results.result_discard(first, because="Sai ngày", acting=desk.clerk)
    assert results.result_number(second, acting=desk.clerk).number == 2
    first = moving.dossier_back(first, note="Soạn lại", acting=desk.clerk)
    refused("no_draft", result_signing.result_sign, first, acting=desk.head)
    first = moving.dossier_back(first, note="Soạn lại", acting=desk.head)
    first = moving.dossier_back(first, note="Soạn lại", acting=desk.office_head)
    first = to_step("number", dossier=first)
    result = results.result_number(first, acting=desk.clerk)
    assert (result.number, result.replaces) == (3, None)


def test_a_wrong_result_is_recalled_and_the_new_one_names_it(signing_desk, to_step):
    desk = signing_desk
    dossier = to_step("number")
    wrong = issued(desk, dossier)
    dossier = ending.dossier_finish(dossier, acting=desk.clerk)
    dossier = ending.result_return(dossier, acting=desk.counter)
    dossier = ending.result_recall(dossier, because="Sai tên", acting=desk.head)
    wrong.refresh_from_db()
    assert wrong.recalled_because == "Sai tên" and not wrong.is_valid
    assert store_of(dossier.applicant) == [] and dossier.step == "handle"
    dossier = to_step("number", dossier=dossier)
    right = issued(desk, dossier)
    assert (right.replaces, right.number, right.is_valid) == (wrong, 2, True)


def test_a_refusal_is_a_paper_that_is_signed(signing_desk, to_step):
    desk = signing_desk
    dossier = to_step("number", template=REFUSAL, draft={"reason": "Không có tên trong sổ gốc"})
    refused("unsigned", ending.dossier_refuse, dossier, because="Không", acting=desk.head)
    result = issued(desk, dossier)
    assert result.kind == Result.REFUSAL and result.symbol.startswith("01/TB-SGDĐT")
    dossier = ending.dossier_finish(dossier, acting=desk.clerk)
    assert dossier.outcome == Outcome.REFUSED
    assert store_of(dossier.applicant) == []
    text = " ".join(pypdf.PdfReader(BytesIO(results.file_of(result))).pages[0].extract_text().split())
    assert "Lý do: Không có tên trong sổ gốc" in text and "Hướng dẫn" not in text


def test_where_paper_is_signed_the_result_is_recorded(signing_desk, make_applicant, to_step):
    desk = signing_desk
    desk_set(desk.agency, begins=LONG_AGO, agency_code="H24.15", e_signatures=False, acting=SYSTEM)
    dossier = to_step("assign")
    for acting in (desk.office_head, desk.specialist, desk.office_head, desk.head):
        dossier = moving.dossier_forward(dossier, acting=acting)

    def scan():
        return SimpleUploadedFile("ket-qua.pdf", b"%PDF-1.4 scan")

    def record(**more):
        given = {"symbol": "15/QĐ-SGDĐT", "issued_on": date(2026, 1, 5), "scan": scan(), "acting": desk.clerk}
        return results.result_record(dossier, **given | more)

    refused("no_number", record, symbol=" ")
    refused("future", record, issued_on=date(2090, 1, 1))
    refused("no_scan", record, scan=None)
    result = record()
    assert (result.symbol, result.code, result.valid_until) == ("15/QĐ-SGDĐT", "KQ.T.1", date(2026, 7, 5))
    refused("recorded", record)
    dossier = ending.dossier_finish(dossier, acting=desk.clerk)
    assert dossier.outcome == Outcome.GRANTED


def test_a_signed_result_cannot_be_recorded_from_paper(signing_desk, to_step):
    dossier = to_step("number")
    given = {"symbol": "1", "issued_on": today(), "scan": SimpleUploadedFile("a.pdf", b"%PDF-1.4")}
    refused("electronic", results.result_record, dossier, **given, acting=signing_desk.clerk)


def test_every_edition_stays_and_is_seen_by_those_who_may(signing_desk, to_step, make_account, make_unit):
    from minhbach.org.files import rules
    from minhbach.org.models import Attachment

    desk = signing_desk
    dossier = to_step("number")
    issued(desk, dossier)
    editions = Attachment.objects.filter(kind="dossiers.result").order_by("at")
    assert len(editions) == 3
    assert all(hashlib.sha256(_content(one)).hexdigest() == one.file.sha256 for one in editions)
    assert check(_content(editions[2])).intact
    stranger = make_account("la", make_unit("so-khac", kind="so"), "head")
    auditor = make_account("kiem", desk.agency, "auditor")
    for account, sees in ((desk.specialist, True), (desk.clerk, True), (stranger, False), (auditor, False)):
        assert rules.may_see(account, editions[2]) is sees


def _content(attachment):
    from minhbach.org.files import store

    return store.path_of(attachment.file.sha256).read_bytes()


def _asn1(der):
    from asn1crypto import x509

    return x509.Certificate.load(der)
