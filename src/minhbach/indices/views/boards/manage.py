"""Preparing and running a round: dates, sets, units, reopening, closing, publishing."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from minhbach.indices import figures, progress, queries
from minhbach.indices.actions import concluding, opening, preparing, publishing
from minhbach.indices.models import Entry, Reopening, Round
from minhbach.indices.permissions import MANAGE_ROUND
from minhbach.indices.views.boards.common import capital, group_title, round_tag, status_tag
from minhbach.indices.views.boards.forms import (
    DatesForm,
    LiveShownForm,
    PublishForm,
    ReopenForm,
    RoundForm,
    ShownForm,
    UnitsForm,
)
from minhbach.org.dates import today, years_on
from minhbach.org.errors import NotPossible
from minhbach.org.permissions import may, needs, units_where
from minhbach.org.ui.unitfields import found_units


def run_round(request: HttpRequest, pk: int) -> Round:
    """A round this person runs, with its open data, else 404."""
    round_ = get_object_or_404(
        queries.rounds_visible(request.user).select_related("unit", "previous", "publication__stored"), pk=pk
    )
    if not may(request.user, MANAGE_ROUND, round_.unit):
        raise Http404
    return round_


@require_http_methods(["GET", "HEAD", "POST"])
@needs(MANAGE_ROUND)
def new(request: HttpRequest) -> HttpResponse:
    """Prepare a round."""
    units = units_where(request.user, MANAGE_ROUND).on(today()).order_by("path")
    before = queries.rounds_visible(request.user).filter(unit__in=units.values("pk")).order_by("-year")
    last = before.exclude(status=Round.Status.DRAFT).first()
    initial = {"year": today().year, "unit": units.first(), "previous": last}
    if last is not None:  # the same days a year later are the likeliest
        initial |= {name: getattr(last, name) + timedelta(days=364) for name in preparing.DATES}
        initial["year"] = last.year + 1
        if last.period != preparing.calendar_year(last.year):  # a school year again
            initial |= {name: years_on(getattr(last, name), 1) for name in preparing.PERIOD}
    form = RoundForm(request.POST if request.method == "POST" else None, units=units, rounds=before, initial=initial)
    if answer := found_units(request, form):
        return answer
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            round_ = preparing.round_prepare(
                unit=data["unit"],
                title=data["title"],
                title_en=data["title_en"],
                year=data["year"],
                dates=form.dates,
                period=form.period(data["year"]),
                previous=data["previous"],
                carried_forward=data["carried_forward"],
                appraisal_shown=data["appraisal_shown"],
                note=data["note"],
                acting=request.user,
            )
        except NotPossible as error:
            place = {"no_title": "title", "taken": "title", "period": "counts_to"}.get(error.code)
            form.add_error(place, error)
        else:
            messages.success(request, _("The round is prepared. Now choose its sets."))
            return redirect("indices:round_sets", round_.pk)
    return render(request, "indices/boards/round_new.html", {"form": form})


@needs(MANAGE_ROUND)
def manage(request: HttpRequest, pk: int) -> HttpResponse:
    """What is settled, what is to do, and the one next step."""
    round_ = run_round(request, pk)
    sets = list(round_.sets.select_related("set_version").annotate(named=Count("fields")))
    entries = list(round_.entries.select_related("unit").defer("sealed", "parts").order_by("unit__sort_key", "pk"))
    for entry in entries:
        entry.round = round_
    begun = [e for e in entries if e.status not in (Entry.Status.CONCLUDED, *progress.BEFORE_SUBMISSION)]
    silent = [e for e in entries if e.status in progress.BEFORE_SUBMISSION]
    has_surveys = any(
        indicator_set.stream_of(leaf) == "survey"
        for indicator_set in (figures.set_of(s.set_version) for s in sets)
        for leaf in indicator_set.leaves
    )
    return render(
        request,
        "indices/boards/manage.html",
        {
            "round": round_,
            "tag": round_tag(round_),
            "timeline": progress.timeline(round_),
            "sets": [{"chosen": s, "title": group_title(figures.set_of(s.set_version), s.group)} for s in sets],
            "groups": "; ".join(group_title(figures.set_of(s.set_version), s.group) for s in sets),
            "entries": entries,
            "begun": [{"entry": e, "tag": status_tag(e.status)} for e in begun],
            "silent": [{"entry": e, "tag": status_tag(e.status)} for e in silent],
            "concluded": len(entries) - len(begun) - len(silent),
            "has_surveys": has_surveys,
            "reopenings": Reopening.objects.filter(entry__round=round_, until__gte=timezone.now()).count(),
            "publish_form": PublishForm(),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs(MANAGE_ROUND)
def dates(request: HttpRequest, pk: int) -> HttpResponse:
    """Change when the stages begin and end."""
    round_ = run_round(request, pk)
    form = DatesForm(
        request.POST if request.method == "POST" else None,
        initial={name: getattr(round_, name) for name in (*preparing.PERIOD, *preparing.DATES)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            period = form.period(round_.year)
            preparing.round_dates_change(round_, dates=form.dates, period=period, acting=request.user)
        except NotPossible as error:
            form.add_error("counts_to" if error.code == "period" else None, error)
        else:
            messages.success(request, _("The dates are changed."))
            return redirect("indices:round_manage", round_.pk)
    return render(request, "indices/boards/round_dates.html", {"round": round_, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(MANAGE_ROUND)
def shown(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose when units see their appraisal points."""
    round_ = run_round(request, pk)
    form = ShownForm(
        request.POST if request.method == "POST" else None, initial={"appraisal_shown": round_.appraisal_shown}
    )
    if request.method == "POST" and form.is_valid():
        try:
            preparing.round_shown_change(round_, shown=form.cleaned_data["appraisal_shown"], acting=request.user)
        except NotPossible as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved. It holds from now on."))
            return redirect("indices:round_manage", round_.pk)
    return render(request, "indices/boards/round_shown.html", {"round": round_, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(MANAGE_ROUND)
def live_shown(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose whether everybody sees the live index."""
    round_ = run_round(request, pk)
    form = LiveShownForm(request.POST if request.method == "POST" else None, initial={"live_shown": round_.live_shown})
    if request.method == "POST" and form.is_valid():
        try:
            preparing.round_live_shown_change(round_, shown=form.cleaned_data["live_shown"], acting=request.user)
        except NotPossible as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved. It holds from now on."))
            return redirect("indices:round_manage", round_.pk)
    return render(request, "indices/boards/round_live_shown.html", {"round": round_, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(MANAGE_ROUND)
def units(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the units and open the round."""
    round_ = run_round(request, pk)
    if round_.status != Round.Status.DRAFT:
        return redirect("indices:round_manage", round_.pk)
    sets = {s.group: figures.set_of(s.set_version) for s in round_.sets.select_related("set_version")}
    groups = {code: group_title(sets[code], code) for code in sorted(sets)}
    form = UnitsForm(
        request.POST if request.method == "POST" else None,
        groups=groups,
        able=queries.candidates(round_),
        body=round_.unit,
    )
    if answer := found_units(request, form):
        return answer
    if request.method == "POST" and form.is_valid():
        try:
            entries = opening.round_open(round_, units=form.cleaned_data["units"], acting=request.user)
        except NotPossible as error:
            form.add_error(None, error)
        else:
            count = len(entries)
            messages.success(
                request,
                ngettext("The round is open for %(n)s unit.", "The round is open for %(n)s units.", count)
                % {"n": count},
            )
            return redirect("indices:round", round_.pk)
    context = {"round": round_, "form": form, "sets": sets}
    return render(request, "indices/boards/round_units.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(MANAGE_ROUND)
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Give one unit more time at a stage."""
    round_ = run_round(request, pk)
    initial = {"unit": request.GET.get("unit", ""), "stage": Round.Stage.SELF}
    form = ReopenForm(request.POST if request.method == "POST" else None, round_=round_, initial=initial)
    if answer := found_units(request, form):
        return answer
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            entry = round_.entries.get(unit=data["unit"])
            opening.stage_reopen(
                entry, stage=data["stage"], until=data["until"], reason=data["reason"], acting=request.user
            )
        except NotPossible as error:
            field = {"needs_reason": "reason", "in_the_past": "until"}.get(error.code, "stage")
            form.add_error(field, error)
        else:
            messages.success(request, _("%(unit)s may work on this stage again.") % {"unit": data["unit"]})
            return redirect("indices:round_reopen", round_.pk)
    given = [
        {"row": row, "stage": capital(Round.Stage(row.stage).label)}
        for row in Reopening.objects.filter(entry__round=round_).select_related("entry__unit").order_by("-at")
    ]
    context = {"round": round_, "form": form, "given": given, "now": timezone.now()}
    return render(request, "indices/boards/round_reopen.html", context)


@require_POST
@needs(MANAGE_ROUND)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Conclude the round: ranks and reasons are sealed."""
    round_ = run_round(request, pk)
    try:
        concluding.round_close(round_, acting=request.user)
    except NotPossible as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The round is concluded. Look at the ranking, then publish it."))
    return redirect("indices:round_manage", round_.pk)


@require_POST
@needs(MANAGE_ROUND)
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the results public."""
    round_ = run_round(request, pk)
    form = PublishForm(request.POST)
    decision = form.cleaned_data["decision"] if form.is_valid() else ""
    if form.errors:
        messages.error(request, " ".join(form.errors["decision"]))
        return redirect("indices:round_manage", round_.pk)
    try:
        publishing.round_publish(round_, decision=decision, acting=request.user)
    except NotPossible as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The results are published. Anyone can read them now."))
    return redirect("indices:round_manage", round_.pk)
