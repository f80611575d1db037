"""Importing a set: what the file says and what was recognised, side by side, before anything is kept."""

from __future__ import annotations

from dataclasses import replace

from django import forms
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minhbach.indices import set_page
from minhbach.indices.actions.sets import Unsound, draft_import
from minhbach.indices.models import SetVersion
from minhbach.indices.permissions import EDIT_SETS
from minhbach.indices.set_forms import checks, tree
from minhbach.indices.set_forms.doubts import wording_of_source
from minhbach.indices.set_forms.pasted import as_workbook
from minhbach.indices.set_forms.uploads import Read, read_upload
from minhbach.indices.views.sets.listing import KeeperForm
from minhbach.org.errors import NotPossible
from minhbach.org.files.actions import clean_name
from minhbach.org.permissions import needs
from minhbach.org.ui.figures import language
from minhbach.org.ui.unitfields import found_units
from minhbach.records.problems import BadInput, Problem
from minhbach.records.texts import Text
from minhbach.scoring.reading import to_data, to_yaml

#: Above this no reader takes a file anyway.
MOST = 10_000_000
SALT = "indices.set_import"


class PartField(forms.IntegerField):
    """Which table of a file with an appendix for each group of units."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Which table"),
            min_value=1,
            max_value=99,
            initial=1,
            required=False,
            help_text=gettext_lazy(
                "Where a decision has an appendix for each group of units, each is a set of its own: 1 for the first"
            ),
            error_messages={"invalid": gettext_lazy("Write a number: 1 for the first table.")},
        )

    def clean(self, value):
        return super().clean(value) or 1


class Upload(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File with the set"),
        help_text=gettext_lazy(
            "XLSX, DOCX, CSV or TXT with the decision's table; or a set as XLSX or YAML from this product"
        ),
        error_messages={"required": gettext_lazy("Choose the file.")},
    )

    part = PartField()

    def clean_file(self):
        upload = self.cleaned_data["file"]
        most = min(MOST, settings.MAX_UPLOAD_BYTES)
        if upload.size > most:
            raise forms.ValidationError(
                _("The file has %(size)s, and at most %(most)s are taken. Keep only the table and save it again.")
                % {"size": filesizeformat(upload.size), "most": filesizeformat(most)}
            )
        return upload

    def read(self) -> tuple[Read, str]:
        """What the file holds, and its name. Raises BadInput."""
        upload = self.cleaned_data["file"]
        name = clean_name(upload.name or "") or "?"
        return read_upload(upload.read(), name, self.cleaned_data["part"]), name


class Pasted(forms.Form):
    pasted = forms.CharField(
        label=gettext_lazy("The table itself"),
        strip=False,  # an empty first cell is a tab
        widget=forms.Textarea(attrs={"rows": 8, "class": "pasted"}),
        help_text=gettext_lazy(
            "Mark the table in Word or Excel with its head row (number, title, points, how it is scored), copy it, "
            "paste it here. Several tables one after the other are one set."
        ),
    )

    pasted_part = PartField()

    def read(self) -> tuple[Read, str]:
        """As of a file."""
        part = self.cleaned_data["pasted_part"]
        name, text = _("Pasted table"), self.cleaned_data["pasted"]
        if "\t" in text:
            read = read_upload(as_workbook(text, name), f"{name}.xlsx", part)
            return replace(read, problems=tuple(_of_line(problem, name) for problem in read.problems)), name
        return read_upload(text.encode(), f"{name}.txt", part), name


def _told(finding: checks.Finding) -> str:
    """A finding in one line; the field it stands beside says of which file."""
    line = _("Line %(line)s") % {"line": finding.line} if finding.line else ""
    place = ", ".join(part for part in (line, finding.where) if part)
    says = f"{place}: {finding.says}" if place else finding.says[:1].upper() + finding.says[1:]
    return f"{says} → {finding.remedy}" if finding.remedy else says


def _of_line(problem: Problem, sheet: str) -> Problem:
    """Of a pasted table people know the row, not a sheet."""
    criterion, mark, row = problem.where.partition(f"{sheet}!")
    return replace(problem, where=criterion.strip(), line=int(row)) if mark and row.isdigit() else problem


@needs(EDIT_SETS)
def set_import(request: HttpRequest) -> HttpResponse:
    if request.method == "POST" and "read" in request.POST:
        return _keep(request)
    if answer := found_units(request, KeeperForm(request.user)):
        return answer
    pasted = Pasted(request.POST) if "pasted" in request.POST else Pasted()
    upload = Upload(request.POST, request.FILES) if request.method == "POST" and not pasted.is_bound else Upload()
    form = pasted if pasted.is_bound else upload
    if form.is_bound and form.is_valid():
        try:
            read, name = form.read()
        except BadInput as error:
            lang = language()
            for problem in list(error.problems)[:50]:
                form.add_error(next(iter(form.fields)), _told(checks.in_text(problem, lang)))
        else:
            return _review(request, read, name)
    context = {"form": upload, "pasted": pasted}
    return render(request, "indices/sets/import.html", context, status=422 if form.errors else 200)


def _review(
    request: HttpRequest, read: Read, name: str, status: int = 200, refused: str = "", keeper: KeeperForm | None = None
) -> HttpResponse:
    lang = language()
    indicator_set = read.indicator_set
    data = to_data(indicator_set)
    named: dict[str, list] = {}
    for problem in read.problems:
        code = read.criterion_of(problem)
        found = checks.in_forms(problem, tree.path_of(tree.find(data, code)) if code else (), data, lang)
        named.setdefault(code, []).append(
            replace(found, where=problem.where.removeprefix(code).strip(), line=problem.line)
        )
    rows = [
        {
            "row": row,
            "findings": named.get(row.node.id, []),
            "doubtful": any(finding.kind != "info" for finding in named.get(row.node.id, [])),
            "source": wording_of_source(row.node.note.vi),
        }
        for top in set_page.tree(indicator_set, lang)
        for row in top.walk()
    ]
    leaves = [row for row in rows if row["row"].node.is_leaf]
    context = {
        "name": name,
        "read": read,
        "set": indicator_set,
        "rows": rows,
        "general": named.get("", []),
        "leaves": len(leaves),
        "recognised": sum(not row["row"].node.is_unstated for row in leaves),
        "doubtful": sum(row["doubtful"] for row in rows),
        "read_file": signing.dumps(_packed(read), salt=SALT, compress=True),
        "code": _free_code(indicator_set.code, indicator_set.version),
        "typed": request.POST if refused else None,
        "keeper": keeper or KeeperForm(request.user),
        "refused": refused,
    }
    return render(request, "indices/sets/import_review.html", context, status=status)


def _packed(read: Read) -> dict:
    """What was read, to come back through the browser under our signature."""
    doubts = [
        [name, p.severity, p.code, [p.says.vi, p.says.en], [p.remedy.vi, p.remedy.en], p.line, p.where]
        for name, p in read.doubts
    ]
    return {"text": to_yaml(read.indicator_set), "drafted": read.drafted, "doubts": doubts}


def _unpacked(packed: dict) -> list[tuple[str, Problem]]:
    return [
        (name, Problem(severity, code, Text(*says), Text(*remedy), line=line, where=where))
        for name, severity, code, says, remedy, line, where in packed["doubts"]
    ]


def _free_code(code: str, version: str) -> str:
    """The code itself, or with a number when this version of it exists."""
    found, number = code, 2
    while SetVersion.objects.filter(code=found, version=version).exists():
        found, number = f"{code}-{number}", number + 1
    return found


def _keep(request: HttpRequest) -> HttpResponse:
    try:
        packed = signing.loads(request.POST["read"], salt=SALT, max_age=24 * 3600)
    except signing.BadSignature:
        refused = _("The page was open for too long. Choose the file once more.")
        context = {"form": Upload(), "pasted": Pasted(), "refused": refused}
        return render(request, "indices/sets/import.html", context, status=422)
    doubts = _unpacked(packed)
    data = checks.data_of(packed["text"])
    assert data is not None
    data["code"] = request.POST.get("code", "").strip() or data["code"]
    data["title"] = request.POST.get("title", "").strip() or data["title"]
    if document := request.POST.get("document", "").strip():
        data["source"] = {**data["source"], "document": document}
    keeper = KeeperForm(request.user, request.POST)
    unit = keeper.cleaned_data["unit"] if keeper.is_valid() else None
    try:
        if unit is None and not keeper.is_foreign:
            raise NotPossible(" ".join(keeper.errors["unit"]), "no_unit")
        version = draft_import(text=checks.yaml_of(data), doubts=doubts, unit=unit, acting=request.user)
    except Unsound as error:
        refused = " ".join(problem.in_(language()) for problem in error.problems)
    except NotPossible as error:
        refused = str(error)
    else:
        return redirect("indices:set_edit", pk=version.pk)
    read = replace(
        read_upload(packed["text"].encode(), "draft.yaml"),
        drafted=packed["drafted"],
        problems=tuple(problem for _name, problem in doubts),
    )
    return _review(request, read, request.POST.get("name", "?"), 422, refused, keeper)
