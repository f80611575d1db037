"""The editor of a draft: one node at a time, the set's own fields, the whole text, and the release."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from minhbach.indices import set_page
from minhbach.indices.actions.sets import Unsound, set_discard, set_release, set_save
from minhbach.indices.models import SetVersion
from minhbach.indices.permissions import EDIT_SETS
from minhbach.indices.set_forms import checks, node_form, rules, tree
from minhbach.indices.set_forms.set_form import SetForm, take_set
from minhbach.indices.views.sets.page import whole
from minhbach.org.errors import NotPossible
from minhbach.org.permissions import needs, visible
from minhbach.org.ui.figures import language
from minhbach.scoring.problems import BadInput

TABS = ("criteria", "set", "yaml", "release")
NOT_SAVED = 422
STRUCTURE = ("add_below", "add_after", "add_top", "add_adjustment", "up", "down", "deeper", "higher", "remove")


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
    return editor.save_node()


class Editor:
    """One request to the editor."""

    def __init__(self, request: HttpRequest, version: SetVersion, tab: str):
        self.request, self.version, self.tab, self.lang = request, version, tab, language()
        self.data = checks.data_of(version.text)
        if self.data is None and tab in ("criteria", "set"):
            self.tab = "yaml"  # a text that is no set can only be put right as text
        self.place = request.GET.get("node", "")
        if self.data is not None and self.tab == "criteria":
            self._find()

    def _find(self) -> None:
        code = self.request.GET.get("code", "")
        if code:
            self.place = tree.find(self.data, code)
        try:
            self.node = tree.node_at(self.data, self.place)
        except tree.NoSuchNode:
            items = tree.outline(self.data, self.lang)
            self.place = items[0].place if items else ""
            self.node = tree.node_at(self.data, self.place) if items else None

    # Pages --------------------------------------------------------------------------------------------------

    def page(self, status: int = 200, **more) -> HttpResponse:
        version = self.version
        context = {
            "version": version,
            "tab": self.tab,
            "tabs": self._tabs(),
            "edition": version.edition,
            "place": self.place,
            "data": self.data,
            "checked": checks.read_text(version.text, self.lang),
        }
        if self.data is not None:
            context["outline"] = tree.outline(self.data, self.lang)
        if self.tab == "criteria" and self.data is not None and self.node is not None:
            context |= self._node_context(more)
        if self.tab == "set":
            context["form"] = more.get("form") or SetForm(self.data, self.lang)
        if self.tab == "yaml":
            context["text"] = more.get("text", version.text)
        if self.tab == "release":
            context["findings"] = (
                checks.read(self.data, self.lang).findings if self.data else context["checked"].findings
            )
        return render(self.request, f"indices/sets/edit_{self.tab}.html", {**context, **more}, status=status)

    def _tabs(self) -> list[dict]:
        address = reverse("indices:set_edit", args=[self.version.pk])
        labels = {
            "criteria": _("Criteria"),
            "set": _("The set itself"),
            "yaml": _("As text (YAML)"),
            "release": _("Check and release"),
        }
        return [
            {
                "label": label,
                "url": address if tab == "criteria" else f"{address}?tab={tab}",
                "current": tab == self.tab,
            }
            for tab, label in labels.items()
            if self.data is not None or tab in ("yaml", "release")
        ]

    def _node_context(self, more: dict) -> dict:
        if more.get("form"):
            return {"form": more["form"], "live": more.get("live") or live(self.data, more["form"], self.lang, None)}
        form = node_form.NodeForm(self.data, self.place, self.node, self.lang)
        found = live(self.data, form, self.lang, None)
        form.mark(found["own"])
        return {"form": form, "live": found}

    # Saving -------------------------------------------------------------------------------------------------

    def _keep(self, data: dict, done: str, place: str = "") -> HttpResponse:
        """Save plain data whose structure has been read. Raises NotPossible."""
        text = checks.yaml_of(data)
        version = set_save(
            text=text, unit=None, version=self.version, edition=self._edition(), acting=self.request.user
        )
        messages.success(self.request, done)
        address = reverse("indices:set_edit", args=[version.pk])
        return redirect(f"{address}?tab={self.tab}" if self.tab != "criteria" else f"{address}?node={place}")

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
            post = node_form.changed_rows(post, wish)
        try:
            node = node_form.take_node(post, self.node, self.place, self.lang)
        except rules.NotReadable as error:
            return self._unreadable_rule(post, error)
        data = _with(self.data, self.place, node)
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
        if read.indicator_set is None and do != "remove":
            form.mark(list(read.findings))
            wrong = [f for f in read.errors if f.place == self.place] or read.errors
            return self.page(NOT_SAVED, form=form, live=found, wrong=wrong, unsaved=True)
        if do in STRUCTURE:
            return self._arrange(self.data if do == "remove" else data, do, form)
        try:
            return self._keep(checks.to_data(read.indicator_set), _("Saved."), self.place)
        except NotPossible as error:
            return self._not_possible(error, form, found)

    def _find_again(self, name: str) -> None:
        place = tree.find(self.data, name)
        if place:
            self.place, self.node = place, tree.node_at(self.data, place)

    def _unreadable_rule(self, post, error: rules.NotReadable) -> HttpResponse:
        form = node_form.NodeForm(self.data, self.place, self.node, self.lang, post=post)
        says = [checks._finding(p, self.lang, ()) for p in error.problems]
        return self.page(NOT_SAVED, form=form, live=live(self.data, form, self.lang, None), wrong=says, unsaved=True)

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
        if do == "add_below" and tree.holds_a_rule(tree.node_at(data, place)):
            says = _(
                "This criterion has figures or a rule of its own. Take them away first, or add the new one after it."
            )
            return self.page(NOT_SAVED, form=form, refused=says, unsaved=True)
        done = _("Moved.")
        if do in ("add_below", "add_after", "add_top", "add_adjustment"):
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
            case "up" | "down":
                place = tree.move(data, place, -1 if do == "up" else 1)
            case "deeper":
                place = tree.deeper(data, place)
            case "higher":
                place = tree.higher(data, place)
            case "remove":
                place = tree.remove(data, place)
        try:
            return self._keep(data, done, place)
        except NotPossible as error:
            self.version.refresh_from_db()
            self.data = checks.data_of(self.version.text) or self.data
            self._find()
            return self.page(NOT_SAVED, refused=str(error))

    def save_set(self) -> HttpResponse:
        post = self.request.POST
        wish = post.get("row", "")
        if wish:
            post = node_form.changed_rows(post, wish)
        data = take_set(post, self.data)
        if wish:
            added = wish.partition(":")[2] if wish.startswith("add:") else ""
            form = SetForm(data, self.lang, more=added)
            return self.page(form=form, focus=_first_of(form.tables.get(added)) if added else "", unsaved=True)
        read = checks.read(data, self.lang, whole=False)
        form = SetForm(data, self.lang)
        if read.indicator_set is None:
            form.mark(list(read.findings))
            return self.page(NOT_SAVED, form=form, wrong=read.errors, unsaved=True)
        try:
            return self._keep(checks.to_data(read.indicator_set), _("Saved."))
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
    """The control to go on typing in, after a row was added."""
    return table.rows[-1].controls[0].name if table and table.rows else ""


def _with(data: dict, place: str, node: dict) -> dict:
    """The data with another node at the place; the old data stays as it is."""
    changed = checks.copied(data)
    old = tree.node_at(changed, place)
    old.clear()
    old.update(node)
    return changed


def live(data: dict, form, lang: str, post) -> dict:
    """What the panel beside the form says: the rule in words, what is wrong, the examples, and what was tried out."""
    checked = checks.read(data, lang)
    found = {"own": checked.at(form.place), "others": checked.elsewhere(form.place), "row": None, "tried": None}
    if checked.indicator_set is None:
        return found
    node = checked.indicator_set.nodes.get(form.name)
    if node is None:
        return found
    found["row"] = set_page.row_of(checked.indicator_set, node, lang, below=False)
    if post is not None and node.is_leaf:
        given = node_form.take_facts(post, "try-given.", form.node)
        if given:
            groups = checked.indicator_set.applies_to
            group = post.get("try-group", "") or (groups[0] if len(groups) == 1 else "")
            found["tried"] = checks.try_out(checked.indicator_set, node, given, group, lang)
    return found


@needs(EDIT_SETS)
@require_POST
def set_check(request: HttpRequest, pk: int) -> HttpResponse:
    """The panel beside the form, for what is typed at this moment. Saves nothing."""
    version = editable(request, pk)
    lang = language()
    if "text" in request.POST:
        checked = checks.read_text(request.POST["text"].replace("\r\n", "\n"), lang)
        return render(request, "indices/sets/findings.html", {"findings": checked.findings, "lines": True})
    data = checks.data_of(version.text)
    try:
        place = request.GET.get("node", "")
        if data is None:
            raise Http404
        old = tree.node_at(data, place)
        node = node_form.take_node(request.POST, old, place, lang)
    except tree.NoSuchNode as error:
        raise Http404 from error
    except rules.NotReadable as error:
        says = [checks._finding(p, lang, ()) for p in error.problems]
        return render(request, "indices/sets/live.html", {"live": {"own": says}, "version": version})
    data = _with(data, place, node)
    form = node_form.NodeForm(data, place, node, lang, post=request.POST)
    context = {"live": live(data, form, lang, request.POST), "version": version, "form": form}
    return render(request, "indices/sets/live.html", context)


@needs(EDIT_SETS)
@require_POST
def release(request: HttpRequest, pk: int) -> HttpResponse:
    version = editable(request, pk)
    try:
        set_release(version, acting=request.user)
    except (NotPossible, BadInput) as error:
        messages.error(request, str(error))
        return redirect(f"{reverse('indices:set_edit', args=[pk])}?tab=release")
    messages.success(request, _("Released. It can be used in rounds and everybody can read it."))
    return redirect("indices:set", pk=pk)


@needs(EDIT_SETS)
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    version = editable(request, pk)
    try:
        set_discard(version, acting=request.user)
    except NotPossible as error:
        messages.error(request, str(error))
        return redirect("indices:set", pk=pk)
    messages.success(request, _("The draft has been thrown away."))
    return redirect("indices:sets")
