"""Reading people, as far as the reader may."""

from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from minhbach.org.dates import today
from minhbach.org.models import Person, Post, RoleGrant, Unit
from minhbach.org.permissions import Refused, require, units_where
from minhbach.org.permissions.org_verbs import ACCOUNTS_MANAGE, PEOPLE_VIEW
from minhbach.vietnamese import fold


def people(account, *, text: str = "", unit: Unit | None = None, day: date | None = None) -> QuerySet[Person]:
    """The people whose record, or whose present post, is at a unit the account may look into.

    `text` filters by every word of the name or code, marks aside; `unit` by its subtree. Posts of the
    day are prefetched as `posts_now`.
    """
    day = day or today()
    posts = Post.objects.on(day)
    allowed = units_where(account, PEOPLE_VIEW)
    found = Person.objects.filter(Q(unit__in=allowed) | Q(pk__in=posts.filter(unit__in=allowed).values("person")))
    if unit is not None:
        inside = Unit.objects.within(unit)
        found = found.filter(Q(unit__in=inside) | Q(pk__in=posts.filter(unit__in=inside).values("person")))
    for word in fold(text).split():
        found = found.filter(search_key__contains=word)
    return found.select_related("unit__parent").prefetch_related(
        Prefetch("posts", posts.select_related("unit__parent"), to_attr="posts_now")
    )


def require_over(acting, person: Person) -> None:
    """Raise Refused unless `acting` may manage the person's account.

    Who opens a person's account can act as that person: so it takes the right wherever the person holds a
    role, not only where the record is kept, or a school could make itself the department.
    """
    require(acting, ACCOUNTS_MANAGE, person.unit)
    held = Unit.objects.filter(grants__person=person).filter(
        Q(grants__ends__isnull=True) | Q(grants__ends__gte=today())
    )
    for unit in held.distinct():
        require(acting, ACCOUNTS_MANAGE, unit)


def may_over(account, person: Person) -> bool:
    """Whether the account may manage the person's account."""
    try:
        require_over(account, person)
    except Refused:
        return False
    return True


def holders(role_code: str, unit: Unit, day: date | None = None) -> QuerySet[Person]:
    """Who holds the role at the unit on a day: by a grant there or above. For notices and assignments."""
    steps = [unit.path[: len(unit.path) - cut] for cut in range(0, len(unit.path), 8)]
    grants = RoleGrant.objects.on(day or today()).filter(role=role_code, unit__path__in=steps)
    return Person.objects.filter(pk__in=grants.values("person"), account__is_active=True)
