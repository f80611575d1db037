"""Each view says who it is for. A test walks every URL and fails on one that does not."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.utils.decorators import method_decorator
from django_htmx.http import HttpResponseClientRedirect

from minhbach.org.permissions.registry import verb
from minhbach.org.permissions.rules import Refused, holds


@dataclass(frozen=True)
class Decision:
    """`kind` is public, signed_in, needs or asks; `detail` the verb, or who is asked."""

    kind: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.detail}".strip()


def public(view):
    """Anyone may open this view."""
    return _decided(view, Decision("public"), lambda request: None)


def signed_in(view):
    """Anyone with an open account may; others are sent to sign in."""
    return _decided(view, Decision("signed_in"), _sign_in_first)


def needs(code: str):
    """For those who hold the verb somewhere. The view itself still asks for the unit at hand, by
    `require` in its action or `visible` on its rows."""

    def check(request):
        verb(code)
        if holds(request.user, code):
            return None
        if answer := _sign_in_first(request):
            return answer
        raise Refused(code)

    return lambda view: _decided(view, Decision("needs", code), check)


def asks(whom: str):
    """Neither public nor one verb: the view asks the rule named here about the very thing requested,
    and anyone may try (a visitor, too)."""
    return lambda view: _decided(view, Decision("asks", whom), lambda request: None)


def sign_in_first(request):
    """The answer to a visitor who must sign in to go on."""
    answer = redirect_to_login(request.get_full_path())
    if getattr(request, "htmx", False):
        # A fragment request must not get the sign-in page into the middle of the page.
        return HttpResponseClientRedirect(redirect_to_login(request.htmx.current_url_abs_path or "/").url)
    return answer


def _sign_in_first(request):
    return None if request.user.is_authenticated else sign_in_first(request)


def _decided(view, decision: Decision, check: Callable):
    if isinstance(view, type):
        # as_view() copies the attributes of dispatch to the view function, the decision with them.
        return method_decorator(lambda dispatch: _decided(dispatch, decision, check), name="dispatch")(view)
    if existing := getattr(view, "decision", None):
        raise TypeError(f"{view!r} is decided already: {existing}")

    @wraps(view)
    def decided(request, *args, **kwargs):
        return check(request) or view(request, *args, **kwargs)

    decided.decision = decision
    return decided
