"""Codes of an outline: how they are written, and an id of its own for every criterion."""

from __future__ import annotations

import re
from collections import Counter

from minhbach.records.texts import Text
from minhbach.scoring.drafting.items import Doubt, Item

_ROMAN = re.compile(r"[IVXL]+$")
LONGEST = 36


def style(item: Item, first: bool = False) -> str:
    """How the last step of a code is written, or the first one: rows of one style stand side by side."""
    if item.label:
        return item.label
    step = item.code.split(".")[0 if first else -1]
    if step.isdigit():
        return "number"
    if len(step) > 1 or step in ("I", "V", "X"):
        return "roman" if _ROMAN.match(step) else "other"
    return "upper" if step.isupper() else "lower"


def repaired(code: str, stack: list[Item]) -> str:
    """1.1 right after 1.9 is 1.10, 2.2 right after 2.19 is 2.20: spreadsheets drop the 0 of a number."""
    head, _, step = code.rpartition(".")
    for before in reversed(stack):
        other, _, last = before.code.rpartition(".")
        if head and head == other and step.isdigit() and last.isdigit():
            return f"{code}0" if int(step) * 10 == int(last) + 1 else code
    return code


def name_all(top: list[Item]) -> None:
    """Give every item its id: its code, after its parent's where the codes beside it begin again elsewhere."""
    every = [item for start in top for item in start.walk()]
    often = Counter(item.code for item in every if item.code)
    taken: set[str] = set()
    numbers: dict[str, int] = {}

    def free(base: str, first: int) -> str:
        n = numbers.get(base, first)
        while f"{base}{n}" in taken:
            n += 1
        numbers[base] = n + 1
        return f"{base}{n}"

    def name(item: Item, parent: Item | None) -> None:
        wished = item.code
        if not wished:
            wished = free("khong-ma-", 1)
        elif parent is not None and any(often[sibling.code] > 1 for sibling in parent.children):
            rest = item.code.removeprefix(f"{parent.code}.") if not item.label else item.code
            wished = f"{parent.id}.{rest}"[:LONGEST]
        if wished in taken:
            wished = free(f"{wished[: LONGEST - 6]}-", 2)
            says = Text(f"mã {item.code} lặp lại; đặt mã riêng {wished}", f"the code {item.code} repeats: id {wished}")
            item.doubts.append(Doubt("repeated-code", says, item.row))
        item.id = wished
        taken.add(wished)
        for child in item.children:
            name(child, item)

    for item in top:
        name(item, None)
