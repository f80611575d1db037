"""Messages to other systems that wait or were given up, for those who give the tokens."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from minhbach.dossiers.actions.hooks import delivery_again
from minhbach.dossiers.models import Delivery, Hook
from minhbach.org.errors import NotPossible
from minhbach.org.permissions import needs, visible
from minhbach.org.permissions.org_verbs import TOKENS_MANAGE
from minhbach.org.trail.registry import label

MOST = 100


@require_safe
@needs(TOKENS_MANAGE)
def hook_messages(request: HttpRequest) -> HttpResponse:
    rows = list(_open(request)[:MOST])
    for row in rows:
        row.event = label(row.body["event"])
    hooks = list(_told(request))
    for hook in hooks:
        hook.labels = [label(verb) for verb in hook.verbs]
    return render(request, "dossiers/hook_messages.html", {"rows": rows, "hooks": hooks})


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


def _told(request: HttpRequest):
    """The addresses in use, with how many messages to them wait or were given up."""
    found = Hook.objects.filter(ended_at=None, token__revoked_at=None).select_related("token__account__person")
    counted = found.annotate(
        waiting=Count("deliveries", filter=Q(deliveries__state=Delivery.WAITING)),
        failed=Count("deliveries", filter=Q(deliveries__state=Delivery.FAILED)),
    )
    return visible(counted, request.user, TOKENS_MANAGE, unit_field="token__unit").order_by("id")
