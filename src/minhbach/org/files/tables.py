"""Tables that people upload: checked as every file is, read by `records.tables`, refused in the person's language."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from django.conf import settings
from django.core.files import File
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from minhbach.org.errors import NotPossible
from minhbach.org.files.sniff import BadFile, sniff
from minhbach.org.ui.figures import language
from minhbach.records import tables
from minhbach.records.tables import BadTable, Row

LARGEST = 5 * 1024 * 1024
"""Bytes of a table that is read while a person waits."""
KINDS = ("xlsx", "csv", "txt")


class BrokenTable(BadFile):
    """It can be read no further than `line`; 0 where it cannot be read at all. The message names the line."""

    def __init__(self, error: BadTable):
        super().__init__(error.in_(language()), error.code)
        self.line, self.says = error.line, error.says.in_(language())


def rows_of(content: IO[bytes], extension: str) -> Iterator[Row]:
    """The rows of the first sheet, or of a text in UTF-8; sniffed before. Raises BrokenTable while it is read."""
    with _in_words():
        yield from tables.rows_of(content, extension)


def uploaded(upload: File, *, most: int = LARGEST) -> Iterator[Row]:
    """The rows of a table that somebody sends, in whatever encoding. Raises NotPossible with code `too_large`; BadFile;
    BrokenTable while it is read."""
    if (upload.size or 0) > (most := min(most, settings.MAX_UPLOAD_BYTES)):
        words = _("The file is larger than %(most)s; keep only the table and send it again.")
        raise NotPossible(words % {"most": filesizeformat(most)}, "too_large")
    name = upload.name or ""
    text, _encoding = in_utf8(upload, name)
    return rows_of(text.file, table_kind(text, name))


def table_kind(upload: File, name: str) -> str:
    """The extension of a table, told from its content. Raises BadFile."""
    kind = sniff(upload.file, name).extension
    if kind not in KINDS:
        raise BadFile(_("Send the table as XLSX or CSV."), "type_not_allowed")
    return kind


def in_utf8(upload: File, name: str) -> tuple[File, str]:
    """The file with its text in UTF-8, as the check of files wants it, and the encoding it had; a workbook as it is, as
    what is too large to be taken anyway. Raises BrokenTable."""
    if not name.lower().endswith((".csv", ".txt")) or (upload.size or 0) > settings.MAX_UPLOAD_BYTES:
        return upload, ""
    with _in_words():
        encoding = tables.encoding_of(upload.file)
        if encoding == "utf-8":
            return upload, encoding
        return File(io.BytesIO(tables.to_utf8(upload.file, encoding)), name=name), encoding


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except BadTable as error:
        raise BrokenTable(error) from error
