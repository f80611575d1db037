"""The national portal: every change told once and in order, whatever goes wrong; what is filed there taken in once."""

import threading
from datetime import timedelta

import pytest
from django.utils import timezone

from minhbach.dossiers.actions import ending, moving, portal, results, waiting
from minhbach.dossiers.actions.intake import HandedIn
from minhbach.dossiers.actions.papers import paper_remove
from minhbach.dossiers.exchange.portal import fields, outbox, payload, stand_in
from minhbach.dossiers.exchange.portal.connector import HttpConnector, configured
from minhbach.dossiers.exchange.sending import Later, Rejected
from minhbach.dossiers.models import Applicant, Dossier, Filed, Outgoing
from minhbach.dossiers.money.references import reference_of
from minhbach.dossiers.states import Channel, Status
from minhbach.dossiers.testing import signed_with
from minhbach.dossiers.tests.test_incoming import gateway
from minhbach.dossiers.tests.test_incoming import send as pay
from minhbach.org.errors import NotPossible
from minhbach.org.permissions import SYSTEM, Refused
from minhbach.procedures.models import Version

__all__ = ["gateway"]
pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


@pytest.fixture
def there():
    """The stand-in, running: `there.known` is what it knows, `there.url` its address."""
    from types import SimpleNamespace

    known = stand_in.StandIn()
    made = stand_in.server(known)
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield SimpleNamespace(known=known, url=f"http://127.0.0.1:{made.server_address[1]}")
    made.shutdown()
    made.server_close()
    thread.join()


@pytest.fixture
def linked(desk, settings, there):
    """The agency reports to the stand-in."""
    settings.PORTAL_URL = there.url
    return portal.portal_link(desk.agency, acting=SYSTEM)


def statuses(there):
    return [(one["MaHoSo"], one["TrangThaiHoSo"]) for one in there.known.told()]


def sooner():
    Outgoing.objects.filter(state=Outgoing.WAITING).update(next_at=timezone.now() - timedelta(seconds=1))


def test_nothing_is_laid_out_unless_configured(desk, make_dossier, settings):
    make_dossier()
    assert not Outgoing.objects.exists() and configured() is None
    settings.PORTAL_URL = "http://127.0.0.1:1"
    make_dossier()
    assert not Outgoing.objects.exists()  # configured, but this agency has no link


def test_each_change_is_told_in_order_with_its_fields(desk, linked, there, make_dossier):
    dossier = make_dossier()
    moving.dossier_forward(dossier, acting=desk.counter)
    dossier = moving.dossier_forward(dossier, person=desk.specialist.person, acting=desk.office_head)
    waiting.supplement_ask(dossier, items=["Giấy khai sinh"], because="thiếu", acting=desk.specialist)
    for one in Outgoing.objects.all():  # nothing of the applicant lies in the outbox
        assert "Nguyễn Văn An" not in str(one.body) and "031099000001" not in str(one.body)
    assert outbox.send(configured()).sent == 4
    assert statuses(there) == [(dossier.code, "2"), (dossier.code, "4"), (dossier.code, "4"), (dossier.code, "5")]
    said = there.known.told()[-1]
    assert said["ChuHoSo"] == "Nguyễn Văn An" and said["SoGiayToChuHoSo"] == "031099000001"
    assert said["MaTTHC"] == "1.900001" and said["KenhThucHien"] == "1"
    assert said["NgayTiepNhan"] == f"{timezone.localtime(dossier.received_at):%Y%m%d%H%M%S}"
    assert said["NgayHenTra"] == f"{timezone.localtime(dossier.due_at):%Y%m%d%H%M%S}"
    assert said["DanhSachHoSoBoSung"][0]["NoiDungBoSung"] == "Giấy khai sinh"
    assert said["TienTrinh"]["NguoiXuLy"] == desk.specialist.person.full_name
    assert outbox.send(configured()).sent == 0 and there.known.times() == 4


def test_an_issued_result_is_told_with_an_address_from_which_the_portal_gets_it(
    signing_desk, to_step, linked, there, settings, client, monkeypatch
):
    settings.PUBLIC_URL = "https://motcua.example"
    desk, dossier = signing_desk, to_step("number")
    result = results.result_number(dossier, acting=desk.clerk)
    signed_with(desk.tokens.agency, dossier, desk.clerk, seal=True)
    dossier = ending.dossier_finish(dossier, acting=desk.clerk)
    result.refresh_from_db()
    assert "motcua" not in str(list(Outgoing.objects.values_list("body", flat=True)))  # no way to it in the outbox
    assert outbox.send(configured()).failed == 0
    told = there.known.told()
    # Numbered but not sealed, it is no result yet.
    assert [len(one["DanhSachGiayToKetQua"]) for one in told][-3:] == [0, 1, 1]
    [paper] = told[-1]["DanhSachGiayToKetQua"]
    address = paper.pop("DuongDanTepTinKetQua")
    assert paper == {
        "TenGiayTo": str(result),
        "MaThanhPhanHoSo": "",
        "GiayToId": str(result.pdf_id),
        "MaGiayToKetQua": "KQ.T.1",
    }
    path = address.removeprefix("https://motcua.example")
    got = client.get(path)
    assert b"".join(got.streaming_content) == results.file_of(result) and "sandbox" in got["Content-Security-Policy"]
    assert client.get(path[:-2] + "x/").status_code == 404
    monkeypatch.setattr(payload, "FILES_LAST", timedelta(seconds=-1))
    assert client.get(path).status_code == 404
    ending.result_recall(dossier, because="sai", acting=desk.head)
    outbox.send(configured())
    assert there.known.told()[-1]["DanhSachGiayToKetQua"] == []


def test_a_paper_taken_out_is_told_as_such_and_counts_no_more(desk, linked, there, make_dossier):
    dossier = make_dossier(papers=[HandedIn("request"), HandedIn("", title="Ảnh", copies=2, digitised=2)])
    outbox.send(configured())
    said = there.known.told()[-1]
    assert said["DanhSachTepDinhKemKhac"] == [{"TenGiayTo": "Ảnh", "SoLuong": 2, "LoaiGiayTo": ""}]
    assert said["HoSoCoThanhPhanSoHoa"] == "1"
    for paper in dossier.papers.all():
        paper_remove(paper, because="Nhầm hồ sơ", acting=desk.counter)
    outbox.send(configured())
    said = there.known.told()[-1]
    assert (said["DanhSachTepDinhKemKhac"], said["HoSoCoThanhPhanSoHoa"]) == ([], "0")
    assert [(paper["MaThanhPhanHoSo"], paper["IsDeleted"]) for paper in said["TaiLieuNop"]] == [("request", "1")]


def test_fees_and_what_was_paid_online(gateway, paid_desk, make_paid, linked, there, settings):
    settings.PORTAL_CODES = {"LoaiPhiLePhi": {"fee": "7"}}
    dossier = make_paid()
    outbox.send(configured())
    said = there.known.told()[-1]
    assert said["DanhSachLePhi"] == [
        {"TenPhiLePhi": "Phí thẩm định", "MaPhiLePhi": "", "HinhThucThu": "1", "Gia": "150000", "LoaiPhiLePhi": "7"},
        # What no source says, and nobody configured, is sent empty.
        {"TenPhiLePhi": "Lệ phí cấp bản sao", "MaPhiLePhi": "", "HinhThucThu": "4", "Gia": "20000", "LoaiPhiLePhi": ""},
    ]
    assert said["DuocThanhToanTrucTuyen"] == ""
    pay(*gateway.notice("GD-1", reference_of(dossier.pk), 170_000, at=timezone.now()))
    waiting.supplement_ask(dossier, items=["ảnh"], because="thiếu", acting=paid_desk.counter)
    outbox.send(configured())
    said = there.known.told()[-1]
    assert said["DuocThanhToanTrucTuyen"] == "2"
    [supplement] = said["DanhSachHoSoBoSung"]
    assert [fee["TenPhiLePhi"] for fee in supplement["DanhSachLePhiBoSung"]] == ["Phí bổ sung"]


def test_databases_are_named_as_configured(desk, linked, there, make_dossier, settings):
    settings.PORTAL_CODES = {"MaCSDL": {"12/2026/NĐ-CP": "5"}, "LoaiDoiTuong": {"citizen": "0"}}
    version = desk.version
    version.content["components"][0]["by_data"] = "12/2026/NĐ-CP"
    Version.objects.filter(pk=version.pk).update(content=version.content)
    make_dossier()
    dossier = make_dossier()
    outbox.send(configured())
    assert there.known.told()[-1]["DSKetNoiCSDL"] == []  # handed in on paper
    assert there.known.told()[-1]["LoaiDoiTuong"] == "0"
    dossier.papers.update(digitised=2)
    moving.dossier_forward(dossier, acting=desk.counter)
    outbox.send(configured())
    assert there.known.told()[-1]["DSKetNoiCSDL"] == [{"MaCSDL": "5"}]


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"TrangThaiHoSo": "11"}, "TrangThaiHoSo"),
        ({"NgayTiepNhan": "2026-11-21"}, "NgayTiepNhan"),
        ({"NgayNopHoSo": ""}, "NgayNopHoSo"),
        ({"MaHoSo": ""}, "MaHoSo"),
        ({"Mới": "x"}, "Mới"),
        ({"DanhSachLePhi": "x"}, "DanhSachLePhi"),
        ({"DanhSachLePhi": [{"TenPhiLePhi": "x"}]}, "DanhSachLePhi[0].MaPhiLePhi"),
        ({"DSKetNoiCSDL": [{"MaCSDL": ""}]}, "DSKetNoiCSDL[0].MaCSDL"),
        ({"TienTrinh": None}, "TienTrinh"),
    ],
)
def test_the_stand_in_refuses_what_has_not_the_fields_of_the_sources(desk, linked, there, make_dossier, change, wrong):
    make_dossier()
    one = Outgoing.objects.get()
    good = payload.as_sent(one.body, one.dossier)
    assert fields.faults(good) == []
    assert wrong in fields.faults(good | change)
    with pytest.raises(Rejected, match="sai cac truong"):
        configured().send("k", good | change)


def test_a_lost_answer_is_not_counted_twice(desk, linked, there, make_dossier):
    make_dossier()
    there.known.lose = 1
    assert outbox.send(configured()).later == 1
    assert len(there.known.told()) == 1  # it was counted, and we do not know
    sooner()
    assert outbox.send(configured()).sent == 1
    assert len(there.known.told()) == 1 and there.known.times() == 2


def test_while_the_portal_is_out_of_order_messages_wait_longer_and_longer(desk, linked, there, make_dossier):
    dossier = make_dossier()
    moving.dossier_forward(dossier, acting=desk.counter)
    there.known.busy = 3
    waits = []
    for _attempt in range(3):
        done = outbox.send(configured())
        assert (done.sent, done.later) == (0, 1)  # the second change of the dossier waits behind the first
        first = Outgoing.objects.order_by("pk").first()
        waits.append(first.next_at - timezone.now())
        sooner()
    assert waits[0] < waits[1] < waits[2] and first.failure.startswith("503")
    assert outbox.send(configured()).sent == 2
    assert [status for _code, status in statuses(there)] == ["2", "4"]


def test_a_refused_message_holds_up_its_dossier_alone_until_a_person_decides(
    desk, linked, there, make_dossier, make_account
):
    stuck, other = make_dossier(), make_dossier()
    moving.dossier_forward(stuck, acting=desk.counter)
    there.known.refuse = {stuck.code}
    done = outbox.send(configured())
    assert (done.sent, done.failed) == (1, 1) and statuses(there) == [(other.code, "2")]
    one = Outgoing.objects.get(state=Outgoing.FAILED)
    assert one.failure.startswith("422")
    with pytest.raises(Refused):
        portal.outgoing_retry(one, acting=desk.specialist)
    with pytest.raises(NotPossible) as refused:
        portal.outgoing_skip(one, because=" ", acting=desk.counter)
    assert refused.value.code == "no_reason"
    portal.outgoing_skip(one, because="Hồ sơ thử nghiệm", acting=desk.counter)
    there.known.refuse = set()
    assert outbox.send(configured()).sent == 1
    assert statuses(there) == [(other.code, "2"), (stuck.code, "4")]
    with pytest.raises(NotPossible) as refused:
        portal.outgoing_retry(one, acting=desk.counter)
    assert refused.value.code == "settled"


def test_a_change_that_fails_tells_nothing(desk, linked, make_dossier):
    dossier = make_dossier()
    with pytest.raises(Refused):
        moving.dossier_forward(dossier, acting=desk.clerk)
    assert Outgoing.objects.count() == 1


def test_a_sender_that_died_leaves_its_message_to_the_next(desk, linked, there, make_dossier):
    make_dossier()
    Outgoing.objects.update(lease="gone", leased_to=timezone.now() + timedelta(minutes=1))
    assert outbox.send(configured()).sent == 0
    Outgoing.objects.update(leased_to=timezone.now() - timedelta(seconds=1))
    assert outbox.send(configured()).sent == 1


@pytest.mark.parametrize("url", ["http://cong.example", "ftp://127.0.0.1", "file:///etc/passwd", ""])
def test_only_https_or_this_machine(url):
    from django.core.exceptions import ImproperlyConfigured

    with pytest.raises(ImproperlyConfigured):
        HttpConnector(url)


def test_an_answer_that_is_none_is_told_as_such(there):
    with pytest.raises(Later):
        HttpConnector("http://127.0.0.1:1").send("k", {})
    with pytest.raises(Rejected):
        HttpConnector(there.url).send("k", {"no": "code"})
    with pytest.raises(Rejected):
        HttpConnector(there.url).file("none")


def filing(code="G22.99.99-261101-0001", **more):
    return {
        "MaHoSo": code,
        "MaTTHC": "1.900001",
        "ChuHoSo": "Trần Thị Bích",
        "SoGiayToChuHoSo": "031099000002",
        "SoDienThoai": "0912345678",
        "NgayNopHoSo": "20261102083000",
        "TaiLieuNop": [{"TepDinhKemId": "t1", "TenTepDinhKem": "phieu.pdf", "MaThanhPhanHoSo": "request"}],
        **more,
    }


def test_what_was_filed_is_taken_in_once_with_its_files(desk, linked, there):
    there.known.file("H24.15", filing(), {"t1": PDF})
    assert portal.filed_fetch(linked, configured()) == 1
    assert portal.filed_fetch(linked, configured()) == 0
    linked.read_to = ""
    linked.save()
    there.known.file("H24.15", filing())  # the portal tells it again, under the same code
    assert portal.filed_fetch(linked, configured()) == 0
    dossier = Dossier.objects.get()
    assert dossier.foreign_code == "G22.99.99-261101-0001" and dossier.code.startswith("H24.15-261102-")
    assert dossier.status == Status.NEW and dossier.channel == Channel.ONLINE and dossier.at_unit == desk.one_stop
    assert dossier.applicant.name == "Trần Thị Bích"
    [paper] = dossier.papers.all()
    assert paper.component == "request" and paper.attachment.name == "phieu.pdf"
    # The portal knows it by its own code.
    outbox.send(configured())
    assert statuses(there) == [("G22.99.99-261101-0001", "1")]


@pytest.mark.parametrize(
    "wrong",
    [
        {"MaTTHC": "9.999999"},
        {"MaTTHC": None},
        {"ChuHoSo": ""},
        {"NgayNopHoSo": "hôm qua"},
        {"NgayNopHoSo": "20991102083000"},
        {"TaiLieuNop": [{"TepDinhKemId": "nowhere", "TenTepDinhKem": "phieu.pdf"}]},
        {"TaiLieuNop": [{"TepDinhKemId": "t1", "TenTepDinhKem": "phieu.exe"}]},
        {"ChuHoSo": ["x"], "TaiLieuNop": "y"},
    ],
)
def test_what_cannot_be_taken_in_is_kept_with_the_reason(desk, linked, there, wrong):
    there.known.file("H24.15", filing(**wrong), {"t1": PDF})
    there.known.file("H24.15", filing("G22.99.99-261101-0002"), {"t1": PDF})
    assert portal.filed_fetch(linked, configured()) == 2
    held, taken = Filed.objects.order_by("pk")
    assert held.state == Filed.HELD and held.failure and taken.state == Filed.TAKEN
    assert Dossier.objects.count() == 1 and Applicant.objects.count() == 1
    with pytest.raises(NotPossible):
        portal.filed_set_aside(held, because="", acting=desk.counter)
    portal.filed_set_aside(held, because="Nộp nhầm", acting=desk.counter)
    assert portal.filed_take(held, configured(), acting=desk.counter).state == Filed.SET_ASIDE


def test_once_it_is_put_right_it_is_taken_in(desk, linked, there):
    there.known.file("H24.15", filing(), {})
    portal.filed_fetch(linked, configured())
    held = Filed.objects.get()
    assert held.state == Filed.HELD and held.failure.startswith("404")
    there.known.file("other", {}, {"t1": PDF})
    assert portal.filed_take(held, configured(), acting=desk.counter).state == Filed.TAKEN


def test_a_portal_that_cannot_be_reached_is_said_on_the_link(desk, linked):
    portal.filed_fetch(linked, HttpConnector("http://127.0.0.1:1"))
    linked.refresh_from_db()
    assert linked.failure and not Filed.objects.exists()
