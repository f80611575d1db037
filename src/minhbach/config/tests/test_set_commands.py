"""`minhbach sets convert, diff and import` as commands: files, exit codes, messages."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from minhbach.config.command import main
from minhbach.scoring import catalogue, set_files

DATA = Path(str(files("minhbach.scoring"))) / "tests" / "data"


def test_convert_there_and_back(tmp_path: Path) -> None:
    sheet, text = tmp_path / "set.xlsx", tmp_path / "set.yaml"
    assert main(["sets", "convert", "hai-phong-so-2023", str(sheet)]) == 0
    assert main(["sets", "convert", str(sheet), str(text)]) == 0
    assert set_files.from_file(text)[0] == catalogue.find("hai-phong-so-2023")
    assert main(["sets", "check", str(sheet)]) == 0


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"format: [", "set.yaml", "not readable as YAML"),
        (b"format: 1\n", "set.yaml", "the field “code” is missing"),
        (b"PK\x03\x04", "set.xlsx", "not readable as XLSX"),
    ],
)
def test_convert_refuses_what_is_no_set(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, name: str, says: str
) -> None:
    source, target = tmp_path / name, tmp_path / "out.yaml"
    source.write_bytes(content)
    assert main(["sets", "convert", str(source), str(target), "--lang", "en"]) == 2
    assert says in capsys.readouterr().err
    assert not target.exists()


def test_convert_knows_its_formats(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sets", "convert", "sipas", str(tmp_path / "set.docx"), "--lang", "vi"]) == 2
    assert "dùng đuôi .yaml hoặc .xlsx" in capsys.readouterr().err
    assert main(["sets", "convert", "khong-co.yaml", str(tmp_path / "set.yaml"), "--lang", "en"]) == 2
    assert "there is no such file" in capsys.readouterr().err


def test_diff(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sets", "diff", "hai-phong-so-2022", "hai-phong-so-2023", "--lang", "en"]) == 0
    assert "3.4.3 → 3.4.2" in capsys.readouterr().out
    assert main(["sets", "diff", "papi-2018", "papi-2021", "--lang", "vi"]) == 0
    assert "Không có bảng đối chiếu" in capsys.readouterr().out
    assert main(["sets", "diff", "papi-2018", "khong-co", "--lang", "en"]) == 2
    assert "the catalogue has no such set" in capsys.readouterr().err


@pytest.mark.parametrize("ending", ["yaml", "xlsx"])
def test_import_writes_a_draft_and_says_what_is_doubtful(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], ending: str
) -> None:
    target = tmp_path / f"draft.{ending}"
    assert main(["sets", "import", str(DATA / "decision_table.txt"), str(target), "--lang", "vi"]) == 0
    said = capsys.readouterr().err
    line = next(n for n, text in enumerate((DATA / "decision_table.txt").open(encoding="utf-8"), 1) if "8.2" in text)
    assert f"decision_table.txt:{line}: cảnh báo: 8.2: không nhận ra quy tắc" in said
    indicator_set, problems = set_files.from_file(target)
    assert indicator_set is not None, [p.in_("en") for p in problems]
    assert indicator_set.nodes["3.2.1"].maximum is not None


def test_import_refuses_what_holds_no_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, target = tmp_path / "letter.txt", tmp_path / "draft.yaml"
    source.write_text("Kính gửi: các đơn vị", encoding="utf-8")
    assert main(["sets", "import", str(source), str(target), "--lang", "en"]) == 2
    assert "no table of criteria was found" in capsys.readouterr().err
    assert not target.exists()


def test_a_target_that_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sets", "convert", "sipas", str(tmp_path / "none" / "set.yaml"), "--lang", "vi"]) == 2
    assert "không ghi được tệp" in capsys.readouterr().err
