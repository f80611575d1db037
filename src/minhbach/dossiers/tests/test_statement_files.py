"""Bank statements as banks give them: constructed after the layouts of several banks, with what goes wrong in them."""

import io
from datetime import date

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minhbach.dossiers.money.statements import BadAmount, dong, guess, heads, missing, read_grid, read_rows

BANK_A = """NGÂN HÀNG TMCP A;;;;;
Sao kê tài khoản 113366668888;;;;;
;;;;;
STT;Ngày giao dịch;Số tham chiếu;Ghi nợ;Ghi có;Diễn giải
;;;;Số dư đầu kỳ;
1;21/11/2026;FT001;;150.000;TTHC nop le phi
2;21/11/2026;FT002;2.000.000;;Chi mua vat tu
3;22/11/2026 08:15:02;FT003;0;1.170.000,00;Nguyen Van An chuyen tien
4;31/02/2026;FT004;;20.000;ngay sai
5;22/11/2026;FT005;;hai mươi nghìn;so tien sai
;Tổng cộng;;2.000.000;1.340.000;
"""
BANK_B = """Transaction Date,Amount (VND),Description,Balance
2026-11-21,"150,000",TTHC nop le phi,"1,150,000"
2026-11-21,"-20,000",phi,"1,130,000"
2026-11-21,"150,000",TTHC nop le phi,"1,280,000"
"""


def read(text, name="sao-ke.csv", encoding="utf-8", kept=None):
    sheet = read_grid(text.encode(encoding) if isinstance(text, str) else text, name)
    assert sheet.problem is None, sheet.problem
    head, columns = guess(sheet, kept)
    assert not missing(columns), columns
    return read_rows(sheet, head, columns)


def test_a_statement_with_a_head_two_money_columns_totals_and_bad_rows():
    found = read(BANK_A)
    assert [(row.place, row.day, row.amount, row.reference, row.text) for row in found.rows] == [
        ("6", date(2026, 11, 21), 150_000, "FT001", "TTHC nop le phi"),
        ("8", date(2026, 11, 22), 1_170_000, "FT003", "Nguyen Van An chuyen tien"),
    ]
    assert found.out == 1
    assert [(one.place, one.says.in_("vi")) for one in found.bad] == [
        ("9", "“31/02/2026” không phải là ngày"),
        ("10", "“hai mươi nghìn” không phải là số tiền; hãy ghi như 150000 hoặc 150.000"),
    ]
    assert all(one.remedy.in_("vi") for one in found.bad)


def test_one_column_with_a_sign_and_equal_rows_told_apart():
    found = read(BANK_B)
    assert [row.amount for row in found.rows] == [150_000, 150_000] and found.out == 1
    assert len({row.key for row in found.rows}) == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings(encoding):
    assert read(BANK_A, encoding=encoding).rows == read(BANK_A).rows


def test_a_windows_code_page():
    # Code page 1258 has the tones as signs of their own, after the letter.
    text = "Ngày,Sô\u0301 tiê\u0300n,Nô\u0323i dung\n21/11/2026,150000,Lê\u0323 phí\n"
    [row] = read(text, encoding="cp1258").rows
    assert (row.amount, row.day, row.text) == (150_000, date(2026, 11, 21), "Lệ phí")


def test_a_workbook_with_real_days_and_numbers():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Sao kê"])
    sheet.append(["Ngày", "Số tiền ghi có (VND)", "Nội dung chi tiết", "Số chứng từ"])
    sheet.append([date(2026, 11, 21), 150000, "TTHC", "CT1"])
    sheet.append([date(2026, 11, 21), 20000.5, "x", "CT2"])
    kept = io.BytesIO()
    book.save(kept)
    found = read(kept.getvalue(), "sao-ke.xlsx")
    assert [(row.place, row.day, row.amount) for row in found.rows] == [("3", date(2026, 11, 21), 150_000)]
    assert [one.place for one in found.bad] == ["4"]


def test_the_same_line_has_the_same_key_in_overlapping_statements():
    lines = BANK_A.splitlines()
    later = "\n".join([*lines[:5], *lines[7:]])
    both = {row.key for row in read(BANK_A).rows}
    assert {row.key for row in read(later).rows} == {row.key for row in read(BANK_A).rows if row.reference == "FT003"}
    assert {row.key for row in read(BANK_A + BANK_A.splitlines()[5] + "\n").rows} == both
    whole_day = BANK_B.replace("2026-11-21", "2026-11-21 10:00")
    assert [row.key for row in read(whole_day).rows] == [row.key for row in read(BANK_B).rows]


def test_columns_nobody_knows_are_told_by_a_person_and_kept():
    text = "Khi nào|Bao nhiêu|Gì\n21/11/2026|150.000|TTHC\n"
    sheet = read_grid(text.encode(), "x.txt")
    head, columns = guess(sheet)
    assert missing(columns) == ["day", "text", "credit"]
    assert heads(sheet, 0) == ["Khi nào", "Bao nhiêu", "Gì"]
    kept = {"day": "Khi nào", "amount": "Bao nhiêu", "text": "Gì"}
    head, columns = guess(sheet, kept)
    assert (head, columns) == (0, kept)
    assert [row.amount for row in read_rows(sheet, head, columns).rows] == [150_000]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("150000", 150_000),
        ("150.000", 150_000),
        ("150,000", 150_000),
        ("1.500.000", 1_500_000),
        ("1,500,000.00", 1_500_000),
        ("1.500.000,00", 1_500_000),
        ("1500000.00", 1_500_000),
        ("1 500 000 VND", 1_500_000),
        ("+150.000đ", 150_000),
        ("-20.000 đồng", -20_000),
        ("0", 0),
    ],
)
def test_amounts_as_banks_write_them(text, amount):
    assert dong(text) == amount


@pytest.mark.parametrize("text", ["", "abc", "1.5", "1,500.50", "15.00.000", "1e9", "٣٠٠", "9" * 15, "=1+1", "NaN"])
def test_what_is_no_whole_amount_is_refused(text):
    with pytest.raises(BadAmount):
        dong(text)


@given(st.binary(max_size=400), st.sampled_from(["a.csv", "a.xlsx", "a.txt", "a.pdf", "a"]))
def test_no_file_makes_the_reader_fall(content, name):
    sheet = read_grid(content, name)
    head, columns = guess(sheet)
    if sheet.problem is None and head >= 0 and not missing(columns):
        read_rows(sheet, head, columns)


@given(st.text(max_size=300))
def test_no_text_below_a_head_makes_the_reader_fall(text):
    sheet = read_grid(f"Ngày,Số tiền,Nội dung\n{text}".encode("utf-8", "replace"), "a.csv")
    if sheet.problem is None:
        head, columns = guess(sheet)
        if not missing(columns):
            read_rows(sheet, head, columns)


def test_too_many_rows_are_named():
    text = "Ngày,Số tiền,Nội dung\n" + "21/11/2026,1,x\n" * 5_100
    sheet = read_grid(text.encode(), "a.csv")
    assert sheet.problem is not None and "5000" in sheet.problem.in_("vi")
