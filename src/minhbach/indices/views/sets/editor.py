"""The editor of a draft: one node at a time, the set's own fields, the whole text, and the release."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from minhbach.indices.actions.sets import Unsound, doubt_answer, set_save
from minhbach.indices.models import SetDoubt, SetVersion
from minhbach.indices.permissions import EDIT_SETS
from minhbach.indices.set_forms import checks, node_form, starting, tree
from minhbach.indices.set_forms.live import live, put_in
from minhbach.indices.set_forms.set_form import SetForm, take_set
from minhbach.indices.views.sets.editor_pages import Pages
from minhbach.indices.views.sets.page import whole
from minhbach.org.errors import NotPossible
from minhbach.org.permissions import needs, visible
from minhbach.org.ui.record_forms import arranged
from minhbach.records.problems import BadInput

TABS = ("criteria", "set", "yaml", "release")
NOT_SAVED = 422
#: Answers to what the import was not sure of: `settle:7` saves the form with it.
ANSWERS = {
    "settle": SetDoubt.Outcome.SETTLED,
    "dismiss": SetDoubt.Outcome.DISMISSED,
    "reopen": SetDoubt.Outcome.OPEN,
}
ADDING = ("add_below", "add_after", "add_top", "add_adjustment")
STRUCTURE = (*ADDING, "duplicate", "up", "down", "deeper", "higher", "remove")


def editable(request: HttpRequest, pk: int) -> SetVersion:
    """A set the person may edit; another's is not there. A released one leads to its page."""
    return get_object_or_404(
        visible(SetVersion.objects.select_related("unit", "changed_by__person"), request.user, EDIT_SETS), pk=pk
    )


@needs(EDIT_SETS)
def set_edit(request: HttpRequest, pk: int) -> HttpResponse:
    version = editable(request, pk)
    if not version.is_draft:
        messages.info(request, _("A released set is not changed; make a new version of it."))
        return redirect("indices:set", pk=pk)
    tab = request.GET.get("tab", "criteria")
    editor = Editor(request, version, tab if tab in TABS else "criteria")
    if request.method != "POST":
        return editor.page()
    if editor.tab == "yaml":
        return editor.save_text(request.POST.get("text", ""))
    if editor.tab == "set":
        return editor.save_set()
    if editor.tab == "release":
        return editor.answer_doubts()
    return editor.save_node()


class Editor(Pages):
    """What is sent to the editor: saved, or shown again with what is wrong. Nothing typed is lost."""

    def _keep(self, data: dict, done: str, place: str = "", renamed: Mapping[str, str] | None = None) -> HttpResponse:
        """Save plain data whose structure has been read, and answer the doubt whose button was pressed.

        Raises NotPossible; nothing is kept then.
        """
        outcome, wanted = self._answer()
        with transaction.atomic():
            text = checks.yaml_of(data)
            if outcome is None or text != self.version.text or self._edition() != self.version.edition:
                set_save(
                    text=text,
                    unit=None,
                    version=self.version,
                    edition=self._edition(),
                    renamed=renamed,
                    acting=self.request.user,
                )
            if outcome is not None:
                for doubt in self._meant(wanted):
                    doubt_answer(doubt, outcome, acting=self.request.user)
                done = _("Saved. “%(answer)s” is noted with your name.") % {"answer": outcome.label}
                if not outcome:
                    done = _("Saved. The place is doubtful again.")
        messages.success(self.request, done)
        address = reverse("indices:set_edit", args=[self.version.pk])
        if self.tab != "criteria":
            return redirect(f"{address}?tab={self.tab}")
        new = "&new=1" if self.request.POST.get("do") in (*ADDING, "duplicate") else ""
        return redirect(f"{address}?node={place}{new}")

    def _answer(self) -> tuple[SetDoubt.Outcome | None, str]:
        kind, _colon, wanted = self.request.POST.get("do", "").partition(":")
        return (ANSWERS[kind], wanted) if kind in ANSWERS else (None, "")

    def _meant(self, wanted: str) -> QuerySet[SetDoubt]:
        """The doubt a button names; with `all` those of the place that the release waits for."""
        if wanted != "all":
            return self.version.doubts.filter(pk=whole(wanted))
        here = tree.name_of(self.node) if self.tab == "criteria" else ""
        return self.version.doubts.filter(pk__in=[doubt.pk for doubt in self.doubts.at(here) if doubt.hinders])

    def answer_doubts(self) -> HttpResponse:
        """Answer those that were ticked on the release page."""
        outcome = ANSWERS.get(self.request.POST.get("do", ""))
        wanted = [whole(pk) for pk in self.request.POST.getlist("doubt")]
        address = f"{reverse('indices:set_edit', args=[self.version.pk])}?tab=release"
        if outcome is None or not wanted:
            messages.error(self.request, _("Tick the places first, then say what is true of them."))
            return redirect(address)
        try:
            with transaction.atomic():
                answered = [
                    doubt_answer(doubt, outcome, acting=self.request.user)
                    for doubt in self.version.doubts.filter(pk__in=wanted)
                ]
        except NotPossible as error:
            messages.error(self.request, str(error))
            return redirect(address)
        said = ngettext(
            "“%(answer)s” is noted of %(count)s place.", "“%(answer)s” is noted of %(count)s places.", len(answered)
        )
        messages.success(self.request, said % {"answer": outcome.label, "count": len(answered)})
        return redirect(address)

    def _edition(self) -> int:
        return whole(self.request.POST.get("edition", ""))

    def save_node(self) -> HttpResponse:
        post, do = self.request.POST, self.request.POST.get("do", "save")
        if self.node is None or "f-present" not in post:
            return self._arrange(self.data, do) if do in STRUCTURE else self.page()
        conflict = self._edition() != self.version.edition
        if conflict:
            # The place was one of the edition the person saw: the node is found again by its name.
            self._find_again(post.get("name", ""))
        if wish := post.get("row", ""):
            post = arranged(post, wish)
        try:
            node = node_form.take_node(post, self.node, self.place, self.lang)
        except node_form.RuleNotReadable as error:
            return self._unreadable_rule(post, error)
        data = put_in(self.data, self.place, node)
        if wish in ("wording", "pattern"):
            return self._begin(node, wish)
        if wish:
            added = wish.partition(":")[2] if wish.startswith("add:") else ""
            form = node_form.NodeForm(data, self.place, node, self.lang, post=post, more=added)
            focus = _first_of(form.table(added)) if added else ""
            return self.page(form=form, live=live(data, form, self.lang, post), focus=focus, unsaved=True)
        form = node_form.NodeForm(data, self.place, node, self.lang, post=post)
        found = live(data, form, self.lang, post)
        if do == "try":
            form.mark(found["own"])
            return self.page(form=form, live=found, unsaved=True)
        read = checks.read(data, self.lang, whole=False)
        if read.content is None and do != "remove":
            form.mark(list(read.findings))
            wrong = [f for f in read.errors if f.place == self.place] or read.errors
            return self.page(NOT_SAVED, form=form, live=found, wrong=wrong, unsaved=True)
        if do in STRUCTURE:
            return self._arrange(self.data if do == "remove" else data, do, form)
        renamed = {tree.name_of(self.node): tree.name_of(node)}
        place = self._next_place() if do == "next" else self.place
        try:
            return self._keep(checks.to_data(read.content), _("Saved."), place, renamed)
        except NotPossible as error:
            return self._not_possible(error, form, found)

    def _next_place(self) -> str:
        places = [item.place for item in tree.outline(self.data, self.lang)]
        at = places.index(self.place)
        return places[min(at + 1, len(places) - 1)]

    def _begin(self, node: dict, wish: str) -> HttpResponse:
        """Figures and a rule out of the decision's wording or a pattern, in the form and not saved yet."""
        post = self.request.POST
        context: dict = {"unsaved": True, "begun": wish}
        try:
            if wish == "wording":
                node, found = starting.from_wording(node, post.get("wording", ""))
                context["begun_findings"] = [checks.in_forms(p, (), self.data, self.lang) for p in found]
                context["wording"] = post.get("wording", "")
            else:
                node = starting.from_pattern(node, post.get("pattern", ""))
        except BadInput:
            context |= {"begun": "", "wording": post.get("wording", ""), "not_begun": True}
        data = put_in(self.data, self.place, node)
        form = node_form.NodeForm(data, self.place, node, self.lang)
        return self.page(form=form, live=live(data, form, self.lang, None), **context)

    def _find_again(self, name: str) -> None:
        place = tree.find(self.data, name)
        if place:
            self.place, self.node = place, tree.node_at(self.data, place)

    def _unreadable_rule(self, post, error: node_form.RuleNotReadable) -> HttpResponse:
        data = put_in(self.data, self.place, error.node)
        form = node_form.NodeForm(data, self.place, error.node, self.lang, post=post)
        says = [checks.in_text(p, self.lang) for p in error.problems]
        return self.page(NOT_SAVED, form=form, live=live(data, form, self.lang, None), wrong=says, unsaved=True)

    def _not_possible(self, error: NotPossible, form, found) -> HttpResponse:
        self.version.refresh_from_db()
        return self.page(
            NOT_SAVED,
            form=form,
            live=found,
            refused=str(error),
            theirs=checks.yaml_of(self.node) if error.code == "conflict" else "",
            mine=checks.yaml_of(form.node) if error.code == "conflict" else "",
            edition=self.version.edition,
            unsaved=True,
        )

    def _arrange(self, data: dict, do: str, form=None) -> HttpResponse:
        """Add, move or take away a node; what was typed is kept with it."""
        place = self.place
        before = tree.names(self.data)
        renamed = {tree.name_of(self.node): tree.name_of(tree.node_at(data, place))} if form and do != "remove" else {}
        if do == "add_below" and tree.holds_a_rule(tree.node_at(data, place)):
            says = _(
                "This criterion has figures or a rule of its own. Take them away first, or add the new one after it."
            )
            return self.page(NOT_SAVED, form=form, refused=says, unsaved=True)
        done = _("Moved.")
        if do == "duplicate":
            done = _("Copied under the next code; change what differs.")
        if do in ADDING:
            done = _("Added; give it its code, title and rule.")
        if do == "remove":
            done = _("Taken away.")
        match do:
            case "add_below":
                place = tree.add_below(data, place)
            case "add_after":
                place = tree.add_after(data, place)
            case "add_top":
                place = tree.add_below(data, "")
            case "add_adjustment":
                place = tree.add_below(data, "a")
            case "duplicate":
                place = tree.duplicate(data, place)
            case "up" | "down":
                place = tree.move(data, place, -1 if do == "up" else 1)
            case "deeper":
                place = tree.deeper(data, place)
            case "higher":
                place = tree.higher(data, place)
            case "remove":
                place = tree.remove(data, place)
        if do == "remove":
            renamed = dict.fromkeys(before - tree.names(data), "")
        try:
            return self._keep(data, done, place, renamed)
        except NotPossible as error:
            if form is not None and do != "remove":
                return self._not_possible(error, form, live(data, form, self.lang, None))
            self.version.refresh_from_db()
            self.data = checks.data_of(self.version.text) or self.data
            self._find()
            return self.page(NOT_SAVED, refused=str(error))

    def save_set(self) -> HttpResponse:
        post = self.request.POST
        wish = post.get("row", "")
        if wish:
            post = arranged(post, wish)
        data = take_set(post, self.data)
        if wish:
            added = wish.partition(":")[2] if wish.startswith("add:") else ""
            form = SetForm(data, self.lang, more=added)
            return self.page(form=form, focus=_first_of(form.tables.get(added)) if added else "", unsaved=True)
        read = checks.read(data, self.lang, whole=False)
        form = SetForm(data, self.lang)
        if read.content is None:
            form.mark(list(read.findings))
            return self.page(NOT_SAVED, form=form, wrong=read.errors, unsaved=True)
        try:
            return self._keep(checks.to_data(read.content), _("Saved."))
        except NotPossible as error:
            self.version.refresh_from_db()
            conflict = error.code == "conflict"
            head = {
                k: v
                for k, v in (checks.data_of(self.version.text) or {}).items()
                if k not in ("criteria", "adjustments")
            }
            mine = {k: v for k, v in data.items() if k not in ("criteria", "adjustments")}
            return self.page(
                NOT_SAVED,
                form=form,
                refused=str(error),
                theirs=checks.yaml_of(head) if conflict else "",
                mine=checks.yaml_of(mine) if conflict else "",
                edition=self.version.edition,
                unsaved=True,
            )

    def save_text(self, text: str) -> HttpResponse:
        text = text.replace("\r\n", "\n")
        if self.request.POST.get("do") == "try":
            return self.page(text=text, checked=checks.read_text(text, self.lang), unsaved=True)
        try:
            set_save(text=text, unit=None, version=self.version, edition=self._edition(), acting=self.request.user)
        except Unsound:
            checked = checks.read_text(text, self.lang)
            return self.page(NOT_SAVED, text=text, checked=checked, wrong=checked.errors, unsaved=True)
        except NotPossible as error:
            self.version.refresh_from_db()
            return self.page(
                NOT_SAVED,
                text=text,
                refused=str(error),
                theirs=self.version.text if error.code == "conflict" else "",
                edition=self.version.edition,
                unsaved=True,
            )
        messages.success(self.request, _("Saved."))
        return redirect(f"{reverse('indices:set_edit', args=[self.version.pk])}?tab=yaml")


def _first_of(table) -> str:
    """The control to go on typing in, after a row was added: not the number of a part, which may stay empty."""
    if not table or not table.rows:
        return ""
    return next(control.name for control in table.rows[-1].controls if not control.name.endswith("-part"))
