"""A table as CSV, JSON and Parquet, and back: each row with every cell as text."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from minhbach.records.incoming import text_of
from minhbach.records.problems import Problems
from minhbach.records.texts import Text, fraction_of
from minhbach.scoring.opendata.layout import EXACT, WHOLE, Column, Row

_REMEDY = Text("tải lại bản công bố từ nơi công bố", "download the publication again from where it is published")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
_NUMBER = re.compile(r"-?[0-9][0-9 .,/]*%?")
_LONGEST_CELL = 1_000_000
_PARQUET = b"PAR1"


def to_csv(columns: Sequence[Column], rows: Iterable[Row]) -> bytes:
    """With a byte order mark, for spreadsheets, which would also take some texts for formulas."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([column.name for column in columns])
    for row in rows:
        writer.writerow([_guarded(row.get(column.name, "")) for column in columns])
    return ("\ufeff" + out.getvalue()).encode()


def from_csv(content: bytes, columns: Sequence[Column], problems: Problems) -> list[Row] | None:
    """The rows, or None with the reason in `problems`."""
    text = text_of(content, problems)
    if text is None:
        return None
    names = [column.name for column in columns]
    usual = csv.field_size_limit(_LONGEST_CELL)  # of the whole process
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        if next(reader, None) != names:
            _broken(problems, 1, "các cột không như quy định", "the columns are not those of this table")
            return None
        rows = []
        for cells in reader:
            if len(cells) != len(names):
                _broken(problems, reader.line_num, "số ô không bằng số cột", "not as many cells as columns")
                return None
            rows.append(dict(zip(names, map(_bare, cells), strict=True)))
    except csv.Error:
        _broken(problems, reader.line_num, "không đọc được như CSV", "not readable as CSV")
        return None
    finally:
        csv.field_size_limit(usual)
    return rows


def to_json(columns: Sequence[Column], rows: Iterable[Row]) -> bytes:
    """A list of objects; figures with decimals as text, so that no digit is lost."""
    data = [{column.name: _plain(column, row.get(column.name, "")) for column in columns} for row in rows]
    return json.dumps(data, ensure_ascii=False, indent=1).encode()


def from_json(content: bytes, columns: Sequence[Column], problems: Problems) -> list[Row] | None:
    """The rows, or None with the reason in `problems`."""
    data = read_json(content, problems)
    if data is None:
        return None
    names = [column.name for column in columns]
    if not isinstance(data, list) or not all(isinstance(row, dict) and list(row) == names for row in data):
        _broken(problems, 0, "các dòng không như quy định", "the rows are not those of this table")
        return None
    rows = []
    for row in data:
        if not all(value is None or isinstance(value, str | int) for value in row.values()):
            _broken(problems, 0, "có ô không phải văn bản hay số nguyên", "a cell is no text and no whole number")
            return None
        rows.append({name: "" if value is None else str(value) for name, value in row.items()})
    return rows


def read_json(content: bytes, problems: Problems) -> Any:
    """What a JSON file says, or None with the reason in `problems`."""
    text = text_of(content, problems)
    if text is None:
        return None
    try:
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        _broken(problems, 0, "không đọc được như JSON", "not readable as JSON")
        return None


def to_parquet(columns: Sequence[Column], rows: Sequence[Row]) -> bytes:
    """Texts as text; a count as int64; a figure as a double for reckoning, and beside it `…_text` with every digit."""
    from arro3.core import Array, DataType, Field, Schema, Table
    from arro3.io import write_parquet

    fields, arrays = [], []

    def add(name: str, kind: Any, cells: list[Any]) -> None:
        fields.append(Field(name, kind, nullable=True))
        arrays.append(Array(cells, type=kind))

    for column in columns:
        cells = [row.get(column.name, "") or None for row in rows]
        if column.kind == WHOLE:
            add(column.name, DataType.int64(), [None if cell is None else int(cell) for cell in cells])
        elif column.kind == EXACT:
            add(column.name, DataType.float64(), [None if cell is None else float(fraction_of(cell)) for cell in cells])
            add(f"{column.name}_text", DataType.utf8(), cells)
        else:
            add(column.name, DataType.utf8(), cells)
    out = io.BytesIO()
    write_parquet(Table.from_arrays(arrays, schema=Schema(fields)), out, compression="zstd(3)")
    return out.getvalue()


def from_parquet(content: bytes, columns: Sequence[Column], most: int, problems: Problems) -> list[Row] | None:
    """The rows, or None with the reason in `problems`; no more than `most` are read."""
    from arro3.io import read_parquet

    rows: list[Row] = []
    if content[:4] != _PARQUET or content[-4:] != _PARQUET or int.from_bytes(content[-8:-4], "little") > len(content):
        _broken(problems, 0, "không đọc được như Parquet", "not readable as Parquet")
        return None
    try:
        with _without_its_words():
            batches = read_parquet(io.BytesIO(content))
        for batch in batches:
            names = batch.schema.names
            cells = {name: batch.column(name).to_pylist() for name in names}
            if names != [name for column in columns for name in _parquet_names(column)]:
                _broken(problems, 0, "các cột không như quy định", "the columns are not those of this table")
                return None
            rows += [_of_parquet(columns, {name: cells[name][n] for name in names}) for n in range(batch.num_rows)]
            if len(rows) > most:
                break
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # noqa: BLE001 - the reader has kinds of its own for broken files, and panics
        _broken(problems, 0, "không đọc được như Parquet", "not readable as Parquet")
        return None
    return rows


@contextmanager
def _without_its_words() -> Iterator[None]:
    """Of a broken file the reader prints a trace of its own; what is said of it is said by us."""
    sys.stderr.flush()
    kept, nothing = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nothing)


def _parquet_names(column: Column) -> tuple[str, ...]:
    return (column.name, f"{column.name}_text") if column.kind == EXACT else (column.name,)


def _of_parquet(columns: Sequence[Column], cells: dict[str, Any]) -> Row:
    row = {}
    for column in columns:
        value = cells[column.name]
        text = cells[f"{column.name}_text"] if column.kind == EXACT else value
        if column.kind == EXACT and (None if text is None else float(fraction_of(text))) != value:
            text = f"{value} ({text})"  # the two do not agree: said by the comparison
        row[column.name] = "" if text is None else str(text)
    return row


def _plain(column: Column, cell: str) -> str | int | None:
    if not cell:
        return None
    return int(cell) if column.kind == WHOLE else cell


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) and not _NUMBER.fullmatch(cell) else cell


def _bare(cell: str) -> str:
    return cell[1:] if cell.startswith("'") else cell


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _broken(problems: Problems, line: int, vi: str, en: str) -> None:
    locate, problems.locate = problems.locate, lambda path: (line, "")
    problems.error("broken-table", (), Text(vi, en), _REMEDY)
    problems.locate = locate
