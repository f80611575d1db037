"""The one place for permission: roles held within a unit's subtree, between two days.

A room declares its verbs in its own permissions.py, which is found by itself:

    from minhbach.org.permissions import OFFICE, HEAD, register
    SCORE = register("indices.score", _("score a criterion"), roles=[OFFICE, HEAD])

Actions ask `require(acting, verb, unit)`; lists are filtered with `visible` or `units_where`; every
view carries `@public`, `@signed_in`, `@needs(verb)` or `@asks(...)` (see views.py, decisions.py).
"""

from minhbach.org.permissions.registry import (
    ADMINISTRATOR,
    APPRAISER,
    AUDITOR,
    CLERK,
    COUNTER,
    HEAD,
    OFFICE,
    OFFICE_HEAD,
    REFORM_OFFICER,
    ROLES,
    SCHOOL_REPORTER,
    SPECIALIST,
    VISITOR,
    Role,
    Verb,
    grantable_roles,
    register,
    role,
    verb,
    verbs,
)
from minhbach.org.permissions.rules import (
    SYSTEM,
    Refused,
    forget,
    holds,
    may,
    require,
    unit_ids,
    units_where,
    visible,
)
from minhbach.org.permissions.scopes import Scope, limit, register_scope, scopes
from minhbach.org.permissions.views import asks, needs, public, signed_in

__all__ = [
    "ADMINISTRATOR",
    "APPRAISER",
    "AUDITOR",
    "CLERK",
    "COUNTER",
    "HEAD",
    "OFFICE",
    "OFFICE_HEAD",
    "REFORM_OFFICER",
    "ROLES",
    "SCHOOL_REPORTER",
    "SPECIALIST",
    "SYSTEM",
    "VISITOR",
    "Refused",
    "Role",
    "Scope",
    "Verb",
    "asks",
    "forget",
    "grantable_roles",
    "holds",
    "limit",
    "may",
    "needs",
    "public",
    "register",
    "register_scope",
    "require",
    "role",
    "scopes",
    "signed_in",
    "unit_ids",
    "units_where",
    "verb",
    "verbs",
    "visible",
]
