"""Draws DOCX, PDF and XLSX in the layout of Decree 30/2020/NĐ-CP, from one description of a document.

Build a `Document`, then call `to_docx`, `to_pdf` or `to_xlsx`; each gives the file's bytes; `batch_pdf` puts many
documents into one file. The heavy libraries are imported when the first file is drawn.
"""

from .docx import to_docx
from .evidence import EvidenceRow, ExplanationRow, evidence_list, explanation_sheet
from .model import (
    Align,
    Cell,
    Column,
    Document,
    Field,
    Fields,
    Heading,
    Letterhead,
    PageBreak,
    Paragraph,
    QrCode,
    Row,
    Signature,
    Table,
    Value,
)
from .pdf import PaperError, batch_pdf, to_pdf
from .self_score import Points, ScoreRow, SummaryRow, self_score_report, self_score_sheet
from .wording import attached_to
from .xlsx import to_xlsx

__all__ = [
    "EvidenceRow",
    "ExplanationRow",
    "Points",
    "ScoreRow",
    "SummaryRow",
    "attached_to",
    "batch_pdf",
    "evidence_list",
    "explanation_sheet",
    "self_score_report",
    "self_score_sheet",
    "Align",
    "Cell",
    "Column",
    "Document",
    "Field",
    "Fields",
    "Heading",
    "Letterhead",
    "PageBreak",
    "PaperError",
    "Paragraph",
    "QrCode",
    "Row",
    "Signature",
    "Table",
    "Value",
    "to_docx",
    "to_pdf",
    "to_xlsx",
]
