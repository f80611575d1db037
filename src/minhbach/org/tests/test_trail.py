"""The trail finds what was done behind its back, and the database refuses to do it."""

import hashlib
import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from unittest import mock

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minhbach.org import trail
from minhbach.org.events import UNIT_OPENED
from minhbach.org.models import Chain, DailyRoot, Event, Salt, SealedHead
from minhbach.org.permissions import SYSTEM
from minhbach.org.trail import commands, triggers
from minhbach.org.trail.canonical import Merkle, plain
from minhbach.org.trail.models import AppendOnly
from minhbach.org.trail.seal import seal_day
from minhbach.org.trail.verifying import verify

pytestmark = pytest.mark.django_db


def add(chain, data=None, acting=SYSTEM, at=None):
    with mock.patch("django.utils.timezone.now", return_value=at or timezone.now()):
        return trail.record(chain, UNIT_OPENED, acting=acting, data=data)


@pytest.fixture
def tampering():
    """The owner of the database, who can drop the triggers."""
    triggers.remove(connection)

    def run(statement, *parameters):
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            assert cursor.rowcount > 0, "the tampering itself did nothing"

    return run


def days_ago(days):
    return timezone.now() - timedelta(days=days)


def found(**more):
    return {problem.code for problem in verify(**more)}


def test_an_event_says_who_did_what_as_what(make_unit, make_account):
    unit = make_unit("so", kind="so", name="Sở GDĐT")
    account = make_account("lan", unit, full_name="Nguyễn Thị Lan")
    from minhbach.org.people.actions import post_assign

    post_assign(account.person, unit=unit, title="Chuyên viên", begins=date(2024, 1, 1), acting=SYSTEM)
    event = trail.record("unit:1", UNIT_OPENED, acting=account, subject=unit, data={"x": Decimal("1.50")})
    event.refresh_from_db()
    assert (event.actor, event.actor_name, event.actor_post) == (
        account,
        "Nguyễn Thị Lan",
        "Chuyên viên, Sở GDĐT",
    )
    assert (event.subject_type, event.subject_id, event.data) == ("org.unit", str(unit.pk), {"x": "1.50"})
    assert (event.chain.name, event.seq, event.previous) == ("unit:1", 1, "")
    assert str(event.label)
    machine = add("unit:1")
    assert (machine.actor, machine.actor_name, machine.previous) == (None, "system", event.hash)


def test_the_hash_is_what_the_format_says():
    """Independently: SHA-256 over this very text. If this fails, every stored chain breaks."""
    event = add("unit:1", {"tên": "Đồ Sơn", "n": 3}, at=datetime(2025, 7, 1, 1, 2, 3, 4, tzinfo=UTC))
    text = (
        '{"actor":null,"actor_name":"system","actor_post":"","at":"2025-07-01T01:02:03.000004+00:00",'
        '"chain":"unit:1","data":{"n":3,"tên":"Đồ Sơn"},"previous":"","seq":1,"subject_id":"",'
        '"subject_type":"","verb":"org.unit_opened","version":1}'
    )
    assert event.hash == hashlib.sha256(text.encode()).hexdigest()


def test_what_cannot_be_kept_exactly_is_refused():
    for bad in ({"x": 1.5}, {"x": {1: 2}}, {"x": object()}):
        with pytest.raises(TypeError):
            add("c", bad)
    for bad in ({"x": "a\x00b"}, {"x": "\ud800"}):
        with pytest.raises(ValueError):
            add("c", bad)
    with pytest.raises(LookupError):
        trail.record("c", "org.no_such_event", acting=SYSTEM)
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused():
    with pytest.raises(transaction.TransactionManagementError):
        trail.record("c", UNIT_OPENED, acting=SYSTEM)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**25), 10**25)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(st.tuples(st.sampled_from(["a", "b"]), json_values), min_size=1, max_size=6))
def test_whatever_is_recorded_comes_back_and_verifies(values):
    with transaction.atomic():
        for chain, value in values:
            add(chain, {"v": value})
        assert verify() == []
        assert [event.data["v"] for chain in "ab" for event in Event.objects.filter(chain__name=chain)] == [
            json.loads(json.dumps(value)) for wanted in "ab" for chain, value in values if chain == wanted
        ]
        transaction.set_rollback(True)


def test_recording_takes_three_queries(django_assert_num_queries):
    add("c")
    with django_assert_num_queries(3):  # lock and read the head; the event; the head's new state
        add("c")


# Each tampering, alone, is found.


@pytest.mark.parametrize(
    "column, value",
    [
        ("actor_name", "somebody else"),
        ("actor_post", "director"),
        ("verb", "org.unit_closed"),
        ("subject_id", "99"),
        ("subject_type", "org.person"),
        ("data", '{"n": 7}'),
        ("at", "2020-01-01 00:00:00+00:00"),
        ("hash", "0" * 64),
        ("previous", "0" * 64),
    ],
)
@pytest.mark.parametrize("seq", [1, 2, 3])
def test_a_changed_event_is_found(tampering, column, value, seq):
    for number in range(3):
        add("c", {"n": number})
    assert verify() == []
    tampering(f"UPDATE org_event SET {column} = %s WHERE seq = %s", value, seq)
    assert "changed" in found()
    assert found(chain="c") == found()
    assert all("c" in problem.where for problem in verify())


@pytest.mark.parametrize("seq", [1, 2, 3])
def test_a_removed_event_is_found(tampering, seq):
    for number in range(3):
        add("c", {"n": number})
    tampering("DELETE FROM org_event WHERE seq = %s", seq)
    assert found() == {"head" if seq == 3 else "missing"}


def test_all_events_of_a_chain_removed_is_found(tampering):
    add("c")
    tampering("DELETE FROM org_event")
    assert found() == {"head"}


def test_reordered_events_are_found(tampering):
    for number in range(3):
        add("c", {"n": number})
    tampering("UPDATE org_event SET seq = 9 WHERE seq = 2")
    tampering("UPDATE org_event SET seq = 2 WHERE seq = 3")
    tampering("UPDATE org_event SET seq = 3 WHERE seq = 9")
    assert {"changed", "link"} <= found()


def test_an_inserted_event_is_found(tampering):
    add("c")
    add("c")
    head = Chain.objects.get(name="c")
    forged = add("d")
    tampering("UPDATE org_event SET chain_id = %s, seq = 3 WHERE id = %s", head.pk, forged.pk)
    assert {"changed", "head"} <= found()


def test_the_last_event_removed_with_its_head_put_back_is_found_once_sealed(tampering):
    first = add("c", at=days_ago(3))
    add("c", at=days_ago(3))
    seal_day(date.today() - timedelta(days=2))
    tampering("DELETE FROM org_event WHERE seq = 2")
    tampering("UPDATE org_chain SET seq = 1, hash = %s WHERE name = 'c'", first.hash)
    assert found() == {"sealed"}


def test_a_whole_chain_removed_is_found_once_sealed(tampering):
    add("c", at=days_ago(3))
    seal_day(date.today() - timedelta(days=2))
    tampering("DELETE FROM org_event")
    tampering("DELETE FROM org_chain WHERE name = 'c'")
    assert found() == {"sealed"}


def test_a_rewritten_trail_is_found_by_its_published_root(tampering):
    day = date.today() - timedelta(days=2)
    add("c", {"n": 1}, at=days_ago(3))
    published = {day: seal_day(day).root}
    assert found(published=published) == set()
    for table in ("org_sealedhead", "org_dailyroot", "org_event"):
        tampering(f"DELETE FROM {table}")
    tampering("UPDATE org_chain SET seq = 0, hash = '' WHERE name = 'c'")
    assert found(published=published) == {"published"}
    add("c", {"n": 2}, at=days_ago(3))
    seal_day(day)
    assert found() == set()  # nothing inside can tell
    assert found(published=published) == {"published"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE org_dailyroot SET root = repeat_zero WHERE day = first",
        "UPDATE org_dailyroot SET merkle = repeat_zero WHERE day = first",
        "UPDATE org_dailyroot SET count = 9 WHERE day = first",
        "UPDATE org_sealedhead SET hash = repeat_zero WHERE chain = 'c' AND seq = 1",
        "DELETE FROM org_sealedhead WHERE chain = 'c' AND seq = 1",
        "DELETE FROM org_dailyroot WHERE day = first",
    ],
)
def test_a_changed_root_is_found(tampering, statement):
    first = date.today() - timedelta(days=5)
    add("c", at=days_ago(6))
    add("d", at=days_ago(6))
    seal_day(first)
    add("c", at=days_ago(4))
    seal_day(first + timedelta(days=2))
    assert verify() == []
    if statement.startswith("DELETE FROM org_dailyroot"):
        tampering("DELETE FROM org_sealedhead WHERE seq = 1")
    tampering(statement.replace("repeat_zero", f"'{'0' * 64}'").replace("first", f"'{first}'"))
    assert "root" in found()


def test_sealing_is_idempotent_and_covers_what_is_new():
    first = date.today() - timedelta(days=4)
    add("a", at=days_ago(6))
    add("b", at=days_ago(5))
    one = seal_day(first)
    assert seal_day(first).pk == one.pk
    assert [(h.chain, h.seq) for h in one.heads.order_by("chain")] == [("a", 1), ("b", 1)]
    add("b", at=days_ago(2))
    add("b")  # today: not yet sealed
    two = seal_day(first + timedelta(days=3))
    assert [(h.chain, h.seq) for h in two.heads.all()] == [("b", 2)]
    assert (two.previous, two.count) == (one.root, 1)
    for refused in (first + timedelta(days=1), date.today()):  # behind a sealed day; not over
        with pytest.raises(ValueError):
            seal_day(refused)
    assert verify() == []


def test_an_event_that_commits_after_its_day_was_sealed_is_in_the_next_root():
    day = date.today() - timedelta(days=4)
    add("a", at=days_ago(6))
    seal_day(day)
    add("late", at=days_ago(6))
    assert [h.chain for h in seal_day(day + timedelta(days=1)).heads.all()] == ["late"]
    assert verify() == []


def test_a_quiet_day_has_a_root_too():
    root = seal_day(date.today() - timedelta(days=2))
    assert (root.count, root.merkle) == (0, hashlib.sha256(b"").hexdigest())
    assert verify() == []


@pytest.mark.parametrize("count", range(1, 18))
def test_merkle_is_the_tree_of_rfc_6962(count):
    def tree(leaves):
        if len(leaves) == 1:
            return leaves[0]
        half = 1
        while half * 2 < len(leaves):
            half *= 2
        return hashlib.sha256(b"\x01" + tree(leaves[:half]) + tree(leaves[half:])).digest()

    leaves = [hashlib.sha256(bytes([n])).digest() for n in range(count)]
    merkle = Merkle()
    for leaf in leaves:
        merkle.add(leaf)
    assert merkle.root() == tree(leaves).hex()


def test_the_models_refuse_change_and_removal():
    event = add("c")
    for attempt in (
        event.save,
        event.delete,
        lambda: Event.objects.update(verb="x"),
        lambda: Event.objects.all().delete(),
        lambda: Event.objects.bulk_update([event], ["verb"]),
    ):
        with pytest.raises(AppendOnly):
            attempt()


@pytest.mark.parametrize("table", triggers.TABLES)
def test_the_database_refuses_change_and_removal(table):
    add("c", at=days_ago(3))
    seal_day(date.today() - timedelta(days=2))
    statements = [f"UPDATE {table} SET id = id", f"DELETE FROM {table}"]
    if connection.vendor == "postgresql":
        connection.check_constraints()  # PostgreSQL truncates nothing while deferred checks wait
        statements.append(f"TRUNCATE {table} CASCADE")
    for statement in statements:
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            connection.cursor().execute(statement)
    assert (Event.objects.count(), DailyRoot.objects.count(), SealedHead.objects.count()) == (1, 1, 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", [1, 2])
def test_a_test_database_can_still_be_emptied(time):
    """The second run meets an empty table, and the triggers are back."""
    assert not Event.objects.exists()
    with transaction.atomic():
        add("c")
    with pytest.raises(IntegrityError), transaction.atomic():
        connection.cursor().execute("DELETE FROM org_event")


def test_digests_mean_nothing_once_their_salt_is_erased():
    salt = trail.salt_for("dossier:1")
    assert salt == trail.salt_for("dossier:1") != trail.salt_for("dossier:2")
    digest = trail.digest("012345678901", salt)
    assert len(digest) == 64
    assert digest == trail.digest("012345678901", salt) != trail.digest("012345678902", salt)
    add("dossier:1", {"citizen": digest})
    assert trail.salt_erase("dossier:1")
    assert not Salt.objects.filter(subject="dossier:1").exists()
    assert verify() == []
    assert trail.digest("012345678901", trail.salt_for("dossier:1")) != digest


def test_plain_leaves_the_given_data_alone():
    data = {"d": date(2025, 1, 2), "t": (1, 2)}
    assert plain(data) == {"d": "2025-01-02", "t": [1, 2]}
    assert data == {"d": date(2025, 1, 2), "t": (1, 2)}


def test_the_command_says_what_it_found_and_gives_the_exit_code(tampering):
    lines = []
    add("c")
    assert commands.verify(lang="en", write=lines.append) == 0
    assert "1 events" in lines[0]
    assert commands.verify(chain="nothing", lang="en", write=lines.append) == 2
    tampering("UPDATE org_event SET verb = 'x'")
    assert commands.verify(lang="en", write=lines.append) == 1
    assert any(line.startswith("c #1: ") for line in lines)
    assert commands.seal(day=date.today(), lang="en", write=lines.append) == 2
    assert commands.seal(lang="en", write=lines.append) == 0


def test_verifying_asks_as_many_queries_for_many_chains(django_assert_num_queries):
    for number in range(20):
        add(f"c{number}", at=days_ago(3))
    seal_day(date.today() - timedelta(days=2))
    # Events, heads without events, sealed heads, roots, their leaves, deliveries of other systems.
    with django_assert_num_queries(6):
        assert verify() == []
