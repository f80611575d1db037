"""Sets as other provinces might bring them (constructed): sound, kept by a workbook, scored as worked out by hand."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest

from minhbach.config.command import main
from minhbach.scoring import set_files

DATA = Path(str(files("minhbach.scoring"))) / "tests" / "data"
FACTS = {
    "a": {
        "A,so": {
            # 2 − 2 × 0.25 − 0.5 = 1; 1; full but late 1; 3; five meetings are in no tier: 0
            "1.1": {"tre": "2", "khong_quy": "1", "khong_nam": "0"},
            "1.2": {"issued": "có", "on_time": "có"},
            "1.3": {"full": "có", "timely": "không"},
            "1.4": {"n": "100"},
            "1.5": {"hop": "5"},
            "2": {"absent": "có"},
            # 97 % of 25 = 24.25; 10; 80 of the best 100: 8
            "3.1": {"a": "200", "b": "194"},
            "3.2": {"g": "tốt"},
            "3.3": {"x": "80"},
            # bonus 10; 7 cases, of which the penalty counts 5
            "BT1": {"co": "có"},
            "TR1": {"vp": "7"},
        },
        "B,dac-thu": {
            # never below 0; not issued: −1; 0; exactly 200 is open; 10
            "1.1": {"tre": "20", "khong_quy": "0", "khong_nam": "0"},
            "1.2": {"issued": "không", "on_time": "không"},
            "1.3": {"full": "không", "timely": "không"},
            "1.4": {"n": "200"},
            "1.5": {"hop": "4"},
            # (10 × 100 % + 10 × 60 %) ÷ 20 = 80 % of 30
            "2.1": {"q.A": "10", "q.B": "10", "q.C": "0", "q.D": "0"},
            # no dossier: 25 points leave the maximum; 5; the best: 10
            "3.1": {"a": "0", "b": "0"},
            "3.2": {"g": "khá"},
            "3.3": {"x": "100"},
        },
    },
    # mean of what is published, 0.8123456, rounded to 0.8123; 0.5; 60 % of a target of 80 % is 0.75
    "b": {
        "T,": {
            "CQS.1": {"x": "0,8123456"},
            "CQS.2": {"x": "n/a"},
            "KTS": {"x": "0,5"},
            "XHS": {"dat": "30", "tong": "50"},
        }
    },
    # 33.75 + 5; the better of 10 and 8; 9 + 8; 3 of 5 by hand; one of two halves of 10
    "c": {
        "H,": {
            "A.1": {"a": "40", "b": "30", "n": "8"},
            "A.2": {"c1": "50%", "c2": "7"},
            "A.3": {"par": "90", "par@previous": "80"},
            "A.4": {"points": "3", "maximum": "5"},
            "A.5": {"p1": "có", "p2": "không"},
        }
    },
}
RESULTS = {
    "a": {
        "A": ("53.25", "70", "76.07", "C", 1, []),
        "B": ("48", "75", "64", None, None, ["1.4"]),
    },
    # 0.4 × 0.8123 + 0.3 × 0.5 + 0.3 × 0.75
    "b": {"T": ("0.69992", "1", "69.992", None, 1, [])},
    "c": {"H": ("73.75", "105", "70.24", None, 1, [])},
}


def facts_of(province: str) -> str:
    lines = ["unit;group;criterion;input;value"]
    for unit, criteria in FACTS[province].items():
        name, group = unit.split(",")
        for criterion, inputs in criteria.items():
            lines += [f"{name};{group};{criterion};{key};{value}" for key, value in inputs.items()]
    return "\r\n".join(lines)


@pytest.mark.parametrize("province", RESULTS)
@pytest.mark.parametrize("ending", ["yaml", "xlsx"])
def test_a_set_of_another_province(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], province: str, ending: str
) -> None:
    source, brought = DATA / f"province_{province}.yaml", tmp_path / f"set.{ending}"
    assert main(["sets", "check", str(source), "--lang", "en"]) == 0, capsys.readouterr().out
    assert main(["sets", "convert", str(source), str(brought)]) == 0
    assert set_files.from_file(brought)[0] == set_files.from_file(source)[0]
    (tmp_path / "facts.csv").write_text(facts_of(province), encoding="utf-8-sig", newline="")
    capsys.readouterr()
    assert main(["score", str(brought), "--facts", str(tmp_path / "facts.csv"), "--format", "json"]) == 0
    units = json.loads(capsys.readouterr().out)["units"]
    found = {u["unit"]: tuple(u[k] for k in ("score", "maximum", "percent", "band", "rank", "open")) for u in units}
    assert found == RESULTS[province]
