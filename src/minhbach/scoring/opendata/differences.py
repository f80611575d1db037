"""What differs between what was published and what is recomputed, and how facts are taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from minhbach.records.problems import BadInput, Problems, printable
from minhbach.records.texts import Text
from minhbach.scoring.engine import ENGINE_VERSION
from minhbach.scoring.facts import FactError, UnitFacts, read_fact
from minhbach.scoring.facts_files import BY_HAND
from minhbach.scoring.model import IndicatorSet
from minhbach.scoring.opendata.package import Manifest

_SHOWN = 60


@dataclass(frozen=True)
class Difference:
    """Something that is not as the publication says, and where."""

    file: str
    says: Text
    where: str = ""

    def in_(self, lang: str) -> str:
        return printable(": ".join(part for part in (self.file, self.where, self.says.in_(lang)) if part))


@dataclass
class Verified:
    """What was recomputed, and what differs."""

    manifest: Manifest
    units: int = 0
    results: int = 0
    files: int = 0
    differences: list[Difference] = field(default_factory=list)


def require_engine(manifest: Manifest, file: str) -> None:
    if manifest.engine == ENGINE_VERSION:
        return
    problems = Problems(file)
    problems.error(
        "engine",
        ("engine",),
        Text(
            f"tính bằng bộ máy chấm điểm {manifest.engine}, ở đây là {ENGINE_VERSION}",
            f"computed by engine {manifest.engine}; this is engine {ENGINE_VERSION}",
        ),
        Text("dùng phiên bản Minh Bạch có bộ máy đó", "use the version of Minh Bạch that has that engine"),
    )
    raise BadInput(problems)


def give(indicator_set: IndicatorSet, unit: UnitFacts, criterion: str, key: str, value: str) -> Text | None:
    """Take one fact into the unit's, or say why not."""
    node = indicator_set.nodes.get(criterion)
    if node is None:
        return Text("bộ chỉ số không có tiêu chí này", "the set has no such criterion")
    specs: dict[str, Any] = {name: (type_, spec) for name, type_, spec in node.fact_keys()}
    specs |= {"absent": ("bool", None), BY_HAND: ("points", None)}
    if key not in specs:
        return Text("bộ chỉ số không có đầu vào này", "the set has no such input")
    try:
        fact = read_fact(value, *specs[key])
    except FactError as error:
        return error.says
    if key != BY_HAND:
        unit.give(criterion, key, fact)
    elif isinstance(fact, Fraction):
        unit.given[criterion] = fact
    return None


def unlike(where: str, there: Any, here: Any) -> Iterator[tuple[str, Any, Any]]:
    """Where two plain structures differ, in depth."""
    if isinstance(there, dict) and isinstance(here, dict):
        for key in [*here, *(key for key in there if key not in here)]:
            yield from unlike(f"{where}.{key}" if where else str(key), there.get(key), here.get(key))
    elif isinstance(there, list) and isinstance(here, list) and len(there) == len(here):
        for n, (a, b) in enumerate(zip(there, here, strict=True), start=1):
            name = b.get("criterion", n) if isinstance(b, dict) else n
            yield from unlike(f"{where}[{name}]", a, b)
    elif there != here or isinstance(there, bool) != isinstance(here, bool):
        yield where, there, here


def short(value: Any) -> str:
    text = "–" if value in (None, "") else str(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
