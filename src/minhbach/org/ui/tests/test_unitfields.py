"""Choosing a unit: a list of few, a search among many, with scripts and without."""

import re

import pytest
from django import forms
from django.http import QueryDict
from django.test import RequestFactory

from minhbach.org.models import Unit
from minhbach.org.ui import unitfields
from minhbach.org.ui.unitfields import Choosable, UnitField, UnitsField, found_units

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree(make_unit, monkeypatch):
    """A city with three departments and a school; three units are many here."""
    top = make_unit("tp", kind="so", name="UBND thành phố")
    for code, name in (("so-gd", "Sở Giáo dục và Đào tạo"), ("so-tp", "Sở Tư pháp"), ("so-tc", "Sở Tài chính")):
        make_unit(code, parent=top, kind="so", name=name)
    make_unit("thpt-dd", parent=Unit.objects.get(code="so-gd"), kind="truong", name="Trường THPT Đống Đa")
    monkeypatch.setattr(unitfields, "FEW", 3)
    return {unit.code: unit for unit in Unit.objects.all()}


def ask(data="", field=UnitField, **more):
    class Form(forms.Form):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.fields["unit"] = field(label="Đơn vị", units=Unit.objects.order_by("path"), **more)

    return Form(QueryDict(data) if data is not None else None)


def found(form) -> list[str]:
    """The codes of the units on the page, chosen ones with a star."""
    rows = re.findall(r'<input type="(?:radio|checkbox)" name="unit" value="(\d+)"( checked)?', str(form["unit"]))
    return [Unit.objects.get(pk=pk).code + ("*" if chosen else "") for pk, chosen in rows]


def test_few_are_a_list_indented_by_depth(tree, monkeypatch):
    monkeypatch.setattr(unitfields, "FEW", 10)
    form = ask(None, required=False, empty="Mọi đơn vị")
    page = str(form["unit"])
    assert "<select" in page and "Mọi đơn vị" in page and 'type="search"' not in page
    assert "\u2003\u2003Trường THPT Đống Đa (thpt-dd)" in page
    assert ask(f"unit={tree['so-tp'].pk}").is_valid()


def test_many_are_searched_with_the_first_of_them_as_a_beginning(tree):
    form = ask(None)
    assert 'type="search"' in str(form["unit"]) and "<select" not in str(form["unit"])
    assert found(form) == ["tp", "so-gd", "thpt-dd", "so-tp"]
    assert found(ask(None, required=False)) == []  # a filter begins empty


def test_a_unit_once_chosen_is_taken_and_stays_on_the_page(tree):
    pk = tree["so-tp"].pk
    form = ask(f"unit={pk}&unit.q=tai+chinh&unit.seen=tai+chinh")
    assert form.is_valid() and form.cleaned_data["unit"] == tree["so-tp"]
    assert found(form) == ["so-tp*", "so-tc"]


@pytest.mark.parametrize("words", ["dong da", "Đống Đa", "TRƯỜNG đóng", "thpt-dd"])
def test_words_that_fit_one_unit_mean_it(tree, words):
    form = ask(f"unit.q={words}")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["unit"].code == "thpt-dd"


def test_words_that_fit_several_come_back_to_be_chosen_from(tree):
    form = ask("unit.q=so")
    assert not form.is_valid() and form.errors.as_data()["unit"][0].code == "several_match"
    assert found(form) == ["so-gd", "so-tc", "so-tp"]
    assert 'name="unit.seen" value="so"' in str(form["unit"])
    # sent again, with one of them chosen
    form = ask(f"unit.q=so&unit.seen=so&unit={tree['so-tc'].pk}")
    assert form.is_valid() and form.cleaned_data["unit"] == tree["so-tc"]


def test_new_words_after_a_choice_are_not_passed_over(tree):
    """Without scripts: the old choice still stands while other words were typed."""
    form = ask(f"unit={tree['so-tp'].pk}&unit.q=so&unit.seen=")
    assert not form.is_valid()
    assert found(form)[0] == "so-tp*"
    # the words for what is chosen are no new question
    assert ask(f"unit={tree['so-tp'].pk}&unit.q=Sở+Tư+pháp").is_valid()


def test_what_does_not_fit_or_may_not_be_chosen(tree, make_unit):
    assert not ask("unit.q=khong+co").is_valid()
    assert not ask("unit=999999").is_valid()
    assert not ask("unit=abc").is_valid()
    form = ask("")
    assert not form.is_valid() and form.errors.as_data()["unit"][0].code == "required"
    assert ask("", required=False).is_valid()
    inside = tree["so-gd"]

    class Narrow(forms.Form):
        def __init__(self, *args):
            super().__init__(*args)
            self.fields["unit"] = UnitField(units=Unit.objects.exclude(pk=inside.pk))

    assert not Narrow(QueryDict(f"unit={inside.pk}")).is_valid()
    assert not Narrow(QueryDict("unit.q=so-gd")).is_valid()


def test_several_units(tree):
    a, b = tree["so-tp"].pk, tree["so-tc"].pk
    form = ask(f"unit={a}&unit={b}&unit.q=giao+duc", UnitsField, required=False)
    assert form.is_valid(), form.errors
    assert {unit.code for unit in form.cleaned_data["unit"]} == {"so-tp", "so-tc", "so-gd"}
    assert found(form)[:2] == ["so-tp*", "so-tc*"]
    assert 'type="checkbox"' in str(form["unit"])


def test_keys_other_than_numbers_and_notes(tree):
    units = Choosable(Unit.objects.all(), key="code", note=lambda unit: f"mã {unit.code}")

    class Form(forms.Form):
        def __init__(self, *args):
            super().__init__(*args)
            self.fields["office"] = UnitField(units=units)

    form = Form(QueryDict("office=so-gd"))
    assert form.is_valid() and form.cleaned_data["office"] == tree["so-gd"]
    assert "mã so-gd" in str(form["office"])


# While one types --------------------------------------------------------------------------------------------------


def typing(query, htmx=True):
    request = RequestFactory().get(f"/?{query}")
    request.htmx = htmx
    return request


def test_the_page_answers_with_what_fits(tree):
    answer = found_units(typing("find=unit&unit.q=tu+phap"), ask(None))
    page = answer.content.decode()
    assert "Sở Tư pháp" in page and "Sở Tài chính" not in page and "<html" not in page
    assert 'id="announcer"' in page  # a reader of the screen hears how many
    chosen = found_units(typing(f"find=unit&unit.q=tu+phap&unit={tree['so-tc'].pk}"), ask(None)).content.decode()
    assert chosen.index("Sở Tài chính") < chosen.index("Sở Tư pháp")


def test_other_requests_get_the_page(tree):
    form = ask(None)
    assert found_units(typing("find=unit", htmx=False), form) is None
    assert found_units(typing("find=other"), form) is None
    assert found_units(typing(""), form) is None
    assert found_units(typing("find=unit"), None) is None


def test_what_is_typed_is_written_out_as_text(tree):
    form = ask("unit.q=%3Cscript%3Ealert(1)%3C/script%3E")
    assert not form.is_valid()
    assert "<script>" not in str(form["unit"])


def test_three_thousand_units_cost_three_queries(tree, kinds, django_assert_max_num_queries):
    top = tree["tp"]
    Unit.objects.bulk_create(
        Unit(code=f"t{n}", name=f"Trường số {n}", kind=kinds["truong"], parent=top, begins=top.begins,
             path=f"{top.path}{n:08d}", search_key=f"t{n} truong so {n}", sort_key=f"{n:05d}")
        for n in range(10_000_000, 10_003_000)
    )  # fmt: skip
    with django_assert_max_num_queries(3):
        page = str(ask(None)["unit"])
    assert len(page) < 8_000
    with django_assert_max_num_queries(4):
        page = str(ask("unit.q=truong+so")["unit"])
    assert page.count("<li") == unitfields.MOST
    assert re.search(r"12 \S+ 3[.,]?000", page)
