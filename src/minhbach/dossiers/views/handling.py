"""The quality of handling: of one dossier with its working, and of units over a time."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from minhbach.dossiers import handling, queries
from minhbach.dossiers.actions.handling import handling_mark
from minhbach.dossiers.models import Dossier
from minhbach.dossiers.permissions import OVERSEE, SEE
from minhbach.dossiers.views.page import found_dossier
from minhbach.org.dates import today
from minhbach.org.models import Unit
from minhbach.org.permissions import Refused, may, needs
from minhbach.org.ui.figures import language
from minhbach.org.ui.forms import DayField, attempt
from minhbach.papers import Column, Document, Heading, Paragraph, Row, Table, to_xlsx
from minhbach.scoring.explain import source_text

ROWS, MOST_EXPORTED = 20, 3000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class PeriodForm(forms.Form):
    begins = DayField(label=gettext_lazy("Finished from"))
    ends = DayField(label=gettext_lazy("until"))

    def clean(self):
        said = super().clean() or {}
        if said.get("begins") and said.get("ends") and said["ends"] < said["begins"]:
            self.add_error("ends", _("The last day lies before the first."))
        return said


@require_safe
@needs(SEE)
def quality(request: HttpRequest) -> HttpResponse:
    """Office by office, and the dossiers behind it."""
    given = request.GET.copy()
    given.setdefault("begins", today().replace(month=1, day=1).isoformat())
    given.setdefault("ends", today().isoformat())
    form = PeriodForm(given)
    context: dict = {"form": form, "query": given.urlencode()}
    if form.is_valid():
        said = form.cleaned_data
        begin = timezone.make_aware(datetime.combine(said["begins"], time()))
        end = timezone.make_aware(datetime.combine(said["ends"], time())) + timedelta(days=1)
        seen = queries.dossiers_seen(request.user).filter(finished_at__gte=begin, finished_at__lt=end)
        found = handling.summaries(seen)
        sheet = handling.sheet_on(said["ends"])
        offices = Unit.objects.in_bulk(list(found))
        rows = sorted(((offices[key], summary) for key, summary in found.items()), key=lambda row: row[0].path)
        listed = handling.finished(seen).select_related("version", "office").prefetch_related("marks")
        listed = listed.order_by("-finished_at", "-id")
        if request.GET.get("as") == "xlsx" and sheet is not None:
            return _workbook(rows, listed[:MOST_EXPORTED], sheet, said)
        page = Paginator(listed, ROWS).get_page(request.GET.get("page"))
        context |= {
            "sheet": _sheet_words(sheet),
            "rows": [_row(str(unit), summary, sheet) for unit, summary in rows] if sheet else [],
            "whole": _row(_("All together"), handling.together(one for _unit, one in rows), sheet) if sheet else None,
            "page": page,
            "dossiers": [_line(dossier) for dossier in page.object_list],
        }
    return render(request, "dossiers/quality.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(SEE)
def sheet(request: HttpRequest, code: str) -> HttpResponse:
    """One dossier: each criterion with its working, and the points a person gives."""
    dossier = found_dossier(request, code)
    scored, lang = handling.scored(dossier), language()
    context: dict = {"dossier": dossier, "scored": scored}
    status = 200
    if scored is not None:
        may_mark = may(request.user, OVERSEE, dossier.office)
        form = MarksForm(request.POST or None, sheet=scored.sheet, dossier=dossier) if may_mark else None
        if request.method == "POST":
            if form is None:
                raise Refused(OVERSEE, dossier.office)
            status = 422
            if form.is_valid():
                done = attempt(form, lambda: handling_mark(dossier, form.points(), acting=request.user))
                if done is not None:
                    messages.success(request, _("The points are kept."))
                    return redirect("dossiers:quality_sheet", dossier.code)
        marks = {mark.criterion: mark for mark in dossier.marks.select_related("by")}
        lines = []
        for leaf in scored.sheet.criteria.leaves:
            result, why = scored.result.nodes[leaf.id], scored.explained(leaf.id, lang)
            lines.append(
                {
                    "code": leaf.code or leaf.id,
                    "title": leaf.title.in_(lang),
                    "points": result.score,
                    "maximum": leaf.maximum,
                    "known": result.is_known,
                    "by_hand": leaf.is_unstated,
                    "mark": marks.get(leaf.id),
                    "why": [why.value, *why.applied] if not leaf.is_unstated else [],
                    "rule": why.rule if not leaf.is_unstated else [],
                    "source": why.source,
                }
            )
        context |= {
            "lines": lines,
            "form": form,
            "sheet": _sheet_words(scored.sheet),
            "level": scored.level.title.in_(lang) if scored.level else "",
            "known_maximum": sum(line["maximum"] for line in lines if line["known"]),
        }
    elif request.method == "POST":
        raise Refused(OVERSEE, dossier.office)
    return render(request, "dossiers/quality_sheet.html", context, status=status)


class MarksForm(forms.Form):
    """A choice of points for each criterion that people score."""

    def __init__(self, *args, sheet: handling.Sheet, dossier: Dossier, **kwargs):
        super().__init__(*args, **kwargs)
        marks = {mark.criterion: mark.points for mark in dossier.marks.all()}
        lang = language()
        self.names: dict[str, str] = {}
        for leaf in handling.by_hand(sheet):
            name = f"points_{leaf.id}"
            self.names[leaf.id] = name
            choices = [("", _("not scored")), *((str(n), str(n)) for n in range(int(leaf.maximum or 0) + 1))]
            self.fields[name] = forms.ChoiceField(
                label=f"{leaf.code or leaf.id}. {leaf.title.in_(lang)}", choices=choices, required=False
            )
            self.initial[name] = str(marks.get(leaf.id, ""))

    def points(self) -> dict[str, int | None]:
        found = {criterion: self.cleaned_data[name] for criterion, name in self.names.items()}
        return {criterion: int(text) if text else None for criterion, text in found.items()}


def _sheet_words(sheet: handling.Sheet | None) -> dict | None:
    if sheet is None:
        return None
    lang, criteria = language(), sheet.criteria
    return {
        "title": criteria.title.in_(lang),
        "source": source_text(criteria.source, lang),
        "note": sheet.note.in_(lang),
        "confirmed": sheet.confirmed,
        "maximum": criteria.maximum,
        "criteria": [(leaf.code or leaf.id, leaf.title.in_(lang)) for leaf in criteria.leaves],
        "choices": [
            {
                "question": one.question.in_(lang),
                "chosen": one.chosen.in_(lang),
                "others": [other.text.in_(lang) for other in one.alternatives],
            }
            for one in criteria.choices.values()
        ],
    }


def _row(name: str, summary: handling.Summary, sheet: handling.Sheet) -> dict:
    lang, criteria = language(), sheet.criteria
    titles = {step.code: step.title.in_(lang) for bands in criteria.bands for step in bands.steps}
    return {
        "name": name,
        "summary": summary,
        "means": [(leaf.code or leaf.id, summary.mean_of(leaf.id)) for leaf in criteria.leaves],
        "levels": [(title, summary.levels[code]) for code, title in titles.items() if summary.levels[code]],
    }


def _line(dossier: Dossier) -> dict:
    scored = handling.scored_row(dossier)
    known = scored.result if scored else None
    return {
        "dossier": dossier,
        "scored": scored,
        "points": known.score if known else None,
        "open": len(known.open_) if known else 0,
        "level": scored.level.title.in_(language()) if scored and scored.level else "",
    }


def _workbook(rows, dossiers, sheet: handling.Sheet, said) -> HttpResponse:
    """What the page shows, office by office and dossier by dossier."""
    lang, criteria = language(), sheet.criteria
    leaves = criteria.leaves
    summary = Table(
        (
            Column(_("Handling office"), 30),
            Column(_("Dossiers"), 10, places=0),
            Column(_("Scored in full"), 10, places=0),
            Column(_("Mean"), 10, places=2),
            *(Column(f"{leaf.code}. {leaf.title.in_(lang)}", 10, places=2) for leaf in leaves),
        ),
        tuple(
            Row.of(
                str(unit),
                one.count,
                one.complete,
                _decimal(one.mean),
                *(_decimal(one.mean_of(leaf.id)) for leaf in leaves),
            )
            for unit, one in rows
        ),
        name=_("Offices"),
    )
    lines = [(dossier, handling.scored_row(dossier)) for dossier in dossiers]
    each = Table(
        (
            Column(_("Dossier"), 22),
            Column(_("Handling office"), 30),
            Column(_("Points"), 10, places=0),
            Column(_("Level reached"), 14),
            *(Column(f"{leaf.code}", 6, places=0) for leaf in leaves),
        ),
        tuple(
            Row.of(
                dossier.code,
                str(dossier.office),
                _decimal(scored.result.score),
                scored.level.title.in_(lang) if scored.level else "",
                *(_decimal(scored.result.nodes[leaf.id].score) for leaf in leaves),
            )
            for dossier, scored in lines
            if scored is not None
        ),
        name=_("Dossiers"),
    )
    document = Document(
        criteria.title.in_(lang),
        subtitle=f"{said['begins']:%d/%m/%Y} – {said['ends']:%d/%m/%Y}",
        blocks=(summary, Paragraph(source_text(criteria.source, lang)), Heading(_("Dossiers")), each),
        landscape=True,
        lang="vi" if lang == "vi" else "en",
    )
    name = f"chat-luong-{said['begins']:%Y%m%d}-{said['ends']:%Y%m%d}.xlsx"
    return HttpResponse(
        to_xlsx(document),
        content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"},
    )


def _decimal(value):
    """As a cell of a workbook: exact to two places."""
    return None if value is None else Decimal(round(value * 100)) / 100
