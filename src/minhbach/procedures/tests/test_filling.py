"""The form of a procedure as it is filled in: types, conditions, prefilling; read back it passes again."""

import json
from datetime import date, timedelta
from importlib.resources import files

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from minhbach.org.dates import today
from minhbach.procedures.content.model import Condition, Field, Form, Option, Section
from minhbach.procedures.content.reading import from_yaml
from minhbach.procedures.filling import Filling, as_initial
from minhbach.records.texts import Text

SHIPPED = [
    content
    for path in sorted((files("minhbach.catalog") / "procedures").iterdir(), key=lambda path: path.name)
    for content in from_yaml(path.read_text(encoding="utf-8"))[0]
    if content.form
]
OPTIONS = (Option("a", Text("Một", "One")), Option("b", Text("Hai", "Two")))


def form(*fields):
    return Form((Section(Text("Phần"), fields),))


def question(type_="text", key="x", **more):
    if type_ in ("choice", "many"):
        more.setdefault("options", OPTIONS)
    return Field(key, Text("Câu hỏi"), type_, **more)


def sent(values):
    post = QueryDict(mutable=True)
    for key, value in values.items():
        post.setlist(f"answers-{key}", value if isinstance(value, list) else [str(value)])
    return post


def answered(asked, values, **more):
    filling = Filling(asked, sent(values), **more)
    assert filling.is_valid(), filling.errors.as_json()
    return filling.answers


def wrong(asked, values):
    filling = Filling(asked, sent(values))
    assert not filling.is_valid()
    return {key: [str(error) for error in errors] for key, errors in filling.errors.items()}


@pytest.mark.parametrize(
    ("type_", "typed", "kept"),
    [
        ("text", "  Nguyễn Văn An ", "Nguyễn Văn An"),
        ("long_text", "một\nhai", "một\nhai"),
        ("number", "1.234,5", "1234.5"),
        ("number", "12", 12),
        ("number", "0,50", "0.5"),
        ("money", "250.000", 250000),
        ("date", "05/02/2024", "2024-02-05"),
        ("date", "2024-02-05", "2024-02-05"),
        ("choice", "b", "b"),
        ("many", ["a", "b"], ["a", "b"]),
        ("yes_no", "no", "no"),
        ("id_number", "031 099 000 001", "031099000001"),
        ("id_number", "c1234567", "C1234567"),
        ("phone", "0912.345.678", "0912345678"),
        ("email", "an@example.org", "an@example.org"),
    ],
)
def test_each_type_is_kept_as_plain_data(type_, typed, kept):
    found = answered(form(question(type_)), {"x": typed})
    assert found == {"x": kept}
    assert json.loads(json.dumps(found)) == found


@pytest.mark.parametrize(
    ("asked", "typed"),
    [
        (question(), ""),
        (question(pattern="[A-Z]{2}"), "abc"),
        (question(most="3"), "abcd"),
        (question("number"), "nhiều"),
        (question("number", least="1", most="5"), "6"),
        (question("number", least="1"), "0,5"),
        (question("money"), "10,5"),
        (question("date"), "31/02/2024"),
        (question("date", most="today"), f"{today() + timedelta(days=1):%d/%m/%Y}"),
        (question("date", least="2020-01-31"), "30/01/2020"),
        (question("choice"), "c"),
        (question("many"), ["a", "c"]),
        (question("yes_no"), "maybe"),
        (question("id_number"), "123"),
        (question("phone"), "0912-A"),
        (question("email"), "an@"),
    ],
)
def test_what_does_not_fit_is_refused(asked, typed):
    assert set(wrong(form(asked), {"x": typed})) == {"x"}


def test_a_question_that_may_be_left_out_is_left_out():
    assert answered(form(question(required=False), question("many", "y", required=False)), {"x": ""}) == {}


DEPENDENT = form(
    question("choice", "why"),
    question("text", "other", when=(Condition("why", ("b",)),)),
    question("yes_no", "sure", required=False, when=(Condition("why", ("b",)),)),
    question("text", "proof", when=(Condition("why", ("b",)), Condition("sure", ("yes",)))),
)


def test_conditions_are_judged_by_the_server():
    assert answered(DEPENDENT, {"why": "a"}) == {"why": "a"}
    # What is not asked is not kept, and cannot be wrong.
    assert answered(DEPENDENT, {"why": "a", "other": "x", "sure": "nonsense", "proof": "x"}) == {"why": "a"}
    assert set(wrong(DEPENDENT, {"why": "b"})) == {"other"}
    assert set(wrong(DEPENDENT, {"why": "b", "other": "x", "sure": "yes"})) == {"proof"}
    assert answered(DEPENDENT, {"why": "b", "other": "x", "sure": "no", "proof": "y"}) == {
        "why": "b",
        "other": "x",
        "sure": "no",
    }


def test_a_condition_on_a_wrong_answer_does_not_hold():
    assert set(wrong(DEPENDENT, {"why": "z"})) == {"why"}


def test_the_page_knows_what_is_asked_at_this_moment():
    def shown(filling):
        return {one.field.key: one.holds for _title, asked in filling.sections() for one in asked}

    assert shown(Filling(DEPENDENT)) == {"why": True, "other": False, "sure": False, "proof": False}
    assert shown(Filling(DEPENDENT, answers={"why": "b"}))["other"]
    assert shown(Filling(DEPENDENT, sent({"why": "b", "sure": "yes"}))) == dict.fromkeys(
        ("why", "other", "sure", "proof"), True
    )


def test_what_is_known_of_the_person_is_filled_in():
    asked = form(question(key="who", prefill="name"), question("date", "born", prefill="born"), question(key="x"))
    filling = Filling(asked, person={"name": "Trần Thị Bình", "born": date(1990, 5, 1), "phone": "0912345678"})
    values = {key: filling[key].value() for key in ("who", "born", "x")}
    assert values == {"who": "Trần Thị Bình", "born": "1990-05-01", "x": None}
    # Answers given before count more than what is known.
    assert Filling(asked, answers={"who": "Khác"}, person={"name": "Trần"})["who"].value() == "Khác"


@pytest.mark.parametrize("content", SHIPPED, ids=lambda content: content.code)
def test_every_shipped_form_can_be_shown(content):
    filling = Filling(content.form)
    assert [one.field.key for _t, asked in filling.sections() for one in asked] == [f.key for f in content.form.fields]
    assert all(str(one.bound) for _title, asked in filling.sections() for one in asked)


# Read back ------------------------------------------------------------------------------------------------------

_VALUES = {
    "text": st.text(max_size=20),
    "long_text": st.text(max_size=40),
    "number": st.one_of(
        st.decimals(-(10**6), 10**6, places=3).map(lambda d: str(d).replace(".", ",")), st.text(max_size=6)
    ),
    "money": st.integers(0, 10**9).map(lambda n: f"{n:,}".replace(",", ".")),
    "date": st.dates().map(lambda d: f"{d:%d/%m/%Y}"),
    "choice": st.sampled_from(["a", "b", "c", ""]),
    "many": st.lists(st.sampled_from(["a", "b"]), max_size=2, unique=True),
    "yes_no": st.sampled_from(["yes", "no", ""]),
    "id_number": st.from_regex(r"[0-9]{12}|[A-Za-z][0-9]{7}", fullmatch=True),
    "phone": st.from_regex(r"\+?[0-9 ]{8,12}", fullmatch=True),
    "email": st.sampled_from(["an@example.org", "x", ""]),
}


@st.composite
def filled_in(draw):
    """A form whose questions depend on earlier ones, and something typed into all of them."""
    fields, values, choices = [], {}, []
    for n in range(draw(st.integers(1, 6))):
        kind = draw(st.sampled_from(sorted(_VALUES)))
        when = ()
        if choices and draw(st.booleans()):
            when = (Condition(draw(st.sampled_from(choices)), ("a", "yes")),)
        fields.append(question(kind, f"q{n}", required=draw(st.booleans()), when=when))
        values[f"q{n}"] = draw(_VALUES[kind])
        if kind in ("choice", "many", "yes_no"):
            choices.append(f"q{n}")
    return form(*fields), values


@settings(max_examples=150, deadline=None)
@given(filled_in())
def test_whatever_answers_pass_pass_again_when_read_back(made):
    asked, values = made
    filling = Filling(asked, sent(values))
    if not filling.is_valid():
        return
    answers = json.loads(json.dumps(filling.answers))
    again = Filling(asked, sent(as_initial(asked, answers)))
    assert again.is_valid(), again.errors.as_json()
    assert again.answers == answers
