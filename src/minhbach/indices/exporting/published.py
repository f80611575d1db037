"""A published round as open data: the sets, the figures, the points and the ranks as they were sealed, and why.

Nothing is computed here, so that whoever recomputes it (`minhbach verify`) checks what was published, and no copy of
the computation. No personal data: neither who entered a figure, nor reasons, notes, evidence or comments.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from minhbach.indices import figures, queries
from minhbach.indices.exporting.data import fact_rows
from minhbach.indices.exporting.extract import FINAL, safe
from minhbach.indices.models import Entry, Publication, Score, SetVersion
from minhbach.indices.rules import APPRAISAL_2, Status
from minhbach.scoring.model import IndicatorSet
from minhbach.scoring.opendata import tables
from minhbach.scoring.opendata.layout import EXPLANATION, FORMAT, MANIFEST, SET, TABLES, Row, exact
from minhbach.scoring.opendata.telling import criterion_of, percent_of

README = "README.md"
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass
class Package:
    """The files of a publication by name, with the number of rows of each table."""

    files: dict[str, bytes] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)

    def put_table(self, folder: str, name: str, rows: list[Row]) -> None:
        columns = TABLES[name]
        for ending, write in (("csv", tables.to_csv), ("json", tables.to_json), ("parquet", tables.to_parquet)):
            file = f"{folder}/{name}.{ending}"
            self.files[file], self.rows[file] = write(columns, rows), len(rows)

    def zipped(self) -> bytes:
        """As a ZIP: the same files give the same bytes."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in sorted(self.files):
                info = zipfile.ZipInfo(name, _EPOCH)
                info.compress_type = zipfile.ZIP_STORED if name.endswith(".parquet") else zipfile.ZIP_DEFLATED
                info.external_attr = 0o644 << 16
                archive.writestr(info, self.files[name])
        return out.getvalue()


def package(publication: Publication) -> Package:
    """All files of a publication, which comes with its round: what was sealed, under its imprint. Two queries."""
    imprint = json.loads(publication.imprint)
    about, names = imprint["round"], {unit["entry"]: unit for unit in imprint["units"]}
    found = {entry.pk: entry for entry in publication.round.entries.select_related("unit", "set_version")}
    entries = [found[pk] for pk in names]
    rows = queries.scores_of(entries, APPRAISAL_2)
    made, sets, engines = Package(), [], set()
    by_set: dict[int, list[Entry]] = {}
    for entry in entries:
        by_set.setdefault(entry.set_version_id, []).append(entry)
    for members in by_set.values():
        version = members[0].set_version
        _Part(made, version, members, rows, about, names).put()
        sets.append(_set_data(version, members))
        engines |= {entry.sealed["engine"] for entry in members if entry.status == Status.CONCLUDED}
    made.files[README] = _readme(about["title"]["vi"], sets).encode()
    manifest = {
        "format": FORMAT,
        "engine": ", ".join(sorted(engines)),
        "product": "Minh Bạch",
        "licence": imprint["licence"],
        "personal_data": "none",
        "round": about,
        "sets": sets,
        "files": {
            name: {
                "sha256": hashlib.sha256(content).hexdigest(),
                "bytes": len(content),
                **({"rows": made.rows[name]} if name in made.rows else {}),
            }
            for name, content in sorted(made.files.items())
        },
    }
    made.files[MANIFEST] = _json(manifest)
    return made


def folder_of(version: SetVersion) -> str:
    return f"{safe(version.code, 80)}_{safe(version.version, 30)}"


def explanation(
    entry: Entry, indicator_set: IndicatorSet, facts: list[Row], about: dict[str, Any], name: str
) -> dict[str, Any]:
    """The sealed result of a unit: engine, set, figures and how each was obtained, points and why, with sources."""
    inputs: dict[str, dict[str, Row]] = {}
    for row in facts:
        inputs.setdefault(row["criterion"], {})[row["input"]] = row
    criteria = []
    for leaf in indicator_set.leaves:
        kept = entry.sealed["criteria"][leaf.id]
        points = {key: exact(figures.from_text(kept[key])) for key in ("score", "maximum")}
        criteria.append(criterion_of(indicator_set, leaf.id, {**kept, **points}, inputs.get(leaf.id, {})))
    cells = _ranking_cells(entry, indicator_set)
    version = entry.set_version
    return {
        "format": EXPLANATION,
        "engine": entry.sealed["engine"],
        "set": {"code": version.code, "version": version.version, "sha256": entry.sealed["set"]["digest"]},
        "round": about,
        "unit": {"code": entry.unit.code, "name": name, "group": entry.group},
        **{key: cells[key] or None for key in ("score", "maximum", "percent", "rank", "band")},
        "criteria": criteria,
    }


class _Part:
    """The units of a round that were scored on one set."""

    def __init__(
        self,
        made: Package,
        version: SetVersion,
        entries: list[Entry],
        rows: dict[int, list[Score]],
        about: dict[str, Any],
        names: dict[int, dict[str, Any]],
    ):
        self.made, self.version, self.entries, self.rows = made, version, entries, rows
        self.about, self.names = about, names
        self.set, self.folder = figures.set_of(version), folder_of(version)

    def put(self) -> None:
        concluded = [entry for entry in self.entries if entry.status == Status.CONCLUDED]
        facts = {entry.pk: self._facts(entry) for entry in concluded}
        self.made.files[f"{self.folder}/{SET}"] = self.version.text.encode()
        units, used = [], set()
        for entry in self.entries:
            file = ""
            if entry.status == Status.CONCLUDED:
                stem = safe(entry.unit.code)
                file = f"explanations/{stem if stem not in used else f'{stem}-{entry.unit_id}'}.json"
                used.add(stem)
                told = explanation(entry, self.set, facts[entry.pk], self.about, self._name(entry))
                self.made.files[f"{self.folder}/{file}"] = _json(told)
            units.append(self._unit(entry, file))
        self.made.put_table(self.folder, "units", units)
        self.made.put_table(self.folder, "facts", [row for entry in concluded for row in facts[entry.pk]])
        self.made.put_table(self.folder, "scores", [row for entry in concluded for row in self._scores(entry)])
        self.made.put_table(self.folder, "ranking", [self._ranking(entry) for entry in self.entries])

    def _name(self, entry: Entry) -> str:
        return self.names[entry.pk]["name"]

    def _unit(self, entry: Entry, file: str) -> Row:
        return {
            "unit": entry.unit.code,
            "name": self._name(entry),
            "name_en": self.names[entry.pk]["name_en"],
            "group": entry.group,
            "state": "concluded" if entry.status == Status.CONCLUDED else "not_submitted",
            "ranked": "yes" if entry.is_ranked else "no",
            "explanation": file,
        }

    def _facts(self, entry: Entry) -> list[Row]:
        return list(fact_rows(entry, self.set, self.rows[entry.pk], "vi"))

    def _scores(self, entry: Entry) -> Iterator[Row]:
        sealed, parts = entry.sealed["criteria"], entry.parts[FINAL]
        for node in self.set.nodes.values():
            row = {"unit": entry.unit.code, "criterion": node.id, "title": node.title.vi}
            if node.is_leaf:
                kept = sealed[node.id]
                score, maximum = kept["score"], kept["maximum"]
                row |= {"state": kept["state"], "branch": kept["branch"], "open": ""}
            else:
                score, maximum, open_ = parts[node.id]
                row |= {"state": "", "branch": "", "open": str(open_)}
            yield row | {"score": exact(figures.from_text(score)), "maximum": exact(figures.from_text(maximum))}

    def _ranking(self, entry: Entry) -> Row:
        shared = {"unit": entry.unit.code, "name": self._name(entry), "group": entry.group}
        return shared | _ranking_cells(entry, self.set)


def _ranking_cells(entry: Entry, indicator_set: IndicatorSet) -> Row:
    if entry.status != Status.CONCLUDED:
        return {"rank": "", "score": "", "maximum": "", "percent": "", "band": "", "open": ""}
    score, maximum, open_ = entry.parts[FINAL][""]
    points, most = figures.from_text(score), figures.from_text(maximum)
    return {
        "rank": str(entry.rank or ""),
        "score": exact(points),
        "maximum": exact(most),
        "percent": percent_of(indicator_set, points, most),
        "band": entry.band,
        "open": str(open_),
    }


def _set_data(version: SetVersion, entries: list[Entry]) -> dict[str, Any]:
    indicator_set = figures.set_of(version)
    return {
        "folder": folder_of(version),
        "code": version.code,
        "version": version.version,
        "sha256": version.digest,
        "title": {"vi": indicator_set.title.vi, "en": indicator_set.title.in_("en")},
        "extent": indicator_set.extent,
        "constructed": bool(indicator_set.constructed),
        "units": len(entries),
    }


def _json(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, indent=1).encode() + b"\n"


def _readme(title: str, sets: list[dict[str, Any]]) -> str:
    lines = [
        f"# {title}",
        "",
        "Kết quả đã công bố, kèm bộ chỉ số, số liệu và giải thích, để ai cũng tính lại được:",
        "Published results with their indicator sets, figures and explanations, so that anybody can recompute them:",
        "",
        "    minhbach verify <tệp này | this file>",
        "",
        "| tệp / file | nội dung | content |",
        "|---|---|---|",
        "| manifest.json | phiên bản, mã SHA-256 của từng tệp | versions, SHA-256 of every file |",
    ]
    for one in sets:
        folder = one["folder"]
        lines += [
            f"| {folder}/set.yaml | bộ chỉ số đúng như đã dùng | the set exactly as used |",
            f"| {folder}/units.* | các đơn vị | the units |",
            f"| {folder}/facts.* | số liệu và cách có được | figures, and how each was obtained |",
            f"| {folder}/scores.* | điểm từng tiêu chí | points of each criterion |",
            f"| {folder}/ranking.* | tổng điểm, xếp hạng, xếp loại | totals, ranks, bands |",
            f"| {folder}/explanations/ | kết quả từng đơn vị, có giải thích | each unit's result, and why |",
        ]
    lines += [
        "",
        "Mỗi bảng có ba dạng cùng nội dung: CSV, JSON, Parquet. Không có dữ liệu cá nhân.",
        "Each table stands in three forms of the same content: CSV, JSON, Parquet. There are no personal data.",
        "",
    ]
    return "\n".join(lines)
