"""`minhbach procedures …` as it is typed."""

from datetime import date

import pytest

from minhbach.config import command
from minhbach.procedures.content.reading import to_yaml
from minhbach.procedures.models import Procedure
from minhbach.procedures.testing import BARE, COPY, contents_of

LIST = """Mã thủ tục,Tên thủ tục,Lĩnh vực,Căn cứ pháp lý
1.900101,Cấp bản sao bằng từ sổ gốc,"Văn bằng, chứng chỉ",Thông tư số 10/2026/TT-BGDĐT
1.900103,Thủ tục mới,Thi,
,Chưa rõ mã,Thi,
"""


@pytest.fixture
def files(tmp_path):
    (tmp_path / "ours.yaml").write_text(to_yaml(contents_of(COPY, BARE)), encoding="utf-8")
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    return tmp_path


def run(*arguments):
    return command.main(["procedures", *map(str, arguments), "--lang", "en"])


def test_the_catalogue_is_sound_and_a_wrong_file_is_named(files, capsys):
    assert run("check", "catalogue") == 0
    assert capsys.readouterr().out.splitlines()[-1] == "catalogue: 140 procedures, sound"
    (files / "bad.yaml").write_text('code: "1.900101"\nname: Một\nlevel: city\n', encoding="utf-8")
    assert run("check", files / "bad.yaml") == 2
    assert "bad.yaml:3" in capsys.readouterr().out
    assert run("check", files / "none.yaml") == 2


def test_a_list_is_held_against_ours(files, capsys):
    assert run("diff", files / "ours.yaml", files / "list.csv") == 0
    out, err = capsys.readouterr()
    assert out.splitlines() == ["+ 1.900103  Thủ tục mới", "- 2.900102  Giải thể trung tâm", "1 unchanged"]
    assert "list.csv:4: warning: “Chưa rõ mã” has no code" in err


def test_there_and_back_by_workbook(files, capsys):
    assert run("convert", files / "ours.yaml", files / "ours.xlsx") == 0
    assert run("convert", files / "ours.xlsx", files / "again.yaml") == 0
    assert run("diff", files / "ours.yaml", files / "again.yaml") == 0
    assert capsys.readouterr().out.splitlines() == ["2 unchanged"]


@pytest.mark.django_db
def test_procedures_are_put_in_force(files, make_unit, capsys):
    make_unit("so-gd", kind="so", name="Sở Giáo dục và Đào tạo")
    load = ("load", files / "ours.yaml", "--keeper", "so-gd", "--begins", "1/7/2026")
    assert run(*load) == 0
    assert capsys.readouterr().out == "2 versions in force from 01/07/2026; 0 unchanged\n"
    versions = [procedure.versions.get() for procedure in Procedure.objects.order_by("code")]
    assert [(version.begins, version.is_draft) for version in versions] == [(date(2026, 7, 1), False)] * 2
    assert run(*load) == 0
    assert capsys.readouterr().out == "0 versions in force from 01/07/2026; 2 unchanged\n"
    assert run("load", files / "ours.yaml", "--keeper", "so-khac", "--begins", "2026-07-01") == 2
    assert capsys.readouterr().err == "there is no unit “so-khac”\n"
