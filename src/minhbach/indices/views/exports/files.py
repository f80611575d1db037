"""Files of an entry: sheet, report, explanations, list and folder of evidence, facts, results."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from minhbach.indices.exporting import data, papers, sealed
from minhbach.indices.exporting.extract import FINAL, Extract, file_name
from minhbach.indices.exporting.folder import names_in_folder, stream
from minhbach.indices.rules import APPRAISAL_1, APPRAISAL_2, SELF
from minhbach.indices.views.exports.answers import answer, missing, of_entry
from minhbach.papers import Document, to_docx, to_pdf, to_xlsx

DRAW: dict[str, Callable[[Document], bytes]] = {"xlsx": to_xlsx, "docx": to_docx, "pdf": to_pdf}

#: Kind in the address → (what draws it, its name as a file, its endings, only for those inside).
PAPERS: dict[str, tuple[Callable[[Extract], Document], str, tuple[str, ...], bool]] = {
    "self-score": (papers.sheet, "phieu-tu-cham", ("xlsx", "docx", "pdf"), False),
    "report": (papers.report, "bao-cao-tu-cham", ("docx", "pdf", "xlsx"), True),
    "explanations": (papers.explanations, "ban-giai-trinh", ("xlsx", "docx", "pdf"), True),
    "evidence": (papers.evidence, "danh-muc-tai-lieu", ("xlsx", "docx", "pdf"), True),
}


@of_entry()
@require_safe
def export(request: HttpRequest, extract: Extract, kind: str, format: str):
    """One file of an entry, in the language of ?lang= or of the screen. An office gets its criteria, a body its own."""
    if (kind, format) == ("facts", "csv"):
        rows = extract.rows_at(_stage(request, extract))
        content = "".join(data.facts_csv([(extract.entry, extract.set, rows)], extract.lang))
        return answer(content, file_name("so-lieu", extract.entry, "csv"), "csv")
    if (kind, format) == ("scores", "json"):
        stage = FINAL if extract.appraised_stage == FINAL else extract.latest_stage
        return answer(data.scores_json(extract, stage), file_name("ket-qua", extract.entry, "json"), "json")
    if kind == "sealed" and format in ("json", "pdf", "docx") and sealed.is_open_to(extract):
        content = sealed.as_json(extract) if format == "json" else DRAW[format](sealed.paper(extract))
        return answer(content, file_name("giai-thich-ket-qua", extract.entry, format), format)
    if kind not in PAPERS or format not in PAPERS[kind][2]:
        raise Http404(_("There is no such file."))
    draw, name, _endings, inside = PAPERS[kind]
    if inside and not extract.inside:
        return missing(request)
    return answer(DRAW[format](draw(extract)), file_name(name, extract.entry, format), format)


def _stage(request: HttpRequest, extract: Extract) -> str:
    asked = request.GET.get("stage", "")
    return asked if asked in (SELF, APPRAISAL_1, APPRAISAL_2) else extract.latest_stage


@of_entry(inside=True)
@require_safe
def evidence_folder(request: HttpRequest, extract: Extract):
    """The numbered evidence folder: the sheet and the list first, then every file in the order of the list."""
    names = names_in_folder(extract.files)
    sheet, listed = papers.sheet(extract), papers.evidence(extract)
    drawn = [
        ("00_phieu-tu-cham.xlsx", to_xlsx(sheet)),
        ("00_danh-muc-tai-lieu.docx", to_docx(listed)),
        ("00_danh-muc-tai-lieu.xlsx", to_xlsx(listed)),
    ]
    content = stream(drawn, [(names[n], each) for n, each in extract.files])
    return answer(content, file_name("tai-lieu-kiem-chung", extract.entry, "zip"), "zip")
