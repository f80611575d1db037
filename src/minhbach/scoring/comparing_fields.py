"""The fields of criteria and sets, each with what it says in words: where two of them differ, from what to what.

Versions of one set are compared to the last field, so that what differs is never said to be equal. Between two years
only what decides the points is compared: a note or a source differs in every year.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from minhbach.records.source import Source
from minhbach.records.texts import Text, exact_figure
from minhbach.scoring.expressions import Expression
from minhbach.scoring.model import ChoiceMade, Example, IndicatorSet, Input, Node
from minhbach.scoring.set_wording import (
    EVIDENCE,
    EXTENTS,
    KINDS,
    OBTAINED,
    OUTCOMES,
    STREAMS,
    bands_text,
    citation,
    combine_text,
    parameter_text,
    precision_text,
    ranking_text,
    weight_text,
    yes_no,
)
from minhbach.scoring.wording import in_words, rule_lines
from minhbach.scoring.workbook.words import WORDS, label

Said = str | Mapping[str, str]
"""A sentence, or sentences by what they are about: then only those that differ are shown."""


@dataclass(frozen=True)
class Difference:
    """One field that differs, with what it says on both sides; empty where it says nothing."""

    field: str
    name: Text
    old: Text
    new: Text


@dataclass(frozen=True)
class _Field:
    """`say` takes the set (and of a criterion its node) and the language. `years`: what is said between years."""

    field: str
    name: Text
    say: Callable[..., Said]
    years: Callable[..., Said] | None = None


def _both(field: str, name: Text, say: Callable[..., Said]) -> _Field:
    return _Field(field, name, say, say)


# Criteria -----------------------------------------------------------------------------------------------------


def _units(indicator_set: IndicatorSet, node: Node, lang: str) -> str:
    codes = indicator_set.inherited(node, "responsible", ())
    assert isinstance(codes, tuple)
    return ", ".join(indicator_set.responsibles.get(code, Text(code)).in_(lang) for code in codes)


def _input(spec: Input, lang: str) -> str:
    return f"{spec.title.in_(lang)} ({Text(WORDS[spec.type], spec.type).in_(lang)})"


def _input_fully(node: Node, spec: Input, lang: str) -> str:
    details = [Text(WORDS[spec.type], spec.type).in_(lang)]
    if spec.unit:
        details.append(f"{Text('đơn vị tính', 'unit').in_(lang)} {spec.unit.in_(lang)}")
    if spec.part_of:
        whole = node.inputs[spec.part_of].title.in_(lang) if spec.part_of in node.inputs else spec.part_of
        details.append(f"{Text('là phần của', 'part of').in_(lang)} {whole}")
    if spec.previous:
        details.append(Text("hỏi cả năm trước", "last year's too").in_(lang))
    if spec.obtained != "declared" or spec.measure:
        details.append(f"{OBTAINED[spec.obtained].in_(lang)}{f': {spec.measure}' if spec.measure else ''}")
    if spec.at_most is not None:
        details.append(f"{Text('không quá', 'at most').in_(lang)} {weight_text(spec.at_most, lang)}")
    for code, option in spec.options.items():
        weight = f" {exact_figure(option.weight * 100, lang)}%" if option.weight else ""
        details.append(f"{code}: {option.title.in_(lang)}{weight}")
    note = f". {spec.note.in_(lang)}" if spec.note else ""
    return f"{spec.title.in_(lang)} ({', '.join(details)}){note}"


def _not_applicable(indicator_set: IndicatorSet, node: Node, lang: str) -> Said:
    found = []
    for case in node.not_applicable:
        cited = citation(case.source, lang)
        note = f". {case.note.in_(lang)}" if case.note else ""
        source = f" ({cited})" if cited else ""
        when = in_words(case.when, node, lang, indicator_set.parameters)
        found.append(f"{when}: {OUTCOMES[case.outcome].in_(lang)}{note}{source}")
    return {said: said for said in found}


def _constraints(indicator_set: IndicatorSet, node: Node, lang: str) -> Said:
    said = [
        in_words(c.must, node, lang, indicator_set.parameters) + (f" ({c.says.in_(lang)})" if c.says else "")
        for c in node.constraints
    ]
    return {one: one for one in said}


def _example(node: Node, example: Example, lang: str) -> str:
    def named(key: str, value: object) -> str:
        stem = key.split("@")[0].split(".")[0]
        title = node.inputs[stem].title.in_(lang) if stem in node.inputs and stem == key else key
        return f"{title}: {value}"

    given = [named(key, value) for key, value in (*example.given.items(), *example.ref.items())]
    if example.group:
        given.append(f"{Text('nhóm', 'group').in_(lang)} {example.group}")
    gives = Text(WORDS[example.state], example.state).in_(lang) if example.state in WORDS else ""
    if example.points is not None:
        gives = f"{exact_figure(example.points, lang)} {Text('điểm', 'points').in_(lang)}"
    note = f" ({example.note.in_(lang)})" if example.note else ""
    return f"{', '.join(given)} ⇒ {gives}{note}"


def _examples(indicator_set: IndicatorSet, node: Node, lang: str) -> Said:
    said = [_example(node, example, lang) for example in node.examples]
    return {one: one for one in said}


def _rule(indicator_set: IndicatorSet, node: Node, lang: str) -> str:
    if not node.is_leaf:
        return ""
    lines = [line.strip() for line in rule_lines(node.rule, node, lang, indicator_set.parameters)]
    return "; ".join(lines).replace(":; ", ": ")


def _text(field: str, name: Text) -> _Field:
    return _Field(field, name, lambda s, n, lang: getattr(n, field).in_(lang))


def _in_words(indicator_set: IndicatorSet, node: Node, expression: Expression | None, lang: str) -> str:
    return "" if expression is None else in_words(expression, node, lang, indicator_set.parameters)


def _expression(field: str, name: Text) -> _Field:
    return _both(field, name, lambda s, n, lang: _in_words(s, n, getattr(n, field), lang))


def _cited(source: Source | None, lang: str) -> str:
    """Everything of a source."""
    if source is None:
        return ""
    return ", ".join(part for part in (citation(source, lang), source.url, source.note.in_(lang)) if part)


NODE_FIELDS: tuple[_Field, ...] = (
    _both("title", Text("tên", "title"), lambda s, n, lang: n.title.in_(lang)),
    _Field("code", Text("mã", "code"), lambda s, n, lang: n.code),
    _Field("id_", Text("mã riêng", "identifier"), lambda s, n, lang: n.id_),
    _both("kind", Text("loại", "kind"), lambda s, n, lang: KINDS[n.kind].in_(lang)),
    _both(
        "maximum",
        Text("điểm tối đa", "maximum"),
        lambda s, n, lang: exact_figure(n.maximum, lang) if n.maximum is not None else "",
    ),
    _both(
        "minimum",
        Text("điểm tối thiểu", "minimum"),
        lambda s, n, lang: exact_figure(n.minimum, lang) if n.minimum else "",
    ),
    _both("weight", Text("trọng số", "weight"), lambda s, n, lang: weight_text(n.weight, lang)),
    _both("combine", Text("cách cộng", "how points add up"), lambda s, n, lang: combine_text(n.combine, lang)),
    _both("responsible", Text("đơn vị thực hiện", "responsible"), _units),
    _Field(
        "appraised_by",
        Text("cơ quan thẩm định", "appraised by"),
        lambda s, n, lang: s.appraisers.get(n.appraised_by, Text(n.appraised_by)).in_(lang),
    ),
    _Field("stream", Text("cách chấm", "how it is scored"), lambda s, n, lang: STREAMS[n.stream].in_(lang)),
    _Field("evidence", Text("tài liệu kiểm chứng", "evidence"), lambda s, n, lang: EVIDENCE[n.evidence].in_(lang)),
    _Field(
        "inputs",
        Text("số liệu", "inputs"),
        lambda s, n, lang: {key: _input_fully(n, spec, lang) for key, spec in n.inputs.items()},
        lambda s, n, lang: {key: _input(spec, lang) for key, spec in n.inputs.items()},
    ),
    _Field("constraints", Text("ràng buộc", "constraints"), _constraints),
    _expression("value", Text("giá trị", "value")),
    _both("rule", Text("quy tắc", "rule"), _rule),
    _Field("clamp", Text("cắt về tối đa, tối thiểu", "cut to the scale"), lambda s, n, lang: yes_no(n.clamp, lang)),
    _expression("target", Text("chỉ tiêu", "target")),
    _Field(
        "not_applicable",
        Text("không áp dụng", "not applicable"),
        _not_applicable,
        lambda s, n, lang: {
            said: said
            for case in n.not_applicable
            for said in [f"{in_words(case.when, n, lang, s.parameters)}: {OUTCOMES[case.outcome].in_(lang)}"]
        },
    ),
    _both(
        "may_be_absent",
        Text("có thể không tổ chức", "may not be held"),
        lambda s, n, lang: yes_no(n.may_be_absent, lang),
    ),
    _Field("examples", Text("ví dụ tính sẵn", "worked examples"), _examples),
    _text("left_open", Text("văn bản bỏ ngỏ", "left open")),
    _Field("source", Text("nguồn", "source"), lambda s, n, lang: _cited(n.source, lang)),
    _text("note", Text("ghi chú", "note")),
)

# The set ------------------------------------------------------------------------------------------------------


def _named(field: str, name: Text) -> _Field:
    """A list of codes with their titles."""
    return _Field(
        field, name, lambda s, lang: {code: f"{code}: {text.in_(lang)}" for code, text in getattr(s, field).items()}
    )


SET_FIELDS: tuple[_Field, ...] = (
    _both("title", Text("tên bộ", "title of the set"), lambda s, lang: s.title.in_(lang)),
    _both("version", Text("phiên bản", "version"), lambda s, lang: s.version),
    _both("year", Text("năm", "year"), lambda s, lang: str(s.year or "")),
    _both(
        "maximum",
        Text("điểm tối đa của bộ", "maximum of the set"),
        lambda s, lang: exact_figure(s.maximum, lang) if s.maximum is not None else "",
    ),
    _Field(
        "source",
        Text("nguồn", "source"),
        lambda s, lang: _cited(s.source, lang),
        lambda s, lang: citation(s.source, lang),
    ),
    _both("extent", Text("phạm vi", "extent"), lambda s, lang: EXTENTS[s.extent].in_(lang)),
    _both("constructed", Text("bộ minh họa", "constructed"), lambda s, lang: yes_no(s.constructed, lang)),
    _Field(
        "applies_to",
        Text("nhóm đơn vị áp dụng", "applies to"),
        lambda s, lang: ", ".join(s.groups.get(group, Text(group)).in_(lang) for group in s.applies_to),
    ),
    _both("combine", Text("cách cộng", "how points add up"), lambda s, lang: combine_text(s.combine, lang)),
    _both(
        "rounding",
        Text("làm tròn điểm tiêu chí", "rounding of criteria"),
        lambda s, lang: precision_text(s.rounding.points, lang),
    ),
    _both(
        "rounding",
        Text("làm tròn điểm từng phần", "rounding of parts"),
        lambda s, lang: precision_text(s.rounding.groups, lang),
    ),
    _both(
        "rounding",
        Text("làm tròn tổng điểm", "rounding of the total"),
        lambda s, lang: precision_text(s.rounding.total, lang),
    ),
    _both("ranking", Text("xếp hạng", "ranking"), lambda s, lang: ranking_text(s.ranking, lang)),
    _both(
        "bands",
        Text("xếp loại", "bands"),
        lambda s, lang: {said: said for bands in s.bands for said in [bands_text(s, bands, lang)]},
    ),
    _both(
        "parameters",
        Text("tham số", "parameters"),
        lambda s, lang: {key: parameter_text(s, parameter, lang) for key, parameter in s.parameters.items()},
    ),
    _named("groups", Text("nhóm đơn vị", "unit groups")),
    _named("responsibles", Text("đơn vị thực hiện", "responsible units")),
    _named("appraisers", Text("cơ quan thẩm định", "appraisers")),
    _Field("note", Text("ghi chú của bộ", "note of the set"), lambda s, lang: s.note.in_(lang)),
)


# Differences --------------------------------------------------------------------------------------------------


def node_differences(
    old: IndicatorSet, one: Node, new: IndicatorSet, other: Node, *, years: bool
) -> Iterator[Difference]:
    """What differs between a criterion and its counterpart, the criteria below it left aside."""
    found = [d for field in NODE_FIELDS for d in _differences(field, (old, one), (new, other), years)]
    if not years:
        found += [*_order(one.criteria, other.criteria), *_unsaid(one, other, found, ("criteria",))]
    yield from found


def set_differences(old: IndicatorSet, new: IndicatorSet, *, years: bool) -> Iterator[Difference]:
    """What differs between the sets themselves, their criteria left aside."""
    found = [d for field in SET_FIELDS for d in _differences(field, (old,), (new,), years)]
    found += _choices(old, new)
    if not years:
        found += _order((*old.criteria, *old.adjustments), (*new.criteria, *new.adjustments))
        found += _unsaid(old, new, found, ("criteria", "adjustments"))
    yield from found


def _differences(field: _Field, before: tuple[Any, ...], after: tuple[Any, ...], years: bool) -> Iterator[Difference]:
    say = field.years if years else field.say
    if say is not None:
        old, new = ({lang: say(*side, lang) for lang in _LANGUAGES} for side in (before, after))
        # A text of only one language in one of two years is no difference.
        if old["vi"] != new["vi"] or (old["en"] != new["en"] and not years):
            yield _difference(field.field, field.name, old, new)


_LANGUAGES = ("vi", "en")


def _difference(field: str, name: Text, old: Mapping[str, Said], new: Mapping[str, Said]) -> Difference:
    """In a language in which both sides say the same, the other language is shown."""
    names, before, after = {}, {}, {}
    for lang, other, mark in (("vi", "en", " (tiếng Anh)"), ("en", "vi", " (Vietnamese)")):
        shown, mark = (lang, "") if old[lang] != new[lang] else (other, mark)
        names[lang] = name.in_(lang) + mark
        before[lang], after[lang] = _changed(old[shown], new[shown])
    return Difference(field, Text(**names), Text(**before), Text(**after))


def _changed(old: Said, new: Said) -> tuple[str, str]:
    """Both sides as texts; of lists, what is not the same on both."""
    if isinstance(old, str) or isinstance(new, str):
        return str(old), str(new)
    gone = {key: said for key, said in old.items() if new.get(key) != said}
    come = {key: said for key, said in new.items() if old.get(key) != said}
    if list(gone.values()) == list(come.values()):  # the same words under other keys
        gone, come = ({key: f"{key}: {said}" for key, said in side.items()} for side in (gone, come))
    return "; ".join(gone.values()), "; ".join(come.values())


_CHOICE_FIELDS: tuple[tuple[Text, Callable[[ChoiceMade, str], str]], ...] = (
    (Text(""), lambda c, lang: c.chosen.in_(lang)),
    (Text(": câu hỏi", ": question"), lambda c, lang: c.question.in_(lang)),
    (
        Text(": cách khác", ": alternatives"),
        lambda c, lang: "; ".join(other.text.in_(lang) for other in c.alternatives),
    ),
    (
        Text(": số đo của cách khác", ": measures of the alternatives"),
        lambda c, lang: "; ".join(
            f"{other.code}: {key} → {measure}" for other in c.alternatives for key, measure in other.measures.items()
        ),
    ),
    (Text(": các tiêu chí", ": criteria"), lambda c, lang: ", ".join(c.criteria)),
    (Text(": nguồn", ": source"), lambda c, lang: _cited(c.source, lang)),
)


def _choices(old: IndicatorSet, new: IndicatorSet) -> Iterator[Difference]:
    for code in dict.fromkeys((*old.choices, *new.choices)):
        one, other = old.choices.get(code), new.choices.get(code)
        asked = other or one
        assert asked is not None
        for part, say in _CHOICE_FIELDS if one and other else _CHOICE_FIELDS[:1]:
            before = {lang: say(one, lang) if one else "" for lang in _LANGUAGES}
            after = {lang: say(other, lang) if other else "" for lang in _LANGUAGES}
            if before != after:
                name = Text(
                    f"lựa chọn “{asked.question.vi}”{part.vi}", f"choice “{asked.question.in_('en')}”{part.in_('en')}"
                )
                yield _difference("choices", name, before, after)


def _order(old: tuple[Node, ...], new: tuple[Node, ...]) -> Iterator[Difference]:
    before, after = [node.id for node in old], [node.id for node in new]
    if before != after and sorted(before) == sorted(after):
        yield Difference("order", Text("thứ tự", "order"), Text(", ".join(before)), Text(", ".join(after)))


def _unsaid(old: Any, new: Any, found: list[Difference], but: tuple[str, ...]) -> Iterator[Difference]:
    """What differs in no words, as it is written in the file."""
    said = {difference.field for difference in found}
    for field in dataclasses.fields(old):
        before, after = getattr(old, field.name), getattr(new, field.name)
        if before != after and field.name not in said and field.name not in but:
            key = field.metadata["key"] or field.name
            write = field.metadata["kind"].write
            one, other = (
                "" if value is None else json.dumps(write(value), ensure_ascii=False, default=str)
                for value in (before, after)
            )
            yield Difference(field.name, Text(label(type(old).__name__, key), key), Text(one), Text(other))
