"""Steps of a draft: checked while it is typed, released, thrown away."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from minhbach.indices.actions.sets import set_discard, set_release
from minhbach.indices.permissions import EDIT_SETS
from minhbach.indices.set_forms import checks, node_form, tree
from minhbach.indices.set_forms.live import live, put_in
from minhbach.indices.views.sets.editor import editable
from minhbach.org.errors import NotPossible
from minhbach.org.permissions import needs
from minhbach.org.ui.figures import language
from minhbach.records.problems import BadInput


@needs(EDIT_SETS)
@require_POST
def set_check(request: HttpRequest, pk: int) -> HttpResponse:
    """The panel beside the form, for what is typed at this moment. Saves nothing."""
    version = editable(request, pk)
    lang = language()
    if "text" in request.POST:
        checked = checks.read_text(request.POST["text"].replace("\r\n", "\n"), lang)
        return render(request, "ui/records/findings.html", {"findings": checked.findings, "lines": True})
    data = checks.data_of(version.text)
    try:
        place = request.GET.get("node", "")
        if data is None:
            raise Http404
        old = tree.node_at(data, place)
        node = node_form.take_node(request.POST, old, place, lang)
    except tree.NoSuchNode as error:
        raise Http404 from error
    except node_form.RuleNotReadable as error:
        says = [checks.in_text(p, lang) for p in error.problems]
        return render(request, "indices/sets/live.html", {"live": {"own": says}, "version": version})
    data = put_in(data, place, node)
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
