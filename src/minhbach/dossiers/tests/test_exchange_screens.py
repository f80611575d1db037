"""Lists of other systems in as many queries however long, and files of strangers."""

import io
import uuid
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from minhbach.dossiers.actions import portal, sources
from minhbach.dossiers.exchange import badrows
from minhbach.dossiers.models import BadRow, Batch, Dossier, Filed, Outgoing
from minhbach.org.errors import NotPossible
from minhbach.org.permissions import SYSTEM

pytestmark = pytest.mark.django_db
CSV = "Mã hồ sơ;Mã TTHC;Trạng thái;Chủ hồ sơ;Ngày tiếp nhận\nCU-1;1.900001;4;Nguyễn Văn An;02/06/2025\n"


@pytest.fixture
def officer(desk, make_account):
    return make_account("phuong", desk.agency, "reform_officer")


@pytest.fixture
def old(desk, officer):
    return sources.source_set("cu", agency=desk.agency, name="Hệ thống cũ", kind="old", acting=officer)


@pytest.fixture
def queries_of(client):
    """queries_of(account, address): how many a page asks, once rights and settings are known."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count(account, address):
        client.force_login(account)
        assert client.get(address).status_code == 200
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(address)
        return len(asked)

    return count


def test_lists_ask_as_much_for_many_as_for_few(desk, old, officer, make_dossier, queries_of):
    def fill(number):
        for n in range(number):
            Batch.objects.create(source=old, name=f"{n}.csv", made_by=officer)
            dossier = make_dossier()
            now = timezone.now()
            Outgoing.objects.create(
                dossier=dossier, key=uuid.uuid4(), verb="x", made_at=now, next_at=now, state=Outgoing.FAILED
            )

    link = portal.portal_link(desk.agency, acting=SYSTEM)
    addresses = ("/dossiers/systems/", "/dossiers/systems/of/cu/", "/dossiers/portal/")
    fill(2)
    Filed.objects.create(link=link, code="F0", state=Filed.HELD)
    few = [queries_of(officer, address) for address in addresses]
    fill(10)
    Filed.objects.bulk_create(Filed(link=link, code=f"G{n}", state=Filed.HELD) for n in range(10))
    assert [queries_of(officer, address) for address in addresses] == few


def test_of_another_agency_nothing_is_seen(client, desk, old, officer, make_unit, make_account):
    other = make_account("xa", make_unit("so-khac", kind="so"), "administrator")
    batch = sources.batch_begin(old, SimpleUploadedFile("cu.csv", CSV.encode()), acting=officer)
    client.force_login(other)
    assert "Hệ thống cũ" not in client.get("/dossiers/systems/").content.decode()
    for address in ("/dossiers/systems/of/cu/", f"/dossiers/deliveries/{batch.pk}/"):
        assert client.get(address).status_code == 404
        assert client.post(address, {"do": "all"}).status_code == 404
    assert client.get(batch.attachment.get_absolute_url()).status_code == 404
    assert not Dossier.objects.exists()


def test_who_may_not_see_applicants_in_full_sees_what_was_filed_without_them(client, desk, make_account, officer):
    link = portal.portal_link(desk.agency, acting=SYSTEM)
    payload = {"MaHoSo": "G22-1", "ChuHoSo": "Trần Thị Bích", "DinhDanhCHS": [{"SoDinhDanh": "031099000002"}]}
    filed = Filed.objects.create(link=link, code="G22-1", state=Filed.HELD, payload=payload)
    for account, sees in ((officer, False), (desk.counter, True)):
        client.force_login(account)
        page = client.get(f"/dossiers/portal/filed/{filed.pk}/").content.decode()
        assert ("Trần Thị Bích" in page, "031099000002" in page, "G22-1" in page) == (sees, sees, True)


def workbook(sheet: str) -> bytes:
    """A workbook whose one sheet is this XML, however strange."""
    from openpyxl import Workbook

    plain = io.BytesIO()
    Workbook().save(plain)
    out = io.BytesIO()
    with zipfile.ZipFile(plain) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for part in given.namelist():
            content = given.read(part)
            made.writestr(part, sheet if part == "xl/worksheets/sheet1.xml" else content)
    return out.getvalue()


MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


@pytest.mark.parametrize(
    "sheet",
    [
        f"<worksheet {MAIN}><sheetData>",
        f'<worksheet {MAIN}><sheetData><row r="1"><c r="XFD1"><v>1</v></c></row></sheetData></worksheet>',
        '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]>'
        f"<worksheet {MAIN}><sheetData><row><c><v>&c;</v></c></row></sheetData></worksheet>",
        "x" * 1000,
        "",
    ],
)
def test_strange_workbooks_are_refused_in_words(old, officer, sheet):
    with pytest.raises(NotPossible) as refused:
        sources.batch_begin(old, SimpleUploadedFile("cu.xlsx", workbook(sheet)), acting=officer)
    assert refused.value.code in ("damaged", "no_head") and not Batch.objects.exists()


def test_what_is_given_back_is_no_formula(old):
    batch = Batch.objects.create(source=old)
    BadRow.objects.create(batch=batch, line=2, column="=1+1", field="status", code="status", value="=cmd|' /C calc'!A0")
    line = badrows.csv_lines(batch).decode("utf-8-sig").splitlines()[1]
    assert ";'=1+1;" in line and ";'=cmd" in line
    from openpyxl import load_workbook

    sheet = load_workbook(io.BytesIO(badrows.xlsx(batch))).active
    assert sheet["C2"].data_type == "s" and sheet["C2"].value.startswith("=cmd")
