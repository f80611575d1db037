"""What changed between two sets, criterion by criterion, in words.

Two versions of one set are compared by id. Two years are compared through an explicit mapping only, since codes change
meaning from year to year.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from minhbach.records.texts import Text, counted
from minhbach.scoring.comparing_fields import Difference, node_differences, set_differences
from minhbach.scoring.mappings import Mapping, mapping_between
from minhbach.scoring.model import IndicatorSet, Node

__all__ = ["Comparison", "Difference", "Mapping", "NodePair", "compare", "compared", "mapping_between"]


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
    years = mapping is not None
    return Comparison(old, new, tuple(pairs), tuple(set_differences(old, new, years=years)), years)


def _by_id(old: IndicatorSet, new: IndicatorSet) -> Iterator[NodePair]:
    for code, node in new.nodes.items():
        before = old.nodes.get(code)
        if before is None:
            yield NodePair("new", None, node)
            continue
        differences = tuple(node_differences(old, before, new, node, years=False))
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
        differences: tuple[Difference, ...] = ()
        if one is not None and other is not None:
            differences = tuple(node_differences(old, one, new, other, years=True))
        found.append(NodePair(pair.kind, one, other, pair.note, differences))
    named_old, named_new = {p.old for p in mapping.pairs}, {p.new for p in mapping.pairs}
    unpaired = Text("bảng đối chiếu chưa nêu tiêu chí này", "the mapping does not name this criterion")
    found += [NodePair("new", None, node, unpaired) for code, node in new.nodes.items() if code not in named_new]
    found += [NodePair("dropped", node, None, unpaired) for code, node in old.nodes.items() if code not in named_old]
    return sorted(found, key=lambda pair: order[pair.new.id] if pair.new is not None else len(order))


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
        yield counted(unchanged, "tiêu chí không đổi.", "criterion did not change.", "criteria did not change.")


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
        nothing = Text("không có", "none").in_(lang)
        return f"{indent}{name}: {_quoted(old) or nothing} → {_quoted(new) or nothing}"

    return Text(said("vi"), said("en"))
