"""A year of the one-stop shops in the invented city: dossiers come in, go their way, wait, get late, are returned.

Each dossier is a story told by the real actions; a schedule tells all stories in the order of time, so that numbers are
taken as they would have been and what has not happened by now is still open.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from heapq import heappop, heappush
from itertools import count

from django.conf import settings
from django.utils import timezone

from minhbach.config.demonstration import asking
from minhbach.config.demonstration.clock import Clock, at
from minhbach.config.demonstration.crew import Crew
from minhbach.config.demonstration.money import OBLIGATION, Money
from minhbach.config.demonstration.others import Portal
from minhbach.config.demonstration.province import Province
from minhbach.dossiers import awaiting
from minhbach.dossiers.actions import common, ending, intake, issuing, moving, waiting
from minhbach.dossiers.actions.applicants import applicant_keep
from minhbach.dossiers.actions.beginning import beginning_state
from minhbach.dossiers.actions.desks import desk_set
from minhbach.dossiers.actions.opinions import opinion_give
from minhbach.dossiers.clock import counts_from
from minhbach.dossiers.models import Dossier
from minhbach.dossiers.states import Channel
from minhbach.org.calendars.queries import Calendars
from minhbach.org.permissions import SYSTEM
from minhbach.procedures.content.reading import stored
from minhbach.procedures.models import Offer
from minhbach.worktime import add_working_time, working_time_between

DAY = 8 * 60
"""Minutes of a working day."""

#: Agency → identification code on its dossiers. H99 belongs to no province.
AGENCIES = {
    "hm-sgddt": "H99.09",
    "px-dong": "H99.101",
    "px-tay": "H99.102",
    "px-cat": "H99.103",
    "px-lam": "H99.104",
    "px-lach": "H99.105",
    "thpt-bb": "H99.09.21",
}

#: Procedure → dossiers a year at one agency, and the months in which they come (none: all year alike).
YEAR = {
    "3.000465": (120, (6, 7, 8, 9, 10)),
    "3.000466": (48, ()),
    "2.002850": (26, (7, 8, 9)),
    "1.004889": (18, ()),
    "1.005061": (9, ()),
    "1.012960": (5, ()),
    "2.001987": (2, ()),
    "3.000315": (11, (3, 4, 9)),
    "1.014333": (16, (9, 10)),
    "1.014334": (10, (9, 10)),
    "1.000691": (5, (3, 4, 10)),
    "1.000280": (6, (3, 4, 10)),
    "1.000288": (5, (3, 4, 10)),
    "1.012944": (1, ()),
    "1.012953": (1, ()),
    "1.001622": (6, (9, 10)),
    "1.014335": (6, (9, 10)),
    "1.014336": (3, (9, 10)),
    "2.002770": (3, (9,)),
    "1.012964": (1, ()),
    "2.002854": (24, (1, 6, 7, 8)),
    "2.002857": (3, (8,)),
}


@dataclass
class Plan:
    """What chance has in store for one dossier."""

    offer: Offer
    comes: datetime
    channel: str
    used: float
    """The share of the promised time that the office takes; more than 1 is late."""
    turn: str
    """decline, supplement, forget (a supplement never answered), refuse, withdraw, extend; or nothing special."""
    chance: random.Random


class Dossiers:
    """Sets up the desks and tells the year's stories."""

    def __init__(self, province: Province, crew: Crew, clock: Clock):
        self.province, self.crew, self.clock = province, crew, clock
        self.calendars = Calendars()
        self.chance = random.Random("dossiers")  # noqa: S311 - only to vary the stories
        self.begins: date = clock.today - timedelta(days=364)
        self.applicants = asking.Applicants(self.chance)
        self.money = Money(clock)
        self.portal = Portal(clock, crew, province["hm-sgddt"], crew.people["van-thu"])
        self._order = count()
        self._schedule: list[tuple[datetime, int, Iterator[datetime]]] = []

    def load(self) -> None:
        self.clock.set(self.begins, 7)
        for code, agency_code in AGENCIES.items():
            unit = self.province[code]
            desk_set(
                unit,
                begins=self.begins,
                agency_code=agency_code,
                name=f"Bộ phận Tiếp nhận và Trả kết quả, {unit.name}",
                address="Số 1 đường Thống Nhất, thành phố Hải Minh (minh họa)",
                e_signatures=False,
                acting=SYSTEM,
            )
        self._open_accounts()
        for plan in self._plans():
            self._at(plan.comes, self._story(plan))
        if settings.PORTAL_URL:
            self._tell(self.portal.link())
        while self._schedule and self._schedule[0][0] < self.clock.started - timedelta(minutes=10):
            moment, _n, story = heappop(self._schedule)
            self.clock.go(moment)
            then = next(story, None)
            if then is not None:
                self._at(max(then, moment + timedelta(minutes=1)), story)
        if settings.PORTAL_URL:
            self.portal.deliver()

    def _at(self, moment: datetime, story: Iterator[datetime]) -> None:
        """The story goes on at this moment."""
        heappush(self._schedule, (moment, next(self._order), story))

    def _tell(self, story: Iterator[datetime]) -> None:
        """A story that begins when it says itself."""
        self._at(next(story), story)

    def _open_accounts(self) -> None:
        """The department takes fees: its account, and a statement of it about every week."""
        department, counter = self.province["hm-sgddt"], self.crew.people["mot-cua"]
        self.money.account(department, self.crew.people["giam-doc"])
        calendar = self.calendars.of(department)
        days = [self.begins + timedelta(days=n) for n in range(9, 364)]
        weekly = [day for day in days if calendar.is_working_day(day)][::6]
        self._tell(self.money.statements(department, counter, weekly))

    def _plans(self) -> Iterator[Plan]:
        offers = Offer.objects.filter(procedure__code__in=YEAR, agency__code__in=AGENCIES)
        offers = offers.select_related("procedure__current", "agency", "office", "one_stop")
        days = [self.begins + timedelta(days=n) for n in range(365)]
        for offer in offers.order_by("agency__code", "procedure__code"):
            number, months = YEAR[offer.procedure.code]
            working = [day for day in days if self.calendars.of(offer.agency).is_working_day(day)]
            # The last days are told more fully, so that there is something on everybody's desk.
            recent = self.clock.today - timedelta(days=14)
            often = [(4 if day.month in months else 1) * (6 if day > recent else 1) for day in working]
            for day in self.chance.choices(working, often, k=number):
                yield self._plan(offer, day)

    def _plan(self, offer: Offer, day: date) -> Plan:
        chance = random.Random(self.chance.random())  # noqa: S311
        minute = chance.choice((chance.randrange(460, 680), chance.randrange(790, 980)))
        used = (chance.uniform(0.35, 0.85), chance.uniform(0.85, 0.98), chance.uniform(1.1, 1.6))
        turns = {"decline": 15, "supplement": 70, "forget": 6, "refuse": 14, "withdraw": 9, "extend": 12, "": 874}
        return Plan(
            offer,
            at(day, minute // 60, minute % 60),
            chance.choices((Channel.ONLINE, Channel.COUNTER, Channel.POST), (58, 36, 6))[0],
            chance.choices(used, (72, 25, 3))[0],
            chance.choices(list(turns), list(turns.values()))[0],
            chance,
        )

    def _story(self, plan: Plan) -> Iterator[datetime]:
        """Every `yield` names the moment at which the story goes on."""
        offer, chance = plan.offer, plan.chance
        counter = self.crew.of(offer.agency, "counter", chance)
        dossier = yield from self._intake(plan, counter)
        if dossier is None:
            return
        if counts_from(dossier):
            dossier = self._begin(dossier, counter)
        if dossier.dues.exists():
            self.money.exempt(dossier, counter)
            self._tell(self._pays(dossier, plan, counter))
        process = common.content_of(dossier).process
        assert process is not None
        rest = self._promised(dossier) * plan.used
        parts = [chance.uniform(0.5, 1.5) * (3 if step.role == "specialist" else 1) for step in process.steps[:-1]]
        for n, step in enumerate(process.steps[:-1]):
            part = rest * parts[n] / sum(parts[n:])
            rest -= part
            yield self._later(offer, part)
            dossier = self._apologise(plan, dossier)
            person = (
                dossier.at_person.account if dossier.at_person else self.crew.of(dossier.at_unit, step.role, chance)
            )
            if step.role == "specialist" and plan.turn in ("supplement", "forget"):
                dossier = yield from self._supplement(plan, dossier, person)
                if dossier is None:
                    return
                rest, plan.turn = self._promised(dossier) * min(plan.used, 0.9), ""
                yield self._later(offer, rest * 0.3)
                rest *= 0.7
            elif step.role == "specialist" and plan.turn == "extend":
                dossier = self._extend(plan, dossier)
            elif step.role == "specialist" and plan.turn == "withdraw":
                dossier = ending.withdrawal_ask(dossier, because=asking.WITHDRAWN, acting=counter)
                yield self._later(offer, 60)
                dossier = ending.dossier_stop(dossier, because=asking.WITHDRAWN, acting=person)
                issuing.form_issue(dossier, "stop", acting=person)
                self.money.give_back(dossier, counter)
                return
            elif step.role == "specialist" and plan.offer.procedure.code == OBLIGATION[0] and chance.random() < 0.4:
                dossier = yield from self._obligation(plan, dossier, person, counter)
            if step.opinions:
                dossier = self._opinions(dossier, chance)
            if step.role == "head" and plan.turn == "refuse":
                dossier = ending.dossier_refuse(dossier, because=asking.REFUSED, acting=person)
                break
            dossier = self._on(plan, dossier, process.steps[n + 1], person)
        yield self._later(offer, chance.expovariate(1 / (0.8 * DAY)) + 20)
        # A few are never fetched: they wait at the counter.
        if chance.random() < 0.985:
            by = plan.channel if chance.random() < 0.8 else Channel.POST
            self.money.settle(dossier, counter)
            ending.result_return(dossier, by=by, acting=counter)

    def _intake(self, plan: Plan, counter) -> Iterator[datetime]:
        offer, chance = plan.offer, plan.chance
        applicant = applicant_keep(unit=offer.one_stop, **self.applicants.one(offer.procedure.code), acting=counter)
        content = stored(offer.procedure.current.content)
        papers = [
            intake.HandedIn(paper.key, handed_in=paper.paper or "") for paper in content.components if paper.required
        ]
        how = {"applicant": applicant, "papers": papers, "channel": plan.channel, "return_by": plan.channel}
        if plan.channel == Channel.ONLINE or plan.turn == "decline":
            dossier = intake.dossier_submit(offer, **how, acting=counter)
            yield self._later(offer, chance.uniform(15, 200))
            if plan.turn == "decline":
                dossier = intake.dossier_decline(dossier, because=asking.DECLINED, acting=counter)
                issuing.form_issue(dossier, "refusal", acting=counter)
                return None
            dossier = intake.dossier_accept(dossier, acting=counter)
        else:
            dossier = intake.dossier_receive(offer, **how, acting=counter)
        issuing.form_issue(dossier, "receipt", acting=counter)
        return dossier

    def _on(self, plan: Plan, dossier: Dossier, step, person) -> Dossier:
        """To the next step; out of the last one but one the result is there."""
        if step.role == "counter":
            return ending.dossier_finish(dossier, acting=person)
        taker = None
        if step.role == "specialist":
            unit = common.unit_for(step, plan.offer)
            taker = self.crew.of(unit, "specialist", plan.chance).person
        return moving.dossier_forward(dossier, person=taker, acting=person)

    def _pays(self, dossier: Dossier, plan: Plan, counter) -> Iterator[datetime]:
        """Beside the way of the dossier: its fees are paid."""
        purse = self.money.purse(plan.channel)
        yield self._later(plan.offer, purse.after)
        if purse.way != "late":
            dossier.refresh_from_db()
            self.money.pay(dossier, purse, counter)

    def _obligation(self, plan: Plan, dossier: Dossier, person, counter) -> Iterator[datetime]:
        self.money.obligation(dossier, person)
        yield self._later(plan.offer, plan.chance.uniform(1, 4) * DAY)
        dossier.refresh_from_db()
        self.money.settle(dossier, counter)
        dossier.refresh_from_db()
        return dossier

    def _supplement(self, plan: Plan, dossier: Dossier, person) -> Iterator[datetime]:
        missing, why = plan.chance.choice(asking.MISSING)
        until = timezone.localdate() + timedelta(days=30)
        waiting.supplement_ask(dossier, items=[missing], because=why, until=until, acting=person)
        issuing.form_issue(dossier, "supplement", acting=person)
        if plan.turn == "forget":
            yield self._later(plan.offer, 24 * DAY)
            dossier = ending.dossier_stop(dossier, because=asking.STOPPED, acting=person)
            issuing.form_issue(dossier, "stop", acting=person)
            return None
        yield self._later(plan.offer, plan.chance.uniform(0.5, 9) * DAY)
        return waiting.supplement_take(dossier, answer="Đã bổ sung đủ.", acting=person)

    def _extend(self, plan: Plan, dossier: Dossier) -> Dossier:
        """Where there is a day left before the due moment, as the law wants."""
        plan.turn = ""
        if dossier.due_at is None or self._promised(dossier) < 3 * DAY:
            return dossier
        head = self.crew.leader(plan.offer.office, plan.chance)
        due = add_working_time(dossier.due_at, 5 * DAY, self.calendars.of(plan.offer.agency))
        ending.due_extend(dossier, due_at=due, because=asking.EXTENDED, acting=head)
        issuing.form_issue(dossier, "apology", acting=head)
        dossier.refresh_from_db()
        return dossier

    def _apologise(self, plan: Plan, dossier: Dossier) -> Dossier:
        """For most that are late, once they are."""
        late = dossier.due_at is not None and dossier.due_at < timezone.now() and dossier.apologised_at is None
        if not late or plan.chance.random() < 0.3:
            return dossier
        head = self.crew.leader(plan.offer.office, plan.chance)
        dossier = ending.delay_apologise(dossier, because=asking.DELAYED, acting=head)
        promised = self._later(plan.offer, 2 * DAY)
        issuing.form_issue(dossier, "apology", promised=promised, acting=head)
        return dossier

    def _begin(self, dossier: Dossier, counter) -> Dossier:
        """Where the law counts from the last day for dossiers, that is the end of the month in the invented city."""
        after = (timezone.localdate().replace(day=28) + timedelta(days=4)).replace(day=1)
        return beginning_state(dossier, day=after - timedelta(days=1), document=asking.ANNOUNCED, acting=counter)

    def _opinions(self, dossier: Dossier, chance: random.Random) -> Dossier:
        """Those who were asked answer; what one says is dealt with before the dossier goes on."""
        for opinion in awaiting.waited_for(dossier):
            agrees, answer = chance.choice(asking.OPINIONS)
            person = self.crew.of(opinion.unit, "specialist", chance)
            opinion_give(opinion, agrees=agrees, answer=answer, acting=person)
        dossier.refresh_from_db()
        return dossier

    def _promised(self, dossier: Dossier) -> float:
        """Working minutes from now to the due moment."""
        assert dossier.due_at is not None
        now = timezone.now()
        return (
            working_time_between(now, dossier.due_at, self.calendars.of(dossier.agency)) if now < dossier.due_at else 0
        )

    def _later(self, offer: Offer, minutes: float) -> datetime:
        return add_working_time(timezone.now(), max(1, round(minutes)), self.calendars.of(offer.agency))
