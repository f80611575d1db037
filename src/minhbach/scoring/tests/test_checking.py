# ruff: noqa: E501 - rows of a table
"""`sets check`: what is wrong is found with file, line and remedy; what is sound raises no alarm."""

import copy
import subprocess
import sys
import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minhbach.scoring import catalogue, checking, reading, set_files
from minhbach.scoring.tests.making import HEAD, findings

LEAF = """\
criteria:
  - code: "1"
    title: {vi: Tiêu chí, en: Criterion}
"""
HEAD_LINES = HEAD.count("\n")
LEAF_LINES = HEAD_LINES + LEAF.count("\n")
AB = "inputs: {a: {type: count, title: a}, b: {type: count, part_of: a, title: b}}\n"


def leaf(body):
    return LEAF + textwrap.indent(body, "    ")


# name, set, (code, line, words in vi, words in en)
WRONG = [
    ("a gap between tiers", leaf("maximum: 1\ninputs: {n: {type: count, title: n}}\nrule:\n  tiers:\n    - {when: n > 200, points: 1}\n    - {when: 52 <= n <= 199, points: 0.5}\n    - {when: n < 52, points: 0}\n"),
     ("gap", LEAF_LINES + 3, "không bậc nào nêu trường hợp n = 200 → thêm bậc hoặc otherwise", "no tier covers n = 200 → add a tier or otherwise")),
    ("a gap in rates", leaf("maximum: 1\n" + AB + "value: b / a\nrule:\n  tiers:\n    - {when: value > 80%, points: 1}\n    - {when: value < 80%, points: 0}\n"),
     ("gap", LEAF_LINES + 4, "(value = 0.8)", "(value = 0.8)")),
    ("a missing cell", leaf("maximum: 1\ninputs: {p: {type: bool, title: p}, q: {type: bool, title: q}}\nrule: {tiers: [{when: p and q, points: 1}, {when: p and not q, points: 0.5}, {when: not p and not q, points: 0}]}\n"),
     ("gap", LEAF_LINES + 3, "p = no, q = yes", "p = no, q = yes")),
    ("a grade without points", leaf("maximum: 1\ninputs: {g: {type: grade, title: g, options: {x: X, y: Y, z: Z}}}\nrule: {tiers: [{when: g == x, points: 1}, {when: g == y, points: 0}]}\n"),
     ("gap", LEAF_LINES + 3, "g = z", "g = z")),
    ("an overlap", leaf("maximum: 1\n" + AB + "value: b / a\nrule:\n  tiers:\n    - {when: 40% <= value <= 60%, points: 0.5}\n    - {when: 55% <= value <= 100%, points: 1}\n    - {otherwise: 0}\n"),
     ("overlap", LEAF_LINES + 4, "bậc 1 và bậc 2 cùng đúng", "tiers 1 and 2 both hold")),
    ("a tier above the maximum", leaf("maximum: 1\ninputs: {p: {type: bool, title: p}}\nrule: {tiers: [{when: p, points: 1.5}, {otherwise: 0}]}\n"),
     ("above-maximum", LEAF_LINES + 3, "1.5 điểm khi p = yes, vượt điểm tối đa 1", "1.5 points with p = yes, above the maximum 1")),
    ("a formula above the maximum", leaf("maximum: 1\n" + AB + "value: b / a\nrule: {formula: value * 1.1}\n"),
     ("above-maximum", LEAF_LINES + 4, "vượt điểm tối đa 1", "above the maximum 1")),
    ("b and c over a", leaf("maximum: 1\ninputs: {a: {type: count, title: a}, b: {type: count, part_of: a, title: b}, c: {type: count, part_of: a, title: c}}\nrule: {formula: b / a * 1 + c / a * 0.5}\n"),
     ("above-maximum", LEAF_LINES + 3, "thêm constraints", "add constraints")),
    ("points below the minimum", leaf("maximum: 1\ninputs: {n: {type: count, title: n}}\nrule: {formula: 1 - n * 0.5}\n"),
     ("below-minimum", LEAF_LINES + 3, "dưới điểm tối thiểu 0", "below the minimum 0")),
    ("maxima that do not add up", 'maximum: 3\ncriteria:\n  - {code: "1", title: a, maximum: 1, rule: {unstated: true}}\n  - {code: "2", title: b, maximum: 1.5, rule: {unstated: true}}\n',
     ("maximum-sum", HEAD_LINES + 1, "ghi 3 nhưng các tiêu chí con cộng lại 2.5", "says 3 but the criteria below add up to 2.5")),
    ("a maximum below the sum", 'maximum: 2\ncriteria:\n  - {code: "1", title: a, maximum: 1, rule: {unstated: true}}\n  - {code: "2", title: b, maximum: 1.5, rule: {unstated: true}}\n',
     ("maximum-sum", HEAD_LINES + 1, "ghi 2 nhưng các tiêu chí con cộng lại 2.5", "says 2 but the criteria below add up to 2.5")),
    ("a cycle with many ways round", "criteria:\n" + "".join(f'  - {{code: "{n}", title: a, maximum: 1, inputs: {{a: {{type: count, title: a}}}}, value: ref("{(n + 1) % 2}") + ref("{(n + 1) % 2}") + ref("{(n + 1) % 2}") + a, rule: {{formula: value}}}}\n' for n in range(2)),
     ("cycle", HEAD_LINES + 2, "đọc lại chính nó", "reads itself")),
    ("a group that does not add up", 'criteria:\n  - code: "1"\n    title: a\n    maximum: 2\n    criteria: [{code: "1.1", title: a, maximum: 1, rule: {unstated: true}}]\n',
     ("maximum-sum", HEAD_LINES + 4, "ghi 2 nhưng", "says 2 but")),
    ("weighted maxima that do not add up", 'maximum: 100\ncombine: {how: weighted_sum, times: 10}\ncriteria:\n  - {code: "1", title: a, weight: 60%, maximum: 10, rule: {unstated: true}}\n  - {code: "2", title: b, weight: 30%, maximum: 10, rule: {unstated: true}}\n',
     ("maximum-sum", HEAD_LINES + 1, "cộng lại 90", "add up to 90")),
    ("an unknown input", leaf("maximum: 1\n" + AB + "rule: {formula: c / a * 1}\n"),
     ("expression", LEAF_LINES + 3, "không có đầu vào “c”; các đầu vào của tiêu chí: a, b", "no input “c”; the criterion's inputs: a, b")),
    ("a rate as points", leaf("maximum: 1\n" + AB + "value: b / a\nrule: {formula: value}\n"),
     ("rate-as-points", LEAF_LINES + 4, "là tỷ lệ, không phải điểm → nhân với điểm", "is a rate, not points → multiply by points")),
    ("a condition as points", leaf("maximum: 1\ninputs: {p: {type: bool, title: p}}\nrule: {formula: p}\n"),
     ("not-points", LEAF_LINES + 3, "không phải là điểm", "is not points")),
    ("points as a condition", leaf("maximum: 1\n" + AB + "rule: {tiers: [{when: a + b, points: 1}, {otherwise: 0}]}\n"),
     ("not-a-condition", LEAF_LINES + 3, "không phải điều kiện", "is not a condition")),
    ("a rate against a number", leaf("maximum: 1\n" + AB + "value: b / a\nrule: {tiers: [{when: value >= 60, points: 1}, {otherwise: 0}]}\n"),
     ("expression", LEAF_LINES + 4, "viết ngưỡng kèm dấu %, ví dụ 60%", "write the threshold with its sign, as 60%")),
    ("a cycle", 'criteria:\n  - {code: "1", title: a, maximum: 1, inputs: {a: {type: count, title: a}}, value: ref("2") + a, rule: {formula: value}}\n  - {code: "2", title: b, maximum: 1, inputs: {a: {type: count, title: a}}, value: ref("1") + a, rule: {formula: value}}\n',
     ("cycle", HEAD_LINES + 2, "đọc lại chính nó", "reads itself")),
    ("points of its own group", 'criteria:\n  - code: G\n    title: g\n    criteria:\n      - {code: "1", title: a, maximum: 1, rule: {formula: points("G")}}\n',
     ("cycle", HEAD_LINES + 5, "đọc lại chính nó", "reads itself")),
    ("a code twice", 'criteria:\n  - {code: "1", title: a, maximum: 1, rule: {unstated: true}}\n  - {code: "1", title: b, maximum: 1, rule: {unstated: true}}\n',
     ("repeated-code", HEAD_LINES + 2, "mã “1” dùng 2 lần → đặt id", "the code “1” is used 2 times → give one of them an id")),
    ("no code", "criteria:\n  - {title: a, maximum: 1, rule: {unstated: true}}\n",
     ("no-code", HEAD_LINES + 2, "cần code hoặc id", "a code or an id is needed")),
    ("a bad example", leaf("maximum: 1\n" + AB + "value: b / a\nrule: {formula: value * maximum}\nexamples:\n  - {given: {a: 4, b: 4}, points: 1}\n  - {given: {a: 4, b: 3}, points: 0.7}\n"),
     ("example", LEAF_LINES + 7, "mong 0.7 điểm nhưng quy tắc cho 0.75 → sửa quy tắc hoặc ví dụ", "expects 0.7 points but the rule gives 0.75 → correct the rule or the example")),
    ("an example of another state", leaf("maximum: 1\n" + AB + "rule: {formula: b / a * 1}\nexamples:\n  - {given: {a: 0, b: 0}, state: scored}\n"),
     ("example", LEAF_LINES + 5, "mong trạng thái scored nhưng được undefined", "expects the state scored but gets undefined")),
    ("an example with an unknown input", leaf("maximum: 1\n" + AB + "rule: {formula: b / a * 1}\nexamples:\n  - {given: {a: 1, c: 0}, points: 0}\n"),
     ("example", LEAF_LINES + 5, "đầu vào lạ “c”", "an unknown input “c”")),
    ("an example with a wrong fact", leaf("maximum: 1\n" + AB + "rule: {formula: b / a * 1}\nexamples:\n  - {given: {a: nhiều, b: 0}, points: 0}\n"),
     ("example", LEAF_LINES + 5, "a: “nhiều” không phải là số", "a: “nhiều” is not a number")),
    ("an example that expects nothing", leaf("maximum: 1\n" + AB + "rule: {formula: b / a * 1}\nexamples:\n  - {given: {a: 1, b: 0}}\n"),
     ("example", LEAF_LINES + 5, "cần points hoặc state", "needs points or a state")),
    ("an unknown field", leaf("maximun: 1\nrule: {unstated: true}\n"),
     ("unknown-field", LEAF_LINES + 1, "không có trường “maximun” ở đây; có phải là “maximum”?", "no field “maximun” here; did you mean “maximum”?")),
    ("a missing field", "criteria:\n  - {code: \"1\", maximum: 1, rule: {unstated: true}}\n",
     ("missing-field", HEAD_LINES + 2, "thiếu trường “title”", "the field “title” is missing")),
    ("a wrong choice", leaf("maximum: 1\nstream: other\nrule: {unstated: true}\n"),
     ("wrong-value", LEAF_LINES + 2, "một trong: self, survey", "one of: self, survey")),
    ("a decimal comma", leaf("maximum: 0,25\nrule: {unstated: true}\n"),
     ("wrong-value", LEAF_LINES + 1, "viết với dấu chấm, ví dụ 0.25", "with a point, as 0.25")),
    ("an expression that cannot be read", leaf("maximum: 1\n" + AB + "value: b / / a\nrule: {unstated: true}\n"),
     ("expression", LEAF_LINES + 3, "không hiểu từ ký tự thứ 5", "cannot read from character 5")),
    ("two forms at once", leaf("maximum: 1\nrule: {unstated: true, formula: 1}\n"),
     ("rule-form", LEAF_LINES + 2, "đúng một dạng", "exactly one of the forms")),
    ("a formula cut at its comma", leaf("maximum: 1\nrule: {formula: min(1, maximum)}\n"),
     ("rule-form", LEAF_LINES + 2, "có dấu phẩy trong ngoặc kép", "put a formula with a comma in quotes")),
    ("otherwise in the middle", leaf("maximum: 1\n" + AB + "rule: {tiers: [{otherwise: 0}, {when: a > 1, points: 1}]}\n"),
     ("otherwise-not-last", LEAF_LINES + 3, "phải là bậc cuối", "must be the last tier")),
    ("wrong YAML", HEAD + "criteria:\n  - code: \"1\n",
     ("yaml", HEAD_LINES + 3, "không đọc được YAML", "not readable as YAML")),
    ("YAML indented wrongly", HEAD + "criteria:\n  - code: x\n   title: y\n",
     ("yaml", HEAD_LINES + 3, "kiểm tra thụt dòng", "check indentation")),
    ("a key twice", HEAD + "year: 2023\nyear: 2024\ncriteria: []\n",
     ("repeated-key", HEAD_LINES + 2, "“year” viết hai lần", "“year” is written twice")),
    ("a tag", HEAD + "year: !!python/object:os.system x\ncriteria: []\n",
     ("tag", HEAD_LINES + 1, "không dùng được thẻ", "the tag")),
    ("another format", "format: 2\n" + HEAD.split("\n", 1)[1] + "criteria: []\n",
     ("format", 1, "không biết định dạng 2 → viết format: 1", "format 2 is not known → write format: 1")),
    ("an empty file", "format:", ("missing-field", 1, "thiếu trường", "is missing")),
    ("not a set", "format: [1]\n", ("wrong-value", 1, "đây là một danh sách; cần số nguyên", "this is a list; it takes a whole number")),
    ("a maximum without a rule", leaf("maximum: 1\n"),
     ("no-rule", LEAF_LINES - 1, "có điểm tối đa nhưng không có quy tắc → thêm rule", "a maximum but no rule → add a rule")),
    ("a rule without a maximum", leaf(AB + "rule: {formula: b / a * 1}\n"),
     ("no-maximum", LEAF_LINES - 1, "thiếu điểm tối đa", "the maximum is missing")),
    ("a group with a rule", 'criteria:\n  - code: "1"\n    title: a\n    rule: {unstated: true}\n    criteria: [{code: "1.1", title: a, maximum: 1, rule: {unstated: true}}]\n',
     ("group-with-rule", HEAD_LINES + 4, "thì không có rule", "has no rule")),
    ("a weight missing", 'combine: {how: weighted_sum}\ncriteria:\n  - {code: "1", title: a, maximum: 1, rule: {unstated: true}}\n',
     ("no-weight", HEAD_LINES + 3, "thiếu trọng số", "the weight is missing")),
    ("an unknown office", leaf("maximum: 1\nresponsible: [VP]\nrule: {unstated: true}\n"),
     ("unknown-code", LEAF_LINES + 2, "“VP” chưa khai trong responsibles → thêm “VP”", "“VP” is not declared in responsibles → add “VP”")),
    ("an unknown group", "applies_to: [so]\n" + leaf("maximum: 1\nrule: {unstated: true}\n"),
     ("unknown-code", HEAD_LINES + 1, "“so” chưa khai trong groups", "“so” is not declared in groups")),
    ("a parameter of two kinds", "groups: {x: X}\nparameters: {p: {title: p, value: 5, groups: {x: 5%}}}\n" + leaf("maximum: 1\nrule: {unstated: true}\n"),
     ("parameter-kinds", HEAD_LINES + 2, "một tham số chỉ có một loại", "a parameter is of one kind")),
    ("a parameter of an unknown group", "parameters: {p: {title: p, value: 5, groups: {x: 6}}}\n" + leaf("maximum: 1\nrule: {unstated: true}\n"),
     ("unknown-code", HEAD_LINES + 1, "“x” chưa khai trong groups", "“x” is not declared in groups")),
    ("bands in the wrong order", "bands: [{steps: [{code: B, title: b, from: 80}, {code: A, title: a, from: 90}]}]\n" + leaf("maximum: 1\nrule: {unstated: true}\n"),
     ("bands-order", HEAD_LINES + 1, "giảm dần từ cao xuống thấp", "go down from the best")),
    ("a grade without options", leaf("maximum: 1\ninputs: {g: {type: grade, title: g}}\nrule: {tiers: [{when: absent(g), points: 1}, {otherwise: 0}]}\n"),
     ("no-options", LEAF_LINES + 2, "cần options", "needs options")),
    ("a reserved word", leaf("maximum: 1\ninputs: {absent: {type: count, title: vắng}}\nrule: {formula: \"min(absent, 1)\"}\n"),
     ("reserved-word", LEAF_LINES + 2, "“absent” là từ dành riêng", "“absent” is a reserved word")),
    ("a part of nothing", leaf("maximum: 1\ninputs: {a: {type: count, part_of: z, title: a}}\nrule: {formula: \"min(a, 1)\"}\n"),
     ("part-of", LEAF_LINES + 2, "không có đầu vào “z”", "there is no input “z”")),
    ("a relative rule without a value", leaf("maximum: 1\nrule: {relative: {over: round, rule: {formula: 1 / position}}}\n"),
     ("relative-value", LEAF_LINES - 1, "cần trường value", "needs the field value")),
    ("unstated inside", leaf("maximum: 1\nrule: {sum: [{unstated: true}]}\n"),
     ("unstated-inside", LEAF_LINES + 2, "không đứng bên trong quy tắc khác", "does not stand inside another rule")),
    ("an adjustment without a kind", leaf("maximum: 1\nrule: {unstated: true}\n") + "adjustments: [{code: T, title: t, maximum: 1, rule: {unstated: true}}]\n",
     ("adjustment-kind", LEAF_LINES + 3, "cần kind: bonus hoặc penalty", "kind: bonus or penalty is needed")),
]  # fmt: skip

DOUBTFUL = [
    ("codes alike", 'criteria:\n  - {code: "1a", title: a, maximum: 1, rule: {unstated: true}}\n  - {code: "1A", title: b, maximum: 1, rule: {unstated: true}}\n',
     ("codes-alike", HEAD_LINES + 3, "mã “1A” chỉ khác “1a” ở chữ hoa", "“1A” differs from “1a” only by capital letters")),
    ("a tier never reached", leaf("maximum: 1\n" + AB + "value: b / a\nrule:\n  tiers:\n    - {when: value >= 40%, points: 0.5}\n    - {when: value >= 80%, points: 1}\n    - {otherwise: 0}\n"),
     ("never-reached", LEAF_LINES + 4, "bậc 2 không bao giờ được áp dụng → xếp bậc điểm cao lên trước", "tier 2 never applies → put the higher tier first")),
    ("a maximum never reached", leaf("maximum: 2\n" + AB + "value: b / a\nrule: {formula: value * 1.5}\n"),
     ("never-full", LEAF_LINES + 4, "cao nhất tìm được là 1.5", "the best found is 1.5")),
    ("an input not used", leaf("maximum: 1\ninputs: {a: {type: bool, title: a}, c: {type: count, title: c}}\nrule: {tiers: [{when: a, points: 1}, {otherwise: 0}]}\n"),
     ("unused-input", LEAF_LINES + 2, "không được dùng", "does not use this input")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected", "severity"),
    [pytest.param(w[1], w[2], "error", id=w[0]) for w in WRONG]
    + [pytest.param(d[1], d[2], "warning", id=d[0]) for d in DOUBTFUL],
)
def test_what_is_wrong_is_found_with_its_line_and_remedy(text, expected, severity):
    code, line, vi, en = expected
    problems = findings(text)
    found = [p for p in problems if p.code == code]
    assert found, [p.in_("en") for p in problems]
    problem = found[0]
    assert (problem.severity, problem.line) == (severity, line), problem.in_("en")
    assert vi in problem.in_("vi")
    assert en in problem.in_("en")
    assert problem.in_("vi").startswith(f"set.yaml:{line}: ")
    if severity == "warning":
        assert problems.errors == []


def test_every_mistake_is_reported_at_once():
    problems = findings(leaf("maximum: x\nstream: y\nrulee: z\n"))
    assert [p.code for p in problems.errors] == ["wrong-value", "wrong-value", "unknown-field"]
    assert "1 maximum" in problems.errors[0].where


# What is wrong in one place hides nothing in another -----------------------------------------------------------

GAP = "{maximum: 1, inputs: {n: {type: count, title: n}}, rule: {tiers: [{when: n > 9, points: 1}, {when: n < 9, points: 0}]}, "
FULL = "{maximum: 1, rule: {unstated: true}, "


def checked(text):
    """The codes with their lines after the head, and the criteria that were not checked to the end."""
    _, problems = reading.from_yaml(HEAD + text, "set.yaml", checked=True)
    found = [(p.code, p.line - HEAD_LINES) for p in problems if p.code != "not-checked"]
    left = [p.says.en.rpartition(": ")[2] for p in problems if p.code == "not-checked"]
    return found, left


@pytest.mark.parametrize(
    ("text", "found", "left"),
    [
        ("criteria:\n  - " + FULL + "code: '1', title: a, maximun: 1}\n  - " + GAP + "code: '2', title: b}\n",
         [("unknown-field", 2), ("gap", 3)], ["1"]),
        ("criteria:\n  - " + FULL + "code: '1'}\n  - " + GAP + "code: '2', title: b}\n",
         [("missing-field", 2), ("gap", 3)], ["1"]),
        ("criteria:\n  - 5\n  - " + GAP + "code: '2', title: b}\n", [("wrong-value", 2), ("gap", 3)], ["#1"]),
        ("maximum: x\ncriteria:\n  - " + GAP + "code: '2', title: b}\n", [("wrong-value", 1), ("gap", 3)], []),
        ("criteria:\n  - " + FULL + "code: '1', title: a}\n  - " + FULL + "code: '1', title: b}\n  - " + GAP
         + "code: '2', title: b}\n", [("repeated-code", 2), ("repeated-code", 3), ("gap", 4)], []),
        ("criteria:\n  - {maximum: 1, code: '1', title: a, rule: {formula: nothing}}\n  - " + GAP + "code: '2', title: b}\n",
         [("expression", 2), ("gap", 3)], ["1"]),
        ("criteria:\n  - " + FULL + "code: '1', title: a, responsible: [XX]}\n  - " + GAP
         + "code: '2', title: b, responsible: [XX]}\n", [("unknown-code", 2), ("unknown-code", 3), ("gap", 3)], []),
    ],
    ids=["unknown field", "missing field", "not a block", "head", "repeated code", "expression", "beside the rule"],
)  # fmt: skip
def test_a_mistake_does_not_hide_those_of_other_criteria(text, found, left):
    assert checked(text) == (found, left)


def test_nothing_is_said_that_comes_from_what_was_not_read():
    """The sum with an unread maximum, and rules, choices and units that read what was not read."""
    text = """\
responsibles: {VP: {en: no Vietnamese}}
choices: {c: {question: q, chosen: x, alternatives: [], criteria: ["1.1"]}}
criteria:
  - code: "1"
    title: a
    maximum: 2
    criteria:
      - {code: "1.1", title: a, maximum: one, rule: {unstated: true}}
      - {code: "1.2", title: b, maximum: 1, responsible: [VP], inputs: {n: {type: count, title: n}},
         rule: {formula: 'ref("1.1") * n'}}
      - {code: "1.3", title: c, maximum: 1, inputs: {n: {type: count, title: n}}, rule: {formula: 'points("1.2") * n'}}
"""
    assert checked(text) == ([("wrong-value", 1), ("wrong-value", 8)], ["1.1, 1.2, 1.3"])


@pytest.mark.parametrize("text", ["criteria: 5\n", "maximum: 1\n", 'criteria:\n  - code: "1\n', "[1]\n"])
def test_a_file_that_holds_no_criteria_says_that_nothing_else_was_checked(text):
    _, problems = reading.from_yaml(HEAD + text if text != "[1]\n" else text, "set.yaml", checked=True)
    assert problems.errors
    assert [p.says.en for p in problems if p.code == "not-checked"] == [
        "nothing else could be checked: the file cannot be read as far as its criteria"
    ]


def test_a_sound_set_leaves_nothing_unchecked():
    assert checked("criteria:\n  - " + FULL + "code: '1', title: a}\n") == ([], [])


SET = reading.to_data(catalogue.find("hai-phong-so-2023"))
SAID = {(p.code, p.says) for p in reading.from_data(SET, checked=True)[1]}


def places(data, path=()):
    """Every place below the top."""
    for key in data if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ():
        yield (*path, key)
        yield from places(data[key], (*path, key))


@settings(deadline=None, max_examples=25)
@given(st.sampled_from(list(places(SET))), st.sampled_from([{"x": 1}, [[]], "no such thing ((", -1]))
def test_any_value_of_a_set_may_be_broken(place, value):
    """The rest is checked without failing, and what is found in it was there before."""
    raw = copy.deepcopy(SET)
    here = raw
    for step in place[:-1]:
        here = here[step]
    here[place[-1]] = value
    found, problems = reading.from_data(raw, checked=True)
    if found is None:
        structure = {(p.code, p.says) for p in reading.from_data(raw)[1]}
        assert {(p.code, p.says) for p in problems if p.code != "not-checked"} - structure <= SAID


SOUND = {
    "a cascade": "maximum: 1\n" + AB + "value: b / a\nrule: {tiers: [{when: value >= 80%, points: 1}, {when: value >= 60%, points: 0.5}, {when: value >= 40%, points: 0.25}, {otherwise: 0}]}",
    "a cascade from below": "maximum: 1\n" + AB + "value: b / a\nrule: {tiers: [{when: value < 40%, points: 0}, {when: value < 60%, points: 0.25}, {otherwise: 1}]}",
    "a cascade that mixes bounds and ranges": "maximum: 1\n" + AB + "value: b / a\nrule: {tiers: [{when: value >= 80%, points: 1}, {when: 40% <= value < 80%, points: 0.5}, {otherwise: 0}]}",
    "counts without a gap": "maximum: 1\ninputs: {n: {type: count, title: n}}\nrule: {tiers: [{when: n > 200, points: 1}, {when: 52 <= n <= 200, points: 0.5}, {when: 12 <= n <= 51, points: 0.2}, {when: n < 12, points: 0}]}",
    "flags where the first match wins": "maximum: 1\ninputs: {p: {type: bool, title: p}, q: {type: bool, title: q}}\nrule: {tiers: [{when: p, points: 1}, {when: q, points: 0.5}, {otherwise: 0}]}",
    "conditions on different counts": "maximum: 1\ninputs: {n: {type: count, title: n}, m: {type: count, title: m}}\nrule: {tiers: [{when: n >= 5, points: 1}, {when: m >= 5, points: 0.5}, {otherwise: 0}]}",
    "overlap with equal points": "maximum: 1\n" + AB + "value: b / a\nrule: {tiers: [{when: 40% <= value <= 60%, points: 1}, {when: 55% <= value <= 100%, points: 1}, {otherwise: 0}]}",
    "nothing arose": "maximum: 1\n" + AB + "value: b / a\nrule: {formula: value * 1}\nnot_applicable: {when: a == 0, outcome: full_points}",
    "part of, and a constraint": "maximum: 1\ninputs: {a: {type: count, title: a}, b: {type: count, part_of: a, title: b}, c: {type: count, part_of: a, title: c}}\nconstraints: [{must: b + c <= a}]\nrule: {formula: b / a * 1 + c / a * 0.5}\nnot_applicable: {when: a == 0, outcome: drop}",
    "a clamp": "maximum: 2\nclamp: true\ninputs: {n: {type: count, title: n}}\nrule: {formula: 2 - n * 0.25}",
    "two grades that share options": "maximum: 1\ninputs: {g: {type: grade, title: g, options: {full: A, none: B}}, h: {type: grade, title: h, options: {full: C, none: D}}}\nrule: {tiers: [{when: g == full and h == full, points: 1}, {when: \"h in (full, none)\", points: 0}]}",
    "dates": "maximum: 1\ninputs: {d: {type: date, title: d}}\nrule: {tiers: [{when: d <= 2023-03-31, points: 1}, {when: d > 2023-03-31, points: 0}]}",
    "absent last year": "maximum: 1\ninputs: {n: {type: count, previous: true, title: n}}\nrule: {tiers: [{when: absent(prev(n)), points: 0}, {when: n > prev(n), points: 1}, {otherwise: 0}]}",
    "monitored": AB + "value: b / a\nnot_applicable: {when: a == 0, outcome: drop}",
    "a fractional maximum": "maximum: 20/3\n" + AB + "value: b / a\nrule: {formula: value * maximum}\nnot_applicable: {when: a == 0, outcome: drop}",
}  # fmt: skip


@pytest.mark.parametrize("body", SOUND.values(), ids=SOUND)
def test_sound_rules_raise_no_alarm(body):
    problems = findings(leaf(body + "\n"))
    assert [p.in_("en") for p in problems if p.code != "zero-denominator"] == []


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(1, 100), min_size=1, max_size=4, unique=True), st.booleans())
def test_any_cascade_of_falling_thresholds_is_sound(cuts, otherwise):
    cuts = sorted(cuts, reverse=True)
    tiers = [f"{{when: value >= {cut}%, points: {len(cuts) - n}}}" for n, cut in enumerate(cuts)]
    tiers.append("{otherwise: 0}" if otherwise else f"{{when: value < {cuts[-1]}%, points: 0}}")
    body = f"maximum: {len(cuts)}\n{AB}value: b / a\nleft_open: a = 0\nrule: {{tiers: [{', '.join(tiers)}]}}\n"
    assert [p.in_("en") for p in findings(leaf(body))] == []


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(2, 400), min_size=2, max_size=4, unique=True), st.integers(0, 3))
def test_any_hole_of_a_single_count_is_found(cuts, hole):
    cuts = sorted(cuts, reverse=True)
    hole = cuts[hole % len(cuts)]
    tiers = [f"{{when: n > {cut}, points: {len(cuts) - n}}}" for n, cut in enumerate(cuts) if cut >= hole]
    tiers += [f"{{when: n < {hole}, points: 0}}"]
    found = findings(
        leaf(f"maximum: {len(cuts)}\ninputs: {{n: {{type: count, title: n}}}}\nrule: {{tiers: [{', '.join(tiers)}]}}\n")
    )
    assert [p.code for p in found.errors] == ["gap"]
    assert f"n = {hole} " in found.errors[0].in_("en")


@pytest.mark.parametrize("code", sorted(catalogue.set_files()))
def test_the_sets_of_the_catalogue_are_sound(code):
    indicator_set, problems = set_files.from_file(catalogue.set_files()[code])
    assert indicator_set is not None, [p.in_("en") for p in problems]
    assert indicator_set.code == code
    checking.check(indicator_set, problems)
    assert [p.in_("en") for p in problems if p.severity != "note"] == []


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "{a: " * 5_000,
        "a: &a [*a]",
        "a: &a {b: *a}",
        "\x00",
        "format: 1\n\ttitle: x",
        "- " * 3000,
        "&a [" + "x, " * 1000 + "]",
        "x: &a [1,1,1,1,1,1,1,1,1,1]\n" + "".join(f"x{n}: &a{n} [{', '.join(['*a' + (str(n - 1) if n else '')] * 10)}]\n" for n in range(9)),
        "? [a, b]\n: c",
        "!!binary aGVsbG8=",
        "%YAML 9.9\n---\na: 1",
        "a: 1\n---\nb: 2",
        "\ufeff\ufeff",
        "1e400: 1",
        "format: 1e999999",
        "format: .inf",
        "format: 1\nmaximum: 1/0\n",
        "format: 1\nyear: 9" + "9" * 5000,
        "format: 1\nmaximum: 0." + "1" * 5000,
    ],
    ids=range(20),
)  # fmt: skip
def test_hostile_files_are_refused(text):
    found, problems = reading.from_yaml(text, "f.yaml")
    assert found is None
    assert problems.errors
    assert all(p.line >= 1 and p.says.vi and p.says.en and len(p.in_("en")) < 2000 for p in problems)


def test_on_the_command_line(tmp_path):
    """Exit code 2, file and line; every file given is looked at."""
    bad, good = tmp_path / "bad.yaml", tmp_path / "good.yaml"
    bad.write_text(HEAD + leaf("maximun: 1\nrule: {unstated: true}\n"), encoding="utf-8")
    good.write_text(HEAD + leaf("maximum: 1\nrule: {unstated: true}\n"), encoding="utf-8")
    (tmp_path / "latin.yaml").write_bytes("title: Sở".encode("utf-16"))
    names = [bad, good, tmp_path / "latin.yaml", tmp_path / "none.yaml"]
    command = [sys.executable, "-m", "minhbach.config.command", "sets", "check", *map(str, names), "--lang", "en"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert (
        f"{bad}:{LEAF_LINES + 1}: error: 1 maximun: there is no field “maximun” here; did you mean “maximum”?"
        in done.stdout
    )
    assert f"{good}: sound" in done.stdout
    assert "the file is UTF-16, not UTF-8 → save the file again as UTF-8" in done.stdout
    assert "there is no such file" in done.stdout
    sound = subprocess.run([*command[:5], str(good)], capture_output=True, text=True, check=False)
    assert sound.returncode == 0
