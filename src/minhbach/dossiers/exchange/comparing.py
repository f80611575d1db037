"""Two systems' figures for a period side by side, and the dossiers that make the difference.

Received, finished, on time and late count what happened within the period; open is what had been received and not
finished when it ended. On time is finished at the due moment or before. The other side is a table of its dossiers, or
its own report of figures by procedure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from minhbach.dossiers.exchange.checking import Checker, cells
from minhbach.dossiers.exchange.columns import FIGURES
from minhbach.dossiers.exchange.values import moment, status_of
from minhbach.dossiers.models import BadRow, Batch, Dossier
from minhbach.dossiers.states import Status
from minhbach.records.tables import Row, text_of

COUNTS = ("received", "finished", "on_time", "late", "open")
ROWS, FIGURES_ONLY = "rows", "figures"
MIRRORED, OWN = "mirrored", "own"
MISSING_HERE, MISSING_THERE, STATUS, PROCEDURE = "missing_here", "missing_there", "status", "procedure"
DATES = ("received_at", "due_at", "finished_at")
MOST = 5000
"""Differing rows kept; the others are counted."""
BEAT = 2000


Places = Callable[[], Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Side:
    """A dossier as one of the systems has it."""

    procedure: str
    status: int | None
    received_at: datetime | None
    due_at: datetime | None
    finished_at: datetime | None

    def counts(self, begins: date, ends: date) -> list[str]:
        received, finished = _day(self.received_at), _day(self.finished_at)
        found = []
        if received and begins <= received <= ends:
            found.append("received")
        if finished and begins <= finished <= ends:
            found.append("finished")
            if self.due_at is not None and self.finished_at is not None:
                found.append("on_time" if self.finished_at <= self.due_at else "late")
        if received and received <= ends and (finished is None or finished > ends):
            found.append("open")
        return found


def _day(at: datetime | None) -> date | None:
    return timezone.localdate(at) if at else None


def compare(
    batch: Batch, rows: Iterable[Row], places: Callable[[], Mapping[str, int]], beat: Callable[[int], None]
) -> None:
    """Fill `batch.result` with `figures` and `rows`; what cannot be read of a row goes to the bad rows."""
    begins, ends = batch.begins, batch.ends
    assert begins is not None and ends is not None
    checker = Checker(batch.source)
    here = dict(_here(batch))
    figures: dict[str, dict[str, dict[str, int]]] = {}
    for side in here.values():
        _count(figures, side, "here", begins, ends)
    found: list[dict[str, Any]] = []
    totals: dict[str, int] = {}
    if batch.result.get("shape") == FIGURES_ONLY:
        _read_figures(batch, rows, places, checker, figures)
    else:
        there = _there(batch, rows, places, checker, beat)
        for side in there.values():
            _count(figures, side, "there", begins, ends)
        for code in sorted(here.keys() | there.keys()):
            how = _differences(here.get(code), there.get(code), begins, ends)
            for kind in how:
                totals[kind] = totals.get(kind, 0) + 1
            if how and len(found) < MOST:
                found.append({"code": code, "how": how, **_told(here.get(code), there.get(code))})
    named = dict(checker.names())
    batch.result |= {
        "figures": [
            {"procedure": code, "name": named.get(code, ""), **sides} for code, sides in sorted(figures.items())
        ],
        "rows": found,
        "totals": totals,
    }


def _here(batch: Batch) -> Iterator[tuple[str, Side]]:
    dossiers = Dossier.objects.filter(agency=batch.source.agency)
    own = batch.result.get("whose") == OWN
    dossiers = dossiers.filter(source=None) if own else dossiers.filter(source=batch.source)
    columns = ("code", "foreign_code", "procedure__code", "status", "received_at", "due_at", "finished_at")
    for code, foreign, procedure, status, received, due, finished in dossiers.values_list(*columns).iterator(5000):
        yield foreign or code, Side(procedure, status, received, due, finished)


def _there(batch, rows, places, checker: Checker, beat) -> dict[str, Side]:
    found: dict[str, Side] = {}
    bad: list[BadRow] = []
    for count, (line, row) in enumerate(rows, start=1):
        given = cells(row, places())
        side = _side(
            given, checker, lambda field, code, value, line=line: bad.append(_bad(batch, line, field, code, value))
        )
        code = text_of(given.get("code"))
        if code and side is not None:
            found[code] = side
        elif not code:
            bad.append(_bad(batch, line, "code", "missing", ""))
        if count % BEAT == 0:
            beat(count)
        batch.rows = count
    batch.of, batch.bad = batch.rows, len({one.line for one in bad})
    BadRow.objects.bulk_create(bad[:MOST])
    return found


def _side(given: Mapping[str, Any], checker: Checker, wrong: Callable[[str, str, str], None]) -> Side | None:
    at: dict[str, datetime | None] = {}
    for field in (*DATES, "submitted_at", "returned_at"):
        try:
            at[field] = moment(given.get(field), ends=field == "due_at")
        except (ValueError, OverflowError):
            wrong(field, "date", text_of(given.get(field)))
            return None
    words = text_of(given.get("status"))
    status = status_of(words, checker.statuses) if words else None
    if words and status is None:
        wrong("status", "status", words)
    procedure = checker.procedure_of(text_of(given.get("procedure")))
    finished, received = at["finished_at"] or at["returned_at"], at["received_at"] or at["submitted_at"]
    return Side(
        procedure or "?",
        int(status) if status else None,
        received,
        at["due_at"],
        finished,
    )


def _read_figures(batch, rows, places, checker: Checker, figures) -> None:
    bad = []
    for line, row in rows:
        given = cells(row, places())
        words = text_of(given.get("procedure"))
        procedure = checker.procedure_of(words)
        counts = {}
        for name in COUNTS:
            text = text_of(given.get(name)).replace(".", "").replace(" ", "")
            if text.isdecimal() and len(text) < 10:
                counts[name] = int(text)
            elif text:
                bad.append(_bad(batch, line, name, "number", text))
        batch.rows += 1
        if procedure is None:
            bad.append(_bad(batch, line, "procedure", "procedure", words))
            continue
        of = figures.setdefault(procedure, {}).setdefault("there", {})
        for name, count in counts.items():
            of[name] = of.get(name, 0) + count
    batch.of, batch.bad = batch.rows, len({one.line for one in bad})
    BadRow.objects.bulk_create(bad[:MOST])


def _bad(batch: Batch, line: int, field: str, code: str, value: str) -> BadRow:
    column, value = batch.columns.get(field, ""), value[:200]
    field = "" if field in COUNTS else field
    return BadRow(
        batch=batch, line=line, column=column, field=field if field not in COUNTS else "", code=code, value=value[:200]
    )


def _count(figures, side: Side, where: str, begins: date, ends: date) -> None:
    for name in side.counts(begins, ends):
        of = figures.setdefault(side.procedure, {}).setdefault(where, {})
        of[name] = of.get(name, 0) + 1


def _differences(here: Side | None, there: Side | None, begins: date, ends: date) -> list[str]:
    """How the two differ; nothing for what the period does not concern."""
    concerned = any(side.counts(begins, ends) for side in (here, there) if side is not None)
    if not concerned:
        return []
    if here is None:
        return [MISSING_HERE]
    if there is None:
        return [MISSING_THERE]
    found = []
    if there.procedure != "?" and here.procedure != there.procedure:
        found.append(PROCEDURE)
    if there.status is not None and here.status != there.status:
        found.append(STATUS)
    found += [field for field in DATES if _differ(getattr(here, field), getattr(there, field), field)]
    return found


def _differ(here: datetime | None, there: datetime | None, field: str) -> bool:
    """Days count, not minutes: the systems round differently. What the other side does not tell differs in nothing, but
    that a dossier is finished."""
    if there is None:
        return field == "finished_at" and here is not None
    return _day(here) != _day(there)


def _told(here: Side | None, there: Side | None) -> dict[str, Any]:
    def written(side: Side | None) -> dict[str, Any] | None:
        if side is None:
            return None
        days = {field: day.isoformat() if (day := _day(getattr(side, field))) else "" for field in DATES}
        return {"procedure": side.procedure, "status": side.status, **days}

    return {"here": written(here), "there": written(there)}


HOW = {
    MISSING_HERE: lambda: _("missing here"),
    MISSING_THERE: lambda: _("missing there"),
    STATUS: lambda: _("another status"),
    PROCEDURE: lambda: _("another procedure"),
    "received_at": lambda: _("received on another day"),
    "due_at": lambda: _("due on another day"),
    "finished_at": lambda: _("finished on another day"),
}


def in_words(row: Mapping[str, Any]) -> dict[str, Any]:
    """A differing row for a screen or a sheet: what differs, and what each side says of it."""

    def said(side: Mapping[str, Any] | None) -> str:
        if side is None:
            return ""
        parts = []
        for kind in row["how"]:
            if kind == STATUS:
                parts.append(str(Status(side["status"]).label) if side["status"] else "–")
            elif kind == PROCEDURE:
                parts.append(side["procedure"])
            elif kind in DATES:
                parts.append(f"{date.fromisoformat(side[kind]):%d/%m/%Y}" if side[kind] else "–")
        return "; ".join(parts) or (str(Status(side["status"]).label) if side["status"] else "")

    return {
        "code": row["code"],
        "how": "; ".join(HOW[kind]() for kind in row["how"]),
        "here": said(row["here"]),
        "there": said(row["there"]),
    }


def figures_of(batch: Batch) -> list[dict[str, Any]]:
    """The figures by procedure, and their sum at the end: each count here, there, and whether the two agree."""

    def cells_of(sides: Mapping[str, Any]) -> list[dict[str, Any]]:
        told = sides.get("there")
        given = _given(batch)
        line = []
        for name in COUNTS:
            here = sides.get("here", {}).get(name, 0)
            there = (told or {}).get(name, 0) if name in given else None
            line.append({"name": name, "here": here, "there": there, "agrees": there is None or here == there})
        return line

    rows = [
        {"procedure": one["procedure"], "name": one["name"], "cells": cells_of(one)}
        for one in batch.result.get("figures", [])
    ]
    whole: dict[str, dict[str, int]] = {"here": {}, "there": {}}
    for one in batch.result.get("figures", []):
        for where in whole:
            for name, count in one.get(where, {}).items():
                whole[where][name] = whole[where].get(name, 0) + count
    return [*rows, {"procedure": "", "name": _("In all"), "cells": cells_of(whole)}] if rows else []


def _given(batch: Batch) -> set[str]:
    """The counts the other side tells."""
    if batch.result.get("shape") == FIGURES_ONLY:
        return {name for name in COUNTS if name in batch.columns}
    columns = set(batch.columns)
    finished = bool(columns & {"finished_at", "returned_at"})
    found = {"received"} if columns & {"received_at", "submitted_at"} else set()
    if finished:
        found |= {"finished", "open"} | ({"on_time", "late"} if "due_at" in columns else set())
    return found


def titles() -> dict[str, str]:
    return {name: str(FIGURES[name].title) for name in COUNTS}


def to_xlsx(batch: Batch) -> bytes:
    """Figures and differing rows as a workbook; nothing in it is a formula."""
    import io

    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)

    def sheet(name: str, rows: Iterable[list[Any]]) -> None:
        page = book.create_sheet(name)
        for row in rows:
            line = []
            for value in row:
                cell = WriteOnlyCell(page, value=value)
                if isinstance(value, str):
                    cell.data_type = "s"
                line.append(cell)
            page.append(line)

    names = titles()
    here, there = _("here"), _("there")
    heads = [_("procedure code"), _("procedure")] + [f"{names[n]} ({side})" for n in COUNTS for side in (here, there)]
    body = [
        [row["procedure"], row["name"]] + [value for cell in row["cells"] for value in (cell["here"], cell["there"])]
        for row in figures_of(batch)
    ]
    sheet(_("Figures of the two systems"), [heads, *body])
    differing = [list(in_words(row).values()) for row in batch.result.get("rows", [])]
    sheet(_("Dossiers that differ"), [[_("dossier code"), _("how they differ"), here, there], *differing])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
