"""Roles and verbs, declared as data."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ADMINISTRATOR = "administrator"
REFORM_OFFICER = "reform_officer"
HEAD = "head"
OFFICE_HEAD = "office_head"
OFFICE = "office"
COUNTER = "counter"
SPECIALIST = "specialist"
CLERK = "clerk"
APPRAISER = "appraiser"
SCHOOL_REPORTER = "school_reporter"
AUDITOR = "auditor"
VISITOR = "visitor"


@dataclass(frozen=True)
class Role:
    """`reads_all` gives every reading verb; `grantable` is false for what nobody is granted."""

    code: str
    title: str | Promise
    reads_all: bool = False
    grantable: bool = True


ROLES: dict[str, Role] = {
    role.code: role
    for role in (
        Role(ADMINISTRATOR, _("Administrator")),
        Role(REFORM_OFFICER, _("Reform officer")),
        Role(HEAD, _("Head of the unit")),
        Role(OFFICE_HEAD, _("Head of an office")),
        Role(OFFICE, _("Responsible office")),
        Role(COUNTER, _("Counter officer")),
        Role(SPECIALIST, _("Specialist")),
        Role(CLERK, _("Clerk of documents")),
        Role(APPRAISER, _("Appraiser")),
        Role(SCHOOL_REPORTER, _("School reporter")),
        Role(AUDITOR, _("Auditor"), reads_all=True),
        Role(VISITOR, _("Visitor"), grantable=False),
    )
}


@dataclass(frozen=True)
class Verb:
    """Something a person may do. `reads` marks verbs that change nothing."""

    code: str
    title: str | Promise
    roles: frozenset[str]
    reads: bool = False

    @property
    def public(self) -> bool:
        return VISITOR in self.roles


_verbs: dict[str, Verb] = {}


def register(code: str, title: str | Promise, *, roles: Iterable[str], reads: bool = False) -> str:
    """Declare a verb and the roles that hold it; returns its code, to be kept as a constant.

    A verb given to VISITOR is everybody's. Registering a code again with another meaning, naming an
    unknown role, or giving a writing verb to an auditor raises ImproperlyConfigured.
    """
    given = frozenset(roles)
    unknown = given - ROLES.keys()
    if unknown:
        raise ImproperlyConfigured(f"verb {code}: unknown roles {sorted(unknown)}")
    readers = frozenset(r.code for r in ROLES.values() if r.reads_all)
    if reads:
        given |= readers
    elif given & readers:
        raise ImproperlyConfigured(f"verb {code} writes, and {sorted(given & readers)} only read")
    new = Verb(code, title, given, reads)
    old = _verbs.setdefault(code, new)
    if (old.roles, old.reads) != (new.roles, new.reads):
        raise ImproperlyConfigured(f"verb {code} is declared twice")
    return code


def verb(code: str) -> Verb:
    """The declared verb; a misspelt one raises LookupError, and never merely says no."""
    try:
        return _verbs[code]
    except KeyError:
        raise LookupError(f"verb {code!r} is not declared in any room's permissions.py") from None


def verbs() -> list[Verb]:
    """All verbs, by code: the rows of the matrix."""
    return [_verbs[code] for code in sorted(_verbs)]


def role(code: str) -> Role:
    """The declared role; LookupError if there is none."""
    try:
        return ROLES[code]
    except KeyError:
        raise LookupError(f"no role {code!r}") from None


def grantable_roles() -> list[Role]:
    return [r for r in ROLES.values() if r.grantable]
