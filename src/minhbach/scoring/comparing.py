"""What changed between two sets, criterion by criterion, in words.

Two versions of one set are compared by id. Two years are compared through an explicit mapping only, since codes change
meaning from year to year.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from minhbach.scoring.mappings import Mapping, mapping_between
from minhbach.scoring.model import IndicatorSet, Node
from minhbach.scoring.texts import Text, figure
from minhbach.scoring.wording import in_words, rule_lines
from minhbach.scoring.workbook.words import WORDS

__all__ = ["Comparison", "Difference", "Mapping", "NodePair", "compare", "compared", "mapping_between"]


@dataclass(frozen=True)
class Difference:
    """One field that differs, with what it says on both sides."""

    field: str
    name: Text
    old: Text
    new: Text


@dataclass(frozen=True)
class NodePair:
    """A criterion of the old set and its counterpart in the new one; either may be missing.

    `kind`: same, changed, split, merged, dropped or new; for versions of one set also moved (under another parent).
    """

    kind: str
    old: Node | None = None
    new: Node | None = None
    note: Text = Text("")
    differences: tuple[Difference, ...] = ()

    @property
    def is_renumbered(self) -> bool:
        return self.old is not None and self.new is not None and self.old.id != self.new.id


@dataclass(frozen=True)
class Comparison:
    """Two sets side by side, in the order of the new one, dropped criteria last."""

    old: IndicatorSet
    new: IndicatorSet
    pairs: tuple[NodePair, ...]
    differences: tuple[Difference, ...] = ()
    is_between_years: bool = False

    def of_new(self, code: str) -> tuple[NodePair, ...]:
        """The pairs of a criterion of the new set: its counterparts of the old one."""
        return tuple(pair for pair in self.pairs if pair.new is not None and pair.new.id == code)

    @property
    def reused_codes(self) -> tuple[str, ...]:
        """Codes that both sets have and that mean different things."""
        together = {(p.old.id, p.new.id) for p in self.pairs if p.old is not None and p.new is not None}
        both = [code for code in self.new.nodes if code in self.old.nodes]
        return tuple(code for code in both if (code, code) not in together)


def compared(old: IndicatorSet, new: IndicatorSet, mapping: Mapping | None = None) -> Comparison | None:
    """The sets side by side; None when they are of two years and there is no mapping between them."""
    if mapping is None and (old.code != new.code or old.year != new.year):
        return None
    pairs = _by_mapping(old, new, mapping) if mapping else _by_id(old, new)
    return Comparison(old, new, tuple(pairs), tuple(_set_differences(old, new)), mapping is not None)


def _by_id(old: IndicatorSet, new: IndicatorSet) -> Iterator[NodePair]:
    for code, node in new.nodes.items():
        before = old.nodes.get(code)
        if before is None:
            yield NodePair("new", None, node)
            continue
        differences = tuple(_differences(old, before, new, node))
        moved = old.parents.get(code) != new.parents.get(code)
        yield NodePair("moved" if moved else "changed" if differences else "same", before, node, Text(""), differences)
    for code, node in old.nodes.items():
        if code not in new.nodes:
            yield NodePair("dropped", node, None)


def _by_mapping(old: IndicatorSet, new: IndicatorSet, mapping: Mapping) -> list[NodePair]:
    order = {code: n for n, code in enumerate(new.nodes)}
    found = []
    for pair in mapping.pairs:
        one, other = old.nodes.get(pair.old), new.nodes.get(pair.new)
        if one is None and other is None:
            continue
        differences = tuple(_differences(old, one, new, other)) if one is not None and other is not None else ()
        found.append(NodePair(pair.kind, one, other, pair.note, differences))
    named_old, named_new = {p.old for p in mapping.pairs}, {p.new for p in mapping.pairs}
    unpaired = Text("bảng đối chiếu chưa nêu tiêu chí này", "the mapping does not name this criterion")
    found += [NodePair("new", None, node, unpaired) for code, node in new.nodes.items() if code not in named_new]
    found += [NodePair("dropped", node, None, unpaired) for code, node in old.nodes.items() if code not in named_old]
    return sorted(found, key=lambda pair: order[pair.new.id] if pair.new is not None else len(order))


# Fields in words ----------------------------------------------------------------------------------------------

_Say = Callable[[IndicatorSet, Node, str], str]


def _units(indicator_set: IndicatorSet, node: Node, lang: str) -> str:
    codes = indicator_set.inherited(node, "responsible", ())
    assert isinstance(codes, tuple)
    return ", ".join(indicator_set.responsibles.get(code, Text(code)).in_(lang) for code in codes)


def _inputs(indicator_set: IndicatorSet, node: Node, lang: str) -> str:
    types = {spec.type: Text(WORDS[spec.type], spec.type).in_(lang) for spec in node.inputs.values()}
    return "; ".join(f"{spec.title.in_(lang)} ({types[spec.type]})" for spec in node.inputs.values())


def _not_applicable(indicator_set: IndicatorSet, node: Node, lang: str) -> str:
    return "; ".join(
        f"{in_words(case.when, node, lang)}: {_OUTCOMES[case.outcome].in_(lang)}" for case in node.not_applicable
    )


_OUTCOMES = {
    "full_points": Text("điểm tối đa", "full points"),
    "drop": Text("bỏ khỏi điểm tối đa", "leaves the maximum"),
    "zero": Text("không điểm", "no points"),
}

_FIELDS: tuple[tuple[str, Text, _Say], ...] = (
    ("title", Text("tên", "title"), lambda s, n, lang: n.title.in_(lang)),
    (
        "maximum",
        Text("điểm tối đa", "maximum"),
        lambda s, n, lang: figure(n.maximum, lang) if n.maximum is not None else "",
    ),
    ("minimum", Text("điểm tối thiểu", "minimum"), lambda s, n, lang: figure(n.minimum, lang) if n.minimum else ""),
    ("weight", Text("trọng số", "weight"), lambda s, n, lang: str(n.weight or "")),
    ("responsible", Text("đơn vị thực hiện", "responsible"), _units),
    ("inputs", Text("số liệu", "inputs"), _inputs),
    ("value", Text("giá trị", "value"), lambda s, n, lang: in_words(n.value, n, lang) if n.value else ""),
    (
        "rule",
        Text("quy tắc", "rule"),
        lambda s, n, lang: "; ".join(line.strip() for line in rule_lines(n.rule, n, lang)) if n.is_leaf else "",
    ),
    ("target", Text("chỉ tiêu", "target"), lambda s, n, lang: in_words(n.target, n, lang) if n.target else ""),
    ("not_applicable", Text("không áp dụng", "not applicable"), _not_applicable),
)


def _differences(old: IndicatorSet, one: Node, new: IndicatorSet, other: Node) -> Iterator[Difference]:
    for field, name, say in _FIELDS:
        before = Text(say(old, one, "vi"), say(old, one, "en"))
        after = Text(say(new, other, "vi"), say(new, other, "en"))
        # A title of only one language in one of the sets is no difference in the other language.
        same = before.vi == after.vi if field == "title" else before == after
        if not same:
            yield Difference(field, name, before, after)


_SET_FIELDS = (
    ("title", Text("tên bộ", "title of the set")),
    ("version", Text("phiên bản", "version")),
    ("year", Text("năm", "year")),
    ("maximum", Text("điểm tối đa của bộ", "maximum of the set")),
)
_SET_PARTS = (
    ("source", Text("nguồn", "source")),
    ("extent", Text("phạm vi", "extent")),
    ("combine", Text("cách cộng", "how points add up")),
    ("rounding", Text("làm tròn", "rounding")),
    ("ranking", Text("xếp hạng", "ranking")),
    ("bands", Text("xếp loại", "bands")),
    ("parameters", Text("tham số", "parameters")),
    ("choices", Text("lựa chọn", "choices")),
)


def _set_differences(old: IndicatorSet, new: IndicatorSet) -> Iterator[Difference]:
    for field, name in _SET_FIELDS:
        one, other = getattr(old, field), getattr(new, field)
        if one != other:
            yield Difference(field, name, _plain(one), _plain(other))
    for field, name in _SET_PARTS:
        if getattr(old, field) != getattr(new, field):
            yield Difference(field, name, Text(""), Text(""))


def _plain(value: object) -> Text:
    from fractions import Fraction

    if isinstance(value, Text):
        return value
    if isinstance(value, Fraction):
        return Text(figure(value, "vi"), figure(value, "en"))
    return Text("" if value is None else str(value))


# Lines --------------------------------------------------------------------------------------------------------


def compare(old: IndicatorSet, new: IndicatorSet, mapping: Mapping | None = None) -> list[Text]:
    """What changed, as lines for a person. Two years without a mapping: says so, and compares nothing."""
    comparison = compared(old, new, mapping)
    if comparison is None:
        return [
            Text(
                f"Không có bảng đối chiếu giữa {_named(old)} và {_named(new)}. Mã tiêu chí đổi nghĩa từ năm này sang "
                f"năm khác, nên không so sánh theo mã. Hãy lập catalog/mappings/{old.code}--{new.code}.yaml.",
                f"There is no mapping between {_named(old)} and {_named(new)}. Codes change meaning from year to "
                f"year, so nothing is compared by code. Write catalog/mappings/{old.code}--{new.code}.yaml.",
            )
        ]
    return list(_lines(comparison))


def _named(indicator_set: IndicatorSet) -> str:
    return f"{indicator_set.code} ({indicator_set.year})" if indicator_set.year else indicator_set.code


def _lines(comparison: Comparison) -> Iterator[Text]:
    for difference in comparison.differences:
        yield _difference(difference, "")
    unchanged = 0
    for pair in comparison.pairs:
        if pair.kind == "same" and not pair.differences and not pair.is_renumbered:
            unchanged += 1
            continue
        yield _headline(pair)
        for difference in pair.differences:
            yield _difference(difference, "    ")
    for code in comparison.reused_codes:
        before, after = comparison.old.nodes[code].title, comparison.new.nodes[code].title
        yield Text(
            f"Mã {code} đổi nghĩa: trước là “{before.vi}”, nay là “{after.vi}”",
            f"The code {code} changed meaning: it was “{before.in_('en')}”, it is “{after.in_('en')}”",
        )
    if unchanged == len(comparison.pairs) and not comparison.differences:
        yield Text("Không có gì khác.", "Nothing differs.")
    elif unchanged:
        yield Text(f"{unchanged} tiêu chí không đổi.", f"{unchanged} criteria did not change.")


_DETAILS = Text("cùng một việc, khác chi tiết", "the same matter, details differ")
_KINDS = {
    "same": Text("giữ nguyên, đổi mã", "the same, with another code"),
    "changed": Text("thay đổi", "changed"),
    "moved": Text("chuyển chỗ", "moved"),
    "split": Text("tách", "split"),
    "merged": Text("nhập", "merged"),
    "dropped": Text("bỏ", "dropped"),
    "new": Text("mới", "new"),
}


def _headline(pair: NodePair) -> Text:
    node = pair.new or pair.old
    assert node is not None
    code = node.id
    if pair.is_renumbered and pair.old is not None:
        code = f"{pair.old.id} → {node.id}"
    kind = _KINDS[pair.kind] if pair.kind != "same" or pair.is_renumbered else _DETAILS

    def said(lang: str) -> str:
        note = f". {pair.note.in_(lang)}" if pair.note else ""
        return f"{code} {node.title.in_(lang)}: {kind.in_(lang)}{note}"

    return Text(said("vi"), said("en"))


def _quoted(text: str) -> str:
    """In quotes, unless quotes are inside already."""
    return f"“{text}”" if text and "“" not in text else text


def _difference(difference: Difference, indent: str) -> Text:
    def said(lang: str) -> str:
        name, old, new = difference.name.in_(lang), difference.old.in_(lang), difference.new.in_(lang)
        if not old and not new:
            return f"{indent}{name}: {Text('thay đổi', 'changed').in_(lang)}"
        nothing = Text("không có", "none").in_(lang)
        return f"{indent}{name}: {_quoted(old) or nothing} → {_quoted(new) or nothing}"

    return Text(said("vi"), said("en"))
