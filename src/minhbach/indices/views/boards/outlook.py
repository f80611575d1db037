"""Looking ahead: how a unit's counted figures will end, what would win points, and the cheapest way to a target."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from minhbach.indices import figures, queries
from minhbach.indices.actions.plans import LARGEST_WEIGHT, plan_keep
from minhbach.indices.models import Entry, KeptPlan
from minhbach.indices.outlook import advice, reading
from minhbach.indices.outlook.advice import FEWER, Advice, Deed, Goal, Reached
from minhbach.indices.outlook.alarms import cases
from minhbach.indices.outlook.reading import Ahead, Line, Outlook
from minhbach.indices.permissions import REVIEW
from minhbach.indices.views.boards.common import address, coded, lang, visible_entry, whole_entry
from minhbach.measures.declaring import Rows
from minhbach.org.errors import NotPossible
from minhbach.org.permissions import asks, may, require
from minhbach.org.ui import figures as written
from minhbach.org.ui.forms import LineField
from minhbach.records.texts import decimal_text
from minhbach.scoring.facts import FactError, read_fact

SHOWN = 10
"""So many open rows are listed."""
DEED = "deed"
"""The kind of a thing to do in a declared criterion."""


@require_safe
@asks("entries_visible from inside, not by publication alone; criteria_visible; totals and plans only when seen whole")
def outlook(request: HttpRequest, pk: int) -> HttpResponse:
    """What is expected of the unit by the end of the period. With ?target= the cheapest way there, else the way that
    was kept. Nothing is saved."""
    entry = visible_entry(request, pk)
    if not queries.sees_inside(request.user, entry):
        raise Http404
    return _page(request, entry, request.GET if "target" in request.GET else None)


@require_POST
@asks("REVIEW at the unit, by the action; whole_entry: 404 for those who do not see its totals")
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the target and the weights, so that the plan is the same tomorrow."""
    entry = whole_entry(request, pk)
    require(request.user, REVIEW, entry.unit)
    form = TargetForm(request.POST, able=advice.advice(reading.outlook(entry)))
    if form.is_valid():
        what = {"target": form.cleaned_data["target"], "weights": form.all_weights()}
        try:
            plan_keep(entry, **what, acting=request.user)
            messages.success(request, _("Kept: the page opens with this way from now on."))
        except NotPossible as reason:
            messages.error(request, str(reason))
        return redirect(f"{address('outlook', pk)}#target")
    return _page(request, entry, request.POST, 422)


def _page(request: HttpRequest, entry: Entry, asked: QueryDict | None, status: int = 200) -> HttpResponse:
    found = reading.outlook(entry)
    whole = queries.sees_whole(request.user, entry)
    seen = set(found.indicator_set.nodes)
    if not whole:
        seen = queries.criteria_visible(request.user, entry, found.indicator_set)
    able = advice.advice(found)
    rows = [_row(able, line) for line in found.lines if line.node.id in seen]
    by_gain = sorted(rows, key=lambda row: -max((goal["gain"] for goal in row["goals"]), default=Fraction(0)))
    context = {
        "entry": entry,
        "round": entry.round,
        "outlook": found,
        "whole": whole,
        "over": found.days_left == 0,
        "rows": rows,
        "by_gain": by_gain,
        "alarms": [row for row in rows if row["line"].alarm],
        "waiting": list(_waiting(request, found, rows)),
        "expected": able.expected,
        "total": _span(found.interval),
        "live_url": address("entry_live", entry.pk),
    }
    if whole and rows and found.live.result.score is not None:
        may_keep = request.user.is_authenticated and may(request.user, REVIEW, entry.unit) and not entry.round.is_over
        context |= _target(able, asked, KeptPlan.objects.filter(entry=entry).first()) | {"may_keep": may_keep}
    return render(request, "indices/outlook/page.html", context, status=status)


def _span(interval) -> dict | None:
    """Both ends of an interval, as figures that pages can write."""
    if interval is None:
        return None
    low, middle, high = (
        Fraction(value).limit_denominator(10**6) for value in (interval.low, interval.middle, interval.high)
    )
    return {"low": low, "middle": middle, "high": high, "certain": low == high}


def _row(able: Advice, line: Line) -> dict:
    """A criterion: its points now and at the end, its figures, and what would bring it more."""
    span = _span(line.interval)
    return {
        "line": line,
        "label": coded(line.node.code, line.node.title.in_(lang())),
        "url": address("criterion_live", able.outlook.entry.pk, line.node.id)
        or address("criterion", able.outlook.entry.pk, line.node.id),
        "now": line.now.score,
        "maximum": line.now.maximum,
        "span": span,
        "drawn": _drawn(line, span),
        "cases": cases(line.alarm.chance) if line.alarm else None,
        "inputs": [_input(each) for each in line.inputs],
        "is_full": line.end.score is not None and line.end.score == line.end.maximum,
        "unscored": line.end.says.in_(lang()) if line.end.state != "scored" else "",
        "stays": _stays(line),
        "goals": [_goal(goal, able.outlook) for goal in able.of(line)],
        "hold": _goal(hold, able.outlook) if (hold := able.hold(line)) else None,
    }


def _drawn(line: Line, span: dict | None) -> dict | None:
    """The picture of an interval: places on a line of 100 that stands for the maximum."""
    if span is None or not line.now.maximum:
        return None
    low, high = (float(span[end] / line.now.maximum) * 100 for end in ("low", "high"))
    now = float(line.now.score / line.now.maximum) * 100 if line.now.score is not None else None
    return {"x": f"{low:.1f}", "width": f"{max(high - low, 1.5):.1f}", "now": f"{now:.1f}" if now is not None else ""}


def _input(ahead: Ahead) -> dict:
    return {
        "ahead": ahead,
        "title": ahead.spec.title.in_(lang()),
        "unit": ahead.spec.unit.in_(lang()),
        "span": _span(ahead.end),
        "sure": ahead.sure,
    }


def _stays(line: Line) -> list[str]:
    """Rows that have counted against the criterion and stay so."""
    said = []
    for ahead in line.inputs:
        whole = line.by_key.get(ahead.spec.part_of)
        if whole is None or whole.figure.of.key != ahead.figure.of.key or ahead.may_turn:
            continue
        lost = whole.so_far - ahead.so_far
        if lost > 0:
            said.append(
                ngettext(
                    "%(count)s of %(whole)s is not “%(title)s” and stays so: only others can outweigh it.",
                    "%(count)s of %(whole)s are not “%(title)s” and stay so: only others can outweigh them.",
                    lost,
                )
                % {
                    "count": written.number(lost),
                    "whole": written.number(whole.so_far),
                    "title": ahead.spec.title.in_(lang()),
                }
            )
    return said


def _goal(goal: Goal, found: Outlook) -> dict:
    return {
        "goal": goal,
        "gain": goal.gain,
        "points": goal.points,
        "text": _said(goal, found),
        "chance": _chance(goal.chance),
    }


def _said(goal: Goal, found: Outlook) -> str:
    """What must come about, by when."""
    whole = goal.line.by_key[goal.ahead.spec.part_of]
    words = {
        "title": goal.ahead.spec.title.in_(lang()),
        "rows": written.number(goal.rows),
        "coming": written.number(whole.to_come),
        "usual": written.number(goal.usual),
        "unit": goal.ahead.spec.unit.in_(lang()) or _("cases"),
        "day": written.date_short(found.last),
    }
    if goal.fewer:
        return _("At most %(rows)s more %(unit)s may be “%(title)s” by %(day)s; %(usual)s are expected.") % words
    if goal.turns:
        return _("%(rows)s more %(unit)s must be “%(title)s” by %(day)s; %(usual)s are expected.") % words
    return (
        _("Of about %(coming)s %(unit)s to come by %(day)s, %(rows)s must be “%(title)s”; %(usual)s are expected.")
        % words
    )


def _chance(chance: float | None) -> str:
    """How likely, as people count: of 10 ends."""
    if chance is None:
        return ""
    if chance >= 0.95:
        return _("almost sure without doing more")
    if chance < 0.05:
        return _("hardly ever happens by itself")
    return _("happens by itself in about %(cases)s of 10 cases") % {"cases": cases(chance)}


def _waiting(request: HttpRequest, found: Outlook, rows: list[dict]) -> Iterator[dict]:
    """Rows open now that will count before the period ends: those that can still be saved."""
    tables = {ahead.figure.of.key: ahead.figure.of for row in rows for ahead in row["line"].inputs}
    for table in tables.values():
        if isinstance(table, Rows) and reading.may_wait(table) and found.days_left:
            waiting = reading.rows_to_save(found, table)
            if count := waiting.count():
                yield _open_rows(request, table, waiting, count)


def _open_rows(request: HttpRequest, table: Rows, waiting: QuerySet, count: int) -> dict:
    """The first due of them, in the columns of their listing; a link where the person may open the row."""
    listing = table.listing
    lines: list[dict] = []
    if listing is not None:
        rows = list(waiting.select_related(*listing.related)[:SHOWN])
        may = set(
            listing.open_to(request.user, waiting.model.objects.filter(pk__in=[r.pk for r in rows])).values_list(
                "pk", flat=True
            )
        )
        for each in rows:
            cells = [{"title": title, "text": say(each)} for title, say in listing.columns]
            lines.append({"cells": cells, "url": listing.address(each) if each.pk in may else ""})
    # What says the same of every open row, as that it has no outcome, is no column here.
    told = [{line["cells"][n]["text"] for line in lines} for n in range(len(listing.columns) if listing else 0)]
    used = [n for n, texts in enumerate(told) if not n or len(texts) > 1 or len(lines) == 1 and texts != {""}]
    for line in lines:
        line["cells"] = [line["cells"][n] for n in used]
    return {"count": count, "columns": [listing.columns[n][0] for n in used] if listing else [], "lines": lines}


# The target -----------------------------------------------------------------------------------------------------------


class FigureField(LineField):
    """A figure as people write it here: 21,5."""

    def clean(self, value) -> Fraction | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            figure = read_fact(text, "number")
        except FactError as error:
            raise ValidationError(error.says.in_(lang())) from error
        if not isinstance(figure, Fraction) or figure < 0:
            raise ValidationError(_("Write a figure of 0 or more."))
        return figure


class WeightField(FigureField):
    def clean(self, value) -> Fraction | None:
        figure = super().clean(value)
        if figure is not None and figure > LARGEST_WEIGHT:
            raise ValidationError(_("At most %(most)s.") % {"most": LARGEST_WEIGHT})
        return figure


class TargetForm(forms.Form):
    """A total to reach, and what a row of each kind costs in effort."""

    target = FigureField(label=gettext_lazy("Points to reach"), max_length=20)
    deed = WeightField(
        label=gettext_lazy("A thing to do in a declared criterion"), max_length=20, required=False, initial="1"
    )

    def __init__(self, *args, able: Advice, **kwargs):
        super().__init__(*args, **kwargs)
        self.kinds = list(able.kinds)
        for place, (kind, goal) in enumerate(able.kinds.items()):
            title = goal.ahead.spec.title.in_(lang())
            label = _("One fewer: %(title)s") if kind.endswith(FEWER) else _("One more: %(title)s")
            self.fields[f"w{place}"] = WeightField(
                label=label % {"title": title}, max_length=20, required=False, initial="1"
            )

    @property
    def weight_fields(self) -> list:
        return [self[name] for name in self.fields if name != "target"]

    @classmethod
    def kept(cls, plan: KeptPlan, *, able: Advice) -> TargetForm:
        """As it was kept, in the words of whoever looks; what was not asked for then costs 1."""
        names = {DEED: "deed", **{kind: f"w{place}" for place, kind in enumerate(able.kinds)}}
        said = {"target": plan.target, **{names[kind]: plan.weights.get(kind, "1") for kind in names}}
        point = "," if lang() == "vi" else "."  # no separators of thousands: they are read as decimals
        return cls({name: figure.replace(".", point) for name, figure in said.items()}, able=able)

    def all_weights(self) -> dict[str, Fraction]:
        """As they are kept: those of rows, and that of a thing to do."""
        return {**dict.fromkeys(self.kinds, Fraction(1)), **self.weights(), DEED: self.deed_weight()}

    def is_as(self, plan: KeptPlan) -> bool:
        """Whether a valid form says what was kept."""
        own = {kind: decimal_text(weight) for kind, weight in self.all_weights().items()}
        return plan.target == decimal_text(self.cleaned_data["target"]) and own == {
            kind: plan.weights.get(kind, "1") for kind in own
        }

    def weights(self) -> Mapping[str, Fraction]:
        given = ((kind, self.cleaned_data.get(f"w{place}")) for place, kind in enumerate(self.kinds))
        return {kind: weight for kind, weight in given if weight is not None}

    def deed_weight(self) -> Fraction:
        weight = self.cleaned_data.get("deed")
        return Fraction(1) if weight is None else weight


def _target(able: Advice, asked: QueryDict | None, kept: KeptPlan | None) -> dict:
    """The form; when it was sent or kept, the plan, or the most that can be reached."""
    form = TargetForm.kept(kept, able=able) if asked is None and kept else TargetForm(asked, able=able)
    context: dict = {"form": form, "kept": kept}
    if not form.is_bound or not form.is_valid():
        return context
    context["is_kept"] = kept is not None and form.is_as(kept)
    target, weights, deed = form.cleaned_data["target"], form.weights(), form.deed_weight()
    context["target"] = target
    if target <= able.expected:
        return context | {"enough": True}
    reached = able.cheapest(target, weights, deed)
    if reached is None:
        context["missed"] = True
        reached = able.most(weights, deed)
    return context | {"plan": _plan(able, reached)}


def _plan(able: Advice, reached: Reached | None) -> dict | None:
    if reached is None:
        return None
    chosen = sorted(reached.chosen, key=lambda each: -each.gain)
    return {
        "total": reached.total,
        "effort": reached.plan.effort,
        "adds_up": reached.adds_up,
        "steps": [
            {
                "label": coded(each.node.code, each.node.title.in_(lang())),
                "url": address("criterion", able.outlook.entry.pk, each.node.id),
                "text": _said(each, able.outlook) if isinstance(each, Goal) else _deed_said(able, each),
                "gain": each.gain,
                "effort": each.effort,
                "chance": _chance(each.chance) if isinstance(each, Goal) else "",
            }
            for each in chosen
        ],
    }


def _deed_said(able: Advice, deed: Deed) -> str:
    """A step of a declared criterion, worded from its rule."""
    explained = figures.explanation(able.outlook.indicator_set, able.outlook.end, deed.node.id, lang())
    return next(
        (text for step, text in zip(explained.steps, explained.next_steps, strict=True) if step == deed.step), ""
    )
