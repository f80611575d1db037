"""Forms for preparing and running a round."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from minhbach.indices.actions.preparing import DATES, PERIOD, calendar_year
from minhbach.indices.models import Entry, Round
from minhbach.indices.views.boards.common import coded, lang
from minhbach.org.models import Unit
from minhbach.org.ui.figures import number
from minhbach.org.ui.forms import DayField
from minhbach.org.ui.unitfields import Choosable, UnitField, UnitsField
from minhbach.scoring.model import Node

MOMENT = "%Y-%m-%dT%H:%M"


class Moment(forms.DateTimeField):
    """A day and an hour, by the browser's own picker, or typed as 17:00 05/02/2026."""

    def __init__(self, **more):
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)
        super().__init__(
            widget=widget, input_formats=[MOMENT, f"{MOMENT}:%S", "%H:%M %d/%m/%Y", "%d/%m/%Y %H:%M"], **more
        )


class DatesForm(forms.Form):
    """The days whose work counts, and the moments of the stages. Whether they are in order the action says."""

    counts_from = DayField(label=_("Work counts from"), required=False)
    counts_to = DayField(label=_("Work counts to"), required=False)
    self_opens = Moment(label=_("Self-scoring begins"))
    internal_due = Moment(label=_("Offices answer by"), help_text=_("The due date inside each unit."))
    self_closes = Moment(label=_("Self-scoring ends"))
    appraisal_1_closes = Moment(label=_("First appraisal ends"))
    explanation_closes = Moment(label=_("Explanation ends"))
    appraisal_2_closes = Moment(label=_("Second appraisal ends"))

    @property
    def dates(self) -> dict:
        return {name: self.cleaned_data[name] for name in DATES}

    def period(self, year: int) -> tuple[date, date]:
        """The first and the last day that count; what is left empty is that of the calendar year."""
        first, last = calendar_year(year)
        return self.cleaned_data["counts_from"] or first, self.cleaned_data["counts_to"] or last


class ShownForm(forms.Form):
    """When units see the points they are appraised at."""

    appraisal_shown = forms.ChoiceField(
        label=_("The unit sees its appraisal points"), widget=forms.RadioSelect, initial=Round.Shown.CONCLUDED,
        help_text=_("What it is asked to explain, a unit sees in any case. Appraisers see their points at once."),
    )  # fmt: skip

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        self.fields["appraisal_shown"].choices = [(s.value, s.label[:1].upper() + s.label[1:]) for s in Round.Shown]


class LiveShownForm(forms.Form):
    """Whether everybody sees the live index while the round is open."""

    live_shown = forms.ChoiceField(
        label=_("Who sees the live index, beside the units, their appraisers and whoever runs the round"),
        widget=forms.RadioSelect,
        help_text=_("Numbers alone: points and counts, no dossiers and nothing of people. At the conclusion it ends."),
    )

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        self.fields["live_shown"].choices = [(s.value, s.label[:1].upper() + s.label[1:]) for s in Round.LiveShown]


class RoundForm(ShownForm, DatesForm):
    """A new round."""

    title = forms.CharField(label=_("Title"), max_length=300)
    title_en = forms.CharField(label=_("English title"), max_length=300, required=False)
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2200)
    previous = forms.ModelChoiceField(
        Round.objects.none(), label=_("Round of the year before"), required=False,
        help_text=_("Places and points are compared with it."),
    )  # fmt: skip
    carried_forward = forms.BooleanField(label=_("The sets are carried forward from an earlier year"), required=False)
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    field_order = [
        "unit",
        "title",
        "title_en",
        "year",
        "previous",
        "carried_forward",
        *PERIOD,
        *DATES,
        "appraisal_shown",
        "note",
    ]

    def __init__(self, *args, units, rounds, **more):
        super().__init__(*args, **more)
        self.fields["unit"] = UnitField(label=_("Run by"), units=units)
        self.fields["previous"].queryset = rounds
        self.order_fields(self.field_order)


class ReopenForm(forms.Form):
    """More time for one unit at one stage."""

    stage = forms.ChoiceField(label=_("Stage"), choices=())
    until = Moment(label=_("Until"))
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))

    field_order = ["unit", "stage", "until", "reason"]

    def __init__(self, *args, round_: Round, **more):
        super().__init__(*args, **more)
        status = dict(round_.entries.values_list("unit", "status"))
        units = Unit.objects.filter(entries__round=round_).order_by("sort_key", "pk")
        said = Choosable(units, note=lambda unit: str(Entry.Status(status[unit.pk]).label))
        self.fields["unit"] = UnitField(label=_("Unit"), units=said)
        self.order_fields(self.field_order)
        self.fields["stage"].choices = [(s.value, s.label[:1].upper() + s.label[1:]) for s in Round.Stage]


class UnitsForm(forms.Form):
    """The units a round is opened for, group by group: boxes for few; of many all of them, those under whoever runs the
    round, or some that are searched for."""

    def __init__(self, *args, groups: Mapping[str, str], able: QuerySet[Unit], body: Unit, **more):
        """`groups`: code → title."""
        super().__init__(*args, **more)
        self.parts: list[Part] = []
        # A department scores its own schools; a department of home affairs has none of its own and scores all.
        has_own = able.filter(group__in=groups, path__startswith=body.path).exists()
        for n, (code, title) in enumerate(groups.items()):
            units = Choosable(able.filter(group=code).order_by("sort_key", "pk"), note=_no_note)
            if not units.count:
                continue
            part = Part(title, units, body, f"take{n}", f"units{n}")
            if units.are_few:
                chosen = [u for u in units.first if (body.covers(u) if has_own else u != body)]
                self.fields[part.units_name] = UnitsField(label=title, units=units, required=False, initial=chosen)
            else:
                self.fields[part.take_name] = forms.ChoiceField(
                    label=title, widget=forms.RadioSelect, choices=part.ways, initial=part.usual_way(has_own)
                )
                self.fields[part.units_name] = UnitsField(
                    label=_("The units: %(group)s") % {"group": title}, units=units, required=False,
                    initial=[body] if units.chosen([str(body.pk)]) and not has_own else [],
                )  # fmt: skip
            self.parts.append(part)
        for part in self.parts:
            part.bound = [self[name] for name in (part.take_name, part.units_name) if name in self.fields]

    def clean(self):
        cleaned = super().clean()
        if not self.errors:
            cleaned["units"] = [unit for part in self.parts for unit in part.taken(cleaned)]
            if not cleaned["units"]:
                raise forms.ValidationError(_("Choose at least one unit."), "no_units")
        return cleaned


@dataclass
class Part:
    """One unit group in the form."""

    title: str
    units: Choosable
    body: Unit
    take_name: str
    units_name: str
    bound: list[forms.BoundField] = field(default_factory=list)

    @cached_property
    def own(self) -> QuerySet[Unit]:
        return self.units.units.filter(path__startswith=self.body.path)

    @property
    def ways(self) -> list[tuple[str, str]]:
        """How many units can be taken at once."""
        count, own = self.units.count, self.own.count()
        found = [("all", ngettext("All %(count)s unit", "All %(count)s units", count) % {"count": number(count)})]
        if 0 < own < count:
            says = ngettext("The %(count)s unit under %(body)s", "The %(count)s units under %(body)s", own)
            found.append(("own", says % {"count": number(own), "body": self.body}))
        return [
            *found,
            ("except", gettext("All except those chosen here")),
            ("only", gettext("Only those chosen here")),
            ("none", gettext("None of this group")),
        ]

    def usual_way(self, has_own: bool) -> str:
        if has_own:
            return "none" if not self.own.exists() else "own" if self.own.count() < self.units.count else "all"
        return "except" if self.units.chosen([str(self.body.pk)]) else "all"

    def taken(self, cleaned: Mapping) -> Iterable[Unit]:
        chosen = cleaned.get(self.units_name) or []
        match cleaned.get(self.take_name, "only"):
            case "all":
                return self.units.units
            case "own":
                return self.own
            case "except":
                return self.units.units.exclude(pk__in=[unit.pk for unit in chosen])
            case "only":
                return chosen
        return []


class BodiesForm(forms.Form):
    """The body that appraises each part or criterion; what is left empty is appraised like what it is part of."""

    def __init__(self, *args, nodes: Iterable[Node], tops: Iterable[str], able: QuerySet[Unit], runs: Unit, **more):
        super().__init__(*args, **more)
        inner, top = Choosable(able, note=_no_note), Choosable(able.exclude(pk=runs.pk), note=_no_note)
        tops = set(tops)
        for node in nodes:
            is_top = node.id in tops
            self.fields[f"body:{node.id}"] = UnitField(
                label=coded(node.code, node.title.in_(lang())), units=top if is_top else inner, required=False,
                empty=str(runs) if is_top else _("like its part"),
            )  # fmt: skip

    def bodies(self) -> dict[str, Unit]:
        return {name.removeprefix("body:"): body for name, body in self.cleaned_data.items() if body is not None}


class OfficesForm(forms.Form):
    """Which office of a unit leads, and which others help, for each code that its sets name as responsible."""

    def __init__(self, *args, codes: Mapping[str, str], able: QuerySet[Unit], **more):
        """`codes`: code → title."""
        super().__init__(*args, **more)
        units = Choosable(able, note=_no_note)
        for code in codes:
            self.fields[f"lead:{code}"] = UnitField(
                label=_("Leads the answer"), units=units, required=False, empty=_("nobody yet")
            )
            self.fields[f"with:{code}"] = UnitsField(label=_("Others who answer with it"), units=units, required=False)

    def offices(self, code: str) -> list[Unit]:
        """The leading one first."""
        leading = self.cleaned_data[f"lead:{code}"]
        return list(dict.fromkeys([*([leading] if leading else []), *self.cleaned_data[f"with:{code}"]]))


def _no_note(unit: Unit) -> str:
    return ""


class PublishForm(forms.Form):
    decision = forms.CharField(
        label=_("Decision on the results"),
        max_length=300,
        required=False,
        help_text=_("Number and date, if there is one."),
    )


class SurveyFileForm(forms.Form):
    """A table with the results of a survey."""

    file = forms.FileField(
        label=_("Survey results (XLSX or CSV)"),
        help_text=_("Columns: unit, criterion, input, value."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )
