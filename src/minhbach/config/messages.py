"""Translations: msgids are English in the sources, config/locale/vi holds the Vietnamese.

`minhbach messages` compiles; `--extract` first gathers the strings of the sources into the catalogue,
keeping every translation; `--prune` drops those no source asks for any more; `--check` only reports.
English needs no catalogue. allauth has no Vietnamese of its own, so what our people see of it is here too.
"""

import argparse
import importlib.util
import io
import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract as babel_extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).resolve().parent.parent
PO = PACKAGE / "config/locale/vi/LC_MESSAGES/django.po"

# The cellar and the papers say everything in both languages themselves.
WITHOUT_DJANGO = {"scoring", "vietnamese", "papers", "catalog"}

THIRD_PARTY = {
    "allauth": (
        "account/adapter.py",
        "account/apps.py",
        "account/forms.py",
        "account/fields.py",
        "mfa/**/*.py",
        "socialaccount/adapter.py",
        "templates/account/base_reauthenticate.html",
        "templates/account/logout.html",
        "templates/account/messages/logged_*.txt",
        "templates/account/messages/password_*.txt",
        "templates/account/reauthenticate.html",
        "templates/mfa/**/*.html",
        "templates/mfa/messages/*.txt",
        "templates/socialaccount/messages/*.txt",
    ),
}

# Accounts here have no e-mail address and no telephone: what allauth says of them is never seen.
_UNSEEN = re.compile(r"e-?mail|phone", re.IGNORECASE)

# Django's own Vietnamese of these reads like a machine's: ours goes before it.
OF_DJANGO = (
    "This field is required.",
    "Enter a whole number.",
    "Enter a number.",
    "Enter a valid date.",
    "Enter a valid date/time.",
    "Enter a valid value.",
    "Select a valid choice. That choice is not one of the available choices.",
    "Select a valid choice. %(value)s is not one of the available choices.",
    "Ensure this value is greater than or equal to %(limit_value)s.",
    "Ensure this value is less than or equal to %(limit_value)s.",
    "No file was submitted. Check the encoding type on the form.",
    "No file was submitted.",
    "The submitted file is empty.",
)

# What Python's own argparse says to whoever runs `minhbach` with --help or with wrong words.
OF_ARGPARSE = (
    "usage: ",
    "options",
    "positional arguments",
    "show this help message and exit",
    "%(prog)s: error: %(message)s\n",
    "argument %(argument_name)s: %(message)s",
    "the following arguments are required: %s",
    "unrecognized arguments: %s",
    "expected one argument",
    "expected at least one argument",
    "ignored explicit argument %r",
    "invalid choice: %(value)r (choose from %(choices)s)",
    "ambiguous option: %(option)s could match %(matches)s",
)

KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}

HEADER = """\
# Vietnamese, for Minh Bạch. `minhbach messages --extract` brings it up to date.
msgid ""
msgstr ""
"Language: vi\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""

_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")

Key = tuple[str, str | None]  # the singular msgid, its context


def _sources() -> Iterator[Path]:
    for path in sorted(PACKAGE.rglob("*")):
        parts = path.relative_to(PACKAGE).parts
        if parts[0] in WITHOUT_DJANGO or {"tests", "migrations", "static"} & set(parts):
            continue
        if path.suffix == ".py" or (path.suffix in (".html", ".txt") and "templates" in parts):
            yield path
    for package, patterns in THIRD_PARTY.items():
        spec = importlib.util.find_spec(package)
        root = Path(spec.origin).parent
        for pattern in patterns:
            for path in sorted(root.glob(pattern)):
                if not (PACKAGE / "org" / path.relative_to(root)).exists():  # else ours stands in for it
                    yield path


def _strings(path: Path) -> Iterator[tuple[object, str | None]]:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        from django.utils.translation.template import templatize

        # What is not translated has become X; its indentation means nothing and would not tokenize.
        text = "\n".join(line.strip() for line in templatize(text, origin=str(path)).splitlines())
    found = babel_extract("python", io.BytesIO(text.encode()), keywords=KEYWORDS)
    for _line, message, _comments, context in found:
        first = message[0] if isinstance(message, tuple) else message
        if first:
            yield message, context


def _key(message: Message) -> Key:
    return (message.id[0] if isinstance(message.id, list | tuple) else message.id), message.context


def gathered() -> Catalog:
    """The strings of the sources, without translations."""
    catalog = Catalog(locale="vi")
    for path in _sources():
        try:
            for message, context in _strings(path):
                if PACKAGE not in path.parents and _UNSEEN.search(str(message)):
                    continue
                catalog.add(message, context=context)
        except Exception as error:
            error.add_note(f"while reading the strings of {path}")
            raise
    for message in (*OF_DJANGO, *OF_ARGPARSE):
        catalog.add(message)
    return catalog


def stored() -> Catalog:
    if not PO.exists():
        return Catalog(locale="vi")
    with PO.open("rb") as file:
        return read_po(file, locale="vi")


def _all(catalog: Catalog) -> Iterable[Message]:
    return [message for message in catalog if message.id]


def extract(prune: bool = False, also: Iterable[Path] = ()) -> None:
    """Bring the catalogue up to date; `also`: further .po files to take translations from."""
    known: dict[Key, Message] = {}
    before = stored()
    for catalog in [*map(_read, also), before]:
        for message in [*catalog.obsolete.values(), *_all(catalog)]:
            if any(_written(message)):
                known[_key(message)] = message
    after = Catalog(locale="vi")
    for message in _all(gathered()):
        old = known.pop(_key(message), None)
        string = _written(old)[0] if old else ""
        after.add(message.id, (string,) if message.pluralizable else string, context=message.context)
    if not prune:
        for (first, context), old in known.items():
            after.obsolete[(first, context) if context else first] = old
    _write(after)


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="vi")


def _written(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or [""])


def _write(catalog: Catalog) -> None:
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=110, no_location=True, omit_header=True, sort_output=True)
    PO.parent.mkdir(parents=True, exist_ok=True)
    PO.write_text(HEADER + buffer.getvalue().decode().strip() + "\n", encoding="utf-8")


def compile() -> Path:
    target = PO.with_suffix(".mo")
    # Put in place whole: another process may be reading the one there.
    fresh = target.with_suffix(f".{os.getpid()}")
    with fresh.open("wb") as file:
        write_mo(file, stored())
    fresh.replace(target)
    return target


def missing() -> list[str]:
    """What is wrong with the catalogue, one line each; empty when all is well."""
    wanted = {_key(message): message for message in _all(gathered())}
    catalog = stored()
    here = {_key(message): message for message in _all(catalog)}
    problems = [
        *(f"not in the catalogue, run `minhbach messages --extract`: {k[0]!r}" for k in wanted.keys() - here),
        *(f"in the catalogue, but in no source: {k[0]!r}" for k in here.keys() - wanted),
        *(f"obsolete, drop with --extract --prune: {_key(m)[0]!r}" for m in catalog.obsolete.values()),
    ]
    for key, message in here.items():
        if message.fuzzy:
            problems.append(f"fuzzy: {key[0]!r}")
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        asked = {mark for text in ids for mark in _PLACEHOLDER.findall(text)}
        for text in _written(message):
            if not text.strip():
                problems.append(f"not translated: {key[0]!r}")
            elif set(_PLACEHOLDER.findall(text)) != asked:
                problems.append(f"other placeholders than the English: {key[0]!r} → {text!r}")
    return sorted(problems)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="minhbach messages", description=__doc__.splitlines()[0])
    parser.add_argument("--extract", action="store_true", help="bring the catalogue up to date first")
    parser.add_argument("--prune", action="store_true", help="with --extract: drop what no source asks for")
    parser.add_argument("--also", type=Path, action="append", default=[], help="take translations from FILE.po")
    parser.add_argument("--check", action="store_true", help="only report what is missing; exit 1 if anything is")
    options = parser.parse_args(argv)
    if options.check:
        problems = missing()
        sys.stdout.writelines(f"{problem}\n" for problem in problems)
        return 1 if problems else 0
    if options.extract or options.prune or options.also:
        extract(prune=options.prune, also=options.also)
        sys.stdout.writelines(f"{problem}\n" for problem in missing())
    compile()
    return 0
