"""What is wrong with a set as a whole: how points add up, groups, parameters, choices, bands, bonus and penalty."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from minhbach.records.problems import Path, Problems
from minhbach.records.texts import Text, decimal_text
from minhbach.scoring.model import Bands, ChoiceMade, Combine, IndicatorSet, Node
from minhbach.scoring.totals import full_mark


def nodes_with_paths(indicator_set: IndicatorSet) -> Iterator[tuple[Path, Node]]:
    """Every node with its place in the data, also where ids repeat."""

    def below(node: Node, path: Path) -> Iterator[tuple[Path, Node]]:
        yield path, node
        for n, child in enumerate(node.criteria):
            yield from below(child, (*path, "criteria", n))

    for field in ("criteria", "adjustments"):
        for n, node in enumerate(getattr(indicator_set, field)):
            yield from below(node, (field, n))


def check_whole(indicator_set: IndicatorSet, problems: Problems) -> None:
    """Everything that belongs to no single criterion."""
    if not indicator_set.criteria:
        problems.error(
            "no-criteria",
            ("criteria",),
            Text("bộ chỉ số chưa có tiêu chí nào", "the set has no criteria yet"),
            Text("thêm ít nhất một tiêu chí", "add one at least"),
        )
    for group in indicator_set.applies_to:
        if group not in indicator_set.groups:
            unknown_code(problems, (), "applies_to", group, "groups")
    _parameters(indicator_set, problems)
    for code, choice in indicator_set.choices.items():
        for criterion in choice.criteria:
            if criterion not in indicator_set.nodes:
                problems.error(
                    "unknown-code",
                    ("choices", code, "criteria"),
                    Text(f"không có tiêu chí “{criterion}”", f"there is no criterion “{criterion}”"),
                    Text("ghi mã tiêu chí có trong bộ", "write the code of a criterion of the set"),
                )
        _alternatives(indicator_set, code, choice, problems)
    check_combine(indicator_set.combine, indicator_set.criteria, (), problems)
    check_sum(indicator_set.maximum, indicator_set.combine, indicator_set.criteria, (), problems)
    for n, adjustment in enumerate(indicator_set.adjustments):
        _adjustment(adjustment, ("adjustments", n), problems)
    for n, bands in enumerate(indicator_set.bands):
        _bands(indicator_set, bands, ("bands", n), problems)


def _alternatives(indicator_set: IndicatorSet, code: str, choice: ChoiceMade, problems: Problems) -> None:
    """What an alternative would take other measures for is asked for in the criteria of the choice."""
    names = choice.criteria or tuple(indicator_set.nodes)
    nodes = [indicator_set.nodes[name] for name in names if name in indicator_set.nodes]
    inputs = [(key, spec) for node in nodes for key, spec in node.inputs.items()]
    known = {key for key, _spec in inputs} | {spec.measure for _key, spec in inputs if spec.measure}
    for n, other in enumerate(choice.alternatives):
        for key in other.measures:
            if key not in known:
                problems.error(
                    "unknown-measured",
                    ("choices", code, "alternatives", n, "measures", key),
                    Text(
                        f"“{key}” không phải đầu vào hay số đo của các tiêu chí thuộc lựa chọn này",
                        f"“{key}” is neither an input nor a measure of the criteria of this choice",
                    ),
                    Text(
                        "ghi tên đầu vào, hoặc số đo ở `measure` của đầu vào",
                        "write the name of an input, or the measure that supplies it",
                    ),
                )


def unknown_code(problems: Problems, path: Path, field: str, code: str, where: str) -> None:
    """Report a code that a list of the set does not have."""
    problems.error(
        "unknown-code",
        (*path, field),
        Text(f"“{code}” chưa khai trong {where}", f"“{code}” is not declared in {where}"),
        Text(f"thêm “{code}” vào {where} của bộ chỉ số", f"add “{code}” to the set's {where}"),
    )


def check_combine(how: Combine, children: tuple[Node, ...], path: Path, problems: Problems) -> None:
    """How points add up: weights where they are needed, and a factor that leaves something."""
    if how.times <= 0:
        problems.error(
            "times",
            (*path, "combine", "times"),
            Text("hệ số nhân phải lớn hơn 0", "the factor is above 0"),
            Text("sửa hoặc bỏ times", "correct times or leave it out"),
        )
    if not how.how.startswith("weighted"):
        return
    for n, child in enumerate(children):
        if child.weight is None or child.weight.value < 0:
            problems.error(
                "no-weight",
                (*path, "criteria", n),
                Text("thiếu trọng số (weight)", "the weight is missing")
                if child.weight is None
                else Text("trọng số âm", "the weight is below 0"),
                Text("ghi weight: 30% hoặc weight: 2", "write weight: 30% or weight: 2"),
            )
    if children and all(child.weight is not None and child.weight.value == 0 for child in children):
        problems.error(
            "no-weight",
            (*path, "criteria", 0),
            Text("mọi trọng số đều bằng 0", "all weights are 0"),
            Text("ghi weight: 30% hoặc weight: 2", "write weight: 30% or weight: 2"),
        )


def check_sum(
    declared: Fraction | None, how: Combine, children: tuple[Node, ...], path: Path, problems: Problems
) -> None:
    """The declared full mark against that of what is below."""
    total = full_mark(how, children)
    if declared is None or total is None or declared == total:
        return
    problems.error(
        "maximum-sum",
        (*path, "maximum"),
        Text(
            f"điểm tối đa ghi {decimal_text(declared)} nhưng các tiêu chí con cộng lại {decimal_text(total)}",
            f"the maximum says {decimal_text(declared)} but the criteria below add up to {decimal_text(total)}",
        ),
        Text(
            "sửa điểm tối đa, hoặc bổ sung tiêu chí còn thiếu",
            "correct the maximum, or add the criterion that is missing",
        ),
    )


def _adjustment(adjustment: Node, path: Path, problems: Problems) -> None:
    if not adjustment.kind:
        problems.error(
            "adjustment-kind",
            path,
            Text("cần kind: bonus hoặc penalty", "kind: bonus or penalty is needed"),
            Text("ghi kind: bonus (thưởng) hoặc kind: penalty (trừ)", "write kind: bonus or kind: penalty"),
        )
    if not adjustment.is_leaf:
        problems.error(
            "adjustment-group",
            (*path, "criteria"),
            Text("điểm thưởng, điểm trừ không có tiêu chí con", "a bonus or penalty has no criteria below it"),
            Text("ghi mỗi mục thành một dòng của adjustments", "make each of them an item of adjustments"),
        )


def _bands(indicator_set: IndicatorSet, bands: Bands, path: Path, problems: Problems) -> None:
    for group in bands.groups:
        if group not in indicator_set.groups:
            unknown_code(problems, path, "groups", group, "groups")
    if not bands.steps:
        problems.error(
            "bands-order",
            path,
            Text("thang xếp loại chưa có mức nào", "the scale has no steps"),
            Text("thêm các mức, từ cao xuống thấp", "add the steps, from the best down"),
        )
    cuts = [step.from_.value * (100 if step.from_.is_rate else 1) for step in bands.steps]
    if cuts != sorted(cuts, reverse=True) or len(set(cuts)) < len(cuts):
        problems.error(
            "bands-order",
            path,
            Text("các mức xếp loại phải giảm dần từ cao xuống thấp", "the steps of a band go down from the best"),
            Text("xếp lại các mức; mỗi mức một ngưỡng riêng", "put them in order, each with a threshold of its own"),
        )
    codes = [step.code for step in bands.steps]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        problems.error(
            "repeated-code",
            path,
            Text(f"mức “{code}” có nhiều lần", f"the step “{code}” is there several times"),
            Text("mỗi mức một mã riêng", "give each step a code of its own"),
        )


def _parameters(indicator_set: IndicatorSet, problems: Problems) -> None:
    for name, parameter in indicator_set.parameters.items():
        place: Path = ("parameters", name)
        for group in parameter.groups:
            if group not in indicator_set.groups:
                unknown_code(problems, place, "groups", group, "groups")
        weights = [w for w in (parameter.value, *parameter.groups.values()) if w is not None]
        if not weights:
            problems.error(
                "no-value",
                place,
                Text("tham số không có giá trị nào", "the parameter has no value"),
                Text("thêm value hoặc groups", "add value or groups"),
            )
        elif len({w.is_rate for w in weights}) > 1:
            problems.error(
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
