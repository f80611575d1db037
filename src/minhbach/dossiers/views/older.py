"""Registers of older results on screen: their rates, their entries, entering by form and by file, scans."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from minhbach.dossiers import older
from minhbach.dossiers.actions import older as actions
from minhbach.dossiers.models import OlderRegister, OlderResult
from minhbach.dossiers.permissions import OLDER, SEE
from minhbach.org.errors import NotPossible
from minhbach.org.files.tables import uploaded
from minhbach.org.permissions import holds, may, needs, require, units_where, visible
from minhbach.org.ui.forms import DayField, LineField, attempt

PER_PAGE = 50
SHOWN_BAD = 200


class RegisterForm(forms.Form):
    title = LineField(
        label=gettext_lazy("Title"),
        max_length=300,
        help_text=gettext_lazy("For instance Sổ gốc cấp bằng tốt nghiệp THPT."),
    )
    code = LineField(
        label=gettext_lazy("Code of the result"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("As in the national database. With it, entries can stand in for papers of dossiers."),
    )
    total = forms.IntegerField(
        label=gettext_lazy("How many there are to digitise"),
        min_value=0,
        max_value=100_000_000,
        required=False,
        help_text=gettext_lazy("As counted on paper; the rate is reckoned from it."),
    )

    def __init__(self, *args, agencies=None, **kwargs):
        super().__init__(*args, **kwargs)
        if agencies is not None:
            self.fields["agency"] = forms.ModelChoiceField(agencies, label=gettext_lazy("Agency"))
            self.order_fields(["agency", "title", "code", "total"])


class EntryForm(forms.Form):
    holder = LineField(label=gettext_lazy("Holder"), max_length=300)
    number = LineField(label=gettext_lazy("Number of the result"), max_length=100)
    entry = LineField(label=gettext_lazy("Number in the register"), max_length=100, required=False)
    id_number = LineField(label=gettext_lazy("Identity number"), max_length=30, required=False)
    born = DayField(label=gettext_lazy("Date of birth"), required=False)
    issued_on = DayField(label=gettext_lazy("Issued on"), required=False)
    issued_by = LineField(label=gettext_lazy("Issued by"), max_length=300, required=False)
    valid_until = DayField(label=gettext_lazy("Valid until"), required=False)
    note = LineField(label=gettext_lazy("Note"), max_length=1000, required=False)
    scan = forms.FileField(label=gettext_lazy("Scan"), required=False)


class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Table (XLSX or CSV)"),
        help_text=gettext_lazy(
            "With a row of headings: Họ và tên, Số hiệu, Số định danh, Ngày sinh, Số vào sổ, Ngày cấp, Cơ quan cấp."
        ),
    )


class ScanForm(forms.Form):
    scan = forms.FileField(label=gettext_lazy("Scan"))


class EndForm(forms.Form):
    on = DayField(label=gettext_lazy("No longer in force since"))
    because = forms.CharField(label=gettext_lazy("Reason"), max_length=500)


@require_safe
@needs(SEE)
def registers(request: HttpRequest) -> HttpResponse:
    context = {"rates": older.rates(request.user), "may_keep": holds(request.user, OLDER)}
    return render(request, "dossiers/older/registers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(OLDER)
def register_new(request: HttpRequest) -> HttpResponse:
    form = RegisterForm(
        request.POST or None, agencies=units_where(request.user, OLDER).filter(desks__isnull=False).distinct()
    )
    if form.is_valid():
        said = dict(form.cleaned_data)
        made = attempt(form, lambda: actions.register_set(said.pop("agency"), **said, acting=request.user), _PLACES)
        if made:
            messages.success(request, _("The register is open."))
            return redirect("dossiers:older_register", made.pk)
    return _form(request, form, _("Open a register of older results"))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(OLDER)
def register_change(request: HttpRequest, pk: int) -> HttpResponse:
    found = _register(request, pk)
    initial = {"title": found.title, "code": found.code, "total": found.total}
    form = RegisterForm(request.POST or None, initial=initial)
    if form.is_valid() and attempt(
        form,
        lambda: actions.register_set(found.agency, **form.cleaned_data, register=found, acting=request.user),
        _PLACES,
    ):
        return redirect("dossiers:older_register", pk)
    return _form(request, form, _("Change the register"), found)


@require_safe
@needs(OLDER)
def register(request: HttpRequest, pk: int) -> HttpResponse:
    """The entries of a register: they name people, so they are for those who keep it."""
    found = _register(request, pk)
    text = request.GET.get("q", "")[:100]
    page = Paginator(older.found_in(found, text), PER_PAGE).get_page(request.GET.get("page"))
    rate = next(one for one in older.rates(request.user) if one.register.pk == found.pk)
    return render(request, "dossiers/older/register.html", {"rate": rate, "page": page, "text": text})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(OLDER)
def entry_new(request: HttpRequest, pk: int) -> HttpResponse:
    found = _register(request, pk)
    form = EntryForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        said = dict(form.cleaned_data)
        scan = said.pop("scan")

        def enter():
            from django.db import transaction

            with transaction.atomic():
                [made] = actions.older_add(found, [actions.Entry(**said)], acting=request.user)
                return actions.older_digitise(made, scan, acting=request.user) if scan else made

        if attempt(form, enter):
            messages.success(request, _("Entered: %(number)s.") % {"number": said["number"]})
            return redirect("dossiers:older_register", pk)
    return _form(request, form, _("Enter an older result"), found)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(OLDER)
def entries_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Many at once: all or none, and every bad row is named."""
    found = _register(request, pk)
    form = FileForm(request.POST or None, request.FILES or None)
    bad: list[tuple[int, str]] = []
    if form.is_valid():
        try:
            read = older.read(uploaded(form.cleaned_data["file"], most=settings.MAX_UPLOAD_BYTES))
            bad = read.bad + [(read.lines[place], why) for place, why in actions.faults(found, read.entries)]
            if not bad and not read.entries:
                raise NotPossible(_("The table has no rows."), "empty")
            if not bad:
                made = actions.older_add(found, read.entries, acting=request.user)
                words = ngettext("%(count)s result entered.", "%(count)s results entered.", len(made))
                messages.success(request, words % {"count": len(made)})
                return redirect("dossiers:older_register", pk)
        except NotPossible as error:
            form.add_error("file", ValidationError(error.messages, code=error.code))
    more = {"bad": sorted(bad)[:SHOWN_BAD], "bad_count": len(bad)}
    return _form(request, form, _("Enter many from a table"), found, more)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(OLDER)
def entry_scan(request: HttpRequest, pk: int) -> HttpResponse:
    entry = _entry(request, pk)
    form = ScanForm(request.POST or None, request.FILES or None)
    if form.is_valid() and attempt(
        form, lambda: actions.older_digitise(entry, form.cleaned_data["scan"], acting=request.user)
    ):
        messages.success(request, _("The scan is attached."))
        return redirect("dossiers:older_register", entry.register_id)
    return _form(request, form, _("Attach the scan"), entry.register, {"entry": entry})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(OLDER)
def entry_end(request: HttpRequest, pk: int) -> HttpResponse:
    entry = _entry(request, pk)
    form = EndForm(request.POST or None)
    if form.is_valid() and attempt(
        form, lambda: actions.older_end(entry, **form.cleaned_data, acting=request.user), {"future": "on"}
    ):
        return redirect("dossiers:older_register", entry.register_id)
    return _form(request, form, _("No longer in force"), entry.register, {"entry": entry})


_PLACES = {"taken": "title", "no_title": "title", "fewer": "total"}


def _form(request, form, title, register=None, more=None) -> HttpResponse:
    context = {"form": form, "title": title, "register": register, **(more or {})}
    return render(request, "dossiers/older/form.html", context, status=422 if form.is_bound else 200)


def _register(request: HttpRequest, pk: int) -> OlderRegister:
    rows = visible(OlderRegister.objects.select_related("agency"), request.user, OLDER, unit_field="agency")
    return get_object_or_404(rows, pk=pk)


def _entry(request: HttpRequest, pk: int) -> OlderResult:
    entry = get_object_or_404(OlderResult.objects.select_related("register__agency"), pk=pk)
    if not may(request.user, OLDER, entry.register.agency):
        raise Http404
    require(request.user, OLDER, entry.register.agency)
    return entry
