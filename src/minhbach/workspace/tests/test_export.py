"""Lists as files."""

import csv
import io

import pytest
from openpyxl import load_workbook

from minhbach.dossiers.models import Dossier
from minhbach.org.models import Event
from minhbach.org.permissions import Refused
from minhbach.workspace.actions.exporting import list_export

pytestmark = pytest.mark.django_db
ADDRESS = "/dossiers/export/"


@pytest.fixture
def some(make_dossier, make_applicant):
    return [
        make_dossier(applicant=make_applicant(name="Nguyễn Văn An", phone="0912345678")),
        make_dossier(applicant=make_applicant(name="=HYPERLINK(1)", id_number="031099000002")),
    ]


def rows(answer):
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_a_file_is_masked_unless_asked_for_in_full(desk, some, as_):
    client = as_(desk.counter)
    masked = rows(client.post(ADDRESS, {"scope": "units", "format": "csv"}))
    assert len(masked) == 3 and [row[0] for row in masked[1:]] == [d.code for d in some]
    assert masked[1][3:6] == ["N••• V••• A•••", "031••••••001", "09•••••678"]
    assert not Event.objects.filter(verb="workspace.exported").exists()
    full = rows(client.post(ADDRESS, {"scope": "units", "format": "csv", "full": "on"}))
    assert full[1][3:6] == ["Nguyễn Văn An", "031099000001", "0912345678"]
    assert full[2][3] == "'=HYPERLINK(1)"
    event = Event.objects.get(verb="workspace.exported")
    assert event.chain.name == f"person:{desk.counter.person_id}"
    assert event.data["dossiers"] == [d.code for d in some]


def test_an_auditor_gets_masked_files_only(desk, some, as_, make_account):
    auditor = make_account("kiem-toan", desk.agency, "auditor")
    client = as_(auditor)
    assert client.post(ADDRESS, {"scope": "all", "format": "csv", "full": "on"}).status_code == 403
    assert "Nguyễn" not in client.post(ADDRESS, {"scope": "all", "format": "csv"}).content.decode()
    with pytest.raises(Refused):
        list_export(Dossier.objects.all(), format="csv", full=True, acting=auditor)


def test_the_workbook_holds_what_the_list_shows(desk, some, as_):
    answer = as_(desk.counter).post(ADDRESS, {"scope": "all", "query": f"q={some[0].code}", "format": "xlsx"})
    cells = [
        cell for line in load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True) for cell in line
    ]
    assert some[0].code in cells and some[1].code not in cells
    assert "attachment" in answer["Content-Disposition"]


def test_what_cannot_go_out_is_said(desk, some, as_, monkeypatch):
    client = as_(desk.counter)
    assert client.post(ADDRESS, {"scope": "all", "format": "exe"}).status_code == 302
    monkeypatch.setattr("minhbach.workspace.actions.exporting.MOST", 1)
    assert client.post(ADDRESS, {"scope": "all", "format": "csv"}).status_code == 302
