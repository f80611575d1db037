"""Conditions and points as a decision words them: “từ 80% trở lên”, “còn lại”, “tỷ lệ x 1,5”, “điểm tối đa”; the
name of a figure or of one of its options.

Only what can mean one thing is taken; everything else stays as typed and is reported by the check.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from minhbach.indices.set_forms.fields import Data
from minhbach.indices.set_forms.titles import title_in
from minhbach.scoring.drafting.conditions import REST, range_of
from minhbach.scoring.drafting.formulas import computed
from minhbach.scoring.expressions import ExpressionError, parse
from minhbach.scoring.expressions.nodes import Number
from minhbach.vietnamese import fold

#: What a figure of a condition may count; other words beside it would be a condition of their own.
_COUNTED = {"bài", "cuộc", "hồ sơ", "lần", "nhiệm vụ", "sáng kiến", "tin", "tin, bài", "văn bản", "điểm"}


def named(inputs: Mapping[str, Data]) -> dict[str, str]:
    """Names that stand for a condition: of a yes-or-no figure, with “không” before it, and of the options of a grade.
    A name that two of them have stands for none."""
    found: dict[str, list[str]] = {}
    for key, spec in inputs.items():
        if spec.get("type") == "bool":
            title = _plain(title_in(spec.get("title"), "vi"))
            found.setdefault(title, []).append(key)
            found.setdefault(f"khong {title}", []).append(f"not {key}")
        if spec.get("type") == "grade":
            for option, name in (spec.get("options") or {}).items():
                found.setdefault(_plain(title_in(name, "vi")), []).append(f"{key} == {option}")
    return {name: meant[0] for name, meant in found.items() if name and len(meant) == 1}


def _plain(text: str) -> str:
    return " ".join(fold(text).split()).strip(" .:;")


def row(typed: Data, quantity: str, names: Mapping[str, str]) -> Data:
    """A tier as expressions. `quantity` is what its ranges are about: the measured value or the only figure; `names` as
    of `named`."""
    found = dict(typed)
    if "when" in typed:
        when = names.get(_plain(str(typed["when"]))) or condition(str(typed["when"]), quantity)
        if when:
            found["when"] = when
        else:
            del found["when"]
    if "points" in typed:
        found["points"] = points(str(typed["points"]), quantity)
    return found


def condition(text: str, quantity: str) -> str:
    """The expression; "" for “còn lại”, which is the last tier of all."""
    if _is_expression(text):
        return text
    if REST.match(text.strip(" .:")):
        return ""
    found = range_of(text)
    return found.condition(quantity) if found and (not found.rest or found.rest.lower() in _COUNTED) else text


def points(text: str, quantity: str) -> str:
    if _is_expression(text, figures=True):
        return text
    bare = re.sub(r"\s*điểm\.?$", "", text.strip(), flags=re.I)
    if _is_expression(bare, figures=True):
        return bare
    found = computed(text, {})
    if found is None or found.counts:
        return text
    return re.sub(r"\brate\b", quantity, found.expression)


def _is_expression(text: str, *, figures: bool = False) -> bool:
    """Whether it can be read; a bare figure is one only where points stand (100% as a condition is a wording)."""
    try:
        found = parse(text)
    except ExpressionError:
        return False
    return figures or not isinstance(found, Number)
