"""One row of a table, whatever file it came from."""

from __future__ import annotations

from dataclasses import dataclass, field

from minhbach.records.texts import Text


@dataclass(frozen=True)
class Fault:
    """What of a cell may have been lost before it came here. `code` is that of the finding."""

    code: str
    says: Text


@dataclass
class Row:
    """One row of the source. `cells` are cleaned; `line` is 0 where the source has no lines.

    `table` counts the tables or sheets of the file; a paragraph between tables is a row of one cell, `outside` them.
    """

    cells: list[str]
    line: int = 0
    where: str = ""
    table: int = 0
    outside: bool = False
    faults: dict[int, Fault] = field(default_factory=dict)
    """By column."""
