"""The dated tree."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minhbach.org.errors import NotPossible
from minhbach.org.models import Event, Placement, Unit
from minhbach.org.permissions import Refused
from minhbach.org.units import queries
from minhbach.org.units.actions import (
    tree_settle,
    unit_close,
    unit_move,
    unit_open,
    unit_rename,
)

pytestmark = pytest.mark.django_db


def codes(units):
    return sorted(unit.code for unit in units)


@pytest.fixture
def district(make_unit, system):
    """A department with a district office that had two schools, closed when districts were abolished."""
    so = make_unit("so", kind="so")
    pgd = make_unit("pgd", so, name="Phòng GDĐT")
    schools = [make_unit(f"truong-{i}", pgd, kind="truong") for i in (1, 2)]
    xa = [make_unit(f"xa-{i}", so, kind="xa", begins=date(2025, 7, 1)) for i in (1, 2)]
    for school, commune in zip(schools, xa, strict=True):
        unit_move(school, parent=commune, on=date(2025, 7, 1), acting=system)
    pgd = unit_close(
        pgd,
        on=date(2025, 6, 30),
        successors=xa,
        document_number="01/NQ",
        document_title="Nghị quyết",
        acting=system,
    )
    return so, pgd, schools, xa


def test_a_closed_district_office_keeps_its_history(district):
    so, pgd, _schools, xa = district
    assert pgd.ends == date(2025, 6, 30)
    before, after = date(2025, 6, 30), date(2025, 7, 1)
    assert [(b.unit.code, b.depth) for b in queries.tree_on(before)] == [
        ("so", 0),
        ("pgd", 1),
        ("truong-1", 2),
        ("truong-2", 2),
    ]
    assert [(b.unit.code, b.depth) for b in queries.tree_on(after)] == [
        ("so", 0),
        ("xa-1", 1),
        ("truong-1", 2),
        ("xa-2", 1),
        ("truong-2", 2),
    ]
    assert codes(queries.subtree(pgd, before)) == ["pgd", "truong-1", "truong-2"]
    assert codes(queries.subtree(pgd)) == ["pgd"]
    assert codes(queries.subtree(so)) == ["pgd", "so", "truong-1", "truong-2", "xa-1", "xa-2"]
    assert codes(queries.final_successors(pgd)) == ["xa-1", "xa-2"]
    assert codes(queries.final_successors(pgd, before)) == ["pgd"]
    assert codes(queries.predecessors(xa[0])) == ["pgd"]
    school = Unit.objects.get(code="truong-1")
    assert [u.code for u in queries.ancestors(school, before)] == ["so", "pgd"]
    assert [u.code for u in queries.ancestors(school)] == ["so", "xa-1"]


def test_successors_are_followed_to_the_last(make_unit, system):
    a, b, c, d = (make_unit(code, kind="so") for code in "abcd")
    unit_close(a, on=date(2021, 1, 1), successors=[b, c], acting=system)
    unit_close(b, on=date(2022, 1, 1), successors=[c, d], acting=system)
    unit_close(c, on=date(2023, 1, 1), acting=system)
    assert codes(queries.successors(a)) == ["b", "c"]
    # c closed without a successor: the chain ends there.
    assert codes(queries.final_successors(a)) == ["c", "d"]
    assert codes(queries.final_successors(a, date(2021, 6, 1))) == ["b", "c"]
    assert codes(queries.predecessors(d)) == ["a", "b"]


def test_old_documents_show_the_old_name(make_unit, system):
    unit = make_unit("p", name="Phòng Tổ chức")
    unit = unit_rename(unit, name="Phòng Tổ chức cán bộ", on=date(2023, 5, 1), acting=system)
    assert unit.name == "Phòng Tổ chức cán bộ"
    assert queries.name_on(unit, date(2023, 4, 30)) == "Phòng Tổ chức"
    assert queries.name_on(unit, date(2023, 5, 1)) == "Phòng Tổ chức cán bộ"
    assert queries.name_on(unit, date(1999, 1, 1)) == "Phòng Tổ chức"
    assert [b.name for b in queries.tree_on(date(2023, 4, 30))] == ["Phòng Tổ chức"]
    unit = unit_rename(unit, name="Phòng TCCB", on=date(2023, 5, 1), acting=system)
    assert unit.names.count() == 2


def test_changes_entered_ahead_come_true_on_their_day(make_unit, system, monkeypatch):
    root, other = make_unit("r", kind="so"), make_unit("o", kind="so")
    child = make_unit("c", root)
    below = make_unit("b", child)
    day = date.today() + timedelta(days=30)
    child = unit_move(child, parent=other, on=day, acting=system)
    unit_rename(child, name="New", on=day, acting=system)
    child.refresh_from_db()
    assert (child.parent, child.name) == (root, "c")
    assert tree_settle(acting=system) == 0
    assert tree_settle(day, acting=system) == 1
    assert tree_settle(day, acting=system) == 0
    child.refresh_from_db()
    below.refresh_from_db()
    assert (child.parent, child.name) == (other, "New")
    assert other.covers(below)
    assert not root.covers(below)


def test_a_parent_and_its_child_can_change_places(make_unit, system):
    root = make_unit("r", kind="so")
    upper = make_unit("u", root)
    lower = make_unit("l", upper)
    leaf = make_unit("x", lower)
    soon = date.today() + timedelta(days=5)
    unit_move(lower, parent=root, on=soon, acting=system)
    unit_move(upper, parent=lower, on=soon, acting=system)
    tree_settle(soon, acting=system)
    leaf.refresh_from_db()
    assert [u.code for u in queries.ancestors(leaf)] == ["r", "l"]
    assert [u.code for u in queries.ancestors(Unit.objects.get(code="u"))] == ["r", "l"]


@pytest.mark.parametrize("on", [date(2024, 1, 1), date.today() + timedelta(days=9)])
def test_a_unit_is_never_under_itself(make_unit, system, on):
    a = make_unit("a", kind="so")
    b = make_unit("b", a)
    c = make_unit("c", b)
    for under in (a, c):
        with pytest.raises(NotPossible) as refused:
            unit_move(a, parent=under, on=on, acting=system)
        assert refused.value.code == "cycle"
    with pytest.raises(IntegrityError), transaction.atomic():
        Unit.objects.filter(pk=a.pk).update(parent=a)


def test_a_cycle_that_would_close_only_later_is_refused_now(make_unit, system):
    a, b = make_unit("a", kind="so"), make_unit("b", kind="so")
    unit_move(b, parent=a, on=date.today() + timedelta(days=20), acting=system)
    with pytest.raises(NotPossible) as refused:
        unit_move(a, parent=b, on=date.today() + timedelta(days=10), acting=system)
    assert refused.value.code == "cycle"


def test_what_the_state_forbids_is_refused_and_nothing_stays(make_unit, kinds, system, district):
    so, pgd, schools, xa = district
    events = Event.objects.count()
    cases = [
        ("code_taken", lambda: make_unit("so", kind="so")),
        ("parent_closed", lambda: make_unit("new", pgd, begins=date(2025, 7, 1))),
        ("closed", lambda: unit_move(pgd, parent=xa[0], on=date(2025, 8, 1), acting=system)),
        ("parent_closed", lambda: unit_move(schools[0], parent=pgd, on=date(2025, 8, 1), acting=system)),
        ("too_early", lambda: unit_move(schools[0], parent=so, on=date(2025, 1, 1), acting=system)),
        ("closed", lambda: unit_close(pgd, on=date(2025, 9, 1), acting=system)),
        ("has_children", lambda: unit_close(xa[0], on=date(2025, 9, 1), acting=system)),
        ("too_early", lambda: unit_close(schools[0], on=date(2025, 5, 1), acting=system)),
        (
            "successor_closed",
            lambda: unit_close(schools[0], on=date(2025, 9, 1), successors=[pgd], acting=system),
        ),
        ("closed", lambda: unit_rename(pgd, name="x", on=date(2025, 9, 1), acting=system)),
    ]
    for code, attempt in cases:
        with pytest.raises(NotPossible) as refused:
            attempt()
        assert refused.value.code == code
        assert "%(" not in str(refused.value)
    assert Event.objects.count() == events


def test_too_deep_a_tree_is_refused(make_unit, system):
    unit, chain = None, []
    for level in range(31):
        unit = make_unit(f"d{level}", unit, kind="so")
        chain.append(unit)
    with pytest.raises(NotPossible) as refused:
        make_unit("d31", unit)
    assert refused.value.code == "too_deep"
    top = make_unit("top", kind="so")
    with pytest.raises(NotPossible) as refused:
        unit_move(chain[0], parent=top, on=date(2024, 1, 1), acting=system)
    assert refused.value.code == "too_deep"


def test_the_database_keeps_dates_in_order(make_unit):
    unit = make_unit("a", kind="so")
    for attempt in (
        lambda: Unit.objects.filter(pk=unit.pk).update(ends=date(2019, 12, 31)),
        lambda: Placement.objects.create(unit=unit, begins=date(2024, 1, 1)),  # a second open one
        lambda: Placement.objects.create(unit=unit, begins=unit.begins, ends=date(2024, 1, 1)),
        lambda: Placement.objects.create(unit=unit, parent=unit, begins=date(2018, 1, 1), ends=date(2019, 1, 1)),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()


def test_only_who_manages_both_places_moves_a_unit(make_unit, make_account, system):
    root = make_unit("r", kind="so")
    left, right = make_unit("left", root), make_unit("right", root)
    school = make_unit("school", left, kind="truong")
    admin = make_account("admin", left, "administrator")
    with pytest.raises(Refused) as refused:
        unit_move(school, parent=right, on=date(2024, 1, 1), acting=admin)
    assert refused.value.unit == right
    with pytest.raises(Refused):
        unit_open(code="n", name="n", kind=school.kind, begins=date(2024, 1, 1), acting=admin)
    assert unit_open(
        code="n", name="n", kind=school.kind, begins=date(2024, 1, 1), parent=left, acting=admin
    ).path.startswith(left.path)


def test_search_knows_no_marks(make_unit):
    make_unit("thpt-1", name="Trường THPT Đồ Sơn")
    assert codes(queries.search("do son")) == ["thpt-1"]
    assert codes(queries.search("SƠN đồ")) == ["thpt-1"]
    assert codes(queries.search("hai an")) == []


def test_reading_the_tree_takes_two_queries(district, django_assert_num_queries):
    with django_assert_num_queries(2):  # placements with their units; names of the day
        queries.tree_on(date(2025, 7, 1))


moves = st.lists(st.tuples(st.integers(0, 5), st.integers(-1, 5), st.integers(0, 40)), max_size=14)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=moves)
def test_whatever_is_moved_the_tree_stays_a_tree(kinds, system, moves):
    """Against a model: a dict of parents per day, built by replaying the moves that were accepted."""
    first, days = date(2024, 1, 1), 41
    with transaction.atomic():
        units = [unit_open(code=f"m{i}", name=f"m{i}", kind=kinds["so"], begins=first, acting=system) for i in range(6)]
        model = [dict.fromkeys(range(6)) for _ in range(days)]
        for who, under, offset in moves:
            wanted = None if under < 0 else under
            try:
                with transaction.atomic():
                    unit_move(
                        units[who],
                        parent=None if wanted is None else units[wanted],
                        on=first + timedelta(days=offset),
                        acting=system,
                    )
            except NotPossible as refused:
                assert refused.code in ("cycle", "too_early")
                continue
            for day in model[offset:]:
                day[who] = wanted
        number = {unit.pk: i for i, unit in enumerate(units)}
        for offset in (0, 1, 20, 40):
            day = first + timedelta(days=offset)
            tree = queries.tree_on(day)
            assert {number[b.unit.pk]: number.get(b.parent_id) for b in tree} == model[offset]
            assert len(tree) == 6  # nobody hangs in a circle, unreachable from the top
        # All moves lie in the past, so the paths are those of the last day.
        for unit in Unit.objects.filter(code__startswith="m"):
            above, at = [unit.pk], model[-1][number[unit.pk]]
            while at is not None:
                above.insert(0, units[at].pk)
                at = model[-1][at]
            assert unit.path == "".join(f"{pk:08d}" for pk in above)
        transaction.set_rollback(True)
