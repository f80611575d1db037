"""Recomputing a published index from its own set and figures, and naming every value that differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from minhbach.records.incoming import text_of
from minhbach.records.problems import Problems
from minhbach.records.texts import Text
from minhbach.scoring.facts import UnitFacts
from minhbach.scoring.model import IndicatorSet
from minhbach.scoring.opendata import tables
from minhbach.scoring.opendata.differences import Difference, Verified, give, require_engine, short, unlike
from minhbach.scoring.opendata.layout import ENDINGS, MANIFEST, SET, TABLES, Row
from minhbach.scoring.opendata.package import File, Manifest, Package, SetOf, manifest_of, sha256_of
from minhbach.scoring.opendata.telling import INPUT_CELLS, explanation_of, ranking_cells, score_rows
from minhbach.scoring.reading import from_yaml
from minhbach.scoring.results import UnitResult
from minhbach.scoring.rounds import Comparison, Standing, close, rank

#: By what a row of each table is known.
_KEYS = {"units": ("unit",), "facts": ("unit", "criterion", "input"), "scores": ("unit", "criterion"),
         "ranking": ("unit",)}  # fmt: skip


def verify(package: Package) -> Verified:
    """Recompute everything. Raises BadInput for what is no publication, or one of another engine."""
    manifest = manifest_of(package)
    require_engine(manifest, f"{package.name}/{MANIFEST}")
    found = Verified(manifest, files=len(manifest.files))
    found.differences += _of_files(package, manifest)
    if found.differences:
        return found  # what was changed is not worth recomputing, and may be made to deceive
    for one in manifest.sets:
        _Recomputing(package, manifest, one, found).run()
    if not found.units and not found.differences:
        words = Text("không có kết quả nào để tính lại", "there is no result to recompute")
        found.differences.append(Difference(MANIFEST, words, "sets"))
    return found


def _of_files(package: Package, manifest: Manifest) -> Iterator[Difference]:
    """The files are those of the manifest, byte for byte."""
    for name in sorted(manifest.files.keys() - package.sizes.keys()):
        yield Difference(name, Text("thiếu tệp này", "this file is missing"))
    for name in sorted(package.sizes.keys() - manifest.files.keys() - {MANIFEST}):
        yield Difference(name, Text("tệp này không có trong manifest.json", "this file is not in manifest.json"))
    for name, said in manifest.files.items():
        if name in package.sizes and not _is(package, name, said):
            yield Difference(
                name, Text("nội dung đã bị thay đổi (SHA-256 khác)", "its content was changed (another SHA-256)")
            )


def _is(package: Package, name: str, said: File) -> bool:
    return package.sizes[name] == said.bytes and sha256_of(package.read(name)) == said.sha256


class _Recomputing:
    """One set of the round: its units, figures, points, ranks and explanations."""

    def __init__(self, package: Package, manifest: Manifest, one: SetOf, found: Verified):
        self.package, self.manifest, self.one, self.found = package, manifest, one, found

    def run(self) -> None:
        indicator_set = self._set()
        read = {name: self._table(name) for name in TABLES}
        if indicator_set is None or any(rows is None for rows in read.values()):
            return
        self.units = {row["unit"]: row for row in read["units"] or ()}
        self.facts = read["facts"] or []
        members = {code: row for code, row in self.units.items() if row["state"] == "concluded"}
        units = self._unit_facts(indicator_set, members)
        if units is None:
            return
        results, comparison = close(indicator_set, units)
        self.found.units += len(results)
        standings = self._standings(indicator_set, results)
        self._compare("scores", read["scores"] or [], list(score_rows(indicator_set, results)))
        self._compare("ranking", read["ranking"] or [], list(self._ranking(indicator_set, results, standings)))
        for result in results:
            self._explanation(indicator_set, comparison, result, standings.get(result.unit))

    def differs(self, file: str, where: str, vi: str, en: str) -> None:
        self.found.differences.append(Difference(f"{self.one.folder}/{file}", Text(vi, en), where))

    # Reading ----------------------------------------------------------------------------------------------------

    def _bytes(self, file: str) -> bytes | None:
        name = f"{self.one.folder}/{file}"
        if name not in self.manifest.files:
            self.differs(file, "", "thiếu tệp này", "this file is missing")
            return None
        return self.package.read(name)

    def _said(self, problems: Problems, file: str) -> None:
        for problem in problems.errors:
            where = f"{file}:{problem.line}" if problem.line else file
            name = f"{self.one.folder}/{where}"
            self.found.differences.append(Difference(name, problem.says, problem.where))

    def _set(self) -> IndicatorSet | None:
        content = self._bytes(SET)
        if content is None:
            return None
        if sha256_of(content) != self.one.sha256:
            self.differs(
                SET, "", "không phải bộ chỉ số mà manifest.json nêu", "this is not the set that manifest.json names"
            )
        problems = Problems(SET)
        text = text_of(content, problems)
        indicator_set = None
        if text is not None:
            indicator_set, problems = from_yaml(text, SET)
        self._said(problems, SET)
        return indicator_set

    def _table(self, name: str) -> list[Row] | None:
        """The rows of a table, once its three forms say the same."""
        columns = TABLES[name]
        forms: dict[str, list[Row]] = {}
        for ending in ENDINGS:
            file = f"{name}.{ending}"
            content = self._bytes(file)
            if content is None:
                continue
            problems = Problems(file)
            most = self.manifest.files[f"{self.one.folder}/{file}"].rows or 0
            if ending == "csv":
                rows = tables.from_csv(content, columns, problems)
            elif ending == "json":
                rows = tables.from_json(content, columns, problems)
            else:
                rows = tables.from_parquet(content, columns, most, problems)
            self._said(problems, file)
            if rows is None:
                continue
            if len(rows) != most:
                self.differs(
                    file,
                    "",
                    f"có {len(rows)} dòng, manifest.json ghi {most}",
                    f"it has {len(rows)} rows, manifest.json says {most}",
                )
            forms[ending] = rows
        for ending in ("json", "parquet"):
            if "csv" in forms and ending in forms:
                self._compare(name, forms[ending], forms["csv"], f"{name}.{ending}", "csv")
        return forms.get("csv")

    def _unit_facts(self, indicator_set: IndicatorSet, members: Mapping[str, Row]) -> list[UnitFacts] | None:
        units = {code: UnitFacts(code, row["group"]) for code, row in members.items()}
        before = len(self.found.differences)
        for line, row in enumerate(self.facts, start=2):
            where = f"{row['unit']} {row['criterion']} {row['input']}"
            unit = units.get(row["unit"])
            if unit is None:
                self.differs(f"facts.csv:{line}", where, "units.csv không có đơn vị này", "units.csv has no such unit")
            elif why := give(indicator_set, unit, row["criterion"], row["input"], row["value"]):
                self.differs(f"facts.csv:{line}", where, why.vi, why.en)
        return None if len(self.found.differences) > before else list(units.values())

    # Recomputing ------------------------------------------------------------------------------------------------

    def _standings(self, indicator_set: IndicatorSet, results: Sequence[UnitResult]) -> dict[str, Standing]:
        ranked: dict[str, list[UnitResult]] = {}
        for result in results:
            if self.units[result.unit]["ranked"] == "yes":
                ranked.setdefault(self.units[result.unit]["group"], []).append(result)
        return {one.result.unit: one for members in ranked.values() for one in rank(indicator_set, members)}

    def _ranking(
        self, indicator_set: IndicatorSet, results: Sequence[UnitResult], standings: Mapping[str, Standing]
    ) -> Iterator[Row]:
        by_unit = {result.unit: result for result in results}
        for code, row in self.units.items():
            shared = {"unit": code, "name": row["name"], "group": row["group"]}
            yield {**shared, **ranking_cells(indicator_set, by_unit.get(code), standings.get(code))}

    def _explanation(
        self, indicator_set: IndicatorSet, comparison: Comparison, result: UnitResult, standing: Standing | None
    ) -> None:
        file = self.units[result.unit]["explanation"]
        content = self._bytes(file)
        if content is None:
            return
        problems = Problems(file)
        said = tables.read_json(content, problems)
        self._said(problems, file)
        if problems.errors:
            return
        inputs: dict[str, dict[str, dict[str, str]]] = {}
        for row in self.facts:
            if row["unit"] == result.unit:
                cells = {name: row[name] for name in INPUT_CELLS}
                inputs.setdefault(row["criterion"], {})[row["input"]] = cells
        cells = ranking_cells(indicator_set, result, standing)
        expected = explanation_of(indicator_set, comparison, result, cells, inputs)
        expected |= {
            "set": {"code": self.one.code, "version": self.one.version, "sha256": self.one.sha256},
            "round": self.manifest.round,
        }
        said_unit = said.get("unit") if isinstance(said, dict) else None
        expected["unit"] = {"code": result.unit, "name": self.units[result.unit]["name"], "group": result.group}
        if said_unit is not None and not isinstance(said_unit, dict):
            self.differs(file, "unit", "không đúng định dạng", "not of the expected form")
        for where, there, here in unlike("", said, expected):
            self.differs(
                file, where, f"công bố {short(there)}, tính lại {short(here)}",
                f"published {short(there)}, recomputed {short(here)}",
            )  # fmt: skip

    # Comparing --------------------------------------------------------------------------------------------------

    def _compare(self, name: str, said: list[Row], expected: list[Row], file: str = "", like: str = "") -> None:
        """Row by row, cell by cell. `like`: not recomputed, but the same table in that form."""
        file, keys = file or f"{name}.csv", _KEYS[name]
        other = (f"tệp {like}", f"the {like}") if like else ("tính lại", "recomputed")
        there, here = ({tuple(row[key] for key in keys): row for row in rows} for rows in (said, expected))
        if len(there) != len(said):
            self.differs(file, "", "có dòng lặp lại", "some rows are there twice")
        for key in [*here, *(key for key in there if key not in here)]:
            where = " ".join(key)
            if key not in there:
                self.differs(file, where, f"thiếu dòng này ({other[0]} có)", f"this row is missing ({other[1]} has it)")
            elif key not in here:
                self.differs(file, where, f"thừa dòng này ({other[0]} không có)", f"this row is not in {other[1]}")
            else:
                for column in here[key]:
                    a, b = there[key][column], here[key][column]
                    if a != b:
                        words = (
                            f"công bố {short(a)}, {other[0]} {short(b)}",
                            f"published {short(a)}, {other[1]} {short(b)}",
                        )
                        self.differs(file, f"{where} {column}", *words)
        if not like:
            self.found.results += len(expected)
