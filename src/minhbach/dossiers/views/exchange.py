"""Other systems: what they are, what they delivered; a file from its upload to the dossiers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from minhbach.dossiers.actions import sources
from minhbach.dossiers.exchange import badrows, comparing, jobs
from minhbach.dossiers.exchange.columns import FIELDS, Head
from minhbach.dossiers.models import Batch, Dossier, Source
from minhbach.dossiers.permissions import MIRROR
from minhbach.dossiers.states import OPEN, Status
from minhbach.org import processes
from minhbach.org.dates import today
from minhbach.org.models import Unit
from minhbach.org.permissions import needs, units_where
from minhbach.org.ui.forms import DayField, LineField, attempt
from minhbach.org.ui.unitfields import UnitField
from minhbach.records.tables import text_of

ROWS = 20
SHOWN_BAD = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sources_for(account):
    return Source.objects.filter(agency__in=units_where(account, MIRROR)).select_related("agency")


def _batch(request: HttpRequest, pk: int) -> Batch:
    batches = Batch.objects.filter(source__in=sources_for(request.user))
    return get_object_or_404(batches.select_related("source__agency", "attachment__file", "made_by__person"), pk=pk)


class SourceForm(forms.Form):
    agency = UnitField(label=gettext_lazy("Agency"), units=Unit.objects.none())
    name = LineField(
        label=gettext_lazy("Name of the system"),
        max_length=200,
        help_text=gettext_lazy("As people call it: the province's one-stop system, the software used until 2025."),
    )
    code = LineField(
        label=gettext_lazy("Short code"),
        max_length=40,
        help_text=gettext_lazy("Small letters and digits; commands and the API name the system by it."),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What it is to us"),
        choices=Source._meta.get_field("kind").choices,
        widget=forms.RadioSelect,
        initial=Source.MIRROR,
    )

    def __init__(self, *args, account, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agency"] = UnitField(label=_("Agency"), units=units_where(account, MIRROR))


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Table of dossiers (XLSX or CSV)"),
        help_text=gettext_lazy(
            "One row for each dossier, or for each change of status. The headings may be as they are."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"required": gettext_lazy("Choose the file.")},
    )
    as_of = forms.DateTimeField(
        label=gettext_lazy("What the file says holds as of"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%d/%m/%Y %H:%M", "%d/%m/%Y"],
        help_text=gettext_lazy("For rows that tell no moment themselves. An older file never overwrites a newer one."),
    )


@require_safe
@needs(MIRROR)
def other_systems(request: HttpRequest) -> HttpResponse:
    batches = Batch.objects.filter(source__in=sources_for(request.user)).select_related("source", "made_by__person")
    page = Paginator(batches, ROWS).get_page(request.GET.get("page"))
    context = {"sources": sources_for(request.user), "page": page}
    return render(request, "dossiers/exchange/systems.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(MIRROR)
def source_new(request: HttpRequest) -> HttpResponse:
    first = units_where(request.user, MIRROR).order_by("path").first()
    form = SourceForm(request.POST or None, account=request.user, initial={"agency": first})
    if form.is_valid():
        said = form.cleaned_data
        made = attempt(
            form,
            lambda: sources.source_set(
                said["code"], agency=said["agency"], name=said["name"], kind=said["kind"], acting=request.user
            ),
            {"code": "code", "taken": "code", "no_name": "name"},
        )
        if made is not None:
            messages.success(request, _("%(system)s is set up.") % {"system": made})
            return redirect("dossiers:source", made.code)
    return render(request, "dossiers/exchange/source_new.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(MIRROR)
def source(request: HttpRequest, code: str) -> HttpResponse:
    """One system: a new delivery, what came before, and the open dossiers that can be carried on here."""
    found = get_object_or_404(sources_for(request.user), code=code)
    do = request.POST.get("do", "")
    form = UploadForm(request.POST, request.FILES) if do == "upload" else UploadForm(initial=_now(found))
    if do == "upload" and form.is_valid():
        said = form.cleaned_data
        batch = attempt(
            form,
            lambda: sources.batch_begin(found, said["file"], as_of=said["as_of"], acting=request.user),
            {"future": "as_of"},
        )
        if batch is not None:
            return redirect("dossiers:delivery", batch.pk)
    elif do == "carry-on":
        done, left = sources.dossiers_carry_on(found, acting=request.user)
        said_done = ngettext("%(count)s dossier is carried on here.", "%(count)s dossiers are carried on here.", done)
        messages.success(request, said_done % {"count": done})
        for code_left, reason in left[:10]:
            messages.warning(request, f"{code_left}: {reason}")
        return redirect("dossiers:source", found.code)
    elif do in ("close", "open"):
        acting = request.user
        sources.source_set(
            found.code, agency=found.agency, name=found.name, kind=found.kind, active=do == "open", acting=acting
        )
        return redirect("dossiers:source", found.code)
    of_source = Dossier.objects.filter(source=found)
    context = {
        "source": found,
        "form": form,
        "count": of_source.count(),
        "open_count": of_source.filter(status__in=sorted(OPEN)).count(),
        "page": Paginator(found.batches.select_related("made_by__person"), ROWS).get_page(request.GET.get("page")),
        "statuses": [(word, Status(code).label) for word, code in found.mapping.get("statuses", {}).items()],
        "procedures": list(found.mapping.get("procedures", {}).items()),
    }
    return render(request, "dossiers/exchange/source.html", context, status=422 if form.is_bound else 200)


def _now(found: Source) -> dict[str, Any]:
    return {"as_of": timezone.localtime()} if found.kind == Source.MIRROR else {}


class ColumnsForm(forms.Form):
    """Which heading is which field."""

    def __init__(self, *args, head: Head, **kwargs):
        super().__init__(*args, **kwargs)
        headings = [("", _("– not in the file –"))] + [(text, text) for text in dict.fromkeys(head.headings) if text]
        for name, field in FIELDS.items():
            self.fields[name] = forms.ChoiceField(
                label=str(field.title).capitalize(), choices=headings, required=field.required
            )

    def chosen(self) -> dict[str, str]:
        return {name: heading for name, heading in self.cleaned_data.items() if heading}


class WordsForm(forms.Form):
    """What words of this system mean that nobody here knows."""

    def __init__(self, *args, unknown: dict[str, dict[str, int]], **kwargs):
        super().__init__(*args, **kwargs)
        self.words: dict[str, tuple[str, str]] = {}
        statuses = [("", _("– not chosen –")), *((str(code), label) for code, label in Status.choices)]
        for number, (word, count) in enumerate(unknown.get("status", {}).items()):
            self._ask(f"status_{number}", "status", word, count, forms.ChoiceField(choices=statuses, required=False))
        for number, (word, count) in enumerate(unknown.get("procedure", {}).items()):
            field = LineField(max_length=40, required=False, help_text=_("Code of the procedure in our catalogue."))
            self._ask(f"procedure_{number}", "procedure", word, count, field)

    def _ask(self, name: str, kind: str, word: str, count: int, field: forms.Field) -> None:
        rows = ngettext("%(count)s row", "%(count)s rows", count) % {"count": count}
        field.label = f"“{word}” ({rows})"
        self.fields[name] = field
        self.words[name] = (kind, word)

    def meant(self, kind: str) -> dict[str, str]:
        return {
            word: self.cleaned_data[name]
            for name, (of, word) in self.words.items()
            if of == kind and self.cleaned_data.get(name)
        }


class CompareForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("What the other system says (XLSX or CSV)"),
        help_text=gettext_lazy("A table of its dossiers, or its report of figures by procedure."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"required": gettext_lazy("Choose the file.")},
    )
    begins = DayField(label=gettext_lazy("From"))
    ends = DayField(label=gettext_lazy("To"))
    whose = forms.ChoiceField(
        label=gettext_lazy("Compared with"),
        choices=[
            (comparing.MIRRORED, gettext_lazy("the dossiers mirrored from it")),
            (comparing.OWN, gettext_lazy("our own dossiers of the agency")),
        ],
        widget=forms.RadioSelect,
        initial=comparing.MIRRORED,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs(MIRROR)
def compare(request: HttpRequest, code: str) -> HttpResponse:
    """The two systems' figures for a period: choose it and the other side's table."""
    found = get_object_or_404(sources_for(request.user), code=code)
    first = today().replace(day=1)
    form = CompareForm(request.POST or None, request.FILES or None, initial={"begins": first, "ends": today()})
    if form.is_valid():
        begun = attempt(form, lambda: _compare(found, form.cleaned_data, request.user), {"dates": "ends"})
        if begun is not None:
            return redirect("dossiers:delivery", begun.pk)
    page = Paginator(found.batches.filter(kind=Batch.COMPARE).select_related("made_by__person"), ROWS)
    context = {"source": found, "form": form, "page": page.get_page(request.GET.get("page"))}
    return render(request, "dossiers/exchange/compare.html", context, status=422 if form.is_bound else 200)


def _compare(found: Source, said: dict[str, Any], acting) -> Batch:
    with transaction.atomic():
        begun = sources.batch_begin(
            found,
            said["file"],
            kind=Batch.COMPARE,
            begins=said["begins"],
            ends=said["ends"],
            whose=said["whose"],
            acting=acting,
        )
        return sources.batch_start(begun, columns=begun.columns, check=False, acting=acting)


@require_safe
@needs(MIRROR)
def compare_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The comparison as a workbook."""
    found = _batch(request, pk)
    if found.kind != Batch.COMPARE or found.state != Batch.DONE:
        raise Http404(_("There is no such file."))
    return _attached(comparing.to_xlsx(found), XLSX, f"doi-chieu-{found.source.code}-{found.ends:%Y%m%d}.xlsx")


def _compared(request: HttpRequest, found: Batch) -> HttpResponse:
    rows = found.result.get("rows", [])
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    context = {
        "batch": found,
        "figures": comparing.figures_of(found) if found.state == Batch.DONE else [],
        "titles": comparing.titles().values(),
        "differing": [comparing.in_words(row) for row in page],
        "page": page,
        "totals": [(comparing.HOW[kind](), count) for kind, count in found.result.get("totals", {}).items()],
        "more": len(rows) >= comparing.MOST,
        "only_figures": found.result.get("shape") == comparing.FIGURES_ONLY,
        "bad_rows": _bad_rows(found),
    }
    return render(request, "dossiers/exchange/compared.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(MIRROR)
def delivery(request: HttpRequest, pk: int) -> HttpResponse:
    """A file on its way: its columns, its check, its rows brought in; each step is one button."""
    found = _batch(request, pk)
    if found.kind == Batch.COMPARE:
        return _compared(request, found)
    if found.kind == Batch.CALL:
        return render(request, "dossiers/exchange/delivery.html", {"batch": found})
    head, first = sources.batch_head(found)
    assert head is not None
    do = request.POST.get("do", "")
    form = ColumnsForm(request.POST if do == "check" else None, head=head, initial=found.columns)
    words = WordsForm(request.POST if do == "words" else None, unknown=found.result.get("unknown", {}))
    started = None
    if do == "check" and form.is_valid():
        started = attempt(
            form, lambda: sources.batch_start(found, columns=form.chosen(), check=True, acting=request.user)
        )
    elif do == "words" and words.is_valid():
        started = attempt(words, lambda: _again(found, words, request.user))
    elif do in ("all", "good"):
        started = attempt(
            ColumnsForm({}, head=head),
            lambda: sources.batch_start(
                found, columns=found.columns, check=False, all_or_nothing=do == "all", acting=request.user
            ),
        )
    if started is not None:
        return redirect("dossiers:delivery", found.pk)
    places = head.places(found.columns)
    context = {
        "batch": found,
        "form": form,
        "words": words,
        "headings": [(FIELDS[name].title, heading) for name, heading in found.columns.items() if name in FIELDS],
        "sample": [[text_of(row[p]) if p < len(row) else "" for p in places.values()] for _line, row in first],
        "good": found.rows - found.bad,
        "bad_rows": _bad_rows(found),
        "shown_bad": SHOWN_BAD,
    }
    return render(request, "dossiers/exchange/delivery.html", context, status=422 if request.method == "POST" else 200)


def _again(found: Batch, words: WordsForm, acting) -> Batch:
    statuses = {word: int(code) for word, code in words.meant("status").items()}
    sources.source_words(found.source, statuses=statuses, procedures=words.meant("procedure"), acting=acting)
    return sources.batch_start(found, columns=found.columns, check=True, acting=acting)


def _bad_rows(found: Batch) -> list[dict[str, str]]:
    names = ("line", "column", "value", "wrong", "remedy")
    rows = found.bad_rows.all()[:SHOWN_BAD] if not found.is_working else []
    return [dict(zip(names, badrows.cells_of(row), strict=True)) for row in rows]


@require_safe
@needs(MIRROR)
def delivery_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is; the whole page again once it has ended. A job whose process is gone is taken up again."""
    found = _batch(request, pk)
    if found.is_working:
        if found.alive_at is not None and found.alive_at < timezone.now() - jobs.DEAD_AFTER:
            processes.begin(sources.WORK, found.pk)
        return render(request, "dossiers/exchange/progress.html", {"batch": found})
    return HttpResponse(headers={"HX-Refresh": "true"})


@require_safe
@needs(MIRROR)
def delivery_bad(request: HttpRequest, pk: int, format: str) -> HttpResponse:
    """The rows that are not usable, with what to do, to work through."""
    found = _batch(request, pk)
    if format not in ("csv", "xlsx"):
        raise Http404(_("There is no such file."))
    content = badrows.xlsx(found) if format == "xlsx" else badrows.csv_lines(found)
    kind = XLSX if format == "xlsx" else "text/csv; charset=utf-8"
    return _attached(content, kind, f"dong-khong-dung-duoc-{found.pk}.{format}")


def _attached(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=kind,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )
