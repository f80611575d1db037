"""What the room org writes into the trail."""

from django.utils.translation import gettext_lazy as _

from minhbach.org.trail.registry import register, register_chain, register_words

UNIT_KIND_SET = register("org.unit_kind_set", _("defined the kind of unit"))
UNIT_OPENED = register("org.unit_opened", _("opened the unit"))
UNIT_MOVED = register("org.unit_moved", _("moved the unit"))
UNIT_RENAMED = register("org.unit_renamed", _("renamed the unit"))
UNIT_CLASSIFIED = register("org.unit_classified", _("changed the unit's kind or group"))
UNIT_CLOSED = register("org.unit_closed", _("closed the unit"))
TREE_SETTLED = register("org.tree_settled", _("brought the tree up to the day"))

PERSON_REGISTERED = register("org.person_registered", _("registered the person"))
PERSON_CHANGED = register("org.person_changed", _("changed the person's particulars"))
POST_ASSIGNED = register("org.post_assigned", _("assigned the post"))
POST_ENDED = register("org.post_ended", _("ended the post"))
ROLE_GRANTED = register("org.role_granted", _("gave the role"))
ROLE_REVOKED = register("org.role_revoked", _("took the role away"))
ACCOUNT_OPENED = register("org.account_opened", _("opened the account"))
ACCOUNT_CLOSED = register("org.account_closed", _("closed the account"))
ACCOUNT_REOPENED = register("org.account_reopened", _("reopened the account"))
PASSWORD_SET = register("org.password_set", _("set a new password"))
SECOND_FACTOR_REMOVED = register("org.second_factor_removed", _("removed the second factor"))
SECOND_FACTOR_ADDED = register("org.second_factor_added", _("added a second factor"))
RECOVERY_CODES_RENEWED = register("org.recovery_codes_renewed", _("renewed the recovery codes"))
OWN_PASSWORD_CHANGED = register("org.own_password_changed", _("changed the own password"))
PROVIDER_LINKED = register("org.provider_linked", _("linked a provider to sign in by"))
PROVIDER_UNLINKED = register("org.provider_unlinked", _("removed the link to a provider"))

TOKEN_MADE = register("org.token_made", _("gave the system a token"))
TOKEN_REVOKED = register("org.token_revoked", _("took the token away"))

FILE_ATTACHED = register("org.file_attached", _("attached a file"))
FILE_DETACHED = register("org.file_detached", _("took a file away"))

HOURS_SET = register("org.hours_set", _("set the working hours"))
DAY_SET = register("org.day_set", _("set a day off or worked"))
DAY_REMOVED = register("org.day_removed", _("took back a day off or worked"))
YEAR_CONFIRMED = register("org.year_confirmed", _("confirmed the days off of a year"))

CERTIFICATE_REGISTERED = register("org.certificate_registered", _("registered a certificate"))
CERTIFICATE_WITHDRAWN = register("org.certificate_withdrawn", _("withdrew a certificate"))

register_chain("person", _("Person"), model="org.Person")

register_words(
    account=_("account"),
    before=_("before"),
    begins=_("first day"),
    code=_("code"),
    count=_("count"),
    day=_("day"),
    document=_("document"),
    ends=_("last day"),
    fingerprint=_("SHA-256 of the certificate"),
    group=_("group in indicator sets"),
    issuer=_("issuer"),
    kind=_("kind"),
    name=_("name"),
    on=_("day"),
    parent=_("parent unit"),
    posts_ended=_("posts ended"),
    prefix=_("beginning of the token"),
    provider=_("provider"),
    role=_("role"),
    scopes=_("scopes"),
    sha256=_("SHA-256 of the file"),
    size=_("size in bytes"),
    successors=_("successors"),
    title=_("title"),
    to=_("to"),
    unit=_("unit"),
    units=_("units"),
)
register_words(**{"from": _("from")})
