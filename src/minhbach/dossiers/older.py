"""Older results as they are looked at: registers with their rate of digitisation, and what a file of them says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from minhbach.dossiers.actions.older import Entry
from minhbach.dossiers.exchange.columns import Field, head_of
from minhbach.dossiers.models import OlderRegister, OlderResult
from minhbach.dossiers.permissions import SEE
from minhbach.org.permissions import visible
from minhbach.records.tables import Row, text_of
from minhbach.vietnamese import fold

FIELDS: dict[str, Field] = {
    "holder": Field(_("holder"), ("ho va ten", "ho ten", "ten", "nguoi duoc cap", "ho ten nguoi hoc", "holder"), True),
    "number": Field(
        _("number of the result"),
        ("so hieu", "so hieu van bang", "so hieu bang", "so van bang", "so giay phep", "so quyet dinh", "number"),
        True,
    ),
    "id_number": Field(
        _("identity number"),
        ("so dinh danh", "so cccd", "cccd", "cmnd", "cccd cmnd", "so dinh danh ca nhan", "id number"),
    ),
    "born": Field(_("date of birth"), ("ngay sinh", "ngay thang nam sinh", "born", "date of birth")),
    "entry": Field(
        _("number in the register"), ("so vao so", "so vao so goc", "so vao so cap bang", "so thu tu so goc", "entry")
    ),
    "issued_on": Field(_("issued on"), ("ngay cap", "ngay ky", "ngay cap bang", "issued on")),
    "issued_by": Field(_("issued by"), ("co quan cap", "noi cap", "don vi cap", "issued by")),
    "valid_until": Field(_("valid until"), ("co gia tri den", "ngay het han", "han su dung", "valid until")),
    "note": Field(_("note"), ("ghi chu", "note")),
}
_DAYS = ("born", "issued_on", "valid_until")
_DAY = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})|(\d{4})-(\d{2})-(\d{2})(?:[ T].*)?")


@dataclass(frozen=True)
class Rate:
    """How far a register is digitised; `of` None where nobody counted what there is."""

    register: OlderRegister
    entered: int
    digitised: int

    @property
    def of(self) -> int | None:
        """To be digitised in all: as counted, and at least what is entered."""
        return None if self.register.total is None else max(self.register.total, self.entered)

    @property
    def share(self) -> Decimal | None:
        return Decimal(self.digitised) / self.of if self.of else None


@dataclass(frozen=True)
class Read:
    """A file of older results: `lines` has the line of each entry; `bad` what could not be read, by line."""

    entries: list[Entry]
    lines: list[int]
    bad: list[tuple[int, str]]


def rates(account) -> list[Rate]:
    """The registers the account may see, with their rates. One query."""
    found = visible(OlderRegister.objects.select_related("agency"), account, SEE, unit_field="agency")
    live = Q(entries__ended_on=None) & Q(entries__isnull=False)
    counted = found.annotate(
        entered=Count("entries", filter=live), done=Count("entries", filter=live & Q(entries__scan__isnull=False))
    )
    return [Rate(one, one.entered, one.done) for one in counted.order_by("agency__path", "title")]


def found_in(register: OlderRegister, text: str) -> QuerySet[OlderResult]:
    """The entries holding every word of the text, marks aside."""
    found = register.entries.select_related("scan")
    for word in fold(text).split():
        found = found.filter(search_key__contains=word)
    return found.order_by("-id")


def read(table: Iterator[Row]) -> Read:
    """What the rows of a table say; those that say nothing sensible are in `bad`."""
    rows = list(_some(table))
    head = head_of(rows, FIELDS)
    columns = head.suggested(FIELDS) if head else {}
    missing = [str(field.title) for name, field in FIELDS.items() if field.required and name not in columns]
    if head is None or missing:
        why = _("no row of headings names the columns “%(columns)s”") % {"columns": ", ".join(missing)}
        return Read([], [], [(1, str(why))])
    places = head.places(columns)
    entries, lines, bad = [], [], []
    for line, cells in rows:
        if line <= head.line:
            continue
        given = {name: cells[place] if place < len(cells) else None for name, place in places.items()}
        if not any(text_of(cell) for cell in given.values()):
            continue
        try:
            entries.append(Entry(**{name: _value(name, cell) for name, cell in given.items()}))
            lines.append(line)
        except ValueError as error:
            bad.append((line, str(error)))
    return Read(entries, lines, bad)


def _some(rows: Iterator) -> Iterator:
    from itertools import islice

    from minhbach.dossiers.actions.older import MOST_ROWS

    return islice(rows, MOST_ROWS + 100)


def _value(name: str, cell: Any) -> Any:
    if name not in _DAYS:
        text = " ".join(text_of(cell).split())
        return re.sub(r"[\s.]", "", text) if name == "id_number" else text
    if cell is None or text_of(cell) == "":
        return None
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    found = _DAY.fullmatch(text_of(cell).strip())
    try:
        if found:
            parts = [int(part) for part in found.groups() if part]
            return date(*parts) if found[4] else date(parts[2], parts[1], parts[0])
    except ValueError:
        pass
    why = _("“%(text)s” in the column “%(column)s” is no day; write 31/12/1999")
    raise ValueError(why % {"text": text_of(cell)[:40], "column": FIELDS[name].title})
