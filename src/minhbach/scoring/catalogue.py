"""The indicator sets and mappings that come with the product (data in `minhbach.catalog`)."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from minhbach.records.problems import BadInput, Problems
from minhbach.records.texts import Text
from minhbach.scoring.model import IndicatorSet
from minhbach.scoring.set_files import from_file

FOLDER = Path(str(files("minhbach.catalog")))


def set_files() -> dict[str, Path]:
    """The file of each set of the catalogue, by code."""
    return {path.stem: path for path in sorted((FOLDER / "sets").glob("*.yaml"))}


def find(name: str) -> IndicatorSet:
    """The set with this catalogue code, or in this file. Raises BadInput saying what is wrong.

    The structure of a file's set is right and every criterion has a code of its own; the rest is told by `sound`.
    """
    return _read(name)[0]


def sound(name: str) -> IndicatorSet:
    """As `find`, and free of mistakes whose points would be wrong and look right."""
    from minhbach.scoring.checking import check

    indicator_set, problems = _read(name)
    if name not in set_files():  # the tests check those
        check(indicator_set, problems, cases=False)
        _refuse_errors(problems)
    return indicator_set


def _read(name: str) -> tuple[IndicatorSet, Problems]:
    path = set_files().get(name)
    if path is not None:
        indicator_set, problems = from_file(path)
        assert indicator_set is not None, [problem.in_("en") for problem in problems]
        return indicator_set, problems
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
    from minhbach.scoring.checking import check_codes

    check_codes(indicator_set, problems)
    _refuse_errors(problems)
    return indicator_set, problems


def _refuse_errors(problems: Problems) -> None:
    if problems.errors:
        problems.found = problems.errors
        raise BadInput(problems)
