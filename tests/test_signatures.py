"""Two signatures on one paper, the number between them; what is altered is found, by us and by others' validators."""

import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from io import BytesIO

import pypdf
import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from minhbach.papers import Document, Letterhead, Paragraph, Signature
from minhbach.papers.signable import blank_filled, signable, stamp
from minhbach.signatures import (
    Box,
    Filling,
    Pkcs12Key,
    Place,
    SignatureError,
    certificate_facts,
    chain_trusted,
    check,
    fill,
    finish,
    prepare,
    read_certificates,
    seal_box,
    with_blanks,
)
from minhbach.signatures.blanks import filled_in
from minhbach.signatures.demonstration import ROOT_NAME, Authority

BLANKS = ("number", "day", "month", "year")
VALUES = {"number": "07", "day": "21", "month": "11", "year": "2026"}


@pytest.fixture(scope="module")
def authority():
    return Authority.new()


@pytest.fixture(scope="module")
def director(authority):
    return Pkcs12Key.load(authority.pkcs12("Nguyễn Văn Dũng", password="1", organisation="Sở GDĐT"), "1")


@pytest.fixture(scope="module")
def department(authority):
    return Pkcs12Key.load(authority.pkcs12("SỞ GIÁO DỤC VÀ ĐÀO TẠO", password="1", elliptic=True), "1")


@pytest.fixture(scope="module")
def paper():
    drawn = signable(
        Document(
            "Quyết định",
            letterhead=Letterhead("Sở Giáo dục và Đào tạo", "Hải Phòng", symbol="QĐ-SGDĐT"),
            blocks=(Paragraph("Điều 1. Phê duyệt."),),
            recipients=("Lưu: VT",),
            signatures=(Signature("Giám đốc", "Nguyễn Văn Dũng"),),
        )
    )
    box = {name: Box(s.page, s.left, s.bottom, s.right, s.top) for name, s in drawn.spots.items()}
    person = box["signature-0"]
    places = [Place("person", person, "Người ký"), Place("organisation", seal_box(person), "Cơ quan", last=True)]
    return with_blanks(drawn.pdf, {name: box[name] for name in BLANKS}, places), box


def signed(pdf, field, key, box, *, first=False):
    look = stamp(["Ký bởi"], box.width, box.height, colour="blue" if first else "red")
    asked = prepare(pdf, field, key.certificate, chain=key.chain, look=look, first=first)
    return finish(asked, key.sign(asked.digest))


def numbered(pdf, box, values=VALUES):
    return fill(
        pdf,
        {
            name: Filling(value, blank_filled(value, box[name].width, box[name].height))
            for name, value in values.items()
        },
    )


@pytest.fixture(scope="module")
def stages(paper, director, department):
    empty, box = paper
    one = signed(empty, "person", director, box["signature-0"], first=True)
    two = numbered(one, box)
    return one, two, signed(two, "organisation", department, seal_box(box["signature-0"]))


def test_the_clerks_number_and_the_seal_leave_the_first_signature_whole(stages, authority):
    one, two, three = stages
    assert two.startswith(one) and three.startswith(two)
    assert filled_in(one) == {} and filled_in(three) == VALUES
    for pdf, count in ((one, 1), (two, 1), (three, 2)):
        report = check(pdf, [authority.certificate])
        assert report.trusted and len(report.signatures) == count
    first, second = report.signatures
    assert (first.holder, first.organisation) == ("Nguyễn Văn Dũng", "Sở GDĐT")
    assert not first.covers_all and second.covers_all
    assert abs(first.at - datetime.now(UTC)) < timedelta(minutes=5)
    assert "chỉ có những bổ sung được phép" in first.words("vi") and "trusted" in second.words("en")


def test_pyhankos_own_validator_agrees(stages, authority):
    reader = PdfFileReader(BytesIO(stages[2]))
    roots = ValidationContext(trust_roots=[_asn1(authority.certificate)], allow_fetching=False)
    with ThreadPoolExecutor(1) as aside:  # it starts an event loop; a browser test before it left one in this thread
        first, second = aside.map(
            partial(validate_pdf_signature, signer_validation_context=roots), reader.embedded_regular_signatures
        )
    assert first.bottom_line and second.bottom_line
    assert first.modification_level == ModificationLevel.FORM_FILLING
    assert second.modification_level == ModificationLevel.NONE
    assert reader.embedded_regular_signatures[0].sig_object["/SubFilter"] == "/ETSI.CAdES.detached"


def test_number_and_day_are_read_where_they_stand(stages):
    text = pypdf.PdfReader(BytesIO(stages[2])).get_fields()
    assert {name: text[name]["/V"] for name in BLANKS} == VALUES


def test_a_changed_byte_is_found(stages, authority):
    one = stages[0]
    at = one.index(b"/Producer") if b"/Producer" in one else 2000
    altered = one[:at] + bytes([one[at] ^ 1]) + one[at + 1 :]
    try:
        assert not check(altered, [authority.certificate]).intact
    except SignatureError as error:
        assert error.code == "pdf"
    signature = check(_overwritten(stages[2], b"/ByteRange"), [authority.certificate])
    assert not signature.intact


def _overwritten(pdf, mark):
    """A white space before the first mark becomes another: the file reads the same and is not the same."""
    at = pdf.index(mark)
    at = pdf.rindex(b"\n", 0, at)
    return pdf[:at] + b"\r" + pdf[at + 1 :]


def test_a_page_laid_over_the_signed_one_is_found(stages):
    writer = IncrementalPdfFileWriter(BytesIO(stages[1]))
    page, _resources = writer.find_page_for_modification(0)
    page.get_object()["/Rotate"] = _number(180)
    writer.update_container(page.get_object())
    output = BytesIO()
    writer.write(output)
    report = check(output.getvalue())
    assert not report.intact
    assert "KHÔNG hợp lệ" in report.signatures[0].words("vi")


def test_another_number_after_the_seal_is_found(paper, stages):
    empty, box = paper
    with pytest.raises(SignatureError) as error:
        numbered(stages[2], box)
    assert error.value.code == "filled"
    writer = IncrementalPdfFileWriter(BytesIO(stages[2]))
    field = next(f.get_object() for f in writer.root["/AcroForm"]["/Fields"] if f.get_object()["/T"] == "number")
    field["/V"] = _text("08")
    writer.update_container(field)
    output = BytesIO()
    writer.write(output)
    first, second = check(output.getvalue()).signatures
    assert not second.intact  # the organisation's locks everything


def test_only_the_right_key_can_answer_and_only_for_this_paper(paper, stages, director, department, authority):
    empty, box = paper
    asked = prepare(empty, "person", director.certificate, first=True)
    again = prepare(numbered(empty, box), "person", director.certificate, first=True)
    stranger = Pkcs12Key.load(authority.pkcs12("Nguyễn Văn Dũng", password="1"), "1")
    for answer in (
        department.sign(asked.digest),
        stranger.sign(asked.digest),
        director.sign(again.digest),
        b"",
        b"x" * 256,
        b"0" * 40_000,
    ):
        with pytest.raises(SignatureError) as error:
            finish(asked, answer)
        assert error.value.code == "does_not_fit"


def test_a_whole_cms_is_taken_too_but_not_that_of_another(paper, director, department):
    from minhbach.signatures.signing import _built

    asked = prepare(paper[0], "person", director.certificate, first=True)
    container = _built(asked, director.sign(asked.digest))
    assert check(finish(asked, container)).intact
    other = prepare(paper[0], "person", department.certificate, first=True)
    with pytest.raises(SignatureError) as error:
        finish(asked, _built(other, department.sign(other.digest)))
    assert error.value.code == "does_not_fit"


def test_a_place_is_signed_once_and_a_broken_paper_not_again(stages, director, department):
    for field in ("person", "nobody"):
        with pytest.raises(SignatureError) as error:
            prepare(stages[1], field, director.certificate)
        assert error.value.code == "no_place"
    with pytest.raises(SignatureError) as error:
        prepare(_overwritten(stages[1], b"/ByteRange"), "organisation", department.certificate)
    assert error.value.code == "broken"
    with pytest.raises(SignatureError) as error:
        with_blanks(stages[0], {}, [])
    assert error.value.code == "signed"


def test_whom_we_trust_is_told_by_roots_and_days(stages, director, authority):
    other = Authority.new()
    first = check(stages[0], [other.certificate]).signatures[0]
    assert first.intact and not first.trusted and ROOT_NAME in first.issuer
    assert "KHÔNG thuộc nguồn được tin cậy" in first.words("vi")
    now = datetime.now(UTC)
    assert chain_trusted(director.certificate, [authority.certificate], at=now)
    assert not chain_trusted(director.certificate, [authority.certificate], at=now + timedelta(days=4 * 365))
    assert not chain_trusted(director.certificate, [other.certificate], at=now)
    assert not chain_trusted(director.certificate, [], at=now)


def test_what_is_no_certificate_or_key_is_said(authority, director):
    facts = certificate_facts(director.certificate)
    assert (facts.holder, facts.may_sign, len(facts.fingerprint)) == ("Nguyễn Văn Dũng", True, 64)
    assert not certificate_facts(authority.certificate).may_sign
    assert read_certificates(director.certificate) == [director.certificate]
    for content in (b"", b"not one", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"):
        with pytest.raises(SignatureError) as error:
            read_certificates(content)
        assert error.value.code == "certificate"
    with pytest.raises(SignatureError) as error:
        Pkcs12Key.load(authority.pkcs12("A", password="1"), "2")
    assert error.value.code == "key"


def test_hostile_files_get_an_answer(paper, director, monkeypatch):
    empty = paper[0]
    monkeypatch.setattr("minhbach.signatures.errors.MOST_UNPACKED", 3 * 1024 * 1024)
    part = b"1 0 obj\n<</Length 1>>\nstream\n" + zlib.compress(bytes(2 * 1024 * 1024), 9) + b"\nendstream\n"
    bomb = b"%PDF-1.7\n" + 2 * part
    encrypted = pypdf.PdfWriter(clone_from=BytesIO(empty))
    encrypted.encrypt("secret")
    locked = BytesIO()
    encrypted.write(locked)
    loop = b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 1 0 R/AcroForm 1 0 R/Fields 1 0 R>>\nendobj\n"
    loop += (
        b"xref\n0 2\n0000000000 65535 f \n0000000009 00000 n \ntrailer\n<</Size 2/Root 1 0 R>>\nstartxref\nAT\n%%EOF"
    )
    for content, code in (
        (b"", "pdf"),
        (b"hello", "pdf"),
        (b"%PDF-1.7\n%%EOF", "pdf"),
        (empty[: len(empty) // 2], "pdf"),
        (empty.replace(b"startxref", b"startxxxx"), "pdf"),
        (bomb, "too_large"),
        (locked.getvalue(), "encrypted"),
    ):
        for act in (check, lambda pdf: prepare(pdf, "person", director.certificate, first=True)):
            with pytest.raises(SignatureError) as error:
                act(content)
            if act is check:
                assert error.value.code == code
            assert error.value.text.vi and error.value.text.en
    try:
        assert not check(loop.replace(b"AT", str(loop.index(b"xref")).encode())).intact
    except SignatureError as error:
        assert error.code == "pdf"


def _asn1(der):
    from asn1crypto import x509

    return x509.Certificate.load(der)


def _number(value):
    from pyhanko.pdf_utils.generic import NumberObject

    return NumberObject(value)


def _text(value):
    from pyhanko.pdf_utils.generic import pdf_string

    return pdf_string(value)
