"""A result appraised in the province's own software, read from XLSX or CSV: every bad row by its line, all or none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction
from itertools import islice
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from minhbach.indices import figures
from minhbach.indices.actions.appraisal import AppraisedPoints
from minhbach.indices.exporting.extract import PLACES, Extract, exact
from minhbach.indices.models import Score
from minhbach.indices.rules import SELF
from minhbach.org.errors import NotPossible
from minhbach.org.files.tables import BrokenTable, uploaded
from minhbach.org.ui.figures import number
from minhbach.papers import Column, Document, Row, Table, to_xlsx
from minhbach.records.tables import text_of
from minhbach.scoring.model import IndicatorSet, Node
from minhbach.vietnamese import fold

MOST_ROWS = 2000
_HEADER_WITHIN = 20

#: Column → the names it goes by, without marks and signs: those of one line before those of the next.
NAMES: dict[str, tuple[set[str], ...]] = {
    "code": (
        {"ma", "ma tieu chi", "ma so", "code"},
        {"stt", "so tt", "tt", "no"},
        {"tieu chi", "criterion"},
    ),
    "points": (
        {"diem tham dinh", "tham dinh", "ket qua tham dinh", "appraised", "appraised points"},
        {"diem", "diem cham", "diem dat", "diem dat duoc", "points", "score"},
    ),
    "title": ({"ten", "ten tieu chi", "tieu chi", "noi dung", "linh vuc tieu chi tieu chi thanh phan", "criterion",
               "field criterion sub criterion"},),
    "maximum": ({"diem toi da", "toi da", "maximum", "max"},),
    "remark": ({"nhan xet", "ghi chu", "ly do", "giai thich", "y kien tham dinh", "nhan xet cua co quan tham dinh",
                "remark", "remarks", "note", "notes", "reason"},),
}  # fmt: skip
#: What stands under `Điểm đánh giá` in the second row of a header.
_UNDER = {"tu cham", "tu danh gia", "diem tu cham", "self score", "tham dinh", "diem tham dinh", "appraised"}
_TOTALS = ("tong cong", "tong diem", "tong so", "cong", "total")


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be taken: its line in the file and what to do."""

    line: int
    says: str


class BadRows(NotPossible):
    """Nothing was taken; `rows` are all that stand in the way."""

    def __init__(self, rows: list[BadRow]):
        self.rows = rows
        super().__init__(
            ngettext("%(count)s row must be corrected first.", "%(count)s rows must be corrected first.", len(rows))
            % {"count": len(rows)},
            "bad_rows",
        )


@dataclass
class Read:
    """What a file says."""

    lines: dict[str, AppraisedPoints] = field(default_factory=dict)
    skipped: int = 0
    """Rows of parts and totals, which are added up here anyway."""


def read(upload: UploadedFile, indicator_set: IndicatorSet) -> Read:
    """The lines of a file by criterion.

    Raises BadFile for a wrong file, NotPossible with code `no_header`, `too_large` or `empty`, and BadRows with every
    bad row.
    """
    try:
        return _read(uploaded(upload), indicator_set)
    except BrokenTable as error:
        if not error.line:
            raise
        raise BadRows([BadRow(error.line, error.says)]) from error


def _read(rows: Iterable[tuple[int, list[Any]]], indicator_set: IndicatorSet) -> Read:
    found, bad = Read(), []
    first_lines: dict[str, int] = {}
    codes, titles = _codes(indicator_set), _titles_without_code(indicator_set)
    given = list(islice(rows, MOST_ROWS + _HEADER_WITHIN + 1))
    columns, below = _table(given)
    if len(given) - below > MOST_ROWS:
        says = _("The file has more than %(most)s rows; is it the right one?")
        raise NotPossible(says, "too_large", {"most": number(MOST_ROWS)})
    for line, cells in given[below:]:
        row = {name: cells[n] if n < len(cells) else None for name, n in columns.items()}
        code, has_points = text_of(row["code"]), bool(text_of(row["points"]))
        if _is_number_row(cells) or _word(code) in _TOTALS or (not code and _word(row.get("title")) in _TOTALS):
            continue
        node = codes.get(code) or codes.get(code.rstrip(".")) if code else titles.get(_word(row.get("title")))
        if node is None:
            if has_points and code:
                bad.append(BadRow(line, _("The set has no criterion %(code)s.") % {"code": code}))
            elif has_points:
                bad.append(BadRow(line, _("There are points but no code; write the criterion's code in this row.")))
            continue
        if not node.is_leaf:
            found.skipped += 1
            continue
        if not has_points:
            continue
        if node.id in first_lines:
            says = _("%(code)s stands in line %(line)s already; keep one of the rows.")
            bad.append(BadRow(line, says % {"code": code or node.id, "line": first_lines[node.id]}))
            continue
        first_lines[node.id] = line
        try:
            found.lines[node.id] = _points(node, row)
        except NotPossible as error:
            bad.append(BadRow(line, f"{code or node.id}: {error}"))
    if bad:
        raise BadRows(bad)
    if not found.lines:
        raise NotPossible(_("The file has no points for any criterion of this set."), "empty")
    return found


def _table(rows: list[tuple[int, list[Any]]]) -> tuple[dict[str, int], int]:
    """Column → place, and where the rows below the header begin. Raises NotPossible with code `no_header`.

    The header may have two rows, as in the official sheet: `Điểm đánh giá` over `Tự chấm` and `Thẩm định`. Of several
    columns of points the appraised one counts, never the self-score beside it.
    """
    for n, (_line, cells) in enumerate(rows[: _HEADER_WITHIN + 1]):
        under = [_word(cell) for cell in rows[n + 1][1]] if n + 1 < len(rows) else []
        words = [_word(cell) for cell in cells]
        if _UNDER & set(under):
            size = max(len(words), len(under))
            padded = [*words, *[""] * (size - len(words))], [*under, *[""] * (size - len(under))]
            found = _header([below or above for above, below in zip(*padded, strict=True)])
            if found is not None:
                return found, n + 2
        elif (found := _header(words)) is not None:
            return found, n + 1
    raise NotPossible(
        _(
            "No header row was found. The table needs a column for the code (“Mã” or “code”) and one for the "
            "points (“Điểm” or “points”)."
        ),
        "no_header",
    )


def _codes(indicator_set: IndicatorSet) -> dict[str, Node]:
    by_code = {node.code: node for node in indicator_set.nodes.values() if node.code}
    return by_code | {node.id: node for node in indicator_set.nodes.values()}


def _titles_without_code(indicator_set: IndicatorSet) -> dict[str, Node]:
    """The criteria and groups that the decision prints without a code, by their titles."""
    nodes = [node for node in indicator_set.nodes.values() if not node.code]
    return {_word(title): node for node in nodes for title in (node.title.vi, node.title.en) if title}


def _header(words: list[str]) -> dict[str, int] | None:
    """Column → place, if these names hold at least the code and the points."""
    places: dict[str, int] = {}
    for name, lines in NAMES.items():
        for names in lines:
            place = next((n for n, word in enumerate(words) if word in names and n not in places.values()), None)
            if place is not None:
                places[name] = place
                break
    return places if {"code", "points"} <= places.keys() else None


def _word(cell: Any) -> str:
    return " ".join(fold(str(cell or "")).split())


def _is_number_row(cells: list[Any]) -> bool:
    """The row (1), (2), … below the header of official tables."""
    texts = [text_of(cell) for cell in cells if text_of(cell)]
    return bool(texts) and all(text.startswith("(") and text.endswith(")") for text in texts)


def _number(text: str) -> Decimal:
    try:
        value = Decimal(text.replace(",", ".").replace("−", "-"))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or "e" in text.lower() or len(text) > 30:
        raise NotPossible(_("“%(text)s” is not a number; write it as 0.25 or 0,25."), "bad_points", {"text": text[:30]})
    return value


def _points(node: Node, row: dict[str, Any]) -> AppraisedPoints:
    points, maximum = _number(text_of(row["points"])), node.maximum
    stated = ""
    if maximum is None:
        stated = text_of(row.get("maximum"))
        if not stated:
            raise NotPossible(
                _("The decision states no maximum for it; give one in a column “Điểm tối đa”."), "bad_points"
            )
        maximum = Fraction(_number(stated))
    if not node.minimum <= Fraction(points) <= maximum:
        raise NotPossible(
            _("%(points)s is outside %(low)s–%(high)s."),
            "bad_points",
            {"points": number(points), "low": number(node.minimum), "high": number(maximum)},
        )
    return AppraisedPoints(
        format(points, "f"), text_of(row.get("remark"))[:2000], maximum=format(_number(stated), "f") if stated else ""
    )


# What it changes --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """A criterion of the file beside the unit's own points and what the rule gives for the unit's figures."""

    node: Node
    title: str
    own: Decimal | None
    rule: Decimal | None
    appraised: Decimal
    remark: str
    why: list[str]

    @property
    def change(self) -> Decimal:
        return self.appraised - (self.own or Decimal(0))

    @property
    def differs(self) -> bool:
        return self.own is None or self.own != self.appraised


_SHOWN = Decimal(1).scaleb(-PLACES)


def as_scored(extract: Extract, lines: dict[str, AppraisedPoints]) -> dict[str, AppraisedPoints]:
    """The lines, with the self-score itself where the file has it as the exported sheet shows it, rounded.

    An appraiser who left 0.7814 standing agreed with 0.78137…; nobody lost or won a ten-thousandth.
    """
    found = {}
    for code, line in lines.items():
        row = extract.own(extract.set.nodes[code])
        own = row.points if row is not None else None
        same = own is not None and own.quantize(_SHOWN, ROUND_HALF_UP) == Decimal(line.points)
        found[code] = replace(line, points=format(own, "f")) if own is not None and same else line
    return found


def differences(extract: Extract, lines: dict[str, AppraisedPoints]) -> list[Difference]:
    """Every line of the file, in the order of the set; `why` tells what the rule says of the unit's own figures."""
    result = extract.result(SELF)
    found = []
    for leaf in extract.set.leaves:
        if leaf.id not in lines:
            continue
        row = extract.own(leaf) or extract.scores.get((leaf.id, Score.Stage.SURVEY))
        points = Decimal(lines[leaf.id].points)
        why = []
        if row is not None and row.points != points and not leaf.is_unstated:
            told = figures.explanation(extract.set, result, leaf.id, extract.lang)
            why = [told.headline, *([told.value] if told.value else []), *told.applied]
        found.append(
            Difference(
                node=leaf,
                title=leaf.title.in_(extract.lang),
                own=row.points if row else None,
                rule=row.rule_points if row else None,
                appraised=points,
                remark=lines[leaf.id].remark,
                why=why,
            )
        )
    return found


def template(extract: Extract) -> bytes:
    """A workbook to fill in: code, criterion, maximum, self-score, appraised points, remark."""
    columns = (
        Column(_("Code"), 16),
        Column(_("Criterion"), 80),
        Column(_("Maximum"), 16),
        Column(_("Self-score"), 16),
        Column(_("Points"), 16),
        Column(_("Remark"), 50),
    )
    rows = []
    for leaf in extract.set.leaves:
        own = extract.own(leaf)
        rows.append(
            Row.of(
                leaf.code or leaf.id,
                leaf.title.in_(extract.lang),
                exact(leaf.maximum),
                exact(own.points) if own and own.points is not None else None,
                None,
                None,
            )
        )
    table = Table(columns, tuple(rows), name=_("Appraised result"))
    title = _("Appraised result")
    return to_xlsx(Document(title, subtitle=str(extract.entry), blocks=(table,), landscape=True, lang=extract.lang))
