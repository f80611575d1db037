"""The papers of an entry in their official layout: sheet, report, explanations, list of evidence."""

from __future__ import annotations

from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import override

from minhbach.indices.exporting.extract import PLACES, Extract, on_paper
from minhbach.indices.exporting.folder import names_in_folder
from minhbach.indices.models import Evidence, Score
from minhbach.indices.rules import SELF
from minhbach.org.models import Unit
from minhbach.org.units.queries import ancestors
from minhbach.papers import (
    Document,
    EvidenceRow,
    ExplanationRow,
    Letterhead,
    Points,
    ScoreRow,
    Signature,
    SummaryRow,
    evidence_list,
    explanation_sheet,
    self_score_report,
    self_score_sheet,
)
from minhbach.records.texts import Text, rounded
from minhbach.scoring.facts import read_fact
from minhbach.scoring.model import Node
from minhbach.vietnamese import format_date

_NO_POINTS = {
    "not_applicable": Text("không áp dụng", "not applicable"),
    "undefined": Text("chưa xác định", "undefined"),
    "pending": Text("chờ kết thúc đợt", "at the close"),
    "monitored": Text("theo dõi", "followed"),
    "unstated": Text("chưa chấm", "not scored"),
}


def letterhead(unit: Unit, symbol: str | None = None) -> Letterhead:
    """The head of a unit's paper; number and day are left to the clerk. The place is the short name of the top unit."""
    above = ancestors(unit)
    top = above[0] if above else unit
    return Letterhead(
        agency=str(unit), superior=str(above[-1]) if above else None, place=top.short_name or "…………", symbol=symbol
    )


def subject(extract: Extract) -> str:
    """What all papers of the entry are about: its round."""
    return str(extract.entry.round)


def _notes(extract: Extract, points: bool = True) -> str | None:
    """What a reader must know about the paper, in one line; `points` where it prints points."""
    said = []
    if extract.set.constructed:
        said.append(_("illustrative set, issued by no authority"))
    if points and extract.set.extent == "part":
        said.append(_("a part of the decision's table, not an index out of 100"))
    if not extract.whole:
        said.append(_("an extract: the criteria visible to the person who made it"))
    if points and any(row.points is not None and on_paper(row.points) != row.points for row in extract.scores.values()):
        said.append(_("points rounded to %(places)s decimals on paper") % {"places": PLACES})
    return f"({'; '.join(said)})" if said else None


def _shown(extract: Extract, row: Score | None) -> Points:
    """The points of a row, or the word that stands for them."""
    if row is None:
        return None
    if row.points is not None:
        return on_paper(row.points)
    return _NO_POINTS[row.state].in_(extract.lang) if row.state in _NO_POINTS else None


def _maximum(leaf: Node, row: Score | None, lang: str) -> Points:
    if leaf.maximum is not None:
        return on_paper(leaf.maximum)
    typed = str(row.inputs.get("maximum", "")) if row else ""
    stated = read_fact(typed, "points") if typed else None
    return on_paper(stated) if isinstance(stated, Fraction) else Text("không nêu", "not stated").in_(lang)


def _leaf(extract: Extract, leaf: Node, level: int) -> ScoreRow:
    own, appraised = extract.own(leaf), extract.appraised(leaf)
    sealed = extract.sealed(leaf)
    final: Points = _shown(extract, appraised)
    if sealed.get("score") is not None:
        final = on_paper(Fraction(sealed["score"]))
    notes = [own.note, own.reason] if own else []
    officer = ""
    if extract.inside:
        who = own.by.person.full_name if own and own.by else ""
        officer = "\n".join(part for part in (who, extract.offices.get(leaf.id, "")) if part)
    return ScoreRow(
        code=leaf.code,
        title=leaf.title.in_(extract.lang),
        level=level,
        maximum=_maximum(leaf, appraised or own, extract.lang),
        self_score=_shown(extract, own),
        appraised=final,
        evidence="\n".join(
            f"[{n}] {_cited(extract, each)}" for n, each in extract.evidence if each.criterion == leaf.id
        ),
        explanation="\n".join(note for note in notes if note),
        responsible=officer,
    )


def _cited(extract: Extract, evidence) -> str:
    """12/BC-SGDĐT (05/11/2023): title; or the name of the file."""
    if not evidence.document_number:
        named = evidence.attachment and evidence.criterion in extract.with_files
        return evidence.attachment.name if named else _("a file")
    day = f" ({format_date(evidence.document_date, extract.lang)})" if evidence.document_date else ""
    return f"{evidence.document_number}{day}: {evidence.document_title}"


def _group(extract: Extract, node: Node, level: int) -> ScoreRow:
    stage = extract.appraised_stage
    own, maximum = extract.totals(node.id, SELF)
    appraised, at_appraisal = extract.totals(node.id, stage) if stage else (None, None)
    top = at_appraisal if at_appraisal is not None else maximum
    if top is None:
        top = node.maximum
    return ScoreRow(node.code, node.title.in_(extract.lang), level, on_paper(top), on_paper(own), on_paper(appraised))


def score_rows(extract: Extract) -> list[ScoreRow]:
    """The lines of the sheet: parts and criteria in the order of the set."""
    return [(_leaf if node.is_leaf else _group)(extract, node, level) for node, level in extract.lines()]


def sheet(extract: Extract) -> Document:
    """The self-score sheet in the official columns."""
    with override(extract.lang):
        unit = extract.entry.unit
        own, maximum = extract.totals("", SELF)
        stage = extract.appraised_stage
        appraised, at_appraisal = extract.totals("", stage) if stage else (None, None)
        top = at_appraisal if at_appraisal is not None else maximum
        total = ScoreRow("", "", 1, on_paper(top), on_paper(own), on_paper(appraised)) if extract.whole else None
        return self_score_sheet(
            subject(extract),
            score_rows(extract),
            total=total,
            letterhead=letterhead(unit),
            note=_notes(extract),
            appraised=bool(stage),
            officers=extract.inside,
            signatures=_signatures(),
            lang=extract.lang,
        )


def _signatures() -> tuple[Signature, ...]:
    hint = _("(signature, full name)")
    return (
        Signature(_("Drawn up by"), hint=hint),
        Signature(_("Head of the unit"), hint=_("(signature, full name, seal)")),
    )


def report(extract: Extract) -> Document:
    """The report the head approves: summary, explanations where evidence is missing, and what the unit has written of
    difficulties and proposals."""
    with override(extract.lang):
        places, mode = extract.set.rounding.total.places, extract.set.rounding.total.mode
        summary = []
        for node in extract.set.criteria:
            score, maximum = extract.totals(node.id, SELF)
            share = on_paper(rounded(score / maximum * 100, places, mode)) if score is not None and maximum else None
            summary.append(
                SummaryRow(node.code, node.title.in_(extract.lang), on_paper(maximum), on_paper(score), share)
            )
        score, maximum = extract.totals("", SELF)
        index = score / maximum * 100 if score is not None and maximum and extract.set.extent == "whole" else None
        total = SummaryRow(
            "",
            "",
            on_paper(maximum),
            on_paper(score),
            on_paper(rounded(index, places, mode)) if index is not None else None,
        )
        shown = {each.criterion for _n, each in extract.evidence}
        bare = [
            _leaf(extract, leaf, 3)
            for leaf in extract.set.leaves
            if leaf.id in extract.visible
            and extract.set.stream_of(leaf) == "self"
            and leaf.id not in shown
            and (row := extract.own(leaf)) is not None
            and (leaf.evidence == "required" or row.note)
        ]
        return self_score_report(
            subject(extract),
            letterhead(extract.entry.unit, symbol="BC-……"),
            summary,
            total,
            basis=extract.report.basis,
            unexplained=bare,
            difficulties=extract.report.difficulties.splitlines(),
            proposals=extract.report.proposals.splitlines(),
            signatures=(Signature(_("Head of the unit"), hint=_("(signature, full name, seal)")),),
            recipients=(str(extract.entry.round.unit), _("Records")),
            lang=extract.lang,
        )


def explanations(extract: Extract) -> Document:
    """The unit's answers to the appraisers' questions."""
    with override(extract.lang):
        numbers: dict[str, list[str]] = {}
        for n, each in extract.evidence:
            if each.stage == Evidence.Stage.EXPLANATION:
                numbers.setdefault(each.criterion, []).append(f"[{n}] {_cited(extract, each)}")
        rows = []
        for request in extract.requests:
            leaf = extract.set.nodes[request.criterion]
            first = extract.scores.get((leaf.id, Score.Stage.APPRAISAL_1))
            rows.append(
                ExplanationRow(
                    code=leaf.code or leaf.id,
                    title=leaf.title.in_(extract.lang),
                    self_score=_shown(extract, extract.own(leaf)),
                    appraised=_shown(extract, first),
                    question=request.question,
                    answer=request.answer,
                    added="\n".join(numbers.get(leaf.id, [])),
                )
            )
        return explanation_sheet(
            subject(extract),
            rows,
            letterhead=letterhead(extract.entry.unit),
            note=_notes(extract),
            signatures=_signatures(),
            lang=extract.lang,
        )


def evidence(extract: Extract) -> Document:
    """The numbered list of evidence, in the order of the folder."""
    with override(extract.lang):
        rows = []
        names = names_in_folder(extract.files)
        for n, each in extract.evidence:
            node = extract.set.nodes.get(each.criterion)
            rows.append(
                EvidenceRow(
                    number=n,
                    criterion=node.code or node.id if node else each.criterion,
                    symbol=each.document_number,
                    day=each.document_date,
                    summary=each.document_title or _cited(extract, each),
                    file=names.get(n, ""),
                )
            )
        return evidence_list(
            subject(extract),
            rows,
            letterhead=letterhead(extract.entry.unit),
            note=_notes(extract, points=False),
            signatures=_signatures(),
            lang=extract.lang,
        )
