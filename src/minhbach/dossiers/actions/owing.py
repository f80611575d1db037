"""What a dossier comes to owe: the fees of its procedure, and what is asked for on the way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from minhbach.dossiers import events
from minhbach.dossiers.actions import common
from minhbach.dossiers.models import Dossier, Due, Pause
from minhbach.org.errors import NotPossible
from minhbach.papers.vietqr import MOST_AMOUNT
from minhbach.procedures.content.model import Citation, Content


@dataclass(frozen=True)
class Owed:
    """An amount asked for on the way, in whole đồng."""

    title: str
    amount: int


def fees_ask(dossier: Dossier, content: Content, *stages: str, acting) -> list[Due]:
    """The fees the procedure sets for these stages and the way the dossier was sent, each once."""
    fees = [fee for fee in content.fees if fee.paid in stages and fee.amount and fee.channel in (None, dossier.channel)]
    return _ask(
        dossier,
        [
            Due(
                kind=fee.kind,
                title=fee.title.vi[:500],
                code=fee.code[:40],
                stage=fee.paid,
                tariff=fee.amount,
                amount=fee.amount,
                source=cited(fee.source),
            )
            for fee in fees
        ],
        acting,
    )


def amounts_ask(dossier: Dossier, owed: Iterable[Owed], *, pause: Pause, acting) -> list[Due]:
    """What the wait is for, in money. Raises NotPossible with code `amount`."""
    found = []
    for one in owed:
        if not 0 < one.amount <= MOST_AMOUNT:
            raise NotPossible(_("“%(title)s”: give an amount above 0 đồng."), "amount", {"title": one.title})
        found.append(
            Due(kind=Due.OBLIGATION, title=one.title.strip()[:500], tariff=one.amount, amount=one.amount, pause=pause)
        )
    return _ask(dossier, found, acting)


def _ask(dossier: Dossier, dues: list[Due], acting) -> list[Due]:
    if not dues:
        return []
    now = common.now()
    for due in dues:
        due.dossier, due.asked_at = dossier, now
    made = Due.objects.bulk_create(dues)
    items = [[due.title, due.amount] for due in made]
    common.tell(dossier, events.DUE_ASKED, acting=acting, data={"dues": items, "amount": sum(d.amount for d in made)})
    return made


def cited(source: Citation | None) -> str:
    """“Điều 5, 43/2024/TT-BTC”."""
    if source is None:
        return ""
    return ", ".join(filter(None, (source.article, source.number or source.title)))[:300]
