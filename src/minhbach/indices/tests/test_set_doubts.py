"""What an import was not sure of: kept with the draft, shown beside its criterion, answered before the release."""

import csv
import hashlib
import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from minhbach.indices.actions.sets import OpenDoubts, doubt_answer, set_release, set_save
from minhbach.indices.models import SetDoubt, SetVersion
from minhbach.indices.set_forms import checks, tree
from minhbach.indices.tests.test_sets import edit_url, node_post, typed
from minhbach.org.errors import NotPossible
from minhbach.org.models import Event
from minhbach.org.permissions import Refused
from minhbach.org.trail.verifying import verify

pytestmark = pytest.mark.django_db
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


@pytest.fixture
def draft(officer, province):
    page = officer.post(reverse("indices:set_import"), {"file": SimpleUploadedFile("bang.txt", TABLE.encode())})
    sent = {"read": page.context["read_file"], "name": "bang.txt", "code": "bang", "unit": province.education.pk}
    assert officer.post(reverse("indices:set_import"), sent).status_code == 302
    return SetVersion.objects.get(code="bang")


def answer_all(draft, acting):
    for doubt in draft.doubts.all():
        doubt_answer(doubt, "dismissed", acting=acting)


def told(code):
    return [event.data for event in Event.objects.filter(verb=code).order_by("pk")]


def test_the_import_keeps_its_doubts_with_the_draft(draft):
    found = {(doubt.criterion, doubt.code, doubt.severity) for doubt in draft.doubts.all()}
    # The whole set: what a table does not say. 1.1: a rate typed as such, which is only a note. 1.2: no rule at all.
    assert {("", "draft", "warning"), ("1.1", "rate", "note"), ("1.2", "not-recognised", "warning")} <= found
    assert draft.doubts.get(code="not-recognised").line == 5
    assert not draft.doubts.exclude(outcome="").exists()
    [kept] = told("indices.set_imported")
    assert kept["doubts"] == draft.doubts.count()


def test_a_place_in_a_workbook_is_kept_too(officer, province):
    book = openpyxl.Workbook()
    book.active.title = "Bảng"
    for row in csv.reader(TABLE.splitlines(), delimiter="\t"):
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    page = officer.post(reverse("indices:set_import"), {"file": SimpleUploadedFile("b.xlsx", content.getvalue())})
    sent = {"read": page.context["read_file"], "code": "bang-2", "unit": province.education.pk}
    officer.post(reverse("indices:set_import"), sent)
    doubt = SetDoubt.objects.get(version__code="bang-2", code="not-recognised")
    assert (doubt.criterion, doubt.place, doubt.line) == ("1.2", "Bảng!5", 0)


def test_they_stand_beside_their_criterion_until_answered(officer, draft, province):
    doubt = draft.doubts.get(criterion="1.2")
    page = officer.get(edit_url(draft, code="1.2"), headers={"accept-language": "en"}).content.decode()
    assert doubt.says_en in page and f'value="dismiss:{doubt.pk}"' in page and "Tùy mức độ" in page
    assert f'value="dismiss:{doubt.pk}"' not in officer.get(edit_url(draft, code="1")).content.decode()
    # What was typed is saved with the answer.
    place, sent = node_post(draft, "1.2")
    sent |= {"f-title": "Thực hiện chỉ đạo", "do": f"dismiss:{doubt.pk}"}
    assert officer.post(edit_url(draft, node=place), sent).status_code == 302
    draft.refresh_from_db()
    doubt.refresh_from_db()
    assert "Thực hiện chỉ đạo" in draft.text and draft.edition == 2
    assert (doubt.outcome, doubt.by, doubt.at is not None) == ("dismissed", province.officer, True)
    [noted] = Event.objects.filter(verb="indices.doubt_dismissed")
    assert noted.data["criterion"] == "1.2" and noted.data["doubt"] == doubt.says
    page = officer.get(edit_url(draft, code="1.2")).content.decode()
    assert str(province.officer.person) in page and f'value="reopen:{doubt.pk}"' in page
    # Called doubtful again, nothing of the answer stays but the trail.
    place, sent = node_post(draft, "1.2")
    officer.post(edit_url(draft, node=place), sent | {"do": f"reopen:{doubt.pk}"})
    doubt.refresh_from_db()
    assert (doubt.outcome, doubt.by, doubt.at) == ("", None, None)
    draft.refresh_from_db()
    assert draft.edition == 2  # nothing else had changed
    assert len(told("indices.doubt_reopened")) == 1 and list(verify()) == []


def test_a_form_that_cannot_be_saved_answers_nothing(officer, draft):
    doubt = draft.doubts.get(criterion="1.2")
    place, sent = node_post(draft, "1.2")
    answer = officer.post(edit_url(draft, node=place), sent | {"f-maximum": "nhiều", "do": f"settle:{doubt.pk}"})
    assert answer.status_code == 422 and 'value="nhiều"' in answer.content.decode()
    doubt.refresh_from_db()
    assert doubt.is_open
    answer = officer.post(
        edit_url(draft, node=place), sent | {"edition": 9, "f-maximum": "2", "do": f"settle:{doubt.pk}"}
    )
    assert answer.status_code == 422
    doubt.refresh_from_db()
    assert doubt.is_open


def test_the_release_waits_for_every_doubtful_place_and_lists_them(officer, draft, province):
    with pytest.raises(OpenDoubts) as caught:
        set_release(draft, acting=province.officer)
    warnings = draft.doubts.filter(severity="warning")
    assert [doubt.pk for doubt in caught.value.doubts] == [doubt.pk for doubt in warnings]
    officer.post(reverse("indices:set_release", args=[draft.pk]))
    draft.refresh_from_db()
    assert draft.is_draft
    page = officer.get(edit_url(draft, tab="release")).content.decode()
    for doubt in warnings:
        assert f'value="{doubt.pk}"' in page
    release = reverse("indices:set_release", args=[draft.pk])
    assert release not in page
    # Notes do not hold it up.
    sent = {"do": "dismiss", "doubt": [doubt.pk for doubt in warnings]}
    assert officer.post(edit_url(draft, tab="release"), sent).status_code == 302
    assert draft.doubts.filter(outcome="", severity="note").exists()
    assert release in officer.get(edit_url(draft, tab="release")).content.decode()
    assert "cần xác nhận:" in draft.text
    assert officer.post(release).url == reverse("indices:set", args=[draft.pk])
    draft.refresh_from_db()
    assert "cần xác nhận:" not in draft.text and "Theo nguồn:" in draft.text
    assert draft.digest == hashlib.sha256(draft.text.encode()).hexdigest()
    # And a released set is answered no more.
    with pytest.raises(NotPossible):
        doubt_answer(warnings[0], "", acting=province.officer)


def test_those_of_the_whole_set_stand_with_its_own_fields(officer, draft):
    from minhbach.indices.set_forms.set_form import SetForm

    doubt = draft.doubts.get(code="draft")
    assert f'value="settle:{doubt.pk}"' in officer.get(edit_url(draft, tab="set")).content.decode()
    sent = {"edition": 1, **typed(SetForm(checks.data_of(draft.text), "vi"))}
    sent |= {"f-source.document": "12/QĐ-UBND", "do": f"settle:{doubt.pk}"}
    assert officer.post(edit_url(draft, tab="set"), sent).status_code == 302
    doubt.refresh_from_db()
    draft.refresh_from_db()
    assert doubt.outcome == "settled" and "12/QĐ-UBND" in draft.text


def test_the_list_counts_what_waits(officer, draft):
    waiting = draft.doubts.filter(severity="warning").count()
    page = officer.get(reverse("indices:sets"), headers={"accept-language": "en"}).content.decode()
    assert f"{waiting} doubtful places" in page


def test_all_of_a_criterion_are_answered_at_once(officer, draft):
    SetDoubt.objects.create(version=draft, criterion="1.2", severity="warning", code="x", says="thêm", says_en="more")
    place, sent = node_post(draft, "1.2")
    assert 'value="dismiss:all"' in officer.get(edit_url(draft, node=place)).content.decode()
    assert officer.post(edit_url(draft, node=place), sent | {"do": "dismiss:all"}).status_code == 302
    assert not draft.doubts.filter(criterion="1.2", outcome="").exists()
    assert draft.doubts.filter(criterion="1.1", outcome="").exists() and draft.doubts.get(code="draft").is_open


def test_doubts_go_along_with_a_criterion_that_gets_another_code(officer, draft):
    place, sent = node_post(draft, "1.2")
    assert officer.post(edit_url(draft, node=place), sent | {"f-code": "1.7"}).status_code == 302
    assert not draft.doubts.filter(criterion="1.2").exists()
    assert draft.doubts.filter(criterion="1.7", outcome="").exists()
    # In the text nobody says what became of it: it waits under its old name.
    draft.refresh_from_db()
    sent = {"edition": draft.edition, "text": draft.text.replace("'1.7'", "'1.8'").replace('"1.7"', '"1.8"')}
    officer.post(edit_url(draft, tab="yaml"), sent)
    draft.refresh_from_db()
    assert tree.find(checks.data_of(draft.text), "1.8")
    assert "1.7" in officer.get(edit_url(draft, tab="release")).content.decode()


def test_with_a_criterion_its_doubts_are_done_with(officer, draft, province):
    place, sent = node_post(draft, "1.2")
    assert officer.post(edit_url(draft, node=place), sent | {"do": "remove"}).status_code == 302
    doubt = draft.doubts.get(criterion="1.2")
    assert (doubt.outcome, doubt.by) == ("settled", province.officer)


def test_nobody_else_answers(draft, province, client):
    doubt = draft.doubts.first()
    for account in (province.outsider, province.head, province.auditor):
        with pytest.raises(Refused):
            doubt_answer(doubt, "settled", acting=account)
    # Nor one of another draft through the address of one's own.
    client.force_login(province.outsider, backend=BACKEND)
    own = set_save(
        text="format: 1\ncode: rieng\ntitle: Riêng\nsource: {document: x}\ncriteria: []\n",
        unit=province.justice,
        acting=province.outsider,
    )
    client.post(edit_url(own, tab="release"), {"do": "settle", "doubt": [doubt.pk]})
    doubt.refresh_from_db()
    assert doubt.is_open


def test_an_answer_has_its_moment(draft):
    doubt = draft.doubts.first()
    for wrong in ({"outcome": "settled"}, {"at": draft.changed_at}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SetDoubt.objects.filter(pk=doubt.pk).update(**wrong)
