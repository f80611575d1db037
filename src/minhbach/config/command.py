"""The command line `minhbach`.

`sets` and `score` need no database and no Django, and start quickly: nothing heavy is imported before it is known to be
needed. Exit codes: 0 done, 1 the thing checked does not hold, 2 bad input. Help and complaints come in the language of
`--lang`, else of the environment, from the catalogue of the screens.
"""

from __future__ import annotations

import argparse
import gettext
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import wraps
from gettext import gettext as _
from pathlib import Path

BAD_INPUT = 2


class Unusable(Exception):
    """The installation is not as the command needs it; the words are for whoever runs it."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    given = sys.argv[1:] if argv is None else list(argv)
    with _speaking(_wanted(given)):
        arguments = _parser().parse_args(given)
        try:
            return arguments.run(arguments) or 0
        except Unusable as error:
            print(error, file=sys.stderr)
            return BAD_INPUT
        except BrokenPipeError:  # `minhbach … | head`
            sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - closed by the interpreter's end
            return 0


def _wanted(given: Sequence[str]) -> str:
    """The language asked for, also by words that do not parse."""
    for word, after in zip(given, [*given[1:], ""], strict=False):
        if word in ("--lang=en", "--lang=vi"):
            return word[-2:]
        if word == "--lang" and after in ("en", "vi"):
            return after
    return "en" if os.environ.get("LANGUAGE", os.environ.get("LANG", "")).lower().startswith("en") else "vi"


@contextmanager
def _speaking(lang: str) -> Iterator[None]:
    """argparse asks gettext's common catalogue in the language of the environment; here that is the screens' one."""
    gettext.bindtextdomain("django", Path(__file__).parent / "locale")
    gettext.textdomain("django")
    before = os.environ.get("LANGUAGE")
    os.environ["LANGUAGE"] = lang
    try:
        yield
    finally:
        if before is None:
            del os.environ["LANGUAGE"]
        else:
            os.environ["LANGUAGE"] = before


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(_("a port is a number from 1 to 65535, not “%s”") % text)
    return int(text)


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%d/%m/%Y" if "/" in text else "%Y-%m-%d").date()
    except ValueError as error:
        raise argparse.ArgumentTypeError(_("a day is written 21/11/2026, not “%s”") % text) from error


def _lang() -> str:
    return os.environ["LANGUAGE"]


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--lang", choices=("vi", "en"), help=_("language of what is printed"))
    parser = argparse.ArgumentParser(
        prog="minhbach", description=_("Minh Bạch: procedures and the reform index."), parents=[common]
    )
    parser.add_argument("--version", action="version", version=_version(), help=_("show the version"))
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    sets = commands.add_parser("sets", help=_("indicator sets")).add_subparsers(required=True, metavar="DO")

    def of_sets(name: str, help_: str) -> argparse.ArgumentParser:
        sub = sets.add_parser(name, help=help_, parents=[common])
        sub.set_defaults(run=lambda a: _cli("sets", name, a))
        return sub

    of_sets("list", _("the sets of the catalogue"))
    check = of_sets("check", _("say everything that is wrong with sets"))
    check.add_argument("files", nargs="+", metavar="FILE", help=_("a catalogue code or a file"))
    show = of_sets("show", _("a set with its rules in words"))
    show.add_argument("set", metavar="SET", help=_("a catalogue code or a file"))
    template = of_sets("template", _("a facts CSV with every input of a set"))
    template.add_argument("set", metavar="SET", help=_("a catalogue code or a file"))
    diff = of_sets("diff", _("what changed between two sets"))
    diff.add_argument("old", metavar="A", help=_("a catalogue code or a file"))
    diff.add_argument("new", metavar="B", help=_("a catalogue code or a file"))
    of_sets("schema", _("the JSON Schema of a set"))
    convert = of_sets("convert", _("between YAML and XLSX, without loss"))
    convert.add_argument("source", metavar="IN")
    convert.add_argument("target", metavar="OUT")
    draft = of_sets("import", _("a draft set from a decision's table in XLSX, DOCX or text"))
    draft.add_argument("source", metavar="IN")
    draft.add_argument(
        "--part", type=int, default=1, metavar="N", help=_("which table, where the file has an appendix for each group")
    )
    draft.add_argument("target", metavar="OUT")

    of_procedures = commands.add_parser("procedures", help=_("procedures")).add_subparsers(required=True, metavar="DO")
    for name, help_, places in (
        ("check", _("say everything that is wrong with files of procedures"), {"files": {"nargs": "+"}}),
        ("diff", _("what a list B has that A has not, and the other way round"), {"old": {}, "new": {}}),
        ("convert", _("between YAML and XLSX, without loss"), {"source": {}, "target": {}}),
        ("load", _("put the procedures of a file in force"), {"file": {}}),
    ):
        sub = of_procedures.add_parser(name, help=help_, parents=[common])
        for place, how in places.items():
            sub.add_argument(place, **how, help=_("a file (XLSX, YAML, CSV), or “catalogue”"))
        if name == "load":
            sub.add_argument("--keeper", required=True, metavar="UNIT", help=_("code of the unit that keeps them"))
            sub.add_argument("--begins", required=True, type=_day, metavar="DAY", help=_("in force from"))
        sub.set_defaults(run=lambda a, name=name: _procedures(name, a))

    score = commands.add_parser("score", help=_("score a set from a facts file"), parents=[common])
    score.add_argument("set", metavar="SET", help=_("a catalogue code or a file"))
    score.add_argument("--facts", required=True, metavar="FILE.csv", help=_("columns: unit, criterion, input, value"))
    score.add_argument(
        "--format", choices=("table", "json", "csv"), default="table", help=_("how the scores are printed")
    )
    score.add_argument("--explain", action="store_true", help=_("say why, and what would bring more"))
    score.set_defaults(run=lambda a: _cli("score", None, a))

    verify = commands.add_parser("verify", help=_("recompute a published index from itself"), parents=[common])
    verify.add_argument("published", metavar="PUBLISHED", help=_("its ZIP file or folder, or the JSON of one unit"))
    verify.set_defaults(run=_verify)

    demo = commands.add_parser("demo", help=_("a demonstration: data, server, sign-ins"), parents=[common])
    demo.add_argument("--port", type=_port, default=8000, help=_("where the server answers (8000)"))
    demo.add_argument("--only-data", action="store_true", help=_("fill the database and stop"))
    demo.set_defaults(run=_demo)

    signer = commands.add_parser("signer", help=_("signs on an officer's own computer (demonstration)"))
    signs = signer.add_subparsers(required=True, metavar="DO")
    serve = signs.add_parser("serve", help=_("answer the pages on which papers are signed"), parents=[common])
    serve.add_argument("--origin", action="append", required=True, metavar="URL", help=_("the site that may ask"))
    serve.add_argument("--port", type=_port, default=9797, help=_("where it answers (9797)"))
    serve.add_argument("--yes", action="store_true", help=_("sign without asking"))
    sign = signs.add_parser("sign", help=_("sign one request file"), parents=[common])
    sign.add_argument("order", metavar="REQUEST.sign.json")
    sign.add_argument("-o", "--output", default="answer.txt", metavar="OUT")
    for name, parser_of in (("serve", serve), ("sign", sign)):
        parser_of.add_argument(
            "--key", action="append", required=True, metavar="FILE.p12", help=_("a key with its certificate")
        )
        parser_of.set_defaults(run=lambda a, name=name: _signer(name, a))

    messages = commands.add_parser("messages", help=_("translations of the screens"), add_help=False, prefix_chars="\0")
    messages.add_argument("rest", nargs=argparse.REMAINDER)
    messages.set_defaults(run=_messages)

    trail = commands.add_parser("trail", help=_("the audit trail")).add_subparsers(required=True, metavar="DO")
    verify = trail.add_parser("verify", help=_("find any change of what was recorded"), parents=[common])
    verify.add_argument("--chain", help=_("only this chain, for instance entry:12"))
    verify.set_defaults(run=_trail_verify)
    trail.add_parser("seal", help=_("fold yesterday into its root"), parents=[common]).set_defaults(run=_trail_seal)

    tallies = commands.add_parser("tallies", help=_("what is counted, and whether it holds"))
    tallies = tallies.add_subparsers(required=True, metavar="DO")
    figures = tallies.add_parser("show", help=_("what was counted for a unit and all under it"), parents=[common])
    figures.add_argument("unit", metavar="UNIT", help=_("the code of a unit"))
    figures.add_argument("--from", dest="first", type=_day, metavar="DAY", help=_("1 January if not said"))
    figures.add_argument("--to", dest="last", type=_day, metavar="DAY", help=_("today if not said"))
    figures.set_defaults(run=_tallies, do="show")
    verify = tallies.add_parser("verify", help=_("count every tally from its rows and compare"), parents=[common])
    verify.set_defaults(run=_tallies, do="verify")
    rebuild = tallies.add_parser("rebuild", help=_("count everything anew"), parents=[common])
    rebuild.set_defaults(run=_tallies, do="rebuild")

    health = commands.add_parser("health", help=_("what in the data does not fit together"), parents=[common])
    health.add_argument("--json", action="store_true", help=_("as JSON, for a monitor"))
    health.add_argument("--whole", action="store_true", help=_("every file and tally, instead of a part each day"))
    health.set_defaults(run=_health)

    dossiers = commands.add_parser("dossiers", help=_("dossiers of other systems"))
    dossiers = dossiers.add_subparsers(required=True, metavar="DO")
    bring = dossiers.add_parser("import", help=_("bring in a file of another system's dossiers"), parents=[common])
    bring.add_argument("file", metavar="FILE", help=_("XLSX or CSV"))
    bring.add_argument("--source", required=True, metavar="CODE", help=_("the code of the system it comes from"))
    bring.add_argument("--check", action="store_true", help=_("only say what is wrong with it"))
    bring.add_argument(
        "--good-rows", action="store_true", help=_("bring in the good rows though others are not usable")
    )
    bring.add_argument("--as-of", metavar="MOMENT", help=_("what the file says holds as of this moment"))
    bring.add_argument("--bad", metavar="FILE.csv", help=_("keep the rows that are not usable in this file"))
    bring.set_defaults(run=_dossiers_import)
    going = dossiers.add_parser("work", help=_("take up deliveries whose work has stopped"), parents=[common])
    going.set_defaults(run=_dossiers_work)

    portal = commands.add_parser("portal", help=_("the National Public Service Portal"))
    portal = portal.add_subparsers(required=True, metavar="DO")
    send = portal.add_parser("send", help=_("tell it what waits, take in what was filed there"), parents=[common])
    send.set_defaults(run=_portal_send)
    stand_in = commands.add_parser(
        "portal-stand-in", help=_("a stand-in for the portal, for trying out; it is not the portal"), parents=[common]
    )
    stand_in.add_argument("--port", type=_port, default=8090, help=_("where it answers (8090)"))
    stand_in.set_defaults(run=_portal_stand_in)

    commands.add_parser("tick", help=_("the daily work; run it from a timer"), parents=[common]).set_defaults(run=_tick)

    django = commands.add_parser("django", help=_("Django's own commands"), add_help=False, prefix_chars="\0")
    django.add_argument("rest", nargs=argparse.REMAINDER)
    django.set_defaults(run=_django)
    return parser


def _version() -> str:
    from importlib.metadata import version

    return f"minhbach {version('minhbach')}"


def _in_words(run: Callable[[], int]) -> int:
    """The exit code; bad input is named line by line."""
    from minhbach.records.problems import BadInput

    try:
        return run()
    except BadInput as error:
        for problem in error.problems:
            print(problem.with_code(_lang()), file=sys.stderr)
        return BAD_INPUT


def _cli(command: str, do: str | None, arguments: argparse.Namespace) -> int:
    from minhbach.config import set_commands

    return _in_words(lambda: set_commands.run(command, do, arguments, _lang()))


def _verify(arguments: argparse.Namespace) -> int:
    from minhbach.config import verify_command

    return _in_words(lambda: verify_command.run(arguments, _lang()))


def _procedures(do: str, arguments: argparse.Namespace) -> int:
    from minhbach.records.problems import BadInput

    _setup()
    from minhbach.config import procedure_commands

    def run(arguments: argparse.Namespace) -> int:
        return procedure_commands.run(do, arguments, _lang())

    try:
        return (_with_database(run) if do == "load" else run)(arguments)
    except BadInput as error:
        for problem in error.problems:
            print(problem.in_(_lang()), file=sys.stderr)
        return BAD_INPUT


def _signer(do: str, arguments: argparse.Namespace) -> int:
    from minhbach.config import signer_commands

    return signer_commands.run(do, arguments, _lang())


def _setup() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "minhbach.config.settings")
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise Unusable(_("The settings are wrong: %s") % error) from error


Run = Callable[[argparse.Namespace], int]


def _with_database(run: Run) -> Run:
    """A command that is worth nothing without the installation's database."""

    @wraps(run)
    def ready(arguments: argparse.Namespace) -> int:
        _setup()
        from django.db import DatabaseError

        try:
            return run(arguments)
        except DatabaseError as error:
            words = _("The database cannot be used: %s") % str(error).strip()
            advice = _("Check DATABASE_URL and MINHBACH_HOME; run “minhbach django migrate” once.")
            raise Unusable(f"{words}\n{advice}") from error

    return ready


def _demo(arguments: argparse.Namespace) -> int:
    os.environ["MINHBACH_DEMO"] = "1"
    _setup()
    from minhbach.config import demo

    return demo.run(arguments.port, only_data=arguments.only_data)


def _messages(arguments: argparse.Namespace) -> int:
    from minhbach.config import messages

    return messages.main(arguments.rest)


@_with_database
def _trail_verify(arguments: argparse.Namespace) -> int:
    from minhbach.org.trail import commands

    return commands.verify(chain=arguments.chain, lang=_lang())


@_with_database
def _trail_seal(arguments: argparse.Namespace) -> int:
    from minhbach.org.trail import commands

    return commands.seal(lang=_lang())


@_with_database
def _tallies(arguments: argparse.Namespace) -> int:
    from minhbach.measures import commands

    return getattr(commands, arguments.do)(arguments, _lang())


@_with_database
def _health(arguments: argparse.Namespace) -> int:
    from minhbach.org.health import commands

    return commands.health(as_json=arguments.json, whole=arguments.whole, lang=_lang())


@_with_database
def _dossiers_import(arguments: argparse.Namespace) -> int:
    from minhbach.dossiers.exchange import commands

    return commands.import_(arguments, _lang())


@_with_database
def _dossiers_work(arguments: argparse.Namespace) -> int:
    from minhbach.dossiers.exchange import commands

    return commands.work(_lang())


@_with_database
def _portal_send(arguments: argparse.Namespace) -> int:
    from minhbach.dossiers.exchange import commands

    return commands.portal(_lang())


def _portal_stand_in(arguments: argparse.Namespace) -> int:
    from minhbach.dossiers.exchange.portal import stand_in

    return stand_in.run(arguments.port, Path(os.environ.get("MINHBACH_HOME", "var")))


@_with_database
def _tick(arguments: argparse.Namespace) -> int:
    from minhbach.config import daily

    return daily.run(_lang())


def _django(arguments: argparse.Namespace) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "minhbach.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["minhbach django", *arguments.rest])
    return 0


if __name__ == "__main__":
    sys.exit(main())
