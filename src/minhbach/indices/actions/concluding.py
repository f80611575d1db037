"""A round concluded: relative criteria, totals, bands and ranks over all its units, sealed with their reasons."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minhbach.indices import events, figures, queries
from minhbach.indices.actions.preparing import locked_round
from minhbach.indices.live.sealing import measured_at_close
from minhbach.indices.models import Entry, Round, SetVersion
from minhbach.indices.permissions import MANAGE_ROUND
from minhbach.indices.rules import APPRAISAL_2, Status
from minhbach.org import trail
from minhbach.org.errors import NotPossible
from minhbach.org.permissions import require
from minhbach.scoring.engine import ENGINE_VERSION
from minhbach.scoring.model import IndicatorSet
from minhbach.scoring.results import LeafResult, UnitResult
from minhbach.scoring.rounds import Comparison, rank, score_round


@transaction.atomic
def round_close(round_: Round, *, acting) -> Round:
    """Conclude the round: relative criteria, totals, bands and ranks are computed over all its units and sealed.

    Every entry must be concluded; one that never submitted is missing, not last. Raises Refused; NotPossible with code
    `out_of_order` or `not_concluded`.
    """
    round_ = locked_round(round_)
    require(acting, MANAGE_ROUND, round_.unit)
    if round_.status != Round.Status.OPEN:
        raise NotPossible(_("Only an open round can be concluded."), "out_of_order")
    entries = list(round_.entries.select_for_update(of=("self",)).select_related("unit", "set_version"))
    begun = [e for e in entries if e.status not in (Status.CONCLUDED, Status.SCORING, Status.REVIEW, Status.APPROVED)]
    if begun:
        raise NotPossible(
            _("The appraisal is not concluded for: %(units)s."),
            "not_concluded",
            {"units": "; ".join(str(e.unit) for e in begun)},
        )
    by_set: dict[int, list[Entry]] = {}
    for entry in entries:
        if entry.status == Status.CONCLUDED:
            by_set.setdefault(entry.set_version_id, []).append(entry)
    for members in by_set.values():
        _seal(members)
    now = timezone.now()
    _freeze(by_set, now, acting)
    round_.status, round_.closed_at = Round.Status.CLOSED, now
    round_.save(update_fields=["status", "closed_at"])
    data = {
        "ranks": {e.unit.code: e.rank for e in entries},
        "scores": {e.unit.code: str(e.final_score) for e in entries},
    }
    trail.record(round_.chain, events.ROUND_CLOSED, acting=acting, subject=round_, data=data)
    return round_


def _freeze(versions: Iterable[int], now: datetime, acting) -> None:
    """What was concluded on a set is recomputed from it for ever."""
    found = SetVersion.objects.select_for_update().filter(pk__in=versions, frozen_at=None)
    for version in found.order_by("code", "version"):
        version.frozen_at = now
        version.save(update_fields=["frozen_at"])
        data = {"version": version.version, "digest": version.digest}
        trail.record(version.chain, events.SET_FROZEN, acting=acting, subject=version, data=data)


def _seal(entries: list[Entry]) -> None:
    """Final results of the units on one set, ranked together by their group."""
    indicator_set = figures.set_of(entries[0].set_version)
    rows = queries.scores_of(entries, APPRAISAL_2)
    units = [figures.unit_facts(entry, indicator_set, rows[entry.pk]) for entry in entries]
    results = score_round(indicator_set, units)
    comparison = Comparison.of(indicator_set, score_round(indicator_set, units, closed=False))
    by_unit = {result.unit: result for result in results}
    measured = measured_at_close(entries, indicator_set)
    for group in sorted({entry.group for entry in entries}):
        members = [e for e in entries if e.group == group]
        ranked = [by_unit[e.unit.code] for e in members if e.is_ranked]
        standings = {s.result.unit: s for s in rank(indicator_set, ranked)}
        for entry in members:
            result = by_unit[entry.unit.code]
            standing = standings.get(entry.unit.code)
            entry.rank = standing.rank if standing else None
            entry.band = standing.band.code if standing and standing.band else ""
            entry.final_score, entry.final_maximum = figures.decimal(result.score), figures.decimal(result.maximum)
            entry.parts = {**entry.parts, "final": figures.parts_of(indicator_set, result)}
            entry.sealed = _sealed(entry, indicator_set, result, comparison) | {"measured": measured[entry.pk]}
            entry.save()


def _sealed(entry: Entry, indicator_set: IndicatorSet, result: UnitResult, comparison: Comparison) -> dict:
    """What was concluded, with its reasons, as it must be shown for ever."""
    peers = comparison.peers_of(result.unit)
    criteria = {}
    for leaf in indicator_set.leaves:
        found = result.nodes[leaf.id]
        assert isinstance(found, LeafResult)
        criteria[leaf.id] = {
            "score": figures.exact_text(found.score),
            "maximum": figures.exact_text(found.maximum),
            "state": found.state,
            "branch": found.branch,
            "explanation": {
                lang: list(figures.explanation(indicator_set, result, leaf.id, lang, peers).lines())
                for lang in ("vi", "en")
            },
        }
    return {
        "engine": ENGINE_VERSION,
        "set": {
            "code": entry.set_version.code,
            "version": entry.set_version.version,
            "digest": entry.set_version.digest,
        },
        "criteria": criteria,
    }
