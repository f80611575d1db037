"""Sets on screen: who reads and edits what, the editor's forms, releasing, versions, comparing."""

import pytest
from django.urls import reverse

from minhbach.indices.actions.sets import catalogue_load, set_save
from minhbach.indices.models import SetVersion
from minhbach.indices.set_forms import checks, node_form, tree
from minhbach.indices.set_forms.set_form import SetForm
from minhbach.indices.tests.set_posts import typed
from minhbach.org.permissions import SYSTEM
from minhbach.scoring.catalogue import find, set_files
from minhbach.scoring.reading import to_yaml

pytestmark = pytest.mark.django_db

SMALL = """
format: 1
code: nho
title: {vi: Bộ nhỏ, en: Small set}
source: {document: 12/QĐ-UBND}
responsibles: {VP: {vi: Văn phòng, en: Office}}
criteria:
  - code: "1"
    title: Phần một
    criteria:
      - code: "1.1"
        title: Hồ sơ đúng hạn
        maximum: 1.5
        responsible: [VP]
        inputs:
          handled: {type: count, title: hồ sơ đã giải quyết}
          on_time: {type: count, part_of: handled, title: hồ sơ đúng hạn}
        value: on_time / handled
        rule: {tiers: [{when: value >= 95%, points: value * 1.5}, {otherwise: 0}]}
        not_applicable: {when: handled == 0, outcome: full_points}
        examples:
          - {given: {handled: 200, on_time: 197}, points: 1.4775}
      - code: "1.2"
        title: Chưa có quy tắc
        rule: {unstated: true}
"""


@pytest.fixture
def draft(province):
    return set_save(text=SMALL, unit=province.education, acting=province.officer)


@pytest.fixture
def released(province):
    return catalogue_load("hai-phong-so-2023", unit=province.home, acting=SYSTEM)


@pytest.fixture
def officer(client, province):
    client.force_login(province.officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def edit_url(version, **query):
    return reverse("indices:set_edit", args=[version.pk], query=query)


def node_post(version, code, **changed):
    """The form of a node as the page shows it, with changes typed in."""
    data = checks.data_of(version.text)
    place = tree.find(data, code)
    form = node_form.NodeForm(data, place, tree.node_at(data, place), "vi")
    sent = {"f-present": "1", "edition": version.edition, "name": code, **typed(form)}
    if not form.is_group:
        sent |= {"rule_form": form.rule_form, "rule_over": form.rule_over, "rule_text": form.rule_text}
        for row in [*form.inputs.rows, *form.not_applicable.rows]:
            sent[f"{row.prefix}rest"] = row.rest
    return place, {**sent, **changed}


# Reading ---------------------------------------------------------------------------------------------------------


def test_everybody_reads_released_sets_and_nobody_else_a_draft(client, province, draft, released):
    for account in (None, province.outsider, province.auditor, province.head):
        if account:
            client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
        page = client.get(reverse("indices:sets")).content.decode()
        assert released.title in page and draft.title not in page
        assert client.get(reverse("indices:set", args=[released.pk])).status_code == 200
        for name, more in (
            ("set", []),
            ("set_download", ["yaml"]),
            ("set_download", ["xlsx"]),
            ("set_download", ["csv"]),
        ):
            assert client.get(reverse(f"indices:{name}", args=[draft.pk, *more])).status_code == 404
        assert client.get(reverse("indices:set_diff", args=[released.pk, draft.pk])).status_code == 404
        assert client.get(reverse("indices:set_new", query={"from": draft.pk})).status_code in (302, 403, 404)


def test_the_page_says_rules_choices_and_examples(client, released):
    page = client.get(reverse("indices:set", args=[released.pk]), headers={"accept-language": "en"}).content.decode()
    assert "not an index out of 100" in page
    assert "What this set had to choose" in page and "The first due date." in page
    assert "No rule stated" in page
    assert page.count("Does not come out") == 0


def test_reading_takes_few_queries(client, released, django_assert_max_num_queries):
    client.get(reverse("indices:set", args=[released.pk]))
    with django_assert_max_num_queries(4):
        client.get(reverse("indices:sets"))
    for code in ("sipas", "dti", "pci"):
        catalogue_load(code, acting=SYSTEM)
    with django_assert_max_num_queries(4):
        client.get(reverse("indices:sets"))
    with django_assert_max_num_queries(6):
        client.get(reverse("indices:set", args=[released.pk]))


@pytest.mark.parametrize("code", set_files())
def test_every_set_of_the_catalogue_is_shown_in_both_languages(officer, code):
    for lang in ("vi", "en"):
        answer = officer.get(reverse("indices:set_catalogue", args=[code]), headers={"accept-language": lang})
        assert answer.status_code == 200
        assert find(code).title.in_(lang) in answer.content.decode()


def test_downloads(client, released):
    yaml = client.get(reverse("indices:set_download", args=[released.pk, "yaml"]))
    assert yaml.content.decode() == released.text and "attachment" in yaml["Content-Disposition"]
    sheet = client.get(reverse("indices:set_download", args=[released.pk, "csv"])).content.decode("utf-8-sig")
    assert sheet.splitlines()[0] == "unit,criterion,input,value,type,meaning"
    assert client.get(reverse("indices:set_download", args=[released.pk, "xlsx"])).content[:2] == b"PK"
    assert client.get(reverse("indices:set_download", args=[released.pk, "exe"])).status_code == 404


def test_the_catalogue_is_taken_over(officer, province):
    answer = officer.post(reverse("indices:set_catalogue", args=["sipas"]), {"unit": province.education.pk})
    version = SetVersion.objects.get(code="sipas")
    assert answer.url == reverse("indices:set", args=[version.pk]) and not version.is_draft
    assert (
        officer.post(reverse("indices:set_catalogue", args=["dti"]), {"unit": province.justice.pk}).status_code == 404
    )
    assert officer.get(reverse("indices:set_catalogue", args=["no-such"])).status_code == 404


# Rights of the editor ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["outsider", "head", "clerk", "appraiser", "auditor", None])
def test_only_whoever_may_edit_comes_into_the_editor(client, province, draft, who):
    if who:
        account = getattr(province, who)
        client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    for name in ("set_edit", "set_check", "set_release", "set_discard"):
        url = reverse(f"indices:{name}", args=[draft.pk])
        answer = client.post(url, {"do": "remove", "f-present": "1"})
        assert answer.status_code in (302, 403, 404)
        if answer.status_code == 302:
            assert "/login/" in answer.url
    draft.refresh_from_db()
    assert draft.is_draft and draft.edition == 1


def test_a_released_set_is_not_edited(officer, draft):
    draft.is_draft = False
    draft.save()
    assert officer.get(edit_url(draft)).url == reverse("indices:set", args=[draft.pk])
    assert officer.post(edit_url(draft, tab="yaml"), {"text": "x", "edition": 1}).status_code == 302
    assert officer.post(reverse("indices:set_discard", args=[draft.pk])).status_code == 302
    assert SetVersion.objects.filter(pk=draft.pk).exists()


# Editing -----------------------------------------------------------------------------------------------------------


def test_the_editor_opens_on_every_node_and_tab(officer, province):
    """Of a set with every form of rule, at a fixed number of queries."""
    version = set_save(
        text=to_yaml(find("hai-phong-so-2023")).replace("hai-phong-so-2023", "ban-sao"),
        unit=province.education,
        acting=province.officer,
    )
    for item in tree.outline(checks.data_of(version.text), "vi"):
        assert officer.get(edit_url(version, node=item.place)).status_code == 200
    for tab in ("set", "yaml", "release"):
        assert officer.get(edit_url(version, tab=tab)).status_code == 200
    assert officer.get(edit_url(version, node="c.99.1")).status_code == 200
    assert officer.get(edit_url(version, node="'; drop")).status_code == 200


def test_opening_the_editor_takes_few_queries(officer, draft, django_assert_max_num_queries):
    officer.get(edit_url(draft))
    with django_assert_max_num_queries(6):
        officer.get(edit_url(draft, code="1.1"))


def test_a_node_is_saved_with_its_rule_in_rows(officer, draft):
    place, sent = node_post(draft, "1.1")
    sent |= {"f-maximum": "2,5", "f-title": "Hồ sơ đúng hạn, trước hạn", "rule-0-points": "value * 2,5"}
    sent |= {"rule-0-when": "value >= 97,5%", "examples-0-points": "2,4625"}
    answer = officer.post(edit_url(draft, node=place), sent)
    assert answer.status_code == 302 and answer.url == edit_url(draft, node=place)
    draft.refresh_from_db()
    node = tree.node_at(checks.data_of(draft.text), place)
    assert str(node["maximum"]) == "2.5" and node["rule"] == {
        "when": "value >= 97.5%",
        "points": "value * 2.5",
    }
    assert draft.edition == 2 and not checks.read_text(draft.text, "vi").at(place)


def test_a_wrong_expression_is_said_beside_its_field_and_nothing_is_saved(officer, draft):
    place, sent = node_post(draft, "1.1")
    answer = officer.post(edit_url(draft, node=place), sent | {"rule-0-when": "value >=", "f-maximum": "hai"})
    page = answer.content.decode()
    assert answer.status_code == 422 and 'value="value &gt;="' in page and 'value="hai"' in page
    assert page.count('aria-invalid="true"') == 2
    draft.refresh_from_db()
    assert draft.edition == 1


def test_the_later_of_two_editors_sees_both(officer, draft, province):
    place, sent = node_post(draft, "1.1")
    theirs = SMALL.replace("Hồ sơ đúng hạn\n", "Tên của người kia\n")
    set_save(text=theirs, unit=None, version=draft, edition=1, acting=province.officer)
    answer = officer.post(edit_url(draft, node=place), sent | {"f-title": "Tên của tôi"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "Tên của người kia" in page and "Tên của tôi" in page
    draft.refresh_from_db()
    assert "Tên của người kia" in draft.text
    # Saving again, now knowing, replaces it.
    assert officer.post(edit_url(draft, node=place), sent | {"f-title": "Tên của tôi", "edition": 2}).status_code == 302
    draft.refresh_from_db()
    assert "Tên của tôi" in draft.text


def test_a_moved_node_is_found_by_its_name_after_a_conflict(officer, draft, province):
    place, sent = node_post(draft, "1.2")
    data = checks.data_of(draft.text)
    tree.move(data, place, -1)
    set_save(text=checks.yaml_of(data), unit=None, version=draft, edition=1, acting=province.officer)
    answer = officer.post(edit_url(draft, node=place), sent | {"f-title": "Của tôi"})
    assert answer.status_code == 422 and 'name="name" value="1.2"' in answer.content.decode()


def test_rows_are_added_moved_and_taken_away_without_saving(officer, draft):
    place, sent = node_post(draft, "1.1")
    url = edit_url(draft, node=place)
    page = officer.post(url, sent | {"row": "add:rule"}).content.decode()
    assert 'name="rule-2-when"' in page
    page = officer.post(url, sent | {"row": "up:rule-1"}).content.decode()
    assert 'name="rule-0-points" value="0"' in page
    page = officer.post(url, sent | {"row": "drop:inputs-1"}).content.decode()
    assert 'name="inputs-1-key"' not in page
    page = officer.post(url, sent | {"rule_form": "sum", "row": "form:rule"}).content.decode()
    assert 'name="rule-0-part"' in page
    draft.refresh_from_db()
    assert draft.edition == 1


def test_nodes_are_added_moved_and_taken_away(officer, draft):
    def post(code, do):
        draft.refresh_from_db()
        place, sent = node_post(draft, code)
        answer = officer.post(edit_url(draft, node=place), sent | {"do": do})
        draft.refresh_from_db()
        return answer, [item.code for item in tree.outline(checks.data_of(draft.text), "vi")]

    assert post("1.1", "add_after")[1] == ["1", "1.1", "1.3", "1.2"]
    assert post("1.3", "down")[1] == ["1", "1.1", "1.2", "1.3"]
    assert post("1.3", "add_below")[1] == ["1", "1.1", "1.2", "1.3", "1.3.1"]
    assert post("1.3.1", "higher")[0].status_code == 302  # the only child stays
    assert post("1", "add_below")[1][-1] == "1.4"
    assert post("1.4", "deeper")[1][-1] == "1.4"
    assert post("1.4", "remove")[1] == ["1", "1.1", "1.2", "1.3", "1.3.1"]
    answer, codes = post("1.1", "add_below")
    assert answer.status_code == 422 and codes == ["1", "1.1", "1.2", "1.3", "1.3.1"]
    assert post("1", "remove")[1] == []
    assert officer.get(edit_url(draft)).status_code == 200
    officer.post(edit_url(draft), {"do": "add_top", "edition": draft.edition})
    draft.refresh_from_db()
    assert [item.code for item in tree.outline(checks.data_of(draft.text), "vi")] == ["1"]


def test_live_check_tries_figures_out(officer, draft):
    place, sent = node_post(draft, "1.1")
    url = reverse("indices:set_check", args=[draft.pk], query={"node": place})
    sent |= {"try-given.handled": "200", "try-given.on_time": "196"}
    page = officer.post(url, sent, headers={"accept-language": "vi"}).content.decode()
    assert "1,47" in page and "<html" not in page
    page = officer.post(url, sent | {"examples-0-points": "1"}, headers={"accept-language": "vi"}).content.decode()
    assert "1,4775" in page and "state-bad" in page
    page = officer.post(url, sent | {"try-given.on_time": "201"}).content.decode()
    assert "201" in page
    assert officer.post(url, sent | {"rule_form": "yaml", "rule_text": "{["}).status_code == 200
    assert officer.post(reverse("indices:set_check", args=[draft.pk]), {"text": "a: ["}).status_code == 200
    assert officer.post(reverse("indices:set_check", args=[draft.pk], query={"node": "c.9"}), sent).status_code == 404
    draft.refresh_from_db()
    assert draft.edition == 1


def test_the_set_itself_is_edited(officer, draft):
    form = SetForm(checks.data_of(draft.text), "vi")
    sent = {"edition": 1, **typed(form), "responsibles-1-code": "TC", "responsibles-1-": "Phòng Tài chính"}
    sent |= {
        "bands-0-code": "A",
        "bands-0-title": "Tốt",
        "bands-0-from": "90",
        "bands-0-by": "percent",
        "f-year": "2026",
    }
    assert officer.post(edit_url(draft, tab="set"), sent).status_code == 302
    draft.refresh_from_db()
    data = checks.data_of(draft.text)
    assert data["responsibles"]["TC"] == "Phòng Tài chính" and data["year"] == 2026 == draft.year
    assert data["bands"][0]["steps"][0]["code"] == "A" and len(data["criteria"]) == 1
    answer = officer.post(edit_url(draft, tab="set"), sent | {"edition": 2, "f-code": "Có Dấu"})
    assert answer.status_code == 422 and "Có Dấu" in answer.content.decode()
    answer = officer.post(edit_url(draft, tab="set"), sent)
    assert answer.status_code == 422  # the edition is an old one


def test_the_text_is_edited_and_mistakes_name_their_line(officer, draft, province):
    url = edit_url(draft, tab="yaml")
    answer = officer.post(url, {"edition": 1, "text": SMALL.replace("maximum: 1.5", "maximun: 1.5")})
    assert answer.status_code == 422 and "maximun" in answer.content.decode()
    assert SMALL.splitlines().index("        maximum: 1.5") + 1 == 13 and "13" in answer.content.decode()
    assert officer.post(url, {"edition": 1, "text": SMALL + "# ghi chú\n"}).status_code == 302
    draft.refresh_from_db()
    assert draft.text.endswith("# ghi chú\n")
    answer = officer.post(url, {"edition": 1, "text": SMALL})
    assert answer.status_code == 422 and "# ghi chú" in answer.content.decode()


def test_a_sound_draft_is_released_and_an_unsound_one_not(officer, draft):
    url = reverse("indices:set_release", args=[draft.pk])
    bad = SMALL.replace("points: 1.4775", "points: 1")
    officer.post(edit_url(draft, tab="yaml"), {"edition": 1, "text": bad})
    officer.post(url)
    draft.refresh_from_db()
    assert draft.is_draft
    assert 'href="' + edit_url(draft) + "?node=c.0.0" in officer.get(edit_url(draft, tab="release")).content.decode()
    officer.post(edit_url(draft, tab="yaml"), {"edition": 2, "text": SMALL})
    assert officer.post(url).url == reverse("indices:set", args=[draft.pk])
    draft.refresh_from_db()
    assert not draft.is_draft


def test_a_draft_is_thrown_away(officer, draft):
    assert officer.post(reverse("indices:set_discard", args=[draft.pk])).url == reverse("indices:sets")
    assert not SetVersion.objects.filter(pk=draft.pk).exists()


# New sets, versions, comparison ------------------------------------------------------------------------------------


def test_a_new_set_and_the_next_version(officer, province, draft):
    new = reverse("indices:set_new")
    sent = {
        "title": "Bộ chỉ số của tỉnh",
        "document": "1/QĐ",
        "version": "1",
        "unit": province.education.pk,
        "year": 2027,
    }
    assert officer.post(new, sent).status_code == 302
    made = SetVersion.objects.get(code="bo-chi-so-cua-tinh-2027")
    assert made.is_draft and officer.get(edit_url(made)).status_code == 200
    officer.post(reverse("indices:set_release", args=[draft.pk]))
    page = officer.get(new, query_params={"from": draft.pk}).content.decode()
    assert 'value="nho"' in page and 'name="version" value="2"' in page
    sent = {"title": "Bộ nhỏ", "document": "13/QĐ", "version": "2", "code": "nho", "unit": province.education.pk}
    assert officer.post(f"{new}?from={draft.pk}", sent).status_code == 302
    assert SetVersion.objects.get(code="nho", version="2").is_draft
    assert officer.post(f"{new}?from={draft.pk}", sent).status_code == 422  # the version exists
    foreign = {**sent, "code": "khac", "unit": province.justice.pk}
    assert officer.post(new, foreign).status_code == 422
    assert not SetVersion.objects.filter(code="khac").exists()


def test_anothers_set_is_the_beginning_of_a_set_of_ones_own(client, province, released):
    client.force_login(province.officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    english = {"accept-language": "en"}
    page = client.get(reverse("indices:set", args=[released.pk]), headers=english).content.decode()
    assert "Make a set of your own from it" in page and "Make a new version" not in page
    answer = client.get(reverse("indices:set_new"), query_params={"from": released.pk}, headers=english)
    assert "A set of your own from this one" in answer.content.decode()
    assert answer.context["form"]["code"].value() == "" and answer.context["form"]["version"].value() == "1"
    client.force_login(province.manager, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(reverse("indices:set", args=[released.pk]), headers=english).content.decode()
    assert "Make a new version" in page


def test_a_draft_is_no_beginning_of_another(officer, draft):
    assert officer.get(reverse("indices:set_new"), query_params={"from": draft.pk}).status_code == 404


def test_nobody_puts_a_version_among_anothers(client, province, draft):
    client.force_login(province.outsider, backend="allauth.account.auth_backends.AuthenticationBackend")
    sent = {"title": "Bộ lạ", "document": "1", "version": "9", "code": "nho", "unit": province.justice.pk}
    answer = client.post(reverse("indices:set_new"), sent)
    assert answer.status_code == 422 and not SetVersion.objects.filter(version="9").exists()


def test_versions_and_years_are_compared(client, released, province, draft):
    older = catalogue_load("hai-phong-so-2022", acting=SYSTEM)
    page = client.get(reverse("indices:set_diff", args=[released.pk, older.pk])).content.decode()
    assert "3.4.4 → 3.3.5" in page
    # Only the changes of one kind: what was dropped stands in no pair of codes.
    address = reverse("indices:set_diff", args=[released.pk, older.pk])
    answer = client.get(address, {"kind": "dropped"})
    dropped = answer.context["rows"]
    assert dropped and {row["kind"] for row in dropped} == {"dropped"} and all(row["new"] is None for row in dropped)
    assert sum(each["count"] for each in answer.context["kinds"]) == len(client.get(address).context["rows"])
    assert client.get(address, {"kind": "lạ"}).context["rows"] == []
    client.force_login(province.officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    second = set_save(
        text=SMALL.replace("code: nho", "code: nho\nversion: '2'").replace("95%", "90%"),
        unit=province.education,
        acting=province.officer,
    )
    page = client.get(reverse("indices:set_diff", args=[draft.pk, second.pk])).content.decode()
    assert "95" in page and "90" in page
    # Two sets without a table between them say so and compare nothing.
    assert client.get(reverse("indices:set_diff", args=[draft.pk, released.pk])).status_code == 200
    answer = client.get(reverse("indices:set_diff", args=[draft.pk, released.pk]), {"with": second.pk})
    assert answer.url == reverse("indices:set_diff", args=[draft.pk, second.pk])
