"""The grammar, the kinds and the errors of expressions. Hostile text is refused with a message, never run."""

import builtins
import datetime
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minhbach.scoring.expressions import ExpressionError, Kinds, kind_of, nodes, parse

N = nodes


def number(text):
    return N.Number(Fraction(text))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("0.25", number("0.25")),
        ("80%", N.Number(Fraction(4, 5), is_rate=True)),
        ("60.5 %", N.Number(Fraction(605, 1000), is_rate=True)),
        ("2023-03-31", N.Day(datetime.date(2023, 3, 31))),
        ("true", N.Truth(True)),
        ("order", N.Name("order")),  # `or` and `in` inside a name are no operators
        ("information", N.Name("information")),
        ("a + b * c", N.Arithmetic("+", N.Name("a"), N.Arithmetic("*", N.Name("b"), N.Name("c")))),
        ("a - b - c", N.Arithmetic("-", N.Arithmetic("-", N.Name("a"), N.Name("b")), N.Name("c"))),
        ("(a - b) / c", N.Arithmetic("/", N.Arithmetic("-", N.Name("a"), N.Name("b")), N.Name("c"))),
        ("-a * b", N.Arithmetic("*", N.Negative(N.Name("a")), N.Name("b"))),
        ("a ≥ 80%", N.Comparison(">=", N.Name("a"), N.Number(Fraction(4, 5), True))),
        ("a × b ÷ c − 1", parse("a * b / c - 1")),
        ("a ≠ b", N.Comparison("!=", N.Name("a"), N.Name("b"))),
        (
            "40% <= a < 80%",
            N.Every(
                (
                    N.Comparison("<=", N.Number(Fraction(2, 5), True), N.Name("a")),
                    N.Comparison("<", N.Name("a"), N.Number(Fraction(4, 5), True)),
                )
            ),
        ),
        ("not a or b and c", N.Some((N.Not(N.Name("a")), N.Every((N.Name("b"), N.Name("c")))))),
        ("g in (x, y)", N.OneOf(N.Name("g"), (N.Name("x"), N.Name("y")))),
        ('ref("3.4.2")', N.Call("ref", (N.Code("3.4.2"),))),
        ("min(a, 5)", N.Call("min", (N.Name("a"), number(5)))),
    ],
)
def test_parses(text, tree):
    assert parse(text) == tree
    assert parse(str(tree)) == tree


NAMES = st.sampled_from(["a", "b", "c1", "on_time", "value", "maximum", "grade", "orange", "notes", "inside"]).map(
    N.Name
)
NUMBERS = st.builds(
    lambda n, places, rate: N.Number(Fraction(n, 10**places) / (100 if rate else 1), rate),
    st.integers(0, 10**6),
    st.integers(0, 4),
    st.booleans(),
)
DAYS = st.dates(datetime.date(1000, 1, 1)).map(N.Day)
LEAVES = NAMES | NUMBERS | DAYS | st.booleans().map(N.Truth)


def grown(inner):
    pair = st.tuples(inner, inner)
    # An `and` directly inside an `and` is written, and read, as one.
    plain = inner.filter(lambda e: not isinstance(e, N.Every))
    return st.one_of(
        st.builds(N.Arithmetic, st.sampled_from("+-*/"), inner, inner),
        st.builds(N.Negative, inner),
        st.builds(N.Comparison, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), inner, inner),
        st.builds(lambda left, options: N.OneOf(left, tuple(options)), inner, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda some: N.Every(tuple(some)), st.lists(plain, min_size=2, max_size=3)),
        st.builds(lambda some: N.Some(tuple(some)), st.lists(inner, min_size=2, max_size=3)),
        st.builds(N.Not, inner),
        pair.map(lambda p: N.Call("max", p)),
        st.sampled_from(["3.4.2", "7.1.10", "A.1 b", "ô"]).map(lambda code: N.Call("ref", (N.Code(code),))),
    )


@settings(max_examples=300, deadline=None)
@given(st.recursive(LEAVES, grown, max_leaves=14))
def test_what_is_printed_parses_to_an_equal_tree(tree):
    text = str(tree)
    if len(text) <= 2000:
        assert parse(text) == tree
        assert str(parse(text)) == text


@pytest.mark.parametrize(
    ("text", "vi", "en"),
    [
        ("", "để trống", "empty"),
        ("value >=", "chưa viết xong", "ends too early"),
        ("min(a, ", "chưa viết xong", "ends too early"),
        ("0,25", "dấu chấm: 0.25", "decimals take a point: 0.25"),
        ("a = 5", "so sánh bằng viết là ==", "equality is written =="),
        ("a $ b", "ký tự thứ 3", "from character 3"),
        ("a >= 1 &&\n b", "ký tự thứ 8", "from character 8"),
        ("a >=\n  b ! c", "ký tự thứ 10", "from character 10"),
        ("2023-02-30", "ngày không tồn tại", "does not exist"),
        ("a" * 2001, "quá dài", "too long"),
        ("+".join("a" * 500), "quá sâu", "too deeply"),
        ("-" * 500 + "a", "quá sâu", "too deeply"),
        ("(" * 900, "chưa viết xong", "ends too early"),
        ('"x', "ký tự thứ 1", "from character 1"),
    ],
)
def test_unreadable_text_names_the_place_and_the_remedy(text, vi, en):
    with pytest.raises(ExpressionError) as error:
        parse(text)
    assert vi in error.value.says.vi
    assert en in error.value.says.en
    assert len(error.value.says.vi) < 250


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "a.__class__",
        "a[0]",
        "lambda: 1",
        "a; b",
        'exec("x")\n',
        "{a}",
        "a ** 9 ** 9 ** 9",
        "f'{a}'",
        "a if b else c",
        "٣ + 1",
        "１２",
        "a\u0000b",
        "a ＞ b",
        "điểm",
        "1e9",
        "0x10",
        "1_000",
        "💣",
        "(" * 1999,
        "not " * 499 + "a",
        "min(" * 400,
    ],
)
def test_hostile_text_is_refused_and_never_run(text, monkeypatch):
    def never(*args, **kwargs):
        raise AssertionError("host code was run")

    parse("a")  # the parser is made before the traps are set
    for name in ("eval", "exec", "compile"):
        monkeypatch.setattr(builtins, name, never)
    with pytest.raises(ExpressionError) as error:
        kind_of(parse(text), Kinds(inputs={"a": "count", "b": "count"}))
    assert error.value.says.vi
    assert error.value.says.en


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60) | st.text("ab01.%()<>=-+*/ \"'andortin,", max_size=60))
def test_any_text_parses_or_is_refused(text):
    try:
        tree = parse(text)
    except ExpressionError as error:
        assert error.says.vi
        assert error.says.en
    else:
        assert parse(str(tree)) == tree


KINDS = Kinds(
    inputs={
        "a": "count",
        "b": "count",
        "x": "number",
        "r": "rate",
        "flag": "truth",
        "day": "day",
        "g": "grade:g",
        "h": "grade:h",
        "s": "survey",
    },
    grades={"g": frozenset({"good", "full"}), "h": frozenset({"full", "none"})},
    previous=frozenset({"a"}),
    value="rate",
    parameters={"limit": "count", "share": "rate"},
    ref={"1.4": "rate"}.get,
    has_points=lambda code: code == "1.4",
)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("a / b", "rate"),
        ("a / 12", "number"),
        ("a / b * 2.5", "number"),
        ("a / b * r", "rate"),
        ("100% - (a / b + r)", "rate"),
        ("value >= 95%", "truth"),
        ("a - b", "count"),
        ("a * 0.5", "number"),
        ("min(maximum, value * maximum / 80%)", "number"),
        ("max(a, prev(a))", "count"),
        ("day - 2023-01-01", "count"),
        ("day + 30 <= 2023-12-31", "truth"),
        ("g == good", "truth"),
        ("g == full and h == full", "truth"),  # an option both grades have
        ("h in (full, none)", "truth"),
        ("survey_share(s)", "rate"),
        ("answers(s)", "count"),
        ('ref("1.4") * 6', "number"),
        ('points("1.4")', "number"),
        ("param(limit)", "count"),
        ("param(share)", "rate"),
        ("absent(a) or absent(prev(a))", "truth"),
        ("not flag", "truth"),
    ],
)
def test_kinds(text, kind):
    assert kind_of(parse(text), KINDS) == kind


@pytest.mark.parametrize(
    ("text", "vi", "en"),
    [
        ("value >= 60", "kèm dấu %, ví dụ 60%", "with its sign, as 60%"),
        ("a >= 60%", "kèm dấu %", "with its sign"),
        ("a / b + 1", "viết tỷ lệ kèm dấu %", "write rates with their sign"),
        ("r - x", "viết tỷ lệ kèm dấu %", "write rates with their sign"),
        ("unknown + 1", "các đầu vào của tiêu chí: a, b", "the criterion's inputs: a, b"),
        ("round(x)", "không có hàm “round”", "no function “round”"),
        ("g == none", "không so sánh được", "cannot be compared"),
        ("g < good", "không so sánh được", "cannot be compared"),
        ("flag + 1", "không tính được", "do not go together"),
        ("not a", "không phải là điều kiện", "is not a condition"),
        ("a and flag", "không phải là điều kiện", "is not a condition"),
        ("min(a)", "ít nhất hai", "two or more"),
        ("min(a, r)", "cùng loại", "of one kind"),
        ("prev(b)", "previous: true", "previous: true"),
        ("prev(3)", "tên một đầu vào", "the name of one input"),
        ("ref(1.4)", 'ví dụ ref("1.4")', 'as ref("1.4")'),
        ('ref("9")', "không có tiêu chí “9”", "no criterion “9”"),
        ('points("9")', "không có tiêu chí “9”", "no criterion “9”"),
        ("param(other)", "không có tham số “other”", "no parameter “other”"),
        ("survey_share(a)", "kiểu survey", "of type survey"),
        ("position == 1", "bên trong relative", "inside relative"),
        ('"1.4" == "1.4"', "ký tự thứ 1", "from character 1"),
        ("-flag", "không đổi dấu được", "has no negative"),
    ],
)
def test_wrong_kinds_name_what_to_write(text, vi, en):
    with pytest.raises(ExpressionError) as error:
        kind_of(parse(text), KINDS)
    assert vi in error.value.says.vi
    assert en in error.value.says.en
