"""Money that came in by bank or gateway: recorded once, matched by itself where it is beyond doubt, else by a person.

Locks are taken in one order everywhere: account, line or notice, dossier. So cash at the counter, a statement and a
gateway can tell of the same payment at once, and it is paid once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minhbach.dossiers import events
from minhbach.dossiers.actions import common
from minhbach.dossiers.actions.money import chosen, pay
from minhbach.dossiers.models import (
    Dossier,
    GatewayNotice,
    Payment,
    StatementAccount,
    StatementImport,
    StatementLine,
)
from minhbach.dossiers.models.statements import ASIDE, PAID
from minhbach.dossiers.money import accounts
from minhbach.dossiers.money.gateways import Notice
from minhbach.dossiers.money.references import keys_in
from minhbach.dossiers.money.statements import Row
from minhbach.dossiers.permissions import CASH
from minhbach.org import trail
from minhbach.org.errors import NotPossible
from minhbach.org.models import Unit
from minhbach.org.permissions import require
from minhbach.vietnamese import format_number

Incoming = StatementLine | GatewayNotice


@dataclass(frozen=True)
class Read:
    """What became of a statement: how many lines are new, how many of them were matched by themselves."""

    source: StatementImport
    matched: int


@transaction.atomic
def statement_read(
    agency: Unit,
    number: str,
    rows: Sequence[Row],
    *,
    name: str = "",
    columns: Mapping[str, str] | None = None,
    bad: int = 0,
    acting,
) -> Read:
    """Record what a statement of the account says came in. Lines known from another statement are left alone; new ones
    are matched. `columns` are kept for the next statement, `bad` is how many rows were left out.

    Raises Refused; NotPossible with code `no_account`, `no_rows`.
    """
    require(acting, CASH, agency)
    number = accounts.bare_number(number)
    if not number:
        raise NotPossible(_("Give the number of the account the statement is of."), "no_account")
    if not rows:
        raise NotPossible(_("No row of the statement tells of money that came in."), "no_rows")
    StatementAccount.objects.get_or_create(agency=agency, number=number)
    account = StatementAccount.objects.select_for_update().get(agency=agency, number=number)
    if columns:
        account.columns = dict(columns)
        account.save(update_fields=["columns"])
    known = known_keys(account, rows)
    new = [row for row in rows if row.key not in known]
    source = StatementImport.objects.create(
        account=account,
        name=name[:200],
        at=common.now(),
        by_id=common.person_of(acting),
        taken=len(new),
        known=len(rows) - len(new),
        bad=bad,
    )
    lines = StatementLine.objects.bulk_create(
        StatementLine(
            account=account,
            source=source,
            key=row.key,
            booked_on=row.day,
            amount=row.amount,
            text=row.text,
            reference=row.reference,
            payer=row.payer,
        )
        for row in new
    )
    # In one order, so that two imports for dossiers in common never wait for each other.
    found = sorted(((keys_in(line.text), line) for line in lines), key=lambda one: sorted(one[0]))
    matched = sum(_settle(line, keys, agency, acting) for keys, line in found)
    data = {"code": number[-4:], "taken": len(new), "known": source.known, "matched": matched, "bad": bad}
    trail.record(f"unit:{agency.pk}", events.STATEMENT_READ, acting=acting, subject=source, data=data)
    return Read(source, matched)


def known_keys(account: StatementAccount | None, rows: Sequence[Row]) -> set[str]:
    if account is None:
        return set()
    keys = [row.key for row in rows]
    found: set[str] = set()
    for begin in range(0, len(keys), 500):
        part = StatementLine.objects.filter(account=account, key__in=keys[begin : begin + 500])
        found.update(part.values_list("key", flat=True))
    return found


@transaction.atomic
def notice_take(agency: Unit, gateway: str, notice: Notice, *, acting) -> GatewayNotice:
    """Record what a gateway tells, once: told again, what was recorded is given back. What does not fit is kept for a
    person to look at, and pays nothing.

    The caller has checked the signature. Raises NotPossible with code `other` when the same number said something else
    before.
    """
    row, is_new = GatewayNotice.objects.get_or_create(
        agency=agency,
        gateway=gateway,
        number=notice.number,
        defaults={
            "digest": notice.digest,
            "at": common.now(),
            "paid_at": notice.paid_at,
            "amount": notice.amount,
            "currency": notice.currency,
            "reference": notice.reference,
        },
    )
    if not is_new:
        if row.digest != notice.digest:
            raise NotPossible(_("The notice %(number)s said something else before."), "other", {"number": row.number})
        return row
    if notice.currency != "VND":
        row.why = "currency"
        row.save(update_fields=["why"])
    else:
        _settle(row, keys_in(notice.reference), agency, acting)
    return row


@transaction.atomic
def incoming_match(row: Incoming, dossier: Dossier, *, dues: Mapping[int, int], acting) -> Payment:
    """Say by hand what money that came in has paid. More than is due leaves a surplus to be paid back; less pays
    nothing: choose what it suffices for, or put it aside.

    Raises Refused; NotPossible with code `done`, `nothing`, `paid`, `changed`, `short`, `state`, `currency` or
    `mirrored`.
    """
    row = _held(row, acting)
    dossier = common.locked(dossier)
    require(acting, CASH, dossier.agency)
    if isinstance(row, GatewayNotice) and row.currency != "VND":
        raise NotPossible(_("It is not in đồng."), "currency")
    found = chosen(dossier, dues)
    due = accounts.total(found)
    if due > row.amount:
        raise NotPossible(
            _("%(amount)s đồng came in, and %(due)s are chosen. Choose what it suffices for."),
            "short",
            {"amount": format_number(row.amount), "due": format_number(due)},
        )
    return _pay(row, dossier, found, acting)


@transaction.atomic
def incoming_put_aside(row: Incoming, *, note: str, acting) -> Incoming:
    """Put aside what is no fee: a transfer of another kind, one that was sent back. Raises Refused; NotPossible with
    code `done` or `no_reason`."""
    row = _held(row, acting)
    common.require_reason(note)
    row.state, row.note = ASIDE, note[:1000]
    row.save(update_fields=["state", "note"])
    agency = _agency(row)
    data = {"amount": row.amount, "because": note}
    trail.record(f"unit:{agency.pk}", events.MONEY_ASIDE, acting=acting, subject=row, data=data)
    return row


def _settle(row: Incoming, keys: set[int], agency: Unit, acting) -> bool:
    """Pay what the row names if that is beyond doubt; else note why not."""
    dossier, dues = None, []
    if len(keys) == 1:
        [key] = keys
        dossier = Dossier.objects.select_related("agency").filter(pk=key).first()
        if dossier is not None and not dossier.is_mirrored:
            dossier = common.locked(dossier)
            dues = accounts.open_dues(dossier)
    row.why = accounts.why_not(agency, keys, dossier, dues, row.amount)
    if dossier is not None and row.why not in ("other",):
        row.dossier = dossier
    if row.why:
        row.save(update_fields=["why", "dossier"])
        return False
    assert dossier is not None
    _pay(row, dossier, dues, acting)
    return True


def _pay(row: Incoming, dossier: Dossier, dues: list, acting) -> Payment:
    if isinstance(row, StatementLine):
        at = timezone.make_aware(datetime.combine(row.booked_on, time()))
        how: dict[str, Any] = {"way": Payment.TRANSFER, "line": row, "payer": row.payer}
    else:
        at, how = row.paid_at or row.at, {"way": Payment.GATEWAY, "notice": row}
    payment = pay(dossier, dues, at=at, amount=row.amount, acting=acting, **how)
    row.state, row.why, row.dossier = PAID, "", dossier
    row.save(update_fields=["state", "why", "dossier"])
    return payment


def _held(row: Incoming, acting) -> Incoming:
    """The row, nobody else deciding about it until the end of the transaction."""
    row = type(row).objects.select_for_update(of=("self",)).get(pk=row.pk)
    require(acting, CASH, _agency(row))
    if row.state == PAID:
        raise NotPossible(_("This money was matched already."), "done")
    return row


def _agency(row: Incoming) -> Unit:
    return row.account.agency if isinstance(row, StatementLine) else row.agency
