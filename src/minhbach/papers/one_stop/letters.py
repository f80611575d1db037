"""Forms 01 to 05, and the head of the control slip: what the data of a form say, filled with the facts of a dossier."""

from __future__ import annotations

import re
from collections.abc import Iterator
from textwrap import wrap

from ..model import Block, Document, Field, Fields, Letterhead, Paragraph, QrCode, Signature
from .facts import UNNUMBERED, Case, Issue, Office, Words, words_of
from .sets import WORD, Form, Part

BLANK = "……………………"
_ROOM = {False: 25, True: 36}  # bold capitals in the left part of the head
SIGN_HERE = "(Ký và ghi rõ họ tên)"


def letter(form: Form, case: Case, office: Office, issue: Issue = UNNUMBERED) -> Document:
    """A form that goes to the applicant."""
    words = words_of(case, office, issue)
    blocks = [*filled(form.body, words)]
    if form.follow and issue.follow:
        lines = ("Quét mã QR hoặc vào địa chỉ dưới đây để theo dõi việc giải quyết hồ sơ:", issue.follow)
        blocks.append(QrCode(issue.follow, lines))
    blocks += notes(form)
    return Document(
        form.title,
        letterhead(form, office, issue),
        blocks=tuple(blocks),
        signatures=tuple(
            Signature(sign.position, _said(words, sign.fact) or None, hint=SIGN_HERE) for sign in form.signatures
        ),
        size=13,
    )


def letterhead(form: Form, office: Office, issue: Issue, *, landscape: bool = False) -> Letterhead:
    """The one-stop shop under its agency."""
    room = _ROOM[landscape]
    return Letterhead(
        agency=in_lines(office.shop, room),
        superior=in_lines(office.agency, room),
        place=office.place or BLANK,
        number=issue.number,
        symbol=form.symbol_at(office.shop_symbol),
        day=issue.day,
    )


def in_lines(name: str, room: int) -> str:
    """A name too long for its column, in as few lines as fit it, and these as much alike as can be."""
    fewest = len(wrap(name, room, break_long_words=False, break_on_hyphens=False)) or 1
    widths = (wrap(name, width, break_long_words=False, break_on_hyphens=False) for width in range(1, room + 1))
    return "\n".join(next((lines for lines in widths if len(lines) <= fewest), [name]))


def notes(form: Form) -> Iterator[Block]:
    """What the circular prints below the form."""
    if form.notes:
        lines = ("Ghi chú:", *(f"- {note}" for note in form.notes))
        yield Paragraph("\n".join(lines), align="left", italic=True, indent=False)


def filled(body: tuple[Part, ...], words: Words) -> Iterator[Block]:
    """The parts of a form with the facts in their places."""
    for part in body:
        if (part.when and not words[part.when]) or (part.unless and words[part.unless]):
            continue
        if part.fields:
            yield Fields(tuple(Field(blank.label, _said(words, blank.fact), blank.bold) for blank in part.fields))
        elif part.each:
            entries = words[part.each]
            assert isinstance(entries, tuple)
            for number, entry in enumerate(entries or ("",), start=1):
                yield Fields((Field(f"{number}.", entry),))
        elif part.line:
            yield Fields((Field(_put(part.line, words), None),))
        elif part.centre:
            yield Paragraph(_put(part.centre, words), align="center", bold=True, indent=False)
        else:
            yield Paragraph(_put(part.text, words))


def _said(words: Words, fact: str) -> str:
    value = words[fact] if fact else ""
    assert isinstance(value, str)
    return value


def _put(text: str, words: Words) -> str:
    def word(found: re.Match[str]) -> str:
        name = found[1]
        value = _said(words, name.lower()) or BLANK
        return value[0].upper() + value[1:] if name[0].isupper() else value

    return WORD.sub(word, text)
