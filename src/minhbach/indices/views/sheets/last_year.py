"""What a criterion had the year before, as an aid: shown with where it comes from, never scored by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from minhbach.indices import years
from minhbach.indices.models import Round, Score
from minhbach.indices.views.sheets.columns import facts_in_words
from minhbach.indices.views.sheets.desk import Desk, capital, code_and_title, lang
from minhbach.scoring.facts import meaning_of
from minhbach.scoring.model import Node


@dataclass(frozen=True)
class Then:
    """One criterion of that year: its points, at which stage they were given, and its figures in words."""

    was: years.Counterpart
    title: str
    row: Score
    maximum: Fraction | None
    facts: list[tuple[str, str]]

    @property
    def how(self) -> str:
        """What the mapping says became of it, where it is not simply the same."""
        return {
            "same": "",
            "changed": _("Counted in another way since then; compare with care."),
            "split": _("It was divided; this criterion is one part of it."),
            "merged": _("It was one of several that became this criterion."),
        }[self.was.kind]

    @property
    def note(self) -> str:
        return self.was.note.in_(lang())


@dataclass(frozen=True)
class LastYear:
    round: Round
    then: list[Then]


def last_year(desk: Desk, node: Node) -> LastYear | None:
    """What the unit had in the round before for what this criterion was then; only what the person may see there."""
    before = years.entry_before(desk.account, desk.entry)
    if before is None:
        return None
    old = Desk(desk.account, before)
    then = []
    for was in years.counterparts(old.indicator_set, desk.indicator_set, node.id):
        row = old.shown(was.node.id) if was.node.id in old.visible else None
        if row is not None:
            keys = list(was.node.fact_keys())
            labels = [capital(meaning_of(was.node, key, spec).in_(lang())) for key, _type, spec in keys]
            facts = list(zip(labels, facts_in_words(was.node, row.inputs), strict=True))
            then.append(Then(was, code_and_title(was.node), row, was.node.maximum, facts))
    return LastYear(before.round, then) if then else None


def suggestions(desk: Desk, node: Node) -> Mapping[str, str]:
    """Facts of the year before that this criterion asks for, where it is the same criterion and the same input."""
    found = last_year(desk, node)
    inputs: dict[str, str] = {}
    for then in found.then if found else ():
        types = {key: type_ for key, type_, _spec in then.was.node.fact_keys()}
        if then.was.is_same:
            for key, type_, _spec in node.fact_keys():
                name, _at, previous = key.partition("@")
                if previous and types.get(name) == type_ and then.row.inputs.get(name):
                    inputs[key] = str(then.row.inputs[name])
    return inputs
