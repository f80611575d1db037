"""What people may do with dossiers. A verb holds over a unit and all under it."""

from django.utils.translation import gettext_lazy as _

from minhbach.org.permissions import (
    ADMINISTRATOR,
    CLERK,
    COUNTER,
    HEAD,
    OFFICE_HEAD,
    REFORM_OFFICER,
    SPECIALIST,
    register,
    register_scope,
)

SEE = register(
    "dossiers.see",
    _("see dossiers"),
    roles=[COUNTER, SPECIALIST, OFFICE_HEAD, HEAD, CLERK, REFORM_OFFICER],
    reads=True,
)
PERSONAL = register(
    "dossiers.personal",
    _("see applicants' personal data in full"),
    roles=[COUNTER, SPECIALIST, OFFICE_HEAD, HEAD, CLERK],
)
"""A verb of its own, and not a reading one: an auditor sees dossiers with the data masked."""
RECEIVE = register("dossiers.receive", _("receive dossiers and return results"), roles=[COUNTER])
HANDLE = register("dossiers.handle", _("handle dossiers"), roles=[SPECIALIST, OFFICE_HEAD])
ASSIGN = register("dossiers.assign", _("assign dossiers and approve drafts"), roles=[OFFICE_HEAD, HEAD])
SIGN = register("dossiers.sign", _("decide and sign results"), roles=[HEAD])
ISSUE = register("dossiers.issue", _("number and seal results"), roles=[CLERK])
EXTEND = register("dossiers.extend", _("extend the time and sign apologies"), roles=[OFFICE_HEAD, HEAD])
OVERSEE = register(
    "dossiers.oversee", _("see who holds what, and hand dossiers over"), roles=[OFFICE_HEAD, HEAD, REFORM_OFFICER]
)
DESK = register("dossiers.desk", _("set up the one-stop shop"), roles=[ADMINISTRATOR])
MIRROR = register("dossiers.mirror", _("bring in dossiers of other systems"), roles=[ADMINISTRATOR, REFORM_OFFICER])
PORTAL = register(
    "dossiers.portal", _("look after the link to the national portal"), roles=[ADMINISTRATOR, REFORM_OFFICER, COUNTER]
)
CASH = register("dossiers.cash", _("take fees and match payments"), roles=[COUNTER])
PAYMENT_SETTINGS = register(
    "dossiers.payment_settings", _("set the bank account and the payment gateway"), roles=[ADMINISTRATOR, HEAD]
)
OLDER = register(
    "dossiers.older",
    _("keep the registers of older results"),
    roles=[COUNTER, SPECIALIST, OFFICE_HEAD, CLERK],
)

OF_ROLE = {"counter": RECEIVE, "specialist": HANDLE, "office_head": ASSIGN, "head": SIGN, "clerk": ISSUE}
"""What one must be allowed to do in order to act at a step of a process, by the step's role."""

READ_SCOPE = register_scope("dossiers:read", _("read dossiers"), verbs=[SEE])
WRITE_SCOPE = register_scope("dossiers:write", _("send in dossiers"), verbs=[SEE, RECEIVE])
ACT_SCOPE = register_scope(
    "dossiers:act",
    _("act on dossiers"),
    verbs=[SEE, RECEIVE, HANDLE, ASSIGN, SIGN, ISSUE, EXTEND, OVERSEE],
)
FEES_SCOPE = register_scope("dossiers:fees", _("take fees and exempt from them"), verbs=[SEE, CASH])
HOOKS_SCOPE = register_scope("webhooks", _("be told of changes"), verbs=[SEE])
PERSONAL_SCOPE = register_scope("personal:read", _("read applicants' personal data in full"), verbs=[SEE, PERSONAL])
FILES_SCOPE = register_scope("files:write", _("send files ahead"), verbs=[SEE, *OF_ROLE.values()])
