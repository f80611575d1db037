"""What the reform index shows on the first page: what a person has to answer, review, explain, appraise or run."""

from __future__ import annotations

from collections import Counter

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from minhbach.indices import queries, work
from minhbach.indices.live.scores import live_entry
from minhbach.indices.models import Assignment, Entry, Round
from minhbach.indices.permissions import APPROVE, REVIEW
from minhbach.indices.rules import SELF, Status, ends
from minhbach.indices.views.boards.common import ROUND_KINDS
from minhbach.indices.views.sheets.desk import code_and_title
from minhbach.org.permissions import may
from minhbach.org.ui import figures as written
from minhbach.org.ui.firstpage import (
    BEGIN,
    DECIDE,
    DUE,
    LATE,
    LOOK,
    ONWARD,
    SHOWN,
    SOON,
    Block,
    Figure,
    Found,
    Item,
    Step,
    due_state,
    register,
    welcome,
)

FEW = 3
"""Of so many own units what is about to fall is looked for, and the live index is shown."""
MANY = 200
"""Of more units the person runs or oversees rounds, and looks at their boards."""


def answers(account, found: Found) -> None:
    """Criteria that the person's office has to answer."""
    open_ = work.writable_now(work.assignments_of_offices(account)).filter(state__in=work.TO_ANSWER)
    now = timezone.now()
    late, soon = Q(due__lt=now), Q(due__gte=now, due__lt=now + SOON)
    counts = open_.order_by().aggregate(n=Count("pk"), late=Count("pk", filter=late), soon=Count("pk", filter=soon))
    if not counts["n"]:
        return
    todo = reverse("indices:todo")
    found.figures += [
        Figure(counts["late"], _("criteria late"), f"{todo}?view=mine&state=late", "bad"),
        Figure(counts["soon"], _("criteria due within 3 days"), f"{todo}?view=mine", "warn"),
    ]
    first = list(open_[:SHOWN])
    sets = work.sets_of(each.entry for each in first)
    block = Block(
        _("Criteria to answer"), "pencil-square", count=counts["n"], more=todo, more_label=_("The whole list")
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
    found.blocks.append(block)
    title = ngettext("%(count)s criterion to answer", "%(count)s criteria to answer", counts["n"])
    text = ngettext("%(count)s is late.", "%(count)s are late.", counts["late"]) % {"count": counts["late"]}
    found.steps.append(
        Step(
            title % {"count": counts["n"]},
            block.items[0].url,
            _("Begin with the most urgent"),
            text if counts["late"] else "",
            LATE if counts["late"] else DUE,
        )
    )


def own_units(account, found: Found) -> None:
    """Self-scores the person reviews, approves or submits."""
    entries = work.entries_of_own_units(account)
    if not entries:
        return
    block = Block(_("Self-scores"), "card-checklist", count=len(entries))
    paths = {entry.unit.path for entry in entries}
    own = [e for e in entries if not any(e.unit.path.startswith(p) and e.unit.path != p for p in paths)]
    under: dict[int, list[Entry]] = {}
    for entry in entries:
        if entry not in own or len(own) > SHOWN:
            under.setdefault(entry.round_id, []).append(entry)
        else:
            block.items.append(_own_item(account, entry))
            found.steps += _own_steps(account, entry)
    for members in under.values():
        item = _summary(members)
        if not block.items:
            found.steps.append(Step(_("See how far the units are"), item.url, _("Open the round"), item.label, LOOK))
        block.items.append(item)
    found.blocks.append(block)
    _falls([entry for entry in own if may(account, REVIEW, entry.unit)], found)
    _offices(account, found)


def _falls(entries: list[Entry], found: Found) -> None:
    """Criteria that are about to fall through a threshold. Who looks after many units looks at each for itself."""
    from minhbach.indices.outlook import alarms  # draws: not for every process

    if len(entries) > FEW:
        return
    block = Block(_("About to fall through a threshold"), "flag")
    for entry in entries:
        for fall in alarms.falls(entry):
            url = reverse("indices:outlook", args=[entry.pk])
            hint = _("now %(now)s points; in about %(cases)s of 10 cases only %(then)s at the end") % {
                "now": written.points(fall.now),
                "cases": fall.cases,
                "then": written.points(fall.then),
            }
            item = Item(code_and_title(fall.node(entry)), url, hint, ("warn", _("about to fall")))
            block.items.append(item)
    if block.items:
        block.count = len(block.items)
        del block.items[SHOWN:]
        found.blocks.append(block)


def live(account, found: Found) -> None:
    """The live index of the person's own units, as it stands now: of those that are not under another of them."""
    entries = work.entries_seen_whole(account, most=MANY)
    paths = {entry.unit.path for entry in entries}
    own = [e for e in entries if not any(e.unit.path.startswith(p) and e.unit.path != p for p in paths)]
    if not own or len(own) > FEW:
        return
    block = Block(_("Live index"), "graph-up", count=len(own))
    for entry in own:
        one = live_entry(entry)
        leaves = [leaf.id for leaf in one.indicator_set.leaves if not leaf.kind]
        sources = Counter(one.source(code) for code in leaves)
        hint = _("%(measured)s criteria measured, %(given)s declared, %(missing)s missing") % {
            "measured": sources["measured"] + sources["mixed"],
            "given": sources["declared"] + sources["survey"],
            "missing": sources["missing"],
        }
        now = _("%(points)s of %(maximum)s points") % {
            "points": written.points(one.result.score),
            "maximum": written.points(one.result.maximum),
        }
        url = reverse("indices:entry_live", args=[entry.pk])
        block.items.append(Item(f"{entry.unit} – {entry.round}", url, hint, ("info", now)))
    found.blocks.append(block)


def _offices(account, found: Found) -> None:
    """Offices of the person's units that have not answered."""
    waited_for = [office for office in work.offices_progress(account) if office.open_]
    if not waited_for:
        return
    todo = reverse("indices:todo")
    block = Block(
        _("Offices that have not answered"), "people", count=len(waited_for), more=todo, more_label=_("All offices")
    )
    for office in waited_for[:SHOWN]:
        hint = _("%(answered)s of %(total)s answered") % {"answered": office.answered, "total": office.total}
        words = (
            ngettext("%(count)s late", "%(count)s late", office.late) % {"count": office.late}
            if office.late
            else _("%(count)s to answer") % {"count": office.open_}
        )
        url = f"{todo}?view=all&office={office.office_code}"
        state = ("bad" if office.late else "neutral", words)
        block.items.append(Item(office.office, url, f"{hint} · {office.unit}", state))
    found.blocks.append(block)
    late = sum(office.late for office in waited_for)
    found.figures.append(Figure(late, _("criteria late at offices"), f"{todo}?view=all&state=late", "bad"))


def _summary(entries: list[Entry]) -> Item:
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
    url = reverse("indices:round", args=[round_.pk])
    return Item(str(round_), url, hint, ("info", _("%(count)s units") % {"count": len(entries)}))


_STATES = {
    Status.REVIEW: "waiting",
    Status.SUBMITTED: "waiting",
    Status.APPRAISAL_1: "waiting",
    Status.APPRAISAL_2: "waiting",
    Status.EXPLANATION: "warn",
    Status.CONCLUDED: "ok",
}


def _own_item(account, entry: Entry) -> Item:
    reviews, left = may(account, REVIEW, entry.unit), entry.criteria - entry.answered
    state = (_STATES.get(Status(entry.status), "info"), str(entry.get_status_display()))
    if entry.status == Status.SCORING:
        kind = "neutral" if not reviews else "warn" if left else "ok"
        state = (kind, _("%(done)s of %(all)s answered") % {"done": entry.answered, "all": entry.criteria})
    elif entry.status == Status.APPROVED and reviews:
        state = ("warn", _("to be submitted"))
    hint = ""
    if entry.status in (Status.SCORING, Status.REVIEW, Status.APPROVED):
        hint = _("Self-scoring ends at %(moment)s") % {"moment": written.moment(ends(entry, SELF))}
        if entry.self_score is not None:
            hint += " · " + _("%(points)s points so far") % {"points": written.points(entry.self_score)}
    show = "?show=unanswered#sheet" if entry.status == Status.SCORING and reviews and left else ""
    return Item(f"{entry.unit} – {entry.round}", reverse("indices:entry", args=[entry.pk]) + show, hint, state)


def _own_steps(account, entry: Entry) -> list[Step]:
    """The next step of a self-score, for whoever may take it."""
    reviews, approves = may(account, REVIEW, entry.unit), may(account, APPROVE, entry.unit)
    url, left = reverse("indices:entry", args=[entry.pk]), entry.criteria - entry.answered
    where, open_it = f"{entry.unit} · {entry.round}", _("Open the self-score")
    match entry.status:
        case Status.SCORING if reviews and left:
            title = ngettext("%(count)s criterion is not answered yet", "%(count)s criteria are not answered yet", left)
            return [Step(title % {"count": left}, f"{url}?show=unanswered#sheet", _("Show them"), where, LOOK)]
        case Status.SCORING if reviews:
            return [Step(_("Hand the self-score to internal review"), url, open_it, where, ONWARD)]
        case Status.REVIEW if approves:
            title = _("Approve the self-score of %(unit)s") % {"unit": entry.unit}
            return [Step(title, url, open_it, str(entry.round), DECIDE)]
        case Status.REVIEW if reviews:
            return [Step(_("Check the answers of the offices"), url, open_it, where, ONWARD)]
        case Status.APPROVED if reviews:
            return [Step(_("Submit the approved self-score"), url, open_it, where, DECIDE)]
    return []


def explanations(account, found: Found) -> None:
    """What the appraisers have asked."""
    asked = work.explanations_to_give(account)
    total = asked.count()
    if not total:
        return
    first = list(asked[:SHOWN])
    sets = work.sets_of(each.entry for each in first)
    now = timezone.now()
    block = Block(_("Explanations to give"), "question-circle", count=total)
    for each in first:
        node = sets[each.entry.set_version_id].nodes.get(each.criterion)
        url = reverse("indices:criterion", args=[each.entry_id, each.criterion]) + "#explanation"
        label = code_and_title(node) if node else each.criterion
        block.items.append(Item(label, url, each.question, due_state(ends(each.entry, Round.Stage.EXPLANATION), now)))
    if total > SHOWN:
        block.more = reverse("indices:entry", args=[first[0].entry_id]) + "?show=asked#sheet"
        block.more_label = _("The whole list")
    found.blocks.append(block)
    title = ngettext("%(count)s explanation to give", "%(count)s explanations to give", total) % {"count": total}
    found.steps.append(Step(title, block.items[0].url, _("Explain"), weight=DECIDE))


def appraisals(account, found: Found) -> None:
    """Units with criteria to appraise in the person's fields."""
    entries = work.entries_to_appraise(account)
    if not entries:
        return
    open_ = [each for each in entries if each.left]
    block = Block(_("Units to appraise"), "clipboard", count=len(open_))
    for each in entries[:SHOWN]:
        url = reverse("indices:entry", args=[each.entry.pk])
        if each.left:
            words = ngettext("%(count)s criterion left", "%(count)s criteria left", each.left) % {"count": each.left}
            hint = f"{each.entry.round} · {_until(each)}"
            block.items.append(Item(str(each.entry.unit), f"{url}?show=to_appraise#sheet", hint, ("warn", words)))
        else:
            state = ("ok", _("own field appraised"))
            block.items.append(Item(str(each.entry.unit), url, str(each.entry.round), state))
    round_url = reverse("indices:round", args=[entries[0].entry.round_id])
    if len(entries) > SHOWN:
        block.more, block.more_label = round_url, _("All units of the round")
    found.blocks.append(block)
    if not open_:
        return
    left = sum(each.left for each in open_)
    title = ngettext("%(count)s criterion to appraise", "%(count)s criteria to appraise", left) % {"count": left}
    text = ngettext("in %(count)s unit", "in %(count)s units", len(open_)) % {"count": len(open_)}
    found.steps.append(Step(title, block.items[0].url, _("Begin"), f"{text} · {_until(open_[0])}", BEGIN))
    kind, _words = due_state(min(ends(each.entry, each.stage) for each in open_), timezone.now())
    found.figures.append(Figure(left, _("criteria to appraise"), round_url, kind))


def _until(each: work.ToAppraise) -> str:
    """When the stage ends, in words."""
    return _("until %(moment)s") % {"moment": written.moment(ends(each.entry, each.stage))}


def leads(account, found: Found) -> None:
    """Units whose appraisal the body that runs the round can take further."""
    ready = work.entries_to_lead(account)
    if not ready:
        return
    block = Block(_("Appraisals to take further"), "check2-square", count=len(ready))
    for each in ready[:SHOWN]:
        if each.entry.status == Status.APPRAISAL_1:
            words = _("send %(count)s requests") % {"count": each.asked} if each.asked else _("end the first appraisal")
        else:
            words = _("to be concluded")
        url = reverse("indices:entry", args=[each.entry.pk])
        block.items.append(Item(str(each.entry.unit), url, str(each.entry.round), ("info", words)))
    found.blocks.append(block)
    title = ngettext("%(count)s appraisal to take further", "%(count)s appraisals to take further", len(ready))
    found.steps.append(
        Step(title % {"count": len(ready)}, block.items[0].url, _("Begin"), str(ready[0].entry.round), ONWARD)
    )


def _round_state(round_: Round) -> tuple[str, str]:
    return ROUND_KINDS[Round.Status(round_.status)], str(round_.get_status_display())


def rounds(account, found: Found) -> None:
    """Rounds the person runs."""
    run = work.rounds_run(account)
    if not run:
        return
    block = Block(_("Rounds you run"), "trophy", count=len(run))
    for each in run:
        scoring = each.count(Status.SCORING, Status.REVIEW, Status.APPROVED)
        concluded = each.count(Status.CONCLUDED)
        hint = _("%(units)s units: %(scoring)s scoring, %(appraised)s in appraisal, %(concluded)s concluded") % {
            "units": each.units,
            "scoring": scoring,
            "appraised": each.units - scoring - concluded,
            "concluded": concluded,
        }
        url = reverse("indices:round", args=[each.round.pk])
        if coming := _next_end(each.round):
            hint = f"{hint} · {coming}"
        block.items.append(Item(str(each.round), url, hint, _round_state(each.round)))
        if each.units and concluded == each.units:
            title, weight = _("Conclude the round: every unit is appraised"), ONWARD
        else:
            title, weight = _("See how far the units are"), LOOK
        found.steps.append(Step(title, url, _("Open the round"), str(each.round), weight))
    found.blocks.append(block)


def _next_end(round_: Round) -> str:
    """Which stage of the round ends next, and when."""
    now = timezone.now()
    for stage in Round.Stage:
        if round_.closes(stage) > now:
            moment = written.moment(round_.closes(stage))
            return _("%(stage)s until %(moment)s") % {"stage": stage.label, "moment": moment}
    return ""


def readings(account, found: Found) -> None:
    """For those for whom nothing waits: the rounds they may look into."""
    if found.blocks:
        return
    visible = list(queries.rounds_visible(account).order_by("-year", "title")[:SHOWN])
    if visible:
        block = Block(_("Rounds you may look into"), "eye", count=len(visible))
        block.items = [
            Item(str(each), reverse("indices:round", args=[each.pk]), state=_round_state(each)) for each in visible
        ]
        found.blocks.append(block)


OTHER_WORK = (explanations, appraisals, leads)
"""Work that is no answering of criteria."""

for _order, _find in enumerate((answers, own_units, live, *OTHER_WORK, rounds), 40):
    register(f"indices.{_find.__name__}", find=_find, order=_order)
register("indices.readings", find=readings, order=1000)
welcome("indices", "indices/_welcome.html", value=lambda request: work.public_now(), order=30)
