"""Papers about the catalogue: what differs from a list."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from minhbach.org.ui.figures import language
from minhbach.papers import Column, Document, Heading, Paragraph, Row, Table, to_xlsx
from minhbach.procedures.content.national import Report


def differences_xlsx(found: Report, name: str) -> bytes:
    """The report as a workbook: new, no longer there, changed from what to what."""
    lang = language()
    listed = (Column(_("Code"), 14), Column(_("Procedure"), 60), Column(_("Field"), 26))

    def table(title: str, contents) -> list:
        rows = tuple(Row.of(one.code, one.name.in_(lang), one.field) for one in contents)
        return [Heading(f"{title} ({len(rows)})", 2), Table(listed, rows, numbered=True, name=title[:28])]

    changes = tuple(
        Row.of(one.ours.code, *(said.in_(lang) for said in (one.ours.name, change.name, change.old, change.new)))
        for one in found.changed
        for change in one.differences
    )
    columns = (
        Column(_("Code"), 14),
        Column(_("Procedure"), 36),
        Column(_("What"), 30),
        Column(_("Ours"), 34),
        Column(_("The list"), 34),
    )
    blocks = [
        Paragraph(name, indent=False),
        *table(_("New in the list"), found.new),
        *table(_("No longer in the list"), found.gone),
        Heading(f"{_('Changed')} ({len(found.changed)})", 2),
        Table(columns, changes, numbered=True, name=_("Changed")),
    ]
    return to_xlsx(_document(_("Procedures compared with a list"), blocks))


def _document(title: str, blocks: Iterable) -> Document:
    return Document(title, blocks=tuple(blocks), lang=language())  # type: ignore[arg-type]
