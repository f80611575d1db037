"""The rows behind a criterion: those that an input counts, and those of its whole that it does not, with the reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import Count, Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from minhbach.indices.live.facts import PREVIOUS, suppliers
from minhbach.indices.live.scores import LiveEntry
from minhbach.measures import figures
from minhbach.measures.declaring import Rows, Standing
from minhbach.measures.figures import Figure
from minhbach.org.ui.figures import language, number
from minhbach.scoring.facts import meaning_of

NOT = "not-"
"""Before the key of an input: what it does not count."""


@dataclass(frozen=True)
class Part:
    """A part of the table with how many of the rows are in it: a procedure and its dossiers."""

    pk: int
    title: str
    rows: int


@dataclass(frozen=True)
class Line:
    """A row as it is listed. `address` only where the reader may open it; `why` where it is not counted."""

    cells: Sequence[str]
    address: str
    why: str


@dataclass
class Behind:
    """Rows of one tab: what the input `key` counts, or (`missed`) what of its whole it does not.

    `period` are the days, `units` those whose rows count, `at` a past moment. `known` is how many there are, where that
    is known already.
    """

    key: str
    title: str
    figure: Figure
    units: Sequence[int]
    period: tuple[date, date]
    at: datetime | None = None
    missed: Figure | None = None
    known: int | None = None

    @cached_property
    def table(self) -> type[Model]:
        return self._found.model

    @cached_property
    def _found(self) -> QuerySet:
        return figures.rows(self.figure, self.units, *self.period, at=self.at, without=self.missed)

    @cached_property
    def when(self) -> datetime | date:
        """The moment by which the rows are judged; a day, where they stand."""
        if isinstance(self.figure.of, Standing):
            return self.figure.of.behind(*self.period, self.at)[1]
        now = self.at or timezone.now()
        return min(now, figures.end_of(self.period[1])) if self.figure.carried else now

    @property
    def lists_rows(self) -> bool:
        return self.figure.of.listing is not None

    @property
    def counts_rows(self) -> bool:
        """Whether the figure is the number of the rows, and not of the parts that have any."""
        return not self.figure.parts and not isinstance(self.figure.of, Standing)

    @cached_property
    def count(self) -> int:
        """Rows; of a figure that counts parts, the parts."""
        if self.known is not None:
            return self.known
        if not self.counts_rows:
            return self._found.values(self.figure.of.part).distinct().count()
        return self._found.count()

    def rows(self, part: int | None = None) -> QuerySet:
        """In the order of the listing; of one part, if asked."""
        listing = self.figure.of.listing
        found = self._found if part is None else self._found.filter(**{self.figure.of.part: part})
        return found.order_by("pk") if listing is None else listing.laid(found)

    def parts(self) -> list[Part]:
        """The parts that have any of the rows, the most first. Two queries."""
        field = self.figure.of.part
        counts = dict(self._found.order_by().values_list(field).annotate(rows=Count("pk")).order_by("-rows", field))
        model = self.table._meta.get_field(field).related_model
        names = model._default_manager.in_bulk(counts) if model else {}
        return [Part(pk, str(names.get(pk, pk)), n) for pk, n in counts.items()]

    def notes(self) -> list[str]:
        """What a reader must know of the rows together: what changed while they were on their way. A query or two for
        each kind of note, and one where only the rows of some parts count."""
        listing, first, last = self.figure.of.listing, *self.period
        said = [note(self._found, first, last, self.at) for note in listing.notes] if listing else []
        if self.figure.among is not None and isinstance(self.figure.of, Rows) and self.counts_rows:
            whole = figures.rows(replace(self.figure, among=None), self.units, *self.period, at=self.at).count()
            if left_out := whole - self.count:
                words = ngettext(
                    "%(count)s further row is not counted: on the last day its procedure is not among “%(which)s”.",
                    "%(count)s further rows are not counted: on the last day their procedures are not among "
                    "“%(which)s”.",
                    left_out,
                )
                said.append(words % {"count": number(left_out), "which": self.figure.among.title})
        return [text for text in said if text]

    def columns(self) -> list[str]:
        listing = self.figure.of.listing
        return [str(title) for title, _say in listing.columns] if listing else []

    def lines(self, rows: Sequence[Model], account: Any) -> Iterator[Line]:
        """These rows as this person may see them. One query: which of them may be opened."""
        listing = self.figure.of.listing
        if listing is None:
            return
        here = self.table._default_manager.filter(pk__in=[row.pk for row in rows]).order_by()
        open_ = set(listing.open_to(account, here).values_list("pk", flat=True)) if account.is_authenticated else set()
        for row in rows:
            yield Line(self.cells(row), listing.address(row) if row.pk in open_ else "", self.why(row))

    def cells(self, row: Model) -> list[str]:
        """What the columns say of a row."""
        listing = self.figure.of.listing
        return [str(say(row)) for _title, say in listing.columns] if listing else []

    def why(self, row: Model) -> str:
        """Why the row is not counted; nothing of one that is."""
        if self.missed is None:
            return ""
        say = self.missed.why_not
        if say is not None:
            return say(row, self.when)
        return _("not among “%(counted)s”") % {"counted": self.missed.title}


def behind(live: LiveEntry, criterion: str, at: datetime | None = None) -> list[Behind]:
    """What can be opened behind a criterion, in the order of its inputs: each, and after it what it does not count of
    its whole. Empty where nothing of it is measured. Three queries at most, before any is counted."""
    node = live.indicator_set.nodes[criterion]
    found, measured = suppliers(node), live.facts.measured.get(criterion, {})
    found = {key: one for key, one in found.items() if key in measured}
    if not found:
        return []
    units = figures.counted_for([live.entry.unit])[live.entry.unit_id]
    made: list[Behind] = []
    for key, one in found.items():
        name, previous = key.removesuffix(PREVIOUS), key.endswith(PREVIOUS)
        spec = node.inputs[name]
        period = live.entry.round.period_before if previous else live.entry.round.period
        title = meaning_of(node, key, spec).in_(language())
        made.append(Behind(key, title, one, units, period, at, known=measured[key]))
        whole = spec.part_of + (PREVIOUS if previous else "")
        if whole in found and (rest := _rest(made[-1], found[whole], measured[key], measured[whole])):
            made.append(rest)
    return made


def _rest(counted: Behind, whole: Figure, n: int, of: int) -> Behind | None:
    """What of the whole an input does not count: rows, or the parts that have none. None where the two have nothing in
    common."""
    one = counted.figure
    is_same = whole.of.model == one.of.model and not one.parts and not whole.parts
    if not is_same and whole.of.part != one.of.part:
        return None
    title = _("not counted: %(what)s") % {"what": counted.title}
    where = counted.units, counted.period, counted.at
    return Behind(f"{NOT}{counted.key}", title, whole, *where, missed=one, known=of - n if is_same else None)
