"""What if: other figures in place of an entry's, answered at once and never saved."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from minhbach.indices import queries, trials
from minhbach.indices.views.boards.common import address, coded, lang, visible_entry
from minhbach.indices.views.boards.ranking import stage_labels
from minhbach.org.permissions import asks
from minhbach.org.ui.figures import date_short
from minhbach.scoring.facts import FactError, fact_text, meaning_of, read_fact
from minhbach.scoring.model import Input, Node

PREFIX = "x"
YES, NO = ("yes", "1", "true", "có", "co", "x", "y", "đúng"), ("no", "0", "false", "không", "khong", "n", "sai")


@require_http_methods(["GET", "HEAD", "POST"])
@asks("entries_visible from inside, not by publication alone; criteria_visible; totals only when seen whole")
def what_if(request: HttpRequest, pk: int) -> HttpResponse:
    """The figures as they are, or (POST) as tried; htmx asks for the answer alone. Nothing is saved."""
    entry = visible_entry(request, pk)
    if not queries.sees_inside(request.user, entry):
        raise Http404
    start = trials.base(request.user, entry)
    if not start.leaves:
        raise Http404
    typed = _typed(request, start) if request.method == "POST" else {}
    trial = trials.attempt(start, typed)
    if start.whole:
        trial = trials.ranked(request.user, start, trial)
    context = {
        "entry": entry,
        "round": entry.round,
        "start": start,
        "trial": trial,
        "stage_label": stage_labels()[start.stage],
        "difference": (trial.result.score or Fraction(0)) - (start.result.score or Fraction(0)),
        "changed": [_row(outcome) for outcome in trial.changed],
        "wrong": [_row(outcome) for outcome in trial.outcomes.values() if outcome.wrong],
        "left_out": [coded(leaf.code, leaf.title.in_(lang())) for leaf in trials.left_out(start) if start.whole],
        "parts": _parts(start, trial, typed, with_fields=not request.htmx),
        "tried": request.method == "POST",
    }
    if request.htmx:
        return render(request, "indices/boards/_what_if_answer.html", context)
    return render(request, "indices/boards/what_if.html", context)


def _typed(request: HttpRequest, start: trials.Base) -> dict[str, dict[str, str]]:
    """What was sent for the inputs the person may try; anything else is not looked at."""
    typed: dict[str, dict[str, str]] = {}
    for leaf in start.leaves:
        for key, type_, _spec in trials.fields_of(leaf):
            text = request.POST.get(f"{PREFIX}:{leaf.id}:{key}")
            if text is not None:
                if type_ == "rate" and text.strip() and text.strip()[-1].isdigit():
                    text = f"{text.strip()}%"
                typed.setdefault(leaf.id, {})[key] = text[:100]
    return typed


def _row(outcome: trials.Outcome) -> dict:
    return {
        "outcome": outcome,
        "label": coded(outcome.node.code, outcome.node.title.in_(lang())),
        "says": [text.in_(lang()) for text in outcome.wrong.values()],
    }


def _parts(start: trials.Base, trial: trials.Trial, typed: dict, *, with_fields: bool) -> list[dict]:
    """The criteria under their parts, each with its inputs and its outcome."""
    parents, nodes = start.indicator_set.parents, start.indicator_set.nodes
    found: dict[str, dict] = {}
    for number, leaf in enumerate(start.leaves):
        top = leaf.id
        while top in parents:
            top = parents[top]
        part = nodes[top]
        row = _row(trial.outcomes[leaf.id]) | {"number": number, "url": address("criterion", start.entry.pk, leaf.id)}
        if with_fields:
            row["fields"] = _fields(start, leaf, number, typed.get(leaf.id))
        part_row = found.setdefault(part.id, {"label": coded(part.code, part.title.in_(lang())), "rows": []})
        part_row["rows"].append(row)
    return list(found.values())


def _fields(start: trials.Base, leaf: Node, number: int, typed: dict[str, str] | None) -> list[dict]:
    present = start.typed.get(leaf.id, {})
    keys = trials.fields_of(leaf)
    return [
        _field(leaf, number, place, key, type_, spec, str((present if typed is None else typed).get(key, "")), present)
        for place, (key, type_, spec) in enumerate(keys)
    ]


def _field(
    leaf: Node, number: int, place: int, key: str, type_: str, spec: Input | None, value: str, present: dict
) -> dict:
    """One input as the page draws it: a choice, a date, or a number with its slider."""
    field = {
        "name": f"{PREFIX}:{leaf.id}:{key}",
        "id": f"i{number}-{place}",
        # What can be chosen stands in the list itself.
        "label": (spec.title if spec and type_ in ("bool", "grade") else meaning_of(leaf, key, spec)).in_(lang()),
        "unit": spec.unit.in_(lang()) if spec and spec.unit else "",
        "value": value,
        "now": str(present.get(key, "")),
        "kind": type_,
    }
    if type_ == "bool":
        low = value.lower()
        chosen = "yes" if low in YES else "no" if low in NO else value
        field["options"] = [("", _("not given")), ("yes", _("Yes")), ("no", _("No"))]
        if chosen not in ("", "yes", "no"):
            field["options"].append((chosen, chosen))
        field["value"] = chosen
    elif type_ == "grade" and spec:
        field["options"] = [("", _("not given")), *((code, o.title.in_(lang())) for code, o in spec.options.items())]
        if value and value not in spec.options:
            field["options"].append((value, value))
    elif type_ == "date":
        field["value"] = _day(value)
    else:
        if type_ == "count":
            field |= {"value": _ungrouped(value), "now": _ungrouped(field["now"])}
        field |= _slider(leaf, number, type_, spec, field["now"], present)
    return field


def _ungrouped(text: str) -> str:
    """A count as its slider reads it: 1250, however the thousands were grouped."""
    try:
        fact = read_fact(text, "count")
    except FactError:
        return text
    return fact_text(fact) if isinstance(fact, Fraction) else text


def _day(text: str) -> str:
    """A date as people write it here; what is no date stays as it was typed."""
    try:
        return date_short(date.fromisoformat(text))
    except ValueError:
        return text


def _slider(leaf: Node, number: int, type_: str, spec: Input | None, now: str, present: dict) -> dict:
    """How far the slider goes: a part up to its whole, a rate to 100, else to twice what there is."""
    if type_ == "rate":
        return {"unit": "%", "highest": 100, "step": "any", "slides": 1}
    highest = max(20, 2 * _whole_number(now))
    found: dict = {"step": "1" if type_ == "count" else "any", "slides": 1 if type_ == "count" else "0.01"}
    if spec and spec.part_of:
        highest = _whole_number(str(present.get(spec.part_of, ""))) or highest
        keys = [key for key, _type, _spec in trials.fields_of(leaf)]
        if spec.part_of in keys:
            found["within"] = f"i{number}-{keys.index(spec.part_of)}"
    return found | {"highest": highest}


def _whole_number(text: str) -> int:
    digits = "".join(c for c in text.split(",")[0] if c.isdigit())
    return int(digits) if digits and len(digits) < 13 else 0
