"""Survey results, a stream of their own: entered for one unit, or read from a file for all of a round."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from minhbach.indices import figures
from minhbach.indices.actions.criteria import criterion_score
from minhbach.indices.models import Entry, Round, Score
from minhbach.indices.permissions import SURVEY
from minhbach.org.errors import NotPossible
from minhbach.org.files.tables import BrokenTable
from minhbach.org.permissions import require
from minhbach.org.ui.figures import language
from minhbach.records.tables import Row, text_of
from minhbach.scoring.model import IndicatorSet

COLUMNS = ("unit", "criterion", "input", "value")


class BadResults(NotPossible):
    """A file of results that cannot be taken; `problems` names every bad row by its line."""

    def __init__(self, problems: list[str]):
        self.problems = problems
        super().__init__(_("Nothing was imported. Put these rows right and send the file again."), "bad_file")


@dataclass
class _Lines:
    """What a file says of one criterion of one unit, with the line each input stands on."""

    entry: Entry
    criterion: str
    inputs: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    def line(self, key: str) -> int:
        return self.lines.get(key) or min(self.lines.values())


@transaction.atomic
def survey_enter(entry: Entry, criterion: str, *, inputs: dict[str, str], edition: int, acting) -> Score:
    """Enter the survey's result for one criterion of one unit. Raises what `criterion_score` raises."""
    return criterion_score(
        entry, criterion, stage=Score.Stage.SURVEY, inputs=inputs, edition=edition, source="survey", acting=acting
    )


@transaction.atomic
def survey_import(round_: Round, *, table: Iterable[Row], acting) -> int:
    """Enter the results of a table with the columns unit, criterion, input, value: all rows or none.

    A criterion in the file takes the place of what was entered before; others stay. Returns how many criteria were
    entered. Raises Refused; BadResults with every bad row.
    """
    require(acting, SURVEY, round_.unit)
    problems: list[str] = []
    entries = {e.unit.code: e for e in round_.entries.select_related("unit", "set_version", "round__unit")}
    sets = {e.set_version_id: figures.set_of(e.set_version) for e in entries.values()}
    found = _read(table, entries, sets, problems)
    present = {
        (row.entry_id, row.criterion): row.edition
        for row in Score.objects.filter(entry__round=round_, stage=Score.Stage.SURVEY)
    }
    for one in found:
        edition = present.get((one.entry.pk, one.criterion), 0)
        try:
            survey_enter(one.entry, one.criterion, inputs=one.inputs, edition=edition, acting=acting)
        except figures.WrongInputs as error:
            for key, says in error.says.items():
                what = f"{one.entry.unit.code} {one.criterion} {key}".strip()
                problems.append(_line(one.line(key), f"{what}: {says.in_(language())}"))
        except NotPossible as error:
            problems.append(_line(one.line(""), f"{one.entry.unit.code} {one.criterion}: {error}"))
    if problems:
        raise BadResults(problems)
    if not found:
        raise BadResults([_("The file has no rows with values.")])
    return len(found)


def _line(number: int, says: str) -> str:
    return _("Line %(line)s: %(says)s") % {"line": number, "says": says}


def _rows(table: Iterable[Row], problems: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows by column name, each with its line."""
    names: list[str] = []
    try:
        for line, row in table:
            cells = [text_of(cell) for cell in row]
            if not names:
                names = [cell.lower() for cell in cells]
                if lacking := [column for column in COLUMNS if column not in names]:
                    problems.append(_line(line, _("missing column: %(names)s") % {"names": ", ".join(lacking)}))
                    return
            elif len(cells) < len(names) or any(cells[len(names) :]):
                problems.append(_line(line, _("the row has not as many cells as there are columns")))
            else:
                yield line, dict(zip(names, cells, strict=False))
    except BrokenTable as error:
        problems.append(str(error))
        return
    if not names:
        problems.append(_("The file is empty."))


def _read(
    table: Iterable[Row], entries: dict[str, Entry], sets: dict[int, IndicatorSet], problems: list[str]
) -> list[_Lines]:
    found: dict[tuple[str, str], _Lines] = {}
    for line, row in _rows(table, problems):
        entry = entries.get(row["unit"])
        if entry is None:
            problems.append(_line(line, _("no unit “%(code)s” in this round") % {"code": row["unit"]}))
            continue
        indicator_set = sets[entry.set_version_id]
        node = indicator_set.nodes.get(row["criterion"])
        if node is None or not node.is_leaf or indicator_set.stream_of(node) != "survey":
            says = _("the unit's set has no survey criterion “%(code)s”") % {"code": row["criterion"]}
            problems.append(_line(line, says))
            continue
        keys = [key for key, _type, _spec in node.fact_keys()]
        if row["input"] not in keys:
            says = _("criterion %(code)s has no input “%(input)s”; its inputs: %(known)s") % {
                "code": node.id, "input": row["input"], "known": ", ".join(keys),
            }  # fmt: skip
            problems.append(_line(line, says))
            continue
        if not row["value"]:
            continue
        one = found.setdefault((row["unit"], node.id), _Lines(entry, node.id))
        if one.inputs.get(row["input"], row["value"]) != row["value"]:
            says = _("line %(other)s gives another value") % {"other": one.lines[row["input"]]}
            problems.append(_line(line, says))
            continue
        one.inputs[row["input"]] = row["value"]
        one.lines[row["input"]] = line
    return list(found.values())
