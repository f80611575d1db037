"""What is typed about fees and payments."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minhbach.dossiers.actions.common import content_of
from minhbach.dossiers.actions.owing import Owed, cited
from minhbach.dossiers.forms.deeds import AskForm, BecauseForm, DeedForm
from minhbach.dossiers.models import Dossier, Paper, Payment
from minhbach.dossiers.money import accounts
from minhbach.dossiers.money.statements import BadAmount, dong
from minhbach.org.ui.figures import language, number
from minhbach.org.ui.forms import DayField, LineField

_WITH_AMOUNT = re.compile(
    r"^(?P<title>.*?\S)\s*[:=–-]\s*(?P<amount>\d[\d.,\s]*)\s*(?:đ|đồng|vnđ|vnd)?\s*\.?$", re.IGNORECASE
)


class PaymentSettingsForm(forms.Form):
    """The account to which fees are transferred, and the gateway on which they are paid. The action checks them."""

    bank = LineField(
        label=gettext_lazy("Bank (BIN)"),
        required=False,
        max_length=6,
        help_text=gettext_lazy("Six digits, as Napas gives them to the bank; your bank tells them."),
    )
    account_number = LineField(
        label=gettext_lazy("Account number"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("As the bank gives it; blanks and dots are left out."),
    )
    account_name = LineField(
        label=gettext_lazy("Account holder"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("Payers compare it with the name their bank shows."),
    )
    gateway = forms.BooleanField(label=gettext_lazy("Payers are sent to the payment gateway"), required=False)
    gateway_page = forms.URLField(
        label=gettext_lazy("Payment page of the gateway"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=gettext_lazy("As the operator of the gateway gives it; it begins with https://."),
    )

    def clean_account_number(self) -> str:
        return accounts.bare_number(self.cleaned_data["account_number"])


class MoneyField(LineField):
    """Whole đồng as people write them: 150000, 150.000, 150 000 đ."""

    def clean(self, value) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return dong(text)
        except BadAmount as error:
            raise ValidationError(error.in_(language())) from None


class ObligationForm(AskForm):
    """What is owed; a line that ends with an amount is paid here, another is settled by hand."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["items"].label = _("What is to be paid, one to a line")
        self.fields["items"].help_text = _(
            "With its amount at the end, as “Phí xác minh: 500.000”, its payment ends the wait. Without one, you say "
            "yourself when it is met."
        )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        owed = []
        for line in said.get("items", []):
            found = _WITH_AMOUNT.match(line)
            if found:
                try:
                    owed.append(Owed(found["title"], dong(found["amount"])))
                except BadAmount as error:
                    self.add_error("items", f"{line}: {error.in_(language())}")
        return {**said, "owed": owed}


class DuesField(forms.MultipleChoiceField):
    """Dues, each with the amount a person saw. What is not open any more is taken too: the action says why not."""

    widget = forms.CheckboxSelectMultiple

    def valid_value(self, value) -> bool:
        return bool(re.fullmatch(r"[0-9]{1,18}:[0-9]{1,18}", str(value)))

    def clean(self, value) -> dict[int, int]:
        parted = (one.partition(":") for one in super().clean(value))
        return {int(key): int(amount) for key, _colon, amount in parted}


class CashForm(DeedForm):
    """Which dues are paid."""

    dues = DuesField(label=gettext_lazy("What is paid"))
    payer = LineField(
        label=gettext_lazy("Paid by"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Only if it is somebody other than the applicant."),
    )

    def __init__(self, *args, dossier: Dossier, **kwargs):
        super().__init__(*args, **kwargs)
        dues = accounts.open_dues(dossier)
        self.total = accounts.total(dues)
        self.fields["dues"].choices = [
            (f"{due.pk}:{due.amount}", f"{due.title}: {number(due.amount)} đồng") for due in dues
        ]
        if len(dues) > 1:
            self.fields["dues"].help_text = _("All together: %(amount)s đồng.") % {"amount": number(self.total)}
        self.initial.setdefault("dues", [value for value, _label in self.fields["dues"].choices])
        self.order_fields(["dues", "payer"])


class ExemptForm(DeedForm):
    """Which exemption of the procedure is claimed, or another with its rule; and the paper that proves it."""

    what = forms.ChoiceField(label=gettext_lazy("Exemption"), widget=forms.RadioSelect)
    exempt_as = LineField(label=gettext_lazy("Exempted as"), required=False, max_length=500)
    source = LineField(label=gettext_lazy("Legal basis"), required=False, max_length=300)
    amount = MoneyField(
        label=gettext_lazy("Still to be paid (đồng)"),
        required=False,
        help_text=gettext_lazy("0 if nothing is left to pay."),
    )
    paper = forms.ModelChoiceField(
        Paper.objects.none(),
        label=gettext_lazy("Paper that proves it"),
        required=False,
        empty_label=gettext_lazy("none"),
    )

    def __init__(self, *args, dossier: Dossier, **kwargs):
        super().__init__(*args, **kwargs)
        lang = language()
        fees = {fee.title.vi[:500]: fee for fee in content_of(dossier).fees}
        self.known: dict[str, tuple[str, str, int]] = {}
        choices = []
        for due in accounts.open_dues(dossier):
            fee = fees.get(due.title)
            for n, one in enumerate(fee.exemptions if fee else ()):
                self.known[f"{due.pk}:{n}"] = (one.who.vi, cited(one.source), one.amount)
                left = _("%(amount)s đồng left to pay") % {"amount": number(one.amount)}
                choices.append((f"{due.pk}:{n}", f"{due.title}: {one.who.in_(lang)} ({left})"))
            choices.append((f"{due.pk}:", _("%(due)s: another exemption, said below") % {"due": due.title}))
        self.fields["what"].choices = choices
        self.fields["paper"].queryset = dossier.papers.filter(removed_at=None)

    def clean(self) -> dict[str, Any]:
        """What the action takes: due, amount, exempt_as, source, paper."""
        said = super().clean() or {}
        what = said.pop("what", "")
        if not what:
            return said
        said["due"] = int(what.partition(":")[0])
        if what in self.known:
            said["exempt_as"], source, said["amount"] = self.known[what]
            said["source"] = said.get("source") or source
        elif not said.get("exempt_as"):
            self.add_error("exempt_as", _("Say who is exempted."))
        elif said.get("amount") is None and "amount" not in self.errors:
            self.add_error("amount", _("Say what is still to be paid; 0 if nothing."))
        return said


class UndueForm(BecauseForm):
    """Which demand is taken back, and why."""

    due = forms.TypedChoiceField(label=gettext_lazy("Demand"), coerce=int)

    def __init__(self, *args, dossier: Dossier, **kwargs):
        super().__init__(*args, **kwargs)
        dues = accounts.open_dues(dossier)
        self.fields["due"].choices = [(due.pk, f"{due.title}: {number(due.amount)} đồng") for due in dues]
        self.order_fields(["due", "because"])


class CancelForm(forms.Form):
    because = forms.CharField(label=gettext_lazy("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=1000)


class RefundForm(CancelForm):
    amount = MoneyField(label=gettext_lazy("Amount (đồng)"))
    way = forms.ChoiceField(
        label=gettext_lazy("How it is paid back"),
        choices=[(Payment.CASH, gettext_lazy("in cash")), (Payment.TRANSFER, gettext_lazy("by bank transfer"))],
    )
    document = LineField(label=gettext_lazy("Document"), required=False, max_length=200)
    field_order = ["amount", "way", "because", "document"]


class FindFees(forms.Form):
    q = forms.CharField(label=gettext_lazy("Code, name, number or telephone"), required=False, max_length=100)


class DayForm(forms.Form):
    """The day, the agency, and if wanted one officer."""

    day = DayField(label=gettext_lazy("Day"))

    def __init__(self, *args, agencies, officers, **kwargs):
        super().__init__(*args, **kwargs)
        self._agencies = {str(agency.pk): agency for agency in agencies}
        self.fields["agency"] = forms.ChoiceField(
            label=_("Agency"), choices=[(key, str(agency)) for key, agency in self._agencies.items()]
        )
        self.fields["officer"] = forms.ModelChoiceField(
            officers, label=_("Officer"), required=False, empty_label=_("all")
        )

    def clean_agency(self):
        return self._agencies[self.cleaned_data["agency"]]


class FindDossier(forms.Form):
    code = LineField(label=gettext_lazy("Dossier code"), max_length=60)


class DuesForm(forms.Form):
    """Which open dues of a dossier money that came in has paid."""

    dues = DuesField(label=gettext_lazy("What it paid"))

    def __init__(self, *args, dossier: Dossier | None, amount: int, **kwargs):
        super().__init__(*args, **kwargs)
        found = accounts.open_dues(dossier) if dossier else []
        self.fields["dues"].choices = [
            (f"{due.pk}:{due.amount}", f"{due.title}: {number(due.amount)} đồng") for due in found
        ]
        if accounts.total(found) <= amount:
            self.initial["dues"] = [value for value, _label in self.fields["dues"].choices]


class AsideForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("Why it is no fee of a dossier"), widget=forms.Textarea(attrs={"rows": 2}), max_length=1000
    )
