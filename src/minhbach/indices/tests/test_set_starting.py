"""Beginnings of a rule: patterns, the decision's own wording, conditions as people say them; and quick typing."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from minhbach.indices.actions.sets import set_save
from minhbach.indices.models import SetVersion
from minhbach.indices.set_forms import checks, pasted, rules, spoken, starting, tree
from minhbach.indices.tests.test_sets import SMALL, edit_url, node_post
from minhbach.records.problems import BadInput
from minhbach.scoring.checking_examples import run_example
from minhbach.scoring.model import Example
from minhbach.scoring.reading import from_data

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def set_of(node):
    data = {"format": 1, "code": "x", "title": "x", "source": {"document": "x"}, "criteria": [node]}
    indicator_set, problems = from_data(data)
    assert indicator_set is not None, [problem.in_("en") for problem in problems]
    return data, indicator_set


def points(node, group="", **given):
    """What the rule of plain data gives, by the exact engine."""
    _data, indicator_set = set_of(node)
    result = run_example(indicator_set, indicator_set.leaves[0], Example(given=given, group=group))
    return result.score


# Patterns and wordings: no database ------------------------------------------------------------------------------

NEW = {"code": "1", "title": "Công khai thủ tục", "maximum": 2, "rule": {"unstated": True}}


@pytest.mark.parametrize("pattern", starting.PATTERNS)
def test_every_pattern_is_sound_and_stands_in_rows(pattern):
    node = starting.from_pattern(NEW, pattern)
    assert node["title"] == NEW["title"] and node["maximum"] == 2
    data, _set = set_of(node)
    assert [finding.says for finding in checks.read(data, "en").findings if finding.kind != "info"] == []
    assert rules.form_of(node["rule"])[0] != "yaml"
    assert all(spec["title"] for spec in node.get("inputs", {}).values())


@pytest.mark.parametrize(
    ("pattern", "given", "expected"),
    [
        ("yes_no", {"dat": "yes"}, 2),
        ("yes_no", {"dat": "no"}, 0),
        ("cases", {"muc": "mot_phan"}, 1),
        ("rate", {"tong_so": 200, "so_dat": 150}, 1.5),
        ("rate_floor", {"tong_so": 100, "so_dat": 79}, 0),
        ("rate_floor", {"tong_so": 100, "so_dat": 80}, 1.6),
        ("rate_target", {"tong_so": 100, "so_dat": 40}, 1),
        ("rate_target", {"tong_so": 100, "so_dat": 90}, 2),
        ("rate_tiers", {"tong_so": 100, "so_dat": 60}, 1),
        ("kinds", {"tong_so": 10, "so_dat": 5, "so_mot_phan": 5}, 1.5),
        ("count_tiers", {"so_luong": 9}, 1),
        ("per_item", {"so_luong": 1}, 1),
        ("per_item", {"so_luong": 7}, 2),
        ("deduction", {"so_lan": 3}, 1.25),
        ("deduction", {"so_lan": 30}, 0),
        ("violation", {"so_lan": 1}, 0),
        ("checklist", {"y_1": "yes", "y_2": "no"}, 1),
        ("survey", {"phieu.A": 5, "phieu.B": 5, "phieu.C": 0}, 1.6),
    ],
)
def test_patterns_give_what_they_say(pattern, given, expected):
    assert points(starting.from_pattern(NEW, pattern), **given) == pytest.approx(expected)


def test_the_wording_of_a_decision_becomes_figures_and_a_rule():
    node, doubts = starting.from_wording(NEW, "Từ 95% trở lên: 2 điểm\nTừ 80% đến dưới 95%: 1 điểm\nDưới 80%: 0 điểm")
    [key] = node["inputs"]
    assert [points(node, **{key: rate}) for rate in ("95%", "94%", "80%", "79%")] == [2, 1, 1, 0]
    assert {doubt.severity for doubt in doubts} == {"note"}
    # What is typed of the criterion itself stays; its figures and examples are those of the new rule.
    old = {**NEW, "responsible": ["VP"], "examples": [{"points": 1}], "note": "ghi chú"}
    node, _doubts = starting.from_wording(old, "Thực hiện: 2\nKhông thực hiện: 0")
    assert node["responsible"] == ["VP"] and node["note"] == "ghi chú" and "examples" not in node


def test_a_wording_without_a_rule_invents_none():
    """Nor does it say that the decision states no rule, which nobody has found out."""
    with pytest.raises(BadInput) as caught:
        starting.from_wording(NEW, "Tùy mức độ")
    assert "not-recognised" in {problem.code for problem in caught.value.problems}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("từ 80% trở lên", "value >= 80%"),
        ("Từ 60% đến dưới 80%", "60% <= value < 80%"),
        ("dưới 40%", "value < 40%"),
        ("trên 200 tin, bài", "value > 200"),
        ("≥ 3", "value >= 3"),
        ("100%", "value == 100%"),
        ("còn lại", ""),
        ("a and not b", "a and not b"),
        ("muc == tot", "muc == tot"),
        # A second condition is not dropped, a figure that may mean two things is not guessed.
        ("100% và đúng hạn", "100% và đúng hạn"),
        ("4 lần", "4 lần"),
    ],
)
def test_conditions_are_typed_as_the_decision_says_them(typed, meant):
    assert spoken.condition(typed, "value") == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("0.5 điểm", "0.5"),
        ("điểm tối đa", "maximum"),
        ("tỷ lệ x 1,5", "value * 1.5"),
        ("(tỷ lệ % x 1,5)/100%", "value * 1.5"),
        ("maximum / 2", "maximum / 2"),
        ("tùy", "tùy"),
    ],
)
def test_points_are_typed_as_the_decision_says_them(typed, meant):
    assert spoken.points(typed, "value") == meant


def test_names_of_figures_and_options_stand_for_conditions():
    names = spoken.named(
        {
            "co": {"type": "bool", "title": "Có số hóa hồ sơ"},
            "muc": {
                "type": "grade",
                "title": "mức",
                "options": {"tot": {"vi": "Đầy đủ", "en": "full"}, "kem": "không"},
            },
            "muc_2": {"type": "grade", "title": "mức khác", "options": {"kem_2": "Không"}},
            "so": {"type": "count", "title": "số lần"},
        }
    )
    assert names == {"co so hoa ho so": "co", "khong co so hoa ho so": "not co", "day du": "muc == tot"}
    row = spoken.row({"when": "Không có số hóa hồ sơ.", "points": "0,5 điểm"}, "so", names)
    assert row["when"] == "not co"
    assert spoken.row({"when": "đầy đủ"}, "so", names) == {"when": "muc == tot"}
    assert spoken.row({"when": "không"}, "so", names) == {"when": "không"}  # of two figures: reported, not guessed


EXCEL = (
    "STT\tTiêu chí\tĐiểm\tCách chấm\tĐơn vị\n"
    '1\tKế hoạch\t1\t"Đúng hạn: 1\nChậm: 0,5"\tVăn phòng\n'
    "2\tCông khai\t2\tĐủ: 2\tPhòng A\n"
)
WORD = (
    "STT\tTiêu chí\tĐiểm\tCách chấm\tĐơn vị\r\n"
    "1\tKế hoạch\t1\tĐúng hạn: 1\r\nChậm: 0,5\tVăn phòng\r\n"
    "2\tCông khai\t2\tĐủ: 2\tPhòng A\r\n"
)


@pytest.mark.parametrize("text", [EXCEL, WORD])
def test_pasted_cells_keep_their_lines(text):
    assert pasted.rows(text) == [
        ["STT", "Tiêu chí", "Điểm", "Cách chấm", "Đơn vị"],
        ["1", "Kế hoạch", "1", "Đúng hạn: 1\nChậm: 0,5", "Văn phòng"],
        ["2", "Công khai", "2", "Đủ: 2", "Phòng A"],
    ]


def test_a_broken_last_cell_goes_on_and_quotation_marks_of_the_text_stay():
    text = 'STT\tTiêu chí\tCách chấm\nI\tPhần "một"\n1.1\tKế hoạch\tĐúng hạn: 1\nChậm: 0\n1.2\tCông khai\tĐủ: 1\n'
    assert pasted.rows(text) == [
        ["STT", "Tiêu chí", "Cách chấm"],
        ["I", 'Phần "một"'],
        ["1.1", "Kế hoạch", "Đúng hạn: 1\nChậm: 0"],
        ["1.2", "Công khai", "Đủ: 1"],
    ]


def test_a_copy_gets_the_next_free_codes_all_the_way_down():
    data = checks.data_of(SMALL)
    place = tree.duplicate(data, "c.0")
    assert [item.code for item in tree.outline(data, "vi")] == ["1", "1.1", "1.2", "2", "2.1", "2.2"]
    copied, original = tree.node_at(data, place), tree.node_at(data, "c.0")
    assert copied["criteria"][0]["inputs"] == original["criteria"][0]["inputs"]
    assert tree.duplicate(data, "c.0.1") == "c.0.2"
    assert tree.node_at(data, "c.0.2")["code"] == "1.3"


# In the editor ---------------------------------------------------------------------------------------------------


@pytest.fixture
def draft(province):
    return set_save(text=SMALL, unit=province.education, acting=province.officer)


@pytest.fixture
def officer(client, province):
    client.force_login(province.officer, backend=BACKEND)
    return client


@pytest.mark.django_db
def test_a_beginning_stands_in_the_form_and_is_not_saved(officer, draft):
    place, sent = node_post(draft, "1.2")
    sent |= {"f-maximum": "1", "f-title": "Tên đang gõ", "row": "pattern", "pattern": "yes_no"}
    page = officer.post(edit_url(draft, node=place), sent).content.decode()
    assert 'value="dat"' in page and "Tên đang gõ" in page and "data-dirty" in page
    sent |= {"row": "wording", "wording": "Từ 90% trở lên: 1\nDưới 90%: 0"}
    page = officer.post(edit_url(draft, node=place), sent).content.decode()
    assert 'value="rate &gt;= 90%"' in page
    answer = officer.post(edit_url(draft, node=place), sent | {"wording": "Tùy mức độ"})
    assert answer.context["not_begun"] and "Tùy mức độ" in answer.content.decode()
    page = officer.post(edit_url(draft, node=place), sent | {"pattern": "lạ", "row": "pattern"}).content.decode()
    assert "Tên đang gõ" in page
    draft.refresh_from_db()
    assert draft.edition == 1


@pytest.mark.django_db
def test_what_is_wrong_is_named_as_the_form_names_it(officer, draft):
    place, sent = node_post(draft, "1.1")
    english = {"accept-language": "en"}
    answer = officer.post(edit_url(draft, node=place), sent | {"f-maximum": "many", "f-title": ""}, headers=english)
    told = {(finding.where, finding.says) for finding in answer.context["wrong"]}
    assert told == {
        ("1.1 · Maximum points", "“many” is not a number (as 0.25)"),
        ("1.1 · Title", "This must be filled in."),
    }
    # Cases are told by the titles of the figures, not by their short names.
    changed = {"inputs-0-type": "count", "rule-0-when": "value >= 95%", "rule-1-when": "value < 50%"}
    answer = officer.post(
        reverse("indices:set_check", args=[draft.pk], query={"node": place}), sent | changed, headers=english
    )
    [gap] = [finding for finding in answer.context["live"]["own"] if finding.is_error and "tier" in finding.says]
    assert "“hồ sơ đã giải quyết” = " in gap.says and "handled" not in gap.says
    assert "“What the decision leaves open”" in gap.remedy and "left_open" not in gap.remedy


@pytest.mark.django_db
def test_tiers_typed_in_words_are_saved_as_conditions(officer, draft):
    place, sent = node_post(draft, "1.1")
    sent |= {"rule-0-when": "từ 97,5% trở lên", "rule-0-points": "tỷ lệ x 1,5", "rule-1-when": "còn lại"}
    assert officer.post(edit_url(draft, node=place), sent).status_code == 302
    draft.refresh_from_db()
    node = tree.node_at(checks.data_of(draft.text), place)
    assert node["rule"] == {"when": "value >= 97.5%", "points": "value * 1.5"}


@pytest.mark.django_db
def test_saving_goes_on_to_the_next_or_adds_one(officer, draft):
    place, sent = node_post(draft, "1.1")
    answer = officer.post(edit_url(draft, node=place), sent | {"do": "next", "f-maximum": "1,5"})
    assert answer.url == edit_url(draft, node="c.0.1")
    draft.refresh_from_db()
    place, sent = node_post(draft, "1.2")
    answer = officer.post(edit_url(draft, node=place), sent | {"do": "add_after", "f-title": "Đã gõ"})
    assert answer.url == edit_url(draft, node="c.0.2", new=1)
    page = officer.get(answer.url).content.decode()
    assert "Đã gõ" in page and 'name="f-title" rows="2" aria-describedby="id_f-title_notes" data-focus' in page
    draft.refresh_from_db()
    place, sent = node_post(draft, "1.3")
    answer = officer.post(edit_url(draft, node=place), sent | {"do": "duplicate"})
    assert answer.url == edit_url(draft, node="c.0.3", new=1)
    draft.refresh_from_db()
    assert [item.code for item in tree.outline(checks.data_of(draft.text), "vi")] == ["1", "1.1", "1.2", "1.3", "1.4"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong", [{"rule_form": "yaml", "rule_text": "{["}, {"edition": 7, "do": "add_after"}, {"f-maximum": "ba"}]
)
def test_whatever_goes_wrong_everything_typed_is_still_there(officer, draft, wrong):
    place, sent = node_post(draft, "1.1")
    sent |= {"f-title": "Tên đang gõ", "inputs-0-title": "số liệu đang gõ", "f-note": "ghi chú đang gõ"}
    answer = officer.post(edit_url(draft, node=place), sent | wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    for text in ("Tên đang gõ", "số liệu đang gõ", "ghi chú đang gõ"):
        assert text in page
    draft.refresh_from_db()
    assert draft.edition == 1


# A pasted table --------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_table_is_pasted_instead_of_a_file(officer, province):
    table = 'STT\tTiêu chí\tĐiểm\tCách chấm\n1\tCông khai\t1\t"Công khai: 1\nKhông công khai: 0"\n'
    page = officer.post(reverse("indices:set_import"), {"pasted": table})
    assert page.status_code == 200 and page.context["leaves"] == page.context["recognised"] == 1
    sent = {"read": page.context["read_file"], "code": "dan", "title": "Bộ dán vào", "document": "9/QĐ-UBND"}
    sent["unit"] = province.education.pk
    officer.post(reverse("indices:set_import"), sent)
    version = SetVersion.objects.get(code="dan")
    assert version.title == "Bộ dán vào" and checks.data_of(version.text)["source"]["document"] == "9/QĐ-UBND"
    vague = table.replace("Công khai: 1\nKhông công khai: 0", "Tùy mức độ")
    page = officer.post(reverse("indices:set_import"), {"pasted": vague})
    officer.post(reverse("indices:set_import"), sent | {"read": page.context["read_file"], "code": "mo-ho"})
    doubt = SetVersion.objects.get(code="mo-ho").doubts.get(code="not-recognised")
    assert (doubt.criterion, doubt.line, doubt.place) == ("1", 2, "")
    # What cannot be read stays in the field; nothing at all is told beside it.
    answer = officer.post(reverse("indices:set_import"), {"pasted": "Chỉ là một đoạn văn."})
    assert answer.status_code == 422 and "Chỉ là một đoạn văn." in answer.content.decode()
    assert answer.context["pasted"].errors["pasted"]
    for empty in ({"pasted": " \n"}, {"pasted": ""}):
        answer = officer.post(reverse("indices:set_import"), empty)
        assert answer.status_code == 422 and answer.context["pasted"].errors["pasted"]
    answer = officer.post(reverse("indices:set_import"), {})
    assert answer.status_code == 422 and answer.context["form"].errors["file"]


@pytest.mark.django_db
def test_a_refused_import_keeps_the_names_typed(officer, province):
    table = "STT\tTiêu chí\tĐiểm\tCách chấm\n1\tCông khai\t1\tTùy mức độ\n"
    page = officer.post(reverse("indices:set_import"), {"file": SimpleUploadedFile("b.txt", table.encode())})
    sent = {"read": page.context["read_file"], "code": "Mã Có Dấu", "title": "Tên đang gõ", "document": "77/QĐ"}
    answer = officer.post(reverse("indices:set_import"), sent | {"unit": province.education.pk})
    page = answer.content.decode()
    assert answer.status_code == 422 and "Mã Có Dấu" in page and "Tên đang gõ" in page and "77/QĐ" in page
