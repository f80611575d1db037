"""Results that others publish: SIPAS, DTI, PCI, PAR INDEX, PAPI. Read by everybody, entered by the reform officer."""

from __future__ import annotations

from decimal import Decimal
from itertools import groupby

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minhbach.indices import queries, set_page
from minhbach.indices.actions.results import COLUMNS, BadRows, result_enter, result_figure, results_import
from minhbach.indices.models import PublishedResult
from minhbach.indices.permissions import ENTER_PUBLISHED
from minhbach.indices.views.sets.page import XLSX, attachment, whole
from minhbach.org.errors import NotPossible
from minhbach.org.files.tables import uploaded
from minhbach.org.models import Unit
from minhbach.org.permissions import Refused, holds, needs, public, units_where
from minhbach.org.ui.figures import language
from minhbach.org.ui.unitfields import Choosable, UnitField, found_units
from minhbach.papers import Column, Document, Row, Table, to_xlsx

#: The frames of the catalogue for results of others, by code.
INDICES = ("par-index", "sipas", "dti", "pci", "papi-2021")
SHORT = {"par-index": "PAR INDEX", "sipas": "SIPAS", "dti": "DTI", "pci": "PCI", "papi-2021": "PAPI"}
MOST_UNITS = 200


def index_codes() -> set[str]:
    return {*INDICES, *PublishedResult.objects.values_list("set_code", flat=True).distinct()}


def index_title(code: str, lang: str) -> str:
    frame = set_page.catalogue_set(code)
    return frame.title.in_(lang) if frame else code


def short(code: str) -> str:
    return SHORT.get(code, code.upper())


class Shown(forms.Form):
    """One of the units that have results."""

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        scored = Unit.objects.filter(pk__in=PublishedResult.objects.values("unit")).order_by("sort_key", "pk")
        units = Choosable(scored, note=lambda unit: "")
        self.any = units.count > 0
        self.fields["unit"] = UnitField(label=_("Unit"), units=units, required=False, empty=_("All"))


@public
def published(request: HttpRequest) -> HttpResponse:
    lang = language()
    chosen = request.GET.get("index", "")
    form = Shown(request.GET)
    if answer := found_units(request, form):
        return answer
    unit = form.cleaned_data["unit"] if form.is_valid() else None
    rows = list(queries.published_results(set_code=chosen, unit=unit)[:2000])
    blocks = [_block(code, list(found), lang) for code, found in groupby(rows, key=lambda row: row.set_code)]
    blocks.sort(key=lambda block: _order(block["code"]))
    known = {row.set_code for row in rows} | set(INDICES)
    context = {
        "blocks": blocks,
        "form": form,
        "chosen": chosen,
        "indices": [(code, short(code)) for code in sorted(known, key=_order)],
        "may_enter": holds(request.user, ENTER_PUBLISHED),
    }
    return render(request, "indices/sets/published.html", context)


def _order(code: str) -> tuple:
    return (INDICES.index(code) if code in INDICES else len(INDICES), code)


def _block(code: str, rows: list[PublishedResult], lang: str) -> dict:
    """One index: its rows, each with the change against the year before it, and a line per unit."""
    by_unit = [(unit, list(found)) for unit, found in groupby(rows, key=lambda row: row.unit)]
    shown = []
    for unit, found in by_unit:
        for number, row in enumerate(found):  # newest first
            earlier = found[number + 1] if number + 1 < len(found) else None
            last = earlier if earlier is not None and earlier.year == row.year - 1 else None
            places = None
            if last is not None and last.rank and row.rank:
                places = last.rank - row.rank
            shown.append(
                {
                    "unit": unit,
                    "row": row,
                    "change": row.result - last.result if last else None,
                    "places": places,
                }
            )
    years = sorted({row.year for row in rows})
    chart = None
    if len(years) > 1 and len(by_unit) <= 5:
        chart = {
            "kind": "line",
            "categories": [str(year) for year in years],
            "series": [
                {
                    "name": unit.short_name or str(unit),
                    "values": [next((r.result for r in found if r.year == y), None) for y in years],
                }
                for unit, found in by_unit
            ],
        }
        values = [row.result for row in rows]
        low, high = min(values), max(values)
        margin = max((high - low) / 4, high / 50)
        chart["minimum"] = round(max(Decimal(0), low - margin), 1 if high < 10 else 0)
        chart["places"] = 4
    return {
        "code": code,
        "short": short(code),
        "title": index_title(code, lang),
        "rows": shown,
        "chart": chart,
        # All figures of an index with as many decimals as the most exact of them.
        "places": max(2, *(-int(row.result.normalize().as_tuple().exponent) for row in rows)),
    }


class Entry(forms.Form):
    index = forms.ChoiceField(label=gettext_lazy("Index"))
    year = forms.IntegerField(label=gettext_lazy("Year measured"), min_value=1990, max_value=2100)
    result = forms.CharField(label=gettext_lazy("Result"), max_length=40, help_text=gettext_lazy("As published: 70,69"))
    rank = forms.IntegerField(label=gettext_lazy("Rank"), required=False, min_value=1, max_value=99_999)
    units = forms.IntegerField(label=gettext_lazy("Of how many units"), required=False, min_value=1, max_value=99_999)
    source = forms.CharField(
        label=gettext_lazy("Document that publishes it"),
        max_length=500,
        help_text=gettext_lazy("Number, date, body: 12/BC-UBND of 05/02/2024"),
    )

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["index"].choices = [(code, short(code)) for code in sorted(index_codes(), key=_order)]
        self.fields["unit"] = UnitField(label=_("Unit"), units=units, initial=units.first())
        self.order_fields(["index", "unit"])

    def clean_result(self):
        try:
            return result_figure(self.cleaned_data["result"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self):
        cleaned = super().clean()
        rank, units = cleaned.get("rank"), cleaned.get("units")
        if rank and units and rank > units:
            self.add_error("rank", _("The rank lies between 1 and the number of units."))
        return cleaned


@needs(ENTER_PUBLISHED)
def enter(request: HttpRequest) -> HttpResponse:
    """Enter a result, or correct the one of the same index, unit and year."""
    units = units_where(request.user, ENTER_PUBLISHED).order_by("path")
    initial = {key: request.GET[key] for key in ("index", "unit", "year") if key in request.GET}
    old = _kept(initial, units)
    if old is not None:
        initial |= {"result": f"{old.result.normalize():f}", "rank": old.rank, "units": old.units, "source": old.source}
    form = Entry(request.POST or None, units=units, initial=initial)
    if answer := found_units(request, form):
        return answer
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        try:
            result_enter(
                set_code=cleaned["index"],
                unit=cleaned["unit"],
                year=cleaned["year"],
                result=cleaned["result"],
                rank=cleaned["rank"],
                units=cleaned["units"],
                source=cleaned["source"],
                acting=request.user,
            )
        except NotPossible as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request, _("Kept: %(index)s %(year)s.") % {"index": short(cleaned["index"]), "year": cleaned["year"]}
            )
            return redirect(f"{reverse('indices:published')}?unit={cleaned['unit'].pk}")
    return render(
        request, "indices/sets/published_enter.html", {"form": form, "old": old}, status=422 if form.errors else 200
    )


def _kept(initial: dict, units) -> PublishedResult | None:
    if len(initial) < 3:
        return None
    return PublishedResult.objects.filter(
        set_code=initial["index"], unit__in=units.filter(pk=whole(initial["unit"])), year=whole(initial["year"][:4])
    ).first()


class Import(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Table as XLSX or CSV"),
        help_text=gettext_lazy("Columns: index, unit code, year, result, rank, of how many units, document"),
        error_messages={"required": gettext_lazy("Choose the file.")},
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )


@needs(ENTER_PUBLISHED)
def results_import_view(request: HttpRequest) -> HttpResponse:
    form = Import(request.POST or None, request.FILES or None) if request.method == "POST" else Import()
    bad: list = []
    if request.method == "POST" and form.is_valid():
        try:
            rows = uploaded(form.cleaned_data["file"])
            count = results_import(rows, indices=index_codes(), acting=request.user)
        except BadRows as error:
            bad = error.rows
        except (NotPossible, Refused) as error:
            form.add_error("file", str(error))
        else:
            messages.success(request, _("%(count)s results kept.") % {"count": count})
            return redirect("indices:published")
    context = {"form": form, "bad": bad[:200], "bad_count": len(bad), "codes": sorted(index_codes(), key=_order)}
    return render(request, "indices/sets/published_import.html", context, status=422 if bad or form.errors else 200)


@needs(ENTER_PUBLISHED)
def sheet(request: HttpRequest) -> HttpResponse:
    """An empty sheet: one row per unit the person may enter results for."""
    widths = {"index": 14, "unit": 20, "source": 60}
    columns = tuple(Column(str(label).capitalize(), widths.get(name, 14)) for name, label in COLUMNS.items())
    units = units_where(request.user, ENTER_PUBLISHED).order_by("path")[:MOST_UNITS]
    rows = tuple(Row.of("sipas", unit.code, *[None] * 5) for unit in units)
    title = _("Results published by others")
    content = to_xlsx(Document(title, blocks=(Table(columns, rows, name=title),), landscape=True, lang=language()))
    return attachment(content, XLSX, "published-results.xlsx")
