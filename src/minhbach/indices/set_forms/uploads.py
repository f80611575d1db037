"""A set out of an uploaded file: our own YAML or workbook as it is, any other table as a draft with its doubts."""

from __future__ import annotations

from dataclasses import dataclass

from minhbach.records.problems import BadInput, Problem, Problems
from minhbach.records.texts import Text
from minhbach.records.yaml_text import MAX_BYTES
from minhbach.scoring.checking import check
from minhbach.scoring.drafting import draft_from_bytes
from minhbach.scoring.model import IndicatorSet
from minhbach.scoring.reading import from_yaml, place_in, to_data
from minhbach.scoring.workbook import from_workbook


@dataclass(frozen=True)
class Read:
    """A set read from a file. `drafted`: recognised in somebody else's table; a person must look at every row."""

    indicator_set: IndicatorSet
    problems: tuple[Problem, ...]
    drafted: bool

    @property
    def doubts(self) -> list[tuple[str, Problem]]:
        """What only the reading knew: criterion ("" for the whole) and finding. What the check of the set finds again
        by itself is not among them."""
        data = to_data(self.indicator_set)
        again = Problems("", lambda path: (0, place_in(data, path)))
        check(self.indicator_set, again)
        found = {(problem.code, self.criterion_of(problem)) for problem in again}
        named = [(self.criterion_of(problem), problem) for problem in self.problems]
        return [(name, problem) for name, problem in named if (problem.code, name) not in found]

    def criterion_of(self, problem: Problem) -> str:
        """The node a finding is about: its place begins with the code; "" where that is none."""
        name = problem.where.split(" ", 1)[0]
        return name if name in self.indicator_set.nodes else ""


def read_upload(content: bytes, name: str, part: int = 1) -> Read:
    """Raises BadInput saying what is wrong and what to do. `part`: which table of a file with several appendices."""
    ending = name.lower().rpartition(".")[2]
    if not content:
        raise _bad(name, "empty", Text("tệp trống", "the file is empty"), Text("chọn tệp khác", "choose another file"))
    if ending in ("yaml", "yml"):
        return _yaml(content, name)
    if ending == "xlsx":
        indicator_set, problems = from_workbook(content, name)
        if indicator_set is not None:
            return Read(indicator_set, tuple(problems), drafted=False)
        # A workbook of ours with a mistake is told so; any other workbook holds a table to recognise.
        if not any(problem.code == "no-sheet" for problem in problems):
            raise BadInput(problems)
    draft = draft_from_bytes(content, name, part)
    return Read(draft.indicator_set, tuple(draft.problems), drafted=True)


def _yaml(content: bytes, name: str) -> Read:
    if len(content) > MAX_BYTES:
        raise _bad(
            name,
            "too-large",
            Text("tệp quá lớn (trên 5 MB)", "the file is too large (over 5 MB)"),
            Text("bỏ bớt nội dung thừa", "leave out what is not needed"),
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _bad(
            name,
            "encoding",
            Text("không phải văn bản UTF-8", "this is not UTF-8 text"),
            Text("lưu lại tệp với bảng mã UTF-8", "save the file as UTF-8"),
        ) from error
    indicator_set, problems = from_yaml(text, name)
    if indicator_set is None:
        raise BadInput(problems)
    return Read(indicator_set, tuple(problems), drafted=False)


def _bad(name: str, code: str, says: Text, remedy: Text) -> BadInput:
    problems = Problems(name, lambda path: (0, ""))
    problems.error(code, (), says, remedy)
    return BadInput(problems)
