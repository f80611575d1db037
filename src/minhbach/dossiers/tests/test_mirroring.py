"""Dossiers of other systems: the newest row holds, the same rows again change nothing, in whatever order they come."""

import random
from datetime import date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from minhbach.dossiers import clock, queries
from minhbach.dossiers.actions import sources, waiting
from minhbach.dossiers.actions.mirroring import mirror_take
from minhbach.dossiers.exchange import jobs
from minhbach.dossiers.measures.further import ENDED, FOLLOWED
from minhbach.dossiers.models import Applicant, Batch, Dossier, Source, Told
from minhbach.dossiers.states import Outcome, Status
from minhbach.measures import figures, tallies
from minhbach.org.errors import NotPossible
from minhbach.org.permissions import Refused
from minhbach.org.trail.verifying import verify
from minhbach.procedures.models import Offer
from minhbach.worktime import VIETNAM

pytestmark = pytest.mark.django_db


def at(text):
    return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=VIETNAM)


@pytest.fixture
def officer(desk, make_account):
    return make_account("phuong", desk.agency, "reform_officer")


@pytest.fixture
def source(desk, officer):
    """The province's system; its dossiers of the one procedure are mirrored."""
    Offer.objects.filter(pk=desk.offer.pk).update(mode=Offer.MIRROR)
    return sources.source_set("mcdt", agency=desk.agency, name="MCĐT của tỉnh", acting=officer)


@pytest.fixture
def old(desk, officer):
    return sources.source_set("cu", agency=desk.agency, name="Hệ thống cũ", kind=Source.OLD, acting=officer)


def row(code="H24.15-261102-0001", **more):
    return {
        "code": code,
        "procedure": "1.900001",
        "status": "Đang xử lý",
        "applicant": "Trần Thị Bích",
        "id_number": "031099000002",
        "phone": "0912345678",
        "channel": "2",
        "received_at": "02/11/2026 08:30",
        "due_at": "09/11/2026 17:00",
        "told_at": "02/11/2026 09:00",
        **more,
    }


def test_a_row_becomes_a_dossier_that_is_read_only(source, officer, desk):
    taken = mirror_take(source, [row()], acting=officer)
    assert (taken.created, taken.faults) == (1, [])
    dossier = Dossier.objects.get()
    assert dossier.code == dossier.foreign_code == "H24.15-261102-0001"
    assert dossier.status == Status.IN_PROCESS and dossier.channel == "online" and dossier.outcome == Outcome.NONE
    assert dossier.received_at == at("02/11/2026 08:30") and dossier.due_at == at("09/11/2026 17:00")
    assert dossier.agency == desk.agency and dossier.office == desk.office and dossier.applicant.name == "Trần Thị Bích"
    # Five working days from Monday 2 November: our clock agrees to the day with the system.
    assert dossier.mirror.due_here.astimezone(VIETNAM).date() == at("09/11/2026 00:00").date()
    assert clock.reading_of(dossier, at("03/11/2026 08:30")).standing != "late"
    assert dossier in queries.dossiers_seen(desk.office_head)
    with pytest.raises(NotPossible) as refused:
        sources.dossier_carry_on(dossier, acting=officer)
    assert refused.value.code == "not_old"
    assert verify() == []


def test_the_same_rows_again_change_nothing(source, officer):
    rows = [
        row(),
        row("H24.15-261102-0002", applicant="Lê Văn Ba", id_number="", status="10", returned_at="05/11/2026"),
    ]
    first = mirror_take(source, rows, acting=officer)
    assert first.created == 2
    before = list(Dossier.objects.values()), list(Told.objects.values()), Applicant.objects.count()
    again = mirror_take(source, rows, acting=officer)
    assert (again.created, again.changed, again.same) == (0, 0, 2)
    assert (list(Dossier.objects.values()), list(Told.objects.values()), Applicant.objects.count()) == before


STEPS = [
    row(status="Được tiếp nhận", told_at="02/11/2026 08:30"),
    row(status="Yêu cầu bổ sung giấy tờ", told_at="03/11/2026 10:00"),
    row(status="Đang xử lý", told_at="05/11/2026 10:00", due_at="11/11/2026 17:00"),
    row(status="Đã xử lý xong", told_at="10/11/2026 15:00", finished_at="10/11/2026 15:00", due_at="11/11/2026 17:00"),
    row(
        status="Đã trả kết quả",
        told_at="11/11/2026 09:00",
        finished_at="10/11/2026 15:00",
        returned_at="11/11/2026 09:00",
        due_at="11/11/2026 17:00",
    ),
]


@pytest.mark.parametrize("seed", range(6))
def test_whatever_the_order_of_arrival_the_same_dossier_comes_out(source, officer, seed):
    rows = list(STEPS)
    chance = random.Random(seed)
    chance.shuffle(rows)
    cut = chance.randrange(1, 5)
    for part in (rows[:cut], rows[cut:], rows[:2]):
        mirror_take(source, part, acting=officer)
    dossier = Dossier.objects.get()
    assert dossier.status == Status.RETURNED and dossier.outcome == Outcome.GRANTED
    assert dossier.finished_at == at("10/11/2026 15:00") and dossier.returned_at == at("11/11/2026 09:00")
    assert dossier.due_at == dossier.first_due_at == at("11/11/2026 17:00")  # moved by the wait, as far as is told
    told = list(dossier.told.values_list("status", flat=True))
    assert told == [Status.RECEIVED, Status.SUPPLEMENT, Status.IN_PROCESS, Status.FINISHED, Status.RETURNED]
    [pause] = dossier.pauses.all()
    assert (pause.asked_at, pause.answered_at) == (at("03/11/2026 10:00"), at("05/11/2026 10:00"))
    assert dossier.supplements == 1 and dossier.paused_at is None
    assert verify() == []


def test_a_column_the_table_lacks_keeps_what_is_known(source, officer):
    mirror_take(source, [row()], acting=officer)
    short = {key: value for key, value in row(status="6", told_at="04/11/2026 09:00").items() if key not in ("due_at",)}
    assert mirror_take(source, [short], acting=officer).changed == 1
    dossier = Dossier.objects.get()
    assert dossier.status == Status.FINANCE and dossier.due_at == at("09/11/2026 17:00")
    assert dossier.paused_at == at("04/11/2026 09:00")


@pytest.mark.parametrize(
    "wrong, field, code",
    [
        ({"status": "Đang bay"}, "status", "status"),
        ({"status": ""}, "status", "missing"),
        ({"code": " "}, "code", "missing"),
        ({"code": "///"}, "code", "code"),
        ({"code": "a" * 61}, "code", "too_long"),
        ({"procedure": "9.999999"}, "procedure", "procedure"),
        ({"received_at": "31/02/2026"}, "received_at", "date"),
        ({"received_at": "02/11/2126"}, "received_at", "date"),
        ({"received_at": "02/11/2027"}, "received_at", "future"),
        ({"returned_at": "01/11/2026", "status": "10"}, "finished_at", "order"),
        ({"status": "9", "finished_at": ""}, "status", "no_end"),
        ({"channel": "bồ câu"}, "channel", "channel"),
        ({"applicant": "\ud800\x00"}, "applicant", "missing"),
    ],
)
def test_a_row_that_cannot_be_used_says_why_and_leaves_nothing(source, officer, wrong, field, code):
    taken = mirror_take(source, [row(), row(**{"code": "H24.15-261102-0002", **wrong})], acting=officer)
    assert taken.created == 1 and Dossier.objects.count() == 1
    assert [(fault.line, fault.field, fault.code) for fault in taken.faults][:1] == [(2, field, code)]


def test_a_code_of_our_own_is_not_taken_over(source, officer, desk, make_dossier):
    Offer.objects.filter(pk=desk.offer.pk).update(mode=Offer.OWN)
    desk.offer.refresh_from_db()
    ours = make_dossier()
    Offer.objects.filter(pk=desk.offer.pk).update(mode=Offer.MIRROR)
    before = Dossier.objects.values().get()
    taken = mirror_take(source, [row(ours.code)], acting=officer)
    assert [fault.code for fault in taken.faults] == ["taken"] and Dossier.objects.values().get() == before


def test_what_is_processed_here_is_not_mirrored(source, officer, desk):
    Offer.objects.filter(pk=desk.offer.pk).update(mode=Offer.OWN)
    taken = mirror_take(source, [row()], acting=officer)
    assert [fault.code for fault in taken.faults] == ["own"]


def test_only_who_may(source, desk, make_account):
    with pytest.raises(Refused):
        mirror_take(source, [row()], acting=desk.counter)
    with pytest.raises(Refused):
        mirror_take(source, [row()], acting=make_account("xa", desk.office, "administrator"))


def test_a_change_of_what_was_told_is_found(source, officer):
    mirror_take(source, [row()], acting=officer)
    Told.objects.update(status=Status.RETURNED)
    assert [problem.code for problem in verify()] == ["rows"]


CSV = """Danh sách hồ sơ năm 2025;;;;;;
Mã hồ sơ;Mã TTHC;Trạng thái;Chủ hồ sơ;Số CCCD;Ngày tiếp nhận;Hẹn trả;Ngày trả
CU-1;1.900001;Đã trả kết quả;Nguyễn Văn An;031099000001;02/06/2025 08:00;09/06/2025;08/06/2025 10:00
CU-2;1.900001.000.00.00.H24;4;Lê Thị Cúc;;20250602080000;20250609170000;
CU-3;Cấp bản sao để kiểm thử;Lạ lắm;Phạm Văn Dũng;;2025-06-02T08:00;;
"""


def begun(source, officer, text=CSV, name="cu.csv", encoding="utf-8"):
    return sources.batch_begin(source, SimpleUploadedFile(name, text.encode(encoding)), acting=officer)


def run(batch, officer, **how):
    with_defaults = {"columns": batch.columns, "check": True, **how}
    batch = sources.batch_start(batch, **with_defaults, acting=officer)
    return jobs.work(batch.pk)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_is_checked_then_brought_in(old, officer, encoding):
    batch = begun(old, officer, encoding=encoding)
    assert batch.columns == {
        "code": "Mã hồ sơ",
        "procedure": "Mã TTHC",
        "status": "Trạng thái",
        "applicant": "Chủ hồ sơ",
        "id_number": "Số CCCD",
        "received_at": "Ngày tiếp nhận",
        "due_at": "Hẹn trả",
        "returned_at": "Ngày trả",
    }
    batch = run(batch, officer)
    assert (batch.state, batch.of, batch.bad) == (Batch.CHECKED, 3, 1) and not Dossier.objects.exists()
    [bad] = batch.bad_rows.all()
    assert (bad.line, bad.column, bad.code, bad.value) == (5, "Trạng thái", "status", "Lạ lắm")
    assert batch.result["unknown"] == {"status": {"Lạ lắm": 1}}
    batch = run(batch, officer, check=False, all_or_nothing=True)
    assert batch.state == Batch.FAILED and not Dossier.objects.exists()
    sources.source_words(old, statuses={"Lạ lắm": 8}, procedures={}, acting=officer)
    batch = run(batch, officer, check=False, all_or_nothing=True)
    assert (batch.state, batch.bad) == (Batch.FAILED, 1)  # stopped, but no row says when
    batch = run(batch, officer, check=False, all_or_nothing=False)
    assert (batch.state, batch.created, batch.bad) == (Batch.DONE, 2, 1)
    first = Dossier.objects.get(code="CU-1")
    assert first.status == Status.RETURNED and first.due_at == at("09/06/2025 23:59")
    assert Dossier.objects.get(code="CU-2").status == Status.IN_PROCESS
    assert verify() == []


def test_a_workbook_is_read_as_a_text_is(old, officer, tmp_path):
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.append(["Mã hồ sơ", "Mã TTHC", "Trạng thái", "Chủ hồ sơ", "Ngày tiếp nhận"])
    sheet.append(["CU-1", "1.900001", 4, "Nguyễn Văn An", datetime(2025, 6, 2, 8, 30)])
    sheet.append(["CU-2", "1.900001", "Đang xử lý", "Lê Thị Cúc", 45810.354166666664])
    book.save(tmp_path / "cu.xlsx")
    upload = SimpleUploadedFile("cu.xlsx", (tmp_path / "cu.xlsx").read_bytes())
    batch = run(sources.batch_begin(old, upload, acting=officer), officer, check=False)
    assert (batch.state, batch.created) == (Batch.DONE, 2)
    assert {d.received_at for d in Dossier.objects.all()} == {at("02/06/2025 08:30")}


def test_legacy_letters_are_read(old, officer):
    text = "Mã hồ sơ;Mã TTHC;Trạng thái;Chủ hồ sơ;Ngày tiếp nhận\nCU-1;1.900001;4;Đào Ân;02/06/2025\n"
    legacy = text
    for composed, parts in {
        "ã": "a\u0303",
        "ồ": "ô\u0300",
        "ạ": "a\u0323",
        "ủ": "u\u0309",
        "ế": "ê\u0301",
        "ậ": "â\u0323",
    }.items():
        legacy = legacy.replace(composed, parts)
    batch = run(begun(old, officer, legacy, encoding="cp1258"), officer, check=False)
    assert (batch.encoding, batch.created) == ("cp1258", 1)
    assert Applicant.objects.get().name == "Đào Ân"


@pytest.mark.parametrize(
    "text, code",
    [
        ("a;b\n1;2\n", "no_head"),
        ("", "empty"),
        ('Mã hồ sơ;Trạng thái\n"a;b\n', "damaged"),
        ("Mã hồ sơ;Trạng thái\n" + ";" * 100, "damaged"),
    ],
)
def test_files_that_are_no_table(old, officer, text, code):
    with pytest.raises(NotPossible) as refused:
        begun(old, officer, text)
    assert refused.value.code == code and not Batch.objects.exists()


def test_a_job_stopped_in_the_middle_goes_on_behind_its_last_chunk(old, officer, monkeypatch):
    rows = "".join(f"CU-{n};1.900001;4;Nguyễn Văn {n};02/06/2025\n" for n in range(50))
    batch = begun(old, officer, "Mã hồ sơ;Mã TTHC;Trạng thái;Chủ hồ sơ;Ngày tiếp nhận\n" + rows)
    monkeypatch.setattr(jobs, "CHUNK", 10)
    batch = sources.batch_start(batch, columns=batch.columns, check=False, all_or_nothing=True, acting=officer)

    class Killed(BaseException):
        pass

    def kill(batch):
        if batch.result.get("phase") == "take" and batch.rows == 30:
            raise Killed

    with pytest.raises(Killed):
        jobs.work(batch.pk, kill)
    assert Dossier.objects.count() == 30 and jobs.work(batch.pk) is None  # still claimed
    Batch.objects.update(alive_at=batch.made_at - timedelta(hours=1))
    assert jobs.waiting() == [batch.pk]
    batch = jobs.work(batch.pk)
    assert (batch.state, batch.created, batch.rows) == (Batch.DONE, 50, 50) and Dossier.objects.count() == 50
    assert verify() == []


def test_open_ones_are_carried_on_here(old, officer, desk, make_unit):
    finance = make_unit("phong-tc", parent=desk.agency)
    desk.version.content["process"]["steps"][0]["opinions"] = ["phong-tc"]
    desk.version.save()
    mirror_take(old, [row("CU-9", told_at=""), row("CU-8", status="10", returned_at="05/11/2026")], acting=officer)
    done, left = sources.dossiers_carry_on(old, acting=officer)
    assert (done, left) == (1, [])
    dossier = Dossier.objects.get(code="CU-9")
    assert not dossier.is_mirrored and dossier.step == "receive" and dossier.at_unit == desk.one_stop
    assert dossier.due_at == at("09/11/2026 17:00") and dossier.status == Status.IN_PROCESS
    # What the old system says no longer matters.
    again = mirror_take(old, [row("CU-9", status="8", told_at="20/11/2026 08:00")], acting=officer)
    assert again.same == 1 and Dossier.objects.get(code="CU-9").status == Status.IN_PROCESS
    from minhbach.dossiers.actions.moving import dossier_forward
    from minhbach.dossiers.actions.opinions import opinions_waive

    assert [one.unit for one in opinions_waive(dossier, because="Đã hỏi ở đó.", acting=desk.counter)] == [finance]
    assert dossier_forward(dossier, acting=desk.counter).step == "assign"
    assert verify() == []


def test_what_was_promised_counts_on_here(old, officer, desk, clock_at, as_):
    """Our calendar has it due on Monday 9 November; the old system promised Friday 20. One working day of waiting."""
    clock_at("2026-11-04T10:00")
    mirror_take(old, [row("CU-9", told_at="", due_at="20/11/2026 17:00")], acting=officer)
    sources.dossiers_carry_on(old, acting=officer)
    dossier = Dossier.objects.get()
    clock_at("2026-11-10T10:00")
    reading = clock.reading_of(dossier)
    assert dossier.due_at == reading.due == reading.first_due == at("20/11/2026 17:00")
    page = as_(desk.counter).get(f"/dossiers/of/{dossier.code}/").content.decode()
    assert "tiếp quản từ hệ thống cũ, hạn 17:00 20/11/2026" in page
    waiting.finance_ask(dossier, items=["Lệ phí"], because="Chưa nộp", acting=desk.counter)
    clock_at("2026-11-11T10:00")
    dossier = waiting.finance_settle(dossier, acting=desk.counter)
    assert dossier.due_at == dossier.first_due_at == at("23/11/2026 17:00")


@pytest.mark.parametrize(
    ("promised", "now", "standing", "band", "words"),
    [
        ("20/11/2026 17:00", "12/11/2026 10:00", "on_time", "later", "còn 6 ngày"),
        ("05/11/2026 17:00", "06/11/2026 08:00", "late", "late", "quá hạn 30 phút"),
    ],
)
def test_the_moment_told_counts_wherever_it_is_looked_at(
    source, officer, desk, clock_at, as_, promised, now, standing, band, words
):
    """Our calendar has it due on Monday 9 November; the applicant was promised another moment."""
    mirror_take(source, [row(due_at=promised)], acting=officer)
    dossier = Dossier.objects.get()
    assert dossier.due_at == dossier.mirror.due_told == at(promised)
    ours = dossier.mirror.due_here
    assert ours == at("09/11/2026 08:30")
    clock_at(f"{at(now):%Y-%m-%dT%H:%M}")
    reading = clock.reading_of(dossier)
    assert (reading.due, reading.first_due, reading.standing) == (at(promised), at(promised), standing)
    client = as_(desk.office_head)
    listed = client.get("/dossiers/").content.decode()
    inbox = client.get(f"/inbox/?list=units&band={band}").content.decode()
    page = client.get(f"/dossiers/of/{dossier.code}/").content.decode()
    assert dossier.code in inbox
    assert words in listed and words in page
    assert "theo lịch của cơ quan: 08:30" in page


def test_told_a_day_later_that_a_wait_is_over_the_result_was_there_before(source, officer, desk, as_):
    """A daily table: on Tuesday it waits; by Wednesday evening it is finished, since Wednesday morning."""
    mirror_take(source, [row(status="5", told_at="03/11/2026 17:00")], acting=officer)
    mirror_take(source, [row(status="9", told_at="04/11/2026 17:00", finished_at="04/11/2026 10:00")], acting=officer)
    dossier = Dossier.objects.get()
    reading = clock.reading_of(dossier, at("05/11/2026 10:00"))
    assert (reading.state, reading.standing, reading.ended) == ("finished", "early", at("04/11/2026 10:00"))
    assert as_(desk.office_head).get(f"/dossiers/of/{dossier.code}/").status_code == 200


def test_where_nothing_is_told_our_clock_counts_and_stands_still_while_the_applicant_is_waited_for(source, officer):
    """Five working days from Monday 2 November, 8:30; asked on Tuesday, answered on Thursday 5, 10:00: all of the time
    runs again, to Thursday 12, 10:00."""
    told = {"due_at": ""}
    mirror_take(source, [row(**told)], acting=officer)
    assert Dossier.objects.get().due_at == at("09/11/2026 08:30")
    mirror_take(source, [row(**told, status="5", told_at="03/11/2026 10:00")], acting=officer)
    mirror_take(source, [row(**told, status="4", told_at="05/11/2026 10:00")], acting=officer)
    dossier = Dossier.objects.get()
    assert dossier.due_at == dossier.first_due_at == dossier.mirror.due_here == at("12/11/2026 10:00")
    assert clock.reading_of(dossier, at("06/11/2026 10:00")).due == at("12/11/2026 10:00")


def test_what_the_other_system_takes_back(source, officer, desk):
    """A result told, then taken back: as of the days between, the dossier had ended."""
    told = {"received_at": "02/11/2026 08:30", "due_at": "09/11/2026 17:00"}
    ended = row(status="Đã xử lý xong", finished_at="05/11/2026 10:00", told_at="05/11/2026 11:00", **told)
    again = row(status="Đang xử lý", told_at="07/11/2026 09:00", **told)
    for one in (row(), ended, again):
        assert not mirror_take(source, [one], acting=officer).faults
    keys, units = ["dossiers_handled", "dossiers_on_time"], figures.counted_for([desk.agency])

    def counted(at=None):
        return list(figures.values(keys, units, date(2026, 1, 1), date(2026, 12, 31), at=at)[desk.agency.pk].values())

    assert counted() == [0, 0]
    assert counted(at("06/11/2026 09:00")) == [1, 1]
    assert counted(at("05/11/2026 09:00")) == counted(at("07/11/2026 10:00")) == [0, 0]


# What is there as a file ----------------------------------------------------------------------------------------------

DONE = {"status": "Đã xử lý xong", "finished_at": "05/11/2026 10:00", "told_at": "05/11/2026 10:00"}
FILED = ("results_issued", "results_digitised", "dossiers_digitised", "dossiers_received_digitised")


def filed(desk, moment=None):
    year = date(2026, 1, 1), date(2026, 12, 31)
    found = figures.values(FILED, {desk.office.pk: [desk.office.pk]}, *year, at=moment)[desk.office.pk]
    return tuple(found[name] for name in FILED)


def test_what_the_other_system_has_as_files_counts_as_digitised(source, officer, desk):
    both = {"papers_file": "Có", "result_file": "https://mcdt.example/kq/1.pdf"}
    rows = [
        row("A-1", **DONE, **both),
        row("A-2", **DONE, papers_file="x", result_file=""),
        row("A-3", **DONE),
    ]
    assert mirror_take(source, rows, acting=officer).faults == []
    assert filed(desk) == (3, 1, 1, 1)
    # A table without these columns keeps what is known, whatever else it says.
    later = {**DONE, "told_at": "10/11/2026 10:00"}
    mirror_take(source, [row("A-1", **later, subject="Bản sao")], acting=officer)
    assert filed(desk) == (3, 1, 1, 1)
    # The same again changes nothing; that there is none after all holds from then on.
    assert mirror_take(source, [row("A-2", **DONE, papers_file="x", result_file="")], acting=officer).same == 1
    gone = {**DONE, "told_at": "12/11/2026 10:00", "papers_file": "1", "result_file": "Không"}
    assert mirror_take(source, [row("A-1", **gone)], acting=officer).changed == 1
    assert filed(desk) == (3, 0, 0, 0)
    assert filed(desk, at("11/11/2026 10:00")) == (3, 1, 1, 1)
    assert [*tallies.verify(ENDED), *tallies.verify(FOLLOWED)] == []


def test_the_page_of_a_mirrored_dossier_says_what_is_there_as_a_file(source, officer, desk, as_):
    mirror_take(source, [row("A-1", **DONE, papers_file="1", result_file="0")], acting=officer)
    page = as_(desk.office_head).get("/dossiers/of/A-1/").content.decode()
    assert "Thành phần hồ sơ dạng tệp" in page and "Kết quả dạng tệp" not in page


def test_what_says_neither_yes_nor_no_is_named(source, officer):
    taken = mirror_take(source, [row("A-1", papers_file="có thể")], acting=officer)
    [fault] = taken.faults
    assert (fault.field, fault.code, fault.value) == ("papers_file", "yes_no", "có thể")
    assert not Dossier.objects.exists()


def test_the_page_says_which_due_moment_counts(source, officer, desk, as_):
    mirror_take(source, [row("A-1", due_at="12/11/2026 17:00"), row("A-2", due_at="")], acting=officer)
    differs = as_(desk.office_head).get("/dossiers/of/A-1/").content.decode()
    assert "theo giấy tiếp nhận của MCĐT của tỉnh" in differs and "chỉ số" in differs
    untold = as_(desk.office_head).get("/dossiers/of/A-2/").content.decode()
    assert "theo lịch của cơ quan; MCĐT của tỉnh không báo hạn" in untold
