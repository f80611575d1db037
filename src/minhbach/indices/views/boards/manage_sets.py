"""Which set scores which group, which body appraises what, and which office of a unit answers for what."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from minhbach.indices import figures, queries
from minhbach.indices.actions import preparing
from minhbach.indices.models import Entry, OfficeFor, Round, RoundSet, SetVersion
from minhbach.indices.permissions import MANAGE_ROUND, REVIEW
from minhbach.indices.views.boards.common import coded, group_title, lang
from minhbach.indices.views.boards.forms import BodiesForm, OfficesForm
from minhbach.indices.views.boards.manage import run_round
from minhbach.org.dates import today
from minhbach.org.errors import NotPossible
from minhbach.org.models import RoleGrant, Unit
from minhbach.org.permissions import APPRAISER, may, needs
from minhbach.org.ui.unitfields import found_units
from minhbach.records.problems import BadInput


@require_http_methods(["GET", "HEAD", "POST"])
@needs(MANAGE_ROUND)
def sets(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the set of each unit group."""
    round_ = run_round(request, pk)
    chosen = {s.group: s for s in round_.sets.select_related("set_version")}
    rows = _group_rows(round_, chosen)
    if request.method == "POST":
        try:
            with transaction.atomic():
                for row in rows:
                    _choose(request, round_, row, chosen.get(row["group"]))
        except NotPossible as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The sets are chosen. Now name who appraises what, then choose the units."))
            return redirect("indices:round_manage", round_.pk)
        return redirect("indices:round_sets", round_.pk)
    return render(request, "indices/boards/round_sets.html", {"round": round_, "rows": rows})


def _group_rows(round_: Round, chosen: dict[str, RoundSet]) -> list[dict]:
    """Every group among the units around, with the released sets made for it."""
    counts: dict[str, int] = {}
    for group in queries.candidates(round_).values_list("group", flat=True):
        counts[group] = counts.get(group, 0) + 1
    versions = [(v, s) for v in SetVersion.objects.filter(is_draft=False) if (s := _read(v)) is not None]
    rows = []
    for group in sorted(set(counts) | set(chosen)):
        able = [(v, s) for v, s in versions if not s.applies_to or group in s.applies_to]
        title = next((group_title(s, group) for _v, s in able if group in s.groups), group)
        rows.append(
            {
                "group": group,
                "title": title,
                "count": counts.get(group, 0),
                "options": [v for v, _s in able],
                "chosen": chosen.get(group),
                "id": f"set-{len(rows)}",
            }
        )
    return rows


def _read(version: SetVersion):
    try:
        return figures.set_of(version)
    except BadInput:  # what cannot be read any more is not offered
        return None


def _choose(request: HttpRequest, round_: Round, row: dict, present: RoundSet | None) -> None:
    wanted = request.POST.get(f"set:{row['group']}", "")
    version = next((v for v in row["options"] if str(v.pk) == wanted), None)
    if version is None and present is not None and not wanted:
        preparing.round_set_drop(round_, group=row["group"], acting=request.user)
    elif version is not None and (present is None or present.set_version_id != version.pk):
        preparing.round_set_assign(round_, group=row["group"], set_version=version, acting=request.user)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(MANAGE_ROUND)
def bodies(request: HttpRequest, pk: int, group: str) -> HttpResponse:
    """Name the body that appraises each part or criterion; what is not named is appraised like what it is part of."""
    round_ = run_round(request, pk)
    round_set = get_object_or_404(round_.sets.select_related("set_version"), group=group)
    indicator_set = figures.set_of(round_set.set_version)
    present = {field.node: field.body for field in round_set.fields.select_related("body")}
    appraising = RoleGrant.objects.on(today()).filter(role=APPRAISER)
    able = Unit.objects.filter(
        Q(pk__in=appraising.values("unit")) | Q(pk=round_.unit_id) | Q(pk__in=[b.pk for b in present.values()])
    ).order_by("path")
    form = BodiesForm(
        request.POST if request.method == "POST" else None,
        nodes=indicator_set.nodes.values(),
        tops=[node.id for node in (*indicator_set.criteria, *indicator_set.adjustments)],
        able=able,
        runs=round_.unit,
        initial={f"body:{node}": body for node, body in present.items()},
    )
    if answer := found_units(request, form):
        return answer
    if request.method == "POST" and form.is_valid():
        try:
            preparing.round_set_assign(
                round_, group=group, set_version=round_set.set_version, fields=form.bodies(), acting=request.user
            )
        except NotPossible as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The appraising bodies are named."))
            return redirect("indices:round_manage", round_.pk)
    parts: dict[str, dict] = {}
    for node in indicator_set.nodes.values():
        depth, top = 0, node.id
        while top in indicator_set.parents:
            depth, top = depth + 1, indicator_set.parents[top]
        row = {
            "label": coded(node.code, node.title.in_(lang())),
            "bound": form[f"body:{node.id}"],
            "depth": depth,
            "body": present.get(node.id),
            "says": indicator_set.appraisers[node.appraised_by].in_(lang())
            if node.appraised_by in indicator_set.appraisers
            else "",
        }
        if depth == 0:
            parts[top] = {"row": row, "inner": [], "named": False}
        else:
            parts[top]["inner"].append(row)
            parts[top]["named"] |= row["body"] is not None or bool(row["bound"].errors)
    context = {
        "round": round_,
        "group_title": group_title(indicator_set, group),
        "set": round_set.set_version,
        "parts": list(parts.values()),
        "form": form,
        "open": round_.status == Round.Status.DRAFT,
    }
    return render(request, "indices/boards/round_bodies.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(REVIEW)
def offices(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which offices of a unit answer for the codes its sets name as responsible."""
    unit = get_object_or_404(Unit.objects.on(today()), pk=pk)
    if not may(request.user, REVIEW, unit):
        raise Http404
    titles = _codes(unit)
    present: dict[str, list[Unit]] = {}
    for row in OfficeFor.objects.filter(unit=unit).select_related("office").order_by("pk"):
        present.setdefault(row.code, []).append(row.office)
        titles.setdefault(row.code, row.code)
    form = OfficesForm(
        request.POST if request.method == "POST" else None,
        codes=titles,
        able=Unit.objects.within(unit).on(today()).order_by("group", "path"),
        initial={f"lead:{code}": offices[0] for code, offices in present.items()}
        | {f"with:{code}": offices[1:] for code, offices in present.items()},
    )
    if answer := found_units(request, form):
        return answer
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            for code in titles:
                wanted = form.offices(code)
                if wanted != present.get(code, []):
                    preparing.office_answer_for(unit, code=code, offices=wanted, acting=request.user)
        messages.success(request, _("Saved. Rounds opened from now on give the criteria to these offices."))
        return redirect("indices:unit_offices", unit.pk)
    rows = [
        {
            "code": code,
            "title": title,
            "lead": form[f"lead:{code}"],
            "others": form[f"with:{code}"],
            "more": bool(present.get(code, [])[1:] or form[f"with:{code}"].errors),
        }
        for code, title in titles.items()
    ]
    running = unit.entries.filter(
        round__status=Round.Status.OPEN, status__in=[Entry.Status.SCORING, Entry.Status.REVIEW]
    ).select_related("round")
    context = {"unit": unit, "rows": rows, "form": form, "running": running}
    return render(request, "indices/boards/unit_offices.html", context)


def _codes(unit: Unit) -> dict[str, str]:
    """Codes that the sets of the unit's group name as responsible, with their titles."""
    found: dict[str, str] = {}
    chosen = (
        RoundSet.objects.filter(group=unit.group)
        .exclude(group="")
        .select_related("set_version")
        .order_by("-round__year", "-pk")[:3]
    )
    for round_set in chosen:
        for code, title in figures.set_of(round_set.set_version).responsibles.items():
            found.setdefault(code, title.in_(lang()))
    return found
