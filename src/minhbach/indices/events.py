"""What this room writes into the trail."""

from django.utils.translation import gettext_lazy as _

from minhbach.org.trail.registry import register, register_chain, register_closed, register_words

SET_SAVED = register("indices.set_saved", _("saved the indicator set"))
SET_IMPORTED = register("indices.set_imported", _("imported the indicator set from a file"))
SET_RELEASED = register("indices.set_released", _("released the indicator set"))
SET_DISCARDED = register("indices.set_discarded", _("threw the draft of an indicator set away"))
DOUBT_SETTLED = register("indices.doubt_settled", _("put right what was doubtful in the indicator set"))
DOUBT_DISMISSED = register("indices.doubt_dismissed", _("found right what was doubtful in the indicator set"))
DOUBT_REOPENED = register("indices.doubt_reopened", _("called doubtful again a place of the indicator set"))
SET_FROZEN = register("indices.set_frozen", _("froze the indicator set"))
RESULT_ENTERED = register("indices.result_entered", _("entered a published result"))

ROUND_PREPARED = register("indices.round_prepared", _("prepared the round"))
ROUND_CHANGED = register("indices.round_changed", _("changed the round"))
ROUND_OPENED = register("indices.round_opened", _("opened the round"))
ROUND_CLOSED = register("indices.round_closed", _("concluded the round"))
ROUND_PUBLISHED = register("indices.round_published", _("published the round"))
OPEN_DATA_MADE = register("indices.open_data_made", _("made the open data of the round"))

ENTRY_OPENED = register("indices.entry_opened", _("entered the unit into the round"))
ENTRY_CHANGED = register("indices.entry_changed", _("changed the unit's place in the round"))
ASSIGNED = register("indices.assigned", _("assigned the criterion"))
ANSWERED = register("indices.answered", _("answered the criterion"))
RETURNED = register("indices.returned", _("sent the criterion back"))
ACCEPTED = register("indices.accepted", _("accepted the answer"))
SCORED = register("indices.scored", _("scored the criterion"))
EVIDENCE_ADDED = register("indices.evidence_added", _("added evidence"))
EVIDENCE_REMOVED = register("indices.evidence_removed", _("removed evidence"))
COMMENTED = register("indices.commented", _("commented"))
REPORT_WRITTEN = register("indices.report_written", _("wrote the difficulties and proposals of the report"))
PLAN_KEPT = register("indices.plan_kept", _("kept the target and what the way to it costs"))
REVIEW_ASKED = register("indices.review_asked", _("handed the self-score to internal review"))
SENT_BACK = register("indices.sent_back", _("sent the self-score back to the offices"))
APPROVED = register("indices.approved", _("approved the self-score"))
SUBMITTED = register("indices.submitted", _("submitted the self-score"))
WITHDRAWN = register("indices.withdrawn", _("withdrew the self-score"))
COPIED = register("indices.copied", _("copied scores forward"))
EXPLANATION_ASKED = register("indices.explanation_asked", _("asked for an explanation"))
EXPLANATIONS_SENT = register("indices.explanations_sent", _("sent the requests for explanation"))
EXPLAINED = register("indices.explained", _("explained"))
EXPLANATIONS_HANDED = register("indices.explanations_handed", _("handed in the explanations"))
CONCLUDED = register("indices.concluded", _("concluded the appraisal"))
REOPENED = register("indices.reopened", _("reopened a stage"))

register_chain(
    "entry",
    _("Unit in a round"),
    model="indices.Entry",
    units=["unit", "round__unit"],
    related=["unit", "round"],
)
register_chain("round", _("Round"), model="indices.Round")
register_chain("published", _("Published results"), model="org.Unit", units=["pk"])
register_chain("unit", _("Offices of the unit"), model="org.Unit", units=["pk"], suffix=":offices")


def _closed(account):
    from minhbach.indices.disclosure import closed_events

    return closed_events(account)


register_closed(_closed)

register_words(
    counts_from=_("work counts from"),
    counts_to=_("work counts to"),
    self_opens=_("self-scoring begins"),
    internal_due=_("offices answer by"),
    self_closes=_("self-scoring ends"),
    appraisal_1_closes=_("first appraisal ends"),
    explanation_closes=_("explanation ends"),
    appraisal_2_closes=_("second appraisal ends"),
    appraisal_shown=_("the unit sees its appraisal points"),
)
register_words(
    absent=_("blocks not held"),
    after=_("after"),
    answer=_("answer"),
    basis=_("document that orders the self-score"),
    body=_("appraising body"),
    criteria=_("criteria"),
    criterion=_("criterion"),
    date=_("date"),
    decision=_("decision"),
    differences=_("differences"),
    doubt=_("doubtful place"),
    doubts=_("doubtful places"),
    difficulties=_("difficulties"),
    digest=_("SHA-256 of the content"),
    due=_("due"),
    inputs=_("inputs"),
    leads=_("leads the criterion"),
    number=_("number"),
    office=_("office"),
    offices=_("offices"),
    points=_("points"),
    proposals=_("proposals"),
    question=_("question"),
    rank=_("rank"),
    reason=_("reason"),
    result=_("result"),
    released=_("offices released from it"),
    rule_points=_("points by the rule"),
    score=_("score"),
    set=_("indicator set"),
    stage=_("stage"),
    target=_("points to reach"),
    weights=_("effort of a row by kind"),
    status=_("status"),
    until=_("until"),
    version=_("version"),
    why=_("reason"),
    year=_("year"),
)
