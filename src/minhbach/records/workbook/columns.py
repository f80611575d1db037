"""Sheets and columns out of the field declarations of records: what a workbook of any kind of record is made of."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from minhbach.records.structure import (
    Anything,
    Bilingual,
    Choice,
    Flag,
    Kind,
    ListOf,
    MapOf,
    PlainText,
    Record,
    Share,
    fields_of,
)
from minhbach.records.texts import Text

VALUE, LIST, MAP, PAIRS = "value", "list", "map", "pairs"
"""What a cell holds: one value, a list, a mapping, or a mapping whose keys may come again."""
YES, NO = "có", "không"


@dataclass(frozen=True)
class Tongue:
    """The Vietnamese of a workbook: what the field of a record is called, and the words for the options of a choice."""

    label: Callable[[str, str], str]
    words: Callable[[tuple[str, ...]], Mapping[str, str]]


@dataclass(frozen=True)
class Column:
    """One column: `path` is where its value stands inside the record. `says`: the words for the options of a choice."""

    path: tuple[str, ...]
    label: str
    kind: Kind
    shape: str = VALUE
    doc: str = ""
    required: bool = False
    says: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def key(self) -> str:
        return ".".join(self.path)

    @property
    def is_code(self) -> bool:
        """Whether a number typed here must stay a text (3.10 is not 3.1)."""
        return isinstance(self.kind, PlainText)

    @property
    def options(self) -> tuple[str, ...]:
        """The words allowed in the column, in Vietnamese; none: anything."""
        if isinstance(self.kind, Flag):
            return (YES, NO)
        return tuple(self.says[option] for option in self.kind.options) if isinstance(self.kind, Choice) else ()


@dataclass(frozen=True)
class Table:
    """One sheet. The key columns say which criterion, input, … a row belongs to."""

    name: str
    columns: tuple[Column, ...]
    says: Text

    def column(self, key: str) -> Column:
        return next(column for column in self.columns if column.key == key)


def columns_of(record: type, tongue: Tongue, prefix: tuple[str, ...] = (), inside: str = "") -> tuple[Column, ...]:
    """The columns for a record: its scalar fields, texts in both languages, and the fields of records inside it.

    Lists and mappings of records are left out: they have sheets of their own.
    """
    found: list[Column] = []
    for key, spec in fields_of(record).items():
        kind, doc = spec.metadata["kind"], spec.metadata["doc"]
        path = (*prefix, key)
        if not _fits(kind, tongue):
            continue
        label = tongue.label(record.__name__, key)
        label = f"{inside}: {label[:1].lower()}{label[1:]}" if inside else label
        required = spec.default is dataclasses.MISSING and spec.default_factory is dataclasses.MISSING
        says = _words(kind, tongue)
        if isinstance(kind, Bilingual):
            found.append(Column((*path, "vi"), f"{label} (tiếng Việt)", kind, doc=doc, required=required))
            found.append(Column((*path, "en"), f"{label} (tiếng Anh)", kind, doc=doc))
        elif isinstance(kind, Record):
            inner = columns_of(kind.make(), tongue, path, label)
            found.extend(dataclasses.replace(column, required=column.required and required) for column in inner)
        else:
            shape = LIST if isinstance(kind, ListOf) else MAP if isinstance(kind, MapOf | Anything) else VALUE
            found.append(Column(path, label, kind, shape, doc, required and shape == VALUE, says))
    return tuple(found)


def _fits(kind: Kind, tongue: Tongue) -> bool:
    """Whether values of this kind stand in cells of the record's own row."""
    if isinstance(kind, ListOf):
        return isinstance(kind.kind, PlainText | Choice)
    if isinstance(kind, MapOf):
        return isinstance(kind.kind, Share | Anything | PlainText)
    return kind.in_a_cell or isinstance(kind, Record | Anything)


def _words(kind: Kind, tongue: Tongue) -> Mapping[str, str]:
    kind = kind.kind if isinstance(kind, ListOf) else kind
    return tongue.words(kind.options) if isinstance(kind, Choice) else {}
