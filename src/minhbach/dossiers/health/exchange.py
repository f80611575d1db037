"""What other systems tell, what they are told, and what was filed at the national portal."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minhbach.dossiers.health.rows import day
from minhbach.dossiers.models import Batch, Delivery, Filed, Outgoing, Source
from minhbach.dossiers.models.messages import Message
from minhbach.org.health import ERROR, WARNING, Check, Look, register

SILENT = timedelta(days=3)
TRIES = 5
"""Attempts after which a message that waits is said to keep failing."""
RECENT = timedelta(days=30)
"""For how long a message that was given up is named."""
HELD_BACK = timedelta(days=1)


def _silent(look: Look) -> QuerySet[Source]:
    told = Batch.objects.filter(source=OuterRef("pk"), state=Batch.DONE).exclude(kind=Batch.COMPARE).order_by("-pk")
    sources = Source.objects.filter(active=True, kind=Source.MIRROR)
    sources = sources.annotate(told=Subquery(told.values("finished_at")[:1]))
    return sources.filter(Q(told=None) | Q(told__lt=look.now - SILENT)).order_by("code")


register(
    Check(
        "dossiers.source_silent",
        WARNING,
        gettext_lazy("Other systems that have not told anything for days"),
        gettext_lazy("Dossiers mirrored from there are as they were then; the inbox and the figures with them."),
        gettext_lazy("Bring in the latest file, or find out why the system has stopped sending."),
        find=_silent,
        unit="agency",
        says=lambda source: (
            _("%(name)s: last on %(day)s") % {"name": source.name, "day": day(source.told)}
            if source.told
            else _("%(name)s: never") % {"name": source.name}
        ),
        address=lambda source: reverse("dossiers:source", args=[source.code]),
    )
)


def _undelivered(look: Look) -> QuerySet[Outgoing]:
    stuck = Q(state=Outgoing.FAILED) | Q(state=Outgoing.WAITING, attempts__gte=TRIES)
    # What is open is said once more, so that the index of the open ones answers.
    return Outgoing.objects.filter(stuck, state__in=[Outgoing.WAITING, Outgoing.FAILED]).order_by("pk")


def _message(message: Message) -> str:
    words = {"code": message.dossier.code, "tries": message.attempts, "why": message.failure[:60]}
    return _("%(code)s, tried %(tries)s times: %(why)s") % words


register(
    Check(
        "dossiers.portal_stuck",
        WARNING,
        gettext_lazy("Messages to the national portal that were refused or keep failing"),
        gettext_lazy(
            "The portal does not know the present state of these dossiers, and later messages of each wait behind."
        ),
        gettext_lazy(
            "See on the page of the portal what it answers; correct it and send again, or skip it with a reason."
        ),
        find=_undelivered,
        unit="dossier__agency",
        says=_message,
        address=lambda message: reverse("dossiers:portal"),
        related=("dossier",),
    )
)


def _ungiven(look: Look) -> QuerySet[Delivery]:
    stuck = Q(state=Delivery.FAILED, made_at__gt=look.now - RECENT) | Q(state=Delivery.WAITING, attempts__gte=TRIES)
    # And here that they are not sent, for the same reason.
    return Delivery.objects.filter(stuck, ~Q(state=Delivery.SENT), hook__ended_at=None).order_by("pk")


register(
    Check(
        "dossiers.hooks_stuck",
        WARNING,
        gettext_lazy("Messages to other systems that keep failing"),
        gettext_lazy("A system that asked to be told of changes does not answer."),
        gettext_lazy("Tell whoever runs it; then send the messages again on the page of messages to other systems."),
        find=_ungiven,
        unit="dossier__agency",
        says=_message,
        address=lambda message: reverse("dossiers:hook_messages"),
        related=("dossier",),
    )
)


def _held_back(look: Look) -> QuerySet[Filed]:
    return Filed.objects.filter(state=Filed.HELD, came_at__lt=look.now - HELD_BACK).order_by("came_at", "pk")


register(
    Check(
        "dossiers.filed_held",
        ERROR,
        gettext_lazy("Dossiers filed at the national portal that were not taken in"),
        gettext_lazy("A citizen has filed them, and for more than a day nobody has received or refused them here."),
        gettext_lazy("See on the page of the portal why each could not be taken in; put it right and take it in."),
        find=_held_back,
        unit="link__agency",
        says=lambda filed: f"{filed.code}: {filed.failure[:120]}",
        address=lambda filed: reverse("dossiers:portal_filed", args=[filed.pk]),
        related=("link",),
    )
)
