"""`minhbach` itself: help, wrong words, a database that is not there, a trail tampered with, the daily work."""

from datetime import timedelta

import pytest
from axes.models import AccessLog
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from minhbach.config import messages
from minhbach.config.command import main
from minhbach.config.tests.test_settings import run
from minhbach.org.models import DailyRoot, Event, Unit
from minhbach.org.trail import triggers

COMMANDS = [
    [],
    ["sets"],
    *(["sets", name] for name in ("list", "check", "show", "template", "diff", "schema", "convert", "import")),
    ["score"],
    ["demo"],
    ["messages"],
    ["trail"],
    ["trail", "verify"],
    ["trail", "seal"],
    ["tick"],
]


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    monkeypatch.setenv("LANG", "vi_VN.UTF-8")
    monkeypatch.delenv("LANGUAGE", raising=False)
    messages.compile()


def ended(capsys, *words):
    """The exit code and what was printed, when the words end the command at once."""
    with pytest.raises(SystemExit) as end:
        main(words)
    said = capsys.readouterr()
    return end.value.code, said.out, said.err


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_has_help(capsys, monkeypatch, words):
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    code, out, err = ended(capsys, *words, "--help")
    assert (code, err) == (0, "")
    assert out.startswith(f"usage: minhbach {' '.join(words)}".rstrip())


def test_help_comes_in_the_language_of_the_environment_or_the_one_asked_for(capsys, monkeypatch):
    assert "bộ chỉ số" in ended(capsys, "--help")[1]
    assert "indicator sets" in ended(capsys, "--lang", "en", "--help")[1]
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    assert "indicator sets" in ended(capsys, "--help")[1]
    assert "bộ chỉ số" in ended(capsys, "--lang=vi", "--help")[1]
    monkeypatch.setenv("LANGUAGE", "vi")
    assert "bộ chỉ số" in ended(capsys, "--help")[1]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ((), "COMMAND"),
        (("nothing",), "nothing"),
        (("sets",), "DO"),
        (("sets", "nothing"), "nothing"),
        (("sets", "check"), "FILE"),
        (("sets", "convert", "a"), "OUT"),
        (("score", "hai-phong-so-2023"), "--facts"),
        (("score", "x", "--facts", "y", "--format", "xml"), "xml"),
        (("demo", "--port", "x"), "“x”"),
        (("demo", "--port", "0"), "“0”"),
        (("demo", "--port", "65536"), "“65536”"),
        (("messages", "--nothing"), "--nothing"),
        (("trail",), "DO"),
        (("trail", "verify", "--chain"), "--chain"),
        (("trail", "seal", "--lang", "fr"), "fr"),
        (("tick", "extra"), "extra"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_wrong_words_are_named_and_end_with_2(capsys, words, named):
    code, out, err = ended(capsys, *words)
    assert (code, out) == (2, "")
    assert named in err.splitlines()[-1]
    assert "Traceback" not in err


@pytest.mark.parametrize("words", [["trail", "verify"], ["trail", "seal"], ["tick"]], ids=" ".join)
@pytest.mark.parametrize("home", ["", "nowhere"])
def test_without_a_database_it_says_what_to_do(tmp_path, words, home):
    """An empty folder holds a database without tables; a folder that is not there holds none."""
    done = run("", arguments=[*words, "--lang", "en"], MINHBACH_HOME=str(tmp_path / home))
    assert done.returncode == 2
    assert done.stderr.startswith("The database cannot be used: ")
    assert "minhbach django migrate" in done.stderr
    assert "Traceback" not in done.stderr


def test_settings_that_are_wrong_are_said_so():
    done = run("", arguments=["tick", "--lang", "en"], BEHIND_PROXY="yes")
    assert done.returncode == 2
    assert done.stderr == "The settings are wrong: BEHIND_PROXY must be a whole number, not 'yes'\n"


# The trail -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_trail_that_was_tampered_with_names_the_places(make_unit, capsys):
    so = make_unit("so", kind="so")
    make_unit("phong", so)
    assert main(["trail", "verify", "--lang", "en"]) == 0
    assert "The trail is whole" in capsys.readouterr().out
    event = Event.objects.filter(verb="org.unit_opened").last()
    triggers.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE org_event SET actor_name = %s WHERE id = %s", ["nobody", event.pk])
    assert main(["trail", "verify", "--lang", "en"]) == 1
    out = capsys.readouterr().out.splitlines()
    assert out == [
        f"units #{event.seq}: was changed after it was recorded",
        "The trail was tampered with: 1 place.",
    ]
    assert main(["trail", "verify", "--chain", "units"]) == 1
    assert f"units #{event.seq}: " in capsys.readouterr().out
    assert main(["trail", "verify", "--chain", "nothing", "--lang", "en"]) == 2
    assert "There is no chain “nothing”." in capsys.readouterr().out


@pytest.mark.django_db
def test_the_daily_work_forgets_sessions_that_are_over():
    for days in (-1, 1):
        session = SessionStore()
        session.set_expiry(timezone.now() + timedelta(days=days))
        session.save()
    assert main(["tick"]) == 0
    assert [kept.expire_date > timezone.now() for kept in Session.objects.all()] == [True]


@pytest.mark.django_db
def test_what_fails_of_the_daily_work_holds_up_nothing_else(make_unit, monkeypatch, capsys):
    def broken(**_more):
        raise ValueError("two units take the same place")

    make_unit("so", kind="so")
    monkeypatch.setattr("minhbach.config.daily.tree_settle", broken)
    session = SessionStore()
    session.set_expiry(timezone.now() - timedelta(days=1))
    session.save()
    assert main(["tick"]) == 1
    assert not Session.objects.exists() and DailyRoot.objects.count() == 1
    said = capsys.readouterr().err
    assert "tick: units" in said and "two units take the same place" in said


@pytest.mark.django_db
def test_the_daily_work_forgets_old_sign_ins(settings):
    settings.SIGN_IN_LOG_DAYS = 30
    for days in (29, 31):
        noted = AccessLog.objects.create(username="an", ip_address="203.0.113.7")
        AccessLog.objects.filter(pk=noted.pk).update(attempt_time=timezone.now() - timedelta(days=days))
    assert main(["tick"]) == 0
    assert [(timezone.now() - kept.attempt_time).days for kept in AccessLog.objects.all()] == [29]


@pytest.mark.django_db
def test_the_daily_work_done_twice_is_done_once(make_unit, capsys):
    make_unit("so", kind="so")
    assert main(["tick", "--lang", "en"]) == 0
    first = capsys.readouterr().out
    before = (Event.objects.count(), list(DailyRoot.objects.values_list("day", "root")), Unit.objects.get().path)
    assert main(["tick", "--lang", "en"]) == 0
    assert capsys.readouterr().out == first
    assert (
        Event.objects.count(),
        list(DailyRoot.objects.values_list("day", "root")),
        Unit.objects.get().path,
    ) == before
    assert len(before[1]) == 1
    assert main(["trail", "verify"]) == 0
