"""The self-score report: what the unit writes is kept, fixed with the submission, and printed in every file."""

import datetime
import io

import docx
import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from minhbach.indices import progress
from minhbach.indices.actions import entries, opening, reports
from minhbach.indices.exporting import papers
from minhbach.indices.exporting.extract import Extract
from minhbach.indices.models import Entry, Round, SelfReport
from minhbach.org.errors import NotPossible
from minhbach.org.models import Event
from minhbach.org.permissions import SYSTEM, Refused

pytestmark = pytest.mark.django_db

SAID = {
    "basis": "Kế hoạch số 12/KH-UBND ngày 15/01/2026",
    "difficulties": "- Thiếu người làm ở Bộ phận Một cửa\n\n- Mạng chậm",
    "proposals": "Bố trí thêm một biên chế",
}


@pytest.fixture
def signed_in(client, province):
    def as_(who):
        client.force_login(getattr(province, who), backend="allauth.account.auth_backends.AuthenticationBackend")
        client.cookies["django_language"] = "vi"
        return client

    return as_


@pytest.fixture
def address(entry):
    return reverse("indices:report", args=[entry.pk])


def at(entry, status):
    Entry.objects.filter(pk=entry.pk).update(status=status)


def test_it_is_kept_and_shown_again(signed_in, entry, address):
    client = signed_in("officer")
    assert client.post(address, SAID).status_code == 302
    report = SelfReport.objects.get(entry=entry)
    assert report.difficulties == "Thiếu người làm ở Bộ phận Một cửa\nMạng chậm"  # the dashes are the paper's to put
    assert (report.basis, report.proposals, report.edition) == (SAID["basis"], SAID["proposals"], 1)
    page = client.get(address).content.decode()
    assert "Thiếu người làm ở Bộ phận Một cửa" in page and 'name="edition" value="1"' in page
    event = Event.objects.get(verb="indices.report_written")
    assert event.data["proposals"] == "Bố trí thêm một biên chế"


def text_of(content, ending):
    if ending == "docx":
        return "\n".join(p.text for p in docx.Document(io.BytesIO(content)).paragraphs)
    book = openpyxl.load_workbook(io.BytesIO(content))
    return "\n".join(str(c.value) for sheet in book for row in sheet.rows for c in row if c.value is not None)


@pytest.mark.parametrize("ending", ["docx", "xlsx"])
def test_it_is_printed_in_the_files(signed_in, entry, ending):
    url = reverse("indices:export", args=[entry.pk, "report", ending])
    client = signed_in("officer")
    before = text_of(client.get(url).content, ending)
    assert "III. KHÓ KHĂN, VƯỚNG MẮC" in before and before.count("Không có.") >= 2
    reports.report_write(entry, **SAID, acting=SYSTEM)
    told = text_of(client.get(url).content, ending)
    assert "Thực hiện Kế hoạch số 12/KH-UBND ngày 15/01/2026, " in told
    assert "1. Thiếu người làm ở Bộ phận Một cửa" in told and "2. Mạng chậm" in told
    assert "Bố trí thêm một biên chế" in told and "1. Bố trí" not in told  # one item alone has no number


def test_the_pdf_has_it_too(signed_in, entry):
    reports.report_write(entry, **SAID, acting=SYSTEM)
    answer = signed_in("officer").get(reverse("indices:export", args=[entry.pk, "report", "pdf"]))
    assert answer.status_code == 200 and answer.content.startswith(b"%PDF")
    whole = Entry.objects.select_related("round__unit__parent", "unit__parent", "set_version").get(pk=entry.pk)
    # all three files are drawn from this one document
    assert "Mạng chậm" in str(papers.report(Extract(SYSTEM, whole, "vi")))


@pytest.mark.parametrize(
    ("status", "who"),
    [
        ("scoring", {"officer", "head"}),
        ("review", {"officer", "head"}),
        ("approved", {"head"}),  # what the head has approved, only the head changes
        ("submitted", set()),
        ("appraisal_1", set()),
        ("explanation", set()),
        ("concluded", set()),
    ],
)
def test_who_writes_it_and_until_when(signed_in, entry, address, province, status, who):
    at(entry, status)
    for name in ("officer", "head", "clerk", "appraiser", "manager", "auditor", "justice_appraiser"):
        SelfReport.objects.all().delete()
        client = signed_in(name)
        page = client.get(address).content.decode()
        answer = client.post(address, SAID)
        assert SelfReport.objects.exists() == (name in who), (status, name)
        assert ('name="difficulties"' in page) == (name in who), (status, name)
        assert answer.status_code == 302 if name in who else answer.status_code in (403, 422), (status, name)
    assert signed_in("outsider").get(address).status_code == 404


def test_what_is_submitted_is_read_by_all_inside(signed_in, entry, address):
    reports.report_write(entry, **SAID, acting=SYSTEM)
    at(entry, "submitted")
    for who in ("officer", "head", "clerk", "appraiser", "auditor"):
        page = signed_in(who).get(address).content.decode()
        assert "Mạng chậm" in page and "<textarea" not in page
    with pytest.raises(NotPossible) as caught:
        reports.report_write(entry, **SAID, edition=1, acting=SYSTEM)
    assert caught.value.code == "locked"


def test_a_withdrawn_self_score_opens_it_again(entry, province):
    at(entry, "submitted")
    entries.entry_withdraw(entry, why="Sửa số liệu", acting=province.officer)
    assert reports.report_write(entry, **SAID, acting=province.officer).edition == 1


def test_it_is_closed_with_self_scoring(entry, open_round, province):
    late = timezone.now() - datetime.timedelta(hours=1)
    Round.objects.filter(pk=open_round.pk).update(self_closes=late, internal_due=late)
    with pytest.raises(NotPossible):
        reports.report_write(entry, **SAID, acting=province.officer)
    until = timezone.now() + datetime.timedelta(days=1)
    opening.stage_reopen(entry, stage="self", until=until, reason="Lũ", acting=SYSTEM)
    reports.report_write(entry, **SAID, acting=province.officer)


def test_the_later_saver_sees_both(signed_in, entry, address, province):
    reports.report_write(entry, difficulties="Của Giám đốc", acting=province.head)
    client = signed_in("officer")
    answer = client.post(address, SAID | {"edition": "0"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Của Giám đốc" in page and "Mạng chậm" in page and 'name="edition" value="1"' in page
    assert SelfReport.objects.get().difficulties == "Của Giám đốc"
    assert client.post(address, SAID | {"edition": "1"}).status_code == 302
    assert "Mạng chậm" in SelfReport.objects.get().difficulties


def test_texts_that_are_too_long_are_named_and_kept_on_the_page(signed_in, entry, address):
    answer = signed_in("officer").post(address, SAID | {"difficulties": "x" * 10_001})
    assert answer.status_code == 422 and not SelfReport.objects.exists()
    assert "x" * 10_001 in answer.content.decode()


def test_saving_what_is_the_same_is_no_event(entry, province):
    reports.report_write(entry, **SAID, acting=province.officer)
    reports.report_write(entry, **SAID, edition=1, acting=province.officer)
    assert Event.objects.filter(verb="indices.report_written").count() == 1


def test_the_board_does_not_read_the_texts(entry, open_round, province):
    """Long texts stand in a table of their own."""
    reports.report_write(entry, difficulties="dài " * 2000, acting=province.officer)
    with CaptureQueriesContext(connection) as caught:
        progress.board(province.officer, open_round)
    assert not any("selfreport" in query["sql"] for query in caught)


def test_only_whose_it_is_writes_it(entry, province):
    for who in (province.clerk, province.outsider, province.auditor, province.manager):
        with pytest.raises(Refused):
            reports.report_write(entry, **SAID, acting=who)


def test_only_what_is_put_before_a_line_is_taken_off(entry):
    said = "-5% so với năm trước\n– 3 phòng thiếu người\n•  -Đạt loại A+\n-\n2 + 3 * 4 *"
    reports.report_write(entry, difficulties=said, acting=SYSTEM)
    lines = ["-5% so với năm trước", "3 phòng thiếu người", "Đạt loại A+", "2 + 3 * 4 *"]
    assert SelfReport.objects.get().difficulties.splitlines() == lines
