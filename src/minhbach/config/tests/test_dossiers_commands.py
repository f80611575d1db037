"""Dossiers of other systems from the command line."""

import pytest

from minhbach.config.command import main
from minhbach.dossiers.actions import sources
from minhbach.dossiers.models import Dossier
from minhbach.org.permissions import SYSTEM

pytestmark = pytest.mark.django_db
CSV = "Mã hồ sơ;Mã TTHC;Trạng thái;Chủ hồ sơ;Ngày tiếp nhận\nCU-1;1.900001;4;Nguyễn Văn An;02/06/2025\n"


@pytest.fixture
def old(desk):
    return sources.source_set("cu", agency=desk.agency, name="Hệ thống cũ", kind="old", acting=SYSTEM)


def test_the_command_line_says_what_is_wrong_and_brings_in_the_rest(old, tmp_path, capsys):
    path = tmp_path / "cu.csv"
    path.write_text(CSV + "CU-2;1.900001;Đang bay;Lê Thị Cúc;02/06/2025\n", encoding="utf-8")
    bad = tmp_path / "bad.csv"
    assert main(["dossiers", "import", str(path), "--source", "cu", "--lang", "en"]) == 1
    assert (
        "line 3, Trạng thái: “Đang bay” is no known status" in capsys.readouterr().err and not Dossier.objects.exists()
    )
    assert (
        main(["dossiers", "import", str(path), "--source", "cu", "--good-rows", "--bad", str(bad), "--lang", "en"]) == 1
    )
    assert "2 rows: 1 new" in capsys.readouterr().out and "Đang bay" in bad.read_text(encoding="utf-8-sig")
    assert main(["dossiers", "import", str(path), "--source", "none", "--lang", "en"]) == 2
    assert "no system “none”" in capsys.readouterr().err
    assert main(["dossiers", "import", str(tmp_path / "nowhere.csv"), "--source", "cu", "--lang", "en"]) == 2
    assert main(["portal", "send", "--lang", "en"]) == 2
