"""What the one-stop shop shows on the first page: the dossiers by working time left, what else waits, and for those
who oversee others, who is late."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from minhbach.dossiers.permissions import OVERSEE, RECEIVE, SEE
from minhbach.org.dates import in_force, today
from minhbach.org.models import RoleGrant
from minhbach.org.permissions import holds
from minhbach.org.ui.figures import moment, number
from minhbach.org.ui.firstpage import (
    DECIDE,
    DUE,
    LATE,
    SHOWN,
    Block,
    Button,
    Figure,
    Found,
    Item,
    Step,
    due_state,
    register,
)
from minhbach.org.ui.inbox import waiting_for
from minhbach.workspace import bands, lists, overview
from minhbach.workspace.inbox import DOSSIERS
from minhbach.workspace.rows import Row, rows_of


def dossiers(account, found: Found) -> None:
    """The dossiers of the list the inbox opens with, the most urgent first."""
    if holds(account, RECEIVE):
        found.buttons.append(Button(_("Receive a dossier"), reverse("dossiers:choose"), "plus-lg"))
    scope = lists.usual(lists.inbox_counts(account))
    here = lists.SCOPES[scope].of(account)
    cut = bands.conditions(here, timezone.now())
    counts = bands.counted(here, cut)
    to_do = sum(count for code, count in counts.items() if code != "waiting")
    inbox = f"{reverse('workspace:inbox')}?list={scope}"
    if not sum(counts.values()):
        return
    found.figures += [
        Figure(counts[code], str(bands.BANDS[code].title), f"{inbox}&band={code}", bands.BANDS[code].kind)
        for code in ("late", "new", "today", "soon")
    ]
    if not to_do:
        return
    rows = rows_of(lists.by_bands(here.exclude(bands.PAUSED), cut, "", "", rows=lists.ROWS).dossiers, account)
    own = rows if scope == lists.MINE else _for_me(account, rows)
    title = _("Dossiers to handle") if own else _("Dossiers at your units")
    block = Block(title, "folder2-open", count=to_do, more=inbox, more_label=_("All of them"))
    for row in (own or rows)[:SHOWN]:
        state = (row.kind, row.clock or str(row.dossier.get_status_display()))
        hint = f"{row.dossier.code} · {row.step}"
        block.items.append(Item(str(row.dossier.version), _page(row.dossier), hint, state))
    found.blocks.append(block)
    if own:
        found.steps.append(_step(own[0]))


def _for_me(account, rows: list[Row]) -> list[Row]:
    """Of what lies at one's units: what nobody has taken yet and this person may act on, of agencies at which they
    serve. Over units of other agencies one has a say, but it is not one's work. One query."""
    held = RoleGrant.objects.filter(in_force(today()), person=account.person_id).values_list("unit__path", flat=True)
    paths = list(held)
    return [
        row
        for row in rows
        if row.deed
        and row.dossier.at_person_id is None
        and any(path.startswith(row.dossier.agency.path) for path in paths)
    ]


def _step(row: Row) -> Step:
    """The most urgent dossier, with what this person usually does with it now."""
    dossier, deed = row.dossier, row.deed
    title = f"{deed.title}: {dossier.version}" if deed else str(dossier.version)
    text = f"{dossier.code} · {row.clock or dossier.get_status_display()}"
    return Step(title, _page(dossier), _("Open the dossier"), text, LATE if row.kind == "bad" else DUE)


def _page(dossier) -> str:
    return reverse("dossiers:dossier", args=[dossier.code])


def others(account, found: Found) -> None:
    """What waits in all rooms beside the dossiers themselves, a panel for each kind."""
    now = timezone.now()
    for source, waiting in waiting_for(account, but=DOSSIERS):
        late = ngettext("%(count)s late", "%(count)s late", waiting.late) % {"count": number(waiting.late)}
        count = ngettext("%(count)s waiting", "%(count)s waiting", waiting.count) % {"count": number(waiting.count)}
        title = str(source.title)
        block = Block(title, source.icon, count=waiting.count, more=waiting.url, more_label=_("All of them"))
        block.items = [
            Item(line.title, line.url, line.hint, _due(line.due_at, now) if line.due_at else ("", ""))
            for line in waiting.lines
        ]
        url = block.items[0].url if block.items else waiting.url
        if not block.items:
            block.items.append(Item(title, url, "", ("bad", late) if waiting.late else ("info", count)))
        found.blocks.append(block)
        text = f"{count}, {late}" if waiting.late else count
        found.steps.append(Step(title, url, _("Begin with the most urgent"), text, LATE if waiting.late else DECIDE))


def _due(due: datetime, now: datetime) -> tuple[str, str]:
    """The moment itself: the days left of a dossier are working days, and are said by its own clock."""
    kind, _left = due_state(due, now)
    return kind, _("due %(moment)s") % {"moment": moment(due)}


def overseen(account, found: Found) -> None:
    """Where dossiers are late: by unit, and where there is but one, by person."""
    now = timezone.now()
    lines = overview.held(account, overview.BY_UNIT, now)
    if len(lines) == 1:
        lines = overview.held(account, overview.BY_PERSON, now)
    late = [line for line in lines if line.counts["late"]]
    if not late:
        return
    whole = reverse("workspace:overview")
    block = Block(_("Where dossiers are late"), "graph-up", count=len(late), more=whole, more_label=_("Who holds what"))
    for line in late[:SHOWN]:
        hint = _("%(open)s open, %(today)s due today") % {
            "open": number(line.open),
            "today": number(line.counts["today"]),
        }
        words = ngettext("%(count)s late", "%(count)s late", line.counts["late"])
        state = ("bad", words % {"count": number(line.counts["late"])})
        url = f"{reverse('workspace:dossiers')}?{line.query}&band=late"
        block.items.append(Item(line.title, url, f"{line.hint} · {hint}" if line.hint else hint, state))
    found.blocks.append(block)


register("workspace.dossiers", find=dossiers, verb=SEE, order=10)
register("workspace.others", find=others, order=20)
register("workspace.overseen", find=overseen, verb=OVERSEE, order=30)
