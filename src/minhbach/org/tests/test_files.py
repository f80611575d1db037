"""Files: what is taken, how it is kept, who gets it back and how."""

import hashlib
import io
import os
import time
import uuid
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from minhbach.org.errors import NotPossible
from minhbach.org.files import rules, sniff, store
from minhbach.org.files.actions import clean_name, file_attach, file_detach, files_sweep
from minhbach.org.files.sniff import BadFile
from minhbach.org.models import Attachment, Event, StoredFile
from minhbach.org.permissions import SYSTEM

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer <<>>\n%%EOF\n"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e5"
    "27d4a20000000049454e44ae426082"
)
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 \x18\x00\x00\x00" + bytes(24)


def zipped(entries, compression=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return buffer.getvalue()


def types(main, *more):
    return "<Types>" + "".join(f'<Override ContentType="{t}"/>' for t in (main, *more)) + "</Types>"


OOXML = "application/vnd.openxmlformats-officedocument."
XLSX = OOXML + "spreadsheetml.sheet.main+xml"
WORD = OOXML + "wordprocessingml.document.main+xml"
PPTX = zipped([("[Content_Types].xml", types(OOXML + "presentationml.presentation.main+xml"))])


def odf(kind, *more):
    mimetype = f"application/vnd.oasis.opendocument.{kind}"
    return zipped([("mimetype", mimetype), ("content.xml", "<x/>"), *more], zipfile.ZIP_STORED)


def real_docx():
    buffer = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("Báo cáo")
    document.save(buffer)
    return buffer.getvalue()


def real_xlsx():
    buffer = io.BytesIO()
    openpyxl.Workbook().save(buffer)
    return buffer.getvalue()


GOOD = {
    "a.pdf": PDF,
    "a.png": PNG,
    "a.JPG": JPEG,
    "a.jpeg": JPEG,
    "a.webp": WEBP,
    "Báo cáo.docx": real_docx(),
    "a.xlsx": real_xlsx(),
    "a.pptx": PPTX,
    "a.odt": odf("text"),
    "a.ods": odf("spreadsheet"),
    "a.odp": odf("presentation"),
    "a.txt": "Kính gửi: Sở Giáo dục và Đào tạo\n".encode(),
    "a.csv": "\ufeffmã;tên\n1;Đồ Sơn\n".encode(),
}


@pytest.mark.parametrize("name", GOOD)
def test_documents_of_the_office_are_taken(name):
    content = io.BytesIO(GOOD[name])
    kind = sniff.sniff(content, name)
    assert kind.extension == {"jpeg": "jpg", "jpg": "jpg"}.get(name.lower().split(".")[-1], name.split(".")[-1])
    assert content.tell() == 0
    assert not content.closed


BAD = {
    "empty": [("a.pdf", b"")],
    "type_not_allowed": [
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("a.html", b"<html>"),
        ("a.exe", b"MZ" + bytes(100)),
        ("a.docm", b"x"),
        ("a.zip", zipped([("a", "b")])),
        ("noextension", PDF),
        ("a.pdf.exe", PDF),
        ("a.txt", b"  <!DOCTYPE html><script>alert(1)</script>"),
        ("a.csv", "\ufeff<svg onload=alert(1)>".encode()),
    ],
    "extension_differs": [
        ("a.docx", PDF),
        ("a.pdf", PNG),
        ("a.png", JPEG),
        ("a.xlsx", GOOD["Báo cáo.docx"]),
        ("a.txt", PDF),
        ("a.odt", odf("spreadsheet")),
    ],
    "type_unknown": [
        ("a.pdf", b"MZ" + bytes(100)),
        ("a.pdf", b"\n\n%PDF-1.7 hidden"),
        ("a.docx", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)),  # the old binary .doc, renamed
        ("a.txt", b"\x7fELF" + bytes(60)),
        ("a.txt", b"Rar!\x1a\x07\x00" + bytes(60)),
    ],
    "not_utf8": [
        ("a.txt", "Đồ Sơn".encode("utf-16")),
        ("a.csv", "B\xe1o c\xe1o".encode("latin-1")),
        ("a.txt", b"abc\x00def"),
        ("a.txt", b"a" * 70_000 + b"\xff"),
    ],
    "macros": [
        ("a.docx", zipped([("[Content_Types].xml", types(WORD)), ("word/vbaProject.bin", "x")])),
        (
            "a.docx",
            zipped([("[Content_Types].xml", types(WORD, "application/vnd.ms-word.document.macroEnabled.main+xml"))]),
        ),
        ("a.xlsx", zipped([("[Content_Types].xml", types(XLSX)), ("xl/macrosheets/s.xml", "")])),
        ("a.odt", odf("text", ("Basic/Standard/Module1.xml", "x"))),
    ],
    "damaged": [
        ("a.docx", GOOD["Báo cáo.docx"][:2000]),
        ("a.docx", zipped([("a.txt", "b")])),
        ("a.docx", zipped([("[Content_Types].xml", "<Types/>")])),
        ("a.docx", zipped([("[Content_Types].xml", " " * (1024 * 1024 + 1))])),
        ("a.odt", zipped([("mimetype", "application/epub+zip")])),
        ("a.docx", zipped([])),
    ],
    "unpacks_too_large": [
        ("a.docx", zipped([("[Content_Types].xml", types(WORD)), ("word/document.xml", bytes(60 * 1024 * 1024))])),
        ("a.docx", zipped([("[Content_Types].xml", types(WORD))] + [(f"p{i}", "") for i in range(10_001)])),
    ],
}  # fmt: skip


@pytest.mark.parametrize(("code", "name", "content"), [(c, n, b) for c, rows in BAD.items() for n, b in rows])
def test_everything_else_is_refused_by_name_with_a_reason(code, name, content):
    with pytest.raises(BadFile) as refused:
        sniff.sniff(io.BytesIO(content), name)
    # An archive cut short may begin like one, or not at all.
    assert refused.value.code == code or (code == "damaged" and refused.value.code == "type_unknown")
    with translation.override("en"):
        assert name in str(refused.value)
    assert "%(" not in str(refused.value)


@given(head=st.sampled_from([b"", b"PK\x03\x04", b"%PDF-", b"\x89PNG"]), rest=st.binary(max_size=300),
       name=st.sampled_from(sorted(GOOD)))  # fmt: skip
def test_no_bytes_do_more_than_be_refused(head, rest, name):
    try:
        sniff.sniff(io.BytesIO(head + rest), name)
    except BadFile as refused:
        assert str(refused)


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\x\\a.pdf", "a.pdf"),
        ("a\x00b\n.pdf", "ab.pdf"),
        ("..pdf", "pdf"),
        ("Báo cáo số 12.docx", "Báo cáo số 12.docx"),
        ("Ba\u0301o.pdf", "Báo.pdf"),
        ("gpj.\u202efdp.pdf", "gpj.fdp.pdf"),
        ("x" * 500 + ".pdf", "x" * 196 + ".pdf"),
        ('a"b;c.pdf', "ab;c.pdf"),
    ],
)
def test_names_are_made_harmless(given_name, kept):
    assert clean_name(given_name) == kept
    assert clean_name(kept) == kept


# Keeping


@pytest.fixture
def kind():
    """Attachments only their uploader may see, and public ones."""
    rules.register("test.private", lambda account, a: account.pk is not None and account.pk == a.uploaded_by_id)
    rules.register("test.public", lambda account, a: True)
    yield "test.private"
    for code in ("test.private", "test.public"):
        rules._rules.pop(code)


@pytest.fixture
def account(make_unit, make_account):
    return make_account("lan", make_unit("so", kind="so"), "office")


@pytest.fixture
def attach(kind):
    def attach(content=PDF, name="a.pdf", acting=SYSTEM, kind=kind):
        return file_attach(SimpleUploadedFile(name, content), kind=kind, chain="test", subject_id=7, acting=acting)

    return attach


def stored(settings):
    return sorted(p for p in Path(settings.MEDIA_ROOT).rglob("*") if p.is_file())


@pytest.mark.django_db
def test_a_content_is_kept_once_under_its_digest(attach, settings, account):
    one, two = attach(acting=account), attach(name="Báo cáo.pdf")
    digest = hashlib.sha256(PDF).hexdigest()
    assert stored(settings) == [Path(settings.MEDIA_ROOT) / digest[:2] / digest[2:4] / digest]
    assert stored(settings)[0].read_bytes() == PDF
    assert store.intact(digest)
    assert one.file == two.file == StoredFile.objects.get(sha256=digest, size=len(PDF))
    assert (one.uploaded_by, two.uploaded_by, two.name, one.subject_id) == (account, None, "Báo cáo.pdf", "7")
    event = Event.objects.filter(chain__name="test").last()
    assert event.data["sha256"] == digest
    assert "Báo" not in str(event.data)  # names of files hold names of people
    stored(settings)[0].write_bytes(b"changed")
    assert not store.intact(digest)
    attach()  # coming again heals it
    assert store.intact(digest)


@pytest.mark.django_db
def test_a_refused_file_leaves_nothing(attach, settings):
    settings.MAX_UPLOAD_BYTES = 1000
    for content, name, code in ((b"x" * 1001, "a.txt", "too_large"), (b"MZ", "a.pdf", "type_unknown")):
        with pytest.raises(BadFile) as refused:
            attach(content, name)
        assert refused.value.code == code
    assert stored(settings) == []
    assert not StoredFile.objects.exists()
    attach(b"x" * 1000, "a.txt")
    with pytest.raises(LookupError):
        attach(kind="test.unknown")


@pytest.mark.django_db
def test_what_a_rolled_back_transaction_left_is_swept(attach, settings):
    kept = attach()
    with transaction.atomic():
        attach(PNG, "a.png")
        transaction.set_rollback(True)
    assert len(stored(settings)) == 2
    assert files_sweep() == 0  # too young: its transaction may still be running
    old = time.time() - 2 * 24 * 3600
    for path in stored(settings):
        os.utime(path, (old, old))
    assert files_sweep() == 1
    assert [p.name for p in stored(settings)] == [kept.file.sha256]


@pytest.mark.parametrize("name", ["../../x", "a" * 63, "A" * 64, "a" * 63 + "/", ""])
def test_only_a_digest_makes_a_path(name):
    with pytest.raises(ValueError):
        store.path_of(name)


# Giving back


@pytest.mark.django_db
def test_the_owner_gets_it_back_and_nobody_else(client, attach, account, make_account):
    attachment = attach(acting=account)
    url = attachment.get_absolute_url()
    answer = client.get(url)
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))
    client.force_login(make_account("other", account.person.unit))
    assert client.get(url).status_code == 404
    client.force_login(account)
    assert b"".join(client.get(url).streaming_content) == PDF


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content", "disposition"),
    [
        ("Đề án.pdf", PDF, "inline"),
        ("a.png", PNG, "inline"),
        ("a.docx", GOOD["Báo cáo.docx"], "attachment"),
        ("a.txt", b"x", "attachment"),
    ],
)
def test_it_comes_sandboxed(client, attach, name, content, disposition):
    answer = client.get(attach(content, name, kind="test.public").get_absolute_url())
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith(disposition + ";")
    assert answer["Content-Security-Policy"].startswith("sandbox")
    assert "script" not in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "private" in answer["Cache-Control"]
    assert int(answer["Content-Length"]) == len(content)
    assert client.post(attach(kind="test.public").get_absolute_url()).status_code == 405


@pytest.mark.django_db
def test_addresses_lead_nowhere_else(client, attach, settings):
    attachment = attach(kind="test.public")
    (Path(settings.MEDIA_ROOT) / "secret.txt").write_text("x")
    for address in (
        reverse("org:file", args=[attachment.pk, "other.pdf"]),
        f"/files/{uuid.uuid4()}/a.pdf",
        f"/files/{attachment.pk}/../secret.txt",
        f"/files/{attachment.pk}/..%2fsecret.txt",
        f"/files/{attachment.pk}/%2e%2e%2f%2e%2e%2fsecret.txt",
        "/files/../secret.txt",
    ):
        assert client.get(address).status_code in (302, 404), address
    file_detach(attachment, chain="test", acting=SYSTEM)
    assert client.get(attachment.get_absolute_url()).status_code == 404
    with pytest.raises(NotPossible):
        file_detach(attachment, chain="test", acting=SYSTEM)


@pytest.mark.django_db
def test_a_kind_whose_room_is_gone_is_shown_to_nobody(client, attach):
    attachment = attach(kind="test.public")
    Attachment.objects.filter(pk=attachment.pk).update(kind="gone.kind", at=timezone.now())
    assert client.get(attachment.get_absolute_url()).status_code == 302


@pytest.mark.django_db
def test_a_lost_content_is_said_so(client, attach, settings):
    attachment = attach(kind="test.public")
    stored(settings)[0].unlink()
    assert client.get(attachment.get_absolute_url()).status_code == 404
