"""`minhbach health`: what it prints, and with what it ends."""

import json

import pytest

from minhbach.config.command import main
from minhbach.org.calendars.actions import year_confirm
from minhbach.org.health import ERROR, Check, Fault, all_checks, register, registry
from minhbach.org.models import Unit
from minhbach.org.permissions import SYSTEM


@pytest.fixture
def house(clock_at, make_unit, make_account):
    """A department with an office and an administrator, in a year with official days off."""
    clock_at("2026-11-21T09:00")
    top = make_unit("so", kind="so", name="Sở Giáo dục và Đào tạo")
    make_unit("vp", top, name="Văn phòng")
    make_account("quan-tri", top, "administrator")
    for year in (2026, 2027):
        year_confirm(year, acting=SYSTEM)


@pytest.fixture
def faulty():
    def find(at):
        yield Fault("everywhere")
        yield from (Fault(unit.code, unit.pk, "/x/") for unit in Unit.objects.order_by("path"))

    all_checks()
    register(Check("tests.faulty", ERROR, "Faulty things", "They are bad.", "Mend them.", find=find))
    yield
    del registry._checks["tests.faulty"]


def test_the_command_says_what_was_found(house, capsys, faulty):
    assert main(["health", "--lang", "en"]) == 1
    said = capsys.readouterr().out
    assert "Errors\n  Faulty things: 3  [tests.faulty]\n    everywhere\n    so – Sở Giáo dục và Đào tạo\n" in said
    assert "    → Mend them.\n" in said
    assert main(["health", "--json", "--whole"]) == 1
    data = json.loads(capsys.readouterr().out)
    [one] = [check for check in data["checks"] if check["key"] == "tests.faulty"]
    assert (data["error"], data["warning"], data["whole"], one["count"]) == (1, 0, True, 3)
    assert one["faults"][1] == {"says": "so", "unit": "so", "address": "/x/"}


def test_the_command_ends_with_nothing_where_there_is_no_error(house, capsys):
    year_confirm(2026 + 1, confirmed=False, acting=SYSTEM)  # a warning
    assert main(["health", "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "Warnings\n  Days off of this or next year that are not official: 1" in said
    assert "checks found nothing." in said
    with pytest.raises(SystemExit) as wrong:
        main(["health", "--what"])
    assert wrong.value.code == 2
