"""Writing a procedure: page by page, checked while one types, put in force with a day."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from minhbach.org.dates import today
from minhbach.org.errors import NotPossible
from minhbach.org.permissions import may, needs
from minhbach.org.ui.figures import language
from minhbach.org.ui.forms import DayField, LineField, attempt
from minhbach.org.ui.record_forms import Checked, arranged
from minhbach.org.ui.unitfields import UnitField, found_units
from minhbach.procedures import page, queries
from minhbach.procedures.actions import draft_discard, draft_save, version_release
from minhbach.procedures.content.differing import differences
from minhbach.procedures.content.model import CODE, Content
from minhbach.procedures.content.reading import stored, to_yaml
from minhbach.procedures.editing import draft
from minhbach.procedures.editing.draft import PARTS, Part
from minhbach.procedures.models import Procedure, Version
from minhbach.procedures.permissions import EDIT, RELEASE
from minhbach.procedures.views.common import procedure_for, whole
from minhbach.records.texts import Text

NOT_SAVED = 422
TEXT, RELEASE_PAGE = "yaml", "release"


class NewForm(forms.Form):
    code = LineField(
        label=gettext_lazy("Code"),
        max_length=40,
        help_text=gettext_lazy("National code, as 1.005142; one's own for a procedure between agencies"),
    )
    name = LineField(label=gettext_lazy("Official name"), max_length=1000)
    internal = forms.BooleanField(label=gettext_lazy("Between agencies: not for citizens"), required=False)

    def __init__(self, *args, keepers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["keeper"] = UnitField(label=_("Unit that keeps the procedure"), units=keepers)

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        assert CODE.pattern is not None
        if not CODE.pattern.fullmatch(code):
            raise forms.ValidationError(_("Letters, digits, points and hyphens only, as 1.005142."))
        if Procedure.objects.filter(code=code).exists():
            raise forms.ValidationError(_("There is a procedure with this code; open it and write its next version."))
        return code


@require_http_methods(["GET", "HEAD", "POST"])
@needs(EDIT)
def new(request: HttpRequest) -> HttpResponse:
    """A new procedure: its code, name and keeper first, the rest in the editor."""
    keepers = queries.keepers(request.user)
    form = NewForm(request.POST or None, keepers=keepers, initial={"keeper": keepers.first()})
    if answer := found_units(request, form):
        return answer
    if form.is_valid():
        given = form.cleaned_data
        content = Content(code=given["code"], name=Text(given["name"]), internal=given["internal"])
        made = attempt(form, lambda: draft_save(content, keeper=given["keeper"], acting=request.user))
        if made is not None:
            return redirect("procedures:edit", made.procedure_id)
    return render(request, "procedures/new.html", {"form": form}, status=NOT_SAVED if form.is_bound else 200)


@require_POST
@needs(EDIT)
def draft_begin(request: HttpRequest, pk: int) -> HttpResponse:
    """The next version begins as a copy of the last."""
    procedure = procedure_for(request, pk, EDIT)
    if procedure.current is not None and not procedure.versions.filter(is_draft=True).exists():
        draft_save(stored(procedure.current.content), keeper=procedure.keeper, acting=request.user)
    return redirect("procedures:edit", pk)


def editable(request: HttpRequest, pk: int) -> Version:
    """The draft of a procedure the person may edit; else it is not there."""
    procedure = procedure_for(request, pk, EDIT)
    return get_object_or_404(
        Version.objects.select_related("procedure__keeper", "changed_by__person"), procedure=procedure, is_draft=True
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs(EDIT)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    editor = Editor(request, editable(request, pk))
    if request.method != "POST":
        return editor.page()
    if editor.tab == TEXT:
        return editor.save_text()
    return editor.save()


@require_POST
@needs(EDIT)
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """The panel beside the form, for what is typed at this moment. Saves nothing."""
    editor = Editor(request, editable(request, pk))
    if editor.tab == TEXT:
        checked, _data = draft.read_text(request.POST.get("text", ""), editor.lang)
        return render(request, "ui/records/findings.html", {"findings": checked.findings, "lines": True})
    data = draft.typed(request.POST, editor.part, editor.data)
    return render(request, "procedures/edit/live.html", editor.live(draft.read(data, editor.lang)))


class Editor:
    """One request to the editor: the draft, the page in hand, what was typed."""

    def __init__(self, request: HttpRequest, version: Version):
        self.request, self.version, self.lang = request, version, language()
        wanted = request.GET.get("part", "facts")
        self.tab = wanted if wanted in (*PARTS, TEXT, RELEASE_PAGE) else "facts"
        self.data = version.content

    @property
    def part(self) -> Part:
        return PARTS.get(self.tab, PARTS["facts"])

    def address(self, tab: str) -> str:
        return f"{reverse('procedures:edit', args=[self.version.procedure_id])}?part={tab}"

    def tabs(self, checked: Checked) -> list[dict]:
        labels = {**{part.code: part.title for part in PARTS.values()}, TEXT: _("As text (YAML)")}
        found = [
            {
                "label": label,
                "url": self.address(code),
                "current": code == self.tab,
                "count": len([one for one in checked.errors if one.place == code]) or None,
            }
            for code, label in labels.items()
        ]
        release = {"label": _("Check and put in force"), "url": self.address(RELEASE_PAGE)}
        return [*found, {**release, "current": self.tab == RELEASE_PAGE, "count": None}]

    def live(self, checked: Checked) -> dict:
        """What the panel beside the form says."""
        found: dict = {
            "own": checked.at(self.tab),
            "others": checked.elsewhere(self.tab),
            "release_url": self.address(RELEASE_PAGE),
        }
        content = checked.content
        if self.tab == "process" and content is not None and content.process is not None and not checked.errors:
            found["picture"] = page.context(content, self.lang)["picture"]
        if self.tab == "form" and content is not None and content.form is not None:
            found["form_url"] = reverse("procedures:form", args=[self.version.procedure_id])
        return found

    def page(self, status: int = 200, data: dict | None = None, **more) -> HttpResponse:
        """The page in hand; `data` is what was typed and is not saved."""
        saved = draft.read(self.data, self.lang)
        checked = saved if data is None else draft.read(data, self.lang)
        context = {
            "version": self.version,
            "procedure": self.version.procedure,
            "code": self.version.procedure.code,
            "number": self.version.number,
            "read_url": reverse(
                "procedures:procedure", args=[self.version.procedure_id], query={"version": self.version.number}
            ),
            "with_english": self.tab in PARTS,
            "tab": self.tab,
            "tabs": self.tabs(saved),
            "here": self.address(self.tab),
            "edition": self.version.edition,
            "english": self.lang != "vi" or _has_english(self.data),
            "checked": checked,
            "unsaved": data is not None,
        }
        if self.tab == TEXT:
            content = saved.content
            context["text"] = to_yaml([content]) if content is not None else ""
            context |= {"findings": saved.findings, "lines": True}
        elif self.tab == RELEASE_PAGE:
            context |= self._release_context(saved)
        else:
            shown = self.data if data is None else data
            own = [one for one in checked.findings if one.place == self.tab]
            context |= {"parts": draft.controls(shown, self.part, own if data is not None else ()), "part": self.part}
            context |= self.live(checked)
        name = self.tab if self.tab in (TEXT, RELEASE_PAGE) else "part"
        return render(self.request, f"procedures/edit/{name}.html", {**context, **more}, status=status)

    def _release_context(self, saved: Checked) -> dict:
        before = self.version.procedure.current
        changes = []
        if before is not None and saved.content is not None:
            changes = differences(stored(before.content), saved.content)
        return {
            "findings": saved.findings,
            "part_url": self.address(""),
            "before": before,
            "changes": changes,
            "form": ReleaseForm(initial={"begins": today()}),
            "may_release": may(self.request.user, RELEASE, self.version.procedure.keeper),
        }

    # Saving -----------------------------------------------------------------------------------------------------

    def save(self) -> HttpResponse:
        post = self.request.POST
        if self.tab == RELEASE_PAGE:
            return self.page()
        if wish := post.get("row", ""):
            data = draft.typed(arranged(post, wish), self.part, self.data, keep_empty=True)
            return self.page(data=data, focus=wish.partition(":")[2] if wish.startswith("add:") else "")
        data = draft.typed(post, self.part, self.data)
        checked = draft.read(data, self.lang)
        if checked.content is None:
            wrong = [one for one in checked.errors if one.place == self.tab] or checked.errors
            return self.page(NOT_SAVED, data=data, wrong=wrong)
        return self._keep(checked, data)

    def save_text(self) -> HttpResponse:
        text = self.request.POST.get("text", "").replace("\r\n", "\n")
        checked, data = draft.read_text(text, self.lang)
        if checked.content is not None and checked.content.code != self.version.procedure.code:
            wrong = [
                draft.Finding("error", _("The code of a procedure is not changed."), "", "", ("code",)),
            ]
            return self.page(NOT_SAVED, text=text, wrong=wrong, unsaved=True)
        if checked.content is None or data is None:
            return self.page(NOT_SAVED, text=text, wrong=checked.errors, findings=checked.findings, unsaved=True)
        return self._keep(checked, data, text=text)

    def _keep(self, checked: Checked, data: dict, **typed) -> HttpResponse:
        assert checked.content is not None
        try:
            draft_save(
                checked.content,
                keeper=self.version.procedure.keeper,
                edition=whole(self.request.POST.get("edition", "")),
                acting=self.request.user,
            )
        except NotPossible as error:
            self.version.refresh_from_db()
            theirs = differences(stored(self.version.content), checked.content) if error.code == "conflict" else []
            more = {"refused": str(error), "theirs": theirs, **typed}
            return self.page(NOT_SAVED, data=None if typed else data, edition=self.version.edition, **more)
        messages.success(self.request, _saved(checked))
        return redirect(self.address(self._next() if self.request.POST.get("do") == "next" else self.tab))

    def _next(self) -> str:
        order = [*PARTS, RELEASE_PAGE]
        return order[order.index(self.tab) + 1] if self.tab in PARTS else self.tab


def _saved(checked: Checked) -> str:
    count = len(checked.errors)
    if not count:
        return _("Saved.")
    return ngettext(
        "Saved. %(count)s thing has to be put right before it can be put in force.",
        "Saved. %(count)s things have to be put right before it can be put in force.",
        count,
    ) % {"count": count}


def _has_english(data: object) -> bool:
    if isinstance(data, dict):
        return bool(data.get("en")) or any(_has_english(value) for value in data.values())
    return isinstance(data, list) and any(_has_english(value) for value in data)


# Steps of a draft -------------------------------------------------------------------------------------------------


class ReleaseForm(forms.Form):
    begins = DayField(label=gettext_lazy("In force from"))


@require_POST
@needs(RELEASE)
def release(request: HttpRequest, pk: int) -> HttpResponse:
    procedure = procedure_for(request, pk, RELEASE)
    version = get_object_or_404(procedure.versions, is_draft=True)
    form = ReleaseForm(request.POST)
    if form.is_valid():
        begins = form.cleaned_data["begins"]
        if attempt(form, lambda: version_release(version, begins=begins, acting=request.user)):
            messages.success(
                request,
                _("Version %(number)s is in force from %(day)s.")
                % {"number": version.number, "day": f"{begins:%d/%m/%Y}"},
            )
            return redirect("procedures:procedure", pk)
    for errors in form.errors.values():
        for error in errors:
            messages.error(request, error)
    if may(request.user, EDIT, procedure.keeper):
        return redirect(f"{reverse('procedures:edit', args=[pk])}?part={RELEASE_PAGE}")
    return redirect("procedures:procedure", pk)


@require_POST
@needs(EDIT)
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    version = editable(request, pk)
    code = version.procedure.code
    draft_discard(version, acting=request.user)
    messages.success(request, _("The draft of %(code)s is thrown away.") % {"code": code})
    if Procedure.objects.filter(pk=pk).exists():
        return redirect("procedures:procedure", pk)
    return redirect("procedures:procedures")
