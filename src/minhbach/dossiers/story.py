"""What happened to a dossier, in words: who, when, from where to where, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from minhbach.dossiers.actions.common import content_of
from minhbach.dossiers.models import Dossier
from minhbach.dossiers.states import Channel
from minhbach.org.models import Event, Person, Unit
from minhbach.org.ui.figures import date_short, language, moment


@dataclass(frozen=True)
class Told:
    """An event as a line: what was done, and what is worth knowing about it."""

    event: Event
    details: list[str]


def story(dossier: Dossier) -> list[Told]:
    """The events of the dossier, the newest first. Three queries, however many there are."""
    events = list(Event.objects.filter(chain__name=dossier.chain).order_by("-seq"))
    process = content_of(dossier).process
    steps = {step.key: step.title.in_(language()) for step in process.steps} if process else {}
    people = Person.objects.in_bulk({key for event in events for key in _keys(event.data, "person", "before")})
    codes = {event.data["unit"] for event in events if isinstance(event.data.get("unit"), str)}
    units = {unit.code: str(unit) for unit in Unit.objects.filter(code__in=codes)} if codes else {}
    return [Told(event, list(_details(event.data, steps, people, units))) for event in events]


def _keys(data: Mapping[str, Any], *names: str) -> Iterable[int]:
    return [data[name] for name in names if isinstance(data.get(name), int)]


def _details(
    data: Mapping[str, Any], steps: Mapping[str, str], people: Mapping[int, Person], units: Mapping[str, str]
) -> Iterator[str]:
    here, before = steps.get(data.get("step", "")), steps.get(data.get("from_step", ""))
    if here and before:
        yield _("from “%(before)s” to “%(step)s”") % {"before": before, "step": here}
    elif here:
        yield _("at “%(step)s”") % {"step": here}
    taker, giver = people.get(data.get("person") or 0), people.get(data.get("before") or 0)
    if taker and giver:
        yield _("from %(before)s to %(person)s") % {"before": giver, "person": taker}
    elif taker:
        yield _("to %(person)s") % {"person": taker}
    if unit := units.get(data.get("unit", "")):
        yield unit
    if (number := data.get("number")) and isinstance(number, int) and number > 1:
        yield _("request no. %(number)s") % {"number": number}
    if items := data.get("items"):
        yield "; ".join(map(str, items))
    if "agrees" in data:
        yield {True: _("agrees"), False: _("does not agree")}.get(data["agrees"], _("neither for nor against"))
    due, was = _moment(data.get("due_at")), _moment(data.get("due_before"))
    if due and was and due != was:
        yield _("due %(due)s instead of %(before)s") % {"due": due, "before": was}
    elif due:
        yield _("due %(due)s") % {"due": due}
    if until := data.get("until"):
        yield _("to be answered by %(day)s") % {"day": date_short(date.fromisoformat(until))}
    if symbol := data.get("symbol"):
        if form := data.get("form"):
            yield _("form %(form)s, no. %(symbol)s") % {"form": form, "symbol": symbol}
        else:
            yield _("no. %(symbol)s") % {"symbol": symbol}
    if (channel := data.get("channel")) in Channel.values:
        yield str(Channel(channel).label)
    if because := data.get("because"):
        yield _("reason: %(because)s") % {"because": because}


def _moment(text: Any) -> str:
    try:
        return moment(datetime.fromisoformat(text)) if isinstance(text, str) and text else ""
    except ValueError:
        return ""
