"""`sets check`: everything that is wrong with a set, each with its place and what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

from minhbach.scoring import references
from minhbach.scoring.checking_examples import check_example
from minhbach.scoring.checking_rules import check_rule
from minhbach.scoring.expressions import Expression, ExpressionError, Kinds, kind_of
from minhbach.scoring.expressions.evaluate import WORDS
from minhbach.scoring.expressions.kinds import NUMERIC
from minhbach.scoring.model import IndicatorSet, Node
from minhbach.scoring.problems import Path, Problems
from minhbach.scoring.rules import BestOf, ByFormula, Relative, Rule, Sum, Tiers, Unstated
from minhbach.scoring.texts import Text, decimal_text
from minhbach.scoring.totals import full_mark
from minhbach.scoring.vocabulary import kinds_for

#: What a key or option cannot be called: it means something else in expressions or in facts files.
RESERVED = WORDS | {"and", "or", "not", "in", "true", "false", "absent"}


def check(indicator_set: IndicatorSet, problems: Problems) -> None:
    """Add to `problems` all that is wrong or doubtful in a set whose structure could be read."""
    _Check(indicator_set, problems).run()


class _Check:
    def __init__(self, indicator_set: IndicatorSet, problems: Problems):
        self.set = indicator_set
        self.problems = problems

    def run(self) -> None:
        paths = dict(self._paths())
        counts = Counter(node.id for _, node in paths.values())
        for path, node in paths.values():
            if not node.id:
                self.problems.error("no-code", path, Text("cần code hoặc id", "a code or an id is needed"))
            elif counts[node.id] > 1:
                self.problems.error(
                    "repeated-code",
                    path,
                    Text(
                        f"mã “{node.id}” dùng {counts[node.id]} lần",
                        f"the code “{node.id}” is used {counts[node.id]} times",
                    ),
                    Text("đặt id khác cho tiêu chí trùng mã", "give one of them an id of its own"),
                )
        if self.problems.errors:
            return
        for path, node in paths.values():
            self._node(node, path)
            (self._leaf if node.is_leaf else self._group)(node, path)
        for code in references.cycles(self.set):
            self.problems.error(
                "cycle",
                paths[code][0],
                Text(
                    "tiêu chí đọc lại chính nó qua ref/points",
                    "the criterion reads itself through ref or points",
                ),
            )
        self._whole()
        if self.problems.errors:
            return  # cases are run only on rules that can be trusted to run
        for path, node in paths.values():
            if node.is_leaf:
                check_rule(self.set, node, path, self.problems)
                for n, example in enumerate(node.examples):
                    check_example(self.set, node, example, (*path, "examples", n), self.problems)

    def _paths(self) -> Iterator[tuple[object, tuple[Path, Node]]]:
        """Every node with its path; keyed by id, or by path where the id is not unique."""
        seen: set[str] = set()

        def below(node: Node, path: Path) -> Iterator[tuple[object, tuple[Path, Node]]]:
            key: object = path if not node.id or node.id in seen else node.id
            seen.add(node.id)
            yield key, (path, node)
            for n, child in enumerate(node.criteria):
                yield from below(child, (*path, "criteria", n))

        for field in ("criteria", "adjustments"):
            for n, node in enumerate(getattr(self.set, field)):
                yield from below(node, (field, n))

    def _node(self, node: Node, path: Path) -> None:
        for code in node.responsible:
            if code not in self.set.responsibles:
                self._unknown(path, "responsible", code, "responsibles")
        if node.appraised_by and self.set.appraisers and node.appraised_by not in self.set.appraisers:
            self._unknown(path, "appraised_by", node.appraised_by, "appraisers")
        if node.maximum is not None and node.maximum < node.minimum:
            self.problems.error(
                "maximum-below-minimum",
                (*path, "maximum"),
                Text("điểm tối đa nhỏ hơn điểm tối thiểu", "the maximum is below the minimum"),
            )

    def _unknown(self, path: Path, field: str, code: str, where: str) -> None:
        self.problems.error(
            "unknown-code",
            (*path, field),
            Text(f"“{code}” chưa khai trong {where}", f"“{code}” is not declared in {where}"),
            Text(f"thêm “{code}” vào {where} của bộ chỉ số", f"add “{code}” to the set's {where}"),
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
                )
        self._weights(node.combine.how, node.criteria, path)
        declared, total = node.maximum, full_mark(node.combine, node.criteria)
        if declared is not None and total is not None and declared != total:
            self._does_not_add_up((*path, "maximum"), declared, total)

    def _weights(self, how: str, children: tuple[Node, ...], path: Path) -> None:
        if how.startswith("weighted"):
            for n, child in enumerate(children):
                if child.weight is None:
                    self.problems.error(
                        "no-weight",
                        (*path, "criteria", n),
                        Text("thiếu trọng số (weight)", "the weight is missing"),
                    )

    def _does_not_add_up(self, path: Path, declared: Fraction, total: Fraction) -> None:
        self.problems.error(
            "maximum-sum",
            path,
            Text(
                f"điểm tối đa ghi {decimal_text(declared)} nhưng các tiêu chí con cộng lại {decimal_text(total)}",
                f"the maximum says {decimal_text(declared)} but the criteria below add up to {decimal_text(total)}",
            ),
            Text(
                "sửa điểm tối đa, hoặc bổ sung tiêu chí còn thiếu",
                "correct the maximum, or add the criterion that is missing",
            ),
        )

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
            self.problems.error("no-maximum", path, Text("thiếu điểm tối đa (maximum)", "the maximum is missing"))
        self._inputs(node, path)
        try:
            kinds = kinds_for(self.set, node)
            round_kinds = kinds_for(self.set, node, in_round=True)
        except ExpressionError as error:
            self.problems.error("expression", (*path, "value"), error.says)
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
                )
        self._unused(node, path)

    def _inputs(self, node: Node, path: Path) -> None:
        for key, spec in node.inputs.items():
            place = (*path, "inputs", key)
            if spec.type in ("grade", "survey") and not spec.options:
                self.problems.error(
                    "no-options",
                    place,
                    Text(f"kiểu {spec.type} cần options", f"the type {spec.type} needs options"),
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
                    )
            if spec.part_of:
                outer = node.inputs.get(spec.part_of)
                if outer is None or spec.part_of == key:
                    self.problems.error(
                        "part-of",
                        (*place, "part_of"),
                        Text(f"không có đầu vào “{spec.part_of}”", f"there is no input “{spec.part_of}”"),
                    )
                elif outer.type != spec.type or spec.type not in ("count", "number"):
                    self.problems.error(
                        "part-of",
                        (*place, "part_of"),
                        Text(
                            "part_of chỉ giữa hai số đếm hoặc hai số",
                            "part_of goes between two counts or two numbers",
                        ),
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
                )

    def _truth(self, expression: Expression, kinds: Kinds, path: Path) -> None:
        kind = self._kind(expression, kinds, path)
        if kind not in (None, "truth"):
            self.problems.error(
                "not-a-condition",
                path,
                Text(f"“{expression}” không phải điều kiện đúng/sai", f"“{expression}” is not a condition"),
            )

    def _kind(self, expression: Expression, kinds: Kinds, path: Path) -> str | None:
        try:
            return kind_of(expression, kinds)
        except ExpressionError as error:
            self.problems.error("expression", path, error.says)
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
            )

    # The whole --------------------------------------------------------------------------------------------

    def _whole(self) -> None:
        for group in self.set.applies_to:
            if group not in self.set.groups:
                self._unknown((), "applies_to", group, "groups")
        self._parameters()
        self._weights(self.set.combine.how, self.set.criteria, ())
        total = full_mark(self.set.combine, self.set.criteria)
        if self.set.maximum is not None and total is not None and total != self.set.maximum:
            self._does_not_add_up(("maximum",), self.set.maximum, total)
        for n, adjustment in enumerate(self.set.adjustments):
            if not adjustment.kind:
                self.problems.error(
                    "adjustment-kind",
                    ("adjustments", n),
                    Text("cần kind: bonus hoặc penalty", "kind: bonus or penalty is needed"),
                )
        for n, bands in enumerate(self.set.bands):
            for group in bands.groups:
                if group not in self.set.groups:
                    self._unknown(("bands", n), "groups", group, "groups")
            cuts = [step.from_.value for step in bands.steps]
            if cuts != sorted(cuts, reverse=True) or len(set(cuts)) < len(cuts):
                self.problems.error(
                    "bands-order",
                    ("bands", n),
                    Text(
                        "các mức xếp loại phải giảm dần từ cao xuống thấp",
                        "the steps of a band go down from the best",
                    ),
                )

    def _parameters(self) -> None:
        for name, parameter in self.set.parameters.items():
            place: Path = ("parameters", name)
            for group in parameter.groups:
                if group not in self.set.groups:
                    self._unknown(place, "groups", group, "groups")
            weights = [w for w in (parameter.value, *parameter.groups.values()) if w is not None]
            if not weights:
                self.problems.error(
                    "no-value",
                    place,
                    Text("tham số không có giá trị nào", "the parameter has no value"),
                    Text("thêm value hoặc groups", "add value or groups"),
                )
            elif len({w.is_rate for w in weights}) > 1:
                self.problems.error(
                    "parameter-kinds",
                    place,
                    Text(
                        "giá trị vừa có dấu % vừa không: một tham số chỉ có một loại",
                        "some values have a % and others not: a parameter is of one kind",
                    ),
                    Text(
                        "viết mọi giá trị là tỷ lệ (5%), hoặc mọi giá trị là số",
                        "write all as rates (5%) or all as numbers",
                    ),
                )
