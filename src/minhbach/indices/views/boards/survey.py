"""Results of surveys: for one unit by form, for all of a round from a file; and blocks that were not held."""

from __future__ import annotations

import csv
import io

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from minhbach.indices import figures, queries, rules
from minhbach.indices.actions import opening
from minhbach.indices.actions.criteria import Conflict
from minhbach.indices.actions.survey import COLUMNS, BadResults, survey_enter, survey_import
from minhbach.indices.models import Entry, Round, Score
from minhbach.indices.permissions import MANAGE_ROUND, SURVEY
from minhbach.indices.views.boards.common import coded, lang, visible_entry
from minhbach.indices.views.boards.forms import SurveyFileForm
from minhbach.org.errors import NotPossible
from minhbach.org.files.tables import uploaded
from minhbach.org.permissions import may, needs
from minhbach.scoring.facts import meaning_of
from minhbach.scoring.model import IndicatorSet, Node


def _survey_round(request: HttpRequest, pk: int) -> Round:
    round_ = get_object_or_404(queries.rounds_visible(request.user).select_related("unit"), pk=pk)
    if not may(request.user, SURVEY, round_.unit):
        raise Http404
    return round_


def survey_leaves(indicator_set: IndicatorSet) -> list[Node]:
    return [leaf for leaf in indicator_set.leaves if indicator_set.stream_of(leaf) == "survey"]


def _entries(round_: Round) -> list[Entry]:
    entries = round_.entries.select_related("unit", "set_version").defer("sealed", "parts", "set_version__text")
    return list(entries.order_by("unit__sort_key", "pk"))


def _sets(round_: Round) -> dict[int, IndicatorSet]:
    return {s.set_version_id: figures.set_of(s.set_version) for s in round_.sets.select_related("set_version")}


@require_http_methods(["GET", "HEAD", "POST"])
@needs(SURVEY)
def overview(request: HttpRequest, pk: int) -> HttpResponse:
    """Which units have their survey results; a file brings them for all."""
    round_ = _survey_round(request, pk)
    form = SurveyFileForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            count = survey_import(round_, table=uploaded(form.cleaned_data["file"]), acting=request.user)
        except BadResults as error:
            problems = error.problems
            form.add_error("file", error)
        except NotPossible as error:
            form.add_error("file", str(error))
        else:
            says = ngettext("%(n)s survey criterion was entered.", "%(n)s survey criteria were entered.", count)
            messages.success(request, says % {"n": count})
            return redirect("indices:round_survey", round_.pk)
    sets = _sets(round_)
    done: dict[int, int] = {}
    entered = Score.objects.filter(entry__round=round_, stage=Score.Stage.SURVEY, points__isnull=False)
    for entry_id in entered.values_list("entry_id", flat=True):
        done[entry_id] = done.get(entry_id, 0) + 1
    rows = []
    for entry in _entries(round_):
        indicator_set = sets[entry.set_version_id]
        wanted = len(survey_leaves(indicator_set))
        if wanted:
            absent = [coded(n.code, n.title.in_(lang())) for b in entry.absent if (n := indicator_set.nodes.get(b))]
            rows.append({"entry": entry, "done": done.get(entry.pk, 0), "wanted": wanted, "absent": absent})
    context = {"round": round_, "form": form, "problems": problems, "rows": rows}
    return render(request, "indices/boards/round_survey.html", context)


@needs(SURVEY)
def template(request: HttpRequest, pk: int) -> HttpResponse:
    """A CSV with a row for every survey input of every unit, to be filled in."""
    round_ = _survey_round(request, pk)
    sets = _sets(round_)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*COLUMNS, "meaning"])
    for entry in _entries(round_):
        for leaf in survey_leaves(sets[entry.set_version_id]):
            for key, _type, spec in leaf.fact_keys():
                writer.writerow([entry.unit.code, leaf.id, key, "", meaning_of(leaf, key, spec).in_(lang())])
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="survey-{round_.year}.csv"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@needs(SURVEY)
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """The survey results of one unit, criterion by criterion, and the blocks that were not held."""
    entry = visible_entry(request, pk)
    if not may(request.user, SURVEY, entry.round.unit):
        raise Http404
    indicator_set = figures.set_of(entry.set_version)
    leaves = survey_leaves(indicator_set)
    present = {row.criterion: row for row in entry.scores.filter(stage=Score.Stage.SURVEY)}
    wrong: dict[str, list[str]] = {}
    typed: dict[str, dict[str, str]] = {}
    if request.method == "POST":
        code = request.POST.get("criterion", "")
        if "block" in request.POST:
            return _block(request, entry)
        leaf = next((leaf for leaf in leaves if leaf.id == code), None)
        if leaf is None:
            raise Http404
        typed[code] = {key: request.POST.get(key, "")[:100] for key, _type, _spec in leaf.fact_keys()}
        edition = request.POST.get("edition", "0")
        try:
            survey_enter(
                entry, code, inputs=typed[code], edition=int(edition) if edition.isdigit() else 0, acting=request.user
            )
        except figures.WrongInputs as error:
            names = {key: meaning_of(leaf, key, spec).in_(lang()) for key, _type, spec in leaf.fact_keys()}
            wrong[code] = [
                (f"{names[key]}: " if key in names else "") + says.in_(lang()) for key, says in error.says.items()
            ]
        except Conflict as error:
            wrong[code] = [str(error), _("Saved meanwhile: %(inputs)s") % {"inputs": _written(leaf, error.current)}]
            present[code] = error.current
        except NotPossible as error:
            wrong[code] = [str(error)]
        else:
            messages.success(
                request, _("Saved: %(criterion)s") % {"criterion": coded(leaf.code, leaf.title.in_(lang()))}
            )
            return redirect("indices:entry_survey", entry.pk)
    rows = []
    for number, leaf in enumerate(leaves):
        row = present.get(leaf.id)
        shown = typed.get(leaf.id, row.inputs if row else {})
        rows.append(
            {
                "leaf": leaf,
                "id": f"survey-{number}",
                "label": coded(leaf.code, leaf.title.in_(lang())),
                "row": row,
                "edition": row.edition if row else 0,
                "wrong": wrong.get(leaf.id, []),
                "fields": [
                    {
                        "id": f"s{number}-{n}",
                        "key": key,
                        "label": meaning_of(leaf, key, spec).in_(lang()),
                        "value": shown.get(key, ""),
                    }
                    for n, (key, _type, spec) in enumerate(leaf.fact_keys())
                ],
            }  # fmt: skip
        )
    blocks = [
        {"id": node.id, "label": coded(node.code, node.title.in_(lang())), "held": node.id not in entry.absent}
        for node in indicator_set.nodes.values()
        if node.may_be_absent
    ]
    context = {
        "entry": entry,
        "round": entry.round,
        "rows": rows,
        "blocks": blocks if may(request.user, MANAGE_ROUND, entry.round.unit) else [],
        "locked": rules.why_locked(entry, rules.SURVEY),
        "any_wrong": bool(wrong),
    }
    return render(request, "indices/boards/entry_survey.html", context)


def _written(leaf: Node, score: Score) -> str:
    names = {key: meaning_of(leaf, key, spec).in_(lang()) for key, _type, spec in leaf.fact_keys()}
    return "; ".join(f"{names.get(key, key)} {value}" for key, value in score.inputs.items())


def _block(request: HttpRequest, entry: Entry) -> HttpResponse:
    """Say that a block was held or not. Whoever runs the round."""
    try:
        opening.block_held(
            entry, block=request.POST["block"], held=request.POST.get("held") == "yes", acting=request.user
        )
    except NotPossible as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Saved. The unit's maximum follows."))
    return redirect("indices:entry_survey", entry.pk)
