"""Rules whose conditions are words alone: grades, qualities, yes or no, checklists, and cases kept as printed."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from minhbach.records.structure import exact_number
from minhbach.records.texts import Text
from minhbach.scoring.drafting.conditions import QUALITY, REST, grades_of, is_negative, opposite, qualities_of
from minhbach.scoring.drafting.found import Branch, Recognised, recognised
from minhbach.scoring.drafting.items import Item
from minhbach.scoring.drafting.plain import in_sentence, one_line, slug


class Wordings:
    """Finds the rule of branches with points and without figures in their conditions."""

    def __init__(self, item: Item, branches: list[Branch], doubt: Callable[..., None]):
        self.item = item
        self.branches = branches
        self.doubt = doubt

    def run(self) -> Recognised | None:
        branches = self.branches
        points = [b.points for b in branches]
        if any(p is None for p in points):
            return None
        if len(branches) == 1:
            self.doubt("one-tier", "chỉ có một bậc điểm", "there is only one tier", branches[0].line)
            return self._flag(Text("Văn bản không nêu trường hợp còn lại.", "The text does not say what else earns."))
        grades = [grades_of(b.condition) for b in branches]
        if all(grades):
            return self._grades([g for g in grades if g])
        table = [qualities_of(b.condition) for b in branches]
        if all(table):
            return self._qualities([row for row in table if row])
        positive = [p for p in points if p]
        if len(positive) > 1 and (len(set(positive)) < len(positive) or self._is_checklist()):
            return self._checklist()
        if len(branches) == 2 and points[0] == 0 and points[1]:
            branches.reverse()
        if len(branches) == 2 and branches[1].points == 0 and branches[0].points:
            return self._two()
        return self._printed()

    def _flag(self, left_open: Text | None = None) -> Recognised:
        first = self.branches[0]
        tiers: list[dict[str, Any]] = [{"when": "fulfilled", "points": exact_number(first.points or Fraction(0))}]
        if left_open is None:
            tiers.append({"otherwise": 0})
        title = _title(first.condition)
        if not title or title in ("có", "đạt", "đảm bảo", "bảo đảm", "thực hiện", "có thực hiện"):
            title = self.item.title
        elif len(title.split()) < 4 and QUALITY.fullmatch(title):
            title = f"{self.item.title}: {title}"
        inputs = {"fulfilled": {"type": "bool", "title": title}}
        return recognised(self.branches, {"tiers": tiers}, inputs=inputs, left_open=left_open)

    def _two(self) -> Recognised:
        """Points or nothing. A third case the text passes over is offered and left open, never scored 0."""
        yes, no = (b.condition.lower() for b in self.branches)
        many = " hoặc " in no or (" và " in yes and not QUALITY.search(yes))
        demands = bool(QUALITY.search(yes))
        if opposite(yes, no):
            return self._flag()
        if not is_negative(no) and not re.search(r"\bkhông\b|\bchưa\b", no):
            return self._printed()
        if demands and not re.search(r"(?:không|chưa) (?:đúng|đầy đủ|kịp thời|đảm bảo|bảo đảm)", no):
            return self._printed()  # done, but not as demanded, is in neither line
        if not is_negative(no):
            self.doubt(
                "otherwise",
                "không thực hiện được hiểu như trường hợp 0 điểm",
                "not done at all is taken for the case of 0 points",
                self.branches[1].line,
                serious=False,
            )
        if many:
            self.doubt(
                "several-conditions",
                "nhiều điều kiện gộp trong một câu có/không; nên tách thành từng đầu vào",
                "several conditions in one yes/no: better one input for each",
                self.branches[1].line,
            )
        return self._flag()

    def _grades(self, grades: list[list[str]]) -> Recognised | None:
        options = {slug(grade): grade for row in grades for grade in row}
        if len(options) < sum(map(len, grades)):
            return None
        tiers = []
        for branch, row in zip(self.branches, grades, strict=True):
            names = [slug(grade) for grade in row]
            when = f"grade == {names[0]}" if len(names) == 1 else f"grade in ({', '.join(names)})"
            tiers.append({"when": when, "points": exact_number(branch.points or Fraction(0))})
        inputs = {"grade": {"type": "grade", "title": self.item.title, "options": options}}
        return recognised(self.branches, {"tiers": tiers}, inputs=inputs)

    def _qualities(self, table: list[dict[str, bool]]) -> Recognised | None:
        names = list(table[0])
        if any(set(row) != set(names) for row in table):
            return self._printed()
        if len({tuple(row[n] for n in names) for row in table}) < len(table):
            return self._printed()
        keys = {name: slug(name) for name in names}
        inputs = {keys[name]: {"type": "bool", "title": name} for name in names}
        tiers = [
            {
                "when": " and ".join(keys[n] if row[n] else f"not {keys[n]}" for n in names),
                "points": exact_number(b.points or Fraction(0)),
            }
            for b, row in zip(self.branches, table, strict=True)
        ]
        found = recognised(self.branches, {"tiers": tiers}, inputs=inputs)
        if len(table) < 2 ** len(names):
            missing = 2 ** len(names) - len(table)
            self.doubt(
                "gap",
                f"còn {missing} trường hợp văn bản không nêu điểm: để chưa xác định",
                f"{missing} cases have no points in the text: left undefined",
            )
            found.left_open = _OPEN
        return found

    def _is_checklist(self) -> bool:
        """Several things that each bring points: none of them is the lack of another, and none brings 0."""
        total = sum((b.points or Fraction(0) for b in self.branches), Fraction(0))
        if self.item.points is not None:
            return total == self.item.points and max(b.points or Fraction(0) for b in self.branches) < self.item.points
        words = " ".join(b.condition.lower() for b in self.branches)
        return all(b.points for b in self.branches) and not re.search(r"\bkhông\b|\bchưa\b|\bchậm\b|một phần", words)

    def _checklist(self) -> Recognised:
        items, inputs = [], {}
        for n, branch in enumerate((b for b in self.branches if b.points), 1):
            inputs[f"item_{n}"] = {"type": "bool", "title": _title(branch.condition) or f"({n})"}
            items.append({"when": f"item_{n}", "points": exact_number(branch.points or Fraction(0))})
        total = sum((b.points or Fraction(0) for b in self.branches), Fraction(0))
        self.doubt(
            "checklist",
            "được hiểu là cộng điểm từng ý (không phải chọn một mức): cần xác nhận",
            "read as points to be added, not as tiers to choose from: to be confirmed",
        )
        return recognised(self.branches, {"sum": items}, inputs=inputs, best=total)

    def _printed(self) -> Recognised:
        """The printed cases themselves as a choice: nothing is read into them."""
        last = self.branches[-1]
        stated = self.branches[:-1] if REST.match(last.condition) and len(self.branches) > 1 else self.branches
        options = {f"case_{n}": _title(b.condition) or f"({n})" for n, b in enumerate(stated, 1)}
        tiers: list[dict[str, Any]] = [
            {"when": f"case == case_{n}", "points": exact_number(b.points or Fraction(0))}
            for n, b in enumerate(stated, 1)
        ]
        short = all(len(b.condition) < 60 and not re.search(r"\d", b.condition) for b in self.branches)
        complete = short and len(self.branches) > 2 and last.points == 0 and is_negative(last.condition)
        left_open = None
        if len(stated) < len(self.branches):
            options["other"] = "các trường hợp còn lại"
            tiers.append({"otherwise": exact_number(last.points or Fraction(0))})
        elif not complete:
            options["other"] = "trường hợp khác, văn bản không nêu"
            left_open = _OPEN
        self.doubt(
            "cases",
            "các trường hợp in trong nguồn được để nguyên cho người chấm chọn; nên tách thành đầu vào đo được",
            "the printed cases are kept for a person to choose from; better told apart by inputs",
            serious=not complete,
        )
        inputs = {"case": {"type": "grade", "title": self.item.title, "options": options}}
        return recognised(self.branches, {"tiers": tiers}, inputs=inputs, left_open=left_open)


_OPEN = Text("Văn bản không nêu điểm của mọi trường hợp.", "The text does not give points for every case.")


def _title(condition: str) -> str:
    return in_sentence(one_line(condition).strip(" .:;,-"))
