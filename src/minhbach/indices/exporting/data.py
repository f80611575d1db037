"""Scores as data: facts that `minhbach score` reads back to the same points, and results with their explanations."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from fractions import Fraction

from minhbach.indices import figures
from minhbach.indices.exporting.extract import FINAL, Extract
from minhbach.indices.models import Entry, Score
from minhbach.records.texts import decimal_text, is_terminating, rounded
from minhbach.scoring.engine import ENGINE_VERSION
from minhbach.scoring.facts import Fact, meaning_of, read_fact
from minhbach.scoring.facts_files import BY_HAND, COLUMNS
from minhbach.scoring.model import IndicatorSet
from minhbach.scoring.results import LeafResult

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(text: str) -> str:
    """A text that is no formula to whatever opens the file."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def facts_csv(parts: Iterable[tuple[Entry, IndicatorSet, list[Score]]], lang: str) -> Iterator[str]:
    """The facts of entries, a line of CSV at a time; with a byte order mark, for spreadsheets."""
    out = io.StringIO()
    columns = [*COLUMNS, "group", "type", "meaning"]
    writer = csv.DictWriter(out, columns, lineterminator="\n", extrasaction="ignore")
    out.write("\ufeff")
    writer.writeheader()
    for entry, indicator_set, rows in parts:
        for row in fact_rows(entry, indicator_set, rows, lang):
            writer.writerow({**row, "meaning": safe_cell(row["meaning"])})
        yield out.getvalue()
        out.seek(0)
        out.truncate()


def fact_rows(entry: Entry, indicator_set: IndicatorSet, rows: list[Score], lang: str) -> Iterator[dict[str, str]]:
    """The facts of an entry, each with how it was obtained."""
    by_criterion = {row.criterion: row for row in rows}
    absent = set()

    def fact(criterion: str, key: str, value: str, type_: str, obtained: str, meaning: str = "") -> dict[str, str]:
        counted = entry.sealed.get("measured", {}).get(criterion, {}).get(key, {})
        return {
            "unit": entry.unit.code, "criterion": criterion, "input": key, "value": value, "group": entry.group,
            "type": type_, "obtained": obtained, "meaning": meaning,
            **{name: counted.get(name, "") for name in ("figure", "measured", "rows_sha256")},
        }  # fmt: skip

    for block in entry.absent:
        if block in indicator_set.nodes:
            absent |= {leaf.id for leaf in indicator_set.nodes[block].walk()}
            yield fact(block, "absent", "yes", "bool", "declared")
    for leaf in indicator_set.leaves:
        row = by_criterion.get(leaf.id)
        if row is None or leaf.id in absent:
            continue
        for key, type_, spec in leaf.fact_keys():
            value = str(row.inputs.get(key, ""))
            if value:
                obtained = "survey" if row.stage == Score.Stage.SURVEY else "declared" if spec else "by_hand"
                if _is_measured(entry, leaf.id, key, read_fact(value, type_, spec)):
                    obtained = "measured"
                yield fact(leaf.id, key, value, type_, obtained, meaning_of(leaf, key, spec).in_(lang))
        if row.given_points is not None:
            yield fact(leaf.id, BY_HAND, decimal_text(Fraction(row.given_points)), "points", "by_hand")


def _is_measured(entry: Entry, criterion: str, key: str, fact: Fact) -> bool:
    """Whether the figure concluded is the one that was counted then: any other is declared, whoever typed it."""
    counted = entry.sealed.get("measured", {}).get(criterion, {}).get(key)
    return counted is not None and fact == Fraction(counted["measured"])


def scores_json(extract: Extract, stage: str) -> str:
    """An entry's result at a stage with the explanation of every criterion; sealed ones as they were sealed."""
    entry, indicator_set = extract.entry, extract.set
    result = extract.result(stage)
    sealed = stage == FINAL
    score, maximum = extract.totals("", FINAL if sealed else stage)
    rows = {row.criterion: row for row in extract.rows_at(stage)}
    criteria = []
    for leaf in indicator_set.leaves:
        if leaf.id not in extract.visible:
            continue
        found = result.nodes[leaf.id]
        assert isinstance(found, LeafResult)
        kept = extract.sealed(leaf) if sealed else {}
        lines = kept.get("explanation", {}).get(extract.lang)
        if lines is None:
            lines = list(figures.explanation(indicator_set, result, leaf.id, extract.lang).lines())
        row = rows.get(leaf.id)
        data = {
            "code": leaf.id,
            "title": leaf.title.in_(extract.lang),
            "score": _text(figures.from_text(kept["score"]) if kept else found.score),
            "maximum": _text(figures.from_text(kept["maximum"]) if kept else found.maximum),
            "state": kept.get("state", found.state),
            "branch": kept.get("branch", found.branch) or None,
            "inputs": row.inputs if row else {},
            "given_points": _text(Fraction(row.given_points)) if row and row.given_points is not None else None,
            "reason": row.reason if row and row.reason else None,
            "explanation": lines,
        }
        if extract.inside and row and row.note:
            data["note"] = row.note
        criteria.append(data)
    whole = {
        "set": indicator_set.code,
        "version": indicator_set.version,
        "digest": entry.set_version.digest,
        "extent": indicator_set.extent,
        "constructed": indicator_set.constructed,
        "engine": entry.sealed.get("engine", ENGINE_VERSION) if sealed else ENGINE_VERSION,
        "unit": entry.unit.code,
        "name": str(entry.unit),
        "group": entry.group,
        "year": entry.round.year,
        "round": str(entry.round),
        "stage": stage,
        "complete_view": extract.whole,
        "score": _text(score),
        "maximum": _text(maximum),
        "rank": entry.rank if sealed else None,
        "band": entry.band or None if sealed else None,
        "criteria": criteria,
    }
    return json.dumps(whole, ensure_ascii=False, indent=2)


def _text(value: Fraction | None) -> str | None:
    """As `minhbach score` writes it: exact, rounded at 12 decimals only where the decimal has no end."""
    if value is None:
        return None
    return decimal_text(value if is_terminating(value) else rounded(value, 12))
