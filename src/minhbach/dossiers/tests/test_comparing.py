"""Two systems' figures side by side: counts stated by hand, and the dossiers that make the difference."""

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from minhbach.dossiers.actions import sources
from minhbach.dossiers.actions.mirroring import mirror_take
from minhbach.dossiers.exchange import comparing, jobs
from minhbach.dossiers.models import Batch
from minhbach.org.errors import NotPossible
from minhbach.org.permissions import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def old(desk):
    return sources.source_set("cu", agency=desk.agency, name="Hệ thống cũ", kind="old", acting=SYSTEM)


def told(code, status, received, due, finished=""):
    return {
        "code": code,
        "procedure": "1.900001",
        "status": status,
        "applicant": "Trần Thị Bích",
        "received_at": received,
        "due_at": due,
        "finished_at": finished,
    }


@pytest.fixture
def mirrored(old):
    """Here: three received in June 2025, two finished in it, one of them late; one open from May."""
    rows = [
        told("A", "9", "02/06/2025 08:00", "09/06/2025 17:00", "06/06/2025 10:00"),
        told("B", "9", "03/06/2025 08:00", "10/06/2025 17:00", "11/06/2025 10:00"),
        told("C", "4", "04/06/2025 08:00", "11/06/2025 17:00"),
        told("D", "4", "20/05/2025 08:00", "27/05/2025 17:00"),
        told("E", "9", "02/04/2025 08:00", "09/04/2025 17:00", "03/04/2025 10:00"),
    ]
    taken = mirror_take(old, rows, acting=SYSTEM)
    assert taken.created == 5
    return old


HEADS = "Mã hồ sơ;Mã TTHC;Trạng thái;Ngày tiếp nhận;Ngày hẹn trả;Ngày kết thúc xử lý\n"


def compared(source, text, begins=date(2025, 6, 1), ends=date(2025, 6, 30), whose="mirrored"):
    upload = SimpleUploadedFile("doi-chieu.csv", text.encode())
    batch = sources.batch_begin(
        source, upload, kind=Batch.COMPARE, begins=begins, ends=ends, whose=whose, acting=SYSTEM
    )
    sources.batch_start(batch, columns=batch.columns, check=False, acting=SYSTEM)
    return jobs.work(batch.pk)


def test_counts_and_the_dossiers_that_differ(mirrored):
    batch = compared(
        mirrored,
        HEADS
        + "A;1.900001;9;02/06/2025 08:00;09/06/2025;06/06/2025\n"  # the same
        + "B;1.900001;10;03/06/2025;10/06/2025;10/06/2025\n"  # another status, finished a day earlier
        + "D;1.900001;4;20/05/2025;28/05/2025;\n"  # due on another day
        + "F;1.900001;4;15/06/2025;20/06/2025;\n"  # not here
        + "G;1.900001;9;02/01/2025;09/01/2025;03/01/2025\n",  # outside the period
    )
    assert batch.state == Batch.DONE, batch.failure
    [figures] = batch.result["figures"]
    assert figures["here"] == {"received": 3, "finished": 2, "on_time": 1, "late": 1, "open": 2}
    assert figures["there"] == {"received": 3, "finished": 2, "on_time": 2, "open": 2}
    rows = {row["code"]: row["how"] for row in batch.result["rows"]}
    assert rows == {"B": ["status", "finished_at"], "C": ["missing_there"], "D": ["due_at"], "F": ["missing_here"]}
    assert batch.result["totals"] == {"status": 1, "finished_at": 1, "missing_there": 1, "due_at": 1, "missing_here": 1}
    sums = comparing.figures_of(batch)[-1]["cells"]
    assert [(cell["here"], cell["there"], cell["agrees"]) for cell in sums] == [
        (3, 3, True),
        (2, 2, True),
        (1, 2, False),
        (1, 0, False),
        (2, 2, True),
    ]
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(comparing.to_xlsx(batch)))
    assert [row[0].value for row in book.worksheets[1].iter_rows(min_row=2)] == ["B", "C", "D", "F"]


def test_a_report_of_figures_is_compared_by_procedure(mirrored):
    text = "Báo cáo tháng 6\nMã TTHC;Tổng số tiếp nhận;Đã giải quyết;Quá hạn\n1.900001;3;1;một\n9.999999;2;2;0\n"
    batch = compared(mirrored, text)
    assert batch.state == Batch.DONE, batch.failure
    [figures] = batch.result["figures"]
    assert figures["there"] == {"received": 3, "finished": 1} and figures["here"]["received"] == 3
    sums = comparing.figures_of(batch)[-1]["cells"]
    assert [cell["agrees"] for cell in sums] == [True, False, True, False, True]
    assert [(row.line, row.code) for row in batch.bad_rows.all()] == [(3, "number"), (4, "procedure")]


def test_a_period_needs_two_days_in_order(mirrored):
    with pytest.raises(NotPossible) as refused:
        compared(mirrored, HEADS + "A;1.900001;9;02/06/2025;;\n", begins=date(2025, 7, 1))
    assert refused.value.code == "dates" and Batch.objects.filter(kind=Batch.COMPARE).count() == 0
