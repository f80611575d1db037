"""Components: what they promise to those who do not see them."""

import json
import re
from pathlib import Path

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import reverse
from django.utils import translation

import minhbach.org
from minhbach.org.ui import navigation
from minhbach.org.ui.context import page

ORG = Path(minhbach.org.__file__).parent


def shown(source: str, **values) -> str:
    with translation.override("en"):
        return Template(source).render(Context(values))


class Form(forms.Form):
    title = forms.CharField(help_text="As in the decision")
    kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    sure = forms.BooleanField()

    def clean(self):
        raise forms.ValidationError("The whole is wrong.")


def test_errors_link_to_their_fields_and_are_tied_to_them():
    html = shown("{% formerrors form %}{% fields form %}", form=Form({}))
    assert "4 things to put right" in html
    for target in re.findall(r'href="#([^"]+)"', html):
        assert f'id="{target}"' in html
    assert "The whole is wrong." in html
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'id="id_title_error"' in html and 'id="id_title_helptext"' in html
    assert html.count('aria-invalid="true"') >= 2


def test_no_summary_without_errors():
    assert "error-summary" not in shown("{% formerrors form %}", form=Form())


def test_every_icon_asked_for_is_in_the_sprite():
    names = set((ORG / "ui/icons.txt").read_text().split())
    sprite = (ORG / "static/vendor/icons/icons.svg").read_text()
    assert names == set(re.findall(r'<symbol id="([^"]+)"', sprite))
    asked = set()
    for template in ORG.parent.rglob("templates/**/*.html"):
        asked |= set(re.findall(r'\{% (?:icon|callout_icon) "([^"]+)"', template.read_text()))
        asked |= set(re.findall(r'icon="([^"]+)"', template.read_text()))
    assert asked <= names, f"add to org/ui/icons.txt and run tools/vendor_assets.py: {sorted(asked - names)}"


def test_a_state_needs_a_known_kind():
    assert "Approved" in shown('{% state "ok" "Approved" %}')
    with pytest.raises(KeyError):
        shown('{% state "green" "Approved" %}')


def test_what_people_write_is_escaped():
    bad = "<script>alert(1)</script>"
    html = shown(
        "{% state 'ok' v %}{% pageheader v lead=v %}{% endpageheader %}{% facts %}{% fact v %}{{ v }}{% endfact %}"
        "{% endfacts %}{% table v %}{{ v }}{% endtable %}{% disclosure v %}{{ v }}{% enddisclosure %}"
        "{% callout 'info' v %}{{ v }}{% endcallout %}{% copyable v v %}{% progress v v v %}{% chart d v %}"
        "{% emptystate v v %}{% endemptystate %}{% nextstep v v %}{% endnextstep %}{% panel v %}{{ v }}{% endpanel %}"
        "{% itemcard v v %}{{ v }}{% enditemcard %}{% task v v v %}{{ v }}{% endtask %}{% icon 'x-lg' v %}",
        v=bad,
        d={"categories": [bad]},
    )
    assert bad not in html
    assert html.count("&lt;script&gt;") > 20


def test_chart_figures_are_json():
    html = shown('{% chart d "Points" %}', d={"kind": "bar", "series": [{"values": ["1.50", None]}]})
    assert json.loads(re.search(r'json">(.*?)</script>', html).group(1))["series"][0]["values"] == ["1.50", None]
    assert 'role="img" aria-label="Points"' in html


def test_pagination_keeps_the_rest_of_the_query():
    request = RequestFactory().get("/?q=a&page=2")
    html = shown("{% pagination p %}", request=request, p=Paginator(range(95), 20).page(2))
    assert 'href="?q=a&amp;page=1"' in html and 'href="?q=a&amp;page=3"' in html
    assert "Page 2 of 5" in html


def test_no_page_carries_what_the_policy_forbids():
    for template in ORG.parent.rglob("templates/**/*.html"):
        text = template.read_text()
        assert not re.search(r"\sstyle=|\son[a-z]+=", text), template
        for attributes in re.findall(r"<script([^>]*)>", text):
            assert "src=" in attributes or "application/json" in attributes, template


class Visitor:
    is_authenticated = False


class Officer:
    is_authenticated = True


@pytest.fixture
def menu(monkeypatch):
    monkeypatch.setattr(navigation, "_items", {})
    monkeypatch.setattr(navigation, "_discover", lambda: None)
    monkeypatch.setattr("minhbach.org.permissions.holds", lambda user, verb: verb == "may")
    navigation.register("Second", "account_logout", section="index", order=20, verb="may")
    navigation.register("First", "account_login", section="index", order=10, public=True)
    navigation.register("Third", "account_reauthenticate", section="dossiers", verb="may")
    navigation.register("Hidden", "mfa_index", section="dossiers", verb="may-not")
    navigation.register("Gone", "no_such_address", section="index")
    return navigation


@translation.override("en")
def test_the_menu_shows_what_one_may_open(menu):
    request = RequestFactory().get("/")
    request.user = Visitor()
    [index] = page(request)["shell"].navigation
    assert (index.label, index.url, index.items) == ("First", reverse("account_login"), ())
    request.user = Officer()
    dossiers, index = page(request)["shell"].navigation
    assert (dossiers.label, dossiers.url) == ("Third", reverse("account_reauthenticate"))
    assert index.label == "Reform index"
    assert [link.label for link in index.items] == ["First", "Second"]


def test_after_a_form_the_language_switch_does_not_lead_back_to_its_answer():
    assert page(RequestFactory().get("/a/?b=c"))["shell"].address == "/a/?b=c"
    assert page(RequestFactory().post("/a/?b=c"))["shell"].address == "/a/"
