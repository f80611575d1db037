"""Papers about money: the receipt of a payment, the request to pay with a code to scan, the list of a day's cash.

Title, symbol and foot note of each are data, `catalog/receipts/phieu-thu.yaml`: no source states their form. Amounts
are whole đồng. The papers are Vietnamese, whoever prints them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import cache
from importlib.resources import files

from minhbach.papers.model import (
    Cell,
    Column,
    Document,
    Field,
    Fields,
    Letterhead,
    Paragraph,
    QrCode,
    Row,
    Signature,
    Table,
)
from minhbach.papers.one_stop.facts import Office
from minhbach.papers.one_stop.letters import BLANK, SIGN_HERE, in_lines
from minhbach.papers.vietqr import Transfer, vietqr
from minhbach.records import yaml_text
from minhbach.records.problems import BadInput, Problems
from minhbach.records.structure import Flag, PlainText, Record, Whole, has, read_record
from minhbach.vietnamese import format_number, money_in_words, official_date, official_time

_TEXT = PlainText()
Items = Sequence[tuple[str, int]]


@dataclass(frozen=True)
class Paper:
    title: str = has(_TEXT)
    symbol: str = has(_TEXT, default="")
    note: str = has(_TEXT, default="")


@dataclass(frozen=True)
class Papers:
    receipt: Paper = has(Record(lambda: Paper))
    request: Paper = has(Record(lambda: Paper))
    cash_list: Paper = has(Record(lambda: Paper))
    format: int | None = has(Whole(), default=None)
    confirmed: bool = has(Flag(), default=False)


@dataclass(frozen=True)
class Paid:
    """A payment as its receipt tells it. `cancelled` is why it no longer counts."""

    number: str
    at: datetime
    code: str
    procedure: str
    payer: str
    items: Items
    way: str
    officer: str = ""
    cancelled: str = ""


@dataclass(frozen=True)
class CashLine:
    """A line of the list of a day. A cancelled receipt stands in it, and counts nothing."""

    number: str
    at: datetime
    code: str
    what: str
    officer: str
    amount: int
    cancelled: str = ""


@cache
def find_papers() -> Papers:
    """Raises BadInput if the file that comes with the product is wrong."""
    text = (files("minhbach.catalog") / "receipts" / "phieu-thu.yaml").read_text(encoding="utf-8")
    raw, lines = yaml_text.load(text, "receipts/phieu-thu.yaml")
    problems = Problems("receipts/phieu-thu.yaml", lambda path: (lines.line(path), ".".join(map(str, path))))
    found = read_record(Papers, raw, (), problems)
    if problems.errors:
        raise BadInput(problems)
    assert isinstance(found, Papers)
    return found


def _paid_at(at: datetime) -> str:
    """A bank tells the day only: then it is midnight."""
    return f"{official_time(at)}, {official_date(at)}" if at.time() != time() else official_date(at)


def receipt(paid: Paid, office: Office) -> Document:
    paper = find_papers().receipt
    blocks: list = []
    if paid.cancelled:
        blocks.append(Paragraph(f"ĐÃ HỦY. Lý do: {paid.cancelled}", align="center", bold=True, indent=False))
    blocks += [
        _field("Người nộp tiền:", paid.payer),
        _field("Mã hồ sơ:", paid.code),
        _field("Thủ tục:", paid.procedure),
        _amounts(paid.items),
        _field("Bằng chữ:", money_in_words(_sum(paid.items), even=True)),
        _field("Hình thức nộp:", paid.way),
        _field("Thời điểm nộp:", _paid_at(paid.at)),
        *_note(paper),
    ]
    return Document(
        paper.title,
        _head(office, paper, number=paid.number, at=paid.at),
        blocks=tuple(blocks),
        signatures=(
            Signature("Người nộp tiền", hint=SIGN_HERE),
            Signature("Người thu tiền", paid.officer or None, hint=SIGN_HERE),
        ),
        size=13,
    )


def payment_request(
    *,
    code: str,
    procedure: str,
    payer: str,
    items: Items,
    transfer: Transfer | None,
    holder: str,
    office: Office,
    at: datetime,
) -> Document:
    """What is to be paid, and how: at the counter, or by the transfer whose code is drawn on it."""
    paper = find_papers().request
    blocks: list = [
        _field("Người nộp hồ sơ:", payer),
        _field("Mã hồ sơ:", code),
        _field("Thủ tục:", procedure),
        _amounts(items),
        _field("Bằng chữ:", money_in_words(_sum(items), even=True)),
        Paragraph(
            f"Nộp bằng tiền mặt tại {office.shop}, hoặc chuyển khoản:" if transfer else f"Nộp tại {office.shop}."
        ),
    ]
    if transfer:
        lines = (
            f"Tài khoản: {transfer.account}",
            *((f"Chủ tài khoản: {holder}",) if holder else ()),
            f"Số tiền: {format_number(transfer.amount or 0)} đồng",
            f"Nội dung: {transfer.purpose}",
            "Quét mã bằng ứng dụng của ngân hàng để điền sẵn.",
        )
        blocks.append(QrCode(vietqr(transfer), lines))
    return Document(paper.title, _head(office, paper, number=None, at=at), blocks=(*blocks, *_note(paper)), size=13)


def cash_list(lines: Sequence[CashLine], office: Office, *, day: datetime, officer: str = "") -> Document:
    """The cash of one day, of one officer or of all."""
    paper = find_papers().cash_list
    counted = sum(line.amount for line in lines if not line.cancelled)
    rows = [
        Row.of(
            str(n),
            line.number,
            official_time(line.at),
            line.code,
            f"{line.what} (đã hủy: {line.cancelled})" if line.cancelled else line.what,
            line.officer,
            0 if line.cancelled else line.amount,
        )
        for n, line in enumerate(lines, 1)
    ]
    table = Table(
        (
            Column("STT", 5, "center"),
            Column("Số phiếu", 11),
            Column("Giờ", 14),
            Column("Mã hồ sơ", 20),
            Column("Khoản thu", 32),
            Column("Người thu", 18),
            Column("Số tiền (đồng)", 14, places=0),
        ),
        (*rows, Row.of(Cell("Tổng cộng", span=6, align="center"), counted, kind="total")),
        name="Thu tiền mặt",
    )
    return Document(
        paper.title,
        _head(office, paper, number=None, at=day),
        subtitle=official_date(day),
        blocks=(table, _field("Bằng chữ:", money_in_words(counted, even=True)), *_note(paper)),
        signatures=(
            Signature("Người nhận tiền", hint=SIGN_HERE),
            Signature("Người lập", officer or None, hint=SIGN_HERE),
        ),
        landscape=True,
        size=13,
    )


def _amounts(items: Items) -> Table:
    rows = [Row.of(str(n), title, amount) for n, (title, amount) in enumerate(items, 1)]
    return Table(
        (Column("STT", 8, "center"), Column("Khoản thu", 62), Column("Số tiền (đồng)", 30, places=0)),
        (*rows, Row.of(Cell("Tổng cộng", span=2, align="center"), _sum(items), kind="total")),
    )


def _sum(items: Items) -> int:
    return sum(amount for _title, amount in items)


def _field(label: str, value: str) -> Fields:
    return Fields((Field(label, value),))


def _note(paper: Paper) -> list[Paragraph]:
    return [Paragraph(paper.note, align="left", italic=True, indent=False)] if paper.note else []


def _head(office: Office, paper: Paper, *, number: str | None, at: datetime) -> Letterhead:
    return Letterhead(
        agency=in_lines(office.shop, 25),
        superior=in_lines(office.agency, 25),
        place=office.place or BLANK,
        number=number,
        symbol=paper.symbol,
        day=at.date(),
    )
