"""What a list is narrowed to: asked in the address, so that a list can be linked, kept under a name and exported."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from urllib.parse import urlencode

from django import forms
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from minhbach.dossiers import queries
from minhbach.dossiers.models import Dossier
from minhbach.dossiers.permissions import OVERSEE, SEE
from minhbach.dossiers.states import Channel, Outcome, Status
from minhbach.org.models import Person, Unit
from minhbach.org.permissions import unit_ids
from minhbach.org.ui.forms import DayField, LineField
from minhbach.procedures.models import Offer, Procedure
from minhbach.workspace.bands import BANDS

NOBODY = "none"
OPEN_BAND = "open"
"""Every band."""
DECIDED = "decided"
_ANY = ("", _("all"))
_LONGEST = 90


class Filters(forms.Form):
    """Every field may be left empty; what cannot be read is left out and said above the list."""

    q = LineField(label=_("Code, applicant, number or telephone"), required=False, max_length=200)
    procedure = forms.ChoiceField(label=_("Procedure"), required=False)
    step = forms.ChoiceField(label=_("Step"), required=False)
    unit = forms.ChoiceField(label=_("Where it lies"), required=False)
    status = forms.ChoiceField(label=_("Status"), required=False, choices=[_ANY, *Status.choices])
    channel = forms.ChoiceField(
        label=pgettext_lazy("dossier", "Sent"), required=False, choices=[_ANY, *Channel.choices]
    )
    late = forms.ChoiceField(
        label=_("Lateness"),
        required=False,
        choices=[
            _ANY,
            ("yes", _("late")),
            ("no", _("not late")),
            ("first", _("past the first due moment")),
            ("kept", _("within the first due moment")),
        ],
    )
    waiting = forms.ChoiceField(
        label=_("Waiting for the applicant"), required=False, choices=[_ANY, ("yes", _("yes")), ("no", _("no"))]
    )
    apology = forms.ChoiceField(
        label=_("Apology"),
        required=False,
        choices=[_ANY, ("no", _("late, without an apology")), ("yes", _("apologised"))],
    )
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        required=False,
        choices=[
            _ANY,
            (DECIDED, _("result issued or refused")),
            *((code, label) for code, label in Outcome.choices if code),
        ],
    )
    received_from = DayField(label=_("Received from"), required=False)
    received_to = DayField(label=_("Received until"), required=False)
    finished_from = DayField(label=_("Finished from"), required=False)
    finished_to = DayField(label=_("Finished until"), required=False)
    office = forms.ChoiceField(label=_("Handling office"), required=False)
    person = forms.CharField(label=_("Held by"), required=False, max_length=20, widget=forms.HiddenInput)
    overseen = forms.ChoiceField(required=False, choices=[("", ""), ("yes", "")], widget=forms.HiddenInput)
    band = forms.ChoiceField(
        required=False,
        choices=[("", ""), (OPEN_BAND, ""), *((code, band.title) for code, band in BANDS.items())],
        widget=forms.HiddenInput,
    )

    FIRST = ("q", "procedure", "step", "unit", "status")
    MORE = (
        "channel",
        "late",
        "waiting",
        "apology",
        "outcome",
        "office",
        "received_from",
        "received_to",
        "finished_from",
        "finished_to",
    )

    def __init__(self, data, account):
        super().__init__(data)
        self.account = account
        procedures, units = _offered(account, self.data)
        self.fields["procedure"].choices = [_ANY, *procedures]
        self.fields["unit"].choices = self.fields["office"].choices = [_ANY, *units]
        steps = self._steps()
        self.fields["step"].choices = [_ANY, *steps]
        if not steps:
            self.fields["step"].widget = forms.HiddenInput()

    def clean_person(self) -> str:
        wanted = self.cleaned_data["person"]
        return wanted if wanted == NOBODY or _whole(wanted) else ""

    def _steps(self) -> list[tuple[str, str]]:
        """The steps of the procedure chosen: without one they have no name in common."""
        chosen = self.data.get("procedure", "")
        if not chosen.isdecimal() or len(chosen) > 18:
            return []
        found = Procedure.objects.filter(pk=chosen).select_related("current").first()
        if found is None or found.current is None or found.current.meaning.process is None:
            return []
        lang = _lang()
        return [(step.key, step.title.in_(lang)) for step in found.current.meaning.process.steps]

    @cached_property
    def said(self) -> dict:
        """What was asked for and could be read."""
        self.is_valid()
        return {key: value for key, value in self.cleaned_data.items() if value not in ("", None)}

    @property
    def narrowed(self) -> bool:
        return bool(self.said.keys() - {"band"})

    @property
    def opened(self) -> bool:
        """Whether one of the rarer ones is set, so that they are shown."""
        return bool(self.said.keys() & set(self.MORE)) or any(name in self.errors for name in self.MORE)

    @cached_property
    def holder(self) -> str:
        """Whose dossiers alone are shown, in words."""
        wanted = self.said.get("person", "")
        if wanted == NOBODY:
            return str(_("nobody yet"))
        return str(Person.objects.filter(pk=wanted).first() or "") if _whole(wanted) else ""

    @property
    def address(self) -> str:
        """What was asked for, as the query of an address."""
        return urlencode({key: _plain(value) for key, value in sorted(self.said.items())})

    def on(self, dossiers: QuerySet[Dossier], now: datetime | None = None) -> QuerySet[Dossier]:
        """The dossiers that fit; the band aside, which is the list's own."""
        said, now = self.said, now or timezone.now()
        if text := said.get("q"):
            dossiers = queries.dossiers_found(self.account, text, dossiers)
        for name, column in (("procedure", "procedure"), ("unit", "at_unit"), ("office", "office")):
            if name in said:
                dossiers = dossiers.filter(**{column: said[name]})
        for name in ("step", "status", "channel"):
            if name in said:
                dossiers = dossiers.filter(**{name: said[name]})
        if outcome := said.get("outcome"):
            wanted = [Outcome.GRANTED, Outcome.REFUSED] if outcome == DECIDED else [outcome]
            dossiers = dossiers.filter(outcome__in=wanted)
        if "overseen" in said and (overseen := unit_ids(self.account, OVERSEE)) is not None:
            dossiers = dossiers.filter(at_unit__in=overseen)
        if person := said.get("person"):
            dossiers = dossiers.filter(at_person=person if _whole(person) else None)
        for name in ("received", "finished"):
            if day := said.get(f"{name}_from"):
                dossiers = dossiers.filter(**{f"{name}_at__gte": _midnight(day)})
            if day := said.get(f"{name}_to"):
                dossiers = dossiers.filter(**{f"{name}_at__lt": _midnight(day + timedelta(days=1))})
        return _judged(dossiers, said, now)


def _judged(dossiers: QuerySet[Dossier], said: dict, now: datetime) -> QuerySet[Dossier]:
    late = queries.late(now)
    past_first = Q(finished_at__gt=F("first_due_at"))
    match said.get("late"):
        case "yes":
            dossiers = dossiers.filter(late)
        case "no":
            dossiers = dossiers.exclude(pk__in=Dossier.objects.filter(late).values("pk"))
        case "first":
            dossiers = dossiers.filter(past_first)
        case "kept":
            dossiers = dossiers.filter(finished_at__lte=F("first_due_at"))
    paused = Q(paused_at__isnull=False)
    match said.get("waiting"):
        case "yes":
            dossiers = dossiers.filter(paused)
        case "no":
            dossiers = dossiers.filter(~paused)
    match said.get("apology"):
        case "no":
            dossiers = dossiers.filter(queries.without_apology(now), source=None).exclude(status=Status.RETURNED)
        case "yes":
            dossiers = dossiers.filter(apologised_at__isnull=False)
    return dossiers


def _offered(account, asked) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """The procedures and the units of the one-stop shop that concern this person, and those asked for by a
    link. At most three queries."""
    offers = Offer.objects.all()
    units = unit_ids(account, SEE)
    if units is not None:
        offers = offers.filter(Q(office__in=units) | Q(one_stop__in=units) | Q(agency__in=units))
    rows = offers.order_by().values_list(
        "procedure", "procedure__current__name", "procedure__code", "agency", "office", "one_stop"
    )
    procedures, places = {}, set()
    for pk, name, code, *where in rows:
        procedures[pk] = f"{(name or '')[:_LONGEST]} ({code})"
        places.update(where)
    places |= {int(pk) for name in ("unit", "office") if _whole(pk := asked.get(name, ""))}
    if units is not None:
        places &= units
    wanted = asked.get("procedure", "")
    if _whole(wanted) and int(wanted) not in procedures:
        for found in Procedure.objects.filter(pk=wanted):
            procedures[found.pk] = found.code
    named = [(unit.pk, str(unit)) for unit in Unit.objects.filter(pk__in=places).order_by("path")]
    return sorted(procedures.items(), key=lambda item: item[1]), named


def _lang() -> str:
    from minhbach.org.ui.figures import language

    return language()


def _whole(text: str) -> bool:
    return text.isdecimal() and len(text) < 19


def _plain(value) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _midnight(day) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
