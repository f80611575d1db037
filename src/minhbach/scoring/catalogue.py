"""The indicator sets and mappings that come with the product (data in `minhbach.catalog`)."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from minhbach.scoring.model import IndicatorSet
from minhbach.scoring.problems import BadInput, Problems
from minhbach.scoring.reading import from_file
from minhbach.scoring.texts import Text

FOLDER = Path(str(files("minhbach.catalog")))


def set_files() -> dict[str, Path]:
    """The file of each set of the catalogue, by code."""
    return {path.stem: path for path in sorted((FOLDER / "sets").glob("*.yaml"))}


def find(name: str) -> IndicatorSet:
    """The set with this catalogue code, or in this file. Raises BadInput saying what is wrong."""
    path = set_files().get(name)
    if path is None:
        path = Path(name)
        if path.suffix.lower() not in (".yaml", ".yml", ".xlsx") and not path.exists():
            problems = Problems(name)
            problems.error(
                "unknown-set",
                (),
                Text("không có bộ chỉ số này trong danh mục", "the catalogue has no such set"),
                Text(
                    "xem danh mục: minhbach sets list; hoặc cho đường dẫn tệp",
                    "see minhbach sets list, or give the path of a file",
                ),
            )
            raise BadInput(problems)
    indicator_set, problems = from_file(path)
    if indicator_set is None:
        raise BadInput(problems)
    return indicator_set
