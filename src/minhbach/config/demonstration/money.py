"""Fees in the invented city: what its council is said to have set, and how people pay them in cash, by transfer and
through the stand-in gateway. Account, tariff and decision are invented, and marked as such."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.utils import timezone

from minhbach.config.demonstration.clock import Clock
from minhbach.dossiers.actions import money, waiting
from minhbach.dossiers.actions.incoming import incoming_match, incoming_put_aside, notice_take, statement_read
from minhbach.dossiers.actions.paying import payments_set
from minhbach.dossiers.models import Dossier, Payment, StatementLine
from minhbach.dossiers.money import accounts
from minhbach.dossiers.money.gateways import StandIn
from minhbach.dossiers.money.references import reference_of
from minhbach.dossiers.money.statements import Row
from minhbach.dossiers.states import Channel
from minhbach.org.models import Account, Unit
from minhbach.org.permissions import SYSTEM
from minhbach.procedures.content.model import Citation, Content, Exemption, Fee
from minhbach.records.texts import Text

BANK = "999999"
"""The number of no bank: whoever scans a code of the demonstration cannot transfer anything to anybody."""
COUNCIL = Citation(
    title="Nghị quyết của HĐND thành phố Hải Minh về phí, lệ phí (minh họa)", number="12/NQ-HĐND (minh họa)"
)
POOR = Exemption(Text("Người thuộc hộ nghèo, hộ cận nghèo", "Members of poor and near-poor households"), source=COUNCIL)
#: Procedure → what the invented council asks for it, in đồng.
FEES = {
    "3.000465": Fee(
        Text("Lệ phí cấp bản sao (minh họa)", "Charge for a copy (illustrative)"),
        15_000,
        exemptions=(POOR,),
        source=COUNCIL,
    ),
    "2.002850": Fee(
        Text("Lệ phí cấp lại văn bằng, chứng chỉ (minh họa)", "Charge for a re-issue (illustrative)"),
        50_000,
        exemptions=(POOR,),
        source=COUNCIL,
    ),
    "1.005061": Fee(
        Text("Phí thẩm định điều kiện kinh doanh (minh họa)", "Fee for the examination of conditions (illustrative)"),
        600_000,
        kind="fee",
        source=COUNCIL,
    ),
    "3.000315": Fee(
        Text("Phí thẩm định thành lập trung tâm (minh họa)", "Fee for the examination of a centre (illustrative)"),
        400_000,
        kind="fee",
        source=COUNCIL,
    ),
}
OBLIGATION = ("1.005061", "Phí xác minh tại trụ sở (minh họa)", 200_000)
WITHDRAWN = "Người nộp rút hồ sơ trước khi thẩm định."


def with_fees(content: Content) -> Content:
    """The procedure with what the invented council asks for it."""
    fee = FEES.get(content.code)
    return replace(content, fees=(*content.fees, fee)) if fee else content


@dataclass
class Purse:
    """How one applicant pays: cash, transfer, gateway, or nothing until the result is fetched."""

    way: str
    after: float
    """Working minutes until it is paid."""
    words: str = "right"
    """Of a transfer: right, nameless, short, over."""


class Money:
    """Who pays what when, and the statements that tell of transfers."""

    def __init__(self, clock: Clock):
        self.clock = clock
        self.chance = random.Random("money")  # noqa: S311 - only to vary how people pay
        self._booked: dict[int, list[Row]] = defaultdict(list)
        self._number = 0

    def account(self, agency: Unit, acting: Account) -> None:
        """The agency's account, and the stand-in gateway."""
        payments_set(
            agency,
            bank=BANK,
            account_number=f"099{agency.pk:09}",
            account_name=f"{agency.name} (minh họa)"[:100],
            gateway=True,
            acting=acting,
        )

    def purse(self, channel: str) -> Purse:
        chance = self.chance
        weights = (85, 15, 0, 0) if channel == Channel.COUNTER else (0, 48, 42, 10)
        way = chance.choices(("cash", "transfer", "gateway", "late"), weights)[0]
        words = chance.choices(("right", "nameless", "short", "over"), (82, 6, 5, 7))[0]
        return Purse(way, 3 if way == "cash" else chance.uniform(5, 600), words)

    def exempt(self, dossier: Dossier, acting: Account) -> None:
        """A few say that they are poor, and prove it."""
        for due in accounts.open_dues(dossier):
            if due.code or due.title not in _EXEMPTING or self.chance.random() > 0.08:
                continue
            money.due_exempt(dossier, due.pk, amount=0, exempt_as=POOR.who.vi, source=COUNCIL.number, acting=acting)

    def pay(self, dossier: Dossier, purse: Purse, acting: Account) -> None:
        """As the purse says, what is open now."""
        dues = accounts.open_dues(dossier)
        if not dues or dossier.status in accounts.UNPAYABLE:
            return
        due = accounts.total(dues)
        if purse.way in ("cash", "late"):
            money.cash_take(dossier, dues={one.pk: one.amount for one in dues}, acting=acting)
        elif purse.way == "gateway":
            self._through_gateway(dossier, due)
        else:
            self._transfer(dossier, due, purse.words)

    def settle(self, dossier: Dossier, acting: Account) -> None:
        """Whoever fetches a result pays what is open at the counter, unless a transfer is under way."""
        if accounts.open_dues(dossier) and not self._is_booked(dossier):
            self.pay(dossier, Purse("cash", 0), acting)

    def give_back(self, dossier: Dossier, acting: Account) -> None:
        """What was paid for a dossier that was withdrawn."""
        for payment in dossier.payments.filter(cancelled_at=None, refunded=0):
            way = Payment.CASH if payment.way == Payment.CASH else Payment.TRANSFER
            money.payment_refund(payment, amount=payment.amount, way=way, because=WITHDRAWN, acting=acting)

    def statements(self, agency: Unit, acting: Account, days: list[date]) -> Iterator[datetime]:
        """On each of these days the statement of the account is taken in, and what is left over looked at."""
        for day in days:
            yield timezone.make_aware(datetime(day.year, day.month, day.day, 16, 10))
            rows = [row for row in self._booked[agency.pk] if row.day < day]
            self._booked[agency.pk] = [row for row in self._booked[agency.pk] if row.day >= day]
            last = day == days[-1]
            if last:
                rows += self._unclear(agency, day - timedelta(days=1))
            elif day.day < 8:
                rows.append(self._row(day - timedelta(days=1), 500_000, "UNG HO QUY KHUYEN HOC CUA SO"))
            if not rows:
                continue
            statement_read(agency, f"099{agency.pk:09}", rows, name=f"sao-ke-{day:%Y-%m-%d}.xlsx", acting=acting)
            if not last:
                self._look(agency, acting)

    def _unclear(self, agency: Unit, day: date) -> list[Row]:
        """What is left for a person to look at: a gift, words that name nobody, a fee that was paid already. The last
        was paid twice through the gateway, too."""
        paid = Payment.objects.filter(agency=agency, cancelled_at=None).exclude(way=Payment.CASH)
        once, twice = paid.select_related("dossier__applicant", "dossier__agency").order_by("-pk")[:2]
        self._through_gateway(twice.dossier, twice.settled)
        return [
            self._row(day, 500_000, "UNG HO QUY KHUYEN HOC CUA SO"),
            self._row(day, FEES["3.000465"].amount, "nop le phi ban sao bang tot nghiep", twice.dossier),
            self._row(
                day, once.settled, f"MBVCB.{self._number}.{reference_of(once.dossier_id)} nop le phi", once.dossier
            ),
        ]

    def _look(self, agency: Unit, acting: Account) -> None:
        """What no dossier could be found for is put aside, or matched by hand."""
        for line in StatementLine.objects.filter(account__agency=agency, state="open").select_related("dossier"):
            dossier = line.dossier or Dossier.objects.filter(code=line.text.rpartition(" ")[2]).first()
            dues = accounts.open_dues(dossier) if dossier else []
            if dossier and dues and dossier.status not in accounts.UNPAYABLE and accounts.total(dues) <= line.amount:
                payment = incoming_match(line, dossier, dues={due.pk: due.amount for due in dues}, acting=acting)
                if payment.surplus:
                    money.payment_refund(
                        payment,
                        amount=payment.surplus,
                        way=Payment.TRANSFER,
                        because="Người nộp chuyển thừa.",
                        acting=acting,
                    )
            else:
                incoming_put_aside(line, note="Không phải phí, lệ phí hồ sơ; đã báo kế toán.", acting=acting)

    def obligation(self, dossier: Dossier, acting: Account) -> None:
        """Something to be paid on the way."""
        _procedure, title, amount = OBLIGATION
        waiting.finance_ask(
            dossier,
            items=[title],
            because="Cần xác minh điều kiện tại trụ sở.",
            owed=[waiting.Owed(title, amount)],
            acting=acting,
        )

    def _through_gateway(self, dossier: Dossier, amount: int) -> None:
        now, gateway = timezone.now(), StandIn("s" * 32)
        self._number += 1
        headers, body = gateway.notice(f"TD-{self._number:06}", reference_of(dossier.pk), amount, at=now)
        notice_take(dossier.agency, gateway.code, gateway.read(headers, body, now=now), acting=SYSTEM)

    def _transfer(self, dossier: Dossier, amount: int, words: str) -> None:
        text = f"{reference_of(dossier.pk)} nop le phi"
        if words == "nameless":
            text = f"Nop tien ho so {dossier.code}"
        amount += {"short": -5_000, "over": 10_000}.get(words, 0)
        day = timezone.localdate()
        self._booked[dossier.agency_id].append(self._row(day, amount, f"MBVCB.{self._number + 81_327}.{text}", dossier))

    def _row(self, day: date, amount: int, text: str, dossier: Dossier | None = None) -> Row:
        self._number += 1
        payer = dossier.applicant.name if dossier else "CONG TY CANH BUOM (minh hoa)"
        reference = f"FT{day:%y%m%d}{self._number:06}"
        return Row(str(self._number), day, amount, text, reference=reference, payer=payer, key=reference)

    def _is_booked(self, dossier: Dossier) -> bool:
        word = reference_of(dossier.pk)
        return any(word in row.text or dossier.code in row.text for row in self._booked[dossier.agency_id])


_EXEMPTING = {fee.title.vi for fee in FEES.values() if fee.exemptions}
