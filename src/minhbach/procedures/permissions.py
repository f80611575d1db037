"""What people may do with the catalogue of procedures. A verb holds over a unit and all under it."""

from django.utils.translation import gettext_lazy as _

from minhbach.org.permissions import ADMINISTRATOR, HEAD, OFFICE, OFFICE_HEAD, REFORM_OFFICER, VISITOR, register

SEE = register("procedures.see", _("see procedures"), roles=[VISITOR], reads=True)
EDIT = register("procedures.edit", _("write procedures"), roles=[ADMINISTRATOR, REFORM_OFFICER])
RELEASE = register("procedures.release", _("put procedures in force"), roles=[ADMINISTRATOR, REFORM_OFFICER, HEAD])
OFFER = register(
    "procedures.offer", _("say who receives and handles a procedure"), roles=[ADMINISTRATOR, REFORM_OFFICER]
)
REVIEW = register("procedures.review", _("review procedures"), roles=[REFORM_OFFICER, OFFICE, OFFICE_HEAD])
SEE_REVIEWS = register(
    "procedures.see_reviews",
    _("see reviews of procedures"),
    roles=[REFORM_OFFICER, HEAD, OFFICE, OFFICE_HEAD, ADMINISTRATOR],
    reads=True,
)
DECIDE = register("procedures.decide", _("decide on proposals of a review"), roles=[REFORM_OFFICER, HEAD])
