"""The lines of a rule to inputs and a rule. What is not understood stays unstated; what is doubtful is said."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from minhbach.scoring.drafting.conditions import (
    QUALITY,
    Range,
    alike,
    grades_of,
    is_negative,
    qualities_of,
    range_of,
)
from minhbach.scoring.drafting.formulas import Computed, computed, definitions, split_formula
from minhbach.scoring.drafting.outline import Doubt, Item, Line
from minhbach.scoring.drafting.plain import NUMBER, one_line, points_at_end, slug
from minhbach.scoring.structure import exact_number
from minhbach.scoring.texts import Text


@dataclass
class Recognised:
    """Plain data for a criterion: its inputs, value, rule and best points, and the doubts about them."""

    rule: dict[str, Any]
    inputs: dict[str, dict[str, Any]] = field(default_factory=dict)
    value: str | None = None
    best: Fraction | None = None
    not_applicable: dict[str, Any] | None = None
    left_open: Text | None = None
    doubts: list[Doubt] = field(default_factory=list)
    is_clear: bool = False


@dataclass
class _Branch:
    """One statement: a condition and its points or formula."""

    line: Line
    condition: str
    points: Fraction | None = None
    formula: Computed | None = None
    range: Range | None = None


UNSTATED: dict[str, Any] = {"unstated": True}


def recognise(item: Item) -> Recognised:
    """The rule of a criterion, from the lines of the source."""
    return _Recogniser(item).run()


class _Recogniser:
    def __init__(self, item: Item):
        self.item = item
        self.doubts: list[Doubt] = []
        self.names = definitions([line.text for line in item.lines])
        self.branches: list[_Branch] = []
        self.other: list[Line] = []
        for line in item.lines:
            self._sort(line)

    def _sort(self, line: Line) -> None:
        formula = split_formula(line.text)
        if formula is not None:
            condition, text = formula
            result = computed(text, self.names)
            if result is None:
                self.doubt(
                    "formula", "không hiểu công thức", "the formula is not understood", line
                )
                self.other.append(line)
                return
            self.branches.append(_Branch(line, condition, formula=result))
            return
        ended = points_at_end(line.text)
        if ended is None:
            self.other.append(line)
            return
        condition = re.sub(
            r"\s*(?:thì\s+)?(?:điểm(?: đánh giá)?)?\s*(?:là|được|đạt|:)?$", "", ended[0], flags=re.I
        ).strip(" ,:")
        condition = re.sub(r"\s+thì$", "", condition)
        self.branches.append(_Branch(line, condition, points=ended[1]))

    def doubt(self, code: str, vi: str, en: str, line: Line | None = None, serious: bool = True) -> None:
        row = line.row if line else self.item.row
        self.doubts.append(Doubt(code, Text(vi, en), row, line.text if line else "", serious))

    # ----------------------------------------------------------------------------------------------------------

    def run(self) -> Recognised:
        if re.search(rf":\s*{NUMBER}\s*điểm", self.item.title, re.I):
            self.doubt(
                "points-in-title",
                f"tên tiêu chí cũng nêu điểm, có thể mâu thuẫn với quy tắc: “{self.item.title}”",
                f"the title states points too, which may contradict the rule: “{self.item.title}”",
            )
        found = self._rule()
        if found is None:
            found = Recognised(UNSTATED)
            if self.item.lines:
                self.doubt(
                    "not-recognised",
                    "không nhận ra quy tắc chấm: để chấm tay cho đến khi có người hoàn thiện",
                    "no rule is recognised: scored by hand until a person completes it",
                )
            else:
                self.doubt(
                    "no-rule", "nguồn không cho quy tắc chấm", "the source gives no scoring rule", serious=True
                )
        else:
            for line in self.other:
                if not definitions([line.text]) and not re.match(r"^trong đó\s*:?$", line.text, re.I):
                    self.doubt("left-over", "phần này chưa được đưa vào quy tắc", "not part of the rule yet", line)
        found.doubts = self.doubts
        found.is_clear = not any(doubt.serious for doubt in self.doubts)
        return found

    def _rule(self) -> Recognised | None:
        if not self.branches:
            return None
        formulas = [b for b in self.branches if b.formula]
        whole = [b for b in formulas if not b.condition]
        if whole:
            return self._by_formula(whole)
        self._void_is_full()
        rates = any("%" in b.condition for b in self.branches)
        for branch in self.branches:
            branch.range = range_of(branch.condition, rates)
        if formulas or any(b.range for b in self.branches):
            found = self._by_range()
            if found is not None:
                return found
            if formulas:
                return None
        return self._by_words()

    def _recognised(self, rule: dict[str, Any], **more: Any) -> Recognised:
        best = more.pop("best", max((b.points for b in self.branches if b.points is not None), default=None))
        return Recognised(rule, best=best, **more)

    # Formulas -------------------------------------------------------------------------------------------------

    def _by_formula(self, whole: list[_Branch]) -> Recognised | None:
        formula = whole[0].formula
        assert formula
        if len(whole) > 1:
            self.doubt("formula", "có nhiều công thức; chỉ dùng công thức đầu", "several formulas; only the first is used")
        for branch in self.branches:
            if not branch.formula:
                self.doubt(
                    "formula-and-tiers",
                    "có cả bậc điểm và công thức: quy tắc theo công thức, bậc điểm chưa được đưa vào",
                    "both tiers and a formula: the rule is the formula, this tier is not in it",
                    branch.line,
                )
        best = max((b.points for b in self.branches if b.points is not None), default=None) or formula.coefficient
        if formula.uses_maximum and best is None:
            best = self.item.points
        if best is None and self.item.points is None:
            return None
        inputs = self._formula_inputs(formula)
        tree = formula.expression
        if len(formula.counts) > 1 and "+" in tree:
            self.doubt(
                "may-exceed",
                "chưa rõ các số đếm có loại trừ nhau không; nếu có, thêm ràng buộc (ví dụ b + c <= a)",
                "whether the counts exclude each other is not said; if so, add a constraint (as b + c <= a)",
                whole[0].line,
            )
        value = "rate" if formula.rate else None
        return self._recognised({"formula": tree}, inputs=inputs, value=value, best=best)

    def _formula_inputs(self, formula: Computed) -> dict[str, dict[str, Any]]:
        inputs: dict[str, dict[str, Any]] = {}
        if formula.rate:
            inputs["rate"] = self._rate_input("")
        for key, wording in formula.counts.items():
            inputs[key] = {"type": "count", "title": wording}
        for one, whole in re.findall(r"\b(\w+) / (\w+)", formula.expression):
            if one in inputs and whole in inputs and one != whole and inputs[one]["type"] == "count":
                inputs[one]["part_of"] = whole
                self.doubt(
                    "part-of",
                    f"“{inputs[one]['title']}” được hiểu là một phần của “{inputs[whole]['title']}”",
                    f"“{inputs[one]['title']}” is taken for a part of “{inputs[whole]['title']}”",
                    serious=False,
                )
        # What others are part of comes first, as people fill it in.
        return dict(sorted(inputs.items(), key=lambda pair: "part_of" in pair[1]))

    # Ranges ---------------------------------------------------------------------------------------------------

    def _void_is_full(self) -> None:
        """`Không có X hoặc … 100%`: nothing arose is worth full points; the other lines then say `Có X và …`."""
        first = self.branches[0]
        match = re.match(r"^không (?:có|phát sinh) (.+?) hoặc (.*100\s*%.*)$", first.condition, re.I)
        if not match:
            return
        self.void = match[1].strip()
        prefix = re.compile(rf"^(?:có|phát sinh) {re.escape(self.void)} (?:và|nhưng|,)\s*", re.I)
        first.condition = prefix.sub("", match[2])
        for branch in self.branches[1:]:
            branch.condition = prefix.sub("", branch.condition)

    void = ""

    def _by_range(self) -> Recognised | None:
        ranged = [b for b in self.branches if b.range]
        plain = [b for b in self.branches if not b.range]
        is_rate = any(b.range.is_rate for b in ranged if b.range)
        if any(b.range and b.range.is_rate != is_rate for b in ranged) or any(b.formula for b in plain):
            return None
        if len(plain) > 1 or (plain and (plain[0] is not self.branches[-1] or plain[0].points != 0)):
            return None
        rests = [b.range.rest for b in ranged if b.range]
        if not all(alike(rests[0], rest) for rest in rests) and any(map(_is_compound, rests)):
            return None  # conditions beside the figures, which differ from tier to tier
        if len(ranged) == 1 and not plain:
            self.doubt("one-tier", "chỉ có một bậc điểm", "there is only one tier", ranged[0].line)
        key = "rate" if is_rate else "amount"
        tiers: list[dict[str, Any]] = []
        for branch in ranged:
            assert branch.range
            points: Any = None
            if branch.formula:
                points = self._tier_formula(branch, is_rate)
                if points is None:
                    return None
            elif branch.points is not None:
                points = exact_number(branch.points)
            tiers.append({"when": branch.range.condition(key), "points": points})
        if plain:
            tiers.append({"otherwise": 0})
            self.doubt(
                "otherwise",
                "dòng 0 điểm viết bằng lời: được hiểu là mọi trường hợp còn lại",
                "the tier of 0 points is in words: taken for everything else",
                plain[0].line,
            )
        rest = next((rest for rest in rests if rest), "")
        inputs = {key: self._rate_input(rest) if is_rate else {"type": "count", "title": rest or self.item.title}}
        best = max(
            (b.points if b.points is not None else b.formula.coefficient for b in ranged if b.formula or b.points),
            key=lambda p: p or Fraction(0),
            default=None,
        )
        found = self._recognised({"tiers": tiers}, inputs=inputs, value=key, best=best)
        if self.void:
            found.inputs = {"arose": {"type": "bool", "title": f"có phát sinh {self.void}"}, **found.inputs}
            found.not_applicable = {"when": "not arose", "outcome": "full_points", "note": f"Không có {self.void}."}
        return found

    def _tier_formula(self, branch: _Branch, is_rate: bool) -> str | None:
        formula = branch.formula
        assert formula
        if not is_rate or formula.counts:
            self.doubt(
                "formula",
                "công thức trong bậc điểm không tính theo tỷ lệ: chưa dùng được",
                "the formula of this tier is not one of the rate: not used",
                branch.line,
            )
            return None
        if formula.uses_maximum:
            self.doubt("maximum", "công thức dùng điểm tối đa", "the formula uses the maximum", branch.line, serious=False)
        return formula.expression

    def _rate_input(self, rest: str) -> dict[str, Any]:
        self.doubt(
            "rate",
            "nhập thẳng tỷ lệ; nếu muốn tính từ tử số và mẫu số, khai hai số đếm (mẫu số do người soạn chọn)",
            "the rate itself is entered; to have it computed, declare two counts (the denominator is yours to choose)",
            serious=False,
        )
        title = self.item.title
        if not re.match(r"^(?:tỷ|tỉ) lệ\b", title, re.I):
            title = f"tỷ lệ {rest}" if rest else f"tỷ lệ: {title}"
        return {"type": "rate", "title": one_line(title)}

    # Words ----------------------------------------------------------------------------------------------------

    def _by_words(self) -> Recognised | None:
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
        if len(branches) == 2 and points[1] == 0 and points[0]:
            return self._two()
        return self._printed()

    def _flag(self, left_open: Text | None = None) -> Recognised:
        first = self.branches[0]
        tiers: list[dict[str, Any]] = [{"when": "fulfilled", "points": exact_number(first.points or Fraction(0))}]
        if left_open is None:
            tiers.append({"otherwise": 0})
        inputs = {"fulfilled": {"type": "bool", "title": _title(first.condition) or self.item.title}}
        return self._recognised({"tiers": tiers}, inputs=inputs, left_open=left_open)

    def _two(self) -> Recognised:
        """Points or nothing. A third case the text passes over is offered and left open, never scored 0."""
        yes, no = (b.condition.lower() for b in self.branches)
        many = " hoặc " in no or (" và " in yes and not QUALITY.search(yes))
        demands = bool(QUALITY.search(yes))
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
        return self._recognised({"tiers": tiers}, inputs=inputs)

    def _qualities(self, table: list[dict[str, bool]]) -> Recognised | None:
        names = list(table[0])
        if any(set(row) != set(names) for row in table) or len({tuple(row[n] for n in names) for row in table}) < len(table):
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
        found = self._recognised({"tiers": tiers}, inputs=inputs)
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
            inputs[f"item_{n}"] = {"type": "bool", "title": _title(branch.condition)}
            items.append({"when": f"item_{n}", "points": exact_number(branch.points or Fraction(0))})
        total = sum((b.points or Fraction(0) for b in self.branches), Fraction(0))
        self.doubt(
            "checklist",
            "được hiểu là cộng điểm từng ý (không phải chọn một mức): cần xác nhận",
            "read as points to be added, not as tiers to choose from: to be confirmed",
        )
        return self._recognised({"sum": items}, inputs=inputs, best=total)

    def _printed(self) -> Recognised:
        """The printed cases themselves as a choice: nothing is read into them."""
        options = {f"case_{n}": _title(b.condition) or f"({n})" for n, b in enumerate(self.branches, 1)}
        tiers = [
            {"when": f"case == case_{n}", "points": exact_number(b.points or Fraction(0))}
            for n, b in enumerate(self.branches, 1)
        ]
        last = self.branches[-1]
        short = all(len(b.condition) < 60 for b in self.branches)
        complete = short and len(self.branches) > 2 and last.points == 0 and is_negative(last.condition)
        left_open = None
        if not complete:
            options["other"] = "trường hợp khác, văn bản không nêu"
            left_open = _OPEN
        self.doubt(
            "cases",
            "các trường hợp in trong nguồn được để nguyên cho người chấm chọn; nên tách thành đầu vào đo được",
            "the printed cases are kept for a person to choose from; better told apart by inputs",
            serious=not complete,
        )
        inputs = {"case": {"type": "grade", "title": self.item.title, "options": options}}
        return self._recognised({"tiers": tiers}, inputs=inputs, left_open=left_open)


_OPEN = Text("Văn bản không nêu điểm của mọi trường hợp.", "The text does not give points for every case.")
_COMPOUND = re.compile(r"\bhoặc\b|\bnhưng\b|\bkhông\b|\bchưa\b|\bchậm\b|\bmuộn\b|\bvà\b", re.I)


def _is_compound(rest: str) -> bool:
    return bool(_COMPOUND.search(rest))


def _title(condition: str) -> str:
    text = one_line(condition).strip(" .:;,-")
    return text[:1].lower() + text[1:] if text[1:2].islower() else text
