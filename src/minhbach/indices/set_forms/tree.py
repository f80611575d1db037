"""The tree of a set as plain data: finding, adding, moving and taking away nodes.

A node is named by its place, `c.0.2` (third under the first criterion) or `a.0` (first adjustment): codes may be
missing or double in a draft. A place holds for one edition of the draft.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from minhbach.indices.set_forms.titles import title_in
from minhbach.records.problems import Path

_TOPS = {"c": "criteria", "a": "adjustments"}
Data = dict[str, Any]


class NoSuchNode(LookupError):
    """The place does not exist in this edition."""


def path_of(place: str) -> Path:
    """`c.0.2` → ("criteria", 0, "criteria", 2). Raises NoSuchNode."""
    if not re.fullmatch(r"[ca](\.\d{1,4}){1,50}", place):
        raise NoSuchNode(place)
    top, *steps = place.split(".")
    path: list[str | int] = []
    for number, step in enumerate(steps):
        path += [_TOPS[top] if number == 0 else "criteria", int(step)]
    return tuple(path)


def place_of(path: Path) -> str:
    """The place of the node a path of the data leads into; "" for the set itself."""
    if not path or path[0] not in _TOPS.values() or len(path) < 2:
        return ""
    steps = []
    for n in range(0, len(path) - 1, 2):
        if path[n] not in ("criteria", "adjustments") or not isinstance(path[n + 1], int):
            break
        steps.append(str(path[n + 1]))
    return ".".join([str(path[0])[0], *steps])


def below(path: Path, place: str) -> Path:
    """The rest of a path inside the node at the place."""
    return path[len(path_of(place)) :]


def node_at(data: Data, place: str) -> Data:
    current: Any = data
    try:
        for step in path_of(place):
            current = current[step]
    except (LookupError, TypeError) as error:
        raise NoSuchNode(place) from error
    return current


def _brothers(data: Data, place: str) -> tuple[list[Data], int]:
    node_at(data, place)
    *above, index = path_of(place)
    current: Any = data
    for step in above:
        current = current[step]
    return current, int(index)


@dataclass(frozen=True)
class Item:
    """A node in the outline."""

    place: str
    depth: int
    name: str
    """Identifier, or the code where it has none of its own."""
    code: str
    title: str
    maximum: Any
    is_group: bool


def outline(data: Data, lang: str) -> list[Item]:
    return list(_outline(data, lang))


def _outline(data: Data, lang: str) -> Iterator[Item]:
    def walk(node: Data, place: str, depth: int) -> Iterator[Item]:
        title = title_in(node.get("title"), lang)
        yield Item(
            place,
            depth,
            name_of(node),
            str(node.get("code") or node.get("id") or "–"),
            title,
            node.get("maximum"),
            bool(node.get("criteria")),
        )
        for n, child in enumerate(node.get("criteria") or []):
            yield from walk(child, f"{place}.{n}", depth + 1)

    for letter, field in _TOPS.items():
        for n, node in enumerate(data.get(field) or []):
            yield from walk(node, f"{letter}.{n}", 0)


def name_of(node: Data | None) -> str:
    """Identifier, or the code where it has none of its own; what examples and doubts name a criterion by."""
    return str((node or {}).get("id") or (node or {}).get("code") or "")


def has_english(value: Any) -> bool:
    """Whether anything in it is said in English too."""
    if isinstance(value, dict):
        return bool(value.get("en") and "vi" in value) or any(has_english(item) for item in value.values())
    return isinstance(value, list) and any(has_english(item) for item in value)


def names(data: Data) -> set[str]:
    """Codes and identifiers that are taken."""
    return {word for item in _outline(data, "vi") for word in (item.name, item.code) if word}


def find(data: Data, name: str) -> str:
    """The place of the node with this id or code; "" if there is none."""
    items = list(_outline(data, "vi"))
    found = [item.place for item in items if item.name == name] or [item.place for item in items if item.code == name]
    return found[0] if found else ""


def _new_node(data: Data, siblings: list[Data], parent: str) -> Data:
    """A criterion without a rule, with the next code of its brothers' pattern."""
    last = str(siblings[-1].get("code") or "") if siblings else (f"{parent}.0" if parent else "0")
    return {"code": _next_code(last, names(data)), "title": _("New criterion"), "rule": {"unstated": True}}


def _next_code(last: str, known: set[str]) -> str:
    """The first free code after this one: 3.4.2 → 3.4.3, IV → IV1."""
    match = re.fullmatch(r"(.*?)(\d+)", last)
    code, number = "", int(match[2]) if match else 0
    while not code or code in known:
        number += 1
        code = f"{match[1] if match else last}{number}"
    return code


def add_below(data: Data, place: str) -> str:
    """A new last child; of the set itself for place "" (criteria) or "a" (adjustments). Returns its place."""
    if place in ("", "a"):
        siblings = data.setdefault(_TOPS[place or "c"], [])
        node = _new_node(data, siblings, "")
        if place == "a":
            node = {**node, "kind": "bonus", "maximum": 1}
        siblings.append(node)
        return f"{place or 'c'}.{len(siblings) - 1}"
    parent = node_at(data, place)
    if not parent.get("criteria"):
        # A part holds parts: what made it a criterion of its own, and was never filled in, goes.
        parent.pop("rule", None)
    children = parent.setdefault("criteria", [])
    children.append(_new_node(data, children, str(parent.get("code") or "")))
    return f"{place}.{len(children) - 1}"


def holds_a_rule(node: Data) -> bool:
    """Whether turning the node into a part would lose what somebody typed."""
    rule = node.get("rule")
    return bool(
        node.get("inputs") or node.get("examples") or node.get("value") or rule not in (None, {"unstated": True})
    )


def add_after(data: Data, place: str) -> str:
    siblings, index = _brothers(data, place)
    above = place.rpartition(".")[0]
    parent = node_at(data, above) if "." in above else {}
    node = _new_node(data, siblings, str(parent.get("code") or ""))
    if place.startswith("a.") and place.count(".") == 1:
        node = {**node, "kind": "bonus", "maximum": 1}
    siblings.insert(index + 1, node)
    return f"{above}.{index + 1}"


def duplicate(data: Data, place: str) -> str:
    """A copy right after it, with all below it, under the next free codes. Returns its place."""
    siblings, index = _brothers(data, place)
    made = copy.deepcopy(siblings[index])
    old = str(made.get("code") or "")
    new = _next_code(old, names(data)) if old else ""

    def renumber(node: Data) -> None:
        code = str(node.get("code") or "")
        if code and code.startswith(old):
            node["code"] = new + code[len(old) :]
        if "id" in node:
            node["id"] = _next_code(f"{node['id']}-1", names(data))
        for child in node.get("criteria") or []:
            renumber(child)

    renumber(made)
    siblings.insert(index + 1, made)
    return f"{place.rpartition('.')[0]}.{index + 1}"


def move(data: Data, place: str, by: int) -> str:
    """One place up (-1) or down (+1) among its brothers; where it cannot go it stays."""
    siblings, index = _brothers(data, place)
    other = index + by
    if not 0 <= other < len(siblings):
        return place
    siblings[index], siblings[other] = siblings[other], siblings[index]
    return f"{place.rpartition('.')[0]}.{other}"


def deeper(data: Data, place: str) -> str:
    """Under the brother before it, when that is a part."""
    siblings, index = _brothers(data, place)
    if index == 0 or not siblings[index - 1].get("criteria"):
        return place
    node = siblings.pop(index)
    children = siblings[index - 1]["criteria"]
    children.append(node)
    return f"{place.rpartition('.')[0]}.{index - 1}.{len(children) - 1}"


def higher(data: Data, place: str) -> str:
    """Out of its part, right after it."""
    above = place.rpartition(".")[0]
    if "." not in above:
        return place
    siblings, index = _brothers(data, place)
    if len(siblings) == 1:
        return place  # an empty part would be a criterion without a rule
    node = siblings.pop(index)
    outer, parent_index = _brothers(data, above)
    outer.insert(parent_index + 1, node)
    return f"{above.rpartition('.')[0]}.{parent_index + 1}"


def remove(data: Data, place: str) -> str:
    """Take the node away with all below it. Returns the place to go on at."""
    siblings, index = _brothers(data, place)
    siblings.pop(index)
    above = place.rpartition(".")[0]
    if siblings:
        return f"{above}.{min(index, len(siblings) - 1)}"
    if "." in above:
        parent = node_at(data, above)
        parent.pop("criteria", None)
        parent["rule"] = {"unstated": True}
        return above
    return ""
