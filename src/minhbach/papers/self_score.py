"""The self-score sheet in the official columns, and the report that goes with it.

Columns as in the annual scoring annexes (field / criterion / sub-criterion, maximum, self-score, appraised
score, evidence, explanation, responsible officer with a signature on each line). The report has the parts
the guidance of the Ministry of Home Affairs asks for (official letters 383 and 384/BNV-CCHC of 28/01/2021):
a summary table, the explanations of criteria without sufficient evidence, difficulties and proposals.
Nothing is added up here: sums, scales and rounding are the set's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Unpack

from minhbach.vietnamese import Lang, format_number

from .model import Around, Cell, Column, Document, Heading, Letterhead, Paragraph, Row, Signature, Table

Points = Decimal | int | str | None
"""A number of points, or what stands in its place in words ("không áp dụng"), or nothing yet."""


@dataclass(frozen=True)
class ScoreRow:
    """A line of the sheet. `level` is 1 for a field (*lĩnh vực*), 2 for a criterion, 3 and more for
    sub-criteria; `code` may be empty. Points are those of this line, decided by the set."""

    code: str
    title: str
    level: int
    maximum: Points
    self_score: Points = None
    appraised: Points = None
    evidence: str = ""
    explanation: str = ""
    responsible: str = ""


@dataclass(frozen=True)
class SummaryRow:
    """A field of the summary: its points, and their share of the maximum in percent as the set rounds it."""

    code: str
    title: str
    maximum: Points
    self_score: Points
    percent: Decimal | None = None


_WORDS = {
    "vi": {
        "title": "Bảng tự đánh giá, chấm điểm",
        "name": "Bảng điểm",
        "code": "STT",
        "criterion": "Lĩnh vực/Tiêu chí/Tiêu chí thành phần",
        "maximum": "Điểm tối đa",
        "points": "Điểm đánh giá",
        "self": "Tự chấm",
        "appraised": "Thẩm định",
        "evidence": "Tài liệu kiểm chứng",
        "explanation": "Giải trình",
        "officer": "Công chức phụ trách",
        "officer_name": "Họ và tên",
        "signature": "Ký",
        "total": "Tổng cộng",
        "report": "Báo cáo",
        "report_about": "Kết quả tự đánh giá, chấm điểm {subject}",
        "opening": "Thực hiện {basis}, {agency} báo cáo kết quả tự đánh giá, chấm điểm {subject} như sau:",
        "opening_plain": "{agency} báo cáo kết quả tự đánh giá, chấm điểm {subject} như sau:",
        "results": "I. KẾT QUẢ TỰ ĐÁNH GIÁ, CHẤM ĐIỂM",
        "result": "Tổng điểm tự chấm là {score} điểm trên tổng số {maximum} điểm",
        "result_percent": ", đạt {percent}%.",
        "summary": "Tổng hợp",
        "field": "Lĩnh vực",
        "self_score": "Điểm tự chấm",
        "percent": "Tỷ lệ đạt (%)",
        "unexplained": "II. GIẢI TRÌNH CÁC TIÊU CHÍ KHÔNG CÓ HOẶC CHƯA ĐỦ TÀI LIỆU KIỂM CHỨNG",
        "difficulties": "III. KHÓ KHĂN, VƯỚNG MẮC",
        "proposals": "IV. ĐỀ XUẤT, KIẾN NGHỊ",
        "none": "Không có.",
    },
    "en": {
        "title": "Self-assessment score sheet",
        "name": "Scores",
        "code": "No.",
        "criterion": "Field/Criterion/Sub-criterion",
        "maximum": "Max.",
        "points": "Points",
        "self": "Self-score",
        "appraised": "Appraised",
        "evidence": "Evidence",
        "explanation": "Explanation",
        "officer": "Responsible officer",
        "officer_name": "Name",
        "signature": "Signature",
        "total": "Total",
        "report": "Report",
        "report_about": "Results of self-assessment: {subject}",
        "opening": "In accordance with {basis}, {agency} reports the results of its self-assessment, "
        "{subject}, as follows:",
        "opening_plain": "{agency} reports the results of its self-assessment, {subject}, as follows:",
        "results": "I. RESULTS OF SELF-ASSESSMENT",
        "result": "The total self-score is {score} points of {maximum}",
        "result_percent": ", that is {percent}%.",
        "summary": "Summary",
        "field": "Field",
        "self_score": "Self-score",
        "percent": "Reached (%)",
        "unexplained": "II. EXPLANATION OF CRITERIA WITHOUT SUFFICIENT EVIDENCE",
        "difficulties": "III. DIFFICULTIES",
        "proposals": "IV. PROPOSALS",
        "none": "None.",
    },
}


def self_score_sheet(
    subject: str,
    rows: Sequence[ScoreRow],
    *,
    total: ScoreRow | None = None,
    appraised: bool = True,
    officers: bool = True,
    **around: Unpack[Around],
) -> Document:
    """The printable self-score sheet, landscape.

    `subject` is what is scored, such as "Chỉ số cải cách hành chính năm 2023"; `rows` come in the order of
    the set, each field before its criteria; `total` closes the table. `appraised` False leaves out the
    appraisers' column, `officers` False the officers' names and signatures. `note` is the line of an annex,
    see `attached_to`.
    """
    lang = around.get("lang", "vi")
    words = _WORDS[lang]
    places = shared_places(value for row in (*rows, *([total] if total else [])) for value in _points(row))
    wide = lang == "en"  # its column titles are longer words
    columns = [
        Column(words["code"], 12, "center"),
        Column(words["criterion"], 60),
        Column(words["maximum"], 20 if wide else 15, "center", places),
        Column(words["self"], 16, "center", places),
        *([Column(words["appraised"], 22 if wide else 17, "center", places)] if appraised else []),
        Column(words["evidence"], 52),
        Column(words["explanation"], 42),
        *([Column(words["officer_name"], 26), Column(words["signature"], 22)] if officers else []),
    ]
    upper = [Cell(words[key], rows=2) for key in ("code", "criterion", "maximum")]
    lower = [Cell(words["self"])]
    if appraised:
        upper.append(Cell(words["points"], span=2))
        lower.append(Cell(words["appraised"]))
    else:
        upper.append(Cell(words["points"]))
    upper += [Cell(words[key], rows=2) for key in ("evidence", "explanation")]
    if officers:
        upper.append(Cell(words["officer"], span=2))
        lower += [Cell(words["officer_name"]), Cell(words["signature"])]

    lines = []
    for place, row in enumerate(rows):
        parent = place + 1 < len(rows) and rows[place + 1].level > row.level
        strong = True if parent or row.level <= 1 else None
        cells = [Cell(row.code, bold=strong), Cell(row.title, bold=strong)]
        cells += [Cell(value, bold=strong) for value in _points(row)[: 3 if appraised else 2]]
        cells += [Cell(row.evidence, bold=False), Cell(row.explanation, bold=False)]
        if officers:
            cells += [Cell(row.responsible, bold=False), Cell()]
        lines.append(Row(tuple(cells), "group" if parent else "body"))
    if total:
        cells = [Cell(total.title or words["total"], span=2, align="center")]
        cells += [Cell(value) for value in _points(total)[: 3 if appraised else 2]]
        cells += [Cell(total.evidence), Cell(total.explanation)]
        lines.append(Row(tuple(cells + ([Cell(), Cell()] if officers else [])), "total"))

    return Document(
        words["title"],
        subtitle=subject,
        blocks=(
            Table(
                tuple(columns),
                tuple(lines),
                header=(Row(tuple(upper)), Row(tuple(lower))),
                numbered=True,
                name=words["name"],
                size=11,
            ),
        ),
        landscape=True,
        size=13,
        **around,
    )


def self_score_report(
    subject: str,
    letterhead: Letterhead,
    summary: Sequence[SummaryRow],
    total: SummaryRow,
    *,
    basis: str = "",
    unexplained: Sequence[ScoreRow] = (),
    difficulties: Sequence[str] = (),
    proposals: Sequence[str] = (),
    signatures: tuple[Signature, ...] = (),
    recipients: tuple[str, ...] = (),
    lang: Lang = "vi",
) -> Document:
    """The report on the self-assessment that the head approves, upright.

    `basis` is the document that orders it ("Kế hoạch số 12/KH-UBND ngày …"); `unexplained` are the criteria
    without sufficient evidence, each with its `explanation` of how it was scored. A part without entries
    says so.
    """
    words = _WORDS[lang]
    agency = " ".join(letterhead.agency.split())
    opening = words["opening" if basis else "opening_plain"]
    rows = [*summary, total]
    places = shared_places(value for row in rows for value in (row.maximum, row.self_score))
    result = words["result"].format(
        score=_said(total.self_score, places, lang), maximum=_said(total.maximum, places, lang)
    )
    if total.percent is None:
        result += "."
    else:
        result += words["result_percent"].format(percent=format_number(total.percent, lang=lang))
    table = Table(
        (
            Column(words["code"], 12, "center"),
            Column(words["field"], 90),
            Column(words["maximum"], 22, "center", places),
            Column(words["self_score"], 22, "center", places),
            Column(words["percent"], 22, "center", 2),
        ),
        (
            *(Row.of(row.code, row.title, row.maximum, row.self_score, row.percent) for row in summary),
            Row.of(
                Cell(total.title or words["total"], span=2, align="center"),
                total.maximum,
                total.self_score,
                total.percent,
                kind="total",
            ),
        ),
        name=words["summary"],
    )
    explained = (
        Table(
            (
                Column(words["code"], 16, "center"),
                Column(words["criterion"], 58),
                Column(words["self_score"], 20, "center", places),
                Column(words["explanation"], 74),
            ),
            tuple(Row.of(row.code, row.title, row.self_score, row.explanation) for row in unexplained),
            name=words["explanation"],
        )
        if unexplained
        else Paragraph(words["none"])
    )
    return Document(
        words["report"],
        letterhead,
        subtitle=words["report_about"].format(subject=subject),
        blocks=(
            Paragraph(opening.format(basis=basis, agency=agency, subject=subject)),
            Heading(words["results"]),
            Paragraph(result),
            table,
            Heading(words["unexplained"]),
            explained,
            Heading(words["difficulties"]),
            *_listed(difficulties, words["none"]),
            Heading(words["proposals"]),
            *_listed(proposals, words["none"]),
        ),
        recipients=recipients,
        signatures=signatures,
        lang=lang,
    )


def shared_places(values: Iterator[Points]) -> int:
    """The decimal places a column of points needs so that none is rounded and all line up; at least two."""
    most = 2
    for value in values:
        if isinstance(value, Decimal) and value.is_finite():
            most = max(most, -int(value.normalize().as_tuple().exponent))
    return most


def _points(row: ScoreRow) -> list[Points]:
    return [row.maximum, row.self_score, row.appraised]


def _said(points: Points, places: int, lang: Lang) -> str:
    if isinstance(points, int | Decimal):
        return format_number(points, places, lang)
    return points or "…"


def _listed(items: Sequence[str], none: str) -> Iterator[Paragraph]:
    if not items:
        yield Paragraph(none)
    elif len(items) == 1:
        yield Paragraph(items[0])
    else:
        for number, item in enumerate(items, start=1):
            yield Paragraph(f"{number}. {item}")
