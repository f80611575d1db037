"""What this room writes into the trail."""

from django.utils.translation import gettext_lazy as _

from minhbach.org.trail.registry import register, register_chain, register_words

SAVED = register("procedures.saved", _("saved the draft of a procedure"))
RELEASED = register("procedures.released", _("put a version of the procedure in force"))
DISCARDED = register("procedures.discarded", _("threw the draft of a procedure away"))
REPEALED = register("procedures.repealed", _("repealed the procedure"))
OFFERED = register("procedures.offered", _("set how the procedure is offered"))
WITHDRAWN = register("procedures.withdrawn", _("ended the offer of the procedure"))
REVIEWED = register("procedures.reviewed", _("reviewed the procedure"))
REVIEW_DECIDED = register("procedures.review_decided", _("decided on a proposal"))

register_chain("procedure", _("Procedure"), model="procedures.Procedure", units=["keeper"])
register_words(
    agency=_("agency"),
    begins=_("from"),
    code=_("code"),
    digest=_("SHA-256 of the content"),
    document=_("document"),
    ends=_("until"),
    finding=_("finding"),
    one_stop=_("one-stop shop"),
    version=_("version"),
)
