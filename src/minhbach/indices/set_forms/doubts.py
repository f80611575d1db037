"""What an import was not sure of, as the editor shows it beside each criterion until somebody has answered it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from minhbach.indices.models import SetDoubt, SetVersion
from minhbach.indices.set_forms import wording
from minhbach.indices.set_forms.titles import title_in
from minhbach.indices.set_forms.tree import Item
from minhbach.scoring.drafting import MARK

_KINDS = {SetDoubt.Severity.WARNING: "warn", SetDoubt.Severity.NOTE: "info"}


@dataclass(frozen=True)
class Doubt:
    """One doubtful place, in one language."""

    pk: int
    criterion: str
    kind: str
    code: str
    says: str
    remedy: str
    place: str
    is_open: bool
    hinders: bool
    outcome: str
    by: str
    at: datetime | None


@dataclass(frozen=True)
class Doubts:
    """All of a draft's, in the order of the file."""

    every: tuple[Doubt, ...]

    def at(self, criterion: str) -> list[Doubt]:
        return [doubt for doubt in self.every if doubt.criterion == criterion]

    def beside(self, criterion: str) -> dict[str, list[Doubt]]:
        """For the box beside a criterion: all, those the release waits for, and the rest."""
        own = self.at(criterion)
        hindering = [doubt for doubt in own if doubt.hinders]
        others = [doubt for doubt in own if not doubt.hinders]
        return {"own_doubts": own, "hindering": hindering, "other_doubts": others}

    @property
    def waiting(self) -> list[Doubt]:
        """Those the release waits for."""
        return [doubt for doubt in self.every if doubt.hinders]

    @property
    def marked(self) -> dict[str, int]:
        """Criterion → how many the release waits for."""
        found: dict[str, int] = {}
        for doubt in self.waiting:
            found[doubt.criterion] = found.get(doubt.criterion, 0) + 1
        return found

    def next_after(self, name: str, outline: list[Item]) -> Item | None:
        """The next criterion with a doubtful place, from the first again after the last."""
        marked = self.marked
        at = next((n for n, item in enumerate(outline) if item.name == name), -1)
        return next((item for item in [*outline[at + 1 :], *outline[: max(at, 0)]] if item.name in marked), None)

    def listed(self, outline: list[Item]) -> Iterator[tuple[Item | None, str, list[Doubt]]]:
        """Those the release waits for: of the whole set, by criterion, and of criteria that are no more there."""
        items = {item.name: item for item in outline}
        order = ["", *items, *(doubt.criterion for doubt in self.every)]
        for name in dict.fromkeys(order):
            if found := [doubt for doubt in self.at(name) if doubt.hinders]:
                yield items.get(name), name, found


def of(version: SetVersion, lang: str) -> Doubts:
    """One query."""
    return Doubts(tuple(_shown(doubt, lang) for doubt in version.doubts.select_related("by__person")))


def _shown(doubt: SetDoubt, lang: str) -> Doubt:
    own = doubt.remedy_en if lang == "en" else doubt.remedy
    return Doubt(
        doubt.pk,
        doubt.criterion,
        _KINDS[SetDoubt.Severity(doubt.severity)],
        doubt.code,
        doubt.says_en if lang == "en" else doubt.says,
        wording.remedy(doubt.code, own),
        _("Line %(line)s") % {"line": doubt.line} if doubt.line else doubt.place[:1].upper() + doubt.place[1:],
        doubt.is_open,
        doubt.hinders,
        doubt.get_outcome_display() if doubt.outcome else "",
        str(doubt.by.person if doubt.by and doubt.by.person else ""),
        doubt.at,
    )


def wording_of_source(note: Any) -> str:
    """What the file says of a criterion, which the drafting keeps in its note under a mark."""
    text = title_in(note, "vi")
    return text.removeprefix(f"{MARK.vi}:").strip() if text.startswith(MARK.vi) else ""
