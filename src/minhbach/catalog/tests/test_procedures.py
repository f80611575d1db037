"""The shipped procedures and result templates, against figures counted and facts read by hand in the source table."""

import re
import unicodedata
from collections import Counter
from fractions import Fraction
from importlib.resources import files
from pathlib import Path

import pytest

from minhbach.procedures.content.reading import from_yaml, to_yaml
from minhbach.procedures.content.result_templates import BLANK, filled, names_in, template_from_yaml
from minhbach.worktime import working_days

FOLDER = Path(str(files("minhbach.catalog")))
FILES = {path.stem: path for path in sorted((FOLDER / "procedures").glob("*.yaml"))}
READ = {name: from_yaml(path.read_text(encoding="utf-8"), path.name) for name, path in FILES.items()}
ALL = {content.code: content for contents, _ in READ.values() for content in contents}
TEMPLATES = {
    path.stem: template_from_yaml(path.read_text(encoding="utf-8"), path.name)
    for path in sorted((FOLDER / "results").glob("*.yaml"))
}

COMPLETE = [
    "3.000465",
    "3.000466",
    "2.002850",
    "1.004889",
    "2.002854",
    "2.002855",
    "2.002856",
    "2.002857",
    "3.000315",
    "1.005061",
    "1.012960",
    "2.001987",
    "1.000691",
    "1.000280",
    "1.000288",
    "1.012964",
    "1.012944",
    "1.012953",
    "1.014333",
    "1.014334",
    "1.014335",
    "1.014336",
    "1.014337",
    "2.002770",
    "1.001622",
]
"""With a form, a process and a time."""
REPEALED = [
    "1.012958",
    "1.012959",
    "3.000301",
    "1.005008",
    "3.000297",
    "3.000302",
    "3.000306",
    "1.004999",
    "3.000299",
    "3.000304",
    "1.004991",
    "3.000300",
    "3.000305",
    "3.000309",
]
"""Repealed by Decision 2295/QĐ-UBND of a province."""


@pytest.mark.parametrize("name", FILES)
def test_every_file_reads_without_a_finding_and_goes_round(name):
    contents, problems = READ[name]
    assert [problem.in_("en") for problem in problems] == []
    again, _ = from_yaml(to_yaml(contents))
    assert again == contents


def test_the_source_has_142_procedures_in_force_of_which_two_are_repealed():
    # 127 current and 15 in force in November 2025; of the repealed codes only 1.005008 and 3.000302 are among them.
    assert sum(len(contents) for contents, _ in READ.values()) == len(ALL) == 127 + 15 - 2
    assert not set(REPEALED) & set(ALL)
    levels = Counter(content.level for content in ALL.values())
    assert levels == {"province": 88, "commune": 44, "school": 7, None: 1}
    assert ALL["1.003734"].level is None
    assert Counter(content.field for content in ALL.values()) == {
        "Giáo dục và Đào tạo thuộc hệ thống giáo dục quốc dân": 31,
        "Giáo dục thường xuyên": 20,
        "Giáo dục nghề nghiệp": 17,
        "Giáo dục dân tộc": 13,
        "Giáo dục trung học": 10,
        "Giáo dục mầm non": 9,
        "Thi, tuyển sinh": 8,
        "Văn bằng, chứng chỉ": 4,
        "Các cơ sở giáo dục khác": 4,
        "Giáo dục tiểu học": 4,
        "Giáo dục, đào tạo với nước ngoài": 4,
        "Kiểm định chất lượng giáo dục": 3,
        "": 13,
    }


@pytest.mark.parametrize(
    "historical",
    [
        "Cho phép trung tâm ngoại ngữ, tin học hoạt động giáo dục",
        "Thành lập trung tâm ngoại ngữ, tin học",
        "Chuyển trường đối với học sinh trung học phổ thông",
        "Chuyển trường đối với học sinh trung học cơ sở",
        "Cấp giấy phép, gia hạn giấy phép tổ chức hoạt động dạy thêm, học thêm đối với cấp trung học phổ thông",
        "Thành lập nhóm trẻ, lớp mẫu giáo độc lập (trước 7/2025)",
    ],
)
def test_procedures_of_former_times_are_not_loaded(historical):
    assert historical not in {content.name.vi for content in ALL.values()}


# Read by hand in the source table: what it says …
def test_what_the_source_states_is_there():
    copy = ALL["3.000465"]
    assert copy.name.vi == "Cấp bản sao văn bằng, chứng chỉ từ sổ gốc"
    assert str(copy.times.by_law) == "trong ngày"
    assert [citation.number for citation in copy.legal_basis] == ["10/2026/TT-BGDĐT", "66.7/2025/NQ-CP"]
    assert copy.publication.decision == "985/QĐ-BGDĐT"
    assert copy.applicants == ("citizen", "overseas", "foreigner")
    assert copy.results[0].code == "KQ.G03.000157"
    assert {channel.kind for channel in copy.channels} == {"counter", "online", "post"}

    exams = ALL["1.013338"]
    assert str(exams.times.by_law) == "7 ngày"
    assert [result.code for result in exams.results] == ["KQ.G03.000341", "KQ.G03.000342", "KQ.G03.000343"]
    assert [channel.kind for channel in exams.channels] == ["counter", "online"]
    assert len(exams.components) == 6

    assert str(ALL["1.000691"].times.by_law) == "2 tháng + 15 ngày làm việc"
    assert str(ALL["1.009394"].times.by_law) == "35 ngày làm việc"
    assert [component.copies for component in ALL["1.009394"].components] == [None, None, None, 2, 1, None]
    assert ALL["2.002284"].field_code == "G07-LĐ06"
    assert "53/2015/QĐ-TTg" in [citation.number for citation in ALL["2.002284"].legal_basis]
    assert ALL["5.003846"].applicants == ("official",)
    assert ALL["1.012953"].legal_basis[0].article == "điểm b khoản 2 Điều 19 Phụ lục I"
    fee = ALL["1.004889"].fees[0]
    assert (fee.amount, fee.kind) == (250_000, "fee")
    assert "500.000" in ALL["1.004889"].note


# … and what it leaves blank.
@pytest.mark.parametrize(
    ("code", "blank"),
    [
        ("5.003852", "times channels components fees results legal_basis applicants publication form process"),
        ("5.003834", "fees form process sets order conditions online post"),
        ("5.003836", "components fees"),
        ("5.003833", "legal_basis fees"),
        ("3.000317", "agency times channels components results"),
        ("2.002851", "legal_basis fees"),
        ("1.001714", "legal_basis fees"),
        ("1.005095", "results legal_basis applicants publication fees"),
        ("1.012944", "components channels legal_basis applicants publication fees"),
        ("1.000715", "agency times components results legal_basis"),
        ("3.000467", "field agency times channels results applicants publication"),
        ("1.004889", "legal_basis applicants publication"),
    ],
)
def test_what_the_source_leaves_blank_is_absent(code, blank):
    said = set(ALL[code].__dataclass_fields__)
    for field in blank.split():
        assert field in said
        value = getattr(ALL[code], field)
        assert not value or value == type(value)(), (field, value)


@pytest.mark.parametrize("code", ["5.003846", "6.006707", "6.006695", "3.000181", "3.000182", "1.001714", "1.005142"])
def test_a_time_that_is_none_is_not_taken_for_one(code):
    # “1 ngày” beside “không quy định” or beside dates of the year, and “N/A”.
    assert ALL[code].times.by_law is None
    assert all(channel.time is None for channel in ALL[code].channels)


def test_who_decides_since_july_2025():
    decides = {code: ALL[code].decided_by.vi for code in ("1.012963", "1.012964", "1.012944", "1.012953", "2.002854")}
    assert decides == {
        "1.012963": "Chủ tịch Ủy ban nhân dân cấp xã",
        "1.012964": "Chủ tịch Ủy ban nhân dân cấp xã",
        "1.012944": "Chủ tịch Ủy ban nhân dân cấp tỉnh",
        "1.012953": "Giám đốc Sở Giáo dục và Đào tạo",
        "2.002854": "Hiệu trưởng",
    }
    assert not [code for code, content in ALL.items() if "Phòng Giáo dục" in content.agency.vi]
    assert not [code for code, content in ALL.items() if "Hà Nội" in content.agency.vi]


@pytest.mark.parametrize(
    ("code", "answers", "days"),
    [
        ("2.002854", {"from_place": "same_province"}, 5),
        ("2.002854", {"from_place": "other_province"}, 8),
        ("2.002857", {"back_to": "same_school"}, 5),
        ("2.002857", {"back_to": "other_school", "from_place": "same_province"}, 5),
        ("2.002857", {"back_to": "other_school", "from_place": "other_province"}, 8),
        ("1.004889", {}, 20),
        ("3.000466", {}, 3),
    ],
)
def test_the_time_for_a_case(code, answers, days):
    assert ALL[code].times.by_law_for(answers) == working_days(days)


@pytest.mark.parametrize("code", COMPLETE)
def test_the_most_used_have_form_process_and_time_in_both_languages(code):
    content = ALL[code]
    assert content.form and content.process and content.times.by_law and content.results
    assert content.form.illustrative and content.process.illustrative
    assert len(content.form.fields) >= 10
    texts = [content.name, *(section.title for section in content.form.sections)]
    texts += [field.title for field in content.form.fields]
    texts += [option.title for field in content.form.fields for option in field.options]
    texts += [step.title for step in content.process.steps]
    texts += [move.title for step in content.process.steps for move in step.moves if move.title]
    texts += [component.title for component in content.components]
    texts += [result.title for result in content.results]
    assert [text.vi for text in texts if not text.en] == []


@pytest.mark.parametrize("code", COMPLETE)
def test_the_steps_use_up_the_time(code):
    steps = ALL[code].process.steps
    assert (steps[0].role, steps[-1].role) == ("counter", "counter")
    assert {"signature", "number"} <= {step.makes for step in steps}
    shares = [step.share.value for step in steps if step.share]
    if shares:
        assert not [step for step in steps if step.time] and sum(shares) == Fraction(1)
    else:
        parts = [part for step in steps if step.time for part in step.time.parts]
        amounts = Counter()
        for part in parts:
            amounts[part.unit] += part.amount
        assert amounts == {part.unit: part.amount for part in ALL[code].times.by_law.parts}


def test_times_that_no_source_states_are_marked():
    marked = {code for code, content in ALL.items() if content.times.illustrative}
    assert marked == {"3.000315", "1.012960", "2.001987", "1.012953"}
    assert {code for code in ALL if ALL[code].form} == {code for code in ALL if ALL[code].process} == set(COMPLETE)
    assert {code for code in ALL for result in ALL[code].results if result.illustrative} == {
        "1.004889", "1.012964", "1.012944", "1.012953", "3.000315", "1.005061", "1.012960", "2.001987",
    }  # fmt: skip


def test_a_fee_is_asked_for_only_where_there_is_one():
    asking = {
        content.code
        for content in ALL.values()
        if content.process and any(move.kind == "finance" for step in content.process.steps for move in step.moves)
    }
    assert asking == {content.code for content in ALL.values() if content.fees} == {"1.004889"}


def test_papers_that_depend_on_an_answer_or_on_data():
    papers = {component.key: component for component in ALL["3.000466"].components}
    assert papers["civil_status"].only_if[0].holds({"reason": "gender"})
    assert not papers["civil_status"].only_if[0].holds({"reason": "birth_late"})
    assert papers["birth_certificate"].only_if[0].holds({"reason": "birth_late"})
    assert not papers["birth_certificate"].required and papers["diploma"].required
    by_data = {code for code, content in ALL.items() if any(component.by_data for component in content.components)}
    # 9 of the current ones and 13 of November 2025 name only what data replace.
    assert len(by_data) == 9 + 13
    assert all(not component.required for code in by_data for component in ALL[code].components)


def test_no_name_or_paper_comes_twice_and_no_sentence_is_broken():
    assert [name for name, count in Counter(content.name.vi for content in ALL.values()).items() if count > 1] == []
    for content in ALL.values():
        titles = [component.title.vi for component in content.components if "nguồn bị cắt" not in component.title.vi]
        assert len(titles) == len(set(titles)), content.code
        for text in _texts(content):
            assert text == unicodedata.normalize("NFC", text).strip(), (content.code, text)
            assert not re.search(r"  |`|\(Mã|; ?$|\( | \)|^[-+*]|Tên giấy tờ|[Nn]ghị định này|Quyết định này", text), (
                content.code,
                text,
            )
            assert text.count("“") == text.count("”"), (content.code, text)


def test_what_the_source_cuts_is_said_to_be_cut():
    cut = {content.code for content in ALL.values() if any(text.endswith("…") for text in _texts(content))}
    assert len(cut) > 20
    assert {code for code in cut if "nguồn bị cắt" not in ALL[code].note} == set()


def test_every_procedure_says_where_it_was_read_and_has_an_english_name():
    for content in ALL.values():
        assert content.source.startswith(("https://dichvucong.gov.vn/", "Phụ lục Nghị quyết 66.7/2025/NQ-CP"))
        assert content.note and content.name.en


def test_every_result_template_reads_and_is_used():
    assert [problem.in_("en") for _, problems in TEMPLATES.values() for problem in problems] == []
    assert all(template.code == name and template.illustrative for name, (template, _) in TEMPLATES.items())
    assert len(TEMPLATES) >= 8
    named = {result.template for content in ALL.values() for result in content.results if result.template}
    assert named == set(TEMPLATES)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_asks_only_for_answers_its_forms_have(name):
    template, _ = TEMPLATES[name]
    users = [c for c in ALL.values() if any(result.template == name for result in c.results)]
    asked = [{f"answers.{field.key}" for field in content.form.fields} for content in users]
    everywhere, somewhere = set.intersection(*asked), set.union(*asked)
    conditional = [paragraph for paragraph in template.body if paragraph.if_given or paragraph.when]
    apart = {paragraph.text for paragraph in conditional} | {f"{{{paragraph.if_given}}}" for paragraph in conditional}
    always = [text for text in template.texts() if text not in apart]
    for text in always:
        for alternatives in re.findall(r"\{([^{}]*)\}", text):
            names = [one for one in alternatives.split("|") if one.startswith("answers.")]
            assert not names or set(names) & everywhere, (text, names)
    for paragraph in conditional:
        for one in [*names_in(paragraph.text), *(f"answers.{condition.field}" for condition in paragraph.when)]:
            assert not one.startswith("answers.") or one in somewhere, (paragraph.text, one)


def test_names_in_braces_are_filled_or_left_as_dots():
    known = {"answers.name": "Nguyễn Văn A", "answers.holder": ""}.get
    assert (
        filled("Họ và tên: {answers.holder|answers.name}", lambda name: known(name) or "") == "Họ và tên: Nguyễn Văn A"
    )
    assert filled("Số: {draft.number}.", lambda name: "") == f"Số: {BLANK}."


def test_a_template_with_an_unknown_name_is_refused():
    text = "code: a\ntitle: A\nkind: B\nbody: ['{applicant.nmae}']\nrecipients: []\nsigned_by: C\n"
    template, problems = template_from_yaml(text)
    assert template is None
    assert "{applicant.nmae}" in problems.errors[0].says.en


def _texts(content):
    yield content.name.vi
    yield from (component.title.vi for component in content.components)
    yield from (component.when.vi for component in content.components)
    yield from (component.form for component in content.components)
    yield from (result.title.vi for result in content.results)
    yield content.times.note.vi
    yield from content.order.vi.split("\n")


@pytest.mark.parametrize(
    ("place", "where"),
    [
        ("components: [{key: a, title: A, only_if: [{field: kind, values: [CHOSEN]}]}]", "components[1].only_if"),
        ("times: {cases: [{title: A, time: 5 ngày, when: [{field: kind, values: [CHOSEN]}]}]}", "times.cases[1].when"),
    ],
)
def test_a_condition_names_a_question_and_an_answer_of_the_form(place, where):
    form = (
        "form: {sections: [{title: S, fields: [{key: kind, title: K, type: choice, options: [{key: x, title: X}]}]}]}"
    )
    start = f"code: '1.0'\nname: A\n{place}\n"
    assert from_yaml(start.replace("CHOSEN", "x") + form)[1].found == []
    for wrong in (start.replace("CHOSEN", "x"), start.replace("CHOSEN", "y") + form):
        contents, problems = from_yaml(wrong)
        assert contents == []
        assert [(problem.code, problem.where) for problem in problems] == [("condition", f"1.0 {where}")]
