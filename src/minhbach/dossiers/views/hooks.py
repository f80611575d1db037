"""Messages to other systems that wait or were given up, for those who give the tokens."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from minhbach.dossiers.actions.hooks import delivery_again
from minhbach.dossiers.models import Delivery
from minhbach.org.errors import NotPossible
from minhbach.org.permissions import needs, visible
from minhbach.org.permissions.org_verbs import TOKENS_MANAGE

MOST = 100


@require_safe
@needs(TOKENS_MANAGE)
def hook_messages(request: HttpRequest) -> HttpResponse:
    return render(request, "dossiers/hook_messages.html", {"rows": _open(request)[:MOST]})


@require_POST
@needs(TOKENS_MANAGE)
def hook_message_again(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        delivery_again(get_object_or_404(_open(request), pk=pk), acting=request.user)
    except NotPossible as reason:
        messages.warning(request, str(reason))
    else:
        messages.success(request, _("It is sent again with the next round."))
    return redirect("dossiers:hook_messages")


def _open(request: HttpRequest):
    found = Delivery.objects.exclude(state=Delivery.SENT).select_related("hook__token__account__person", "dossier")
    return visible(found, request.user, TOKENS_MANAGE, unit_field="hook__token__unit").order_by("-id")
