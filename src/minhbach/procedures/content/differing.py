"""Where two versions of a procedure differ: every field, from what to what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from minhbach.procedures.content.model import (
    CHANNELS,
    MOVES,
    Channel,
    Citation,
    Condition,
    Content,
    Exemption,
    Field,
    Move,
)
from minhbach.procedures.content.spoken import asked_of, condition_text, joined, said
from minhbach.procedures.content.words import label, word
from minhbach.records.structure import Kind, ListOf, Record, fields_of
from minhbach.records.texts import Text

_ORDER = Text("Thứ tự", "Order")
_Side = tuple[Any, Mapping[str, Field]]


@dataclass(frozen=True)
class Difference:
    """One field that differs. `field`: the top-level field; `old` or `new` is empty where a side says nothing."""

    field: str
    name: Text
    old: Text
    new: Text


def differences(old: Content, new: Content, fields: Collection[str] | None = None) -> list[Difference]:
    """What a reader of `old` has to know of `new`; `fields` limits it to some of the procedure's own."""
    asked = (asked_of(old), asked_of(new))
    found: list[Difference] = []
    for key, spec in fields_of(Content).items():
        if fields is None or key in fields:
            sides = ((getattr(old, spec.name), asked[0]), (getattr(new, spec.name), asked[1]))
            pairs = _differing(spec.metadata["kind"], *sides, label("Content", key))
            found += [Difference(key, name, one, other) for name, one, other in pairs]
    return found


def _differing(kind: Kind, old: _Side, new: _Side, name: Text) -> Iterator[tuple[Text, Text, Text]]:
    if old[0] == new[0]:
        return
    if isinstance(kind, Record):
        yield from _records(kind.make(), old, new, name)
    elif isinstance(kind, ListOf) and isinstance(kind.kind, Record) and kind.kind.make() is not Condition:
        yield from _lists(kind.kind.make(), old, new, name)
    else:
        yield name, _said(kind, old), _said(kind, new)


def _said(kind: Kind, side: _Side) -> Text:
    value, asked = side
    if isinstance(value, tuple) and value and isinstance(value[0], Condition):
        return condition_text(value, asked)
    return said(kind, value)


def _records(record: type, old: _Side, new: _Side, name: Text) -> Iterator[tuple[Text, Text, Text]]:
    """Two records field by field; one against none by all that it says."""
    for key, spec in fields_of(record).items():
        one, other = (getattr(value, spec.name) if value is not None else None for value in (old[0], new[0]))
        inner = label(record.__name__, key)
        kind = spec.metadata["kind"]
        if isinstance(kind, ListOf):
            one, other = one or (), other or ()
        within = Text(f"{name.vi} › {inner.vi}", f"{name.in_('en')} › {inner.in_('en')}")
        yield from _differing(kind, (one, old[1]), (other, new[1]), within)


def _lists(record: type, old: _Side, new: _Side, name: Text) -> Iterator[tuple[Text, Text, Text]]:
    """Items of the same name are compared; the others came or went."""
    before, after = named(old[0]), named(new[0])
    for key in [*before, *(key for key in after if key not in before)]:
        title = _title(after.get(key) or before[key])
        within = Text(f"{name.vi} › {title.vi}", f"{name.in_('en')} › {title.in_('en')}")
        if key in before and key in after:
            yield from _records(record, (before[key], old[1]), (after[key], new[1]), within)
        elif key in before:
            yield name, _title(before[key]), Text("")
        else:
            yield name, Text(""), _title(after[key])
    kept = [key for key in before if key in after], [key for key in after if key in before]
    if kept[0] != kept[1]:
        orders = [joined(_title(before[key]) for key in keys) for keys in kept]
        yield Text(f"{name.vi} › {_ORDER.vi}", f"{name.in_('en')} › {_ORDER.en}"), orders[0], orders[1]


def named(items: tuple[Any, ...]) -> dict[Hashable, Any]:
    """Items by what they are known by; the second of the same name is another."""
    seen: Counter[Hashable] = Counter()
    found: dict[Hashable, Any] = {}
    for item in items:
        name = _name(item)
        seen[name] += 1
        found[name, seen[name]] = item
    return found


def _name(item: Any) -> Hashable:
    match item:
        case Channel():
            return item.kind
        case Move():
            return (item.kind, item.to)
        case Citation():
            return item.number
    return getattr(item, "key", "") or getattr(item, "code", "") or _title(item).vi


def _title(item: Any) -> Text:
    """What an item is called among its like."""
    match item:
        case Channel():
            return word(CHANNELS, item.kind)
        case Move():
            to = f" → {item.to}" if item.to else ""
            kind = word(MOVES, item.kind)
            return Text(f"{kind.vi}{to}", f"{kind.en}{to}")
        case Citation():
            return Text(" ".join(filter(None, (item.number, item.article))))
        case Exemption():
            return item.who
    title: Text = item.title
    return title
