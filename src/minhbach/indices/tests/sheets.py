"""What tests of the sheets share: facts, the states of an entry, the text of a page."""

import datetime

from minhbach.indices import figures
from minhbach.indices.actions import criteria, entries, preparing
from minhbach.org.permissions import SYSTEM

ON_TIME = {"in.handled": "200", "in.on_time": "197"}
FACTS = {"handled": "200", "on_time": "197"}
ROLES = ["manager", "appraiser", "justice_appraiser", "officer", "head", "clerk", "specialist", "outsider", "auditor"]


def text(response) -> str:
    return " ".join(response.content.decode().split())


def move_round(round_, days):
    for name in preparing.DATES:
        setattr(round_, name, getattr(round_, name) + datetime.timedelta(days=days))
    round_.save()


def answer_all(entry):
    """Full marks in 3.4.2, an explanation everywhere else."""
    for leaf in figures.set_of(entry.set_version).leaves:
        inputs, note = (FACTS, "") if leaf.id == "3.4.2" else ({}, "Không phát sinh")
        criteria.criterion_score(entry, leaf.id, stage="self", inputs=inputs, note=note, acting=SYSTEM)


def submitted(entry):
    answer_all(entry)
    for step in (entries.entry_review, entries.entry_approve, entries.entry_submit):
        step(entry, acting=SYSTEM)
    entry.refresh_from_db()
