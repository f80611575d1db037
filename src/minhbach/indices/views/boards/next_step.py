"""The one thing a person does next with a round: what waits for them, or that nothing does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from minhbach.indices import progress, work
from minhbach.indices.models import Round
from minhbach.indices.permissions import ANSWER, APPRAISE, APPROVE, MANAGE_ROUND, REVIEW
from minhbach.indices.rules import Status, ends
from minhbach.indices.views.boards.common import address, capital
from minhbach.org.permissions import holds, may


@dataclass(frozen=True)
class Step:
    title: str
    text: str
    label: str
    url: str


def next_step(account, round_: Round, lines: Sequence[progress.Line]) -> Step:
    """The most urgent of what this person may do here; `lines` are the units they see."""
    if round_.is_over:
        return Step(
            _("Results of the round") if round_.status == Round.Status.PUBLISHED else _("The round is concluded"),
            _("Who stands where, by total, part and criterion, and what changed since the round before."),
            _("Open the ranking"),
            address("ranking", round_.pk),
        )
    if round_.status == Round.Status.DRAFT:
        return Step(
            _("The round is being prepared"),
            _("Choose sets, appraising bodies and units; then open it."),
            _("Go on preparing"),
            address("round_manage", round_.pk),
        )
    here = _Here(account, round_, lines)
    for find in (here.own_unit, here.office, here.appraisal, here.lead, here.run):
        if (step := find()) is not None:
            return step
    return here.nothing()


@dataclass
class _Here:
    """One person at one open round."""

    account: object
    round: Round
    lines: Sequence[progress.Line]

    @cached_property
    def own(self) -> progress.Line | None:
        """The one unit whose self-score the person reviews or approves; who oversees many has none of their own."""
        verbs = [verb for verb in (REVIEW, APPROVE) if holds(self.account, verb)]
        found = [x for x in self.lines if any(may(self.account, verb, x.entry.unit) for verb in verbs)]
        return found[0] if len(found) == 1 else None

    @cached_property
    def leads(self) -> bool:
        return may(self.account, APPRAISE, self.round.unit)

    @cached_property
    def to_appraise(self) -> list[work.ToAppraise]:
        """Units that lie with the appraisers and have a field of this person, the most urgent first."""
        seen = [line.entry for line in self.lines]
        found = work.entries_to_appraise(self.account, seen) if holds(self.account, APPRAISE) else []
        return sorted(found, key=lambda x: (ends(x.entry, x.stage), -x.left, x.entry.unit.sort_key))

    def _step(self, title: str, text: str, label: str, name: str, *args, query: str = "") -> Step:
        return Step(title, text, label, reverse(f"indices:{name}", args=args) + query)

    # What waits ---------------------------------------------------------------------------------------------------

    def own_unit(self) -> Step | None:
        if self.own is None:
            return None
        entry = self.own.entry
        reviews, approves = may(self.account, REVIEW, entry.unit), may(self.account, APPROVE, entry.unit)
        unit, opens = {"unit": entry.unit}, (_("Open the self-score"), "entry", entry.pk)
        match Status(entry.status):
            case Status.SCORING if reviews:
                left = entry.criteria - entry.answered
                title = (
                    _("%(unit)s: %(left)s criteria still to answer") % (unit | {"left": left})
                    if left
                    else _("%(unit)s: every criterion is answered") % unit
                )
                return self._step(title, "" if left else _("Hand the self-score to internal review."), *opens)
            case Status.REVIEW if approves:
                return self._step(_("Approve the self-score of %(unit)s") % unit, "", *opens)
            case Status.REVIEW if reviews:
                return self._step(_("Check the answers of the offices"), str(entry.unit), *opens)
            case Status.APPROVED if reviews:
                return self._step(_("Submit the approved self-score"), str(entry.unit), *opens)
            case Status.EXPLANATION if reviews:
                if (left := work.explanations_to_give(self.account).filter(entry=entry).count()) == 0:
                    return self._step(_("Everything is explained: hand the explanations in."), str(entry.unit), *opens)
                return self._explain(left, entry.pk)
        return None

    def _explain(self, count: int, entry: int) -> Step:
        title = ngettext("%(count)s explanation to give", "%(count)s explanations to give", count) % {"count": count}
        return self._step(title, "", _("Explain"), "entry", entry, query="?show=asked#sheet")

    def office(self) -> Step | None:
        """An office sees units by the criteria given to it, and their totals of none."""
        if not holds(self.account, ANSWER) or any(line.whole for line in self.lines):
            return None
        given = work.writable_now(work.assignments_of_offices(self.account))
        waiting = given.filter(entry__round=self.round, state__in=work.TO_ANSWER)
        if count := waiting.order_by().values("entry", "criterion").distinct().count():
            title = ngettext("%(count)s criterion to answer", "%(count)s criteria to answer", count) % {"count": count}
            return self._step(title, "", _("Open the to-do list"), "todo")
        asked = list(
            work.explanations_to_give(self.account).filter(entry__round=self.round).values_list("entry", flat=True)
        )
        return self._explain(len(asked), asked[0]) if asked else None

    def appraisal(self) -> Step | None:
        waiting = [x for x in self.to_appraise if x.left]
        if waiting:
            left = sum(x.left for x in waiting)
            title = ngettext("%(count)s criterion to appraise", "%(count)s criteria to appraise", left) % {
                "count": left
            }
            units = ngettext("in %(count)s unit", "in %(count)s units", len(waiting)) % {"count": len(waiting)}
            first = waiting[0].entry
            urgent = _("The most urgent: %(unit)s") % {"unit": first.unit}
            return self._step(
                f"{title} {units}", urgent, _("Appraise"), "entry", first.pk, query="?show=to_appraise#sheet"
            )
        ready = [x for x in self.to_appraise if not x.is_concluded]
        if ready and not self.leads:
            title = ngettext(
                "Your field is appraised in %(count)s unit: conclude it",
                "Your field is appraised in %(count)s units: conclude it",
                len(ready),
            )
            first = ready[0].entry
            text = _("Its scores are locked then. First: %(unit)s") % {"unit": first.unit}
            return self._step(title % {"count": len(ready)}, text, _("Open the self-score"), "entry", first.pk)
        return None

    def lead(self) -> Step | None:
        found = work.entries_to_lead(self.account, self.round) if self.leads else []
        if not found:
            return None
        title = ngettext("%(count)s appraisal to take further", "%(count)s appraisals to take further", len(found))
        first = found[0].entry
        return self._step(title % {"count": len(found)}, str(first.unit), _("Begin"), "entry", first.pk)

    def run(self) -> Step | None:
        if not may(self.account, MANAGE_ROUND, self.round.unit):
            return None
        late = sum(x.mark == "overdue" for x in self.lines)
        title = ngettext("%(count)s unit is overdue", "%(count)s units are overdue", late) % {"count": late}
        return self._step(
            title if late else _("The round is on its way"),
            _("Change dates, reopen a stage for one unit, enter survey results, conclude."),
            _("Run the round"),
            "round_manage",
            self.round.pk,
        )

    # Nothing waits ------------------------------------------------------------------------------------------------

    def nothing(self) -> Step:
        """That nothing waits, why, and where one can look meanwhile."""
        title = _("Nothing waits for you in this round")
        if self.own is not None:
            entry = self.own.entry
            text = f"{entry.unit}: {capital(entry.get_status_display())}"
            return self._step(title, text, _("Open the self-score"), "entry", entry.pk)
        if holds(self.account, ANSWER) and not any(line.whole for line in self.lines):
            return self._step(title, _("Your office has answered everything."), _("Open the to-do list"), "todo")
        return self._step(title, self._meanwhile(), _("Open the provisional ranking"), "ranking", self.round.pk)

    def _meanwhile(self) -> str:
        """Where the units of the round are, in a sentence."""
        status = Counter(line.entry.status for line in self.lines)
        appraised = status[Status.SUBMITTED] + status[Status.APPRAISAL_1] + status[Status.APPRAISAL_2]
        said = [
            ngettext("%(count)s unit is scoring itself", "%(count)s units are scoring themselves", n) % {"count": n}
            for n in [sum(status[s] for s in progress.BEFORE_SUBMISSION)]
            if n
        ]
        if appraised:
            says = ngettext("%(count)s is being appraised", "%(count)s are being appraised", appraised)
            said.append(says % {"count": appraised})
        if n := status[Status.EXPLANATION]:
            said.append(ngettext("%(count)s is explaining", "%(count)s are explaining", n) % {"count": n})
        if n := status[Status.CONCLUDED]:
            said.append(ngettext("%(count)s is concluded", "%(count)s are concluded", n) % {"count": n})
        return "; ".join(said) + "." if said else ""
