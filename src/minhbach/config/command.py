"""The command line `minhbach`.

`sets` and `score` need no database and no Django, and start quickly: nothing heavy is imported before it is known to be
needed. Exit codes: 0 done, 1 the thing checked does not hold, 2 bad input.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

BAD_INPUT = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    try:
        return arguments.run(arguments) or 0
    except BrokenPipeError:  # `minhbach … | head`
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - closed by the interpreter's end
        return 0


def _lang(arguments: argparse.Namespace) -> str:
    if arguments.lang:
        return str(arguments.lang)
    return "en" if os.environ.get("LANGUAGE", os.environ.get("LANG", "")).lower().startswith("en") else "vi"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="minhbach", description="Minh Bạch: procedures and the reform index.")
    parser.add_argument("--version", action="version", version=_version())
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--lang", choices=("vi", "en"), help="language of what is printed")

    sets = commands.add_parser("sets", help="indicator sets").add_subparsers(required=True, metavar="DO")

    def of_sets(name: str, help_: str) -> argparse.ArgumentParser:
        sub = sets.add_parser(name, help=help_, parents=[common])
        sub.set_defaults(run=lambda a: _cli("sets", name, a))
        return sub

    of_sets("list", "the sets of the catalogue")
    of_sets("check", "say everything that is wrong with sets").add_argument("files", nargs="+", metavar="FILE")
    of_sets("show", "a set with its rules in words").add_argument("set", metavar="SET")
    of_sets("template", "a facts CSV with every input of a set").add_argument("set", metavar="SET")
    diff = of_sets("diff", "what changed between two sets")
    diff.add_argument("old", metavar="A")
    diff.add_argument("new", metavar="B")
    of_sets("schema", "the JSON Schema of a set")
    convert = of_sets("convert", "between YAML and XLSX, without loss")
    convert.add_argument("source", metavar="IN")
    convert.add_argument("target", metavar="OUT")
    draft = of_sets("import", "a draft set from a decision's table in XLSX, DOCX or text")
    draft.add_argument("source", metavar="IN")
    draft.add_argument("target", metavar="OUT")

    score = commands.add_parser("score", help="score a set from a facts file", parents=[common])
    score.add_argument("set", metavar="SET", help="a catalogue code or a file")
    score.add_argument("--facts", required=True, metavar="FILE.csv")
    score.add_argument("--format", choices=("table", "json", "csv"), default="table")
    score.add_argument("--explain", action="store_true", help="say why, and what would bring more")
    score.set_defaults(run=lambda a: _cli("score", None, a))

    demo = commands.add_parser("demo", help="a demonstration: data, server, sign-ins")
    demo.add_argument("--port", type=int, default=8000)
    demo.add_argument("--only-data", action="store_true", help="fill the database and stop")
    demo.set_defaults(run=_demo)

    messages = commands.add_parser("messages", help="translations of the screens", add_help=False, prefix_chars="\0")
    messages.add_argument("rest", nargs=argparse.REMAINDER)
    messages.set_defaults(run=_messages)

    trail = commands.add_parser("trail", help="the audit trail").add_subparsers(required=True, metavar="DO")
    verify = trail.add_parser("verify", help="find any change of what was recorded", parents=[common])
    verify.add_argument("--chain", help="only this chain, for instance entry:12")
    verify.set_defaults(run=_trail_verify)
    trail.add_parser("seal", help="fold yesterday into its root", parents=[common]).set_defaults(run=_trail_seal)

    commands.add_parser("tick", help="the daily work; run it from a timer", parents=[common]).set_defaults(run=_tick)

    django = commands.add_parser("django", help="Django's own commands", add_help=False, prefix_chars="\0")
    django.add_argument("rest", nargs=argparse.REMAINDER)
    django.set_defaults(run=_django)
    return parser


def _version() -> str:
    from importlib.metadata import version

    return f"minhbach {version('minhbach')}"


def _cli(command: str, do: str | None, arguments: argparse.Namespace) -> int:
    from minhbach.config import set_commands
    from minhbach.scoring.problems import BadInput

    lang = _lang(arguments)
    try:
        return set_commands.run(command, do, arguments, lang)
    except BadInput as error:
        for problem in error.problems:
            print(problem.in_(lang), file=sys.stderr)
        return BAD_INPUT


def _setup() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "minhbach.config.settings")
    import django

    django.setup()


def _demo(arguments: argparse.Namespace) -> int:
    os.environ["MINHBACH_DEMO"] = "1"
    _setup()
    from minhbach.config import demo

    return demo.run(arguments.port, only_data=arguments.only_data)


def _messages(arguments: argparse.Namespace) -> int:
    from minhbach.config import messages

    return messages.main(arguments.rest)


def _trail_verify(arguments: argparse.Namespace) -> int:
    _setup()
    from minhbach.org.trail import commands

    return commands.verify(chain=arguments.chain, lang=_lang(arguments))


def _trail_seal(arguments: argparse.Namespace) -> int:
    _setup()
    from minhbach.org.trail import commands

    return commands.seal(lang=_lang(arguments))


def _tick(arguments: argparse.Namespace) -> int:
    """Bring the tree up to today, seal yesterday's trail, sweep files nobody uses. Twice a day does no harm."""
    _setup()
    from minhbach.org.files.actions import files_sweep
    from minhbach.org.permissions import SYSTEM
    from minhbach.org.trail import commands
    from minhbach.org.units.actions import tree_settle

    tree_settle(acting=SYSTEM)
    files_sweep()
    return commands.seal(lang=_lang(arguments))


def _django(arguments: argparse.Namespace) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "minhbach.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["minhbach django", *arguments.rest])
    return 0


if __name__ == "__main__":
    sys.exit(main())
