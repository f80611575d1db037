"""The tallies from the terminal."""

import pytest
from django.utils import timezone

from minhbach.config.command import main
from minhbach.measures.models import Cell


@pytest.fixture
def two(make_dossier):
    make_dossier()
    make_dossier(channel="online")


def test_a_unit_is_shown_with_all_under_it(capsys, desk, two):
    assert main(["tallies", "show", "so-gd", "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert f"01/01/{timezone.localdate().year}" in said
    assert "2  received  (dossiers.received.all)" in said and "1  sent online  (dossiers.received.online)" in said
    assert "1  procedures offered online with dossiers sent online  (procedures_online_with_dossiers)" in said
    assert "0  late, with a letter of apology  (dossiers.handled.late_apologised)" in said
    assert main(["tallies", "show", "so-gd", "--from", "2020-01-01", "--to", "31/12/2020", "--lang", "vi"]) == 0
    assert "0  đã tiếp nhận" in capsys.readouterr().out


def test_what_is_wrong_with_the_question_is_said(capsys, desk):
    assert main(["tallies", "show", "khong-co", "--lang", "vi"]) == 2
    assert "khong-co" in capsys.readouterr().err
    assert main(["tallies", "show", "so-gd", "--from", "2026-02-01", "--to", "2026-01-01", "--lang", "en"]) == 2
    assert "ends before it begins" in capsys.readouterr().err


def test_a_wrong_tally_is_named_and_a_rebuild_puts_it_right(capsys, desk, two):
    assert main(["tallies", "verify", "--lang", "en"]) == 0
    assert Cell.objects.filter(shelf__rows="dossiers.received", n00=2).update(n00=3) == 1
    assert main(["tallies", "verify", "--lang", "en"]) == 1
    said = capsys.readouterr().out
    assert "received 3 ≠ 2" in said and "Phòng Quản lý" in said and "1 tally differs" in said
    assert main(["tallies", "rebuild", "--lang", "en"]) == 0
    assert main(["tallies", "verify", "--lang", "vi"]) == 0
