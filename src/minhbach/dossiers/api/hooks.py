"""Webhooks: a system says where it wants to be told, and looks at what could not be delivered."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Path, Router, Status
from pydantic import Field

from minhbach.dossiers.actions.hooks import hook_end, hook_set
from minhbach.dossiers.models import Delivery, Hook
from minhbach.dossiers.permissions import HOOKS_SCOPE
from minhbach.org.api.problems import documented
from minhbach.org.api.tokens import scope
from minhbach.org.api.types import Strict, Told, text

Number = Annotated[int, Field(ge=1, le=2**31 - 1)]

router = Router(tags=["webhooks"])


class HookIn(Strict):
    url: text(500, 1) = Field(description="https, and none inside the server's own network.")  # type: ignore[valid-type]
    events: list[text(100)] = Field([], max_length=50, description="As dossiers.received; none for all.")  # type: ignore[valid-type]


class HookOut(Told):
    id: int
    url: str
    events: list[str]
    made_at: datetime


class HookMade(HookOut):
    secret: str = Field(
        description="Shown once. Minhbach-Signature: t=SECOND,v1=HEX is HMAC-SHA256 of SECOND, a dot and the body."
    )


class DeliveryOut(Told):
    id: str = Field(description="The Idempotency-Key under which it is sent, however often.")
    state: str
    event: str
    dossier: str
    made_at: datetime
    attempts: int
    next_at: datetime
    failure: str


@router.get(
    "/webhooks", response={200: list[HookOut], **documented()}, summary=gettext_lazy("List the webhooks"),
    **scope(HOOKS_SCOPE),
)  # fmt: skip
def list_webhooks(request: HttpRequest):
    """Those of this token."""
    return [_hook(hook) for hook in _own(request)]


@router.post(
    "/webhooks", response={201: HookMade, **documented(409)}, summary=gettext_lazy("Set a webhook"),
    **scope(HOOKS_SCOPE),
)  # fmt: skip
def set_webhook(request: HttpRequest, sent: HookIn):
    """From now on every event of a dossier that the token may see is sent there, in order for each dossier: its code,
    status and edition, nothing of the applicant. Answer with 2xx; otherwise it is tried again for about a day and a
    half, and then given up: ask with changed_since for what was missed."""
    hook = hook_set(request.auth, url=sent.url, verbs=sent.events, acting=request.user)
    return Status(201, _hook(hook) | {"secret": hook.secret})


@router.delete(
    "/webhooks/{hook}", response={204: None, **documented(404)}, summary=gettext_lazy("End a webhook"),
    **scope(HOOKS_SCOPE),
)  # fmt: skip
def end_webhook(request: HttpRequest, hook: Path[Number]):
    hook_end(_one(request, hook), acting=request.user)
    return Status(204, None)


@router.get(
    "/webhooks/{hook}/deliveries", response={200: list[DeliveryOut], **documented(404)},
    summary=gettext_lazy("Messages of a webhook that did not arrive"), **scope(HOOKS_SCOPE),
)  # fmt: skip
def list_deliveries(request: HttpRequest, hook: Path[Number]):
    """The latest hundred that wait or were given up."""
    found = Delivery.objects.filter(hook=_one(request, hook)).exclude(state=Delivery.SENT).order_by("-id")[:100]
    return [
        {
            "id": str(one.key),
            "event": one.body["event"],
            "dossier": one.body["dossier"],
            **{name: getattr(one, name) for name in ("state", "made_at", "attempts", "next_at", "failure")},
        }
        for one in found
    ]


def _own(request: HttpRequest):
    return Hook.objects.filter(token=request.auth, ended_at=None).select_related("token__account", "token__unit")


def _one(request: HttpRequest, pk: int) -> Hook:
    hook = _own(request).filter(pk=pk).first()
    if hook is None:
        raise Http404(_("This token has no such webhook."))
    return hook


def _hook(hook: Hook) -> dict[str, Any]:
    return {"id": hook.pk, "url": hook.url, "events": hook.verbs, "made_at": hook.made_at}
