"""A result of the province's own software: read by its headers, shown beside the self-score, entered whole or not."""

import io
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from minhbach.indices import figures
from minhbach.indices.actions import criteria, entries
from minhbach.indices.actions.appraisal import AppraisedPoints, appraised_import, field_conclude, scores_copy
from minhbach.indices.exporting import appraised, papers
from minhbach.indices.exporting.extract import Extract
from minhbach.org.errors import NotPossible
from minhbach.papers import to_xlsx
from minhbach.papers.self_score import ScoreRow, self_score_sheet

pytestmark = pytest.mark.django_db
ON_TIME = {"handled": "200", "on_time": "197"}


@pytest.fixture
def submitted(entry, province):
    for leaf in figures.set_of(entry.set_version).leaves:
        inputs = ON_TIME if leaf.id == "3.4.2" else {}
        criteria.criterion_score(
            entry, leaf.id, stage="self", inputs=inputs, note="" if inputs else "Không", acting=province.officer
        )
    entries.entry_review(entry, acting=province.officer)
    entries.entry_approve(entry, acting=province.head)
    entries.entry_submit(entry, acting=province.officer)
    entry.refresh_from_db()
    return entry


def csv_file(text: str, name: str = "kết quả.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


def xlsx_file(rows) -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("result.xlsx", out.getvalue())


@pytest.fixture
def the_set(entry):
    return figures.set_of(entry.set_version)


def test_headers_in_both_languages_and_decimal_commas(the_set):
    vi = csv_file(
        "KẾT QUẢ;;;\nMã;Tên;Điểm thẩm định;Nhận xét\n(1);(2);(3);(4)\n3;Lĩnh vực;7,5;\n3.4.2;;1,2;Chậm\n7.3;;;\n"
    )
    read = appraised.read(vi, the_set)
    assert read.lines == {"3.4.2": AppraisedPoints("1.2", "Chậm")}
    assert read.skipped == 1
    en = csv_file("code,points,remark\n3.4.2,1.2,late\n")
    assert appraised.read(en, the_set).lines["3.4.2"].points == "1.2"
    sheet = xlsx_file(
        [
            ["Báo cáo"],
            ["Mã tiêu chí", "Điểm", "Ghi chú"],
            ["3.4.2", 0.3, "x"],
            ["7.1.4", "0,25", None],
            [3.1, 0.25, None],
        ]
    )
    read = appraised.read(sheet, the_set)
    assert read.lines["3.4.2"].points == "0.3" and read.lines["7.1.4"].points == "0.25" and "3.1" in read.lines


def test_the_template_comes_back(client, submitted, province, the_set):
    client.force_login(province.manager, backend="allauth.account.auth_backends.AuthenticationBackend")
    blank = client.get(reverse("indices:appraised_import", args=[submitted.pk]) + "?template=xlsx")
    book = openpyxl.load_workbook(io.BytesIO(blank.content))
    sheet = book.active
    place = next(
        (row[0].row, {str(c.value).lower(): c.column for c in row if c.value})
        for row in sheet.iter_rows()
        if row[0].value in ("Mã", "Code")
    )
    for row in sheet.iter_rows(min_row=place[0] + 1):
        if row[0].value == "3.4.2":
            sheet.cell(row[0].row, place[1].get("điểm") or place[1]["points"], 1.25)
    out = io.BytesIO()
    book.save(out)
    assert appraised.read(SimpleUploadedFile("a.xlsx", out.getvalue()), the_set).lines["3.4.2"].points == "1.25"


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_official_sheet_comes_back_with_its_appraised_column(submitted, province, the_set, lang):
    """Two header rows, a row of numbers, parts, a total, criteria without a code, the self-score beside."""
    rows_of = papers.score_rows(Extract(province.manager, submitted, lang))
    total = ScoreRow("", "", 1, Decimal("24.55"), Decimal("1.5"))
    sheet = self_score_sheet("CCHC", rows_of, total=total, officers=False, lang=lang)
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(sheet)))
    rows = book.active
    (head,) = [row for row in rows.iter_rows() if row[0].value in ("STT", "No.")]
    lower = {rows.cell(head[0].row + 1, n).value: n for n in range(1, 9)}
    appraised_column = lower["Thẩm định" if lang == "vi" else "Appraised"]
    first = next(leaf for leaf in the_set.leaves if not leaf.code)
    group = the_set.nodes[the_set.parents[first.id]]
    assert not group.code
    for row in rows.iter_rows(min_row=head[0].row + 2):
        if row[0].value == "3.4.2":
            row[appraised_column - 1].value = 1.2
        elif row[1].value in (first.title.vi, first.title.en):
            row[appraised_column - 1].value = 0.5
        elif row[1].value in (group.title.vi, group.title.en):
            row[appraised_column - 1].value = 1
        elif str(row[0].value) in ("Tổng cộng", "Total"):
            row[appraised_column - 1].value = 1.7
    out = io.BytesIO()
    book.save(out)
    read = appraised.read(SimpleUploadedFile("a.xlsx", out.getvalue()), the_set)
    assert {code: line.points for code, line in read.lines.items()} == {"3.4.2": "1.2", first.id: "0.5"}


def test_a_sheet_with_the_self_score_alone_gives_no_appraised_points(the_set):
    """Its only points, under `Points` in the row above, are the unit's own."""
    with pytest.raises(NotPossible) as caught:
        appraised.read(csv_file("No.,Criterion,Max.,Points\n,,,Self-score\n3.4.2,Results,1.5,1.4\n"), the_set)
    assert caught.value.code == "no_header"


def test_the_column_of_codes_is_not_the_running_number(the_set):
    text = "STT;Tiêu chí;Mã;Điểm tự chấm;Điểm;Điểm thẩm định\n1;Kết quả;3.4.2;1,5;9;1,2\n"
    assert appraised.read(csv_file(text), the_set).lines["3.4.2"].points == "1.2"


def test_points_without_a_code_are_not_passed_over(the_set):
    with pytest.raises(appraised.BadRows) as caught:
        appraised.read(csv_file("Mã;Điểm\n3.4.2;1\n;0,5\nTổng cộng;1,5\n"), the_set)
    (bad,) = caught.value.rows
    assert bad.line == 3


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("9.9.9;1;", "9.9.9"),
        ("3.4.2;1,6;", "1"),
        ("3.4.2;-1;", "3.4.2"),
        ("3.4.2;một;", "một"),
        ("3.4.2;1e1;", "1e1"),
        ("7.1.1;0,5;", "7.1.1"),  # no maximum
        ("3.4.2;NaN;", "NaN"),
    ],
)
def test_bad_rows_are_named_by_their_line(the_set, row, said):
    with pytest.raises(appraised.BadRows) as caught:
        appraised.read(csv_file(f"Mã;Điểm;Nhận xét\n3.1;0,25;\n{row}\n"), the_set)
    (bad,) = caught.value.rows
    assert bad.line == 3 and said in bad.says


def test_every_bad_row_is_told_at_once(the_set):
    with pytest.raises(appraised.BadRows) as caught:
        appraised.read(csv_file("code;points\n3.1;9\n3.1;0,1\n3.4.2;1\n3.4.2;1\nx;1\n"), the_set)
    assert [row.line for row in caught.value.rows] == [2, 3, 5, 6]


@pytest.mark.parametrize(
    "upload",
    [
        csv_file("a;b\n1;2\n"),
        csv_file("code;points\n3.1;\n"),
        csv_file("", "x.csv"),
        csv_file("%PDF-1.4", "x.pdf"),
        SimpleUploadedFile("x.xlsx", b"PK\x03\x04nonsense"),
        SimpleUploadedFile("x.csv", "Mã;Điểm".encode("utf-16")),
        SimpleUploadedFile("x.csv", b"code;points\n" + b"3.1;0.1\n" * 700_000),
    ],
)
def test_wrong_files_are_refused_in_words(the_set, upload):
    with pytest.raises(NotPossible) as caught:
        appraised.read(upload, the_set)
    assert str(caught.value)


def test_preview_then_entry(client, submitted, province):
    url = reverse("indices:appraised_import", args=[submitted.pk])
    client.force_login(province.manager, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(url).status_code == 200
    page = client.post(url, {"file": csv_file("Mã;Điểm;Nhận xét;Điểm tối đa\n3.4.2;1,2;Chậm;\n7.1.1;0,5;Riêng;1\n")})
    assert page.status_code == 200 and not submitted.scores.filter(stage="appraisal_1").exists()
    assert "98,5" in page.content.decode() or "98.5" in page.content.decode()  # why the rule gives something else
    assert page.context["places"] == 4  # 1.4775 with its difference −0.2775, so that the line adds up
    answer = client.post(url, {"token": page.context["token"]})
    assert answer.status_code == 302
    row = submitted.scores.get(stage="appraisal_1", criterion="3.4.2")
    assert (row.points, row.rule_points, row.reason, row.note) == (Decimal("1.2"), Decimal("1.4775"), "Chậm", "")
    assert row.by == province.manager and row.source == "import" and row.inputs == ON_TIME
    assert submitted.scores.get(stage="appraisal_1", criterion="7.1.1").points == Decimal("0.5")
    # The same preview does not serve twice: what it stood on has changed.
    again = client.post(url, {"token": page.context["token"]})
    assert again.status_code == 409


def test_a_self_score_left_standing_as_the_sheet_shows_it_is_no_difference(submitted, province, the_set):
    """197 of 200 on time is 98.5 %, 1.4775 points; 187 of 189 is 1.484126984…, which the sheet shows as 1.4841."""
    exact = Decimal("1.484126984127")
    submitted.scores.filter(criterion="3.4.2", stage="self").update(points=exact)
    extract = Extract(province.manager, submitted, "vi")
    kept = submitted.scores.get(criterion="3.4.2", stage="self").points
    for written, taken in (("1.4841", kept), ("1.4842", Decimal("1.4842")), ("1.48", Decimal("1.48"))):
        lines = appraised.as_scored(extract, {"3.4.2": AppraisedPoints(written, "")})
        assert Decimal(lines["3.4.2"].points) == taken
        (line,) = appraised.differences(extract, lines)
        assert line.differs == (written != "1.4841")


def test_a_forged_or_foreign_token_enters_nothing(client, submitted, province, open_round):
    client.force_login(province.manager, backend="allauth.account.auth_backends.AuthenticationBackend")
    url = reverse("indices:appraised_import", args=[submitted.pk])
    page = client.post(url, {"file": csv_file("code,points\n3.4.2,1.2\n")})
    other = open_round.entries.get(unit=province.justice)
    for address, token in ((url, "abc"), (reverse("indices:appraised_import", args=[other.pk]), page.context["token"])):
        assert client.post(address, {"token": token}).status_code == 409
    assert not submitted.scores.filter(stage="appraisal_1").exists()


def test_bad_rows_on_the_page_and_nothing_entered(client, submitted, province):
    client.force_login(province.officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    url = reverse("indices:appraised_import", args=[submitted.pk])
    page = client.post(url, {"file": csv_file("code,points\n3.4.2,1.2\n9.9,1\n")})
    assert page.status_code == 422 and "9.9" in page.content.decode()
    assert client.post(url, {}).status_code == 422
    assert not submitted.scores.filter(stage="appraisal_1").exists()


def test_who_may(client, submitted, province):
    url = reverse("indices:appraised_import", args=[submitted.pk])
    wanted = {
        province.manager: 200,
        province.officer: 200,
        province.head: 403,
        province.specialist: 403,
        province.justice_appraiser: 403,
        province.outsider: 404,
        province.auditor: 403,
    }
    for account, status in wanted.items():
        client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert client.get(url).status_code == status, account
    client.logout()
    assert client.get(url).status_code == 302


def test_a_body_that_has_concluded_is_not_overruled(submitted, province):
    scores_copy(submitted, stage="appraisal_1", acting=province.justice_appraiser)
    field_conclude(submitted, province.justice, stage="appraisal_1", acting=province.justice_appraiser)
    with pytest.raises(NotPossible) as caught:
        appraised_import(submitted, {"3.4.2": AppraisedPoints("1.2", "x")}, acting=province.manager)
    assert caught.value.code == "body_concluded"


def test_one_bad_line_takes_all_back(submitted, province):
    with pytest.raises(NotPossible):
        appraised_import(
            submitted, {"3.4.2": AppraisedPoints("1.2", "x"), "7.3": AppraisedPoints("9", "x")}, acting=province.manager
        )
    assert not submitted.scores.filter(stage="appraisal_1").exists()
