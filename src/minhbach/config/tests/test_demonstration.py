"""The demonstration province, filled once through the real actions and looked at from all sides."""

import socket
from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from minhbach.config import demo, demonstration
from minhbach.config.command import main
from minhbach.config.demonstration import departments, schools
from minhbach.config.demonstration.clock import Clock
from minhbach.config.demonstration.dossiers import AGENCIES
from minhbach.config.demonstration.figures import SIZES, department_facts, school_facts, survey_facts
from minhbach.config.demonstration.people import PASSWORD, SIGN_INS
from minhbach.config.demonstration.province import SCHOOL_GROUPS
from minhbach.config.tests.casting_back import covered
from minhbach.config.tests.walking import walk
from minhbach.dossiers.models import (
    Batch,
    Due,
    Filed,
    GatewayNotice,
    Opinion,
    Outgoing,
    Payment,
    PaymentSettings,
    Refund,
    StatementLine,
)
from minhbach.indices.figures import facts_of
from minhbach.indices.live.scores import board, live_entry
from minhbach.indices.models import Assignment, Entry, Publication, PublishedResult, Round, Score
from minhbach.org.files import store
from minhbach.org.health import Look
from minhbach.org.health.looking import look_everywhere
from minhbach.org.models import Account, DailyRoot, Event, Unit
from minhbach.org.permissions import SYSTEM
from minhbach.org.trail.verifying import verify
from minhbach.org.units.queries import final_successors
from minhbach.scoring import catalogue
from minhbach.scoring.facts import UnitFacts
from minhbach.scoring.rounds import score_round
from minhbach.workspace.models import Notice


def test_figures_are_always_the_same_and_consistent():
    for unit in SIZES:
        facts = department_facts(unit, 2025)
        assert facts == department_facts(unit, 2025) != department_facts(unit, 2026)
        handled = int(facts["3.4.2"]["handled"])
        assert handled <= int(facts["7.4.2"]["received"])
        assert int(facts["3.4.2"]["on_time"]) == handled - int(facts["3.4.3"]["overdue"])
        assert int(facts["7.5.3"]["returned"]) == handled == int(facts["7.7.2"]["dossiers"])
        assert int(facts["8.2"]["on_time"]) <= int(facts["8.1"]["completed"]) <= int(facts["8.1"]["assigned"])
        assert facts["7.1.4"]["electronic"] == facts["7.1.3"]["electronic"]
    one = school_facts("thpt-bb", "upper_secondary", 2026)
    assert int(one["B.2"]["handled"]) >= int(one["B.3"]["online"])


@pytest.mark.parametrize("year", range(2024, 2036))
def test_whatever_the_year_every_criterion_with_a_rule_gets_points(year):
    """The demonstration is made relative to the day it is run on, so no later year may come upon a gap of the rules."""
    cases = [("hai-phong-so-2023", "so", unit, department_facts(unit, year, ties=bool(year % 2))) for unit in SIZES]
    for group, codes in SCHOOL_GROUPS.items():
        for code in codes:
            facts = school_facts(code, group, year)
            cases.append(("truong-minh-hoa", group, code, facts | survey_facts(code, year, 900)))
    for set_code, group, unit, facts in cases:
        indicator_set = catalogue.find(set_code)
        given = UnitFacts(unit, group)
        for criterion, inputs in facts.items():
            given.values.update(facts_of(indicator_set.nodes[criterion], inputs).values)
        (result,) = score_round(indicator_set, [given])
        assert result.is_complete, (unit, result.open_)


def test_the_clock_goes_back_when_filling_ends():
    before = timezone.now
    clock = Clock()
    with pytest.raises(RuntimeError), clock.running():
        assert timezone.now == clock.read
        clock.set(clock.today.replace(year=clock.today.year + 5))
        assert timezone.now() <= before()
        raise RuntimeError
    assert timezone.now is before


@pytest.mark.django_db
def test_a_database_with_other_data_is_left_alone(make_unit, capsys, tmp_path, settings):
    settings.HOME = tmp_path
    make_unit("so-x")
    assert demo.run(8000, only_data=True) == 2
    assert "MINHBACH_HOME" in capsys.readouterr().out
    assert Unit.objects.count() == 1


def test_a_port_in_use_is_said_before_anything_is_done(capsys):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        assert demo.run(other.getsockname()[1]) == 2
    assert "PORT=" in capsys.readouterr().out


@pytest.mark.django_db
def test_the_whole_province(capsys, tmp_path, settings, client):
    settings.HOME, settings.DEMO, settings.PORTAL_URL = tmp_path, True, "http://127.0.0.1:9798"
    settings.SIGNING_ROOTS = str(tmp_path / "signing" / "demonstration-root.cer")
    assert demo.run(8000, only_data=True) == 0
    events = Event.objects.count()
    assert demonstration.is_filled() and not demonstration.is_empty()
    assert demo.run(8000, only_data=True) == 0, "a second run finds it filled"
    assert Event.objects.count() == events
    assert not list(verify())
    assert not Event.objects.filter(at__gt=timezone.now()).exists()
    _ranked_departments()
    _open_departments()
    _live_board()
    _schools()
    _people_and_units()
    _money()
    _other_systems()
    _opinions()
    _forecasts()
    _published()
    _healthy()
    walk(client)


def _forecasts():
    """Said are 8 of 10. It is the first year of records, and its summer is three times as busy as its spring. The last
    days are told more fully than they could have been foreseen, and are left out."""
    today = timezone.localdate()
    share, made = covered(list(AGENCIES), today - timedelta(days=364), today - timedelta(days=15))
    assert made > 400
    assert 0.65 <= share <= 0.95


def _published():
    """Anybody recomputes what was published."""
    found = list(Publication.objects.select_related("stored"))
    assert len(found) == Round.objects.filter(status=Round.Status.PUBLISHED).count() == 2
    for made in found:
        assert main(["verify", str(store.path_of(made.stored.sha256))]) == 0


def _healthy():
    wrong = [one.check.key for one in look_everywhere(SYSTEM, Look(timezone.now())) if one.is_error]
    assert wrong == []


def _opinions():
    """Who is asked answers before the dossier goes on."""
    asked = Opinion.objects.filter(dossier__agency__code="hm-sgddt")
    for unit, least in (("gd-gdph", 12), ("gd-khtc", 5)):
        assert asked.filter(by_process=True, unit__code=unit).exclude(answered_at=None).count() >= least
    assert not asked.filter(answered_at=None).exclude(dossier__step="handle", dossier__status__in=[4, 5, 6, 8]).exists()


def _live_board():
    """The education department is measured; of the others nothing is kept here, and what they declared counts."""
    round_ = Round.objects.get(status="open", unit__code="hm-snv")
    lines = {line.entry.unit.code: line for line in board(SYSTEM, round_)[0]}
    assert len(lines) == 20
    own, other = lines["hm-sgddt"], lines["hm-stp"]
    assert own.sources["measured"] >= 9 and not other.sources["measured"] + other.sources["mixed"]
    assert own.difference and not other.difference
    live = live_entry(own.entry)
    handled = live.facts.measured["3.4.2"]
    assert handled["handled"] > 20 and 0.8 < handled["on_time"] / handled["handled"] <= 1
    assert live.differs("3.4.2") and not live.differs("7.4.2")
    assert all(live.leaf(code).score is not None for code in ("3.3.2", "3.3.4", "7.4.1", "7.4.2", "7.5.1", "7.5.3"))


def _money():
    """Fees came in every way, and of what came in a few things are left for a person."""
    assert set(Payment.objects.values_list("way", flat=True)) == {"cash", "transfer", "gateway"}
    receipts = list(Payment.objects.filter(way="cash").order_by("year", "receipt").values_list("year", "receipt"))
    for year in {year for year, _number in receipts}:
        numbers = [number for of, number in receipts if of == year]
        assert numbers == list(range(1, len(numbers) + 1)), "without gaps"
    assert Refund.objects.exists() and Due.objects.exclude(exempt_as="").exists()
    assert set(StatementLine.objects.values_list("state", flat=True)) == {"open", "paid", "aside"}
    assert 3 <= StatementLine.objects.filter(state="open").count() <= 6
    assert GatewayNotice.objects.filter(state="open", why="nothing").count() == 1
    into = PaymentSettings.objects.get()
    assert into.bank == "999999" and "minh họa" in into.account_name and into.gateway
    for due in Due.objects.exclude(payment=None).select_related("payment"):
        assert due.asked_at <= due.payment.at or due.payment.way == "transfer"


def _other_systems():
    compared = Batch.objects.get(kind=Batch.COMPARE)
    assert set(compared.result["totals"]) >= {"missing_here", "missing_there", "status", "finished_at"}
    assert Batch.objects.get(kind=Batch.IMPORT).bad == 2
    assert set(Outgoing.objects.values_list("state", flat=True)) == {"sent", "waiting", "failed"}
    assert Outgoing.objects.filter(state="sent", attempts__gt=1).exists()
    assert sorted(Filed.objects.values_list("state", flat=True)) == ["held", "taken", "taken"]
    per_person = Counter(Notice.objects.filter(read_at=None).values_list("person", flat=True))
    assert 0 < max(per_person.values()) <= demonstration.UNREAD


def _ranked_departments():
    last = Round.objects.get(unit__code="hm-snv", status=Round.Status.PUBLISHED)
    assert last.published_at < timezone.now() and last.decision
    ranked = last.entries.exclude(rank=None)
    assert ranked.count() == last.entries.count() - 1 == 19
    assert last.entries.get(rank=None).unit.code == departments.NEVER_SUBMITTED
    twins = last.entries.filter(unit__code__in=("hm-sdl", "hm-svhtt")).values_list("rank", "final_score")
    assert len(set(twins)) == 1, "two departments share a rank"
    assert len(set(ranked.values_list("final_score", flat=True))) == 18
    changed = Score.objects.filter(entry__round=last, stage="appraisal_1").exclude(source="copied")
    assert changed.count() >= 20 and not changed.filter(note="", reason="").exists()
    by_hand = changed.get(criterion="3.4.3", entry__unit__code=departments.APOLOGISED_LATE)
    assert by_hand.points == Decimal("0.25") and by_hand.reason
    assert not last.entries.filter(requests__answer="", requests__isnull=False).exists()
    education = last.entries.get(unit__code="hm-sgddt")
    assert education.evidence.exclude(attachment=None).count() >= 25


def _open_departments():
    this = Round.objects.get(unit__code="hm-snv", status=Round.Status.OPEN)
    assert this.carried_forward and this.previous.status == Round.Status.PUBLISHED
    assert this.self_opens < timezone.now() < this.self_closes
    found = set(this.entries.values_list("status", flat=True))
    assert found == set(Entry.Status) - {Entry.Status.CONCLUDED}
    education = this.entries.get(unit__code="hm-sgddt")
    states = set(education.assignments.values_list("state", flat=True))
    assert states == set(Assignment.State)
    assert education.assignments.filter(state=Assignment.State.OPEN, due__lt=timezone.now()).exists()
    asked = this.entries.get(unit__code="hm-stp").requests
    assert asked.filter(answer="").exists() and asked.exclude(answer="").exists()


def _schools():
    closed = Round.objects.get(unit__code="hm-sgddt", status=Round.Status.PUBLISHED)
    for group in ("primary", "lower_secondary", "upper_secondary"):
        assert closed.entries.filter(group=group, rank=1).exclude(band="").exists()
    assert closed.entries.get(rank=None).unit.code == schools.NEVER_SUBMITTED
    assert closed.entries.filter(absent=["D"]).count() == 2
    assert Round.objects.filter(unit__code="hm-sgddt", status=Round.Status.OPEN, previous=closed).exists()


def _people_and_units():
    for each in SIGN_INS:
        assert Account.objects.get(username=each.username).check_password(PASSWORD)
    closed = Unit.objects.exclude(ends=None)
    assert closed.count() == 4
    assert not Unit.objects.filter(parent__in=closed).exists(), "the tree is today's"
    roots = DailyRoot.objects.order_by("day")
    # Yesterday; the day before where midnight has just passed, or passed while the database was filled.
    assert roots.count() > 20 and timezone.localdate() - roots.last().day <= timedelta(days=2)
    assert roots.exclude(count=0).exists()
    assert [u.code for u in final_successors(Unit.objects.get(code="gd-ttra"))] == ["gd-tccb"]
    assert PublishedResult.objects.filter(set_code="par-index", result=Decimal("70.69"), rank=15, units=21).exists()
