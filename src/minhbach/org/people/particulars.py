"""What the screens of people show: posts and roles as far as the reader may look, accounts, and roles in words."""

from dataclasses import dataclass
from itertools import groupby

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.apps import apps
from django.conf import settings
from django.db.models import Q, QuerySet

from minhbach.org.dates import today
from minhbach.org.models import Account, Person, Post, RoleGrant
from minhbach.org.permissions import Role, Verb, may, verbs, visible
from minhbach.org.permissions.org_verbs import GRANTS_MANAGE, PEOPLE_MANAGE, PEOPLE_VIEW
from minhbach.org.permissions.registry import ROLES


@dataclass(frozen=True)
class Area:
    """What a role lets one do in one part of the product."""

    title: str
    verbs: list[Verb]


def lets(role: Role) -> list[Area]:
    """What the role lets one do beyond what everybody may, by part of the product, from the registry of verbs."""
    held = [verb for verb in verbs() if role.code in verb.roles and not verb.public]
    titles = {config.label: config.verbose_name for config in apps.get_app_configs()}
    return [
        Area(titles.get(room, room), list(group)) for room, group in groupby(held, lambda verb: verb.code.split(".")[0])
    ]


def role_title(code: str):
    """What the role is called; the bare code for one the product no longer has."""
    return ROLES[code].title if code in ROLES else code


@dataclass(frozen=True)
class Held:
    """A post or a role, in time, and whether the reader may end it."""

    row: Post | RoleGrant
    title: str
    when: str
    """now, later or over."""
    may_end: bool
    areas: list[Area]


@dataclass(frozen=True)
class Sheet:
    posts: list[Held]
    past_posts: list[Held]
    roles: list[Held]
    past_roles: list[Held]


def sheet(account, person: Person) -> Sheet:
    """Posts and roles of a person, at units whose people the reader may see; of oneself all."""
    own = account.person_id == person.pk
    posts = Post.objects.filter(person=person).select_related("unit__parent").order_by("-begins", "pk")
    grants = (
        RoleGrant.objects.filter(person=person)
        .select_related("unit__parent", "granted_by__person")
        .order_by("-begins", "pk")
    )
    if not own:
        posts, grants = visible(posts, account, PEOPLE_VIEW), visible(grants, account, PEOPLE_VIEW)
    held_posts = [Held(p, p.title, _when(p), may(account, PEOPLE_MANAGE, p.unit), []) for p in posts]
    held_roles = []
    for grant in grants:
        role = ROLES.get(grant.role)
        title, areas = (role.title, lets(role)) if role else (grant.role, [])
        held_roles.append(Held(grant, title, _when(grant), may(account, GRANTS_MANAGE, grant.unit), areas))
    return Sheet(
        [h for h in held_posts if h.when != "over"],
        [h for h in held_posts if h.when == "over"],
        [h for h in held_roles if h.when != "over"],
        [h for h in held_roles if h.when == "over"],
    )


@dataclass(frozen=True)
class SignIn:
    """How a person can sign in. `state` is none, closed, waiting (never signed in), no_password or open."""

    account: Account | None
    state: str
    second_factor: bool
    links: tuple[SocialAccount, ...] = ()
    """To OpenID Connect providers, each with `name`, what the provider is called here."""


def sign_in(person: Person) -> SignIn:
    account = Account.objects.filter(person=person).first()
    if account is None:
        return SignIn(None, "none", False)
    second = Authenticator.objects.filter(
        Q(type=Authenticator.Type.TOTP) | Q(type=Authenticator.Type.WEBAUTHN), user=account
    ).exists()
    return SignIn(account, account_state(account), second, tuple(links(account)))


def links(account: Account) -> list[SocialAccount]:
    """The account's links to providers, the oldest first, also to providers that are no longer in the settings.

    What the provider knows the person as is theirs alone to see: it may be the number of their identity card.
    """
    found = list(SocialAccount.objects.filter(user=account).order_by("date_joined", "pk"))
    names = {app["provider_id"]: app["name"] for app in settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]}
    for link in found:
        link.name = names.get(link.provider, link.provider)
    return found


def account_state(account: Account) -> str:
    if not account.is_active:
        return "closed"
    if account.last_login is None:
        return "waiting" if account.has_usable_password() else "no_password"
    return "open"


def with_accounts(people: QuerySet[Person]) -> QuerySet[Person]:
    """With the account of each, in the same query."""
    return people.select_related("account")


def state_of(person: Person) -> str:
    account = getattr(person, "account", None)
    return account_state(account) if account else "none"


def _when(row: Post | RoleGrant) -> str:
    day = today()
    if row.begins > day:
        return "later"
    return "over" if row.ends is not None and row.ends < day else "now"
