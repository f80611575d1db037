"""`sets check`: everything that is wrong with a set, each with its place and what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from minhbach.records.problems import Path, Problems
from minhbach.records.texts import Text
from minhbach.scoring import references
from minhbach.scoring.checking_examples import check_example
from minhbach.scoring.checking_rest import report_unchecked, untrusted
from minhbach.scoring.checking_rules import check_rule, work_each
from minhbach.scoring.checking_sizes import check_sizes
from minhbach.scoring.checking_whole import (
    check_combine,
    check_sum,
    check_whole,
    nodes_with_paths,
    unknown_code,
)
from minhbach.scoring.expressions import Expression, ExpressionError, Kinds, kind_of
from minhbach.scoring.expressions.evaluate import WORDS
from minhbach.scoring.expressions.kinds import NUMERIC
from minhbach.scoring.formula import CORRECT_EXPRESSION
from minhbach.scoring.model import IndicatorSet, Node
from minhbach.scoring.rules import BestOf, ByFormula, Relative, Rule, Sum, Tiers, Unstated
from minhbach.scoring.vocabulary import kinds_for

#: What a key or option cannot be called: it means something else in expressions or in facts files.
RESERVED = WORDS | {"and", "or", "not", "in", "true", "false", "absent"}


def check(
    indicator_set: IndicatorSet, problems: Problems, *, cases: bool = True, unread: Collection[Path] = ()
) -> None:
    """Add to `problems` all that is wrong or doubtful in a set whose structure could be read.

    Without `cases` no rule is tried out: what only some figures would show, such as a gap between tiers, is then left
    to the states of the results. Rules with a mistake of their own, and those that read them, are not tried either;
    a note `not-checked` names them, together with the leaves at `unread`, which only stand in for what was not read.
    """
    _Check(indicator_set, problems).run(cases, set(unread))


def check_codes(indicator_set: IndicatorSet, problems: Problems) -> None:
    """Report criteria without a code and codes used twice: facts and references could not tell them apart."""
    found = list(nodes_with_paths(indicator_set))
    counts = Counter(node.id for _, node in found)
    for path, node in found:
        if not node.id:
            problems.error(
                "no-code",
                path,
                Text("cần code hoặc id", "a code or an id is needed"),
                Text("ghi code như văn bản in, hoặc đặt id", "write the code as printed, or give an id"),
            )
        elif counts[node.id] > 1:
            problems.error(
                "repeated-code",
                path,
                Text(
                    f"mã “{node.id}” dùng {counts[node.id]} lần",
                    f"the code “{node.id}” is used {counts[node.id]} times",
                ),
                Text("đặt id khác cho tiêu chí trùng mã", "give one of them an id of its own"),
            )
    alike: dict[str, str] = {}
    for path, node in found:
        other = alike.setdefault(node.id.casefold(), node.id)
        if other != node.id:
            problems.warning(
                "codes-alike",
                path,
                Text(
                    f"mã “{node.id}” chỉ khác “{other}” ở chữ hoa, chữ thường",
                    f"the code “{node.id}” differs from “{other}” only by capital letters",
                ),
                Text(
                    "nếu là một thì sửa; nếu là hai thì đặt id dễ phân biệt",
                    "correct it, or give ids that tell them apart",
                ),
            )


class _Check:
    def __init__(self, indicator_set: IndicatorSet, problems: Problems):
        self.set = indicator_set
        self.problems = problems

    def run(self, cases: bool, unread: set[Path]) -> None:
        placed = list(nodes_with_paths(self.set))
        paths: dict[str, Path] = {}
        for path, node in placed:
            paths.setdefault(node.id, path)
        check_codes(self.set, self.problems)
        for path, node in placed:
            self._node(node, path)
            (self._leaf if node.is_leaf else self._group)(node, path)
        for code in references.cycles(self.set):
            self.problems.error(
                "cycle",
                paths[code],
                Text(
                    "tiêu chí đọc lại chính nó qua ref/points",
                    "the criterion reads itself through ref or points",
                ),
                Text("bỏ một ref hoặc points trong vòng này", "take one ref or points of the circle away"),
            )
        check_whole(self.set, self.problems)
        check_sizes(self.set, paths, self.problems)
        leaves = [(path, node) for path, node in placed if node.is_leaf]
        untried = untrusted(leaves, self.problems, unread)
        if cases:
            work = work_each(len(leaves))
            for path, node in leaves:
                if path not in untried:
                    check_rule(self.set, node, path, self.problems, work)
                    for n, example in enumerate(node.examples):
                        check_example(self.set, node, example, (*path, "examples", n), self.problems)
        names = [
            node.id or "?" for path, node in leaves if path in untried and (path in unread or not node.is_unstated)
        ]
        if names and (cases or unread):
            report_unchecked(names, self.problems)

    def _node(self, node: Node, path: Path) -> None:
        for code in node.responsible:
            if code not in self.set.responsibles:
                unknown_code(self.problems, path, "responsible", code, "responsibles")
        if node.appraised_by and self.set.appraisers and node.appraised_by not in self.set.appraisers:
            unknown_code(self.problems, path, "appraised_by", node.appraised_by, "appraisers")
        if node.maximum is not None and node.maximum < node.minimum:
            self.problems.error(
                "maximum-below-minimum",
                (*path, "maximum"),
                Text("điểm tối đa nhỏ hơn điểm tối thiểu", "the maximum is below the minimum"),
                Text("sửa điểm tối đa hoặc điểm tối thiểu", "correct the maximum or the minimum"),
            )
        if node.kind and path[0] != "adjustments":
            self.problems.error(
                "kind-inside",
                (*path, "kind"),
                Text("kind chỉ dùng cho điểm thưởng, điểm trừ", "kind belongs to a bonus or penalty only"),
                Text("chuyển tiêu chí sang adjustments, hoặc bỏ kind", "move it to adjustments, or leave kind out"),
            )

    # Groups -----------------------------------------------------------------------------------------------

    def _group(self, node: Node, path: Path) -> None:
        for field in ("rule", "value", "inputs", "target", "examples", "not_applicable"):
            if getattr(node, field):
                self.problems.error(
                    "group-with-rule",
                    (*path, field),
                    Text(
                        f"tiêu chí có tiêu chí con thì không có {field}",
                        f"a criterion with criteria below it has no {field}",
                    ),
                    Text(f"chuyển {field} xuống tiêu chí con", f"move {field} to a criterion below"),
                )
        check_combine(node.combine, node.criteria, path, self.problems)
        check_sum(node.maximum, node.combine, node.criteria, path, self.problems)

    # Leaves -----------------------------------------------------------------------------------------------

    def _leaf(self, node: Node, path: Path) -> None:
        if node.is_monitored:
            if node.maximum:
                self.problems.error(
                    "no-rule",
                    path,
                    Text("có điểm tối đa nhưng không có quy tắc", "there is a maximum but no rule"),
                    Text(
                        "thêm rule, hoặc rule: {unstated: true} nếu văn bản không nêu",
                        "add a rule, or rule: {unstated: true} if the decision states none",
                    ),
                )
        elif node.maximum is None and not node.is_unstated:
            self.problems.error(
                "no-maximum",
                path,
                Text("thiếu điểm tối đa (maximum)", "the maximum is missing"),
                Text("ghi maximum như văn bản", "write the maximum of the decision"),
            )
        self._inputs(node, path)
        try:
            kinds = kinds_for(self.set, node)
            round_kinds = kinds_for(self.set, node, in_round=True)
        except ExpressionError as error:
            self.problems.error("expression", (*path, "value"), error.says, CORRECT_EXPRESSION)
            return
        for n, constraint in enumerate(node.constraints):
            self._truth(constraint.must, kinds, (*path, "constraints", n, "must"))
        for n, case in enumerate(node.not_applicable):
            self._truth(case.when, kinds, (*path, "not_applicable", n, "when"))
        if node.target is not None:
            self._truth(node.target, kinds, (*path, "target"))
        if node.rule is not None:
            self._rule(node.rule, kinds, round_kinds, (*path, "rule"), top=True)
            if node.is_relative and node.value is None:
                self.problems.error(
                    "relative-value",
                    path,
                    Text("quy tắc relative cần trường value", "a relative rule needs the field value"),
                    Text("ghi value: số đem ra so sánh", "write value: the figure that is compared"),
                )
        self._unused(node, path)

    def _inputs(self, node: Node, path: Path) -> None:
        for key, spec in node.inputs.items():
            place = (*path, "inputs", key)
            if spec.at_most is not None and spec.at_most.value <= 0:
                self.problems.error(
                    "at-most",
                    (*place, "at_most"),
                    Text("giá trị lớn nhất phải lớn hơn 0", "the largest sensible value is above 0"),
                    Text("ghi giá trị lớn hơn 0, hoặc bỏ at_most", "write a larger one, or leave at_most out"),
                )
            if spec.type in ("grade", "survey") and not spec.options:
                self.problems.error(
                    "no-options",
                    place,
                    Text(f"kiểu {spec.type} cần options", f"the type {spec.type} needs options"),
                    Text("liệt kê các mức trong options", "list them in options"),
                )
            for word in [key, *(spec.options if spec.type == "grade" else ())]:
                if word in RESERVED or (node.is_unstated and word == "points"):
                    self.problems.error(
                        "reserved-word",
                        place,
                        Text(
                            f"“{word}” là từ dành riêng; đặt tên khác",
                            f"“{word}” is a reserved word; choose another",
                        ),
                        Text(f"ví dụ {word}_1", f"for instance {word}_1"),
                    )
            if spec.part_of:
                outer = node.inputs.get(spec.part_of)
                if outer is None or spec.part_of == key:
                    self.problems.error(
                        "part-of",
                        (*place, "part_of"),
                        Text(f"không có đầu vào “{spec.part_of}”", f"there is no input “{spec.part_of}”"),
                        Text("ghi khóa của một đầu vào khác", "write the key of another input"),
                    )
                elif outer.type != spec.type or spec.type not in ("count", "number"):
                    self.problems.error(
                        "part-of",
                        (*place, "part_of"),
                        Text(
                            "part_of chỉ giữa hai số đếm hoặc hai số",
                            "part_of goes between two counts or two numbers",
                        ),
                        Text("đổi kiểu của một trong hai, hoặc bỏ part_of", "change one type, or leave part_of out"),
                    )

    def _unused(self, node: Node, path: Path) -> None:
        read = {
            part
            for expression in references.expressions_of(node)
            for word in expression.walk()
            for part in [getattr(word, "name", None)]
        }
        for key in node.inputs:
            if key not in read and not node.is_unstated and not any(s.part_of == key for s in node.inputs.values()):
                if node.is_monitored and node.value is None:
                    continue
                self.problems.warning(
                    "unused-input",
                    (*path, "inputs", key),
                    Text("đầu vào không được dùng trong quy tắc", "the rule does not use this input"),
                    Text("dùng nó trong quy tắc, hoặc bỏ", "use it in the rule, or take it away"),
                )

    def _truth(self, expression: Expression, kinds: Kinds, path: Path) -> None:
        kind = self._kind(expression, kinds, path)
        if kind not in (None, "truth"):
            self.problems.error(
                "not-a-condition",
                path,
                Text(f"“{expression}” không phải điều kiện đúng/sai", f"“{expression}” is not a condition"),
                Text("viết phép so sánh, ví dụ value >= 80%", "write a comparison, as value >= 80%"),
            )

    def _kind(self, expression: Expression, kinds: Kinds, path: Path) -> str | None:
        try:
            return kind_of(expression, kinds)
        except ExpressionError as error:
            self.problems.error("expression", path, error.says, CORRECT_EXPRESSION)
            return None

    def _rule(self, rule: Rule, kinds: Kinds, round_kinds: Kinds, path: Path, *, top: bool = False) -> None:
        match rule:
            case Tiers(tiers):
                base = path if rule.is_item else (*path, "tiers")
                for n, tier in enumerate(tiers):
                    place = base if rule.is_item else (*base, n)
                    if tier.when is not None:
                        self._truth(tier.when, kinds, (*place, "when"))
                    self._points(tier.points, kinds, (*place, "points" if tier.when is not None else "otherwise"))
            case ByFormula(points):
                self._points(points, kinds, (*path, "formula"))
            case Sum(rules):
                for n, inner in enumerate(rules):
                    self._rule(inner, kinds, round_kinds, (*path, "sum", n))
            case BestOf(rules):
                for n, inner in enumerate(rules):
                    self._rule(inner, kinds, round_kinds, (*path, "best_of", n))
            case Relative(_, inner):
                self._rule(inner, round_kinds, round_kinds, (*path, "relative", "rule"))
            case Unstated() if not top:
                self.problems.error(
                    "unstated-inside",
                    path,
                    Text(
                        "unstated không đứng bên trong quy tắc khác",
                        "unstated does not stand inside another rule",
                    ),
                    Text("tách thành một tiêu chí con riêng", "make a criterion of its own of it"),
                )

    def _points(self, expression: Expression, kinds: Kinds, path: Path) -> None:
        kind = self._kind(expression, kinds, path)
        if kind == "rate":
            self.problems.error(
                "rate-as-points",
                path,
                Text(f"“{expression}” là tỷ lệ, không phải điểm", f"“{expression}” is a rate, not points"),
                Text(
                    f"nhân với điểm, ví dụ ({expression}) * maximum",
                    f"multiply by points, as ({expression}) * maximum",
                ),
            )
        elif kind is not None and kind not in NUMERIC:
            self.problems.error(
                "not-points",
                path,
                Text(f"“{expression}” không phải là điểm", f"“{expression}” is not points"),
                Text("viết một số hoặc phép tính ra điểm", "write a figure, or a formula that gives points"),
            )
