"""What this room writes into the trail. Personal data enter only as digests."""

from django.utils.translation import gettext_lazy as _

from minhbach.org.trail.registry import register, register_chain, register_check, register_words

SUBMITTED = register("dossiers.submitted", _("registered the dossier"))
RECEIVED = register("dossiers.received", _("received the dossier"))
NOT_RECEIVED = register("dossiers.not_received", _("did not receive the dossier"))
COUNTED_FROM = register("dossiers.counted_from", _("stated from when the time counts"))
MOVED = register("dossiers.moved", _("handed the dossier on"))
SENT_BACK = register("dossiers.sent_back", _("sent the dossier back"))
ASSIGNED = register("dossiers.assigned", _("assigned the dossier"))
OPINION_ASKED = register("dossiers.opinion_asked", _("asked for an opinion"))
OPINIONS_WAIVED = register("dossiers.opinions_waived", _("went on without opinions that had not come"))
OPINION_UNKNOWN = register("dossiers.opinion_unknown", _("could not ask a unit that the process names"))
OPINION_GIVEN = register("dossiers.opinion_given", _("gave an opinion"))
SUPPLEMENT_ASKED = register("dossiers.supplement_asked", _("asked for a supplement"))
SUPPLEMENTED = register("dossiers.supplemented", _("took the supplement in"))
FINANCE_ASKED = register("dossiers.finance_asked", _("asked to meet a financial obligation"))
FINANCE_MET = register("dossiers.finance_met", _("recorded the financial obligation as met"))
EXTENDED = register("dossiers.extended", _("extended the time"))
APOLOGISED = register("dossiers.apologised", _("apologised for the delay"))
WITHDRAWAL_ASKED = register("dossiers.withdrawal_asked", _("recorded the wish to withdraw"))
WITHDRAWAL_DECLINED = register("dossiers.withdrawal_declined", _("went on with the dossier"))
STOPPED = register("dossiers.stopped", _("stopped the dossier"))
REFUSED = register("dossiers.refused", _("refused the request"))
FINISHED = register("dossiers.finished", _("finished the processing"))
RETURNED = register("dossiers.returned", _("returned the result"))
RECALLED = register("dossiers.recalled", _("recalled the result"))
RESULT_DRAFTED = register("dossiers.result_drafted", _("drafted the result"))
RESULT_REDRAFTED = register("dossiers.result_redrafted", _("changed the draft of the result"))
RESULT_SIGNED = register("dossiers.result_signed", _("signed the result"))
RESULT_NUMBERED = register("dossiers.result_numbered", _("gave the result number and date"))
RESULT_SEALED = register("dossiers.result_sealed", _("signed the result for the organisation"))
RESULT_RECORDED = register("dossiers.result_recorded", _("recorded the result from paper"))
RESULT_DISCARDED = register("dossiers.result_discarded", _("threw the result away before it was given out"))
OLDER_REGISTER_SET = register("dossiers.older_register_set", _("set up a register of older results"))
OLDER_ADDED = register("dossiers.older_added", _("entered older results"))
OLDER_DIGITISED = register("dossiers.older_digitised", _("digitised an older result"))
OLDER_ENDED = register("dossiers.older_ended", _("ended an older result"))
PAPER_ADDED = register("dossiers.paper_added", _("added a paper"))
PAPER_REMOVED = register("dossiers.paper_removed", _("took a paper away"))
SCANNED = register("dossiers.scanned", _("digitised a paper"))
FORM_ISSUED = register("dossiers.form_issued", _("issued a form"))
DUE_ASKED = register("dossiers.due_asked", _("asked for fees"))
DUE_EXEMPTED = register("dossiers.due_exempted", _("exempted from a fee"))
DUE_CANCELLED = register("dossiers.due_cancelled", _("took back a demand for a fee"))
PAID = register("dossiers.paid", _("recorded a payment"))
PAYMENT_CANCELLED = register("dossiers.payment_cancelled", _("cancelled a payment"))
PAYMENT_REFUNDED = register("dossiers.payment_refunded", _("paid money back"))
PAYMENT_SETTINGS_SET = register("dossiers.payment_settings_set", _("set where fees are paid to"))
STATEMENT_READ = register("dossiers.statement_read", _("read a bank statement"))
HANDLING_MARKED = register("dossiers.handling_marked", _("scored the handling"))
MONEY_ASIDE = register("dossiers.money_aside", _("put money that came in aside"))
PERSONAL_SEEN = register("dossiers.personal_seen", _("looked at the applicant's personal data"))
APPLICANT_FOUND = register("dossiers.applicant_found", _("looked an applicant up by the identity number"))
HOOK_SET = register("dossiers.hook_set", _("wants to be told at an address"))
HOOK_ENDED = register("dossiers.hook_ended", _("wants to be told no more"))
DELIVERY_AGAIN = register("dossiers.delivery_again", _("had a message to a system sent again"))
DESK_SET = register("dossiers.desk_set", _("set up the one-stop shop"))
DELEGATED = register("dossiers.delegated", _("delegated"))
DELEGATION_ENDED = register("dossiers.delegation_ended", _("ended a delegation"))
SOURCE_SET = register("dossiers.source_set", _("set up another system"))
PORTAL_LINKED = register("dossiers.portal_linked", _("set the link to the national portal"))
PORTAL_RETRIED = register("dossiers.portal_retried", _("sent a message to the portal again"))
PORTAL_SKIPPED = register("dossiers.portal_skipped", _("gave up a message to the portal"))
PORTAL_SET_ASIDE = register("dossiers.portal_set_aside", _("set a dossier filed at the portal aside"))
MIRRORED = register("dossiers.mirrored", _("took in dossiers of another system"))
CARRIED_ON = register("dossiers.carried_on", _("went on here with a dossier of another system"))

register_chain(
    "dossier", _("Dossier"), model="dossiers.Dossier", units=["office", "agency"], related=["office", "agency"]
)
register_chain("source", _("Other system"), model="dossiers.Source", units=["agency"])


def _mirrored_as_told():
    from minhbach.dossiers.exchange.verifying import problems

    return problems()


register_check(_mirrored_as_told)

register_words(
    account=_("account number"),
    account_name=_("account holder"),
    bank=_("bank (BIN)"),
    gateway=_("payment gateway"),
    gateway_page=_("payment page of the gateway"),
    amount=_("amount (đồng)"),
    batch=_("delivery"),
    because=_("reason"),
    changed=_("changed"),
    created=_("new"),
    merkle=_("digest of what was told"),
    rows=_("rows"),
    told=_("statuses told"),
    channel=_("way"),
    code=_("code"),
    copies=_("number"),
    counted_from=_("time counted from"),
    component=_("component"),
    due_at=_("due"),
    dues=_("what for"),
    due_before=_("due before"),
    first_due_at=_("first due"),
    form=_("form"),
    form_set=_("set of forms"),
    from_status=_("status before"),
    from_step=_("step before"),
    items=_("what is missing"),
    person=_("person"),
    points=_("points"),
    procedure=_("procedure"),
    step=_("step"),
    receipt=_("receipt"),
    symbol=_("number and symbol"),
    to_status=_("status"),
    unit=_("unit"),
    way=_("way"),
)
