"""Procedures out of files and into files; the catalogue against a list of others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from minhbach.org.dates import today
from minhbach.org.files.actions import clean_name
from minhbach.org.permissions import needs, public
from minhbach.org.ui.figures import language
from minhbach.org.ui.forms import DayField, attempt
from minhbach.org.ui.unitfields import UnitField
from minhbach.procedures import queries, reports
from minhbach.procedures.actions import procedures_load
from minhbach.procedures.content import national as comparing
from minhbach.procedures.content.differing import differences
from minhbach.procedures.content.model import Content
from minhbach.procedures.content.reading import from_data, stored, to_json, to_yaml
from minhbach.procedures.content.uploads import Incoming, read, shipped
from minhbach.procedures.content.workbook import to_workbook
from minhbach.procedures.models import Procedure
from minhbach.procedures.permissions import EDIT
from minhbach.procedures.views.common import XLSX, YAML, attachment
from minhbach.procedures.views.listing import Find
from minhbach.records.problems import BadInput, Problem, Problems

MOST = 10_000_000
"""Above this no reader takes a file anyway."""
MOST_EXPORTED = 3000
SALT = "procedures.incoming"
NOT_KEPT = 422


@public
@require_safe
def export(request: HttpRequest, format: str) -> HttpResponse:
    """The procedures of the list, as filtered there, whole."""
    form = Find(request.GET or None, account=request.user)
    versions = queries.listed(request.user, form.wanted())[:MOST_EXPORTED]
    contents = [stored(version.content) for version in versions]
    try:
        return files_of(contents, format, "thu-tuc")
    except BadInput as error:
        raise Http404("; ".join(problem.in_(language()) for problem in error.problems)) from error


def files_of(contents: list[Content], format: str, name: str) -> HttpResponse:
    """Raises BadInput for what a cell cannot hold, Http404 for another format."""
    if format == "xlsx":
        return attachment(to_workbook(contents), XLSX, f"{name}.xlsx")
    if format == "yaml":
        return attachment(to_yaml(contents), YAML, f"{name}.yaml")
    raise Http404(_("There is no such file."))


class Upload(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("XLSX or YAML as this product writes them, or a CSV or XLSX table"),
    )

    def clean_file(self):
        upload = self.cleaned_data["file"]
        most = min(MOST, settings.MAX_UPLOAD_BYTES)
        if upload.size > most:
            raise forms.ValidationError(
                _("The file has %(size)s, and at most %(most)s are taken.")
                % {"size": filesizeformat(upload.size), "most": filesizeformat(most)}
            )
        return upload

    def incoming(self) -> tuple[Incoming, str]:
        upload = self.cleaned_data["file"]
        name = clean_name(upload.name or "") or "?"
        return read(upload.read(), name), name


class Keep(forms.Form):
    """When what was read is to be in force, and whose it is."""

    begins = DayField(label=gettext_lazy("In force from"))

    def __init__(self, *args, keepers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["keeper"] = UnitField(label=_("Unit that keeps them"), units=keepers)


@dataclass(frozen=True)
class Row:
    """A procedure of a file beside ours. `hindered` says why it cannot be taken over."""

    content: Content
    kind: str
    differences: tuple = ()
    hindered: str = ""


# Import -----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@needs(EDIT)
def import_(request: HttpRequest) -> HttpResponse:
    """First what the file says beside what there is, then all of it or nothing."""
    if request.method == "POST" and "read" in request.POST:
        return _keep(request, "procedures/import.html", "procedures:procedures")
    form = Upload(request.POST, request.FILES) if request.method == "POST" else Upload()
    context: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        incoming, name = form.incoming()
        if incoming.problems.errors or not incoming.contents:
            context |= _problems(incoming, name)
        else:
            return _preview(request, incoming, name)
    status = NOT_KEPT if form.is_bound else 200
    return render(request, "procedures/import.html", context, status=status)


def _lines(incoming: Incoming) -> list[dict]:
    """Findings about a file in the language of the page."""
    lang = language()
    return [
        {"where": where_of(one), "says": one.says.in_(lang), "remedy": one.remedy.in_(lang), "text": one.says.in_(lang)}
        for one in incoming.problems
    ]


def where_of(problem: Problem) -> str:
    """The place in the file: sheet and cell, or the line and field of a text."""
    line = _("line %(line)s") % {"line": problem.line} if problem.line else ""
    return ", ".join(filter(None, (line, problem.where)))


def _problems(incoming: Incoming, name: str) -> dict:
    lines = _lines(incoming)
    if not lines:
        lines = [{"where": "", "says": _("There is no procedure in the file."), "remedy": "", "text": ""}]
    return {"problem_lines": lines[:200], "problem_count": len(lines), "name": name}


def _preview(request: HttpRequest, incoming: Incoming, name: str) -> HttpResponse:
    rows = _rows(request, incoming.contents)
    wanted = [row.content for row in rows if row.kind in ("new", "changed") and not row.hindered]
    hindered = [row for row in rows if row.hindered]
    keepers = queries.keepers(request.user)
    context = {
        "name": name,
        "rows": [row for row in rows if row.kind != "same"],
        "same": sum(row.kind == "same" for row in rows),
        "hindered": hindered,
        "wanted": wanted,
        "warnings": _lines(incoming)[:100],
        "is_whole": incoming.is_whole,
        "keep": Keep(keepers=keepers, initial={"begins": today(), "keeper": keepers.first()}),
        "read": packed(wanted),
    }
    return render(request, "procedures/import_preview.html", context)


def _rows(request: HttpRequest, contents) -> list[Row]:
    """Each procedure of the file beside ours, in three queries."""
    codes = [content.code for content in contents]
    known = {one.code: one for one in Procedure.objects.filter(code__in=codes).select_related("current", "keeper")}
    mine = set(queries.editable(request.user).filter(code__in=codes).values_list("code", flat=True))
    drafts = set(Procedure.objects.filter(code__in=codes, versions__is_draft=True).values_list("code", flat=True))
    rows = []
    for content in contents:
        ours = known.get(content.code)
        hindered = ""
        if ours is not None and content.code not in mine:
            hindered = _("%(unit)s keeps it; you may not change it.") % {"unit": ours.keeper}
        elif content.code in drafts:
            hindered = _("It has a draft; finish or throw it away first.")
        if ours is None or ours.current is None:
            rows.append(Row(content, "new", (), hindered))
            continue
        found = tuple(differences(stored(ours.current.content), content))
        again = bool(found) or ours.repealed_on is not None
        rows.append(Row(content, "changed" if again else "same", found, hindered if again else ""))
    return rows


def packed(contents: list[Content]) -> str:
    """What was read, to come back through the browser under our signature."""
    return signing.dumps([to_json(content) for content in contents], salt=SALT, compress=True)


def unpacked(text: str) -> list[Content]:
    """Raises BadSignature."""
    problems = Problems()
    found = [from_data(raw, problems) for raw in signing.loads(text, salt=SALT, max_age=24 * 3600)]
    return [content for content in found if content is not None]


def _keep(request: HttpRequest, template: str, done: str, chosen: set[str] | None = None) -> HttpResponse:
    """Take over what was read; `chosen` limits it to some codes."""
    try:
        contents = unpacked(request.POST["read"])
    except signing.BadSignature:
        refused = _("The page was open for too long. Choose the file once more.")
        return render(request, template, {"form": Upload(), "refused": refused}, status=NOT_KEPT)
    if chosen is not None:
        contents = [content for content in contents if content.code in chosen]
    keep = Keep(request.POST, keepers=queries.keepers(request.user))
    if keep.is_valid() and contents:
        given = keep.cleaned_data
        made = attempt(
            keep,
            lambda: procedures_load(contents, keeper=given["keeper"], begins=given["begins"], acting=request.user),
            {"order": "begins", "keeper": "keeper"},
        )
        if made is not None:
            said = ngettext(
                "%(count)s procedure is in force from %(day)s.",
                "%(count)s procedures are in force from %(day)s.",
                len(made),
            )
            messages.success(request, said % {"count": len(made), "day": f"{given['begins']:%d/%m/%Y}"})
            return redirect(done)
    rows = [row for row in _rows(request, contents) if row.kind != "same"]
    context = {
        "name": _("Not taken over yet"),
        "rows": rows,
        "same": 0,
        "hindered": [row for row in rows if row.hindered],
        "wanted": contents,
        "is_whole": True,
        "keep": keep,
        "read": packed(contents),
        "nothing": not contents,
    }
    return render(request, "procedures/import_preview.html", context, status=NOT_KEPT)


# Against a list ---------------------------------------------------------------------------------------------------


class ListForm(Upload):
    all_fields = forms.BooleanField(
        label=gettext_lazy("Also new procedures of fields we keep nothing of"), required=False
    )


def _ours(request: HttpRequest) -> dict[str, Content]:
    """Procedures in force today, by code. One query."""
    versions = queries.listed(request.user, queries.Wanted())
    return {version.procedure.code: stored(version.content) for version in versions}


@require_http_methods(["GET", "HEAD", "POST"])
@needs(EDIT)
def national(request: HttpRequest) -> HttpResponse:
    """What differs between our catalogue and a list: the shipped one, or an uploaded file."""
    if request.method == "POST" and "read" in request.POST:
        return _keep(request, "procedures/national.html", "procedures:procedures", set(request.POST.getlist("code")))
    if "shipped" in request.GET:
        return _report(request, shipped(), _("Catalogue that comes with the product"), only_own_fields=False)
    form = ListForm(request.POST, request.FILES) if request.method == "POST" else ListForm()
    context: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        incoming, name = form.incoming()
        if incoming.problems.errors or not incoming.contents:
            context |= _problems(incoming, name)
        else:
            return _report(request, incoming, name, only_own_fields=not form.cleaned_data["all_fields"])
    return render(request, "procedures/national.html", context, status=NOT_KEPT if form.is_bound else 200)


def _report(request: HttpRequest, incoming: Incoming, name: str, *, only_own_fields: bool) -> HttpResponse:
    found = comparing.compare(_ours(request), incoming.contents, only_own_fields=only_own_fields)
    if request.POST.get("as") == "xlsx" or request.GET.get("as") == "xlsx":
        return attachment(reports.differences_xlsx(found, name), XLSX, "doi-chieu-thu-tuc.xlsx")
    offered = [*found.new, *(one.merged for one in found.changed)]
    drafts = set(Procedure.objects.filter(versions__is_draft=True).values_list("code", flat=True))
    keepers = queries.keepers(request.user)
    context = {
        "name": name,
        "found": found,
        "drafts": drafts,
        "is_whole": incoming.is_whole,
        "warnings": _lines(incoming)[:50],
        "keep": Keep(keepers=keepers, initial={"begins": today(), "keeper": keepers.first()}),
        "read": packed(offered),
        "shipped": "shipped" in request.GET,
    }
    return render(request, "procedures/national_report.html", context)
