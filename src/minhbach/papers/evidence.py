"""The papers that go with a self-score: the numbered list of evidence, and the answers to the appraisers.

Evidence is cited as guidance asks: number and symbol, date, summary of a document issued by a competent
body; the running number is that of the file in the evidence folder.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Unpack

from .model import Around, Cell, Column, Document, Row, Table
from .self_score import Points, shared_places


@dataclass(frozen=True)
class EvidenceRow:
    """A piece of evidence: its running `number` in the folder, the code of its `criterion`, the document's
    `symbol` (12/KH-SGDĐT), `day` and `summary` (*trích yếu*), and its `file` name in the folder."""

    number: int
    criterion: str
    symbol: str
    day: date | None
    summary: str
    file: str = ""


@dataclass(frozen=True)
class ExplanationRow:
    """A criterion the appraisers asked about: the points of both sides, the `question`, the unit's `answer`
    and the evidence it adds."""

    code: str
    title: str
    self_score: Points
    appraised: Points
    question: str
    answer: str
    added: str = ""


_WORDS = {
    "vi": {
        "evidence": "Danh mục tài liệu kiểm chứng",
        "number": "STT",
        "criterion": "Tiêu chí",
        "symbol": "Số, ký hiệu",
        "day": "Ngày, tháng, năm",
        "summary": "Trích yếu nội dung",
        "file": "Tên tệp",
        "explanations": "Bản giải trình",
        "explanations_name": "Giải trình",
        "points": "Điểm",
        "self": "Tự chấm",
        "appraised": "Thẩm định",
        "question": "Nội dung yêu cầu giải trình",
        "answer": "Giải trình của cơ quan, đơn vị",
        "added": "Tài liệu bổ sung",
    },
    "en": {
        "evidence": "List of evidence",
        "number": "No.",
        "criterion": "Criterion",
        "symbol": "Number and symbol",
        "day": "Date",
        "summary": "Summary",
        "file": "File name",
        "explanations": "Explanations",
        "explanations_name": "Explanations",
        "points": "Points",
        "self": "Self-score",
        "appraised": "Appraised",
        "question": "Question of the appraisers",
        "answer": "Explanation of the unit",
        "added": "Evidence added",
    },
}


def evidence_list(subject: str, rows: Sequence[EvidenceRow], **around: Unpack[Around]) -> Document:
    """The numbered list of evidence, landscape, in the order of the folder. `subject` is what was scored."""
    words = _WORDS[around.get("lang", "vi")]
    table = Table(
        (
            Column(words["number"], 12, "center"),
            Column(words["criterion"], 18, "center"),
            Column(words["symbol"], 40),
            Column(words["day"], 26, "center"),
            Column(words["summary"], 96),
            Column(words["file"], 60),
        ),
        tuple(
            Row.of(Cell(row.number, align="center"), row.criterion, row.symbol, row.day, row.summary, row.file)
            for row in rows
        ),
        name=words["evidence"],
    )
    return Document(words["evidence"], subtitle=subject, blocks=(table,), landscape=True, size=13, **around)


def explanation_sheet(subject: str, rows: Sequence[ExplanationRow], **around: Unpack[Around]) -> Document:
    """The unit's answers to the appraisers' questions, landscape, one line for each criterion asked about."""
    words = _WORDS[around.get("lang", "vi")]
    places = shared_places(value for row in rows for value in (row.self_score, row.appraised))
    table = Table(
        (
            Column(words["number"], 14, "center"),
            Column(words["criterion"], 52),
            Column(words["self"], 16, "center", places),
            Column(words["appraised"], 18, "center", places),
            Column(words["question"], 54),
            Column(words["answer"], 64),
            Column(words["added"], 34),
        ),
        tuple(
            Row.of(row.code, row.title, row.self_score, row.appraised, row.question, row.answer, row.added)
            for row in rows
        ),
        header=(
            Row(
                (
                    Cell(words["number"], rows=2),
                    Cell(words["criterion"], rows=2),
                    Cell(words["points"], span=2),
                    Cell(words["question"], rows=2),
                    Cell(words["answer"], rows=2),
                    Cell(words["added"], rows=2),
                )
            ),
            Row.of(words["self"], words["appraised"]),
        ),
        name=words["explanations_name"],
    )
    return Document(words["explanations"], subtitle=subject, blocks=(table,), landscape=True, size=13, **around)
