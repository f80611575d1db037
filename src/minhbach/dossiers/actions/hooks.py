"""Where other systems are told of changes: set and ended by themselves, tried again by an administrator."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minhbach.dossiers import events
from minhbach.dossiers.actions.messages import held, settle
from minhbach.dossiers.hooks.reaching import Unreachable, place_of
from minhbach.dossiers.models import Delivery, Hook
from minhbach.org import trail
from minhbach.org.errors import NotPossible
from minhbach.org.models import Token
from minhbach.org.permissions import Refused, require
from minhbach.org.permissions.org_verbs import TOKENS_MANAGE
from minhbach.org.trail.registry import label

MOST = 10


@transaction.atomic
def hook_set(token: Token, *, url: str, verbs: Iterable[str] = (), acting) -> Hook:
    """Tell the system of this token at an address, by itself. Raises Refused; NotPossible with code `address`, `event`
    or `too_many`."""
    _require_own(token, acting)
    try:
        place_of(url)
    except Unreachable as error:
        words = _("This address cannot be called (%(why)s). Give one that begins with https://.")
        raise NotPossible(words, "address", {"why": str(error)}) from error
    wanted = sorted(set(verbs))
    for verb in wanted:
        if not verb.startswith("dossiers.") or label(verb) == verb:
            raise NotPossible(_("There is no event “%(event)s”."), "event", {"event": verb})
    trail.lock(f"person:{token.account.person_id}")
    if token.hooks.filter(ended_at=None).count() >= MOST:
        raise NotPossible(_("A token has at most %(most)s addresses; end one first."), "too_many", {"most": MOST})
    hook = Hook.objects.create(token=token, url=url, verbs=wanted, secret=secrets.token_urlsafe(32))
    _record(hook, events.HOOK_SET, acting)
    return hook


@transaction.atomic
def hook_end(hook: Hook, *, acting) -> Hook:
    """Tell it nothing more. Raises Refused; NotPossible with code `ended`."""
    _require_own(hook.token, acting)
    hook = Hook.objects.select_for_update(of=("self",)).select_related("token__account").get(pk=hook.pk)
    if hook.ended_at is not None:
        raise NotPossible(_("This address is told nothing any more."), "ended")
    hook.ended_at = timezone.now()
    hook.save(update_fields=["ended_at"])
    _record(hook, events.HOOK_ENDED, acting)
    return hook


@transaction.atomic
def delivery_again(delivery: Delivery, *, acting) -> Delivery:
    """Try it at once, from the beginning. Raises Refused; NotPossible with code `settled`."""
    delivery = held(delivery, "hook__token__account", "hook__token__unit")
    require(acting, TOKENS_MANAGE, delivery.hook.token.unit)
    settle(delivery, Delivery.WAITING, acting=acting)
    _record(delivery.hook, events.DELIVERY_AGAIN, acting)
    return delivery


def _require_own(token: Token, acting) -> None:
    if getattr(acting, "pk", None) != token.account_id:
        raise Refused(TOKENS_MANAGE, token.unit)


def _record(hook: Hook, event: str, acting) -> None:
    data = {"prefix": hook.token.prefix, "url": hook.url}
    trail.record(f"person:{hook.token.account.person_id}", event, acting=acting, subject=hook, data=data)
