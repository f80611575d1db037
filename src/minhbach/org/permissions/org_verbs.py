"""The verbs of the room org itself."""

from django.utils.translation import gettext_lazy as _

from minhbach.org.permissions.registry import (
    ADMINISTRATOR,
    APPRAISER,
    HEAD,
    OFFICE,
    REFORM_OFFICER,
    SCHOOL_REPORTER,
    VISITOR,
    register,
)

UNITS_VIEW = register("org.units.view", _("see the units"), roles=[VISITOR], reads=True)
UNITS_MANAGE = register("org.units.manage", _("change the units"), roles=[ADMINISTRATOR])
PEOPLE_VIEW = register(
    "org.people.view",
    _("see the people of a unit"),
    roles=[ADMINISTRATOR, REFORM_OFFICER, HEAD, OFFICE, APPRAISER, SCHOOL_REPORTER],
    reads=True,
)
PEOPLE_MANAGE = register("org.people.manage", _("register people and posts"), roles=[ADMINISTRATOR])
ACCOUNTS_MANAGE = register("org.accounts.manage", _("open and close accounts"), roles=[ADMINISTRATOR])
GRANTS_MANAGE = register("org.grants.manage", _("give and take away roles"), roles=[ADMINISTRATOR])
TRAIL_READ = register("org.trail.read", _("read the trail"), roles=[ADMINISTRATOR], reads=True)
HEALTH_SEE = register(
    "org.health.see", _("see what does not fit together in the data"), roles=[ADMINISTRATOR], reads=True
)
CALENDARS_MANAGE = register("org.calendars.manage", _("set working hours and days off"), roles=[ADMINISTRATOR])
TOKENS_MANAGE = register("org.tokens.manage", _("give other systems tokens"), roles=[ADMINISTRATOR])
CERTIFICATES_MANAGE = register("org.certificates.manage", _("register certificates for signing"), roles=[ADMINISTRATOR])
