"""Bank statements as files: which column says what, and what each row says. No database, no request.

Banks differ in everything: head rows below an address, one column for money in and one for money out or one with a
sign, points or commas in amounts, days with or without hours. So a file is first a grid of texts (`read_grid`), then
columns are found by their names or told by a person (`guess`), then rows are read (`read_rows`), each with its line in
the file and, if it cannot be read, what to do.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from minhbach.records.tables import BadTable, shown, tables_of
from minhbach.records.texts import Text
from minhbach.vietnamese import AmbiguousNumberError, NumberError, fold, parse_number

MOST_ROWS = 5_000
MOST_AMOUNT = 10**13 - 1
HEAD_WITHIN = 40
"""The head of the table stands within so many rows; above it are names and addresses."""

FIELDS: dict[str, tuple[str, ...]] = {
    "day": (
        "ngay giao dich",
        "ngay",
        "ngay gd",
        "ngay hach toan",
        "thoi gian",
        "ngay hieu luc",
        "transaction date",
        "date",
        "ngay gio",
        "ngay gio giao dich",
        "thoi gian giao dich",
        "posting date",
    ),
    "credit": ("ghi co", "so tien ghi co", "phat sinh co", "co", "credit", "credit amount", "tien vao", "so tien vao"),
    "debit": ("ghi no", "so tien ghi no", "phat sinh no", "no", "debit", "debit amount", "tien ra", "so tien ra"),
    "amount": ("so tien", "so tien gd", "so tien giao dich", "amount", "phat sinh", "so tien phat sinh"),
    "text": (
        "noi dung",
        "dien giai",
        "mo ta",
        "noi dung giao dich",
        "noi dung chuyen khoan",
        "noi dung chi tiet",
        "description",
        "remark",
        "details",
        "chi tiet",
        "transaction description",
    ),
    "reference": (
        "so tham chieu",
        "ma giao dich",
        "so giao dich",
        "so but toan",
        "so ct",
        "so chung tu",
        "ma gd",
        "reference",
        "reference no",
        "transaction id",
        "so ref",
        "transaction no",
        "doc no",
    ),
    "payer": (
        "nguoi chuyen",
        "ten nguoi chuyen",
        "doi tac",
        "ten doi ung",
        "ten tai khoan doi ung",
        "tai khoan doi ung",
        "payer",
        "counterparty",
        "sender",
    ),
    "balance": ("so du", "so du cuoi", "balance", "so du luy ke", "running balance"),
}
"""What the columns are called by Vietnamese banks (folded), by what they say."""

Columns = Mapping[str, str]
"""field → the words at the head of its column."""


class BadAmount(ValueError):
    """What is no whole amount of đồng; the reason in both languages."""

    def __init__(self, vi: str, en: str):
        super().__init__(en)
        self.says = Text(vi, en)

    def in_(self, lang: str) -> str:
        return self.says.in_("vi" if lang == "vi" else "en")


def dong(text: str) -> int:
    """A whole amount of đồng as it is written: 150000, 150.000, 150,000.00, 1 500 000 VND, -20.000.

    A đồng has no parts: one group of three digits after a mark is thousands, whichever mark it is. Raises BadAmount.
    """
    bare = re.sub(r"(?i)\s*(vnđ|vnd|đồng|đ|dong)\.?\s*$", "", text.strip().replace("\u00a0", " ")).strip()
    try:
        try:
            found = parse_number(bare)
        except AmbiguousNumberError:
            found = Decimal(bare.replace(".", "").replace(",", "").replace(" ", ""))
    except (NumberError, ArithmeticError):
        raise BadAmount(
            f"“{text[:40]}” không phải là số tiền; hãy ghi như 150000 hoặc 150.000",
            f"“{text[:40]}” is no amount; write it like 150000 or 150.000",
        ) from None
    if found != found.to_integral_value():
        raise BadAmount(
            f"“{text[:40]}” có phần lẻ; số tiền bằng đồng là số nguyên",
            f"“{text[:40]}” has a fraction; an amount in đồng is whole",
        )
    if abs(found) > MOST_AMOUNT:
        raise BadAmount(f"“{text[:40]}” quá lớn", f"“{text[:40]}” is too large")
    return int(found)


@dataclass(frozen=True)
class Sheet:
    """The grid of a file: the line of each row in the file, and its texts."""

    rows: tuple[tuple[str, tuple[str, ...]], ...] = ()
    problem: Text | None = None
    remedy: Text | None = None


@dataclass(frozen=True)
class Row:
    """Money that came in. `key` is the same in every statement that has this line."""

    place: str
    day: date
    amount: int
    text: str = ""
    reference: str = ""
    payer: str = ""
    key: str = ""


@dataclass(frozen=True)
class BadRow:
    place: str
    says: Text
    remedy: Text


@dataclass
class Statement:
    """What was read. `out` counts rows of money that went out."""

    rows: list[Row] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    out: int = 0


def read_grid(content: bytes, name: str) -> Sheet:
    """The texts of a CSV or XLSX file: of the first sheet with a head, else the first. No file can make this raise."""
    try:
        tables = tables_of(content, name, most=MOST_ROWS)
    except BadTable as error:
        place = Text(f"dòng {error.line}: ", f"line {error.line}: ") if error.line else Text("")
        return Sheet(problem=Text(place.vi + error.says.vi, place.en + error.says.en), remedy=error.remedy)
    sheets = [Sheet(tuple((str(line), tuple(map(_cell, cells))) for line, cells in one.rows)) for one in tables]
    filled = [sheet for sheet in sheets if sheet.rows] or [Sheet()]
    return next((sheet for sheet in filled if guess(sheet)[0] >= 0), filled[0])


def _cell(value: object) -> str:
    return shown(value)[:1000]


def guess(sheet: Sheet, kept: Columns | None = None) -> tuple[int, dict[str, str]]:
    """Where the head row is, and which column says what: as kept for the account if they are there, else by name.

    The number is -1 where no row looks like a head."""
    best: tuple[int, int, dict[str, str]] = (0, -1, {})
    for n, (_place, values) in enumerate(sheet.rows[:HEAD_WITHIN]):
        found = _columns(values, kept or {})
        if len(found) > best[0]:
            best = (len(found), n, found)
    return best[1], best[2]


def heads(sheet: Sheet, head: int) -> list[str]:
    """The words at the head of the columns, as the file has them."""
    return [value for value in sheet.rows[head][1] if value] if 0 <= head < len(sheet.rows) else []


def missing(columns: Columns) -> list[str]:
    """The fields without which nothing can be read."""
    found = [name for name in ("day", "text") if not columns.get(name)]
    return found if columns.get("credit") or columns.get("amount") else [*found, "credit"]


def read_rows(sheet: Sheet, head: int, columns: Columns) -> Statement:
    """Every row below the head. Rows without day and amounts (opening balance, totals, signatures) are passed over."""
    places = {fold(value): n for n, value in reversed(list(enumerate(sheet.rows[head][1])))}
    at = {name: places[fold(words)] for name, words in columns.items() if words and fold(words) in places}
    statement, seen = Statement(), Counter[str]()
    for place, values in sheet.rows[head + 1 : head + 1 + MOST_ROWS]:
        given = {name: values[n].strip() if n < len(values) else "" for name, n in at.items()}
        money = [given.get(name, "") for name in ("credit", "amount", "debit")]
        if any(money) and not _is_total(given):
            _read(place, given, statement, seen)
    return statement


def _is_total(given: Mapping[str, str]) -> bool:
    """Opening and closing balances and sums stand among the rows, with words or nothing where the day stands."""
    if re.search(r"\d", given["day"]):
        return False
    words = fold(f"{given['day']} {given['text']}")
    return not words or bool(re.search(r"\b(tong|cong|total|so du|balance)\b", words))


def _read(place: str, given: Mapping[str, str], statement: Statement, seen: Counter[str]) -> None:
    try:
        amount = _came_in(given)
    except BadAmount as error:
        remedy = Text("sửa số tiền trong tệp", "put the amount right in the file")
        statement.bad.append(BadRow(place, error.says, remedy))
        return
    day = _day(given["day"])
    if day is None:
        says = Text(f"“{given['day'][:40]}” không phải là ngày", f"“{given['day'][:40]}” is no day")
        statement.bad.append(BadRow(place, says, Text("ghi ngày như 21/11/2026", "write the day as 21/11/2026")))
        return
    if amount <= 0:
        statement.out += 1
        return
    text, reference = " ".join(given.get("text", "").split()), given.get("reference", "")
    # With the bank's number a line is known by it. Without, by what it says and which of the day's equal ones it is.
    same = f"{reference}|{amount}" if reference else f"{day:%Y%m%d}|{amount}|{fold(text)}|{given.get('balance', '')}"
    if reference and seen[same]:
        return  # the same line twice in one file
    seen[same] += 1
    key = hashlib.sha256(f"{same}|{1 if reference else seen[same]}".encode()).hexdigest()
    statement.rows.append(Row(place, day, amount, text[:1000], reference[:100], given.get("payer", "")[:300], key))


def _came_in(given: Mapping[str, str]) -> int:
    """Zero or less for money that went out."""
    text = given["credit"] if "credit" in given else given.get("amount", "")
    return dong(text) if text.strip("-– ") else 0


def _day(text: str) -> date | None:
    first = re.split(r"[T\s]", text.strip(), maxsplit=1)[0]
    for form in ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y", "%Y/%m/%d", "%Y%m%d"):
        try:
            found = datetime.strptime(first, form).date()
        except ValueError:
            continue
        return found if 2000 <= found.year <= 2100 else None
    # Some banks put the hour first: "08:15:02 21/11/2026".
    found = re.search(r"\d{1,2}/\d{1,2}/\d{4}", text)
    return _day(found[0]) if found and found[0] != text else None


def _columns(values: Sequence[str], kept: Columns) -> dict[str, str]:
    by_name = {fold(value): value for value in values if value}
    if kept and not missing(kept) and all(fold(words) in by_name for words in kept.values() if words):
        return {name: by_name[fold(words)] for name, words in kept.items() if words}
    found: dict[str, str] = {}
    for name, words in FIELDS.items():
        for value in values:
            # "Số tiền ghi có (VND)", "Ghi có / Credit"
            bare = re.sub(r"\b(vnd|vn d|dong)\b", "", fold(re.sub(r"\(.*?\)", "", value))).strip()
            parts = {bare, *(fold(part) for part in re.split(r"[/\n]", value))}
            if value and parts & set(words) and value not in found.values():
                found[name] = value
                break
    if "credit" in found:
        found.pop("amount", None)
    return found
