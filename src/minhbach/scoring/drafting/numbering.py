"""The numbers that Word puts before paragraphs by itself: they are no text, and a table of criteria is lost without."""

from __future__ import annotations

import re
from typing import Any

_LEVELS = 9
_LONGEST = 60  # of the words around a number
_START = re.compile(r"[0-9]{1,4}")
_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


class Numbering:
    """Counts along the document; `of` is asked once per paragraph, in their order."""

    def __init__(self, document: Any):
        self.lists: dict[str, str] = {}
        self.levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self.counts: dict[str, dict[int, int]] = {}
        part = next(
            (rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith("/numbering")), None
        )
        if part is None:
            return
        from docx.oxml.ns import qn

        root = part.element
        for num in root.iterchildren(qn("w:num")):
            abstract = num.find(qn("w:abstractNumId"))
            if abstract is not None:
                self.lists[num.get(qn("w:numId"))] = abstract.get(qn("w:val"))
        for definition in root.iterchildren(qn("w:abstractNum")):
            levels = self.levels.setdefault(definition.get(qn("w:abstractNumId")), {})
            for level in definition.iterchildren(qn("w:lvl")):
                values = {
                    name: (found.get(qn("w:val")) if (found := level.find(qn(f"w:{name}"))) is not None else "")
                    for name in ("numFmt", "lvlText", "start")
                }
                start = int(values["start"] or "") if _START.fullmatch(values["start"] or "") else 1
                text = (values["lvlText"] or "")[:_LONGEST]
                levels[int(level.get(qn("w:ilvl")) or 0)] = (values["numFmt"] or "", text, start)

    def of(self, paragraph: Any) -> str:
        """The number with a space, or nothing; bullets are nothing, since a dash says no more than the line itself."""
        from docx.oxml.ns import qn

        found = paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        if found is None or not self.levels:
            return ""
        place, which = found.find(qn("w:ilvl")), found.find(qn("w:numId"))
        abstract = self.lists.get(which.get(qn("w:val")) or "") if which is not None else None
        value = str(place.get(qn("w:val"))) if place is not None else "0"
        level = int(value) if value.isdigit() and int(value) < _LEVELS else 0
        levels = self.levels.get(abstract or "", {})
        if level not in levels:
            return ""
        counts = self.counts.setdefault(abstract or "", {})
        counts[level] = counts.get(level, levels[level][2] - 1) + 1
        for deeper in [n for n in counts if n > level]:
            del counts[deeper]
        kind, text, _ = levels[level]
        if kind in ("bullet", "none", ""):
            return ""
        return re.sub(r"%(\d)", lambda match: self._figure(levels, counts, int(match[1]) - 1), text) + " "

    def _figure(self, levels: dict[int, tuple[str, str, int]], counts: dict[int, int], level: int) -> str:
        kind, _, start = levels.get(level, ("decimal", "", 1))
        n = counts.get(level, start)
        if kind.endswith("Roman"):
            return _roman(n) if kind.startswith("upper") else _roman(n).lower()
        if kind.endswith("Letter"):
            letter = chr(ord("a") + (n - 1) % 26)
            return letter.upper() if kind.startswith("upper") else letter
        return str(n)


def _roman(n: int) -> str:
    text = ""
    for value, sign in _ROMAN:
        while n >= value:
            text, n = text + sign, n - value
    return text
