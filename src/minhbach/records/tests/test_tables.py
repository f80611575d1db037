"""Tables as people and other systems send them: encodings, what stands between cells, exact cells, bounds, places."""

import io
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minhbach.records.tables import BadTable, decoded, encoding_of, rows_of, shown, tables_of, text_of

TEXT = "Mã;Họ tên;Điểm\n1;Nguyễn Thị Thương;1,5\n2;Đỗ Văn Quý;2\n"
ROWS = [(1, ["Mã", "Họ tên", "Điểm"]), (2, ["1", "Nguyễn Thị Thương", "1,5"]), (3, ["2", "Đỗ Văn Quý", "2"])]


def read(content, name="a.csv", most=1000):
    [table] = tables_of(content, name, most=most)
    return table.rows


def book(*rows, **sheets):
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    for title, more in sheets.items():
        sheet = made.create_sheet(title)
        for row in more:
            sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_with_and_without_a_mark(encoding):
    assert read(TEXT.encode(encoding)) == ROWS
    assert decoded("\ufeffĐồ Sơn".encode()) == "Đồ Sơn"


def test_windows_code_pages():
    # 1258 has tones as signs of their own, after the vowel; 1252 has whole letters, and no others than these.
    vietnamese = "Nguyê\u0303n Thi\u0323 Thương;trươ\u0300ng;tâ\u0301m;ca\u0309\n"
    content = vietnamese.encode("cp1258")
    assert encoding_of(io.BytesIO(content)) == "cp1258"
    assert read(content) == [(1, ["Nguyễn Thị Thương", "trường", "tấm", "cả"])]
    western = "Hải Phòng không dấu; bình thì; thìa\n".replace("ả", "a").replace("ấ", "a").encode("cp1252")
    assert encoding_of(io.BytesIO(western)) == "cp1252"
    assert read(western)[0][1][1] == " bình thì"


def test_the_stream_is_left_where_it_began():
    content = io.BytesIO(TEXT.encode())
    assert encoding_of(content) == "utf-8" and content.tell() == 0


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_what_stands_between_cells_is_found_below_titles_and_beside_commas(delimiter):
    lines = [["Danh sách, năm 2026, đợt 1"], ["Mã", "Nội dung", "Số"], ["1", "a, b; c", "2"], ["2", "d", "3"]]
    text = "".join(delimiter.join(f'"{cell}"' for cell in line) + "\n" for line in lines)
    assert [cells for _line, cells in read(text.encode())] == lines


def test_a_line_that_names_what_stands_between_cells():
    assert read(b"sep=|\na,b|c,d\n") == [(2, ["a,b", "c,d"])]


def test_lines_are_those_of_the_file_though_cells_run_over_several():
    assert read(b'a;b\n\n"1\n2";x\n;\nc;d\n') == [(1, ["a", "b"]), (3, ["1\n2", "x"]), (6, ["c", "d"])]


@pytest.mark.parametrize(
    ("text", "line"), [('a;b\n1;"x\n', 2), ('a;b\nc;d\n"x"y;1\n', 3), ("a;b\n" + ";" * 70 + "x\n", 2)]
)
def test_a_line_that_cannot_be_read_is_named(text, line):
    with pytest.raises(BadTable) as caught:
        read(text.encode())
    assert (caught.value.code, caught.value.line) == ("damaged", line)
    assert caught.value.in_("vi").startswith(f"Dòng {line}: ") and caught.value.in_("en").startswith(f"Line {line}: ")


def test_cells_of_a_workbook_are_exact_and_rows_as_wide_as_their_head():
    [table, other] = tables_of(
        book(["Báo cáo"], [], ["Mã", "Điểm", "Ngày", "x"], ["3.10", 0.1, date(2026, 11, 21)], [4, 2.0], More=[["y"]]),
        "a.xlsx",
        most=100,
    )
    assert table.rows == [
        (1, ["Báo cáo"]),
        (3, ["Mã", "Điểm", "Ngày", "x"]),
        (4, ["3.10", Decimal("0.1"), datetime(2026, 11, 21), None]),
        (5, [4, 2, None, None]),
    ]
    assert (other.name, other.rows) == ("More", [(1, ["y"])])
    assert text_of(Decimal("0.10")) == "0.1" and text_of(1e-7) == "0.0000001" and text_of(True) == ""
    assert shown(datetime(2026, 11, 21)) == "21/11/2026" and shown(datetime(2026, 11, 21, 8, 5)) == "21/11/2026 08:05"


def test_a_formula_is_what_it_came_to():
    # Nobody computed it, so there is nothing to see.
    assert list(rows_of(io.BytesIO(book(["a", "=1+1"])), "xlsx")) == [(1, ["a"])]


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"%PDF-1.4", "a.pdf", "type"),
        (b"", "a", "type"),
        (b"PK\x03\x04 no book", "a.xlsx", "damaged"),
        (b"a;b\n\x00\x01\x02;1\n", "a.csv", "not_text"),
        (b"\xff\xfe\x00", "a.csv", "encoding"),
        (b"a;b\n" * 12, "a.csv", "too_many"),
        (b"x" * 10_000_001, "a.csv", "too_large"),
    ],
)
def test_what_is_no_table_is_refused_in_both_languages(content, name, code):
    with pytest.raises(BadTable) as caught:
        tables_of(content, name, most=10)
    assert caught.value.code == code and caught.value.in_("vi") != caught.value.in_("en")


@given(st.binary(max_size=300), st.sampled_from(["a.csv", "a.xlsx", "a.txt", "a.tsv", "a"]))
def test_whatever_is_sent_is_a_table_or_refused(content, name):
    try:
        tables = tables_of(content, name, most=100)
    except BadTable as error:
        assert error.in_("vi") and error.in_("en")
    else:
        assert all(line > 0 and any(map(text_of, cells)) for one in tables for line, cells in one.rows)


@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])), min_size=2, max_size=2),
        min_size=3,
    )
)
def test_what_was_written_comes_back(table):
    import csv
    import unicodedata

    out = io.StringIO()
    csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL).writerows([["Mã", "Tên"], ["1", "2"], *table])
    wanted = [["Mã", "Tên"], ["1", "2"], *([unicodedata.normalize("NFC", cell) for cell in row] for row in table)]
    assert [row for _line, row in read(out.getvalue().encode())] == [row for row in wanted if any(map(str.strip, row))]
