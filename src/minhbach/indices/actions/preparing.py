"""A round prepared: what it is, its dates, the set of each unit group, who appraises what, which offices answer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from minhbach.indices import events, figures
from minhbach.indices.models import AppraisalField, OfficeFor, Round, RoundSet, SetVersion
from minhbach.indices.permissions import MANAGE_ROUND, REVIEW
from minhbach.org import trail
from minhbach.org.errors import NotPossible
from minhbach.org.models import Unit
from minhbach.org.permissions import require

DATES = ("self_opens", "internal_due", "self_closes", "appraisal_1_closes", "explanation_closes", "appraisal_2_closes")
"""The ends of the stages as `Round` calls them, with the beginning of the first and the day offices answer by."""
PERIOD = ("counts_from", "counts_to")
"""The days whose work counts, both in."""


def calendar_year(year: int) -> tuple[date, date]:
    """What counts where nobody says otherwise."""
    return date(year, 1, 1), date(year, 12, 31)


def locked_round(round_: Round) -> Round:
    """The round with its unit, under its lock for the rest of the transaction."""
    return Round.objects.select_for_update(of=("self",)).select_related("unit").get(pk=round_.pk)


def require_draft(round_: Round) -> None:
    """Raises NotPossible with code `out_of_order`."""
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
        round_.chain,
        events.ROUND_PREPARED,
        acting=acting,
        subject=round_,
        data={"year": year, "title": round_.title, "appraisal_shown": appraisal_shown, **_named(period), **dates},
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
    round_ = locked_round(round_)
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
    trail.record(round_.chain, events.ROUND_CHANGED, acting=acting, subject=round_, data=data)
    return round_


@transaction.atomic
def round_shown_change(round_: Round, *, shown: str, acting) -> Round:
    """Choose anew when units see their appraisal points. Raises Refused; NotPossible with code `out_of_order` (what is
    published is public)."""
    round_ = locked_round(round_)
    require(acting, MANAGE_ROUND, round_.unit)
    if round_.status == Round.Status.PUBLISHED:
        raise NotPossible(_("The results are published; everybody sees them."), "out_of_order")
    before, round_.appraisal_shown = round_.appraisal_shown, Round.Shown(shown)
    round_.save(update_fields=["appraisal_shown"])
    data = {"appraisal_shown": shown, "before": before}
    trail.record(round_.chain, events.ROUND_CHANGED, acting=acting, subject=round_, data=data)
    return round_


@transaction.atomic
def round_live_shown_change(round_: Round, *, shown: str, acting) -> Round:
    """Choose whether everybody sees the live index while the round is open. Raises Refused; NotPossible with code
    `out_of_order` (concluded)."""
    round_ = locked_round(round_)
    require(acting, MANAGE_ROUND, round_.unit)
    if round_.is_over:
        raise NotPossible(_("The round is concluded."), "out_of_order")
    before, round_.live_shown = round_.live_shown, Round.LiveShown(shown)
    round_.save(update_fields=["live_shown"])
    data = {"live_shown": shown, "before": before}
    trail.record(round_.chain, events.ROUND_CHANGED, acting=acting, subject=round_, data=data)
    return round_


@transaction.atomic
def round_set_assign(
    round_: Round, *, group: str, set_version: SetVersion, fields: dict[str, Unit] | None = None, acting
) -> RoundSet:
    """Choose the set of a unit group and the body that appraises each part or criterion in `fields` (id → body).

    Raises Refused; NotPossible with code `out_of_order`, `draft_set` or `unknown_criterion`.
    """
    round_ = locked_round(round_)
    require(acting, MANAGE_ROUND, round_.unit)
    require_draft(round_)
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
    trail.record(round_.chain, events.ROUND_CHANGED, acting=acting, subject=chosen, data=data)
    return chosen


@transaction.atomic
def round_set_drop(round_: Round, *, group: str, acting) -> None:
    """Leave a unit group out of the round again. Raises Refused; NotPossible with code `out_of_order`."""
    round_ = locked_round(round_)
    require(acting, MANAGE_ROUND, round_.unit)
    require_draft(round_)
    round_.sets.filter(group=group).delete()
    data = {"group": group, "set": None}
    trail.record(round_.chain, events.ROUND_CHANGED, acting=acting, subject=round_, data=data)


@transaction.atomic
def office_answer_for(unit: Unit, *, code: str, offices: Iterable[Unit], acting) -> None:
    """Say which offices of a unit answer for a code of the sets' responsibles, the leading one first.

    Raises Refused; NotPossible with code `foreign_office`.
    """
    require(acting, REVIEW, unit)
    offices = list(dict.fromkeys(offices))
    for office in offices:
        if not unit.covers(office):
            raise NotPossible(
                _("%(office)s is not part of %(unit)s."), "foreign_office", {"office": office, "unit": unit}
            )
    OfficeFor.objects.filter(unit=unit, code=code).delete()
    OfficeFor.objects.bulk_create(OfficeFor(unit=unit, code=code, office=office) for office in offices)
    data = {"code": code, "offices": [office.code for office in offices]}
    trail.record(f"unit:{unit.pk}:offices", events.ENTRY_CHANGED, acting=acting, subject=unit, data=data)
