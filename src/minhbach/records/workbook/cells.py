"""What stands in one cell: exact numbers, texts of any characters, and short lists and mappings.

A list is written `VP, P, TT`; a mapping `handled: 200, on_time: 197`. Items stand between commas, semicolons or line
breaks. A text that would be read as something else is put in double quotes, a quote inside it doubled.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from minhbach.records.texts import Text

LONGEST = 32_767
"""Excel's limit for one cell."""
_DIGITS = 15
"""Excel keeps no more digits of a number; longer ones are written as text."""
_DEEPEST = 10

_SEPARATORS = ",;\n"
_SPECIAL = re.compile(r"[,;\n\r\"{}\[\]:=]")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class CellError(ValueError):
    """A cell that cannot be read. `says` tells why, `remedy` what to do."""

    def __init__(self, says: Text, remedy: Text | None = None):
        super().__init__(says.en)
        self.says = says
        self.remedy = remedy


# Numbers and texts --------------------------------------------------------------------------------------------


def exact(number: int | float) -> int | Decimal:
    """A number of a cell, by its shortest decimal notation, so that 0.1 is one tenth."""
    if isinstance(number, int):
        return number
    value = Decimal(repr(number))
    return int(value) if value == value.to_integral_value() else value


def fits_number(value: int | Decimal) -> bool:
    """Whether a spreadsheet keeps this number to the last digit."""
    value = Decimal(value)
    return len(value.as_tuple().digits) <= _DIGITS and abs(value.adjusted()) < 300 and exact(float(value)) == value


# openpyxl itself removes x005F_ when it reads, so literal texts that look like an escape have an escape of their own.
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)|x(?=005F_)|[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_OWN = {0xE05F: "_", 0xE078: "x"}


def escaped(text: str) -> str:
    """The text with characters that XML cannot hold as `_x0001_`, and an empty text as two quotes."""
    if not text.strip('"') and len(text) != 1:
        text += '""'
    return _ESCAPED.sub(lambda m: f"_x{ord(m[0]) + (0xE000 if m[0] in '_x' else 0):04X}_", text)


def unescaped(text: str) -> str:
    """The text that `escaped` was given."""
    text = _ESCAPE.sub(lambda m: _OWN.get(int(m[1], 16), chr(int(m[1], 16))), text)
    return text[:-2] if len(text) > 1 and not text.strip('"') else text


# Lists and mappings -------------------------------------------------------------------------------------------


def write_list(items: list[str]) -> str:
    return ", ".join(
        _quoted(item) if _SPECIAL.search(item) or item != item.strip() or not item else item for item in items
    )


def write_map(items: dict[str, Any]) -> str:
    return write_pairs(items.items())


def write_pairs(items: Iterable[tuple[str, Any]]) -> str:
    """As a mapping, where a key may come again."""
    return ", ".join(f"{_key(key)}: {_write_value(value)}" for key, value in items)


def _key(key: str) -> str:
    return _quoted(key) if _SPECIAL.search(key) or key != key.strip() or not key else key


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _write_value(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value, "f")
        case int() | datetime.date():
            return str(value)
        case dict():
            return "{" + write_map(value) + "}"
        case list() | tuple():
            return "[" + ", ".join(_write_value(item) for item in value) + "]"
    text = str(value)
    plain = text and text == text.strip() and not _SPECIAL.search(text) and _scalar(text) == text
    return text if plain else _quoted(text)


def read_list(cell: str) -> list[str]:
    """The items of a list. Raises CellError."""
    return [_unquoted(item) for item in _items(cell)]


def read_map(cell: str) -> dict[str, Any]:
    """The mapping of a cell. Raises CellError."""
    return _read_map(cell, 1)


def read_pairs(cell: str) -> list[tuple[str, Any]]:
    """The pairs of a cell, in order; a key may come again. Raises CellError."""
    return list(_pairs(cell, 1))


def _read_map(cell: str, depth: int) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in _pairs(cell, depth):
        if key in result:
            raise CellError(Text(f"“{key}” viết hai lần", f"“{key}” is written twice"))
        result[key] = value
    return result


def _pairs(cell: str, depth: int) -> Iterator[tuple[str, Any]]:
    for item in _items(cell):
        key, sign, value = _halves(item)
        if not sign:
            raise CellError(
                Text(f"“{item[:40]}” thiếu dấu hai chấm", f"“{item[:40]}” has no colon"),
                Text(
                    "viết khóa: giá trị, các cặp cách nhau bằng dấu phẩy; số thập phân viết dấu chấm",
                    "write key: value, pairs between commas; decimals with a point",
                ),
            )
        yield key, _read_value(value, depth)


def _read_value(text: str, depth: int) -> Any:
    if depth > _DEEPEST:
        raise CellError(Text("lồng quá sâu", "nested too deeply"))
    if text.startswith('"'):
        return _unquoted(text)
    if text.startswith("{") and text.endswith("}"):
        return _read_map(text[1:-1], depth + 1)
    if text.startswith("[") and text.endswith("]"):
        return [_read_value(item, depth + 1) for item in _items(text[1:-1])]
    return _scalar(text)


def _scalar(text: str) -> Any:
    if text in ("true", "false"):
        return text == "true"
    if text == "null":
        return None
    if _NUMBER.fullmatch(text):
        return Decimal(text) if "." in text else int(text) if len(text) < 4000 else text
    if _DAY.fullmatch(text):
        try:
            return datetime.date.fromisoformat(text)
        except ValueError:
            return text
    return text


def _items(cell: str) -> Iterator[str]:
    """The items between separators outside quotes and brackets; the empty text has none."""
    if not cell.strip():
        return
    start = depth = 0
    inside = False
    for n, sign in enumerate(cell):
        if sign == '"':
            inside = not inside
        elif inside:
            continue
        elif sign in "{[":
            depth += 1
        elif sign in "}]":
            depth -= 1
        elif sign in _SEPARATORS and depth == 0:
            yield from _kept(cell[start:n])
            start = n + 1
    if inside or depth:
        raise CellError(
            Text("thiếu dấu nháy hoặc ngoặc đóng", "a quote or bracket is not closed"),
            Text("mở và đóng từng cặp", "open and close in pairs"),
        )
    yield from _kept(cell[start:])


def _kept(item: str) -> Iterator[str]:
    """An item unless nothing stands between two separators."""
    if item.strip():
        yield item.strip()


def _halves(item: str) -> tuple[str, bool, str]:
    inside = False
    for n, sign in enumerate(item):
        if sign == '"':
            inside = not inside
        elif sign in ":=" and not inside:
            return _unquoted(item[:n].strip()), True, item[n + 1 :].strip()
    return item, False, ""


def _unquoted(item: str) -> str:
    if not item.startswith('"'):
        return item
    if len(item) < 2 or not item.endswith('"') or '"' in item[1:-1].replace('""', ""):
        raise CellError(
            Text(f"dấu nháy trong “{item[:40]}” không đúng", f"the quotes in “{item[:40]}” are wrong"),
            Text("nháy bên trong viết hai lần", "write a quote inside twice"),
        )
    return item[1:-1].replace('""', '"')
