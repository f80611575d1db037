"""May this account do that there? Asked here and nowhere else."""

from typing import Final

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from minhbach.org.dates import in_force, today
from minhbach.org.memory import forget as _forget
from minhbach.org.memory import remembered
from minhbach.org.models import RoleGrant, Unit
from minhbach.org.permissions.registry import Verb, verb


class System:
    """The product itself, acting by command or by clock: it may do everything, and its events say so.

    It is never made from a request.
    """

    is_authenticated = False
    is_active = True
    pk = None
    person = None

    def __str__(self) -> str:
        return "system"


SYSTEM: Final = System()


class Refused(PermissionDenied):
    """The acting person does not hold `verb` at `unit` (None: nowhere). Shown as a 403 page."""

    def __init__(self, verb_code: str, unit: Unit | None = None, message: str | None = None):
        self.verb, self.unit, self.message = verb_code, unit, message
        super().__init__(verb_code, unit, message)

    def __str__(self) -> str:
        if self.message:
            return str(self.message)
        words = {"action": verb(self.verb).title, "unit": self.unit}
        if self.unit is None:
            return _("Your roles do not let you “%(action)s”. An administrator can give you a role.") % words
        return (
            _("Your roles do not let you “%(action)s” at %(unit)s. An administrator of that unit can give you a role.")
            % words
        )


def holds(account, code: str) -> bool:
    """Whether the account holds the verb anywhere at all. At most one query."""
    wanted = verb(code)
    if account is SYSTEM or wanted.public:
        return True
    return _within(account, code) and any(role in wanted.roles for role, _path in _grants(account))


def may(account, code: str, unit: Unit) -> bool:
    """Whether the account holds the verb at the unit today. At most one query, then none."""
    if not isinstance(unit, Unit):
        raise TypeError(f"may() asks about a unit, not {unit!r}; holds() asks about anywhere")
    wanted = verb(code)
    if account is SYSTEM or wanted.public:
        return True
    held = (role in wanted.roles and unit.path.startswith(path) for role, path in _grants(account))
    return _within(account, code) and any(held)


def require(acting, code: str, unit: Unit | None) -> None:
    """Raise Refused unless `acting` holds the verb at the unit.

    Without a unit there is nothing to hold a role over, and only SYSTEM passes.
    """
    if acting is SYSTEM:
        verb(code)  # a misspelt verb is found even so
        return
    if unit is None or not may(acting, code, unit):
        raise Refused(code, unit)


def units_where(account, code: str) -> QuerySet[Unit]:
    """The units, closed ones too, at which the account holds the verb. One query, when evaluated."""
    return visible(Unit.objects.all(), account, code, unit_field="")


def visible(queryset: QuerySet, account, code: str, unit_field: str = "unit") -> QuerySet:
    """Keep the rows whose unit lies where the account holds the verb.

    `unit_field` is the way from a row to its Unit ("unit", "round__unit"; "" if the rows are units).
    The grants are read by the database in the same query: nothing remembered, nothing looped.
    """
    wanted = verb(code)
    if account is SYSTEM or wanted.public:
        return queryset
    if not _counts(account) or not _within(account, code):
        return queryset.none()
    path = OuterRef(f"{unit_field}__path" if unit_field else "path")
    return queryset.filter(
        Exists(
            _current(account, wanted)
            .annotate(_end=Concat("unit__path", Value("z")))
            .filter(unit__path__lte=path, _end__gt=path)
        )
    )


def unit_ids(account, code: str) -> frozenset[int] | None:
    """The units, by id, at which the account holds the verb; None: at every unit there is.

    For long tables that are listed by an index over their units: the database plans better for ids it is told than for
    `visible`, which finds them row by row. At most two queries, then none.
    """
    wanted = verb(code)
    if account is SYSTEM or wanted.public:
        return None
    if not _within(account, code):
        return frozenset()
    paths = sorted({path for role, path in _grants(account) if role in wanted.roles})
    if not paths:
        return frozenset()
    return remembered(account, "units of " + ",".join(paths), lambda: _ids(paths))


def _ids(paths: list[str]) -> frozenset[int] | None:
    under = Q()
    for path in paths:
        under |= Q(path__gte=path, path__lt=path + "z")
    inside = frozenset(Unit.objects.filter(under).order_by().values_list("pk", flat=True))
    # Every root's subtree is every unit: one row is looked for, and none counted.
    return None if not Unit.objects.exclude(under).order_by().exists() else inside


def forget(account) -> None:
    """Let this account object read its rights anew (they are remembered for a minute at most)."""
    _forget(account)


def _within(account, code: str) -> bool:
    """Whether the scopes of a token leave the verb; people have no such limit (scopes.py)."""
    limited_to = getattr(account, "limited_to", None)
    return limited_to is None or code in limited_to


def _counts(account) -> bool:
    return bool(account is not None and account.is_authenticated and account.is_active)


def _current(account, wanted: Verb | None = None) -> QuerySet[RoleGrant]:
    grants = RoleGrant.objects.filter(in_force(today()), person_id=account.person_id)
    # The account is asked of the database too: a session object may be older than its closing.
    grants = grants.filter(Q(person__account__is_active=True))
    return grants.filter(role__in=sorted(wanted.roles)) if wanted else grants


def _grants(account) -> list[tuple[str, str]]:
    if not _counts(account):
        return []
    return remembered(
        account, "grants", lambda: list(_current(account).order_by().values_list("role", F("unit__path")))
    )
