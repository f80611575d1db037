"""What was typed into the controls of a record, as plain data."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any

from django.http import QueryDict

from minhbach.org.ui.record_forms.controls import (
    Data,
    Path,
    Shape,
    control_kind,
    fields,
    is_required,
    name_of,
    record_of,
)
from minhbach.org.ui.record_forms.showing import two
from minhbach.records.structure import Kind, ListOf, Share
from minhbach.vietnamese import BilingualError, fold, parse_date

MOST_ROWS = 200


def taken(
    record: type,
    post: QueryDict,
    shape: Shape,
    *,
    only: Collection[str] | None = None,
    path: Path = (),
    keep_empty: bool = False,
) -> Data:
    """The plain data typed; what was left empty is not in it, nor (unless `keep_empty`) rows in which nothing was."""
    data: Data = {}
    for key, spec, look in fields(record, shape):
        if only is not None and key not in only:
            continue
        here = (*path, key)
        kind, name = spec.metadata["kind"], name_of(here)
        if special := shape.special.get((record.__name__, key)):
            value = special.take(post, name)
        elif (inner := record_of(kind)) is None:
            value = _typed(kind, control_kind(kind, spec, look), post, name)
        elif isinstance(kind, ListOf):
            value = _rows(inner, post, shape, here, keep_empty) or None
        else:
            value = taken(inner, post, shape, path=here, keep_empty=keep_empty) or None
        if value is not None:
            data[key] = value
    return data


def _rows(record: type, post: QueryDict, shape: Shape, path: Path, keep_empty: bool) -> list[Data]:
    asked = list(fields(record, shape))
    # Lists to choose from and boxes always send something: that alone makes no row.
    silent = {
        key
        for key, spec, look in asked
        if not is_required(spec)
        and control_kind(spec.metadata["kind"], spec, look) in ("flag", "choice")
        and spec.default is not None
    }
    found: list[Data] = []
    for n in indexes(post, name_of(path)):
        row = taken(record, post, shape, path=(*path, n), keep_empty=keep_empty)
        if set(row) <= silent:
            if keep_empty:
                found.append({})
            continue
        if not row.get("key") and any(key == "key" for key, _spec, _look in asked):
            title = two(row.get("title"))[0]
            row = {"key": key_from(title, {one.get("key") for one in found}), **row}
        found.append(row)
    return found


def indexes(post: QueryDict, name: str) -> list[int]:
    """The numbers of the rows that were sent, in order."""
    pattern = re.compile(rf"{re.escape(name)}-(\d{{1,4}})(?:-|$)")
    found = {int(match[1]) for key in post for match in [pattern.match(key)] if match}
    return sorted(found)[:MOST_ROWS]


def _typed(kind: Kind, sort: str, post: QueryDict, name: str) -> Any:
    if sort == "checks":
        return post.getlist(name) or None
    text = post.get(name, "").replace("\r\n", "\n").strip()
    match sort:
        case "flag":
            return bool(text)
        case "maybe":
            return {"yes": True, "no": False}.get(text)
        case "two" | "two_area":
            english = post.get(f"{name}.en", "").replace("\r\n", "\n").strip()
            if not text and not english:
                return None
            return {"vi": text, "en": english} if english else text
        case "lines":
            return [line.strip() for line in text.split("\n") if line.strip()] or None
        case "day":
            return _day(text) or None
    if isinstance(kind, Share):
        # A decimal comma, and room before the sign.
        text = text.replace(" ", "").replace(",", ".")
    return text or None


def _day(text: str) -> Any:
    """The day; what is none stays as typed, and is reported."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return text
    try:
        return parse_date(text) if text else None
    except (BilingualError, ValueError):
        return text


def key_from(title: str, taken: Iterable[str | None] = (), *, join: str = "_", fallback: str = "x") -> str:
    """A key made of a title, for people who need not invent one: “Giấy khai sinh” → giay_khai_sinh."""
    words = join.join(re.findall(r"[a-z0-9]+", fold(title))[:6])[:36]
    key = words if words[:1].isalpha() else f"{fallback}{join}{words}".strip(join)
    used, found, number = set(taken), key, 2
    while found in used:
        found, number = f"{key}{join}{number}", number + 1
    return found


def arranged(post: QueryDict, wish: str) -> QueryDict:
    """The same form with a row added, taken away or moved up: `add:components`, `drop:components-2`, `up:components-2`.

    Rows are numbered anew by the reader of the form, so that only their order counts here.
    """
    do, _colon, name = wish.partition(":")
    changed = post.copy()
    if do == "add":
        numbers = indexes(post, name)
        changed[f"{name}-{(numbers[-1] + 1) if numbers else 0}"] = "new"
        return changed
    stem, _dash, number = name.rpartition("-")
    if not number.isdigit() or do not in ("drop", "up"):
        return changed
    numbers = indexes(post, stem)
    here = int(number)
    if do == "drop":
        for key in [key for key in changed if _belongs(key, name)]:
            del changed[key]
    elif here in numbers and numbers.index(here):
        _swap(changed, f"{stem}-{numbers[numbers.index(here) - 1]}", name)
    return changed


def _belongs(key: str, name: str) -> bool:
    return key == name or key.startswith((f"{name}-", f"{name}."))


def _swap(post: QueryDict, one: str, other: str) -> None:
    moved = {key: post.getlist(key) for key in list(post) if _belongs(key, one) or _belongs(key, other)}
    for key in moved:
        del post[key]
    for key, values in moved.items():
        stem, new = (one, other) if _belongs(key, one) else (other, one)
        post.setlist(new + key[len(stem) :], values)
