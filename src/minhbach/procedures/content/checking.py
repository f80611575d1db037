"""What is wrong or doubtful in a procedure whose structure could be read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction

from minhbach.procedures.content.model import Condition, Content, Field, Form, Process
from minhbach.records.problems import Path, Problems
from minhbach.records.texts import Text, figure


def check(content: Content, problems: Problems) -> None:
    """Add what is wrong to `problems`."""
    _once((c.key for c in content.components), ("components",), problems)
    _once((c.kind for c in content.channels), ("channels",), problems)
    for n, component in enumerate(content.components):
        if component.copies == 0:
            problems.error(
                "no-copies", ("components", n, "copies"), Text("số lượng phải từ 1", "the number must be 1 or more")
            )
    if content.former_level is not None and not 1 <= content.former_level <= 4:
        problems.error("level", ("former_level",), Text("mức độ cũ từ 1 đến 4", "the former levels are 1 to 4"))
    if content.code in content.replaced_by:
        problems.error("replaces-itself", ("replaced_by",), Text("thủ tục thay cho chính nó", "it replaces itself"))
    said = content.publication
    if said.decided_on and said.public_on and said.public_on < said.decided_on:
        problems.warning(
            "public-before-decision",
            ("publication", "public_on"),
            Text("công khai trước ngày quyết định công bố", "made public before the decision"),
        )
    asked = {field.key: field for field in content.form.fields} if content.form else {}
    for n, component in enumerate(content.components):
        _conditions(component.only_if, asked, ("components", n, "only_if"), problems)
    for n, case in enumerate(content.times.cases):
        _conditions(case.when, asked, ("times", "cases", n, "when"), problems)
    if content.form:
        _form(content.form, problems)
    if content.process:
        _process(content.process, problems)


def _once(keys: Iterable[str], path: Path, problems: Problems) -> None:
    for key, count in Counter(keys).items():
        if count > 1:
            problems.error("repeated", path, Text(f"“{key}” có {count} lần", f"“{key}” is there {count} times"))


def _form(form: Form, problems: Problems) -> None:
    path: Path = ("form",)
    if not form.fields:
        problems.error("empty-form", path, Text("mẫu đơn không có câu hỏi nào", "the form asks nothing"))
    _once((field.key for field in form.fields), path, problems)
    asked = {field.key: field for field in form.fields}
    before: set[str] = set()
    for s, section in enumerate(form.sections):
        for f, field in enumerate(section.fields):
            here = (*path, "sections", s, "fields", f)
            if (field.type in ("choice", "many")) != bool(field.options):
                problems.error(
                    "options",
                    here,
                    Text(
                        "chỉ câu hỏi lựa chọn mới có options", "options belong to questions of choice, and only there"
                    ),
                )
            _once((option.key for option in field.options), here, problems)
            try:
                re.compile(field.pattern)
            except re.error as error:
                problems.error(
                    "pattern", (*here, "pattern"), Text(f"mẫu kiểm tra sai: {error}", f"bad pattern: {error}")
                )
            _conditions(field.when, {key: asked[key] for key in before}, (*here, "when"), problems)
            before.add(field.key)


def _conditions(conditions: Iterable[Condition], asked: Mapping[str, Field], path: Path, problems: Problems) -> None:
    """Each asks one of these questions, for answers it can have."""
    for condition in conditions:
        target = asked.get(condition.field)
        if target is None:
            problems.error(
                "condition",
                path,
                Text(
                    f"“{condition.field}” không phải câu hỏi của mẫu đơn, đứng trước chỗ này",
                    f"“{condition.field}” is not a question of the form, asked before",
                ),
            )
        elif unknown := set(condition.values) - ({o.key for o in target.options} or {"yes", "no"}):
            problems.error(
                "condition",
                path,
                Text(
                    f"“{condition.field}” không có lựa chọn {', '.join(sorted(unknown))}",
                    f"“{condition.field}” has no option {', '.join(sorted(unknown))}",
                ),
            )


def _process(process: Process, problems: Problems) -> None:
    path: Path = ("process", "steps")
    if not process.steps:
        problems.error("empty-process", path, Text("quy trình không có bước nào", "the process has no steps"))
        return
    _once((step.key for step in process.steps), path, problems)
    shares = [step.share.value for step in process.steps if step.share is not None]
    if shares and sum(shares) != 1:
        total = figure(sum(shares, Fraction(0)) * 100, "vi")
        problems.error(
            "shares",
            path,
            Text(f"các bước cộng lại {total}% thời gian", f"the steps add up to {total}% of the time"),
            Text("sửa share để tổng bằng 100%", "make the shares add up to 100%"),
        )
    for n, step in enumerate(process.steps):
        if step.share is not None and step.time is not None:
            problems.error(
                "share-and-time", (*path, n), Text("chỉ ghi share hoặc time", "give the share or the time, not both")
            )
        for m, move in enumerate(step.moves):
            here = (*path, n, "moves", m)
            if move.to is not None and move.to not in process.by_key:
                problems.error("no-step", here, Text(f"không có bước “{move.to}”", f"there is no step “{move.to}”"))
            elif move.to is not None and move.kind not in ("forward", "back"):
                problems.error("no-target", here, Text("động tác này không dẫn tới bước", "this move leads to no step"))
    if problems.errors:
        return
    reached, waiting = set(), [process.steps[0].key]
    while waiting:
        key = waiting.pop()
        if key not in reached:
            reached.add(key)
            waiting += [step.key for step in process.targets(key, "forward")]
            waiting += [step.key for step in process.targets(key, "back")]
    for n, step in enumerate(process.steps):
        if step.key not in reached:
            problems.error("unreachable", (*path, n), Text("không bước nào dẫn tới bước này", "no step leads here"))
