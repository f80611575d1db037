"""What a file is, told from its content. The name only has to agree."""

import io
import zipfile
from dataclasses import dataclass
from typing import IO

import filetype
from django.utils.translation import gettext_lazy as _

from minhbach.org.errors import NotPossible

HEAD = 8192
MOST_ENTRIES = 10_000
MOST_UNPACKED = 400 * 1024 * 1024
MOST_RATIO = 200
"""How many times larger than packed an office document may become; real ones stay below 50."""
PART = 1024 * 1024


@dataclass(frozen=True)
class FileKind:
    extension: str
    media_type: str
    inline: bool = False
    """Whether a browser may show it in place."""


_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
KINDS: dict[str, FileKind] = {
    kind.extension: kind
    for kind in (
        FileKind("pdf", "application/pdf", inline=True),
        FileKind("png", "image/png", inline=True),
        FileKind("jpg", "image/jpeg", inline=True),
        FileKind("webp", "image/webp", inline=True),
        FileKind("docx", _OOXML + "wordprocessingml.document"),
        FileKind("xlsx", _OOXML + "spreadsheetml.sheet"),
        FileKind("pptx", _OOXML + "presentationml.presentation"),
        FileKind("odt", _ODF + "text"),
        FileKind("ods", _ODF + "spreadsheet"),
        FileKind("odp", _ODF + "presentation"),
        FileKind("txt", "text/plain"),
        FileKind("csv", "text/csv"),
    )
}
_SAME = {"jpeg": "jpg"}
_MAIN_PARTS = {
    f"{_OOXML}wordprocessingml.document.main+xml": "docx",
    f"{_OOXML}spreadsheetml.sheet.main+xml": "xlsx",
    f"{_OOXML}presentationml.presentation.main+xml": "pptx",
}
_MACRO_MARKS = ("vbaproject", "macrosheet", "activex/", "/basic/", "/scripts/")
_MARKUP = (b"<!doctype", b"<html", b"<svg", b"<?xml", b"<script", b"<head", b"<body", b"<!--", b"<iframe")


class BadFile(NotPossible):
    """The file is not taken; the message names it, says what is wrong, and what to do."""


def sniff(content: IO[bytes], name: str) -> FileKind:
    """The kind of the file, from its content. The stream is left at its start.

    Raises BadFile with code `empty`, `type_not_allowed`, `type_unknown`, `extension_differs`, `macros`,
    `damaged`, `unpacks_too_large` or `not_utf8`.
    """
    stated = name.rpartition(".")[2].lower() if "." in name else ""
    stated = _SAME.get(stated, stated)
    if stated not in KINDS:
        raise BadFile(
            _("“%(name)s” is of a type that is not taken here. Send it as %(kinds)s."),
            "type_not_allowed",
            {"name": name, "kinds": ", ".join(k.upper() for k in KINDS)},
        )
    content.seek(0)
    head = content.read(HEAD)
    if not head:
        raise BadFile(_("“%(name)s” is empty. Check the file and send it again."), "empty", {"name": name})
    found = _kind(content, head, name, stated)
    content.seek(0)
    if found != stated:
        raise BadFile(
            _("“%(name)s” says it is %(stated)s, but its content is %(found)s. Save it again as what it is."),
            "extension_differs",
            {"name": name, "stated": stated.upper(), "found": found.upper()},
        )
    return KINDS[found]


def _kind(content: IO[bytes], head: bytes, name: str, stated: str) -> str:
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return _office(content, name)
    guess = filetype.guess(head)
    if guess is not None and guess.extension in ("png", "jpg", "webp"):
        return guess.extension
    if stated in ("txt", "csv") and guess is None:
        _must_be_text(content, name)
        return stated
    raise BadFile(
        _("The content of “%(name)s” is not what its name says. Save it as %(stated)s and send it again."),
        "type_unknown",
        {"name": name, "stated": stated.upper()},
    )


def _office(content: IO[bytes], name: str) -> str:
    """The kind of an office document, from inside its archive; nothing is unpacked but one small part."""
    damaged = BadFile(
        _("“%(name)s” is damaged or no office document. Save it as a new file and send that."),
        "damaged",
        {"name": name},
    )
    content.seek(0)
    try:
        with zipfile.ZipFile(content) as archive:
            entries = archive.infolist()
            packed = sum(entry.compress_size for entry in entries) or 1
            unpacked = sum(entry.file_size for entry in entries)
            if (
                len(entries) > MOST_ENTRIES
                or unpacked > MOST_UNPACKED
                or (unpacked > 10 * PART and unpacked > MOST_RATIO * packed)
            ):
                raise BadFile(
                    _("“%(name)s” would become far too large when opened. Make the document smaller."),
                    "unpacks_too_large",
                    {"name": name},
                )
            names = [entry.filename.lower() for entry in entries]
            if "[content_types].xml" in names:
                types = _part(archive, entries[names.index("[content_types].xml")]).lower()
                macros = b"macroenabled" in types or b"vbaproject" in types
                found = next((ext for main, ext in _MAIN_PARTS.items() if main.lower().encode() in types), None)
            elif names and names[0] == "mimetype":
                declared = _part(archive, entries[0]).decode("ascii", "replace").strip()
                macros = False
                found = next((k.extension for k in KINDS.values() if k.media_type == declared), None)
            else:
                raise damaged
            if macros or any(mark in f"/{entry}" for entry in names for mark in _MACRO_MARKS):
                raise BadFile(
                    _("“%(name)s” holds macros, which are not taken. Save it without macros and send that."),
                    "macros",
                    {"name": name},
                )
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        NotImplementedError,
        OSError,
        ValueError,
        RuntimeError,
    ) as e:
        raise damaged from e
    if found is None:
        raise damaged
    return found


def _part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    if entry.file_size > PART:
        raise zipfile.BadZipFile("a list of parts this long is no office document's")
    with archive.open(entry) as part:
        return part.read(PART + 1)


def _must_be_text(content: IO[bytes], name: str) -> None:
    content.seek(0)
    # Not closed: the stream is the caller's.
    reader = io.TextIOWrapper(content, encoding="utf-8-sig", newline="")
    start = True
    try:
        while chunk := reader.read(65536):
            if start and chunk.lstrip().lower().encode()[:16].startswith(_MARKUP):
                raise BadFile(
                    _("“%(name)s” holds a web page or drawing, which is not taken. Send a PDF or an image."),
                    "type_not_allowed",
                    {"name": name},
                )
            start = False
            if any(ord(char) < 32 and char not in "\t\n\r\f" for char in chunk):
                raise UnicodeDecodeError("utf-8", b"", 0, 1, "control characters")
    except UnicodeDecodeError as error:
        raise BadFile(
            _("“%(name)s” is not plain text in UTF-8. Save it with the encoding “UTF-8” and send it again."),
            "not_utf8",
            {"name": name},
        ) from error
    finally:
        reader.detach()
