"""From a set to the bytes of a workbook."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from minhbach.records.problems import BadInput, Problems
from minhbach.records.workbook.sheets import HEADER_ROWS, Row, write_fields, write_guide, write_table
from minhbach.scoring.model import IndicatorSet
from minhbach.scoring.reading import to_data
from minhbach.scoring.workbook.guide import guide_rows
from minhbach.scoring.workbook.rule_rows import rows_of
from minhbach.scoring.workbook.tables import (
    ADJUSTMENTS,
    ALTERNATIVES,
    BANDS,
    CHOICES,
    CONSTRAINTS,
    CRITERIA,
    EXAMPLES,
    GUIDE,
    INPUTS,
    LISTS,
    NOT_APPLICABLE,
    OPTIONS,
    PARAMETERS,
    RULES,
    SET,
    tables,
)


def to_workbook(indicator_set: IndicatorSet) -> bytes:
    """The set as XLSX, which `from_workbook` reads back to an equal set.

    Raises BadInput when a text is longer than a cell of a spreadsheet holds.
    """
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    rows = _Rows(to_data(indicator_set)).all()
    problems = Problems()
    write_guide(book.create_sheet(GUIDE), guide_rows(list(tables().values())))
    for table in tables().values():
        sheet = book.create_sheet(table.name)
        if table.name == SET:
            write_fields(sheet, table, rows[SET][0], problems)
        else:
            write_table(sheet, table, rows[table.name], problems)
    if problems.errors:
        raise BadInput(problems)
    book.active = 1
    book.properties.title = indicator_set.title.vi[:200]
    book.properties.creator = ""
    target = BytesIO()
    book.save(target)
    return target.getvalue()


class _Rows:
    """The rows of every sheet, from plain data as in YAML."""

    def __init__(self, raw: dict[str, Any]):
        self.raw = raw
        self.rows: dict[str, list[Row]] = {name: [] for name in tables()}
        self.counts: dict[str, int] = {}
        for top in (*raw["criteria"], *raw.get("adjustments", ())):
            self._count(top)

    def _count(self, node: Row) -> None:
        name = str(node.get("id") or node.get("code") or "")
        self.counts[name] = self.counts.get(name, 0) + 1
        for child in node.get("criteria", ()):
            self._count(child)

    def all(self) -> dict[str, list[Row]]:
        raw = self.raw
        self.rows[SET].append(raw)
        for sheet, field in ((CRITERIA, "criteria"), (ADJUSTMENTS, "adjustments")):
            for node in raw.get(field, ()):
                self._node(sheet, node, 1)
        for name in ("responsibles", "appraisers", "groups"):
            self.rows[LISTS] += [{"list": name, "key": k, "title": v} for k, v in raw.get(name, {}).items()]
        self.rows[PARAMETERS] = [{"key": key, **value} for key, value in raw.get("parameters", {}).items()]
        for key, choice in raw.get("choices", {}).items():
            self.rows[CHOICES].append({"key": key, **choice})
            self.rows[ALTERNATIVES] += [{"choice": key, **other} for other in choice["alternatives"]]
        for n, bands in enumerate(raw.get("bands", ()), 1):
            head = {"table": n, **bands}
            for step in bands["steps"] or [{}]:
                self.rows[BANDS].append({**head, **step})
                head = {"table": n}
        return self.rows

    def _node(self, sheet: str, node: Row, level: int) -> None:
        rows = self.rows[sheet]
        rows.append({"level": level, **node})
        name = str(node.get("id") or node.get("code") or "")
        if not name or self.counts[name] > 1:
            name = f"#{sheet}!{HEADER_ROWS + len(rows)}"
        of = {"criterion": name}
        for key, spec in node.get("inputs", {}).items():
            self.rows[INPUTS].append({**of, "key": key, **spec})
            for option, title in spec.get("options", {}).items():
                weight = {"weight": title["weight"]} if isinstance(title, dict) and "weight" in title else {}
                self.rows[OPTIONS].append({**of, "input": key, "key": option, "title": title, **weight})
        for field, table in (
            ("constraints", CONSTRAINTS),
            ("not_applicable", NOT_APPLICABLE),
            ("examples", EXAMPLES),
        ):
            self.rows[table] += [{**of, **item} for item in node.get(field, ())]
        if "rule" in node:
            for row in rows_of(node["rule"]):
                path = {"path": ".".join(map(str, row.path))} if row.path else {}
                self.rows[RULES].append({**of, **path, "form": row.form, **row.values})
        for child in node.get("criteria", ()):
            self._node(sheet, child, level + 1)
