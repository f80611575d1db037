"""Indicator sets as files: YAML or a workbook."""

from __future__ import annotations

from pathlib import Path

from minhbach.records.archives import MAX_BYTES
from minhbach.records.incoming import content_of, text_of
from minhbach.records.problems import Problems
from minhbach.scoring.model import IndicatorSet
from minhbach.scoring.reading import from_yaml
from minhbach.scoring.workbook import from_workbook


def from_file(path: Path, *, checked: bool = False) -> tuple[IndicatorSet | None, Problems]:
    """The set in a YAML or XLSX file, or None, with all that is wrong in it so far (`checked`: see `from_data`)."""
    name = str(path)
    problems = Problems(name)
    content = content_of(path, MAX_BYTES, problems)
    if content is None:
        return None, problems
    if path.suffix.lower() == ".xlsx":
        return from_workbook(content, name, checked=checked)
    text = text_of(content, problems)
    return (None, problems) if text is None else from_yaml(text, name, checked=checked)
