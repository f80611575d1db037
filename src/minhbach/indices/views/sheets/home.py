"""The first page: for visitors what is published, for everybody else what to do now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from minhbach.indices import queries, work
from minhbach.indices.models import Assignment, Entry, Round
from minhbach.indices.permissions import APPROVE, REVIEW
from minhbach.indices.rules import SELF, Status, ends
from minhbach.indices.views.boards.common import ROUND_KINDS
from minhbach.indices.views.sheets.desk import code_and_title
from minhbach.org.permissions import may, public
from minhbach.org.ui import figures as written
from minhbach.org.ui.inbox import waiting_for

MOST = 6


@dataclass
class Item:
    label: str
    url: str
    hint: str = ""
    state: tuple[str, str] = ("neutral", "")
    detail: str = ""


@dataclass
class Block:
    """One kind of work: a panel with its most urgent items."""

    title: str
    icon: str
    items: list[Item] = field(default_factory=list)
    count: int = 0
    more: str = ""
    more_label: str = ""


@dataclass
class Step:
    title: str
    url: str
    label: str
    text: str = ""
    weight: int = 0
    """The lower, the more urgent."""


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    published = work.rounds_published()
    if not request.user.is_authenticated:
        return render(request, "indices/sheets/welcome.html", {"published": published})
    blocks, steps = waiting(request.user, elsewhere, answers, own_units, *OTHER_WORK, rounds)
    if not blocks:
        _readings(request.user, blocks)
    context = {
        "blocks": blocks,
        "step": min(steps, key=lambda s: s.weight) if steps else None,
        "published": published,
        "name": request.user.get_full_name(),
    }
    return render(request, "indices/sheets/home.html", context)


def waiting(account, *kinds: Callable[..., None]) -> tuple[list[Block], list[Step]]:
    """What waits for the person, a panel per kind of work, and the steps of which the most urgent comes first."""
    blocks: list[Block] = []
    steps: list[Step] = []
    for make in kinds:
        make(account, blocks, steps)
    return blocks, steps


def address(name: str, *args) -> str:
    """The address of a page of another area; empty while it has none."""
    try:
        return reverse(f"indices:{name}", args=args)
    except NoReverseMatch:
        return ""


def due_state(due, now) -> tuple[str, str]:
    """A due moment as people say it: kind of state and words."""
    left = due - now
    kind = "bad" if left.total_seconds() < 0 else "warn" if left.days < work.SOON_DAYS else "neutral"
    return kind, written.remaining(left)


def elsewhere(account, blocks: list[Block], steps: list[Step]) -> None:
    """What waits in the other rooms, a line for each kind."""
    block = Block(_("At the one-stop shop"), "inbox")
    for source, found in waiting_for(account):
        late = ngettext("%(count)s late", "%(count)s late", found.late) % {"count": found.late} if found.late else ""
        count = ngettext("%(count)s waiting", "%(count)s waiting", found.count) % {"count": found.count}
        url = found.url or found.lines[0].url
        state = ("bad", late) if late else ("info", count)
        block.items.append(Item(str(source.title), url, count if late else "", state))
        steps.append(Step(str(source.title), url, _("Begin with the most urgent"), late or count, 1 if late else 3))
    if block.items:
        blocks.append(block)


def answers(account, blocks: list[Block], steps: list[Step]) -> None:
    """Criteria that the person's office has to answer."""
    open_ = work.writable_now(work.assignments_of_offices(account)).filter(state__in=work.TO_ANSWER)
    now = timezone.now()
    total, late = open_.count(), 0
    if not total:
        return
    late = open_.filter(due__lt=now).count()
    first = list(open_[:MOST])
    sets = work.sets_of(each.entry for each in first)
    block = Block(
        _("Criteria to answer"),
        "pencil-square",
        count=total,
        more=reverse("indices:todo"),
        more_label=_("The whole list"),
    )
    for each in first:
        node = sets[each.entry.set_version_id].nodes.get(each.criterion)
        kind, words = due_state(each.due, now)
        returned = each.state == Assignment.State.RETURNED
        hint = (
            _("Sent back: %(why)s") % {"why": each.returned_why} if returned else f"{each.office} · {each.entry.round}"
        )
        label = code_and_title(node) if node else each.criterion
        url = reverse("indices:criterion", args=[each.entry_id, each.criterion])
        block.items.append(Item(label, url, hint, ("warn" if returned and kind == "neutral" else kind, words)))
    blocks.append(block)
    title = ngettext("%(count)s criterion to answer", "%(count)s criteria to answer", total) % {"count": total}
    text = ngettext("%(count)s is late.", "%(count)s are late.", late) % {"count": late} if late else ""
    steps.append(Step(title, block.items[0].url, _("Begin with the most urgent"), text, 1 if late else 3))


def own_units(account, blocks: list[Block], steps: list[Step]) -> None:
    """Self-scores the person reviews, approves or submits."""
    entries = work.entries_of_own_units(account)
    if not entries:
        return
    block = Block(_("Self-scores"), "card-checklist", count=len(entries))
    paths = {entry.unit.path for entry in entries}
    own = [e for e in entries if not any(e.unit.path.startswith(p) and e.unit.path != p for p in paths)]
    under: dict[int, list[Entry]] = {}
    for entry in entries:
        if entry not in own or len(own) > MOST:
            under.setdefault(entry.round_id, []).append(entry)
        else:
            block.items.append(_own_item(account, entry, steps))
    for members in under.values():
        block.items.append(_summary(account, members, steps if not block.items else []))
    blocks.append(block)
    late = [o for o in work.offices_progress(account) if o.open_]
    if late:
        offices = Block(
            _("Offices that have not answered"),
            "people",
            count=len(late),
            more=reverse("indices:todo"),
            more_label=_("All offices"),
        )
        for office in late[:MOST]:
            hint = _("%(answered)s of %(total)s answered") % {"answered": office.answered, "total": office.total}
            words = (
                ngettext("%(count)s late", "%(count)s late", office.late) % {"count": office.late}
                if office.late
                else _("%(count)s to answer") % {"count": office.open_}
            )
            url = f"{reverse('indices:todo')}?view=all&office={office.office_code}"
            offices.items.append(
                Item(office.office, url, f"{hint} · {office.unit}", ("bad" if office.late else "neutral", words))
            )
        blocks.append(offices)


def _summary(account, entries: list[Entry], steps: list[Step]) -> Item:
    """Many units of one round on one line."""
    round_ = entries[0].round
    begun = [e for e in entries if e.status in (Status.SCORING, Status.REVIEW, Status.APPROVED)]
    full = [e for e in begun if e.answered >= e.criteria]
    hint = _("%(units)s units: %(done)s handed in, %(full)s complete but not handed in, %(left)s still scoring") % {
        "units": len(entries),
        "done": len(entries) - len(begun),
        "full": len(full),
        "left": len(begun) - len(full),
    }
    url = address("round", round_.pk) or reverse("indices:entry", args=[entries[0].pk])
    steps.append(Step(_("See how far the units are"), url, _("Open the round"), str(round_), 9))
    return Item(str(round_), url, hint, ("info", _("%(count)s units") % {"count": len(entries)}))


def _own_item(account, entry: Entry, steps: list[Step]) -> Item:
    reviews, approves = may(account, REVIEW, entry.unit), may(account, APPROVE, entry.unit)
    url = reverse("indices:entry", args=[entry.pk])
    left = entry.criteria - entry.answered
    who = {"unit": entry.unit, "round": entry.round}
    state = ("info", str(entry.get_status_display()))
    if entry.status == Status.SCORING:
        kind = "neutral" if not reviews else "warn" if left else "ok"
        state = (kind, _("%(done)s of %(all)s answered") % {"done": entry.answered, "all": entry.criteria})
    if entry.status == Status.SCORING and reviews:
        if left:
            title = ngettext("%(count)s criterion is not answered yet", "%(count)s criteria are not answered yet", left)
            steps.append(
                Step(
                    title % {"count": left},
                    f"{url}?show=unanswered#sheet",
                    _("Show them"),
                    f"{entry.unit} · {entry.round}",
                    6,
                )
            )
        else:
            steps.append(
                Step(
                    _("Hand the self-score to internal review"),
                    url,
                    _("Open the self-score"),
                    f"{entry.unit} · {entry.round}",
                    5,
                )
            )
    elif entry.status == Status.REVIEW:
        state = ("waiting", str(entry.get_status_display()))
        if approves:
            steps.append(
                Step(_("Approve the self-score of %(unit)s") % who, url, _("Open the self-score"), str(entry.round), 2)
            )
        elif reviews:
            steps.append(
                Step(
                    _("Check the answers of the offices"),
                    url,
                    _("Open the self-score"),
                    f"{entry.unit} · {entry.round}",
                    5,
                )
            )
    elif entry.status == Status.APPROVED and reviews:
        state = ("warn", _("to be submitted"))
        steps.append(
            Step(_("Submit the approved self-score"), url, _("Open the self-score"), f"{entry.unit} · {entry.round}", 2)
        )
    elif entry.status == Status.EXPLANATION:
        state = ("warn", str(entry.get_status_display()))
    elif entry.status == Status.CONCLUDED:
        state = ("ok", str(entry.get_status_display()))
    elif entry.status in (Status.SUBMITTED, Status.APPRAISAL_1, Status.APPRAISAL_2):
        state = ("waiting", str(entry.get_status_display()))
    hint = ""
    if entry.status in (Status.SCORING, Status.REVIEW, Status.APPROVED):
        hint = _("Self-scoring ends at %(moment)s") % {"moment": written.moment(ends(entry, SELF))}
        if entry.self_score is not None:
            hint += " · " + _("%(points)s points so far") % {"points": written.points(entry.self_score)}
    show = "?show=unanswered#sheet" if entry.status == Status.SCORING and reviews and left else ""
    return Item(f"{entry.unit} – {entry.round}", url + show, hint, state)


def explanations(account, blocks: list[Block], steps: list[Step]) -> None:
    """What the appraisers have asked."""
    asked = work.explanations_to_give(account)
    total = asked.count()
    if not total:
        return
    first = list(asked[:MOST])
    sets = work.sets_of(each.entry for each in first)
    now = timezone.now()
    block = Block(_("Explanations to give"), "question-circle", count=total)
    for each in first:
        node = sets[each.entry.set_version_id].nodes.get(each.criterion)
        url = reverse("indices:criterion", args=[each.entry_id, each.criterion]) + "#explanation"
        label = code_and_title(node) if node else each.criterion
        block.items.append(Item(label, url, each.question, due_state(ends(each.entry, Round.Stage.EXPLANATION), now)))
    if total > MOST:
        block.more, block.more_label = (
            reverse("indices:entry", args=[first[0].entry_id]) + "?show=asked#sheet",
            _("The whole list"),
        )
    blocks.append(block)
    title = ngettext("%(count)s explanation to give", "%(count)s explanations to give", total) % {"count": total}
    steps.append(Step(title, block.items[0].url, _("Explain"), weight=2))


def appraisals(account, blocks: list[Block], steps: list[Step]) -> None:
    """Units with criteria to appraise in the person's fields."""
    found = work.entries_to_appraise(account)
    if not found:
        return
    open_ = [each for each in found if each.left]
    block = Block(_("Units to appraise"), "clipboard", count=len(open_))
    for each in found[:MOST]:
        url = reverse("indices:entry", args=[each.entry.pk])
        if each.left:
            words = ngettext("%(count)s criterion left", "%(count)s criteria left", each.left) % {"count": each.left}
            block.items.append(
                Item(str(each.entry.unit), f"{url}?show=to_appraise#sheet", str(each.entry.round), ("warn", words))
            )
        else:
            block.items.append(Item(str(each.entry.unit), url, str(each.entry.round), ("ok", _("own field appraised"))))
    round_url = address("round", found[0].entry.round_id)
    if len(found) > MOST and round_url:
        block.more, block.more_label = round_url, _("All units of the round")
    blocks.append(block)
    if open_:
        left = sum(each.left for each in open_)
        title = ngettext("%(count)s criterion to appraise", "%(count)s criteria to appraise", left) % {"count": left}
        text = ngettext("in %(count)s unit", "in %(count)s units", len(open_)) % {"count": len(open_)}
        steps.append(Step(title, block.items[0].url, _("Begin"), text, 4))


def leads(account, blocks: list[Block], steps: list[Step]) -> None:
    """Units whose appraisal the body that runs the round can take further."""
    found = work.entries_to_lead(account)
    if not found:
        return
    block = Block(_("Appraisals to take further"), "check2-square", count=len(found))
    for each in found[:MOST]:
        if each.entry.status == Status.APPRAISAL_1:
            words = _("send %(count)s requests") % {"count": each.asked} if each.asked else _("end the first appraisal")
        else:
            words = _("to be concluded")
        url = reverse("indices:entry", args=[each.entry.pk])
        block.items.append(Item(str(each.entry.unit), url, str(each.entry.round), ("info", words)))
    blocks.append(block)
    title = ngettext("%(count)s appraisal to take further", "%(count)s appraisals to take further", len(found))
    steps.append(Step(title % {"count": len(found)}, block.items[0].url, _("Begin"), str(found[0].entry.round), 5))


def _round_state(round_: Round) -> tuple[str, str]:
    return ROUND_KINDS[Round.Status(round_.status)], str(round_.get_status_display())


def rounds(account, blocks: list[Block], steps: list[Step]) -> None:
    """Rounds the person runs."""
    found = work.rounds_run(account)
    if not found:
        return
    block = Block(_("Rounds you run"), "trophy", count=len(found))
    for each in found:
        scoring = each.count(Status.SCORING, Status.REVIEW, Status.APPROVED)
        concluded = each.count(Status.CONCLUDED)
        hint = _("%(units)s units: %(scoring)s scoring, %(appraised)s in appraisal, %(concluded)s concluded") % {
            "units": each.units,
            "scoring": scoring,
            "appraised": each.units - scoring - concluded,
            "concluded": concluded,
        }
        url = address("round", each.round.pk)
        block.items.append(Item(str(each.round), url, hint, _round_state(each.round)))
        if each.units and concluded == each.units and url:
            steps.append(
                Step(_("Conclude the round: every unit is appraised"), url, _("Open the round"), str(each.round), 5)
            )
        elif url:
            steps.append(Step(_("See how far the units are"), url, _("Open the round"), str(each.round), 9))
    blocks.append(block)


OTHER_WORK = (explanations, appraisals, leads)
"""Work that is no answering of criteria."""


def _readings(account, blocks: list[Block]) -> None:
    """For those who only read: the rounds they may look into."""
    found = list(queries.rounds_visible(account).order_by("-year", "title")[:MOST])
    if found:
        block = Block(_("Rounds you may look into"), "eye", count=len(found))
        block.items = [Item(str(each), address("round", each.pk), state=_round_state(each)) for each in found]
        blocks.append(block)
