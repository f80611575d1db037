"""Sets from files, and results published by others: what is taken, what is refused and how it is said."""

import io
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from minhbach.indices.actions.results import BadRows, result_enter, results_import
from minhbach.indices.models import PublishedResult, SetVersion
from minhbach.indices.set_forms import checks
from minhbach.org.files.tables import rows_of
from minhbach.org.permissions import SYSTEM
from minhbach.org.trail.verifying import verify
from minhbach.scoring.catalogue import find
from minhbach.scoring.reading import to_yaml
from minhbach.scoring.workbook import to_workbook

pytestmark = pytest.mark.django_db
IMPORT = "indices:set_import"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
TABLE = (
    "STT\tTiêu chí\tĐiểm tối đa\tCách chấm\n"
    "1\tCải cách thủ tục hành chính\t2\t\n"
    "1.1\tTỷ lệ hồ sơ giải quyết đúng hạn\t1\tTừ 95% trở lên: 1 điểm\n"
    "\t\t\tDưới 95%: 0 điểm\n"
    "1.2\tThực hiện theo tinh thần chỉ đạo\t1\tTùy mức độ\n"
)


@pytest.fixture
def officer(client, province):
    client.force_login(province.officer, backend=BACKEND)
    return client


def upload(client, content, name):
    return client.post(reverse(IMPORT), {"file": SimpleUploadedFile(name, content)})


def _table(text):
    return rows_of(io.BytesIO(text.encode()), "csv")


def keep(client, page, **more):
    """Send the form of the page on."""
    context = page.context
    sent = {"read": context["read_file"], "name": context["name"], "code": context["code"]}
    return client.post(reverse(IMPORT), {**sent, **more})


# Sets from files -------------------------------------------------------------------------------------------------


def test_a_table_becomes_a_draft_that_flags_what_is_doubtful(officer, province):
    page = upload(officer, TABLE.encode(), "Bảng điểm.txt")
    text = page.content.decode()
    assert page.status_code == 200, text
    assert "Tùy mức độ" in text and "95" in text
    assert page.context["doubtful"] >= 1 and page.context["recognised"] < page.context["leaves"]
    assert not SetVersion.objects.exists()
    answer = keep(officer, page, unit=province.education.pk, code="bang-diem")
    version = SetVersion.objects.get(code="bang-diem")
    assert answer.url == reverse("indices:set_edit", args=[version.pk])
    assert version.is_draft and version.unit == province.education
    assert checks.data_of(version.text)["criteria"][0]["criteria"][1]["rule"] == {"unstated": True}
    assert officer.get(answer.url).status_code == 200


def test_each_appendix_is_imported_by_its_number(officer):
    """Two appendices, as CSV: the second has other criteria under the same codes; there is no third."""
    heads = "STT;Tiêu chí;Điểm tối đa;Cách chấm\n"
    content = (
        f'PHỤ LỤC I: CÁC SỞ;;;\n{heads}1;Báo cáo của sở;2;"Đúng hạn: 2; quá hạn: 0"\n'
        f'PHỤ LỤC II: CÁC XÃ;;;\n{heads}1;Báo cáo của xã;3;"Mỗi báo cáo chậm trừ 0,5 điểm; trừ tối đa 3 điểm"\n'
    ).encode()

    def read(**more):
        return officer.post(reverse(IMPORT), {"file": SimpleUploadedFile("hai.csv", content), **more})

    assert [row["row"].node.title.vi for row in read().context["rows"]] == ["Báo cáo của sở"]
    second = read(part="2")
    assert [row["row"].node.title.vi for row in second.context["rows"]] == ["Báo cáo của xã"]
    assert any("CÁC SỞ" in finding.says and "CÁC XÃ" in finding.says for finding in second.context["general"])
    assert read(part="3").status_code == 422
    assert read(part="x").status_code == 422
    copied = content.decode().replace("; ", ", ").replace('"', "").replace(";", "\t")
    answer = officer.post(reverse(IMPORT), {"pasted": copied, "pasted_part": "2"})
    assert [row["row"].node.title.vi for row in answer.context["rows"]] == ["Báo cáo của xã"]


@pytest.mark.parametrize("kind", ["xlsx", "yaml"])
def test_our_own_files_come_back_whole(officer, province, kind):
    source = find("truong-minh-hoa")
    content = to_workbook(source) if kind == "xlsx" else to_yaml(source).encode()
    page = upload(officer, content, f"bo.{kind}")
    assert page.status_code == 200 and not page.context["read"].drafted
    keep(officer, page, unit=province.education.pk)
    version = SetVersion.objects.get()
    assert checks.read_text(version.text, "vi").content == source
    # The code exists now: the next import is offered another.
    assert upload(officer, content, f"bo.{kind}").context["code"] == "truong-minh-hoa-2"


def _bomb():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"<a/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 70_000_000)
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("trong.xlsx", b""),
        ("la.xlsx", b"PK not a zip"),
        ("la.docx", b"\x00\x01\x02"),
        ("nhi-phan.yaml", b"\xff\xfe\x00"),
        ("sai.yaml", b"a: ["),
        ("khong-phai-bo.yaml", b"a: 1"),
        ("tham-chieu.yaml", b"a: &a [1,1,1,1,1,1,1,1,1]\n" + b"".join(
            f"{c}: &{c} [{','.join(['*' + p] * 9)}]\n".encode() for p, c in zip("abcdefg", "bcdefgh", strict=True)
        )),
        ("van-xuoi.txt", "Chỉ là một đoạn văn.".encode()),
        ("chuong-trinh.exe", b"MZ"),
        ("khong-duoi", b"x"),
        ("..\\..\\x.txt", b"x"),
    ],
)  # fmt: skip
def test_wrong_files_are_told_and_leave_nothing(officer, name, content):
    answer = upload(officer, content, name)
    assert answer.status_code == 422 and answer.context["form"].errors["file"]
    assert not SetVersion.objects.exists()


def test_files_too_large_are_told(officer, settings):
    assert upload(officer, _bomb(), "bom.xlsx").status_code == 422
    settings.MAX_UPLOAD_BYTES = 100
    answer = upload(officer, TABLE.encode(), "bang.txt")
    assert answer.status_code == 422 and not SetVersion.objects.exists()


def test_a_kept_text_is_ours_and_the_unit_one_may_edit_for(officer, province):
    page = upload(officer, TABLE.encode(), "bang.txt")
    assert keep(officer, page, read="giả").status_code == 422
    assert keep(officer, page, unit=province.justice.pk).status_code in (403, 422)
    assert keep(officer, page, unit=province.education.pk, code="Mã Có Dấu").status_code == 422
    assert not SetVersion.objects.exists()


@pytest.mark.parametrize("who", ["head", "clerk", "auditor", None])
def test_only_whoever_writes_sets_imports(client, province, who):
    if who:
        client.force_login(getattr(province, who), backend=BACKEND)
    assert upload(client, TABLE.encode(), "bang.txt").status_code in (302, 403)


# Published results -----------------------------------------------------------------------------------------------

SHEET = (
    "index,unit,year,result,rank,units,source\n"
    'par-index,so-gd,2022,"70,69",15,21,01/QĐ-UBND\n'
    "par-index,so-gd,2023,74.20,13,21,02/QĐ-UBND\n"
)


def test_published_results_are_read_by_everybody(client, province, django_assert_max_num_queries):
    results_import(_table(SHEET), indices={"par-index"}, acting=SYSTEM)
    address = reverse("indices:published")
    page = client.get(address, headers={"accept-language": "vi"}).content.decode()
    assert "15/21" in page and "70,69" in page and "+3,51" in page and "chart" in page
    for year in range(2000, 2020):
        result_enter(set_code="sipas", unit=province.justice, year=year, result=Decimal(80), source="x", acting=SYSTEM)
    with django_assert_max_num_queries(4):
        client.get(address)
    assert "15/21" not in client.get(address, {"unit": province.justice.pk}).content.decode()
    assert client.get(address, {"unit": "9" * 30, "index": "'"}).status_code == 200


def test_a_result_is_entered_and_corrected(officer, province):
    address = reverse("indices:published_enter")
    sent = {"index": "sipas", "unit": province.education.pk, "year": 2023, "result": "82,36", "source": "5/BC"}
    assert officer.post(address, sent | {"rank": 9, "units": 20}).status_code == 302
    row = PublishedResult.objects.get()
    assert (row.result, row.rank, row.units) == (Decimal("82.36"), 9, 20)
    page = officer.get(address, {"index": "sipas", "unit": province.education.pk, "year": 2023}).content.decode()
    assert 'value="82.36"' in page or 'value="82,36"' in page
    assert officer.post(address, sent | {"result": "82,4"}).status_code == 302
    assert PublishedResult.objects.get().result == Decimal("82.4")
    assert list(verify()) == []
    for wrong in (
        {"result": "tám"},
        {"rank": 9, "units": 3},
        {"source": " "},
        {"unit": province.justice.pk},
        {"year": 9},
    ):
        assert officer.post(address, sent | wrong).status_code == 422
    assert PublishedResult.objects.get().result == Decimal("82.4")


@pytest.mark.parametrize("who", ["head", "clerk", "auditor", "appraiser", None])
def test_only_whoever_may_enters_results(client, province, who):
    if who:
        client.force_login(getattr(province, who), backend=BACKEND)
    for name in ("published_enter", "published_import", "published_sheet"):
        assert client.get(reverse(f"indices:{name}")).status_code in (302, 403)


def test_a_file_of_results_is_taken_whole_or_not_at_all(officer, province):
    address = reverse("indices:published_import")
    bad = SHEET + (
        "par-index,so-tp,2023,70,1,21,x\n"
        "par-index,khong-co,2023,70,1,21,x\n"
        "la,so-gd,2023,70,1,21,x\n"
        "par-index,so-gd,23,cao,22,21,\n"
        "par-index,so-gd,2023,74.20,13,21,x\n"
        "par-index,so-gd,2021\n"
    )
    answer = officer.post(address, {"file": SimpleUploadedFile("a.csv", bad.encode())})
    assert answer.status_code == 422 and not PublishedResult.objects.exists()
    found = {(row.line, row.column) for row in answer.context["bad"]}
    assert {(4, "unit"), (5, "unit"), (6, "index"), (7, "year"), (7, "result"), (7, "rank"), (7, "source")} <= found
    assert (8, "") in found and (9, "") in found
    good = SimpleUploadedFile("a.csv", SHEET.replace(",", ";").replace('"70;69"', "70,69").encode("utf-8-sig"))
    assert officer.post(address, {"file": good}).status_code == 302
    assert PublishedResult.objects.count() == 2


def test_results_are_taken_from_a_workbook(officer, province):
    address = reverse("indices:published_import")
    blank = officer.get(reverse("indices:published_sheet"), headers={"accept-language": "en"})
    book = openpyxl.load_workbook(io.BytesIO(blank.content))
    sheet = book.active
    head = next(row for row in sheet.iter_rows() if [cell.value for cell in row][1:2] == ["Unit code"])
    first = head[0].row + 1
    units = [sheet.cell(first + n, 2).value for n in range(3)]
    assert province.education.code in units
    line = first + units.index(province.education.code)
    for column, value in enumerate(("PAR INDEX", None, 2023, 74.2, 13, 21, "02/QĐ-UBND"), start=1):
        if value is not None:
            sheet.cell(line, column).value = value
    out = io.BytesIO()
    book.save(out)
    assert officer.post(address, {"file": SimpleUploadedFile("kq.xlsx", out.getvalue())}).status_code == 302
    [kept] = PublishedResult.objects.all()  # rows nobody filled in are left out
    assert (kept.set_code, kept.unit, kept.year, kept.result) == (
        "par-index",
        province.education,
        2023,
        Decimal("74.2"),
    )
    sheet.cell(line, 3).value = "hai nghìn"
    out = io.BytesIO()
    book.save(out)
    answer = officer.post(address, {"file": SimpleUploadedFile("kq.xlsx", out.getvalue())})
    assert answer.status_code == 422 and [(row.line, row.column) for row in answer.context["bad"]] == [(line, "year")]
    for wrong in (b"PK not a book", b"\x00\x01", b""):
        answer = officer.post(address, {"file": SimpleUploadedFile("kq.xlsx", wrong)})
        assert answer.status_code == 422 and answer.context["form"].errors["file"]


def test_heads_may_be_vietnamese_and_stand_below_a_title(province):
    table = (
        "Kết quả năm 2023;;;;;;\n"
        "Chỉ số;Mã đơn vị;Năm;Kết quả;Thứ hạng;Số đơn vị;Văn bản\n"
        "SIPAS;so-gd;2023;82,36;9;20;5/BC\n"
    )
    assert results_import(_table(table), indices={"sipas"}, acting=SYSTEM) == 1
    kept = PublishedResult.objects.get()
    assert (kept.result, kept.rank, kept.units) == (Decimal("82.36"), 9, 20)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a,b\n1,2\n",
        "index,unit,year,result,source\n",
        SHEET + 'par-index,"so-gd',
        SHEET.replace("2022", "٢٠٢٢"),
    ],
)
def test_broken_files_of_results_are_told(province, text):
    with pytest.raises(BadRows) as caught:
        results_import(_table(text), indices={"par-index"}, acting=SYSTEM)
    assert caught.value.rows and all(row.says for row in caught.value.rows)
    assert not PublishedResult.objects.exists()
