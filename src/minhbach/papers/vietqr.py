"""The text of a VietQR code: an order to transfer money that the payer's bank fills in from a scan.

It follows EMVCo's QR Code Specification for Payment Systems (Merchant-Presented Mode) as NAPAS lays it down in
"Technical Specifications on NAPAS QR Switching, Part IV: QR Code Format", version 1.5.2 (January 2021): objects of an
identifier, a length of two digits and a value; the account under 38, the amount under 54, the words of the transfer
under 62-08, a CRC-16 at the end. `qr.qr_svg` draws it; nobody else is asked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

MOST_ACCOUNT, MOST_PURPOSE, MOST_BILL, MOST_AMOUNT = 19, 25, 25, 10**13 - 1
"""How long account number, purpose and bill number may be, and the largest amount."""

_NAPAS = "A000000727"
_TO_ACCOUNT, _TO_CARD = "QRIBFTTA", "QRIBFTTC"
_DONG, _VIETNAM = "704", "VN"
_PLAIN = re.compile(r"[ -~]+")


class BadQr(ValueError):
    """What cannot be said in a VietQR code, or is none; the message says why."""


@dataclass(frozen=True)
class Transfer:
    """What a VietQR code asks for: so much to that account, under these words.

    `bank` is the bank's six-digit identification number (BIN), `amount` in whole đồng; None lets the payer choose.
    """

    bank: str
    account: str
    amount: int | None = None
    purpose: str = ""
    bill: str = ""
    to_card: bool = False


def vietqr(transfer: Transfer) -> str:
    """The text to draw. Raises BadQr for what the format has no room for."""
    _require(transfer)
    payee = _object("00", transfer.bank) + _object("01", transfer.account)
    service = _TO_CARD if transfer.to_card else _TO_ACCOUNT
    text = _object("00", "01") + _object("01", "11" if transfer.amount is None else "12")
    text += _object("38", _object("00", _NAPAS) + _object("01", payee) + _object("02", service))
    text += _object("53", _DONG)
    if transfer.amount is not None:
        text += _object("54", str(transfer.amount))
    text += _object("58", _VIETNAM)
    more = (_object("01", transfer.bill) if transfer.bill else "") + (
        _object("08", transfer.purpose) if transfer.purpose else ""
    )
    if more:
        text += _object("62", more)
    text += "6304"
    return text + f"{crc16(text):04X}"


def read_vietqr(text: str) -> Transfer:
    """What a VietQR code says. Raises BadQr for a text that is none, is damaged, or asks for another currency."""
    if not _PLAIN.fullmatch(text) or text[-8:-4] != "6304":
        raise BadQr("no EMVCo payload: it does not end with a checksum")
    if text[-4:].upper() != f"{crc16(text[:-4]):04X}":
        raise BadQr("the checksum is wrong: the code was damaged or changed")
    whole = _objects(text)
    account = _objects(_one(whole, "38"))
    if _one(account, "00") != _NAPAS:
        raise BadQr("the account is not one of NAPAS")
    service = _one(account, "02")
    if _one(whole, "00") != "01" or service not in (_TO_ACCOUNT, _TO_CARD):
        raise BadQr("this is no transfer to an account or card")
    if _one(whole, "53") != _DONG or _one(whole, "58") != _VIETNAM:
        raise BadQr("the currency is not đồng, or the country not Viet Nam")
    payee = _objects(_one(account, "01"))
    amount = whole.get("54")
    if amount is not None and not (amount.isdecimal() and amount.isascii()):
        raise BadQr("the amount is no whole number of đồng")
    more = _objects(whole["62"]) if "62" in whole else {}
    found = Transfer(
        bank=_one(payee, "00"),
        account=_one(payee, "01"),
        amount=None if amount is None else int(amount),
        purpose=more.get("08", ""),
        bill=more.get("01", ""),
        to_card=service == _TO_CARD,
    )
    _require(found)
    return found


def plain_purpose(text: str, room: int = MOST_PURPOSE) -> str:
    """Words for a transfer: without marks, only letters, digits and spaces, cut at a word where they are too long."""
    bare = unicodedata.normalize("NFKD", text.replace("đ", "d").replace("Đ", "D"))
    words = re.findall(r"[A-Za-z0-9]+", "".join(char for char in bare if not unicodedata.combining(char)))
    found = ""
    for word in words:
        longer = f"{found} {word}".strip()
        if len(longer) > room:
            break
        found = longer
    return found or "".join(words)[:room]


def crc16(text: str) -> int:
    """CRC-16 as ISO/IEC 13239 has it for EMVCo: polynomial 1021, initial value FFFF, nothing reflected."""
    crc = 0xFFFF
    for byte in text.encode("ascii"):
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1) ^ 0x1021 if crc & 0x8000 else crc << 1
        crc &= 0xFFFF
    return crc


def _require(transfer: Transfer) -> None:
    if not re.fullmatch(r"[0-9]{6}", transfer.bank):
        raise BadQr(f"{transfer.bank!r} is no bank number (BIN) of six digits")
    if not re.fullmatch(rf"[0-9A-Za-z]{{1,{MOST_ACCOUNT}}}", transfer.account):
        raise BadQr(f"an account number has up to {MOST_ACCOUNT} digits or letters")
    if transfer.amount is not None and not 1 <= transfer.amount <= MOST_AMOUNT:
        raise BadQr(f"{transfer.amount} is no amount that can be transferred")
    for words, most in ((transfer.purpose, MOST_PURPOSE), (transfer.bill, MOST_BILL)):
        if words and (len(words) > most or not _PLAIN.fullmatch(words)):
            raise BadQr(f"{words!r} is longer than {most} signs, or has marks")


def _object(identifier: str, value: str) -> str:
    if len(value) > 99:
        raise BadQr(f"the object {identifier} is longer than 99 signs")
    return f"{identifier}{len(value):02}{value}"


def _objects(text: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    rest = text
    while rest:
        identifier, length = rest[:2], rest[2:4]
        if not (identifier + length).isdecimal() or len(identifier + length) != 4 or len(rest) < 4 + int(length):
            raise BadQr("its objects do not fit together")
        if identifier in found:
            raise BadQr(f"the object {identifier} is there twice")
        found[identifier] = rest[4 : 4 + int(length)]
        rest = rest[4 + int(length) :]
    return found


def _one(objects: Mapping[str, str], identifier: str) -> str:
    if identifier not in objects:
        raise BadQr(f"the object {identifier} is missing")
    return objects[identifier]
