"""The trail of an entry in words: who did what, when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from minhbach.indices import disclosure
from minhbach.indices.models import Entry, Score
from minhbach.indices.views.sheets.desk import Desk, code_and_title
from minhbach.org.models import Event, Unit
from minhbach.org.ui import figures as written


@dataclass(frozen=True)
class Line:
    label: str
    who: str
    post: str
    at: datetime
    detail: str = ""
    criterion: str = ""
    url: str = ""


def history(desk: Desk, criterion: str = "", limit: int = 30) -> tuple[list[Line], bool]:
    """The newest events, and whether there are older ones. Only of criteria the person sees."""
    events = Event.objects.filter(chain__name=desk.entry.chain, verb__startswith="indices.").order_by("-seq")
    if criterion:
        events = events.filter(data__criterion=criterion)
    shown: list[Event] = []
    older = False
    for event in events.iterator(chunk_size=200):
        about = event.data.get("criterion", "")
        if about and about not in desk.visible or disclosure.is_closed(desk.sight, event.verb, event.data):
            continue
        if older := len(shown) == limit:
            break
        shown.append(event)
    codes = {code for e in shown if "office" in e.data for code in (e.data["office"], *e.data.get("released", ()))}
    offices = {unit.code: str(unit) for unit in Unit.objects.filter(code__in=codes)} if codes else {}
    return [_line(desk, event, "" if criterion else event.data.get("criterion", ""), offices) for event in shown], older


def _line(desk: Desk, event: Event, about: str, offices: dict[str, str]) -> Line:
    node = desk.indicator_set.nodes.get(about)
    stage = event.data.get("stage")
    label = str(event.label)
    return Line(
        label=f"{label} ({Score.Stage(stage).label})" if stage in Score.Stage.values else label,
        who=_("the system") if event.actor_name == "system" else event.actor_name,
        post=event.actor_post,
        at=event.at,
        detail="; ".join(_details(desk, event.data, offices)),
        criterion=code_and_title(node) if node else "",
        url=desk.url(about) if node else "",
    )


def _details(desk: Desk, data: dict, offices: dict[str, str]) -> Iterator[str]:
    if "points" in data:
        before = (data.get("before") or {}).get("points")
        now = written.number(data["points"]) if data["points"] is not None else _("no points")
        yield f"{written.number(before)} → {now}" if before is not None else f"{now}"
    if data.get("status") in Entry.Status.values:
        yield str(Entry.Status(data["status"]).label)
    for key in ("why", "reason", "question", "answer"):
        if data.get(key):
            yield f"“{data[key]}”"
    if data.get("number"):
        yield data["number"]
    if data.get("title"):
        yield data["title"]
    if "office" in data:
        before = ", ".join(offices.get(code, code) for code in data.get("released", ()))
        now = offices.get(data["office"], data["office"])
        yield f"{before} → {now}" if before else now
    if (due := parse_datetime(str(data.get("due", "")))) is not None:
        yield _("by %(moment)s") % {"moment": written.moment(due)}
    shown = [code for code in data.get("criteria", []) if code in desk.visible]
    if shown:
        yield ", ".join(shown[:8]) + (" …" if len(shown) > 8 else "")
