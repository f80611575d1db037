"""`minhbach score` and `minhbach sets`: formats, languages, the round trip from template to score, a quick start."""

import csv
import io
import json
import subprocess
import sys
from fractions import Fraction

import jsonschema
import pytest

from minhbach.config.command import main
from minhbach.records import yaml_text
from minhbach.records.yaml_text import load
from minhbach.scoring import catalogue, rounds
from minhbach.scoring.engine import score
from minhbach.scoring.tests.making import HEAD
from minhbach.scoring.tests.test_golden import CASES

SET = "hai-phong-so-2023"


def run(capsys, *arguments):
    code = main([*arguments])
    out, err = capsys.readouterr()
    return code, out, err


@pytest.fixture
def facts_csv(tmp_path):
    """The template, filled in as a person does: the unit in every row, full marks, one criterion at 702 of 1000."""
    given = {}
    for case in CASES[SET]:
        if case.get("unit") == "full":
            given |= {(case["criterion"], key): value for key, value in case["given"].items()}
    given["7.4.2", "online"] = "702"
    path = tmp_path / "facts.csv"

    def fill(template):
        rows = list(csv.DictReader(io.StringIO(template)))
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys(), delimiter=";")
            writer.writeheader()
            for row in rows:
                value = given.get((row["criterion"], row["input"]), "")
                writer.writerow({**row, "unit": "Sở GDĐT", "value": value})
        return str(path)

    return fill


@pytest.fixture
def filled(capsys, facts_csv):
    code, template, err = run(capsys, "sets", "template", SET)
    assert (code, err) == (0, "")
    return facts_csv(template)


def test_template_is_filled_and_scored(capsys, filled):
    code, out, err = run(capsys, "score", SET, "--facts", filled, "--format", "json", "--lang", "en")
    assert (code, err) == (0, "")
    data = json.loads(out)
    (unit,) = data["units"]
    # 24.55 − 2.5 + 0.702 × 2.5
    assert (unit["unit"], unit["score"], unit["maximum"], unit["state"]) == ("Sở GDĐT", "23.805", "24.55", "scored")
    assert unit["rank"] == 1
    assert unit["band"] is None
    assert data["extent"] == "part"


def test_shape_of_the_json(capsys, filled):
    _, out, _ = run(capsys, "score", SET, "--facts", filled, "--format", "json", "--lang", "en")
    data = json.loads(out)
    assert {"set", "version", "engine", "units"} <= data.keys()
    (unit,) = data["units"]
    assert {"unit", "score", "maximum", "percent", "band", "criteria"} <= unit.keys()
    for criterion in unit["criteria"]:
        assert {"code", "score", "maximum", "state", "branch", "inputs", "explanation"} <= criterion.keys()
        for field in ("score", "maximum"):
            value = criterion[field]
            assert value is None or (isinstance(value, str) and Fraction(value) is not None)
    by_code = {criterion["code"]: criterion for criterion in unit["criteria"]}
    online = by_code["7.4.2"]
    assert (online["score"], online["maximum"], online["state"], online["branch"]) == ("1.755", "2.5", "scored", "2")
    assert online["inputs"] == {"received": "1000", "online": "702"}
    assert "98 more" in online["explanation"]
    assert "+0.745 points" in online["explanation"]
    assert by_code["7.1.1"]["state"] == "unstated"
    assert by_code["7.1.1"]["score"] is None
    assert (by_code["8"]["score"], by_code["8"]["state"]) == ("5", "scored")
    codes = [node.id for node in catalogue.find(SET).nodes.values()]
    assert [criterion["code"] for criterion in unit["criteria"]] == codes


@pytest.mark.parametrize(
    ("lang", "said", "not_said"),
    [
        (
            "vi",
            ["Nếu có thêm 98", "được thêm 0,745 điểm", "Áp dụng bậc 2", "23,81 / 24,55"],
            ["Tier", "points", "applies"],
        ),
        ("en", ["With 98 more", "+0.745 points", "Tier 2 applies", "23.81 / 24.55"], ["Áp dụng bậc", "Nếu có"]),
    ],
)
def test_explained_table(capsys, filled, lang, said, not_said):
    code, out, _ = run(capsys, "score", SET, "--facts", filled, "--explain", "--lang", lang)
    assert code == 0
    assert all(words in out for words in said)
    assert not any(words in out for words in not_said)
    _, brief, _ = run(capsys, "score", SET, "--facts", filled, "--lang", lang)
    assert "98" not in brief
    assert len(brief.splitlines()) < 60
    # a part is never presented as an index out of 100
    assert "%" not in brief.splitlines()[0]


def test_csv(capsys, filled):
    _, out, _ = run(capsys, "score", SET, "--facts", filled, "--format", "csv", "--explain", "--lang", "vi")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert rows[0] == {**rows[0], "unit": "Sở GDĐT", "criterion": "", "score": "23.805", "maximum": "24.55"}
    online = next(row for row in rows if row["criterion"] == "7.4.2")
    assert (online["score"], online["branch"]) == ("1.755", "2")
    assert "được thêm 0,745 điểm" in online["explanation"]
    _, plain, _ = run(capsys, "score", SET, "--facts", filled, "--format", "csv")
    assert "explanation" not in plain.splitlines()[0]


def test_a_set_in_a_file(capsys, tmp_path):
    (tmp_path / "set.yaml").write_text(
        HEAD
        + "bands: [{steps: [{code: A, title: {vi: Tốt, en: Good}, from: 90}, {code: B, title: Khá, from: 0}]}]\n"
        + 'criteria:\n  - {code: "1", title: t, maximum: 3, inputs: {x: {type: count, title: x}},\n'
        + "     rule: {formula: x / 3 * 1}}\n",
        encoding="utf-8",
    )
    (tmp_path / "f.csv").write_text("unit,criterion,input,value\nA,1,x,9\nB,1,x,1\nC,1,x,\n", encoding="utf-8")
    arguments = ("score", str(tmp_path / "set.yaml"), "--facts", str(tmp_path / "f.csv"))
    _, out, _ = run(capsys, *arguments, "--format", "json")
    units = {unit["unit"]: unit for unit in json.loads(out)["units"]}
    assert [(u["rank"], u["band"], u["score"], u["percent"], u["state"]) for u in units.values()] == [
        (1, "A", "3", "100", "scored"),
        (2, "B", "0.3333333333", "11.11", "scored"),
        (None, None, None, None, "incomplete"),
    ]
    _, out, _ = run(capsys, *arguments, "--lang", "en")
    assert "#1 A: 3 / 3 · 100 % · Good" in out
    assert "C: – / 3" in out
    assert "[missing figures]" in out


RELATIVE = """\
criteria:
  - {code: "1", title: t, maximum: 3, inputs: {x: {type: count, title: x}}, value: x, rule: RULE}
"""


@pytest.mark.parametrize(
    ("rule", "times"),
    [
        ("{formula: x}", 1),
        # The second time needs every value of the first.
        ("{relative: {over: round, rule: {formula: value / highest * maximum}}}", 2),
    ],
)
@pytest.mark.parametrize("shape", ["json", "csv", "table"])
def test_a_unit_is_scored_once(capsys, tmp_path, monkeypatch, rule, times, shape):
    (tmp_path / "set.yaml").write_text(HEAD + RELATIVE.replace("RULE", rule), encoding="utf-8")
    (tmp_path / "f.csv").write_text("unit,criterion,input,value\nA,1,x,3\nB,1,x,1\n", encoding="utf-8")
    scored = []

    def counted(indicator_set, facts, peers=None):
        scored.append(facts.unit)
        return score(indicator_set, facts, peers)

    monkeypatch.setattr(rounds, "score", counted)
    code, out, _ = run(
        capsys, "score", str(tmp_path / "set.yaml"), "--facts", str(tmp_path / "f.csv"), "--format", shape
    )
    assert (code, scored) == (0, ["A", "B"] * times)
    assert "3" in out


def test_papi_composite_to_the_last_digit(capsys, tmp_path):
    """Bình Định 2022: dimension 1 lies exactly half-way, 4.3365435, and its composite adds 4.336543."""
    text = (catalogue.FOLDER / "published" / "papi_2022.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    row = next(row for row in rows if row["province"] == "Binh Dinh")
    lines = [f"Bình Định,{key},score,{value}" for key, value in row.items() if key.startswith("SC") and value]
    (tmp_path / "f.csv").write_text("\n".join(["unit,criterion,input,value", *lines]), encoding="utf-8")
    arguments = ("score", "papi-2021", "--facts", str(tmp_path / "f.csv"), "--explain", "--format")
    _, out, _ = run(capsys, *arguments, "csv", "--lang", "en")
    found = {row["criterion"]: row for row in csv.DictReader(io.StringIO(out))}
    assert found[""]["score"] == "41.660089"
    assert found["1"]["score"] == "4.336543"
    assert found["1"]["explanation"] == "Rounded: 6 decimals, half down."
    _, out, _ = run(capsys, *arguments, "table", "--lang", "vi")
    assert "4,336543 /     10  1 Tham gia của người dân ở cấp cơ sở\n" in out
    assert "Làm tròn: 6 chữ số thập phân, đúng một nửa thì làm tròn xuống.\n" in out


@pytest.mark.parametrize(
    ("arguments", "vi", "en"),
    [
        (
            ("score", "no-such-set", "--facts", "x.csv"),
            "không có bộ chỉ số này trong danh mục",
            "the catalogue has no such set",
        ),
        (("sets", "show", "no-such-set"), "xem danh mục: minhbach sets list", "see minhbach sets list"),
        (("sets", "template", "none.yaml"), "không có tệp này", "there is no such file"),
    ],
)
def test_bad_arguments(capsys, arguments, vi, en):
    for lang, said in (("vi", vi), ("en", en)):
        code, out, err = run(capsys, *arguments, "--lang", lang)
        assert (code, out) == (2, "")
        assert said in err


def as_json(value):
    """YAML as the schema sees it: dates as text, exact decimals as numbers."""
    if isinstance(value, dict):
        return {key: as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_json(item) for item in value]
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value if isinstance(value, str | int | bool) or value is None else float(value)


def schema(capsys):
    code, out, _ = run(capsys, "sets", "schema")
    assert code == 0
    return json.loads(out)


def test_schema_accepts_every_set_of_the_catalogue(capsys):
    made = schema(capsys)
    jsonschema.Draft202012Validator.check_schema(made)
    validator = jsonschema.Draft202012Validator(made)
    for path in catalogue.set_files().values():
        data, _ = load(path.read_text(encoding="utf-8"))
        errors = [
            f"{path.name}: {'/'.join(map(str, e.path))}: {e.message[:200]}"
            for e in validator.iter_errors(as_json(data))
        ]
        assert errors == []


@pytest.mark.parametrize(
    "change",
    [
        "format: x",
        "maximun: 3",
        "criteria: {}",
        "ranking: {ties: other}",
        "rounding: {points: {mode: up}}",
        "year: soon",
    ],
)
def test_schema_refuses_what_reading_refuses(capsys, change):
    validator = jsonschema.Draft202012Validator(schema(capsys))
    data, _ = yaml_text.load(HEAD + 'criteria: [{code: "1", title: t, maximum: 1, rule: {unstated: true}}]\n')
    assert not list(validator.iter_errors(as_json(data)))
    key, _, value = change.partition(": ")
    data[key] = yaml_text.load(value)[0]
    assert list(validator.iter_errors(as_json(data)))


@pytest.mark.parametrize(
    "command", [["sets", "list"], ["sets", "show", SET], ["sets", "check", SET], ["sets", "template", SET]]
)
def test_starts_light(command):
    """Neither Django nor the spreadsheet and number libraries are loaded."""
    code = (
        "import sys\nfrom minhbach.config.command import main\n"
        f"code = main({[*command]!r})\n"
        "heavy = {'django', 'openpyxl', 'numpy', 'docx', 'jsonschema'} & set(sys.modules)\n"
        "assert not heavy, heavy\nsys.exit(code)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout


def test_scoring_starts_light(filled):
    code = (
        "import sys\nfrom minhbach.config.command import main\n"
        f"code = main(['score', {SET!r}, '--facts', {filled!r}, '--explain', '--lang', 'vi'])\n"
        "heavy = {'django', 'openpyxl', 'numpy', 'docx'} & set(sys.modules)\n"
        "assert not heavy, heavy\nsys.exit(code)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "được thêm 0,745 điểm" in done.stdout


def test_list_names_every_set(capsys):
    code, out, _ = run(capsys, "sets", "list", "--lang", "vi")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == list(catalogue.set_files())


def test_show_says_the_rules_in_words(capsys):
    code, out, _ = run(capsys, "sets", "show", SET, "--lang", "vi")
    assert code == 0
    assert "40\u202f% ≤ tỷ lệ < 80\u202f%: tỷ lệ × 2,5 (điểm)" in out
    assert "Văn bản không nêu quy tắc: chấm tay" in out
