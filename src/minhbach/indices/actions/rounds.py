"""Rounds: prepared, opened with an entry and assignments for every unit, reopened for one, concluded, published."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minhbach.indices import events, figures, queries
from minhbach.indices.actions.criteria import locked_entry
from minhbach.indices.actions.publications import publication_make
from minhbach.indices.live.sealing import measured_at_close
from minhbach.indices.models import (
    AppraisalField,
    Assignment,
    Entry,
    OfficeFor,
    Reopening,
    Round,
    RoundSet,
    SetVersion,
)
from minhbach.indices.permissions import MANAGE_ROUND, REVIEW
from minhbach.indices.rules import APPRAISAL_2, Status
from minhbach.org import trail
from minhbach.org.errors import NotPossible
from minhbach.org.models import Unit
from minhbach.org.permissions import require
from minhbach.scoring.engine import ENGINE_VERSION
from minhbach.scoring.facts import UnitFacts
from minhbach.scoring.model import IndicatorSet
from minhbach.scoring.results import LeafResult, UnitResult
from minhbach.scoring.rounds import Comparison, rank, score_round

DATES = ("self_opens", "internal_due", "self_closes", "appraisal_1_closes", "explanation_closes", "appraisal_2_closes")


PERIOD = ("counts_from", "counts_to")
"""The days whose work counts, both in."""


def calendar_year(year: int) -> tuple[date, date]:
    """What counts where nobody says otherwise."""
    return date(year, 1, 1), date(year, 12, 31)


def chain_of(round_: Round) -> str:
    return f"round:{round_.pk}"


def _locked(round_: Round) -> Round:
    return Round.objects.select_for_update().get(pk=round_.pk)


def _require_draft(round_: Round) -> None:
    if round_.status != Round.Status.DRAFT:
        raise NotPossible(_("The round is open; this is settled before."), "out_of_order")


@transaction.atomic
def round_prepare(
    *, unit: Unit, title: str, year: int, dates: dict[str, datetime], title_en: str = "", previous: Round | None = None,
    carried_forward: bool = False, appraisal_shown: str = Round.Shown.CONCLUDED, note: str = "",
    period: tuple[date, date] | None = None, acting,
) -> Round:  # fmt: skip
    """Prepare a round that `unit` runs. `dates` has all of DATES; `period` is the first and the last day whose work
    counts, without it the calendar year.

    Raises Refused; NotPossible with code `dates`, `period`, `no_title` or `taken`.
    """
    require(acting, MANAGE_ROUND, unit)
    if not title.strip():
        raise NotPossible(_("Give the round a title."), "no_title")
    _require_order(dates)
    period = period or calendar_year(year)
    _require_period(period)
    if Round.objects.filter(unit=unit, year=year, title=title.strip()).exists():
        raise NotPossible(_("This unit has a round of that year and title already; give it another title."), "taken")
    round_ = Round.objects.create(
        unit=unit,
        title=title.strip(),
        title_en=title_en.strip(),
        year=year,
        previous=previous,
        carried_forward=carried_forward,
        appraisal_shown=Round.Shown(appraisal_shown),
        note=note.strip(),
        counts_from=period[0],
        counts_to=period[1],
        **dates,
    )
    trail.record(
        chain_of(round_),
        events.ROUND_PREPARED,
        acting=acting,
        subject=round_,
        data={"year": year, "title": title, "appraisal_shown": appraisal_shown, **_named(period), **dates},
    )
    return round_


def _named(period: tuple[date, date]) -> dict[str, date]:
    return dict(zip(PERIOD, period, strict=True))


def _require_period(period: tuple[date, date]) -> None:
    if period[0] > period[1]:
        raise NotPossible(_("The first day that counts lies after the last; check both."), "period")


def _require_order(dates: dict[str, datetime]) -> None:
    given = [dates[name] for name in DATES if name in dates]
    if len(given) < len(DATES) or given != sorted(given) or dates["self_opens"] >= dates["self_closes"]:
        raise NotPossible(_("The stages must follow one another; check their dates."), "dates")


@transaction.atomic
def round_dates_change(
    round_: Round, *, dates: dict[str, datetime], period: tuple[date, date] | None = None, acting
) -> Round:
    """Change the dates of the stages, and with `period` the days whose work counts: what is measured is counted over
    the new ones at once.

    Raises Refused; NotPossible with code `dates`, `period` or `out_of_order` (concluded).
    """
    round_ = _locked(round_)
    require(acting, MANAGE_ROUND, round_.unit)
    if round_.is_over:
        raise NotPossible(_("The round is concluded."), "out_of_order")
    _require_order(dates)
    period = period or round_.period
    _require_period(period)
    before = {name: getattr(round_, name) for name in (*PERIOD, *DATES)}
    after = {**_named(period), **dates}
    for name in before:
        setattr(round_, name, after[name])
    round_.save()
    data = {"before": before, "after": after}
    trail.record(chain_of(round_), events.ROUND_CHANGED, acting=acting, subject=round_, data=data)
    return round_


@transaction.atomic
def round_shown_change(round_: Round, *, shown: str, acting) -> Round:
    """Choose anew when units see their appraisal points. Raises Refused; NotPossible with code `out_of_order` (what is
    published is public)."""
    round_ = _locked(round_)
    require(acting, MANAGE_ROUND, round_.unit)
    if round_.status == Round.Status.PUBLISHED:
        raise NotPossible(_("The results are published; everybody sees them."), "out_of_order")
    before, round_.appraisal_shown = round_.appraisal_shown, Round.Shown(shown)
    round_.save(update_fields=["appraisal_shown"])
    data = {"appraisal_shown": shown, "before": before}
    trail.record(chain_of(round_), events.ROUND_CHANGED, acting=acting, subject=round_, data=data)
    return round_


@transaction.atomic
def round_set_assign(
    round_: Round, *, group: str, set_version: SetVersion, fields: dict[str, Unit] | None = None, acting
) -> RoundSet:
    """Choose the set of a unit group and the body that appraises each part or criterion in `fields` (id → body).

    Raises Refused; NotPossible with code `out_of_order`, `draft_set` or `unknown_criterion`.
    """
    round_ = _locked(round_)
    require(acting, MANAGE_ROUND, round_.unit)
    _require_draft(round_)
    if set_version.is_draft:
        raise NotPossible(_("The set is a draft; release it first."), "draft_set")
    nodes = figures.set_of(set_version).nodes
    for code in fields or {}:
        if code not in nodes:
            raise NotPossible(_("The set has no criterion %(code)s."), "unknown_criterion", {"code": code})
    chosen, _made = RoundSet.objects.update_or_create(round=round_, group=group, defaults={"set_version": set_version})
    chosen.fields.all().delete()
    AppraisalField.objects.bulk_create(
        AppraisalField(round_set=chosen, node=code, body=body) for code, body in (fields or {}).items()
    )
    data = {
        "group": group,
        "set": f"{set_version.code} {set_version.version}",
        "fields": {code: body.code for code, body in (fields or {}).items()},
    }
    trail.record(chain_of(round_), events.ROUND_CHANGED, acting=acting, subject=chosen, data=data)
    return chosen


@transaction.atomic
def round_set_drop(round_: Round, *, group: str, acting) -> None:
    """Leave a unit group out of the round again. Raises Refused; NotPossible with code `out_of_order`."""
    round_ = _locked(round_)
    require(acting, MANAGE_ROUND, round_.unit)
    _require_draft(round_)
    round_.sets.filter(group=group).delete()
    data = {"group": group, "set": None}
    trail.record(chain_of(round_), events.ROUND_CHANGED, acting=acting, subject=round_, data=data)


@transaction.atomic
def office_answer_for(unit: Unit, *, code: str, offices: Iterable[Unit], acting) -> None:
    """Say which offices of a unit answer for a code of the sets' responsibles, the leading one first.

    Raises Refused; NotPossible with code `foreign_office`.
    """
    require(acting, REVIEW, unit)
    offices = list(offices)
    for office in offices:
        if not unit.covers(office):
            raise NotPossible(
                _("%(office)s is not part of %(unit)s."), "foreign_office", {"office": office, "unit": unit}
            )
    OfficeFor.objects.filter(unit=unit, code=code).delete()
    for office in offices:
        OfficeFor.objects.create(unit=unit, code=code, office=office)
    data = {"code": code, "offices": [office.code for office in offices]}
    trail.record(f"unit:{unit.pk}:offices", events.ENTRY_CHANGED, acting=acting, subject=unit, data=data)


@transaction.atomic
def round_open(round_: Round, *, units: Iterable[Unit], acting) -> list[Entry]:
    """Open the round for these units: an entry each, its criteria given to the offices responsible.

    Raises Refused; NotPossible with code `out_of_order`, `no_units`, `no_set` (a unit whose group has no set) or
    `foreign_unit` (one that is not open, or neither beside nor under the unit whose round it is).
    """
    round_ = _locked(round_)
    require(acting, MANAGE_ROUND, round_.unit)
    _require_draft(round_)
    units = list(units)
    if not units:
        raise NotPossible(_("Choose at least one unit."), "no_units")
    if ungrouped := [unit for unit in units if not unit.group]:
        raise NotPossible(
            _("These units are in no group of indicator sets; give them one on their page: %(units)s."),
            "no_group",
            {"units": "; ".join(map(str, ungrouped))},
        )
    sets = {chosen.group: chosen.set_version for chosen in round_.sets.select_related("set_version")}
    if without := [unit for unit in units if unit.group not in sets]:
        raise NotPossible(
            _("No set is chosen for the group of: %(units)s."), "no_set", {"units": "; ".join(map(str, without))}
        )
    able = set(queries.candidates(round_).filter(pk__in=[unit.pk for unit in units]).values_list("pk", flat=True))
    if foreign := [unit for unit in units if unit.pk not in able]:
        raise NotPossible(
            _("Only open units beside or under %(body)s take part in its round; not: %(units)s."),
            "foreign_unit",
            {"body": round_.unit, "units": "; ".join(map(str, foreign))},
        )
    round_.status = Round.Status.OPEN
    round_.save(update_fields=["status"])
    offices: dict[int, list[OfficeFor]] = {}
    for each in OfficeFor.objects.filter(unit__in=units).select_related("office").order_by("pk"):
        offices.setdefault(each.unit_id, []).append(each)
    entries = []
    for unit in units:
        indicator_set = figures.set_of(sets[unit.group])
        own = [n for n in indicator_set.leaves if indicator_set.stream_of(n) == "self" and not n.kind]
        entry = Entry.objects.create(
            round=round_,
            unit=unit,
            group=unit.group,
            set_version=sets[unit.group],
            is_ranked=unit.code not in indicator_set.ranking.unranked,
            criteria=len(own),
        )
        _assign_all(entry, indicator_set, offices.get(unit.pk, []), round_.internal_due)
        trail.record(entry.chain, events.ENTRY_OPENED, acting=acting, subject=entry, data={"unit": unit.code})
        entries.append(entry)
    data = {"units": [unit.code for unit in units]}
    trail.record(chain_of(round_), events.ROUND_OPENED, acting=acting, subject=round_, data=data)
    return entries


def _assign_all(entry: Entry, indicator_set: IndicatorSet, offices: list[OfficeFor], due: datetime) -> None:
    """One assignment per responsible office of each criterion; the first of the set's list leads."""
    by_code: dict[str, list[Unit]] = {}
    for each in offices:
        by_code.setdefault(each.code, []).append(each.office)
    made = []
    for leaf in indicator_set.leaves:
        if indicator_set.stream_of(leaf) != "self":
            continue
        codes = indicator_set.inherited(leaf, "responsible", ())
        wanted = dict.fromkeys(office for code in codes for office in by_code.get(code, ()))  # type: ignore[attr-defined]
        made += [
            Assignment(entry=entry, criterion=leaf.id, office=office, leads=n == 0, due=due)
            for n, office in enumerate(wanted)
        ]
    Assignment.objects.bulk_create(made)


@transaction.atomic
def block_held(entry: Entry, *, block: str, held: bool, acting) -> None:
    """Say whether a block that may be absent (a survey) was held; one that was not leaves the maximum.

    Raises Refused; NotPossible with code `unknown_criterion` or `out_of_order`.
    """
    from minhbach.indices.actions.criteria import totals_renew

    entry = locked_entry(entry)
    require(acting, MANAGE_ROUND, entry.round.unit)
    if entry.status == Status.CONCLUDED:
        raise NotPossible(_("The appraisal of this unit is concluded."), "out_of_order")
    indicator_set = figures.set_of(entry.set_version)
    node = indicator_set.nodes.get(block)
    if node is None or not node.may_be_absent:
        raise NotPossible(
            _("The set has no block %(code)s that may be left out."), "unknown_criterion", {"code": block}
        )
    entry.absent = sorted(set(entry.absent) - {block} | (set() if held else {block}))
    for stage in figures.STAGES:
        rows = queries.scores_at(entry, stage)
        if rows or stage == figures.STAGES[0]:
            totals_renew(entry, stage, rows, indicator_set)
    trail.record(entry.chain, events.ENTRY_CHANGED, acting=acting, subject=entry, data={"absent": entry.absent})


@transaction.atomic
def stage_reopen(entry: Entry, *, stage: str, until: datetime, reason: str, acting) -> Reopening:
    """Give one unit more time at a stage, and bring it back to that stage.

    Raises Refused; NotPossible with code `needs_reason`, `in_the_past` or `out_of_order`.
    """
    entry = locked_entry(entry)
    require(acting, MANAGE_ROUND, entry.round.unit)
    if entry.round.is_over:
        raise NotPossible(_("The round is concluded."), "out_of_order")
    if not reason.strip():
        raise NotPossible(_("Say why the stage is reopened."), "needs_reason")
    if until <= timezone.now():
        raise NotPossible(_("The new end lies in the past."), "in_the_past")
    back = {
        Round.Stage.SELF: Status.SCORING,
        Round.Stage.APPRAISAL_1: Status.APPRAISAL_1,
        Round.Stage.EXPLANATION: Status.EXPLANATION,
        Round.Stage.APPRAISAL_2: Status.APPRAISAL_2,
    }[Round.Stage(stage)]
    order = list(Status)
    if order.index(back) > order.index(Status(entry.status)):
        raise NotPossible(_("The unit has not come to this stage yet."), "out_of_order")
    reopening = Reopening.objects.create(
        entry=entry,
        stage=stage,
        until=until,
        reason=reason.strip(),
        by=acting if acting.is_authenticated else None,
        at=timezone.now(),
    )
    if stage in (APPRAISAL_2, Round.Stage.APPRAISAL_1):
        entry.conclusions.filter(stage=stage).delete()
    entry.status, entry.status_at = back, timezone.now()
    entry.final_score = entry.final_maximum = None
    entry.save()
    data = {"stage": stage, "until": until, "reason": reason.strip()}
    trail.record(entry.chain, events.REOPENED, acting=acting, subject=reopening, data=data)
    return reopening


@transaction.atomic
def round_close(round_: Round, *, acting) -> Round:
    """Conclude the round: relative criteria, totals, bands and ranks are computed over all its units and sealed.

    Every entry must be concluded; one that never submitted is missing, not last. Raises Refused; NotPossible with code
    `out_of_order` or `not_concluded`.
    """
    round_ = _locked(round_)
    require(acting, MANAGE_ROUND, round_.unit)
    if round_.status != Round.Status.OPEN:
        raise NotPossible(_("Only an open round can be concluded."), "out_of_order")
    entries = list(round_.entries.select_for_update().select_related("unit", "set_version"))
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
    SetVersion.objects.filter(pk__in=by_set, frozen_at=None).update(frozen_at=now, is_draft=False)
    round_.status, round_.closed_at = Round.Status.CLOSED, now
    round_.save(update_fields=["status", "closed_at"])
    data = {
        "ranks": {e.unit.code: e.rank for e in entries},
        "scores": {e.unit.code: str(e.final_score) for e in entries},
    }
    trail.record(chain_of(round_), events.ROUND_CLOSED, acting=acting, subject=round_, data=data)
    return round_


def facts_of_units(entries: list[Entry], indicator_set: IndicatorSet, stage: str) -> list[UnitFacts]:
    """The facts of entries on one set at a stage. Rows are read in one query."""
    from minhbach.indices.models import Score

    rows: dict[int, list[Score]] = {entry.pk: [] for entry in entries}
    for row in Score.objects.filter(entry__in=entries, stage__in=[stage, Score.Stage.SURVEY]):
        rows[row.entry_id].append(row)
    return [figures.unit_facts(entry, indicator_set, rows[entry.pk]) for entry in entries]


def _seal(entries: list[Entry]) -> None:
    """Final results of the units on one set, ranked together by their group."""
    indicator_set = figures.set_of(entries[0].set_version)
    units = facts_of_units(entries, indicator_set, APPRAISAL_2)
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


@transaction.atomic
def round_publish(round_: Round, *, decision: str = "", acting) -> Round:
    """Make the concluded results public, as open data too. Raises Refused; NotPossible with code `out_of_order`."""
    round_ = _locked(round_)
    require(acting, MANAGE_ROUND, round_.unit)
    if round_.status != Round.Status.CLOSED:
        raise NotPossible(_("A round is published after it has been concluded."), "out_of_order")
    round_.status, round_.published_at, round_.decision = Round.Status.PUBLISHED, timezone.now(), decision.strip()
    round_.save(update_fields=["status", "published_at", "decision"])
    trail.record(chain_of(round_), events.ROUND_PUBLISHED, acting=acting, subject=round_, data={"decision": decision})
    publication_make(round_, acting=acting)
    return round_
