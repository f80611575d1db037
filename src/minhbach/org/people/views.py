"""People on screen: who is where, what they may do, whether they can sign in; and one's own account."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from minhbach.org.errors import NotPossible
from minhbach.org.models import Account, Person, Post, RoleGrant, Unit
from minhbach.org.people import actions, particulars, queries
from minhbach.org.people.adapter import remember_language
from minhbach.org.people.forms import (
    AccountForm,
    EndForm,
    LanguageForm,
    PasswordForm,
    PeopleFilter,
    PersonForm,
    PostForm,
    RevokeForm,
    RoleForm,
    suggested_password,
)
from minhbach.org.permissions import (
    grantable_roles,
    holds,
    may,
    needs,
    public,
    require,
    signed_in,
    units_where,
    visible,
)
from minhbach.org.permissions.org_verbs import (
    ACCOUNTS_MANAGE,
    CERTIFICATES_MANAGE,
    GRANTS_MANAGE,
    PEOPLE_MANAGE,
    PEOPLE_VIEW,
    TRAIL_READ,
)
from minhbach.org.screens import screen, with_form
from minhbach.org.ui.forms import attempt
from minhbach.org.units.queries import not_closed

PER_PAGE = 50


@public
def no_email(request: HttpRequest, **kwargs) -> HttpResponse:
    """In place of allauth's pages that send e-mail: accounts have no address to send anything to."""
    raise Http404(_("Nothing is sent by e-mail here. The administrator of your unit sets a new password."))


# Looking -------------------------------------------------------------------------------------------------------


@require_safe
@needs(PEOPLE_VIEW)
def people(request: HttpRequest) -> HttpResponse:
    form = PeopleFilter(request.GET or None, units=units_where(request.user, PEOPLE_VIEW).order_by("path"))
    wanted = form.cleaned_data if form.is_valid() else {}
    found = queries.people(request.user, text=wanted.get("q", ""), unit=wanted.get("unit"))
    page = Paginator(particulars.with_accounts(found), PER_PAGE).get_page(request.GET.get("page"))
    for person in page:
        person.sign_in_state = particulars.state_of(person)
    context = {
        "form": form,
        "page": page,
        "filtered": bool(wanted.get("q") or wanted.get("unit")),
        "may_register": holds(request.user, PEOPLE_MANAGE),
        "sees_accounts": holds(request.user, ACCOUNTS_MANAGE),
    }
    return screen(request, "people/people", context, here="people")


@require_safe
@needs(PEOPLE_VIEW)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    found = _person(request, pk)
    account = request.user
    over = queries.may_over(account, found)
    manages = may(account, PEOPLE_MANAGE, found.unit)
    context = {
        "person": found,
        "sheet": particulars.sheet(account, found),
        "may_change": manages,
        "sees_particulars": manages or account.person_id == found.pk,
        "may_post": holds(account, PEOPLE_MANAGE),
        "may_grant": holds(account, GRANTS_MANAGE) and account.person_id != found.pk,
        "may_over": over,
        "may_read_trail": may(account, TRAIL_READ, found.unit),
        "may_certify": may(account, CERTIFICATES_MANAGE, found.unit),
    }
    if over or account.person_id == found.pk:
        context["sign_in"] = particulars.sign_in(found)
    return screen(request, "people/person", context)


def _person(request: HttpRequest, pk: int) -> Person:
    """The person, if the reader may see them: otherwise there is no such page."""
    return get_object_or_404(queries.people(request.user), pk=pk)


# Changing ------------------------------------------------------------------------------------------------------


def _units(request: HttpRequest, verb: str) -> QuerySet[Unit]:
    return not_closed(units_where(request.user, verb))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(PEOPLE_MANAGE)
def person_new(request: HttpRequest) -> HttpResponse:
    units = _units(request, PEOPLE_MANAGE)
    form = PersonForm(request.POST or None, units=units, initial={"unit": request.GET.get("unit", "")})
    if form.is_valid():
        places = {"code_taken": "code", "no_name": "full_name"}
        made = attempt(form, lambda: actions.person_register(**form.cleaned_data, acting=request.user), places)
        if made:
            messages.success(
                request, _("%(person)s is registered. Next: a post, a role, an account.") % {"person": made}
            )
            return redirect("org:person", made.pk)
    return with_form(request, "people/new", form)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(PEOPLE_MANAGE)
def person_change(request: HttpRequest, pk: int) -> HttpResponse:
    found = _person(request, pk)
    require(request.user, PEOPLE_MANAGE, found.unit)
    units = _units(request, PEOPLE_MANAGE)
    initial = {"full_name": found.full_name, "email": found.email, "unit": found.unit}
    form = PersonForm(request.POST or None, units=units, known=True, initial=initial)
    if form.is_valid():
        attempt(form, lambda: actions.person_change(found, **form.cleaned_data, acting=request.user))
        if form.is_valid():
            messages.success(request, _("The particulars are changed."))
            return redirect("org:person", pk)
    return with_form(request, "people/change", form, {"person": found})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(PEOPLE_MANAGE)
def post_new(request: HttpRequest, pk: int) -> HttpResponse:
    found = _person(request, pk)
    form = PostForm(request.POST or None, units=_units(request, PEOPLE_MANAGE), initial={"unit": found.unit})
    if form.is_valid():
        places = {"unit_closed": "unit", "bad_dates": "ends", "already": "title"}
        if attempt(form, lambda: actions.post_assign(found, **form.cleaned_data, acting=request.user), places):
            messages.success(request, _("The post is recorded."))
            return redirect("org:person", pk)
    return with_form(request, "people/post", form, {"person": found})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(PEOPLE_MANAGE)
def post_end(request: HttpRequest, pk: int) -> HttpResponse:
    # Those whose unit one cannot manage are not even found: their number says nothing.
    post = get_object_or_404(visible(Post.objects.select_related("person", "unit"), request.user, PEOPLE_MANAGE), pk=pk)
    form = EndForm(request.POST or None)
    if form.is_valid():
        places = {"ended": "on", "bad_dates": "on"}
        if attempt(form, lambda: actions.post_end(post, **form.cleaned_data, acting=request.user), places):
            messages.success(request, _("The end of the post is recorded."))
            return redirect(_back_to(request, post.person))
    return with_form(request, "people/post_end", form, {"person": post.person, "post": post})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(GRANTS_MANAGE)
def role_new(request: HttpRequest, pk: int) -> HttpResponse:
    found = _person(request, pk)
    form = RoleForm(request.POST or None, units=_units(request, GRANTS_MANAGE), initial={"unit": found.unit})
    if form.is_valid():
        given = dict(form.cleaned_data)
        role = given.pop("role")
        places = {"no_role": "role", "own_role": "role", "already": "role", "unit_closed": "unit", "bad_dates": "ends"}
        if attempt(form, lambda: actions.role_grant(found, role_code=role, **given, acting=request.user), places):
            messages.success(request, _("The role is given."))
            return redirect("org:person", pk)
    roles = [(role, particulars.lets(role)) for role in grantable_roles()]
    return with_form(request, "people/role", form, {"person": found, "roles": roles})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(GRANTS_MANAGE)
def role_end(request: HttpRequest, pk: int) -> HttpResponse:
    rows = RoleGrant.objects.select_related("person", "unit")
    grant = get_object_or_404(visible(rows, request.user, GRANTS_MANAGE), pk=pk)
    form = RevokeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        taken: list = []
        attempt(
            form,
            lambda: taken.append(actions.role_revoke(grant, on=form.cleaned_data["on"], acting=request.user)),
            {"ended": "on"},
        )
        if form.is_valid():
            messages.success(request, _("The end of the role is recorded."))
            return redirect(_back_to(request, grant.person))
    held = particulars.role_title(grant.role)
    return with_form(request, "people/role_end", form, {"person": grant.person, "grant": grant, "held": held})


def _back_to(request: HttpRequest, found: Person) -> str:
    """The person's page; the list, if with this end they are out of sight."""
    if queries.people(request.user).filter(pk=found.pk).exists():
        return reverse("org:person", args=[found.pk])
    return reverse("org:people")


# Accounts ------------------------------------------------------------------------------------------------------


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@needs(ACCOUNTS_MANAGE)
def account_new(request: HttpRequest, pk: int) -> HttpResponse:
    found = _person(request, pk)
    queries.require_over(request.user, found)
    form = AccountForm(request.POST or None, initial={"language": "vi", "password": suggested_password()})
    if form.is_valid():
        places = {"username_taken": "username", "weak_password": "password"}
        if attempt(form, lambda: actions.account_open(found, **form.cleaned_data, acting=request.user), places):
            messages.success(request, _("The account is open. Tell the user name and the password in private."))
            return redirect("org:person", pk)
    return with_form(request, "people/account_new", form, {"person": found})


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@needs(ACCOUNTS_MANAGE)
def account_password(request: HttpRequest, pk: int) -> HttpResponse:
    account = _account(request, pk)
    form = PasswordForm(request.POST or None, initial={"password": suggested_password()})
    if form.is_valid():
        places = {"weak_password": "password"}
        if attempt(form, lambda: actions.password_set(account, **form.cleaned_data, acting=request.user), places):
            messages.success(
                request, _("The new password holds; whoever was signed in with the old one is signed out.")
            )
            return redirect("org:person", account.person_id)
    return with_form(request, "people/password", form, {"person": account.person, "account": account})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(ACCOUNTS_MANAGE)
def account_close(request: HttpRequest, pk: int) -> HttpResponse:
    return _account_step(request, pk, "people/account_close", actions.account_close, _("The account is closed."))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(ACCOUNTS_MANAGE)
def account_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    return _account_step(request, pk, "people/account_reopen", actions.account_reopen, _("The account is open again."))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(ACCOUNTS_MANAGE)
def account_second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    done = _("The second factor is removed; the person signs in with the password alone and can add a new one.")
    return _account_step(request, pk, "people/second_factor", actions.second_factor_remove, done)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(ACCOUNTS_MANAGE)
def account_provider(request: HttpRequest, pk: int, link: int) -> HttpResponse:
    account = _account(request, pk)
    found = next((one for one in particulars.links(account) if one.pk == link), None)
    if found is None and request.method == "POST":
        messages.warning(request, _("This link has been removed already."))
        return redirect("org:person", account.person_id)
    if found is None:
        raise Http404
    context = {"link": found, "links_itself": bool(settings.OIDC_USERNAME_CLAIM)}
    done = _("The link is removed. Whoever signs in there is no longer signed in here as this person.")

    def unlink(_account: Account, acting) -> None:
        actions.provider_unlink(found, acting=acting)

    return _account_step(request, pk, "people/provider_unlink", unlink, done, context)


def _account_step(
    request: HttpRequest, pk: int, template: str, act, done: str, more: dict | None = None
) -> HttpResponse:
    """A page that asks once more, and the step itself."""
    account = _account(request, pk)
    if request.method == "POST":
        try:
            act(account, acting=request.user)
        except NotPossible as reason:
            # Someone else was quicker: the page they come back to shows how things stand.
            messages.warning(request, str(reason))
        else:
            messages.success(request, done)
        return redirect("org:person", account.person_id)
    return screen(request, template, {"person": account.person, "account": account, **(more or {})})


def _account(request: HttpRequest, pk: int) -> Account:
    account = get_object_or_404(Account.objects.select_related("person__unit"), pk=pk)
    _person(request, account.person_id)
    queries.require_over(request.user, account.person)
    return account


# One's own -----------------------------------------------------------------------------------------------------


@require_safe
@signed_in
def me(request: HttpRequest) -> HttpResponse:
    found = Person.objects.select_related("unit__parent").get(pk=request.user.person_id)
    context = {
        "person": found,
        "sheet": particulars.sheet(request.user, found),
        "sign_in": particulars.sign_in(found),
        "form": LanguageForm(initial={"language": request.user.language}),
        "providers": bool(settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]),
    }
    return screen(request, "people/me", context)


@require_POST
@signed_in
def my_language(request: HttpRequest) -> HttpResponse:
    form = LanguageForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("There is no interface in this language."))
        return redirect("org:me")
    language = form.cleaned_data["language"]
    actions.language_set(request.user, language=language, acting=request.user)
    answer = redirect("org:me")
    remember_language(answer, language)
    return answer
