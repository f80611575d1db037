"""`minhbach procedures …`: check, compare and convert files of procedures, and bring them into the catalogue."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from django.utils.translation import override

from minhbach.procedures.content.checking import check
from minhbach.procedures.content.model import Content
from minhbach.procedures.content.national import compare
from minhbach.procedures.content.reading import to_yaml
from minhbach.procedures.content.uploads import Incoming, read, shipped
from minhbach.procedures.content.workbook import to_workbook
from minhbach.records.problems import BadInput, Problems, printable
from minhbach.records.texts import Text, counted

SHIPPED = "catalogue"
"""In the place of a file: the procedures that come with the product."""


def run(do: str, arguments: argparse.Namespace, lang: str) -> int:
    """Run one command; 0 when it went well, 2 for bad input. Raises BadInput."""
    return {"check": _check, "diff": _diff, "convert": _convert, "load": _load}[do](arguments, lang)


def _incoming(name: str) -> Incoming:
    """What a file holds. Raises BadInput for one that is not there."""
    if name == SHIPPED:
        return shipped()
    try:
        return read(Path(name).read_bytes(), Path(name).name)
    except OSError as error:
        problems = Problems(name, lambda path: (0, ""))
        says = Text("không đọc được tệp", "the file cannot be read")
        problems.error("file", (), says, Text(printable(error.strerror or ""), printable(error.strerror or "")))
        raise BadInput(problems) from error


def _sound(name: str, lang: str) -> Incoming:
    """A file without errors; what is doubtful in it is said. Raises BadInput."""
    found = _incoming(name)
    if found.problems.errors:
        raise BadInput(found.problems)
    for problem in found.problems:
        print(problem.in_(lang), file=sys.stderr)
    return found


def _check(arguments: argparse.Namespace, lang: str) -> int:
    failed = False
    for name in arguments.files:
        found = _incoming(name)
        problems = found.problems
        for content in found.contents:
            own = Problems(content.code, problems.locate)
            check(content, own)
            problems.found += own.found
        for problem in problems:
            print(problem.in_(lang))
        errors = len(problems.errors)
        failed = failed or bool(errors)
        number = counted(len(found.contents), "thủ tục", "procedure", "procedures")
        outcome = counted(errors, "lỗi", "error", "errors") if errors else Text("đạt", "sound")
        print(f"{printable(name)}: {number.in_(lang)}, {outcome.in_(lang)}")
    return 2 if failed else 0


def _diff(arguments: argparse.Namespace, lang: str) -> int:
    """The second file is the list against which the first is held."""
    ours, theirs = (_sound(name, lang).contents for name in (arguments.old, arguments.new))
    report = compare({content.code: content for content in ours}, theirs)
    for mark, contents in (("+", report.new), ("-", report.gone)):
        for content in contents:
            print(f"{mark} {content.code}  {content.name.in_(lang)}")
    for changed in report.changed:
        print(f"~ {changed.ours.code}  {changed.ours.name.in_(lang)}")
        for one in changed.differences:
            print(f"    {one.name.in_(lang)}: {one.old.in_(lang) or '–'} → {one.new.in_(lang) or '–'}")
    same = Text(f"{report.same} thủ tục không đổi", f"{report.same} unchanged")
    print(same.in_(lang))
    return 0


def _convert(arguments: argparse.Namespace, lang: str) -> int:
    contents = _sound(arguments.source, lang).contents
    target = Path(arguments.target)
    if target.suffix.lower() == ".xlsx":
        target.write_bytes(to_workbook(contents))
    else:
        target.write_text(to_yaml(list(contents)), encoding="utf-8")
    return 0


def _load(arguments: argparse.Namespace, lang: str) -> int:
    from minhbach.org.errors import NotPossible
    from minhbach.org.models import Unit
    from minhbach.org.permissions import SYSTEM
    from minhbach.procedures.actions import procedures_load

    found = _sound(arguments.file, lang)
    keeper = Unit.objects.filter(code=arguments.keeper).first()
    if keeper is None:
        code = printable(arguments.keeper)
        print(Text(f"không có đơn vị mã “{code}”", f"there is no unit “{code}”").in_(lang), file=sys.stderr)
        return 2
    contents: list[Content] = list(found.contents)
    with override(lang):
        try:
            made = procedures_load(contents, keeper=keeper, begins=arguments.begins, acting=SYSTEM)
        except NotPossible as error:
            print(error, file=sys.stderr)
            return 2
    unchanged = len(contents) - len(made)
    said = Text(
        f"{len(made)} phiên bản có hiệu lực từ {arguments.begins:%d/%m/%Y}; {unchanged} thủ tục không đổi",
        f"{len(made)} versions in force from {arguments.begins:%d/%m/%Y}; {unchanged} unchanged",
    )
    print(said.in_(lang))
    return 0
