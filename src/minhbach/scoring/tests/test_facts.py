# ruff: noqa: E501 - rows of a table
"""Facts files: what is understood, and what bad input gets: the line, what is wrong and what to do, in both languages."""

import datetime
import subprocess
import sys
import unicodedata
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minhbach.records.texts import decimal_text
from minhbach.scoring.facts import NA, FactError, UnitFacts, fact_text, read_fact
from minhbach.scoring.facts_files import read_csv, template
from minhbach.scoring.tests.making import HEAD, leaf_set, make

SET = """
groups: {so: {vi: Sở, en: Departments}, huyen: {vi: Huyện, en: Districts}}
applies_to: [so, huyen]
criteria:
  - code: "1"
    title: {vi: Hồ sơ, en: Dossiers}
    maximum: 1
    inputs:
      a: {type: count, title: {vi: hồ sơ, en: dossiers}}
      b: {type: count, part_of: a, title: {vi: đúng hạn, en: on time}}
      c: {type: count, part_of: a, title: {vi: trễ hạn, en: late}}
    constraints: [{must: b + c <= a}]
    rule: {formula: b / a * 1}
  - code: "2"
    title: {vi: Khác, en: Others}
    maximum: 1
    inputs:
      flag: {type: bool, title: {vi: có kế hoạch, en: planned}}
      share: {type: rate, previous: true, title: {vi: tỷ lệ, en: share}}
      grade: {type: grade, title: {vi: xếp loại, en: grade}, options: {good: {vi: tốt, en: good}, fair: {vi: khá, en: fair}}}
      day: {type: date, title: {vi: ngày, en: day}}
      x: {type: number, title: {vi: số, en: number}}
    rule: {tiers: [{when: flag and share > prev(share) and grade == good and day < 2023-01-01 and x > 1, points: 1}, {otherwise: 0}]}
  - code: S
    title: {vi: Khảo sát, en: Survey}
    may_be_absent: true
    criteria:
      - code: S.1
        title: {vi: Hài lòng, en: Satisfied}
        maximum: 2
        inputs:
          q: {type: survey, title: {vi: câu hỏi, en: question}, options: {A: {weight: 100%, vi: tốt, en: good}, B: {weight: 0%, vi: kém, en: bad}}}
        rule: {formula: survey_share(q) * maximum}
  - {code: H, title: {vi: Chấm tay, en: By hand}, rule: {unstated: true}}
"""
COLUMNS = "unit,criterion,input,value\n"


@pytest.fixture(scope="module")
def indicator_set():
    return make(SET)


def read(text, indicator_set):
    units, problems = read_csv(text, indicator_set, "facts.csv")
    assert not problems.errors, [p.in_("en") for p in problems]
    return {unit.unit: unit for unit in units}


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_separators_and_byte_order_mark(indicator_set, mark, start, end):
    rows = [
        ["Unit", "CRITERION", " input ", "value"],
        ["Sở A", "1", "a", "10"],
        ["Sở A", "1", "b", "9"],
        ["", "", "", ""],
    ]
    text = start + end.join(mark.join(row) for row in rows)
    assert read(text, indicator_set)["Sở A"].values == {"1": {"a": 10, "b": 9}}


def test_every_type_survey_and_absent_block(indicator_set):
    text = COLUMNS + (
        'A,2,flag,CÓ\nA,2,share,"60,5 %"\nA,2,share@previous,60%\nA,2,grade,Tốt\nA,2,day,31/03/2023\nA,2,x,"-1,5"\n'
        "A,S.1,q.A,3\nA,S.1,q.B,1\nA,H,points,2.5\nA,H,maximum,3\nB,S,absent,yes\nB,2,x,không áp dụng\nB,1,a,\n"
    )
    units = read(text, indicator_set)
    assert units["A"].values == {
        "2": {
            "flag": True,
            "share": Fraction("0.605"),
            "share@previous": Fraction("0.6"),
            "grade": "good",
            "day": datetime.date(2023, 3, 31),
            "x": Fraction("-1.5"),
        },
        "S.1": {"q": {"A": 3, "B": 1}},
        "H": {"points": Fraction("2.5"), "maximum": 3},
    }
    assert units["B"].absent == {"S"}
    assert units["B"].values == {"2": {"x": NA}}


@pytest.mark.parametrize(
    ("text", "type_", "fact"),
    [
        ("yes", "bool", True),
        ("Không", "bool", False),
        ("1", "bool", True),
        ("1250", "count", 1250),
        ("1 250", "count", 1250),
        ("1\u00a0250\u00a0000", "count", 1250000),
        ("1.250", "count", 1250),
        ("1,250", "count", 1250),
        ("1.234.567", "count", 1234567),
        ("12.000.000", "count", 12000000),
        ("1,234,567", "count", 1234567),
        ("1.234.567", "number", 1234567),
        ("1.250", "number", Fraction("1.25")),
        ("1.250,5", "number", Fraction("1250.5")),
        ("1,250.5", "number", Fraction("1250.5")),
        ("1.234.567,5", "number", Fraction("1234567.5")),
        ("12,5", "number", Fraction("12.5")),
        ("0.992919505", "external", Fraction("0.992919505")),
        ("−3", "number", -3),
        ("60 %", "rate", Fraction("0.6")),
        ("0", "rate", 0),
        ("100%", "rate", 1),
        ("0,01%", "rate", Fraction(1, 10000)),
        ("1/2/2023", "date", datetime.date(2023, 2, 1)),
        ("2023-02-01", "date", datetime.date(2023, 2, 1)),
        ("N/A", "count", NA),
    ],
)
def test_understood(text, type_, fact):
    assert read_fact(text, type_) == fact


@pytest.mark.parametrize(
    ("text", "type_", "vi", "en"),
    [
        ("maybe", "bool", "viết có hoặc không", "write yes or no"),
        ("nhiều", "count", "không phải là số", "is not a number"),
        ("12.5", "count", "số nguyên không âm", "a whole number"),
        ("-3", "count", "số nguyên không âm", "a whole number"),
        ("12.000", "count", "viết liền các chữ số: 12000, hoặc 12", "write the digits together: 12000, or 12"),
        ("12,000", "count", "viết liền các chữ số: 12000, hoặc 12", "write the digits together: 12000, or 12"),
        ("0.500", "count", "số nguyên không âm", "a whole number"),
        ("-1.250", "count", "số nguyên không âm", "a whole number"),
        ("1.25", "count", "số nguyên không âm", "a whole number"),
        ("1234.567", "count", "số nguyên không âm", "a whole number"),
        ("1.234.567,5", "count", "số nguyên không âm", "a whole number"),
        ("1.234.56", "count", "không phải là số", "is not a number"),
        ("1.234,567", "count", "số nguyên không âm", "a whole number"),
        ("0.123.456", "count", "không phải là số", "is not a number"),
        ("1.234.567.89", "number", "không phải là số", "is not a number"),
        ("12 34", "count", "không phải là số", "is not a number"),
        ("1.2,3", "number", "không phải là số", "is not a number"),
        ("٣٤", "count", "không phải là số", "is not a number"),
        ("１２", "count", "không phải là số", "is not a number"),
        ("1e6", "number", "không phải là số", "is not a number"),
        ("nan", "number", "không phải là số", "is not a number"),
        ("inf", "number", "không phải là số", "is not a number"),
        ("0x10", "count", "không phải là số", "is not a number"),
        ("1_000", "count", "không phải là số", "is not a number"),
        ("9" * 13, "count", "quá lớn", "too large"),
        ("9" * 5000, "count", "không phải là số", "is not a number"),
        ("0." + "1" * 5000, "number", "không phải là số", "is not a number"),
        ("60", "rate", "kèm dấu %, ví dụ 60%", "with its sign, as 60%"),
        ("0,6", "rate", "kèm dấu %", "with its sign"),
        ("100,01%", "rate", "từ 0% đến 100%", "from 0% to 100%"),
        ("-1%", "rate", "từ 0% đến 100%", "from 0% to 100%"),
        ("60%%", "rate", "không phải là số", "is not a number"),
        ("sáu mươi %", "rate", "không phải là số", "is not a number"),
        ("60%", "number", "không phải tỷ lệ", "not a rate"),
        ("31/02/2023", "date", "viết 31/03/2023", "write 2023-03-31"),
        ("hôm qua", "date", "viết 31/03/2023", "write 2023-03-31"),
        ("٣١/03/2023", "date", "viết 31/03/2023", "write 2023-03-31"),
    ],
)
def test_refused_with_what_to_write(text, type_, vi, en):
    with pytest.raises(FactError) as error:
        read_fact(text, type_)
    assert vi in error.value.says.vi
    assert en in error.value.says.en
    assert len(error.value.says.vi) < 200


def test_limits_of_an_input():
    spec = (
        leaf_set("""
        maximum: 1
        inputs: {r: {type: rate, at_most: 150%, title: r}, x: {type: number, at_most: 10/3, title: x},
                 g: {type: grade, title: g, options: {good: {vi: tốt, en: good}, fair: {vi: khá, en: fair}}}}
        rule: {tiers: [{when: r > 1% and x > 1 and g == good, points: 1}, {otherwise: 0}]}
    """)
        .nodes["1"]
        .inputs
    )
    assert read_fact("150%", "rate", spec["r"]) == Fraction(3, 2)
    with pytest.raises(FactError, match="from 0% to 150%"):
        read_fact("151%", "rate", spec["r"])
    with pytest.raises(FactError, match="at most 10/3"):
        read_fact("3.4", "number", spec["x"])
    with pytest.raises(FactError) as error:
        read_fact("giỏi", "grade", spec["g"])
    assert error.value.says.vi == "“giỏi”: chọn một trong good (tốt), fair (khá)"
    assert error.value.says.en == "“giỏi”: choose one of good (good), fair (fair)"


@settings(deadline=None)
@given(st.integers(0, 10**12), st.integers(0, 9))
def test_what_is_written_is_read_back(n, places):
    value = Fraction(n, 10**places)
    assert read_fact(fact_text(value), "external") == value
    assert read_fact(fact_text(value).replace(".", ","), "external") == value
    assert read_fact(decimal_text(value / 10**13 * 100) + "%", "rate") == value / 10**13


BAD = [
    # name, csv, (line, text in vi, text in en) of each finding
    ("text for a count", COLUMNS + "A,1,a,10\nA,1,b,chín\n", [(3, "“chín” không phải là số", "“chín” is not a number")]),
    ("numerator over denominator", COLUMNS + "A,1,a,10\nA,1,b,11\n", [(3, "“đúng hạn” (11) lớn hơn “hồ sơ” (10)", "“on time” (11) exceeds “dossiers” (10)")]),
    ("parts that exceed the whole together", COLUMNS + "A,1,c,5\nA,1,a,10\nA,1,b,6\n", [(4, "số liệu phải bảo đảm “đúng hạn” + “trễ hạn” ≤ “hồ sơ”", "the figures must meet “on time” + “late” ≤ “dossiers”")]),
    ("rate over 100 %", COLUMNS + "A,2,share,101%\n", [(2, "từ 0% đến 100%", "from 0% to 100%")]),
    ("bare rate", COLUMNS + "A,2,share,60\n", [(2, "kèm dấu %", "with its sign")]),
    ("unknown group", "unit,group,criterion,input,value\nA,so,1,a,1\nB,xa,1,a,1\n", [(3, "không có nhóm “xa” → các nhóm: so, huyen", "no group “xa” → the groups: so, huyen")]),
    ("two groups", "unit,group,criterion,input,value\nA,so,1,a,1\nA,huyen,1,b,1\n", [(3, "đơn vị thuộc hai nhóm", "the unit has two groups")]),
    ("unknown criterion", COLUMNS + "A,9.9,a,1\n", [(2, "không có tiêu chí “9.9” → xem: minhbach sets show test-set", "no criterion “9.9” → see: minhbach sets show")]),
    ("unknown input", COLUMNS + "A,1,z,1\n", [(2, "không có đầu vào “z” → các đầu vào: a, b, c", "no input “z” → its inputs: a, b, c")]),
    ("input of a group", COLUMNS + "A,S,q.A,1\n", [(2, "các đầu vào: absent", "its inputs: absent")]),
    ("duplicates that differ", COLUMNS + "A,1,a,10\nA,1,b,1\nA,1,a,11\n", [(4, "dòng 2 đã cho giá trị khác: “10”", "line 2 gives another value: “10”")]),
    ("missing columns", "unit,criterion\nA,1\n", [(1, "thiếu cột input, value", "missing column: input, value")]),
    ("empty file", "", [(1, "minhbach sets template test-set", "minhbach sets template test-set")]),
    ("blank file", "\n\n  \n", [(1, "thiếu cột", "missing column")]),
    ("a column twice", "unit,criterion,input,value,value\nA,1,a,1,2\n", [(1, "cột “value” có hai lần", "“value” is there twice")]),
    ("a quote not closed", COLUMNS + 'A,1,a,1\nA,1,b,"9\nA,2,flag,yes\n', [(3, "dấu ngoặc kép", "quotation mark")]),
    ("a quote misplaced", COLUMNS + 'A,1,a,"1"0\n', [(2, "dấu ngoặc kép", "quotation mark")]),
    ("a NUL byte", COLUMNS + "A,1,a,1\nA\x00,1,b,1\n", [(3, "ký tự NUL", "NUL character")]),
    ("huge cell", COLUMNS + "A,1,a," + "9" * 200000 + "\n", [(2, "ô quá dài", "a cell is too long")]),
    ("huge number", COLUMNS + "A,1,a," + "9" * 20 + "\n", [(2, "quá lớn", "too large")]),
    ("unicode digits", COLUMNS + "A,1,a,١٢\n", [(2, "không phải là số", "is not a number")]),
    ("decimal comma not quoted", COLUMNS + "A,2,x,12,5\n", [(2, "nhiều ô hơn số cột → đặt giá trị có dấu phẩy trong ngoặc kép", "more cells than there are columns → put a value with a comma")]),
    ("comma that shifts the cells of a template", "unit,criterion,input,value,type,meaning\nA,1,a,1,250\n", [(2, "cột type ghi “250”", "the column type says “250”")]),
    ("short row", COLUMNS + "A,1,a\n", [(2, "ít ô hơn số cột", "fewer cells")]),
    ("a unit forgotten", COLUMNS + "A,1,a,1\n,1,b,1\n", [(3, "dòng không ghi đơn vị", "the row names no unit")]),
    ("a block not held but counted", COLUMNS + "A,S,absent,có\nA,S.1,q.A,1\n", [(2, "khai không tổ chức nhưng vẫn có số liệu của S.1", "declared not held, but there are figures of S.1")]),
    ("every bad row", COLUMNS + "A,1,a,x\nA,9,b,1\nA,2,share,60\n", [(2, "không phải là số", "not a number"), (3, "không có tiêu chí", "no criterion"), (4, "kèm dấu %", "its sign")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "found"), [(b[1], b[2]) for b in BAD], ids=[b[0] for b in BAD])
def test_bad_input_names_line_and_remedy(indicator_set, text, found):
    _, problems = read_csv(text, indicator_set, "facts.csv")
    errors = problems.errors
    assert [p.line for p in errors] == [line for line, _, _ in found], [p.in_("en") for p in errors]
    for problem, (line, vi, en) in zip(errors, found, strict=True):
        assert vi in problem.in_("vi")
        assert en in problem.in_("en")
        assert problem.in_("vi").startswith(f"facts.csv:{line}: lỗi: ")
        assert problem.in_("en").startswith(f"facts.csv:{line}: error: ")


def test_units_that_differ_only_by_capitals_or_blanks_are_named(indicator_set):
    units, problems = read_csv(COLUMNS + "Sở A,1,a,1\nSở B,1,a,1\nSỞ  A,1,a,1\n", indicator_set, "facts.csv")
    assert [unit.unit for unit in units] == ["Sở A", "Sở B", "SỞ  A"] and not problems.errors
    [warning] = problems
    assert warning.in_("en").startswith("facts.csv:4: warning: ") and "another unit than “Sở A”" in warning.in_("en")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_on_the_command_line_bad_input_is_exit_code_2_and_nothing_on_stdout(tmp_path, lang):
    """All the bad files in one process; the command's own start is tested elsewhere."""
    (tmp_path / "set.yaml").write_text(HEAD + SET, encoding="utf-8")
    names = []
    for n, (_, text, _) in enumerate(BAD):
        names.append(tmp_path / f"{n}.csv")
        names[-1].write_bytes(text.encode())
    (tmp_path / "latin.csv").write_bytes((COLUMNS + "Sở,1,a,1\n").encode("utf-16"))
    names += [tmp_path / "latin.csv", tmp_path / "none.csv", tmp_path]
    code = (
        "import sys, io, contextlib\nfrom minhbach.config.command import main\n"
        "for name in sys.argv[3:]:\n"
        "    out, err = io.StringIO(), io.StringIO()\n"
        "    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):\n"
        "        code = main(['score', sys.argv[1], '--facts', name, '--lang', sys.argv[2]])\n"
        "    assert (code, out.getvalue()) == (2, ''), (name, code, out.getvalue())\n"
        "    assert err.getvalue().startswith(name), (name, err.getvalue())\n"
    )
    arguments = [sys.executable, "-c", code, str(tmp_path / "set.yaml"), lang, *map(str, names)]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@settings(deadline=None, max_examples=150)
@given(st.text('unitcrpvale,;\t"\n\r Aa1%.x\x00ộ', max_size=80))
def test_any_text_is_read_or_refused(text):
    for content in (text, COLUMNS + text, COLUMNS + "A,1,a,1\n" + text):
        units, problems = read_csv(content, make_once(), "f.csv")
        assert all(isinstance(u, UnitFacts) for u in units)
        assert all(p.line >= 1 and p.says.vi and p.says.en for p in problems)


def make_once(made=[]):  # noqa: B006 - made once
    if not made:
        made.append(make(SET))
    return made[0]


def test_template_lists_every_fact_once(indicator_set):
    rows = template(indicator_set, "en").splitlines()
    assert rows[0] == "unit,criterion,input,value,type,meaning"
    assert [row.split(",")[1:3] for row in rows[1:]] == [
        ["1", "a"],
        ["1", "b"],
        ["1", "c"],
        ["2", "flag"],
        ["2", "share"],
        ["2", "share@previous"],
        ["2", "grade"],
        ["2", "day"],
        ["2", "x"],
        ["S", "absent"],
        ["S.1", "q.A"],
        ["S.1", "q.B"],
        ["H", "points"],
        ["H", "maximum"],
    ]
    assert read(template(indicator_set), indicator_set) == {"": UnitFacts("")}


def test_a_unit_typed_on_another_system_is_the_same_unit():
    """macOS composes accents otherwise: one unit must not become two."""
    rows = f"Sở Ý,1,a,4\n{unicodedata.normalize('NFD', 'Sở Ý')},1,b,2\n"
    units, problems = read_csv("unit,criterion,input,value\n" + rows, make(SET))
    assert not problems.errors
    assert [(unit.unit, unit.values["1"]) for unit in units] == [("Sở Ý", {"a": 4, "b": 2})]
