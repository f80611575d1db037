"""The form of one criterion or part."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from minhbach.indices import set_words
from minhbach.indices.set_forms import checks, rules, specs, spoken, tree
from minhbach.indices.set_forms.fields import (
    Data,
    Field,
    Row,
    Rows,
    Table,
    control,
    mapped,
    plain_figure,
    show,
    show_by_path,
    show_rows,
    take,
    take_rows,
    take_value,
)
from minhbach.indices.set_forms.titles import title_in
from minhbach.org.ui.record_forms import Control, Finding, indexes, key_from, mark


def _fields(place: str, is_group: bool) -> tuple[Field, ...]:
    """The single fields of a node at this place."""
    found = [*specs.HEAD, *specs.WHO, *specs.SPLIT, *specs.TEXTS, *specs.SOURCE]
    if place.startswith("a.") and place.count(".") == 1:
        found += specs.KIND
    found += specs.GROUP if is_group else (*specs.EVIDENCE, *specs.VALUE, *specs.LEAF_MORE)
    return tuple(found)


def fact_keys(node: Data) -> Iterator[tuple[str, Data | None]]:
    """The facts a criterion takes, from plain data that may still be wrong."""
    rule = node.get("rule")
    if isinstance(rule, dict) and rule.get("unstated"):
        yield "points", None
    inputs = node.get("inputs")
    for key, spec in (inputs if isinstance(inputs, dict) else {}).items():
        if not isinstance(spec, dict):
            continue
        options = spec.get("options") if isinstance(spec.get("options"), dict) else {}
        if spec.get("type") == "survey":
            yield from ((f"{key}.{option}", spec) for option in options)
            continue
        yield key, spec
        if spec.get("previous"):
            yield f"{key}@previous", spec


def _fact_fields(node: Data, lang: str) -> list[Field]:
    fields = []
    for key, spec in fact_keys(node):
        spec = spec or {}
        title = spec.get("title") or _("points given by hand")
        title = title_in(title, lang)
        if "." in key:
            title = f"{title}: {key.split('.', 1)[1]}"
        if key.endswith("@previous"):
            title = _("%(figure)s (last year)") % {"figure": title}
        choices: dict[str, Any] | None = None
        if spec.get("type") == "bool":
            choices = {"": "–", "yes": _("yes"), "no": _("no")}
        elif spec.get("type") == "grade" and isinstance(spec.get("options"), dict):
            choices = {"": "–", **{code: title_in(option, lang) for code, option in spec["options"].items()}}
        hint = _("with its sign, as 60%") if spec.get("type") == "rate" else ""
        kind = "choice" if choices else "fact"
        fields.append(Field(f"given.{key}", title, kind, hint, choices, "narrow"))
    return fields


def _example_rows(node: Data, lang: str) -> Rows:
    fields = (
        *_fact_fields(node, lang),
        Field("points", _("Points it must give"), "exact", width="narrow"),
        Field("state", _("or state"), "choice", choices={"": "–", **set_words.STATES}, more=True),
        Field("group", _("Group of the unit"), width="narrow", more=True),
        Field("ref", _("Values of other criteria"), "pairs", _("One per line: 1.4 = 80%"), more=True),
        Field("note", _("Note"), "title", more=True),
    )
    return Rows("examples", specs.EXAMPLES.label, fields, specs.EXAMPLES.one, specs.EXAMPLES.add)


# Given values hold keys with points in them ("answers.A"), so they are put flat into the record while on the form.
def _flat_example(example: Any) -> Data:
    if not isinstance(example, dict):
        return {}
    given: Data = {}
    for key, value in (example.get("given") or {}).items():
        if isinstance(value, dict):
            given.update({f"{key}.{option}": count for option, count in value.items()})
        else:
            given[key] = {True: "yes", False: "no"}[value] if isinstance(value, bool) else value
    return {**example, "given": given}


class _FlatRows:
    """Shows and takes examples, whose facts have points in their names."""

    @staticmethod
    def show(node: Data, lang: str, blank: int) -> Table:
        spec = _example_rows(node, lang)
        examples = [_flat_example(e) for e in node.get("examples") or []]
        rows = []
        for index, example in enumerate([*examples, *({} for _n in range(blank))]):
            prefix = f"examples-{index}-"
            controls = []
            for one in spec.fields:
                if one.path.startswith("given."):
                    record = {"x": example.get("given", {}).get(one.path[6:])}
                    [control] = show(record, [Field("x", one.label, one.kind, one.hint, one.choices, one.width)], "")
                    control.name = prefix + one.path
                else:
                    [control] = show(example, [one], prefix)
                controls.append(control)
            rows.append(Row(prefix, index, controls))
        return Table(spec, rows)

    @staticmethod
    def take(post: QueryDict, node: Data, lang: str) -> list[Data]:
        spec = _example_rows(node, lang)
        own = [one for one in spec.fields if not one.path.startswith("given.")]
        found = []
        for index in indexes(post, "examples"):
            prefix = f"examples-{index}-"
            example = take(post, own, prefix)
            given = take_facts(post, f"{prefix}given.", node)
            if given:
                example["given"] = given
            if example:
                found.append(example)
        return found


def take_facts(post: QueryDict, prefix: str, node: Data) -> Data:
    """Facts as typed; numbers and dates become such where they are plain."""
    given: Data = {}
    for key, spec in fact_keys(node):
        text = post.get(prefix + key, "").strip()
        if not text:
            continue
        if (spec or {}).get("type") == "date":
            given[key] = take_value(Field(key, "", "date"), post, prefix + key)
        else:
            given[key] = plain_figure(text)
    return given


class RuleNotReadable(ValueError):
    """The rule is typed as text and is no YAML; `node` is everything else that was typed."""

    def __init__(self, error: rules.NotReadable, node: Data):
        super().__init__(str(error))
        self.problems, self.node = error.problems, node


def take_node(post: QueryDict, old: Data, place: str, lang: str) -> Data:
    """The node as typed. Raises RuleNotReadable."""
    is_group = bool(old.get("criteria"))
    node = take(post, _fields(place, is_group), "f-")
    if not node.get("code") and not node.get("id"):
        title = node.get("title", "")
        node["id"] = key_from(title_in(title, "vi"), join="-", fallback="tc")
    if is_group:
        node["criteria"] = old["criteria"]
        return node
    if node.get("evidence") == "optional":
        del node["evidence"]
    node["inputs"] = mapped(take_rows(post, specs.INPUTS), specs.INPUTS)
    node["not_applicable"] = take_rows(post, specs.NOT_APPLICABLE)
    node["constraints"] = take_rows(post, specs.CONSTRAINTS)
    for spec in node["inputs"].values():
        if spec.get("obtained") == "declared":
            del spec["obtained"]
    unreadable = None
    try:
        rule = rules.take_rule(post, _quantity(node), spoken.named(node["inputs"]))
    except rules.NotReadable as error:
        rule, unreadable = old.get("rule"), error
    if rule is not None:
        node["rule"] = rule
    node["examples"] = _FlatRows.take(post, node, lang)
    node = {key: value for key, value in node.items() if value not in ({}, [], None)}
    if unreadable:
        raise RuleNotReadable(unreadable, node)
    return node


def _quantity(node: Data) -> str:
    """What ranges in words are about: the measured value, or the only figure that can be compared with one."""
    inputs = node["inputs"].items()
    measured = [key for key, spec in inputs if spec.get("type") in (None, "count", "number", "rate", "external")]
    return measured[0] if not node.get("value") and len(measured) == 1 else "value"


def _denominator(node: Data) -> str:
    """The figure that a measured value or a formula divides by; the case people forget is that there is none."""
    rule = node.get("rule") if isinstance(node.get("rule"), dict) else {}
    found = re.search(r"/\s*([a-z_][a-z0-9_]*)", f"{node.get('value') or ''} {rule.get('formula') or ''}")
    return found[1] if found and found[1] in (node.get("inputs") or {}) else ""


class NodeForm:
    """Everything the template of one node needs."""

    def __init__(self, data: Data, place: str, node: Data, lang: str, *, post: QueryDict | None = None, more: str = ""):
        self.data, self.place, self.node, self.lang = data, place, node, lang
        self.is_group = bool(node.get("criteria"))
        self.is_adjustment = place.startswith("a.")
        blanks = dict.fromkeys(("inputs", "rule", "not_applicable", "constraints", "examples"), 1)
        for name in ("inputs", "not_applicable", "constraints", "examples"):
            blanks[name] = (
                1 if name == more or (name == "inputs" and not node.get("inputs") and not self.is_group) else 0
            )
        self.controls = show_by_path(node, _fields(place, self.is_group), "f-")
        self._offer("responsible", data.get("responsibles") or {})
        self._offer("appraised_by", {"": _("as the part above"), **(data.get("appraisers") or {})})
        if self.is_group:
            return
        self.inputs = show_rows(node.get("inputs"), specs.INPUTS, blank=blanks["inputs"])
        figures = {
            key: title_in((spec or {}).get("title", ""), lang) for key, spec in (node.get("inputs") or {}).items()
        }
        for row in self.inputs.rows:
            own = next(c.value for c in row.controls if c.name.endswith("-key"))
            part_of = next(c for c in row.controls if c.name.endswith("-part_of"))
            others = {"": "–", **{key: title for key, title in figures.items() if key != own}}
            if part_of.value and part_of.value not in others:
                others[part_of.value] = part_of.value
            part_of.choices = [(key, title, key == part_of.value) for key, title in others.items()]
        self.not_applicable = show_rows(
            _listed(node.get("not_applicable")), specs.NOT_APPLICABLE, blank=blanks["not_applicable"]
        )
        if blanks["not_applicable"] and (denominator := _denominator(node)):
            self.not_applicable.rows[-1].controls[0].value = f"{denominator} == 0"
        self.constraints = show_rows(node.get("constraints"), specs.CONSTRAINTS, blank=blanks["constraints"])
        self.examples = _FlatRows.show(node, lang, blanks["examples"])
        self._rule(post, more)
        self.tries = [
            control(one, f"try-{one.path}", post.get(f"try-{one.path}", "") if post else "")
            for one in _fact_fields(node, lang)
        ]
        self.names = [
            (key, title_in(spec.get("title", ""), lang), list(spec.get("options") or {}))
            for key, spec in (node.get("inputs") or {}).items()
        ]

    @property
    def name(self) -> str:
        return tree.name_of(self.node)

    def _rule(self, post: QueryDict | None, more: str) -> None:
        form, rows, over = rules.form_of(self.node.get("rule"))
        if post is not None and "rule_form" in post:
            # What was chosen stands, even before it has rows.
            form, over = post.get("rule_form", ""), post.get("rule_over", "")
            rows = rules.typed_rows(post)
        self.rule_text = checks.yaml_of(self.node["rule"]) if form == "yaml" and self.node.get("rule") else ""
        if post is not None and form == "yaml" and post.get("rule_text"):
            self.rule_text = post["rule_text"]
        self.rule_form, self.rule_over = form, over
        self.rule_forms = [(code, label, code == form) for code, label in set_words.RULE_FORMS.items()]
        self.has_rows = form in ("tiers", "formula", "sum", "best_of", "relative")
        blank = 1 if more == "rule" or not rows else 0
        self.rule = rules.table(form, rows, blank=blank)

    def _offer(self, path: str, titles: Data) -> None:
        control = self.controls[path]
        chosen = control.value if isinstance(control.value, list) else [control.value]
        control.choices = [(code, title_in(title, self.lang), code in chosen) for code, title in titles.items()]
        control.choices += [(code, code, True) for code in chosen if code and code not in titles]

    def table(self, path: str) -> Table | None:
        """The rows of this name."""
        return None if self.is_group else getattr(self, path, None)

    def every(self) -> Iterator[Control]:
        yield from self.controls.values()
        if not self.is_group:
            for table in (self.inputs, self.rule, self.not_applicable, self.constraints, self.examples):
                for row in table.rows:
                    yield from row.controls

    def mark(self, findings: list[Finding]) -> None:
        """Put each error beside the control it is about."""
        controls = {control.name: control for control in self.every()}
        mark(controls, findings, lambda one: checks.control_of(self.node, tree.below(one.path, self.place)))


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value
