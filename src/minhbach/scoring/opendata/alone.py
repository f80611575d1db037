"""One unit's sealed explanation, recomputed alone from the set and the figures in it."""

from __future__ import annotations

from typing import Any

from minhbach.records.problems import BadInput, Problems
from minhbach.records.texts import Text
from minhbach.scoring.facts import UnitFacts
from minhbach.scoring.opendata.differences import Difference, Verified, give, require_engine, short, unlike
from minhbach.scoring.opendata.layout import EXPLANATION, FORMAT
from minhbach.scoring.opendata.package import Manifest, sha256_of
from minhbach.scoring.opendata.telling import explanation_of, ranking_cells
from minhbach.scoring.reading import from_yaml
from minhbach.scoring.rounds import close


def verify_one(said: Any, file: str) -> tuple[Verified | None, list[str]]:
    """One unit's sealed explanation, recomputed alone with the set in it; and the criteria that need the other units,
    which are left out. None for what is no such document; raises BadInput for one that cannot be read."""
    if not isinstance(said, dict) or said.get("format") != EXPLANATION or not isinstance(said.get("set"), dict):
        return None, []
    one = said["set"]
    text, problems = one.get("text"), Problems(file)
    if not isinstance(text, str) or not isinstance(said.get("criteria"), list):
        problems.error(
            "no-set",
            ("set", "text"),
            Text("tệp không kèm bộ chỉ số", "the file does not hold the set"),
            Text("kiểm tra cả bản công bố, nơi có bộ chỉ số", "verify the whole publication, which holds the set"),
        )
        raise BadInput(problems)
    indicator_set, problems = from_yaml(text, file)
    if indicator_set is None:
        raise BadInput(problems)
    manifest = Manifest(FORMAT, str(said.get("engine")), "", (), {})
    found = Verified(manifest, units=1, files=1)
    require_engine(manifest, file)
    if sha256_of(text.encode()) != one.get("sha256"):
        words = Text("không phải bộ chỉ số mà tệp nêu", "this is not the set that the file names")
        found.differences.append(Difference(file, words, "set"))
    unit = UnitFacts(str(_in(said, "unit", "code")), str(_in(said, "unit", "group") or ""))
    inputs: dict[str, dict[str, dict[str, str]]] = {}
    unit.absent = {block for block in said.get("absent") or () if block in indicator_set.nodes}
    for criterion in said["criteria"]:
        code = str(_in(criterion, "criterion"))
        for key, cells in (_in(criterion, "inputs") or {}).items():
            why = give(indicator_set, unit, code, key, str(_in(cells, "value")))
            if why is not None:
                found.differences.append(Difference(file, why, f"{code} {key}"))
            else:
                inputs.setdefault(code, {})[key] = cells
    if found.differences:
        return found, []
    [result], comparison = close(indicator_set, [unit])
    relative = [leaf.id for leaf in indicator_set.leaves if leaf.is_relative]
    empty = dict.fromkeys(("score", "maximum", "percent", "rank", "band"), "")
    expected = explanation_of(indicator_set, comparison, result, empty, inputs)
    cells = ranking_cells(indicator_set, result, None)
    for name in ("score", "maximum", "percent"):
        expected[name] = said.get(name) if relative else cells[name] or None
    expected |= {name: said.get(name) for name in ("rank", "band", "set", "round", "unit", "absent")}
    if len(expected["criteria"]) == len(said["criteria"]):
        for n, criterion in enumerate(expected["criteria"]):
            if criterion["criterion"] in relative:
                expected["criteria"][n] = said["criteria"][n]
    found.results = len(expected["criteria"]) - len(relative) + 1
    for where, there, here in unlike("", {"absent": None, **said}, expected):
        words = Text(
            f"công bố {short(there)}, tính lại {short(here)}", f"published {short(there)}, recomputed {short(here)}"
        )
        found.differences.append(Difference(file, words, where))
    return found, relative


def _in(said: Any, *keys: str) -> Any:
    for key in keys:
        said = said.get(key) if isinstance(said, dict) else None
    return said
