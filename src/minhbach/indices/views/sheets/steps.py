"""The way of a self-score as a list of steps, and the one thing this person should do about it now."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from minhbach.indices.models import Round
from minhbach.indices.rules import APPRAISAL_1, APPRAISAL_2, SELF, Status, ends, is_open, why_locked
from minhbach.indices.views.sheets.desk import Desk


@dataclass(frozen=True)
class Action:
    """A button. With `asks` it opens a form for a reason under that label."""

    step: str
    label: str
    asks: str = ""
    is_danger: bool = False
    body: int | None = None


@dataclass
class Next:
    """What comes next. `link` is the primary button when there is work on criteria to do, else `primary` is."""

    title: str
    text: str = ""
    primary: Action | None = None
    link: str = ""
    link_label: str = ""
    others: list[Action] = field(default_factory=list)


@dataclass(frozen=True)
class Milestone:
    label: str
    state: str  # done, now, later
    until: datetime | None = None


WAY = [
    # title, the states of the entry it covers, the stage whose end is its deadline
    (gettext_lazy("Self-scoring"), (Status.SCORING,), SELF),
    (gettext_lazy("Internal review"), (Status.REVIEW,), None),
    (gettext_lazy("Approval and submission"), (Status.APPROVED,), None),
    (gettext_lazy("First appraisal"), (Status.SUBMITTED, Status.APPRAISAL_1), APPRAISAL_1),
    (gettext_lazy("Explanation"), (Status.EXPLANATION,), Round.Stage.EXPLANATION),
    (gettext_lazy("Second appraisal"), (Status.APPRAISAL_2,), APPRAISAL_2),
    (gettext_lazy("Concluded"), (Status.CONCLUDED,), None),
]


def way(desk: Desk) -> list[Milestone]:
    """The steps with what is done, what is now and what is still to come."""
    entry = desk.entry
    here = next(n for n, (_t, states, _s) in enumerate(WAY) if entry.status in states)
    found = []
    for n, (title, _states, stage) in enumerate(WAY):
        done = n < here or (entry.status == Status.CONCLUDED and n == here)
        state = "done" if done else "now" if n == here else "later"
        found.append(Milestone(str(title), state, ends(entry, stage) if stage else None))
    return found


SEND_BACK = ("send-back", gettext_lazy("Send back for correction"), gettext_lazy("What is to be corrected?"))


def next_step(desk: Desk, counts: dict[str, int]) -> Next:
    """What this person should do now about the entry; `counts` are those of the sheet's filters."""
    entry = desk.entry
    if entry.round.status == Round.Status.PUBLISHED:
        return Next(_("The results are published."))
    if entry.round.is_over:
        return Next(_("The round is concluded."), _("The results will be published by decision."))
    return _BY_STATUS[Status(entry.status)](desk, counts)


def _waiting(title: str, text: str = "") -> Next:
    return Next(title, text)


def _scoring(desk: Desk, counts: dict[str, int]) -> Next:
    left, bare = counts["unanswered"], counts["no_evidence"]
    hand_on = Action("review", _("Hand to internal review"))
    if why := why_locked(desk.entry, SELF):
        return _waiting(_("The self-score cannot be changed now."), str(why))
    if left and (desk.may_review or desk.answerable):
        text = ngettext(
            "%(count)s criterion is not answered yet.", "%(count)s criteria are not answered yet.", left
        ) % {"count": left}
        found = Next(text, link="?show=unanswered#sheet", link_label=_("Show what is not answered"))
    elif bare and (desk.may_review or desk.answerable):
        text = ngettext("%(count)s criterion has no evidence.", "%(count)s criteria have no evidence.", bare) % {
            "count": bare
        }
        found = Next(text, link="?show=no_evidence#sheet", link_label=_("Show what has no evidence"))
    elif desk.may_review:
        return Next(
            _("Every criterion is answered: hand the self-score to internal review."),
            _("The head then approves it."),
            primary=hand_on,
        )
    else:
        return _waiting(_("The unit is scoring itself."))
    if desk.may_review:
        found.others.append(hand_on)
    return found


def _review(desk: Desk, counts: dict[str, int]) -> Next:
    if why := why_locked(desk.entry, SELF):
        return _waiting(_("Self-scoring is closed for this unit."), str(why))
    blocked = counts["unanswered"] + counts["no_evidence"]
    send_back = Action(SEND_BACK[0], str(SEND_BACK[1]), str(SEND_BACK[2]), is_danger=True)
    if desk.may_approve:
        if blocked:
            return Next(
                ngettext(
                    "%(count)s criterion stands in the way of approval.",
                    "%(count)s criteria stand in the way of approval.",
                    blocked,
                )
                % {"count": blocked},
                _("Have them completed, then approve."),
                link="?show=unanswered#sheet" if counts["unanswered"] else "?show=no_evidence#sheet",
                link_label=_("Show them"),
                others=[send_back],
            )
        return Next(
            _("Approve the self-score."),
            _("It can be submitted after that."),
            primary=Action("approve", _("Approve")),
            others=[send_back],
        )
    if desk.may_review:
        return Next(
            _("Check the answers, criterion by criterion."),
            _("The head approves the self-score after that."),
            link="#sheet",
            link_label=_("To the sheet"),
            others=[send_back],
        )
    return _waiting(_("The self-score is in internal review."))


def _approved(desk: Desk, counts: dict[str, int]) -> Next:
    others = []
    if desk.may_approve:
        others.append(Action(SEND_BACK[0], str(SEND_BACK[1]), str(SEND_BACK[2]), is_danger=True))
    if desk.may_review:
        if not is_open(desk.entry, SELF):
            return _waiting(_("Self-scoring is over."), _("Whoever runs the round can reopen it for this unit."))
        return Next(
            _("Submit the approved self-score."),
            _("The appraisers receive it; scores and evidence are locked from then on."),
            primary=Action("submit", _("Submit")),
            others=others,
        )
    return Next(_("Approved; waiting to be submitted by the reform officer."), others=others)


def _withdraw(desk: Desk) -> list[Action]:
    if desk.may_review and desk.entry.status == Status.SUBMITTED and is_open(desk.entry, SELF):
        return [Action("withdraw", _("Withdraw to correct it"), _("Why is it withdrawn?"), is_danger=True)]
    return []


def _appraisal(desk: Desk, counts: dict[str, int]) -> Next:
    entry, stage = desk.entry, desk.stage
    if not desk.appraisable:
        text = _("Waiting for the appraisers.")
        if entry.status == Status.SUBMITTED:
            text = _("Submitted; waiting for the appraisers.")
        return Next(text, others=_withdraw(desk))
    if why := why_locked(entry, stage):
        return _waiting(_("The appraisal cannot be written now."), str(why))
    left = counts["to_appraise"]
    open_bodies = [body for body in desk.own_bodies if (body.pk, stage) not in desk.concluded]
    copy = Action(
        "copy",
        _("Agree with the self-score for the rest")
        if stage == APPRAISAL_1
        else _("Keep the first appraisal for the rest"),
    )
    conclude = [
        Action("conclude-field", _("Conclude the field of %(body)s") % {"body": body}, body=body.pk)
        for body in open_bodies
    ]
    if left and open_bodies:
        title = ngettext("%(count)s criterion is to be appraised.", "%(count)s criteria are to be appraised.", left)
        return Next(
            title % {"count": left},
            link="?show=to_appraise#sheet",
            link_label=_("Show what is to be appraised"),
            others=[copy, *_withdraw(desk)],
        )
    if desk.leads_appraisal:
        return _lead(desk, conclude)
    if conclude:
        return Next(
            _("Your field is appraised: conclude it."),
            _("Its scores are locked then."),
            conclude[0],
            others=conclude[1:],
        )
    return _waiting(_("Your field is concluded."), _("The body that runs the round goes on from here."))


def _lead(desk: Desk, conclude: list[Action]) -> Next:
    """For the body that runs the round, when what is its own has been appraised."""
    if desk.entry.status == Status.APPRAISAL_2:
        return Next(
            _("Conclude the appraisal of this unit."),
            _("What the second appraisal did not touch stands as at the first."),
            primary=Action("conclude", _("Conclude the unit")),
            others=conclude,
        )
    others_left = _left_of_others(desk)
    if others_left:
        return Next(
            _("Waiting for the appraisal of other bodies: %(bodies)s.") % {"bodies": "; ".join(others_left)},
            others=conclude,
        )
    asked = len(desk.requests)
    if asked:
        title = ngettext(
            "Send %(count)s request for explanation to the unit.",
            "Send %(count)s requests for explanation to the unit.",
            asked,
        ) % {"count": asked}
        label = _("Send the requests")
    else:
        title, label = _("Nothing is to be explained: end the first appraisal."), _("End the first appraisal")
    return Next(title, primary=Action("send-explanations", label), others=conclude)


def _left_of_others(desk: Desk) -> list[str]:
    scores = desk.scores
    left = {
        desk.bodies[leaf.id]
        for leaf in desk.indicator_set.leaves
        if (leaf.id, SELF) in scores and (leaf.id, APPRAISAL_1) not in scores
    }
    return sorted(str(body) for body in left)


def _explanation(desk: Desk, counts: dict[str, int]) -> Next:
    entry = desk.entry
    open_ = [r for r in desk.requests.values() if not r.answer and r.criterion in desk.visible]
    if desk.leads_appraisal and not is_open(entry, Round.Stage.EXPLANATION):
        return Next(
            _("The time to explain has passed."),
            _("What is not explained stands as at the first appraisal."),
            primary=Action("conclude", _("Conclude the unit")),
        )
    if desk.may_review or desk.answerable:
        if why := why_locked(entry, Round.Stage.EXPLANATION):
            return _waiting(_("Explanations cannot be given now."), str(why))
        if open_:
            title = ngettext("Explain %(count)s criterion.", "Explain %(count)s criteria.", len(open_))
            return Next(title % {"count": len(open_)}, link="?show=asked#sheet", link_label=_("Show what is asked"))
        if desk.may_review:
            return Next(
                _("Everything is explained: hand the explanations in."), primary=Action("hand-in", _("Hand in"))
            )
    return _waiting(_("Waiting for the unit's explanations."))


def _concluded(desk: Desk, counts: dict[str, int]) -> Next:
    return _waiting(_("The appraisal of this unit is concluded."), _("Ranks follow when the round is concluded."))


_BY_STATUS = {
    Status.SCORING: _scoring,
    Status.REVIEW: _review,
    Status.APPROVED: _approved,
    Status.SUBMITTED: _appraisal,
    Status.APPRAISAL_1: _appraisal,
    Status.EXPLANATION: _explanation,
    Status.APPRAISAL_2: _appraisal,
    Status.CONCLUDED: _concluded,
}
