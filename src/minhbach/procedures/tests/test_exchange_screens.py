"""Procedures brought in from files, and compared with lists of others, on screen."""

import io
from dataclasses import replace

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from minhbach.org.dates import today
from minhbach.procedures.content.reading import stored
from minhbach.procedures.content.workbook import to_workbook
from minhbach.procedures.models import Procedure
from minhbach.procedures.testing import BARE, COPY, contents_of
from minhbach.procedures.tests.screens import english, send, text_of, visit

__all__ = ["english", "send", "visit"]
pytestmark = pytest.mark.django_db


def upload(name, content):
    return SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())


def read_of(page):
    text = page.content.decode()
    start = text.index('name="read" value="') + len('name="read" value="')
    return text[start : text.index('"', start)]


def test_a_workbook_is_seen_first_and_then_taken_over_whole(send, visit, catalogue):
    changed = replace(stored(catalogue.copy.current.content), online="part")
    [new] = contents_of(BARE.replace("2.900102", "2.900888"))
    file = upload("a.xlsx", to_workbook([changed, new, stored(catalogue.bare.current.content)]))
    page = send("import", account=catalogue.officer, file=file)
    text = text_of(page)
    assert "Take 2 procedures over" in text and "1 procedure says the same" in text and "partly online" in text
    assert catalogue.copy.versions.count() == 1, "nothing is kept by looking"
    sent = {"read": read_of(page), "begins": str(today()), "keeper": catalogue.agency.pk}
    assert send("import", **sent).status_code == 302
    assert Procedure.objects.get(code="2.900888").current.begins == today()
    assert catalogue.copy.versions.get(number=2).online == "part"


def test_what_was_read_cannot_be_changed_on_the_way(send, catalogue):
    page = send("import", account=catalogue.officer, file=upload("a.yaml", BARE.replace("2.900102", "2.900888")))
    sent = {"read": read_of(page)[:-3] + "abc", "begins": str(today()), "keeper": catalogue.agency.pk}
    assert send("import", **sent).status_code == 422
    assert not Procedure.objects.filter(code="2.900888").exists()


def test_every_bad_row_is_named(send, catalogue):
    book = openpyxl.load_workbook(io.BytesIO(to_workbook(contents_of(COPY, BARE))))
    book["Cách thức"]["B3"], book["Các bước"]["A4"] = "chim bồ câu", "9.9"
    target = io.BytesIO()
    book.save(target)
    page = send("import", account=catalogue.officer, file=upload("a.xlsx", target.getvalue()))
    text = text_of(page)
    assert page.status_code == 422
    assert "Cách thức!B3" in text and "chim bồ câu" in text and "Các bước!A4" in text and "9.9" in text
    assert "write a code of the sheet" in text


def test_a_procedure_of_another_keeper_stands_in_the_way(send, catalogue):
    page = send(
        "import", account=catalogue.outsider, file=upload("a.yaml", COPY.replace("online: full", "online: part"))
    )
    text = text_of(page)
    assert "Nothing can be taken over yet" in text and "keeps it; you may not change it" in text


CSV = (
    "Mã thủ tục;Tên thủ tục;Lĩnh vực;Thời hạn giải quyết\n"
    "1.900101.000.00.00.H24;Cấp bản sao bằng từ sổ gốc;Văn bằng, chứng chỉ;3 ngày làm việc\n"
    "3.000001;Thủ tục mới;Văn bằng, chứng chỉ;\n"
    "7.000001;Việc của ngành khác;Đất đai;\n"
)


def test_a_list_of_others_beside_ours(send, catalogue):
    page = send("national", account=catalogue.officer, file=upload("qg.csv", CSV))
    text = text_of(page)
    assert "3.000001" in text and "7.000001" not in text and "1 procedure of a field we keep nothing of" in text
    assert "5 working days" in text and "3 working days" in text
    assert "2.900102" in text and "NB.01" not in text, "gone; what is between agencies never is"
    sent = {"read": read_of(page), "begins": str(today()), "keeper": catalogue.agency.pk, "code": "1.900101"}
    assert send("national", **sent).status_code == 302
    content = stored(catalogue.copy.versions.get(number=2).content)
    assert str(content.times.by_law) == "3 ngày làm việc"
    assert content.components and content.form and content.process, "what the list leaves blank stays ours"
    assert not Procedure.objects.filter(code="3.000001").exists(), "not ticked"


def test_the_report_as_a_workbook(send, catalogue):
    response = send("national", account=catalogue.officer, file=upload("qg.csv", CSV), **{"as": "xlsx"})
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    cells = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
    assert {"3.000001", "2.900102", "5 working days", "3 working days"} <= cells


def test_a_table_without_codes_is_refused_with_what_to_do(send, catalogue):
    page = send("national", account=catalogue.officer, file=upload("a.csv", "A;B\n1;2\n"))
    assert page.status_code == 422 and "no head row with columns" in text_of(page)


def test_the_shipped_catalogue_beside_ours(visit, catalogue):
    text = text_of(visit("national", account=catalogue.officer, shipped=1))
    assert "3.000465" in text and "2.900102" in text
