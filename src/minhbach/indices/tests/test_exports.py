"""What leaves as a file: who gets what, what it holds, and that it comes back to the same score."""

import csv
import io
import json
import zipfile
from decimal import Decimal
from fractions import Fraction

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from minhbach.indices import figures
from minhbach.indices.actions import appraisal, criteria, entries
from minhbach.indices.actions.concluding import round_close
from minhbach.indices.actions.publishing import round_publish
from minhbach.indices.exporting.extract import Extract
from minhbach.indices.exporting.folder import names_in_folder
from minhbach.indices.models import Entry
from minhbach.indices.tests.test_way_of_a_score import _move_round
from minhbach.org.permissions import SYSTEM
from minhbach.scoring import engine
from minhbach.scoring.facts_files import read_csv

pytestmark = pytest.mark.django_db

PAPERS = [
    ("self-score", ("xlsx", "docx", "pdf")),
    ("report", ("docx", "pdf", "xlsx")),
    ("explanations", ("xlsx", "docx", "pdf")),
    ("evidence", ("xlsx", "docx", "pdf")),
    ("facts", ("csv",)),
    ("scores", ("json",)),
]
FACTS = {
    "3.4.2": {"handled": "200", "on_time": "197"},
    "7.1.3": {"outgoing": "900", "electronic": "700", "parallel": "100"},
    "7.3": {"items": "180"},
    "8.1": {"assigned": "42", "completed": "41"},
}


@pytest.fixture
def scored(entry, province):
    """The education department with some figures, one score by hand, and documents."""
    for criterion, inputs in FACTS.items():
        criteria.criterion_score(entry, criterion, stage="self", inputs=inputs, acting=province.officer)
    criteria.criterion_score(
        entry, "7.7.1", stage="self", inputs={"procedures": "10", "under_iso": "9"}, given_points="0,4",
        reason="Thủ tục thứ mười mới ban hành", acting=province.officer,
    )  # fmt: skip
    criteria.criterion_score(
        entry, "7.1.1", stage="self", inputs={"points": "0,5", "maximum": "1"}, acting=province.officer
    )
    for criterion in ("3.4.2", "7.3"):
        criteria.evidence_add(
            entry, criterion,
            upload=SimpleUploadedFile(f"báo cáo {criterion}.txt", f"số liệu {criterion}".encode()),
            document_number="12/BC-SGDĐT", document_title="Báo cáo ../../kết quả: “giải quyết”",
            acting=province.officer,
        )  # fmt: skip
    criteria.evidence_add(
        entry, "8.1", document_number="15/BC-SGDĐT", document_title="Báo cáo nhiệm vụ", acting=province.officer
    )
    entry.refresh_from_db()
    return entry


def get(client, account, url):
    client.logout()
    if account is not None:
        client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.get(url)


def body(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def address(entry, kind, ending):
    return reverse("indices:export", args=[entry.pk, kind, ending])


@pytest.mark.parametrize(("kind", "endings"), PAPERS)
def test_every_file_for_the_unit_and_for_nobody_else(client, scored, province, kind, endings):
    begins = {"xlsx": b"PK", "docx": b"PK", "pdf": b"%PDF", "csv": b"\xef\xbb\xbfunit", "json": b"{"}
    for ending in endings:
        url = address(scored, kind, ending)
        for lang in ("vi", "en"):
            answer = get(client, province.officer, f"{url}?lang={lang}")
            assert answer.status_code == 200, (kind, ending)
            assert body(answer).startswith(begins[ending])
            assert answer["Content-Disposition"].startswith('attachment; filename="')
            assert answer["X-Content-Type-Options"] == "nosniff"
        assert get(client, province.outsider, url).status_code == 404
        assert get(client, None, url).status_code == 302


def test_what_there_is_not(client, scored, province):
    for kind, ending in (("self-score", "csv"), ("nothing", "pdf"), ("facts", "json"), ("report", "csv")):
        assert get(client, province.officer, address(scored, kind, ending)).status_code == 404


def test_an_office_takes_its_criteria_only(client, scored, province):
    # The division answers for codes P; 3.1 and 7.1.5 are the office's (VP).
    criteria.criterion_score(scored, "3.1", stage="self", inputs={}, note="Của Văn phòng", acting=province.clerk)
    told = json.loads(body(get(client, province.specialist, address(scored, "scores", "json"))))
    codes = {each["code"] for each in told["criteria"]}
    assert "3.4.2" in codes and "3.1" not in codes and "7.1.5" not in codes
    assert told["score"] is None and told["complete_view"] is False
    rows = csv.DictReader(io.StringIO(body(get(client, province.specialist, address(scored, "facts", "csv"))).decode()))
    assert "3.1" not in {row["criterion"] for row in rows}
    book = openpyxl.load_workbook(
        io.BytesIO(body(get(client, province.specialist, address(scored, "self-score", "xlsx"))))
    )
    text = " ".join(str(cell.value) for row in book.active.rows for cell in row if cell.value)
    assert "Của Văn phòng" not in text and "Kết quả giải quyết hồ sơ TTHC" in text


def test_a_body_takes_its_field_only(client, scored, province):
    names = zipfile.ZipFile(
        io.BytesIO(body(get(client, province.justice_appraiser, reverse("indices:evidence_folder", args=[scored.pk]))))
    ).namelist()
    assert any(name.startswith("01_3.4.2_") for name in names) and not any("_7.3_" in name for name in names)
    codes = {
        each["code"]
        for each in json.loads(body(get(client, province.justice_appraiser, address(scored, "scores", "json"))))[
            "criteria"
        ]
    }
    assert codes and all(code.startswith("3.") for code in codes)


def test_the_folder_is_numbered_safe_and_whole(client, scored, province):
    answer = get(client, province.officer, reverse("indices:evidence_folder", args=[scored.pk]))
    assert answer.streaming
    archive = zipfile.ZipFile(io.BytesIO(body(answer)))
    assert archive.testzip() is None
    assert archive.namelist() == [
        "00_phieu-tu-cham.xlsx",
        "00_danh-muc-tai-lieu.docx",
        "00_danh-muc-tai-lieu.xlsx",
        "01_3.4.2_bao-cao-ket-qua-giai-quyet.txt",
        "02_7.3_bao-cao-ket-qua-giai-quyet.txt",
    ]
    assert archive.read("02_7.3_bao-cao-ket-qua-giai-quyet.txt").decode() == "số liệu 7.3"
    book = openpyxl.load_workbook(io.BytesIO(archive.read("00_danh-muc-tai-lieu.xlsx")))
    cells = [str(cell.value) for row in book.active.rows for cell in row if cell.value]
    assert "01_3.4.2_bao-cao-ket-qua-giai-quyet.txt" in cells and "15/BC-SGDĐT" in cells


def test_the_folder_grows_with_no_file_in_memory(scored, province):
    """Whatever the size of a file, what is held at once is a chunk."""
    from minhbach.indices.exporting.folder import stream
    from minhbach.org.files import store

    big = SimpleUploadedFile("lớn.txt", b"0123456789abcdef" * 200_000)  # 3.2 MB
    criteria.evidence_add(scored, "7.3", upload=big, acting=province.officer)
    files = Extract(SYSTEM, _fresh(scored), "vi").files
    names = names_in_folder(files)
    pieces = list(stream([], [(names[n], each) for n, each in files]))
    assert max(map(len, pieces)) <= 2 * store.CHUNK
    assert zipfile.ZipFile(io.BytesIO(b"".join(pieces))).testzip() is None


def test_a_missing_content_is_said_in_the_folder(client, scored, province):
    from minhbach.org.files import store

    store.path_of(scored.evidence.get(criterion="7.3").attachment.file.sha256).unlink()
    answer = get(client, province.officer, reverse("indices:evidence_folder", args=[scored.pk]))
    names = zipfile.ZipFile(io.BytesIO(body(answer))).namelist()
    assert names[-1] == "02_7.3_bao-cao-ket-qua-giai-quyet.txt.THIEU.txt"


def _fresh(entry) -> Entry:
    return Entry.objects.select_related("round__unit__parent", "unit__parent", "set_version").get(pk=entry.pk)


def test_facts_read_back_to_the_same_score(client, scored, province):
    indicator_set = figures.set_of(scored.set_version)
    text = body(get(client, province.officer, address(scored, "facts", "csv"))).decode()
    units, problems = read_csv(text, indicator_set)
    assert not problems.errors
    result = engine.score(indicator_set, units[0])
    assert units[0].unit == "so-gd" and units[0].group == "so"
    assert figures.decimal(result.score) == scored.self_score
    for row in scored.scores.filter(stage="self"):
        assert figures.decimal(result.nodes[row.criterion].score) == row.points, row.criterion
    assert result.nodes["7.7.1"].state == "by_hand" and result.nodes["7.7.1"].score == Fraction(2, 5)
    assert result.nodes["7.1.1"].score == Fraction(1, 2)


def test_points_by_hand_in_a_facts_file_keep_to_the_scale(scored):
    indicator_set = figures.set_of(scored.set_version)
    for value, error in (("0.4", False), ("0,5", False), ("0.51", True), ("-1", True), ("x", True)):
        text = f'unit,criterion,input,value\nu,7.7.1,points@hand,"{value}"\n'
        units, problems = read_csv(text, indicator_set)
        assert bool(problems.errors) is error, value
        assert bool(units[0].given) is not error


def test_results_as_data_explain_every_criterion(client, scored, province):
    told = json.loads(body(get(client, province.officer, address(scored, "scores", "json") + "?lang=en")))
    assert told["unit"] == "so-gd" and Decimal(told["score"]) == scored.self_score
    row = next(each for each in told["criteria"] if each["code"] == "3.4.2")
    assert (
        row["score"] == "1.4775"
        and row["inputs"] == FACTS["3.4.2"]
        and any("98.5" in line for line in row["explanation"])
    )
    by_hand = next(each for each in told["criteria"] if each["code"] == "7.7.1")
    assert by_hand["reason"] == "Thủ tục thứ mười mới ban hành"
    assert "in place of the rule" in by_hand["explanation"][0]


def test_the_sheet_has_every_criterion_and_exact_points(client, scored, province):
    book = openpyxl.load_workbook(
        io.BytesIO(body(get(client, province.officer, address(scored, "self-score", "xlsx"))))
    )
    rows = {str(row[0].value): [cell.value for cell in row] for row in book.active.rows if row[0].value is not None}
    assert rows["3.4.2"][3] == 1.4775
    assert "[1] 12/BC-SGDĐT" in rows["3.4.2"][4]
    assert set(rows) >= {leaf.code for leaf in figures.set_of(scored.set_version).leaves if leaf.code}


def test_a_file_takes_few_queries_however_much_there_is(client, scored, province, django_assert_max_num_queries):
    client.force_login(province.officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    url = address(scored, "self-score", "xlsx")
    client.get(url)
    with django_assert_max_num_queries(16):
        client.get(url)
    for leaf in figures.set_of(scored.set_version).leaves[:15]:
        criteria.evidence_add(scored, leaf.id, document_number="1/BC", document_title="Thêm", acting=province.officer)
    with django_assert_max_num_queries(16):
        client.get(url)


def test_a_maximum_is_printed_however_it_was_typed(client, entry, province):
    typed = {"points": "0,5", "maximum": "1 000"}
    criteria.criterion_score(entry, "7.1.1", stage="self", inputs=typed, acting=province.officer)
    book = openpyxl.load_workbook(io.BytesIO(body(get(client, province.officer, address(entry, "self-score", "xlsx")))))
    [line] = [row for row in book.active.iter_rows(values_only=True) if "7.1.1" in row]
    assert 1000 in line and 0.5 in line


# After publication ------------------------------------------------------------------------------------------------


@pytest.fixture
def published(scored, open_round, province):
    for leaf in figures.set_of(scored.set_version).leaves:
        row = scored.scores.filter(criterion=leaf.id, stage="self").first()
        if row is None:
            criteria.criterion_score(
                scored, leaf.id, stage="self", inputs={}, note="Không phát sinh", acting=province.officer
            )
        elif leaf.evidence == "required" and not scored.evidence.filter(criterion=leaf.id).exists():
            criteria.evidence_add(
                scored, leaf.id, document_number="9/BC", document_title="Báo cáo", acting=province.officer
            )
    entries.entry_review(scored, acting=province.officer)
    entries.entry_approve(scored, acting=province.head)
    entries.entry_submit(scored, acting=province.officer)
    appraisal.scores_copy(scored, stage="appraisal_1", acting=SYSTEM)
    appraisal.explanations_send(scored, acting=province.appraiser)
    _move_round(open_round, days=-35)
    appraisal.entry_conclude(scored, acting=province.appraiser)
    round_close(open_round, acting=province.manager)
    open_round.refresh_from_db()
    round_publish(open_round, acting=province.manager)
    scored.refresh_from_db()
    return scored


def test_publication_opens_figures_and_not_files(client, published, province):
    assert get(client, None, address(published, "self-score", "pdf")).status_code == 200
    told = json.loads(body(get(client, None, address(published, "scores", "json"))))
    assert Decimal(told["score"]) == published.final_score and told["stage"] == "final"
    for kind in ("report.docx", "explanations.pdf", "evidence.xlsx"):
        assert get(client, None, f"/entries/{published.pk}/export/{kind}").status_code == 302
        assert get(client, province.outsider, f"/entries/{published.pk}/export/{kind}").status_code == 404
    folder = reverse("indices:evidence_folder", args=[published.pk])
    assert get(client, None, folder).status_code == 302
    assert get(client, province.outsider, folder).status_code == 404
    # A body keeps to its own field, and a citizen cannot read officers' names from the sheet.
    names = zipfile.ZipFile(io.BytesIO(body(get(client, province.justice_appraiser, folder)))).namelist()
    assert any("_3.4.2_" in name for name in names) and not any("_7.3_" in name for name in names)
    book = openpyxl.load_workbook(io.BytesIO(body(get(client, None, address(published, "self-score", "xlsx")))))
    text = " ".join(str(cell.value) for row in book.active.rows for cell in row if cell.value)
    assert province.officer.person.full_name not in text


def test_files_of_a_published_round_stay_with_those_inside(client, published, province):
    attachment = published.evidence.get(criterion="7.3").attachment
    url = attachment.get_absolute_url()
    assert get(client, province.officer, url).status_code == 200
    assert get(client, province.justice_appraiser, url).status_code == 404
    assert get(client, None, url).status_code == 302


def test_the_ranking_as_a_paper_and_its_facts(client, published, open_round, province):
    for ending, begins in (("xlsx", b"PK"), ("docx", b"PK"), ("pdf", b"%PDF")):
        answer = get(client, None, reverse("indices:round_export", args=[open_round.pk, "ranking", ending]))
        assert answer.status_code == 200 and body(answer).startswith(begins)
    book = openpyxl.load_workbook(
        io.BytesIO(body(get(client, None, reverse("indices:round_export", args=[open_round.pk, "ranking", "xlsx"]))))
    )
    cells = [cell.value for row in book.active.rows for cell in row if cell.value is not None]
    assert "Sở Giáo dục và Đào tạo" in cells and "chưa nộp" in cells or "not submitted" in cells
    facts = body(get(client, None, reverse("indices:round_export", args=[open_round.pk, "facts", "csv"]))).decode()
    indicator_set = figures.set_of(published.set_version)
    units, problems = read_csv(facts, indicator_set)
    assert not problems.errors and [unit.unit for unit in units] == ["so-gd"]
    assert figures.decimal(engine.score(indicator_set, units[0]).score) == published.final_score


def test_an_open_ranking_is_not_for_everybody(client, scored, open_round, province):
    url = reverse("indices:round_export", args=[open_round.pk, "ranking", "pdf"])
    assert get(client, None, url).status_code == 302
    assert get(client, province.officer, url).status_code == 404
    assert get(client, province.justice_appraiser, url).status_code == 404
    assert get(client, province.manager, url).status_code == 200
