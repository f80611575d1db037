"""A draft of an indicator set from a decision's table in XLSX, DOCX or text.

Nothing is invented: what is not recognised stays `unstated`, the source's wording stands in the node's note, and every
doubtful row is a finding. A person completes the draft.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path as FilePath

from minhbach.records.incoming import content_of
from minhbach.records.problems import ERROR, WARNING, BadInput, Problems
from minhbach.records.texts import Text
from minhbach.scoring.drafting import tables
from minhbach.scoring.drafting.items import Part
from minhbach.scoring.drafting.one_cell import separate_all
from minhbach.scoring.drafting.outline import outline
from minhbach.scoring.drafting.writer import MARK, Writer
from minhbach.scoring.model import IndicatorSet, Node
from minhbach.scoring.reading import from_data

__all__ = ["MARK", "Draft", "draft_from_bytes", "draft_from_file"]


@dataclass(frozen=True)
class Draft:
    """A set to be completed by a person, and what is doubtful about it, row by row."""

    indicator_set: IndicatorSet
    problems: Problems


def draft_from_file(path: FilePath, part: int = 1) -> Draft:
    """As `draft_from_bytes`, from a file. Raises BadInput when it cannot be read or holds no table of criteria."""
    problems = Problems(str(path), lambda place: (0, ""))
    content = content_of(path, tables.MAX_FILE_BYTES, problems)
    if content is None:
        raise BadInput(problems)
    return draft_from_bytes(content, str(path), part)


def draft_from_bytes(content: bytes, filename: str, part: int = 1) -> Draft:
    """The draft of a set from the content of an XLSX, DOCX, CSV or text file, told by the ending of its name.

    `part`: which table, from 1 on, where a file has an appendix for each group of units. Raises BadInput when the file
    cannot be read or holds no table of criteria.
    """
    problems = Problems(filename, lambda path: (0, ""))
    source = tables.read(content, filename, problems)
    parts = outline(source)
    if not parts:
        problems.error(
            "no-table",
            (),
            Text("không tìm thấy bảng tiêu chí nào", "no table of criteria was found"),
            Text(
                "cần bảng có cột số thứ tự hoặc mã, và cột tên tiêu chí",
                "a table needs a column with numbers or codes, and one with the titles of the criteria",
            ),
        )
        raise BadInput(problems)
    if not 1 <= part <= len(parts):
        problems.error(
            "no-part",
            (),
            Text(f"tệp chỉ có {len(parts)} bảng tiêu chí", f"the file has {len(parts)} tables of criteria only"),
            Text(f"ghi một số từ 1 đến {len(parts)}", f"give a number from 1 to {len(parts)}"),
        )
        raise BadInput(problems)
    chosen = parts[part - 1]
    separate_all(chosen.top)
    writer = Writer(FilePath(filename).name, source.loose, parts, part)
    raw = writer.set(chosen)
    indicator_set, found = from_data(raw, filename)
    problems.found += found.found
    if indicator_set is None:  # a title of blanks, a code out of bounds: what no draft can hold
        raise BadInput(problems)
    writer.report(problems)
    _try_rules(indicator_set, chosen, problems)
    return Draft(indicator_set, problems)


def _try_rules(indicator_set: IndicatorSet, part: Part, problems: Problems) -> None:
    """Gaps, overlaps, tiers above the maximum and sums that do not come out, as findings on the source's rows."""
    from minhbach.scoring.checking_rules import check_rule, work_each
    from minhbach.scoring.checking_whole import check_sum

    rows = {item.id: item.row for start in part.top for item in start.walk()}

    def on_row(node: Node) -> Problems:
        row = rows[node.id]
        return Problems(problems.file, lambda path: (row.line, f"{node.id} {row.where}".strip()))

    whole = Problems(problems.file, lambda path: (0, ""))
    check_sum(indicator_set.maximum, indicator_set.combine, indicator_set.criteria, (), whole)
    every, work = [whole], work_each(len(indicator_set.leaves))
    for node in indicator_set.nodes.values():
        found = on_row(node)
        if node.is_leaf:
            check_rule(indicator_set, node, (), found, work)
        else:
            check_sum(node.maximum, node.combine, node.criteria, (), found)
        every.append(found)
    for found in every:
        problems.found += [
            replace(problem, severity=WARNING if problem.severity == ERROR else problem.severity)
            for problem in found.found
            if problem.code != "open-case"
        ]
