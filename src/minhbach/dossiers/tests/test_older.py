"""Registers of older results: entered by form and from tables, digitised, with their rate, standing in for papers."""

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from minhbach.dossiers import older
from minhbach.dossiers.actions.older import Entry, older_add, older_digitise, older_end, register_set
from minhbach.dossiers.models import OlderResult
from minhbach.dossiers.reuse import results_reusable
from minhbach.org.errors import NotPossible
from minhbach.org.models import Event
from minhbach.org.permissions import Refused
from minhbach.procedures.content.model import Component
from minhbach.records.texts import Text

pytestmark = pytest.mark.django_db


def refused(code, action, *args, **kwargs):
    with pytest.raises(NotPossible) as error:
        action(*args, **kwargs)
    assert error.value.code == code


def scan():
    return SimpleUploadedFile("bang.pdf", b"%PDF-1.4 scan")


@pytest.fixture
def register(desk):
    return register_set(desk.agency, title="Sổ gốc cấp bằng THPT", code="KQ.T.1", total=4, acting=desk.clerk)


def test_the_rate_is_what_is_digitised_of_what_there_is(desk, register, django_assert_num_queries):
    made = older_add(register, [Entry("An", f"B {n}") for n in range(1, 4)], acting=desk.counter)
    older_digitise(made[0], scan(), acting=desk.counter)
    with django_assert_num_queries(1):  # however many registers
        [rate] = older.rates(desk.counter)
    assert (rate.entered, rate.digitised, rate.of, rate.share) == (3, 1, 4, Decimal("0.25"))
    older_digitise(made[1], scan(), acting=desk.counter)
    older_end(made[1], on=date(2026, 1, 2), because="Đã thu hồi", acting=desk.clerk)
    [rate] = older.rates(desk.clerk)
    assert (rate.entered, rate.digitised, rate.share) == (2, 1, Decimal("0.25"))
    refused("ended", older_digitise, made[1], scan(), acting=desk.counter)
    refused("fewer", register_set, desk.agency, title="Sổ", total=2, register=register, acting=desk.clerk)
    register_set(desk.agency, title=register.title, total=None, register=register, acting=desk.clerk)
    [rate] = older.rates(desk.clerk)
    assert (rate.of, rate.share) == (None, None)


def test_a_digitised_diploma_need_not_be_brought_again(desk, register, make_applicant):
    an = make_applicant()
    paper = Component("diploma", Text("Bằng"), reusable_from=("KQ.T.1",))
    [made] = older_add(register, [Entry("Nguyễn Văn An", "B 1", id_number=an.id_number)], acting=desk.counter)
    older_digitise(made, scan(), acting=desk.counter)
    [found] = results_reusable(an, paper)
    assert found.older and found.reused_code == "KQ.T.1#B 1" and found.attachment.name == "bang.pdf"
    older_end(made, on=date(2026, 1, 2), because="Sai", acting=desk.clerk)
    assert results_reusable(an, paper) == []


@pytest.mark.parametrize(
    "entry",
    [
        Entry("", "B 9"),
        Entry("An", ""),
        Entry("An", "B 1"),
        Entry("An", "B 9", id_number="12"),
        Entry("An", "B 9", issued_on=date(2090, 1, 1)),
        Entry("An", "B 9", born=date(2000, 1, 1), issued_on=date(1999, 1, 1)),
        Entry("An", "B 9", issued_on=date(2000, 1, 1), valid_until=date(1999, 1, 1)),
        Entry("A" * 301, "B 9"),
    ],
)
def test_a_wrong_entry_is_refused_and_with_it_all_others(desk, register, entry):
    older_add(register, [Entry("An", "B 1")], acting=desk.clerk)
    refused("bad_entry", older_add, register, [Entry("Bình", "B 2"), entry], acting=desk.clerk)
    assert OlderResult.objects.count() == 1


def test_who_may_keep_registers(desk, register, make_unit, make_account):
    stranger = make_account("la", make_unit("so-khac", kind="so"), "clerk")
    for acting in (stranger, desk.head):
        with pytest.raises(Refused):
            older_add(register, [Entry("An", "B 1")], acting=acting)
        with pytest.raises(Refused):
            register_set(desk.agency, title="Khác", acting=acting)
    refused("taken", register_set, desk.agency, title=" Sổ gốc  cấp bằng THPT", acting=desk.clerk)
    assert older.rates(stranger) == []
    older_add(register, [Entry("Nguyễn Văn An", "B 1")], acting=desk.clerk)
    assert "An" not in str(Event.objects.get(verb="dossiers.older_added").data)


CSV = """Sổ gốc cấp bằng;;;;
STT;Họ và tên;Ngày sinh;Số hiệu;Số vào sổ gốc;Ngày cấp;Số CCCD
1;Nguyễn Văn An;02/03/1981;B 0123;45/1999;20.06.1999;031081000001
2;Trần Thị Bình;;B 0124;46/1999;;
"""


def workbook(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_a_table_is_entered_whole(desk, register, client):
    client.force_login(desk.clerk)
    address = reverse("dossiers:older_file", args=[register.pk])
    answer = client.post(address, {"file": SimpleUploadedFile("bang.csv", CSV.encode())}, follow=True)
    assert answer.status_code == 200
    first, second = OlderResult.objects.order_by("id")
    assert (first.holder, first.number, first.entry, first.id_number) == (
        "Nguyễn Văn An",
        "B 0123",
        "45/1999",
        "031081000001",
    )
    assert (first.born, first.issued_on) == (date(1981, 3, 2), date(1999, 6, 20))
    assert (second.holder, second.born) == ("Trần Thị Bình", None)


def test_a_number_whose_first_nought_the_spreadsheet_ate_is_noticed(desk, register, client):
    client.force_login(desk.clerk)
    content = workbook(["Họ tên", "Số hiệu", "Ngày sinh", "CCCD"], ["An", "B 1", date(1981, 3, 2), 31081000001])
    address = reverse("dossiers:older_file", args=[register.pk])
    answer = client.post(address, {"file": SimpleUploadedFile("bang.xlsx", content)})
    assert answer.status_code == 422 and "31081000001" in answer.content.decode()
    assert not OlderResult.objects.exists()


def test_every_bad_row_is_named_and_nothing_is_entered(desk, register, client):
    client.force_login(desk.clerk)
    older_add(register, [Entry("An", "B 1")], acting=desk.clerk)
    content = workbook(
        ["Họ tên", "Số hiệu", "Ngày cấp"],
        ["An", "B 1", None],
        ["Bình", "B 2", "31/02/1999"],
        ["", "B 3", None],
        ["Chi", "B 4", None],
        ["Dung", "B 4", None],
    )
    address = reverse("dossiers:older_file", args=[register.pk])
    answer = client.post(address, {"file": SimpleUploadedFile("bang.xlsx", content)})
    shown = answer.content.decode()
    assert answer.status_code == 422 and OlderResult.objects.count() == 1
    for line in (2, 3, 4, 6):
        assert f"Dòng {line}:" in shown
    assert "Dòng 5:" not in shown and "31/02/1999" in shown
    for content, name in (
        (b"a,b\n1,2\n", "a.csv"),
        (b"%PDF-1.4", "a.pdf"),
        (b"PK\x03\x04zz", "a.xlsx"),
        (b"", "a.csv"),
    ):
        answer = client.post(address, {"file": SimpleUploadedFile(name, content)})
        assert answer.status_code == 422
    assert OlderResult.objects.count() == 1


def test_registers_on_screen(desk, client):
    client.force_login(desk.clerk)
    given = {"agency": desk.agency.pk, "title": "Sổ cấp phép trung tâm", "total": "10"}
    answer = client.post(reverse("dossiers:older_register_new"), given, follow=True)
    assert "Sổ cấp phép trung tâm" in answer.content.decode()
    [rate] = older.rates(desk.clerk)
    new = reverse("dossiers:older_entry_new", args=[rate.register.pk])
    wrong = client.post(new, {"holder": "An", "number": "1", "id_number": "5"})
    assert wrong.status_code == 422 and "12 chữ số" in wrong.content.decode()
    client.post(new, {"holder": "Trung tâm Ánh Dương", "number": "GP 1", "scan": scan()})
    shown = client.get(reverse("dossiers:older_register", args=[rate.register.pk]), {"q": "anh duong"}).content.decode()
    assert "GP 1" in shown and "10,0" in shown
    assert "10,0" in client.get(reverse("dossiers:older")).content.decode()
    entry = OlderResult.objects.get()
    assert client.get(entry.scan.get_absolute_url()).status_code == 200
    client.force_login(desk.head)
    assert client.get(entry.scan.get_absolute_url()).status_code == 404
