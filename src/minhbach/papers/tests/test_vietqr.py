"""VietQR texts: the examples of the NAPAS specification, round trips, and what is no such text."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minhbach.papers.vietqr import BadQr, Transfer, crc16, plain_purpose, read_vietqr, vietqr

#: NAPAS, Technical Specifications on NAPAS QR Switching, Part IV: QR Code Format, version 1.5.2, 6.1.2 to 6.1.4, as
#: several published implementations quote them (the specification itself was not at hand); the last one is an example
#: of the public library subiz/vietqr.
EXAMPLES = {
    "00020101021138600010A00000072701300006970403011697040311012345670208QRIBFTTC53037045802VN63044F52": Transfer(
        "970403", "9704031101234567", to_card=True
    ),
    "00020101021238570010A00000072701270006970403011300110123456780208QRIBFTTA530370454061800005802VN6234"
    "0107NPS68690819thanh toan don hang63042E2E": Transfer(
        "970403", "0011012345678", 180000, "thanh toan don hang", "NPS6869"
    ),
    "00020101021238600010A00000072701300006970403011697040311012345670208QRIBFTTC530370454061800005802VN6234"
    "0107NPS68690819thanh toan don hang6304A203": Transfer(
        "970403", "9704031101234567", 180000, "thanh toan don hang", "NPS6869", to_card=True
    ),
    "00020101021238570010A00000072701270006970415011300110019324180208QRIBFTTA530370454061200005802VN6217"
    "0813ung ho lu lut6304C15C": Transfer("970415", "0011001932418", 120000, "ung ho lu lut"),
}
printable = st.text(string.ascii_letters + string.digits + " .-/", min_size=1, max_size=25)
transfers = st.builds(
    Transfer,
    bank=st.from_regex(r"[0-9]{6}", fullmatch=True),
    account=st.from_regex(r"[0-9A-Za-z]{1,19}", fullmatch=True),
    amount=st.none() | st.integers(1, 10**13 - 1),
    purpose=st.just("") | printable,
    bill=st.just("") | printable,
    to_card=st.booleans(),
)


@pytest.mark.parametrize(("text", "transfer"), EXAMPLES.items())
def test_published_examples_to_the_letter(text, transfer):
    assert vietqr(transfer) == text
    assert read_vietqr(text) == transfer


def test_the_checksum_is_the_one_of_the_standard():
    # The check value every catalogue of CRCs gives for this one ("CRC-16/CCITT-FALSE", "IBM-3740").
    assert crc16("123456789") == 0x29B1


@given(transfers)
def test_what_is_written_is_read(transfer):
    assert read_vietqr(vietqr(transfer)) == transfer


@given(transfers, st.data())
def test_one_wrong_sign_is_noticed(transfer, data):
    text = vietqr(transfer)
    place = data.draw(st.integers(0, len(text) - 1))
    wrong = data.draw(st.sampled_from([sign for sign in string.digits + "ABCxyz" if sign != text[place].upper()]))
    damaged = text[:place] + wrong + text[place + 1 :]
    if damaged.upper() != text.upper():
        with pytest.raises(BadQr):
            read_vietqr(damaged)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text):
    with pytest.raises(BadQr):
        read_vietqr(text)


@pytest.mark.parametrize(
    "transfer",
    [
        Transfer("97040", "1"),
        Transfer("97040x", "1"),
        Transfer("970403", ""),
        Transfer("970403", "0" * 20),
        Transfer("970403", "12 34"),
        Transfer("970403", "1", 0),
        Transfer("970403", "1", -5),
        Transfer("970403", "1", 10**13),
        Transfer("970403", "1", 5, "lệ phí"),
        Transfer("970403", "1", 5, "x" * 26),
    ],
)
def test_what_has_no_room_is_refused(transfer):
    with pytest.raises(BadQr):
        vietqr(transfer)


def test_another_currency_or_country_is_none_of_ours():
    text = vietqr(Transfer("970403", "1", 5))
    for ours, theirs in (("5303704", "5303840"), ("5802VN", "5802LA"), ("QRIBFTTA", "QRPUSHXX")):
        body = text[:-4].replace(ours, theirs)
        with pytest.raises(BadQr):
            read_vietqr(body + f"{crc16(body):04X}")


def test_words_of_a_transfer_have_no_marks_and_fit():
    assert plain_purpose("TTHC0000001A Lệ phí cấp bản sao") == "TTHC0000001A Le phi cap"
    assert plain_purpose("Đường Đỗ!") == "Duong Do"
    assert plain_purpose("x" * 40) == "x" * 25
    assert plain_purpose("…") == ""


@given(st.text(max_size=60))
def test_words_of_a_transfer_can_always_be_said(text):
    words = plain_purpose(text)
    assert read_vietqr(vietqr(Transfer("970403", "1", 5, words))).purpose == words
