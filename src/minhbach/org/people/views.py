"""Pages of accounts that django-allauth does not bring."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from minhbach.org.permissions import public


@public
def no_email(request: HttpRequest, **kwargs) -> HttpResponse:
    """In place of allauth's pages that send e-mail: accounts have no address to send anything to."""
    raise Http404(_("Nothing is sent by e-mail here. The administrator of your unit sets a new password."))
