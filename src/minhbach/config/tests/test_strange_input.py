"""What strangers bring: refused in both languages with file, place and remedy, exit code 2, and no traceback."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from minhbach.config.command import main
from minhbach.scoring.tests.making import HEAD

SET = (
    HEAD
    + """\
criteria:
  - code: "1"
    title: Một
    maximum: 5
    inputs: {a: {type: count, title: a}, b: {type: count, title: b, part_of: a}}
    value: b / a
    rule: {tiers: [{when: value >= 50%, points: 5}, {otherwise: 0}]}
    not_applicable: {when: a == 0, outcome: drop}
"""
)
DEEP = "".join(
    "  " * n + f'- code: "{n}"\n' + "  " * n + "  title: t\n" + "  " * n + "  criteria:\n" for n in range(40)
)
BOMB = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 30))
POWERS = "".join(
    f'  - {{code: "{n}", title: t, maximum: 1, clamp: true, value: "'
    + " * ".join([f'ref(\\"{n + 1}\\")'] * 20)
    + '", rule: {formula: value}}\n'
    for n in range(30)
)
POWERS += """\
  - {code: "30", title: t, maximum: 1, clamp: true, inputs: {x: {type: count, title: x}}, value: x, rule: {formula: x}}
"""


def changed(*changes: tuple[str, str]) -> str:
    text = SET
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def run(capsys: pytest.CaptureFixture[str], lang: str, *arguments: str) -> tuple[int, str]:
    code = main([*arguments, "--lang", lang])
    said = capsys.readouterr()
    return code, said.out + said.err


def refused(capsys: pytest.CaptureFixture[str], vi: str, en: str, *arguments: str) -> None:
    for lang, word, said in (("vi", "lỗi: ", vi), ("en", "error: ", en)):
        code, output = run(capsys, lang, *arguments)
        assert code == 2, output
        errors = [line for line in output.splitlines() if word in line]
        assert errors, output
        assert all(" → " in line for line in errors), errors
        assert said in output


SETS = [
    ("UTF-16", SET.encode("utf-16"), "bảng mã UTF-16", "is UTF-16"),
    ("another encoding", b"format: 1\ntitle: B\xf4\n", "x.yaml:2: lỗi: không phải văn bản UTF-8", "x.yaml:2: error"),
    ("a Word file", b"PK\x03\x04rest", "phần mềm văn phòng", "office program"),
    ("an old Excel file", b"\xd0\xcf\x11\xe0rest", "phần mềm văn phòng", "office program"),
    ("an empty file", b"", "x.yaml:1: lỗi: tệp trống", "x.yaml:1: error: the file is empty"),
    ("null", b"null\n", "tệp trống", "the file is empty"),
    ("a list", b"- a\n", "đây là một danh sách; cần một khối", "this is a list; it takes a block"),
    ("a NUL", SET.encode() + b"\0", "x.yaml:13: lỗi: có ký tự điều khiển", "x.yaml:13: error: it holds a control"),
    ("a tab", changed(("    title: Một", "\ttitle: Một")), "x.yaml:7: lỗi: không đọc được YAML: có ký tự", "x.yaml:7:"),
    ("two documents", SET + "---\n" + SET, "tệp có nhiều tài liệu", "another document"),
    ("a key twice", SET + "code: khac\n", "“code” viết hai lần", "“code” is written twice"),
    ("a list as a key", "? [a]\n: 1\n", "tên trường phải là văn bản", "the name of a field is a text"),
    ("a tag", '!!python/object/apply:os.system ["x"]\n', "không dùng được thẻ", "is not used here"),
    ("anchors of anchors", BOMB, "quá nhiều giá trị", "too many values"),
    ("an anchor in itself", "a: &a [*a]\n", "lồng quá sâu", "nested too deeply"),
    ("brackets without end", "[" * 50_000, "lồng quá sâu", "nested too deeply"),
    ("criteria without end", HEAD + "criteria:\n" + DEEP, "lồng quá sâu", "nested too deeply"),
    ("a number without end", changed(("maximum: 5", "maximum: 1e999999999")), "không phải là số", "is not a number"),
    ("the same, quoted", changed(("maximum: 5", 'maximum: "1e999999999"')), "không phải là số", "is not a number"),
    ("a number too large", changed(("maximum: 5", "maximum: 1e300")), "lớn nhất 1000000000000", "at most"),
    ("not a number", changed(("maximum: 5", "maximum: .nan")), "“.nan” không phải là số", "“.nan” is not a number"),
    ("a decimal comma", changed(("maximum: 5", "maximum: 0,25")), "viết với dấu chấm", "with a point"),
    ("decimals without end", "rounding: {total: {places: 999999999}}\n" + SET, "trong khoảng 0–30", "in 0–30"),
    ("decimals below 0", "rounding: {points: {places: -2}}\n" + SET, "trong khoảng 0–30", "in 0–30"),
    ("a year", "year: 99999999999999999999\n" + SET, "trong khoảng 1900–2999", "in 1900–2999"),
    ("no criteria", HEAD + "criteria: []\n", "chưa có tiêu chí nào", "has no criteria yet"),
    ("a code twice", SET + SET.split("criteria:\n")[1], "mã “1” dùng 2 lần", "the code “1” is used 2 times"),
    ("a circle", changed(("value: b / a", 'value: ref("1")')), "đọc lại chính nó", "reads itself"),
    ("words for a condition", changed(("value >= 50%", '"từ 50% trở lên"')), "viết bằng dấu", "written with signs"),
    ("too many tiers", changed(("{otherwise: 0}", "{when: a > 0, points: 0}, " * 100)), "nhiều nhất 100", "most 100"),
    ("powers of powers", HEAD + "criteria:\n" + POWERS, "số dài hàng nghìn chữ số", "thousands of digits"),
    ("a bonus inside the scale", changed(("maximum: 5", "maximum: 5\n    kind: bonus")), "kind chỉ dùng", "belongs to"),
    ("a factor of 0", "combine: {times: 0}\n" + SET, "hệ số nhân phải lớn hơn 0", "the factor is above 0"),
    ("a largest value below 0", changed(("part_of: a", "part_of: a, at_most: -5")), "phải lớn hơn 0", "is above 0"),
    ("a scale without steps", "bands: [{steps: []}]\n" + SET, "chưa có mức nào", "has no steps"),
    ("a choice about nothing",
     'choices: {x: {question: q, chosen: c, alternatives: [], criteria: ["9.9"]}}\n' + SET,
     "không có tiêu chí “9.9”", "there is no criterion “9.9”"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "vi", "en"), [pytest.param(*s[1:], id=s[0]) for s in SETS])
def test_strange_sets(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | bytes, vi: str, en: str
) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    refused(capsys, vi, en, "sets", "check", str(path))
    facts = tmp_path / "f.csv"
    facts.write_text("unit,criterion,input,value\nA,1,a,2\nA,1,b,1\n", encoding="utf-8")
    refused(capsys, vi, en, "score", str(path), "--facts", str(facts))


@pytest.mark.parametrize("kind", ["weighted_sum", "weighted_mean"])
def test_weights_that_leave_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str) -> None:
    for weight, vi, en in (("0", "đều bằng 0", "all weights are 0"), ("-1", "trọng số âm", "the weight is below 0")):
        text = changed(("title: Một", f"title: Một\n    weight: {weight}"))
        (tmp_path / "x.yaml").write_text(f"combine: {{how: {kind}}}\n{text}", encoding="utf-8")
        refused(capsys, vi, en, "sets", "check", str(tmp_path / "x.yaml"))


@pytest.mark.parametrize("text", ["\ufeff" + SET, SET.replace("\n", "\r\n"), SET.replace("\n", "\r")])
def test_marks_and_line_ends_of_other_systems_do_no_harm(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    (tmp_path / "x.yaml").write_bytes(text.encode())
    assert run(capsys, "en", "sets", "check", str(tmp_path / "x.yaml"))[0] == 0


FACTS = [
    ("UTF-16", "unit,criterion,input,value\nA,1,a,1\n".encode("utf-16"), "bảng mã UTF-16", "is UTF-16"),
    ("a workbook", b"PK\x03\x04rest", "CSV UTF-8", "CSV UTF-8"),
    ("nothing", b"", "f.csv:1: lỗi: thiếu cột", "f.csv:1: error: missing column"),
    ("no rows", b"unit,criterion,input,value\n", "chưa có dòng số liệu", "no rows with figures"),
    ("a NUL", b"unit,criterion,input,value\nA,1,a,\0\n", "f.csv:2: lỗi", "f.csv:2: error"),
    ("below 0", b"unit,criterion,input,value\nA,1,a,-3\n", "số nguyên không âm", "a whole number, 0 or more"),
    ("not a number", b"unit,criterion,input,value\nA,1,a,NaN\n", "“NaN” không phải là số", "“NaN” is not a number"),
    ("without end", b"unit,criterion,input,value\nA,1,a,1e999999999\n", "không phải là số", "is not a number"),
    ("more than the whole", b"unit,criterion,input,value\nA,1,a,10\nA,1,b,20\n", "f.csv:3", "(20) exceeds"),
    ("no such criterion", b"unit,criterion,input,value\nA,9,a,1\n", "không có tiêu chí “9”", "no criterion “9”"),
    ("no such input", b"unit,criterion,input,value\nA,1,z,1\n", "không có đầu vào “z”", "no input “z”"),
    ("control characters", b"unit,criterion,input,value\n\x1b[31mA,1,a,1\n", "ký tự điều khiển", "control character"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "vi", "en"), [pytest.param(*f[1:], id=f[0]) for f in FACTS])
def test_strange_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, vi: str, en: str) -> None:
    (tmp_path / "x.yaml").write_text(SET, encoding="utf-8")
    (tmp_path / "f.csv").write_bytes(content)
    refused(capsys, vi, en, "score", str(tmp_path / "x.yaml"), "--facts", str(tmp_path / "f.csv"))


@pytest.mark.parametrize("head", ["", "sep=;\r\n", "\ufeffsep=;\r\n"])
def test_figures_as_excel_writes_them(tmp_path: Path, capsys: pytest.CaptureFixture[str], head: str) -> None:
    (tmp_path / "x.yaml").write_text(SET, encoding="utf-8")
    rows = "unit;criterion;input;value\r\nA;1;a;10\r\nA;1;b;5\r\n"
    (tmp_path / "f.csv").write_bytes((head + rows).encode())
    code, output = run(capsys, "en", "score", str(tmp_path / "x.yaml"), "--facts", str(tmp_path / "f.csv"))
    assert code == 0
    assert output.startswith("#1 A: 5 / 5")


def test_places_that_are_no_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x.yaml").write_text(SET, encoding="utf-8")
    good, folder, missing = str(tmp_path / "x.yaml"), str(tmp_path), str(tmp_path / "none.yaml")
    refused(capsys, "đây là thư mục", "this is a folder", "sets", "check", folder)
    refused(capsys, "không có tệp này", "there is no such file", "sets", "check", missing)
    refused(capsys, "đây là thư mục", "this is a folder", "score", good, "--facts", folder)
    refused(capsys, "không có tệp này", "there is no such file", "score", good, "--facts", missing)
    refused(capsys, "không đọc được tệp này", "cannot be read", "sets", "check", "x" * 5000 + ".yaml")
    refused(capsys, "chính là tệp nguồn", "the source itself", "sets", "convert", good, good)
    refused(capsys, "không ghi được", "cannot be written", "sets", "convert", good, str(tmp_path / "no" / "x.yaml"))

    def forbidden(self: Path, *arguments: object, **others: object) -> object:
        raise PermissionError

    monkeypatch.setattr(Path, "open", forbidden)
    refused(capsys, "không có quyền đọc", "may not be read", "sets", "check", good)


def test_a_file_without_end_is_not_read_to_its_end(capsys: pytest.CaptureFixture[str]) -> None:
    refused(capsys, "tệp quá lớn", "the file is too large", "sets", "check", "/dev/zero")


@pytest.mark.parametrize("command", ["show", "template", "diff"])
def test_criteria_that_cannot_be_told_apart_are_not_shown_as_if_they_could(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(SET + SET.split("criteria:\n")[1], encoding="utf-8")
    others = ["sipas"] if command == "diff" else []
    refused(capsys, "mã “1” dùng 2 lần", "the code “1” is used 2 times", "sets", command, str(path), *others)


# Workbooks ----------------------------------------------------------------------------------------------------


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    (tmp_path / "x.yaml").write_text(SET, encoding="utf-8")
    path = tmp_path / "x.xlsx"
    assert main(["sets", "convert", str(tmp_path / "x.yaml"), str(path)]) == 0
    return path


def test_formulas_and_merged_cells_are_refused_and_hidden_sheets_named(
    workbook: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import openpyxl

    book = openpyxl.load_workbook(workbook)
    sheet = book["Tiêu chí"]
    sheet.sheet_state = "hidden"
    book.save(workbook)
    code, output = run(capsys, "vi", "sets", "check", str(workbook))
    assert code == 0
    assert "cảnh báo: “Tiêu chí”: trang tính bị ẩn vẫn được đọc → cho hiện" in output
    sheet.merge_cells("A3:C4")
    book.save(workbook)
    refused(capsys, "Tiêu chí!A3:C4: các ô bị gộp", "Tiêu chí!A3:C4: merged cells", "sets", "check", str(workbook))
    sheet.unmerge_cells("A3:C4")
    sheet["E3"] = "=1+4"
    book.save(workbook)
    refused(
        capsys, "Tiêu chí!E3: ô có công thức", "Tiêu chí!E3: the cell holds a formula", "sets", "check", str(workbook)
    )


def test_a_workbook_that_is_another(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["TT", "Tiêu chí", "Điểm"])
    book.save(tmp_path / "x.xlsx")
    refused(capsys, "nhập thành bản nháp", "as a draft", "sets", "check", str(tmp_path / "x.xlsx"))


@pytest.mark.parametrize(
    ("part", "vi", "en"),
    [
        (b"<a>" + b" " * 70_000_000 + b"</a>", "giải nén quá lớn", "unpacks to too much"),
        (b"<a>" + b"<b/>" * 3_100_000 + b"</a>", "quá nhiều ô", "too many cells"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hosts">]><a/>', "không đọc được", "not readable"),
    ],
    ids=["a bomb of blanks", "cells without end", "an entity"],
)
def test_archives_that_unpack_to_harm(
    workbook: Path, capsys: pytest.CaptureFixture[str], part: bytes, vi: str, en: str
) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(workbook) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, part if name == "xl/worksheets/sheet3.xml" else old.read(name))
    workbook.write_bytes(target.getvalue())
    refused(capsys, vi, en, "sets", "check", str(workbook))
