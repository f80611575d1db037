"""The lines of a rule to inputs and a rule. What is not understood stays unstated; what is doubtful is said."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from minhbach.records.structure import exact_number
from minhbach.records.texts import Text
from minhbach.scoring.drafting.changes import MENTION, by_change
from minhbach.scoring.drafting.conditions import REST, alike, range_of
from minhbach.scoring.drafting.events import by_events, mentions
from minhbach.scoring.drafting.formulas import Computed, computed, definitions, split_formula, stated_share
from minhbach.scoring.drafting.found import UNSTATED, Branch, Recognised, recognised
from minhbach.scoring.drafting.items import Doubt, Item, Line
from minhbach.scoring.drafting.plain import (
    NUMBER,
    POINTS_RANGE,
    figure_of,
    folded,
    in_sentence,
    is_points,
    is_rule_line,
    one_line,
    points_at_end,
)
from minhbach.scoring.drafting.telling import CHANGE, POINTS_IN_TITLE, SURVEY, bare, is_compound, renamed, states_points
from minhbach.scoring.drafting.wordings import Wordings

MOST_LINES = 60
"""Of one criterion; no decision has more, and trying out what so many make takes too long."""


def recognise(item: Item) -> Recognised:
    """The rule of a criterion, from the lines of the source."""
    return _Recogniser(item).run()


class _Recogniser:
    def __init__(self, item: Item):
        self.item = item
        self.doubts: list[Doubt] = []
        self.names = definitions([line.text for line in item.lines])
        self.branches: list[Branch] = []
        self.other: list[Line] = []
        self.is_partial = item.holds_tier
        """A tier is known to be missing: the others alone would be another rule."""
        self.share: Computed | None = None
        self.void = ""
        """What need not have arisen for full points."""
        if len(item.lines) > MOST_LINES:
            self.other = item.lines
            return
        for line in item.lines:
            self._sort(line)

    def _sort(self, line: Line) -> None:
        if POINTS_RANGE.search(line.text) or mentions(line.text):
            if POINTS_RANGE.search(line.text):
                self.doubt(
                    "points-range", "điểm do người chấm chọn trong một khoảng", "a range of points to choose from", line
                )
            self.other.append(line)
            return
        if (quotient := stated_share(line.text, self.names)) is not None and self.share is None:
            self.share = quotient
            return
        formula = split_formula(line.text)
        if formula is not None:
            condition, text = formula
            result = computed(text, self.names)
            part = result.share_of_maximum if result else None
            if result and part is not None and condition and self.item.points is not None:
                self.branches.append(Branch(line, condition, points=part * self.item.points))
                return
            if result is None:
                self.doubt("formula", "không hiểu công thức", "the formula is not understood", line)
                self.other.append(line)
                self.is_partial = True
                return
            self.branches.append(Branch(line, condition, formula=result))
            return
        ended = points_at_end(line.text)
        if ended is None:
            self.other.append(line)
            return
        condition = re.sub(
            r"\s*(?:thì\s+)?(?:điểm(?: đánh giá)?)?\s*(?:là|được|đạt|:)?$", "", ended[0], flags=re.I
        ).strip(" ,:")
        condition = re.sub(r"\s+thì$", "", condition)
        inner = re.findall(rf"(?:[:=]|\bđạt)\s*({NUMBER})\s*(?:điểm\b|,|;)", condition)
        if any(is_points(figure_of(figure)) for figure in inner):
            self.doubt("several", "nhiều bậc điểm trong một câu", "several tiers in one sentence", line)
            self.other.append(line)
            return
        self.branches.append(Branch(line, condition, points=ended[1]))

    def doubt(self, code: str, vi: str, en: str, line: Line | None = None, serious: bool = True) -> None:
        row = line.row if line else self.item.row
        self.doubts.append(Doubt(code, Text(vi, en), row, line.text if line else "", serious))

    # ----------------------------------------------------------------------------------------------------------

    def run(self) -> Recognised:
        # “…: 0,5 điểm”, or a tier that could not be told from the title of its cell.
        if states_points(self.item.title) or is_rule_line(self.item.title):
            self.doubt("points-in-title", *POINTS_IN_TITLE, Line(self.item.title, self.item.row))
        found = None if self.is_partial else self._survey() or by_events(self.item, self.doubt)
        if found is not None:
            self.other, self.branches = [], []
        else:
            found = self._rule()
            if found is not None and self.share is not None and found.rule is not UNSTATED:
                self._counted(found)
        if found is None:
            found = Recognised(UNSTATED)
            if self.item.lines:
                self.doubt(
                    "not-recognised",
                    "không nhận ra quy tắc chấm: để chấm tay cho đến khi có người hoàn thiện",
                    "no rule is recognised: scored by hand until a person completes it",
                )
            else:
                self.doubt("no-rule", "nguồn không cho quy tắc chấm", "the source gives no scoring rule", serious=True)
        else:
            for line in self.other:
                if not definitions([line.text]) and not re.match(r"^trong đó\s*:?$", line.text, re.I):
                    self.doubt("left-over", "phần này chưa được đưa vào quy tắc", "not part of the rule yet", line)
        found.doubts = self.doubts
        if found.rule is not UNSTATED:
            lowest = min((b.points for b in self.branches if b.points is not None), default=Fraction(0))
            found.minimum = min(found.minimum, lowest, Fraction(0))
        found.is_clear = not any(doubt.serious for doubt in self.doubts)
        return found

    def _rule(self) -> Recognised | None:
        if not self.branches or self.is_partial:
            return None
        formulas = [b for b in self.branches if b.formula]
        whole = [b for b in formulas if not b.condition]
        if whole:
            return self._by_formula(whole)
        changed = None if formulas else by_change(self.item, self.branches, self.doubt)
        if changed is not None:
            return changed
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
        return Wordings(self.item, self.branches, self.doubt).run()

    def _survey(self) -> Recognised | None:
        """Nothing but “by survey”: the points come from elsewhere."""
        words = [line.text for line in self.item.lines]
        told = words and all(SURVEY.fullmatch(folded(text).strip(" .")) for text in words)
        if not (told or (self.item.survey and not words)):
            return None
        self.item.survey = True
        says = "chấm qua điều tra xã hội học: không tự chấm", "scored by a survey: not self-scored"
        self.doubt("survey", *says, serious=False)
        return Recognised(UNSTATED)

    def _counted(self, found: Recognised) -> None:
        """The rate the rule speaks of is a quotient the source defines: its two counts are asked for instead."""
        quotient = self.share
        if quotient is None or "rate" not in found.inputs or len(found.inputs) > 1:
            return
        self.doubts = [doubt for doubt in self.doubts if doubt.code != "rate"]
        found.inputs = self._formula_inputs(quotient)
        found.value = quotient.expression
        found.rule = renamed(found.rule)

    # Formulas -------------------------------------------------------------------------------------------------

    def _by_formula(self, whole: list[Branch]) -> Recognised | None:
        formula = whole[0].formula
        assert formula
        if len(whole) > 1:
            self.doubt("formula", "có nhiều công thức; chỉ dùng công thức đầu", "several formulas; the first is used")
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
        return recognised(self.branches, {"formula": tree}, inputs=inputs, value=value, best=best)

    def _formula_inputs(self, formula: Computed) -> dict[str, dict[str, Any]]:
        inputs: dict[str, dict[str, Any]] = {}
        if formula.rate:
            inputs["rate"] = self._rate_input(f"tỷ lệ {formula.rate_words}" if formula.rate_words else "")
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

    def _by_range(self) -> Recognised | None:
        ranged = [b for b in self.branches if b.range]
        plain = [b for b in self.branches if not b.range]
        is_rate = any(b.range.is_rate for b in ranged if b.range)
        if any(b.range and b.range.is_rate != is_rate for b in ranged) or any(b.formula for b in plain):
            return None
        if len(plain) > 1 or (plain and (plain[0] is not self.branches[-1] or plain[0].points != 0)):
            return None
        if plain and any(b.range and b.range.low is None for b in ranged):
            return None  # the figures leave nothing to the line in words: it speaks of something else
        if len({(b.range.low, b.range.high) for b in ranged if b.range}) < len(ranged):
            return None
        rests = [b.range.rest for b in ranged if b.range]
        if any(map(is_compound, rests)) and not all(rests):
            return None
        unlike = next((b for b, rest in zip(ranged, rests, strict=True) if not alike(rests[0], rest)), None)
        if unlike is not None and is_rate and "%" not in unlike.condition:
            return None  # “100% danh mục”, “thiếu từ 1-3 nội dung”: the second is no rate
        if unlike is not None and any(map(is_compound, rests)):
            return None  # conditions beside the figures, which differ from tier to tier
        if unlike is not None:
            self.doubt(
                "unlike",
                "các mức nói về những thứ khác nhau: chưa chắc cùng một số liệu",
                "the tiers speak of different things: it may not be one figure",
                unlike.line,
            )
        if any(MENTION.search(folded(b.condition)) or CHANGE.search(folded(b.condition)) for b in ranged):
            self.doubt(
                "change",
                "điều kiện nói về mức tăng, giảm: chưa rõ tính theo điểm phần trăm hay tỷ lệ so với năm trước",
                "the condition is about a change: in percentage points or relative to the year before, it does not say",
                ranged[0].line,
            )
        if any(map(is_compound, rests)):
            self.doubt(
                "beside",
                f"ngoài con số, điều kiện còn nói “{rests[0]}”: quy tắc chỉ xét con số",
                f"beside the figure the condition says “{rests[0]}”: the rule looks at the figure only",
                ranged[0].line,
            )
        if len(ranged) == 1 and not plain:
            self.doubt("one-tier", "chỉ có một bậc điểm", "there is only one tier", ranged[0].line)
        share = self._share_of(ranged) if is_rate else None
        key = "value" if share else "rate" if is_rate else "amount"
        tiers: list[dict[str, Any]] = []
        for branch in ranged:
            assert branch.range
            points: Any = None
            if branch.formula:
                points = branch.formula.over(share) if share else self._tier_formula(branch, is_rate)
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
                serious=not REST.match(plain[0].condition),
            )
        rest = next((rest for rest in rests if rest), "")
        figures = [figure for b in ranged if b.range for figure in (b.range.low, b.range.high) if figure is not None]
        whole = all(figure.denominator == 1 for figure in figures) and not re.search(r"\bđiểm\b|\bđồng\b", rest)
        if share:
            inputs = self._formula_inputs(share)
        elif is_rate:
            inputs = {key: self._rate_input(rest)}
        elif whole:
            title = rest if not rest or folded(rest).startswith(("so ", "tong so ")) else f"số {in_sentence(rest)}"
            inputs = {key: {"type": "count", "title": title or self.item.title}}
        else:  # money, points of another index: the words beside the figure are its unit
            inputs = {key: {"type": "number", "title": self.item.title, **({"unit": rest} if rest else {})}}
        best = max(
            (b.formula.coefficient if b.formula else b.points for b in ranged),
            key=lambda p: p or Fraction(0),
            default=None,
        )
        value = share.quotient if share else key
        found = recognised(self.branches, {"tiers": tiers}, inputs=inputs, value=value, best=best)
        if self.void:
            found.inputs = {"arose": {"type": "bool", "title": f"có phát sinh {self.void}"}, **found.inputs}
            found.not_applicable = {"when": "not arose", "outcome": "full_points", "note": f"Không có {self.void}."}
        return found

    def _share_of(self, ranged: list[Branch]) -> Computed | None:
        """The formula whose quotient is the rate the tiers speak of, when there is no other it could be."""
        formulas = [b.formula for b in ranged if b.formula]
        share = formulas[0] if formulas else None
        quotient = share.quotient if share else None
        if share is None or quotient is None:
            return None
        if any(other.quotient != quotient or other.counts != share.counts for other in formulas):
            return None
        wordings = [bare(share.counts[key]) for key in quotient.split(" / ")]
        subjects = [b.range.rest for b in ranged if b.range and b.range.rest]
        if re.match(r"^(?:tỷ|tỉ) lệ\b", self.item.title, re.I):
            subjects.append(self.item.title)
        if not all(any(alike(bare(subject), wording) for wording in wordings) for subject in subjects):
            return None
        self.doubt(
            "share",
            "tỷ lệ của các bậc được hiểu là tỷ lệ trong công thức",
            "the rate of the tiers is taken to be the one of the formula",
            serious=False,
        )
        return share

    def _tier_formula(self, branch: Branch, is_rate: bool) -> str | None:
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
            self.doubt("maximum", "dùng điểm tối đa", "uses the maximum", branch.line, serious=False)
        return formula.expression

    def _rate_input(self, rest: str) -> dict[str, Any]:
        self.doubt(
            "rate",
            "nhập thẳng tỷ lệ; nếu muốn tính từ tử số và mẫu số, khai hai số đếm (mẫu số do người soạn chọn)",
            "the rate itself is entered; to have it computed, declare two counts (the denominator is yours to choose)",
            serious=False,
        )
        title = self.item.title
        rest = re.sub(r"\s+(?:bằng|là|đạt|được)$", "", rest)
        if re.match(r"^(?:tỷ|tỉ) lệ\b", rest, re.I):
            title = rest
        elif not re.match(r"^(?:tỷ|tỉ) lệ\b", title, re.I):
            title = f"tỷ lệ {in_sentence(rest)}" if rest else f"tỷ lệ: {title}"
        return {"type": "rate", "title": one_line(title)}
