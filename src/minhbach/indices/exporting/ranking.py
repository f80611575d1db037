"""The ranking of a round as an official paper, and its facts for anyone who recomputes it."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import override

from minhbach.indices import disclosure, figures, queries, standings
from minhbach.indices.exporting.extract import exact
from minhbach.indices.exporting.papers import letterhead
from minhbach.indices.models import Entry, Round, Score
from minhbach.indices.rules import APPRAISAL_2, SELF, Status
from minhbach.papers import Cell, Column, Document, Heading, Paragraph, Row, Signature, Table
from minhbach.records.texts import rounded
from minhbach.scoring.model import IndicatorSet
from minhbach.vietnamese import format_number


def rankings(account, round_: Round) -> list[standings.Ranking]:
    """Each group's final ranking, or the self-scores while the round runs; only groups the person sees whole."""
    by_group, counts = standings.groups_of(account, round_)
    stage = standings.FINAL if round_.is_over else SELF
    found = []
    for group, entries in by_group.items():
        whole = [entry for entry in entries if disclosure.is_comparable(account, entry, stage)]
        if len(whole) == counts[group]:
            found.append(standings.ranking(account, round_, group, entries, stage=stage, count=counts[group]))
    return found


def paper(round_: Round, groups: list[standings.Ranking], lang: str) -> Document:
    """The table of results and ranks of every group, landscape where it has many columns."""
    with override(lang):
        blocks: list = []
        for number, group in enumerate(groups, start=1):
            title = group.indicator_set.groups.get(group.group)
            if len(groups) > 1:
                blocks.append(Heading(f"{number}. {title.in_(lang) if title else group.group}", 2))
            blocks.append(_table(round_, group, lang, title.in_(lang) if title else group.group))
        if any(group.indicator_set.extent == "part" for group in groups):
            blocks.append(
                Paragraph(
                    _("The set is a part of the decision's table: points are not an index out of 100."), italic=True
                )
            )
        return Document(
            _("Results and ranking"),
            letterhead(round_.unit),
            subtitle=str(round_),
            note=_note(round_),
            blocks=tuple(blocks),
            signatures=(Signature(_("Head of the unit"), hint=_("(signature, full name, seal)")),),
            size=13,
            lang=lang,  # type: ignore[arg-type]
        )


def _note(round_: Round) -> str | None:
    if round_.decision:
        return f"({round_.decision})"
    return None if round_.is_over else _("(Provisional: self-scores of a round that is not concluded)")


def _table(round_: Round, group: standings.Ranking, lang: str, name: str) -> Table:
    total = group.indicator_set.rounding.total
    percents = group.indicator_set.extent == "whole"
    bands = any(place.band for place in group.places)
    before = any(place.places is not None for place in group.places)
    columns = [
        Column(_("Rank"), 14, "center"),
        Column(_("Unit"), 76),
        Column(_("Points"), 22, "center", total.places),
        Column(_("Maximum"), 22, "center", total.places),
        *([Column(_("Percent"), 20, "center", total.places)] if percents else []),
        *([Column(_("Band"), 24, "center")] if bands else []),
        *([Column(_("Against the round before"), 24, "center")] if before else []),
    ]
    rows = []
    for place in group.places:
        cells: list = [
            place.rank if place.rank is not None else "–",
            str(place.entry.unit),
            exact(rounded(place.score, total.places, total.mode)) if place.score is not None else _why(place),
            exact(rounded(place.maximum, total.places, total.mode)) if place.maximum else None,
        ]
        if percents:
            share = place.share
            cells.append(exact(rounded(share * 100, total.places, total.mode)) if share is not None else None)
        if bands:
            cells.append(place.band.title.in_(lang) if place.band else "")
        if before:
            cells.append(_moved(place.places, lang))
        rows.append(Row.of(Cell(cells[0], align="center"), *cells[1:]))
    return Table(tuple(columns), tuple(rows), numbered=True, name=name)


def _why(place: standings.Place) -> str:
    if place.entry.status in (Status.SCORING, Status.REVIEW, Status.APPROVED) and place.entry.round.is_over:
        return _("not submitted")
    return _("no result")


def _moved(places: int | None, lang: str) -> str:
    if places is None:
        return ""
    sign = "+" if places > 0 else "−" if places < 0 else ""
    return f"{sign}{format_number(abs(places), None, lang)}"  # type: ignore[arg-type]


def facts_parts(round_: Round, groups: list[standings.Ranking]) -> Iterator[tuple[Entry, IndicatorSet, list[Score]]]:
    """The facts behind these rankings, unit by unit; the rows are read in one query."""
    stage = APPRAISAL_2 if round_.is_over else SELF
    counted = [p.entry for g in groups for p in g.places if not round_.is_over or p.entry.status == Status.CONCLUDED]
    rows = queries.scores_of(counted, stage)
    for entry in counted:
        yield entry, figures.set_of(entry.set_version), rows[entry.pk]
