"""The education department in the demonstration: its offices answer, its reform officer reviews."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from minhbach.config.demonstration import words
from minhbach.config.demonstration.clock import at
from minhbach.config.demonstration.figures import Facts
from minhbach.indices.actions import criteria, entries
from minhbach.indices.live.facts import measured_now
from minhbach.indices.models import Entry

if TYPE_CHECKING:
    from minhbach.config.demonstration.departments import Departments

#: The criteria led by an office other than the one the set's codes name first.
LEADS = {
    "3.4.2": "gd-qlcl",
    "3.4.3": "gd-qlcl",
    "3.5": "gd-qlcl",
    "7.1.4": "gd-qlcl",
    "7.4.1": "gd-qlcl",
    "7.4.2": "gd-qlcl",
    "7.7.1": "gd-gdph",
    "8.1": "gd-khtc",
    "8.2": "gd-khtc",
    "phan-cap-kiem-tra": "gd-tccb",
    "phan-cap-xu-ly": "gd-tccb",
}
ACCOUNTS = {
    "gd-vp": "phong-vp",
    "gd-gdph": "phong-gdph",
    "gd-qlcl": "phong-qlcl",
    "gd-tccb": "phong-tccb",
    "gd-khtc": "phong-khtc",
}
LATE = {"3.3.6", "3.4.5", "7.1.1", "7.2", "7.6.3", "7.6.4", "7.7.2"}
LATER = {"8.1", "8.2"}
DRAFTED = {"7.1.5", "7.3"}
CHECKED = ("3.1", "3.2", "3.3.1", "3.3.2", "3.3.3", "3.3.4", "3.3.5", "3.4.1", "3.4.2", "3.4.4", "phan-cap-kiem-tra")


def _distribute(play: Departments, entry: Entry, due: datetime) -> dict[str, str]:
    """The reform officer names a leading office where the set's codes are too coarse. Returns criterion → office."""
    for criterion, office in LEADS.items():
        entries.criterion_assign(entry, criterion, office=play.province[office], due=due, acting=play.people["van-thu"])
    return dict(entry.assignments.filter(leads=True).values_list("criterion", "office__code"))


def last_year(play: Departments, entry: Entry, facts: dict[str, Facts], year: int) -> None:
    """Every criterion answered by its office, with the files."""
    leads = _distribute(play, entry, entry.round.internal_due)
    officer = play.people["van-thu"]
    for leaf in play.set.leaves:
        account = play.people[ACCOUNTS[leads[leaf.id]]]
        play.score(entry, leaf.id, facts, year, account, files=True)
        criteria.criterion_answered(entry, leaf.id, acting=account)
        entries.criterion_accept(entry, leaf.id, acting=officer)
    criteria.comment_add(entry, "3.4.2", text=words.COMMENTS["3.4.2"], acting=officer)


TYPED_HIGHER = {"3.4.2": {"on_time": 2}}
"""What the self-score claims beyond what is measured: by criterion and input, so many more. The live index marks it."""


def measured_taken(play: Departments, entry: Entry) -> None:
    """The offices take the measured figures over into what they have scored, once there are dossiers to measure."""
    play.clock.go(play.clock.started - timedelta(minutes=9))
    leads = dict(entry.assignments.filter(leads=True).values_list("criterion", "office__code"))
    for row in entry.scores.filter(stage="self").order_by("criterion"):
        measured = measured_now(entry, play.set.nodes[row.criterion])
        if not measured:
            continue
        more = TYPED_HIGHER.get(row.criterion, {})
        typed = {key: str(n + more.get(key, 0)) for key, n in measured.items()}
        criteria.criterion_score(
            entry,
            row.criterion,
            stage="self",
            inputs={**row.inputs, **typed},
            note=row.note,
            edition=row.edition,
            source="screen" if more else "measured",
            acting=play.people[ACCOUNTS[leads[row.criterion]]],
        )


def this_year(play: Departments, entry: Entry, facts: dict[str, Facts]) -> None:
    """In the middle of the work: answered, accepted, sent back, drafted, late."""
    today, officer, people = play.clock.today, play.people["van-thu"], play.people
    play.clock.set(today - timedelta(days=44))
    leads = _distribute(play, entry, entry.round.internal_due)
    for criterion in sorted(LATER):  # the year's tasks end later
        office = play.province["gd-khtc"]
        due = at(today + timedelta(days=6))
        entries.criterion_assign(entry, criterion, office=office, due=due, acting=officer)
    for n, leaf in enumerate(play.set.leaves):
        if leaf.id in LATE | LATER:
            continue
        play.clock.set(today - timedelta(days=26 - n // 2), 8 + n % 8, 10)
        account = people[ACCOUNTS[leads[leaf.id]]]
        play.score(entry, leaf.id, facts, play.year, account, files=True)
        if leaf.id not in DRAFTED:
            criteria.criterion_answered(entry, leaf.id, acting=account)
    for n, criterion in enumerate(CHECKED):
        play.clock.set(today - timedelta(days=5), 14, n)
        entries.criterion_accept(entry, criterion, acting=officer)
    for criterion, why in words.SENT_BACK.items():
        play.clock.set(today - timedelta(days=4), 15)
        entries.criterion_send_back(entry, criterion, why=why, acting=officer)
    play.clock.set(today - timedelta(days=3), 10)
    criteria.comment_add(entry, "3.5", text=words.COMMENTS["3.5"], acting=people["phong-qlcl"])
    criteria.comment_add(entry, "7.4.2", text=words.COMMENTS["7.4.2"], acting=officer)
