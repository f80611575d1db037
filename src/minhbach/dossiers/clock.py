"""The one clock, wound with the facts of a dossier: the same for inbox, receipt, register, report and index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.utils import timezone

from minhbach.dossiers.models import Dossier, Extension, Pause
from minhbach.dossiers.states import Outcome
from minhbach.org.calendars.queries import Calendars, calendar_of
from minhbach.org.models import Unit
from minhbach.procedures.content.model import Content
from minhbach.procedures.models import Offer
from minhbach.worktime import Clock, Duration, Reading, TimeRules, due_at, find_rules, parse_duration
from minhbach.worktime.events import PAYMENT, SUPPLEMENT, Event, Extended, Finished, Paused, Received, Resumed, Stopped


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


def due_of(received_at: datetime, allowed: Duration, agency: Unit) -> datetime:
    """When a dossier received at this moment is due."""
    return due_at(received_at, allowed, calendar_of(agency), rules_for(received_at))


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
    )


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
    for pause in pauses:
        if pause.asked_at < received_at:
            continue  # asked before it was received: nothing ran yet
        events.append(Paused(pause.asked_at, SUPPLEMENT if pause.kind == Pause.SUPPLEMENT else PAYMENT))
        if pause.answered_at is not None:
            events.append(Resumed(pause.answered_at))
    if extension is not None:
        events.append(Extended(extension.at, extension.due_after))
    if dossier.finished_at is not None:
        done = dossier.outcome in (Outcome.GRANTED, Outcome.REFUSED)
        events.append((Finished if done else Stopped)(dossier.finished_at))
    # Of two things in the same minute the one recorded first comes first: the sort is stable.
    return sorted(events, key=lambda event: event.at)


def _extension(dossier: Dossier) -> Extension | None:
    return getattr(dossier, "extension", None) if dossier.extended else None
