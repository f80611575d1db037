"""The bell: what a person should know of, read and chosen."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from minhbach.dossiers.models import Dossier
from minhbach.dossiers.permissions import SEE
from minhbach.dossiers.queries import dossiers_seen
from minhbach.org.permissions import needs
from minhbach.workspace.actions.notices import choice_set, notices_read
from minhbach.workspace.models import Kind, Notice, NoticeChoice

ROWS = 30
STATES = {Kind.LATE: "bad", Kind.DUE: "warn", Kind.ANSWERED: "ok"}


class Choice(forms.Form):
    shown = forms.MultipleChoiceField(
        label=gettext_lazy("Show in the application"),
        required=False,
        choices=Kind.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    mailed = forms.MultipleChoiceField(
        label=gettext_lazy("Send by e-mail at once"),
        help_text=gettext_lazy("Only what is shown in the application, too. E-mails hold no personal data."),
        required=False,
        choices=Kind.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    digest = forms.BooleanField(
        label=gettext_lazy("Each working morning, one e-mail with what is late or due that day"), required=False
    )


@needs(SEE)
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """The newest first, read on by key. Of a dossier that the person no longer sees, nothing is told."""
    own = Notice.objects.filter(person=request.user.person_id)
    after = request.GET.get("after", "")
    if after:
        if not after.isdecimal() or len(after) > 18:
            raise BadRequest
        own = own.filter(pk__lt=int(after))
    found = list(own.select_related("dossier").order_by("-id")[: ROWS + 1])
    more, found = len(found) > ROWS, found[:ROWS]
    seen = dossiers_seen(request.user).filter(pk__in={notice.dossier_id for notice in found})
    versions = {dossier.pk: dossier for dossier in seen.select_related("version").defer("version__content")}
    rows = [
        {
            "notice": notice,
            "dossier": versions.get(notice.dossier_id),
            "kind": STATES.get(Kind(notice.kind), "info"),
        }
        for notice in found
    ]
    context = {"rows": rows, "unread": any(notice.read_at is None for notice in found)}
    return render(
        request,
        "workspace/notices.html",
        {**context, "next": f"?after={found[-1].pk}" if more else "", "start": "?" if after else ""},
    )


@needs(SEE)
@require_POST
def notice_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark it as read, and go to its dossier."""
    code = (
        Dossier.objects.filter(pk__in=Notice.objects.filter(pk=pk, person=request.user.person_id).values("dossier"))
        .values_list("code", flat=True)
        .first()
    )
    if code is None:
        raise Http404(_("This notice is gone, or it is not yours."))
    notices_read([pk], acting=request.user)
    return redirect("dossiers:dossier", code)


@needs(SEE)
@require_POST
def notice_all_read(request: HttpRequest) -> HttpResponse:
    notices_read(acting=request.user)
    return redirect("workspace:notices")


@needs(SEE)
@require_http_methods(["GET", "HEAD", "POST"])
def notice_choice(request: HttpRequest) -> HttpResponse:
    """How one wants to be told."""
    kept = NoticeChoice.objects.filter(person=request.user.person_id).first() or NoticeChoice()
    initial = {
        "shown": [kind for kind in Kind.values if kind not in kept.muted],
        "mailed": kept.mailed,
        "digest": kept.digest,
    }
    form = Choice(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        choice_set(**form.cleaned_data, acting=request.user)
        messages.success(request, _("Your choice is kept."))
        return redirect("workspace:notices")
    context = {"form": form, "email": request.user.person.email}
    return render(request, "workspace/notice_choice.html", context, status=422 if form.is_bound else 200)
