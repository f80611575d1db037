"""The one clock, wound with the facts of a dossier: the same for inbox, receipt, register, report and index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.utils import timezone

from minhbach.dossiers.models import Dossier, Extension, Pause
from minhbach.dossiers.states import Outcome
from minhbach.org.calendars.queries import Calendars, calendar_of
from minhbach.procedures.content.model import Content, Step
from minhbach.procedures.models import Offer
from minhbach.records.texts import Text
from minhbach.vietnamese import Lang
from minhbach.worktime import (
    Calendar,
    Clock,
    Duration,
    Reading,
    TimeRules,
    Told,
    WorktimeError,
    add_working_time,
    due_at,
    find_rules,
    parse_duration,
    working_time_between,
)
from minhbach.worktime.events import (
    PAYMENT,
    SUPPLEMENT,
    Event,
    Extended,
    Finished,
    Paused,
    Received,
    Resumed,
    Stopped,
    TakenOver,
)
from minhbach.worktime.rules import RESTART


def rules_for(received_at: datetime) -> TimeRules:
    """The rules a dossier keeps: those in force on the day it was received."""
    return find_rules().on(timezone.localdate(received_at))


def time_allowed(content: Content, offer: Offer, channel: str, answers: Mapping[str, object]) -> Duration | None:
    """How long it may take: what the agency commits to, else the time of the case the answers make it, of the channel,
    or by law; None if no source states any."""
    if offer.committed:
        return parse_duration(offer.committed)
    times = content.times
    by_law = times.by_law_for(answers)
    if by_law is not None and by_law != times.by_law:
        return by_law
    of_channel = next((way.time for way in content.channels if way.kind == channel and way.time), None)
    return times.committed or of_channel or by_law


def due_of(received_at: datetime, allowed: Duration, dossier: Dossier) -> datetime:
    """When the dossier is due if it was received at this moment."""
    calendar, rules = _calendar(dossier), rules_for(received_at)
    if dossier.counted_from is None:
        return due_at(received_at, allowed, calendar, rules)
    counted = Clock([Received(received_at)], allowed, calendar, rules, counted_from=dossier.counted_from)
    return counted.at(received_at).due


def counts_from(dossier: Dossier) -> Text:
    """From what the law counts its time, where that is not the reception: nothing for the usual case, where the agency
    committed to a time of its own, which it counts from the reception, and where another system counts."""
    if dossier.is_mirrored:
        return Text("")
    times = dossier.version.meaning.times
    by_law = times.by_law_for(dossier.answers)
    if by_law is None or (dossier.allowed and dossier.allowed != str(by_law)):
        return Text("")
    return times.counts_from_for(dossier.answers)


def beginnings(content: Content, offer: Offer) -> list[Text]:
    """The events from which the time of a dossier of this procedure may be counted, in words, before anybody knows its
    answers; none where the agency committed to a time of its own."""
    times = content.times
    own = parse_duration(offer.committed) if offer.committed else None
    ways = [(times.by_law, own or times.committed, times.counts_from)]
    ways += [(case.time, own, case.counts_from) for case in times.cases if case.when]
    found = [event for by_law, committed, event in ways if event and by_law and committed in (None, by_law)]
    return list(dict.fromkeys(found))


def _calendar(dossier: Dossier) -> Calendar:
    """The calendar of its agency, asked for once by an action, however often it counts: each has its own object."""
    known = dossier.__dict__
    if "_calendar" not in known:
        known["_calendar"] = calendar_of(dossier.agency)
    return known["_calendar"]


def step_due(dossier: Dossier, step: Step | None, at: datetime) -> datetime | None:
    """When a step that begins at this moment is due: by its own time, or by its share of the time first promised,
    counted in working time. None before the dossier is received, when its processing is over (what is left is for the
    applicant to fetch), or where the process states neither."""
    if step is None or dossier.received_at is None or dossier.finished_at is not None:
        return None
    calendar = _calendar(dossier)
    if step.time is not None:
        return due_at(at, step.time, calendar, rules_for(dossier.received_at))
    if step.share is None:
        return None
    promised = parse_duration(dossier.allowed) if dossier.allowed else None
    whole = (
        working_time_between(dossier.received_at, due_of(dossier.received_at, promised, dossier), calendar)
        if promised
        else 0
    )
    return add_working_time(at, round(whole * step.share.value), calendar) if whole > 0 else None


def put_off(due: datetime, dossier: Dossier, first: datetime, last: datetime) -> datetime:
    """The due moment of a step, later by the working time between two moments."""
    calendar = _calendar(dossier)
    return add_working_time(due, max(working_time_between(first, last, calendar), 0), calendar)


def time_runs_again(dossier: Dossier) -> bool:
    """Whether the whole time runs again after a full supplement, by the rules the dossier keeps."""
    return dossier.received_at is not None and rules_for(dossier.received_at).after_supplement.value == RESTART


def allowed_words(dossier: Dossier, lang: Lang) -> str:
    """The time allowed as people say it; nothing before the reception."""
    return parse_duration(dossier.allowed).in_(lang) if dossier.allowed else ""


def clock_of(dossier: Dossier, *more: Event, calendars: Calendars | None = None) -> Clock:
    """The clock of a received dossier, with `more` events after those recorded. Two queries, unless its pauses and its
    extension were fetched with it."""
    assert dossier.received_at is not None
    events = [*_events(dossier, dossier.pauses.all(), _extension(dossier)), *more]
    return Clock(
        events,
        parse_duration(dossier.allowed),
        (calendars or Calendars()).of(dossier.agency),
        rules_for(dossier.received_at),
        _told(dossier),
        dossier.counted_from,
    )


def _told(dossier: Dossier) -> Told | None:
    """What the system that keeps a mirrored dossier promised: the figures are judged by it, and so is the clock."""
    if not dossier.is_mirrored or dossier.due_at is None:
        return None
    return Told(dossier.first_due_at or dossier.due_at, dossier.due_at)


def _taken_over(dossier: Dossier) -> TakenOver | None:
    """Where it is carried on here: what the system before had promised, until a day is stated from which the law
    counts. Only a dossier with a code of another system is asked for it."""
    if dossier.is_mirrored or not dossier.foreign_code or dossier.counted_from is not None:
        return None
    mirror = getattr(dossier, "mirror", None)
    if mirror is None or mirror.carried_on_at is None or mirror.due_told is None:
        return None
    begun = dossier.received_at is not None and dossier.received_at <= mirror.carried_on_at
    return TakenOver(mirror.carried_on_at, mirror.due_told) if begun else None


def due_by_calendar(dossier: Dossier, pauses: Iterable[Pause], calendar: Calendar) -> datetime | None:
    """When a mirrored dossier is due by our clock, as far as its waits are known; None where nothing can be counted."""
    if dossier.received_at is None or not dossier.allowed:
        return None
    try:
        counted = Clock(
            _events(dossier, pauses, None), parse_duration(dossier.allowed), calendar, rules_for(dossier.received_at)
        )
        return counted.at(max(event.at for event in counted.events)).due
    except WorktimeError:  # before the calendar begins, or a history that cannot have happened
        return None


def reading_of(dossier: Dossier, at: datetime | None = None, *, calendars: Calendars | None = None) -> Reading | None:
    """What the clock says, now or at a past moment; None for a dossier that was not received by then."""
    at = at or timezone.now()
    if dossier.received_at is None or at < dossier.received_at or not dossier.allowed:
        return None
    return clock_of(dossier, calendars=calendars).at(at)


def _events(dossier: Dossier, pauses: Iterable[Pause], extension: Extension | None) -> list[Event]:
    received_at = dossier.received_at
    assert received_at is not None
    events: list[Event] = [Received(received_at)]
    # Another system tells of a status with its next delivery: by then the result may have been there for hours.
    end = dossier.finished_at if dossier.is_mirrored else None
    for pause in pauses:
        if pause.asked_at < received_at or (end is not None and pause.asked_at >= end):
            continue  # asked before it was received: nothing ran yet; or nothing ran any more
        events.append(Paused(pause.asked_at, SUPPLEMENT if pause.kind == Pause.SUPPLEMENT else PAYMENT))
        if pause.answered_at is not None:
            events.append(Resumed(pause.answered_at if end is None else min(pause.answered_at, end)))
    if (taken := _taken_over(dossier)) is not None:
        events.append(taken)
    if extension is not None:
        events.append(Extended(extension.at, extension.due_after))
    if dossier.finished_at is not None:
        done = dossier.outcome in (Outcome.GRANTED, Outcome.REFUSED)
        events.append((Finished if done else Stopped)(dossier.finished_at))
    # Of two things in the same minute the one recorded first comes first: the sort is stable.
    return sorted(events, key=lambda event: event.at)


def _extension(dossier: Dossier) -> Extension | None:
    return getattr(dossier, "extension", None) if dossier.extended else None
