"""The form of one criterion at one stage: its inputs by type, points given by hand, explanation, a document."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext as _

from minhbach.indices import figures
from minhbach.indices.models import Score
from minhbach.indices.views.sheets.desk import capital, lang
from minhbach.org.errors import NotPossible
from minhbach.records.texts import decimal_text
from minhbach.scoring.expressions.nodes import Call, Name
from minhbach.scoring.facts import FactError, fact_text, meaning_of, read_fact
from minhbach.scoring.model import Input, Node
from minhbach.scoring.references import expressions_of

NA = "n/a"
FEW = 6
"""So many options of a grade are shown at once; more are a list to choose from."""
_PLACES = {"needs_reason": "reason", "bad_points": "given_points", "citation_incomplete": "document_number"}


def field_name(key: str) -> str:
    return f"in.{key}"


def may_be_absent(node: Node) -> set[str]:
    """Inputs about which the rule asks whether they exist at all."""
    return {
        part.arguments[0].name
        for expression in expressions_of(node)
        for part in expression.walk()
        if isinstance(part, Call)
        and part.function == "absent"
        and part.arguments
        and isinstance(part.arguments[0], Name)
    }


class Typed(forms.CharField):
    """A fact as typed. The rule decides what is missing, so an empty one is no error, nor is it called optional."""

    def validate(self, value) -> None:
        """Whatever is typed is judged by the action, which says what to write instead."""


class Chosen(forms.ChoiceField):
    """One of the options, or none yet."""

    def validate(self, value) -> None:
        if value:
            super().validate(value)


class ScoreForm(forms.Form):
    """Fields for every fact the criterion takes. What was typed is kept as it was typed."""

    use_required_attribute = False
    edition = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        node: Node,
        data: Mapping[str, str] | None = None,
        files=None,
        *,
        row: Score | None = None,
        prefill: Score | None = None,
        suggestions: Mapping[str, str] | None = None,
        measured: Mapping[str, int] | None = None,
        take_measured: bool = False,
        takes_documents: bool = False,
    ):
        super().__init__(data, files)
        self.node = node
        self.absentable = may_be_absent(node)
        shown = row or prefill
        values = dict(shown.inputs) if shown else {}
        self.measured = measured or {}
        if take_measured:
            values |= {key: str(n) for key, n in self.measured.items()}
        for key, type_, spec in node.fact_keys():
            self._add(key, type_, spec, str(values.get(key, "")), (suggestions or {}).get(key, ""))
        self.input_names = list(self.fields)[1:]
        self.fields["given_points"] = Typed(
            label=_("Points given"),
            max_length=40,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        )
        self.fields["reason"] = Typed(
            label=_("Why they differ from the rule"), widget=forms.Textarea(attrs={"rows": 2})
        )
        self.fields["note"] = Typed(label=_("Explanation"), widget=forms.Textarea(attrs={"rows": 3}))
        self.initial |= {
            "edition": row.edition if row else 0,
            "given_points": _typed_points(shown),
            "reason": shown.reason if shown else "",
            "note": row.note if row else "",
        }
        if takes_documents:
            self._add_document()

    def _add(self, key: str, type_: str, spec: Input | None, value: str, suggestion: str) -> None:
        label = capital(meaning_of(self.node, key, spec).in_(lang()))
        hints = [spec.note.in_(lang())] if spec and spec.note else []
        field: forms.Field
        if type_ in ("bool", "grade"):
            assert spec is not None
            field = self._choice(key, type_, spec)
            label = capital(spec.title.in_(lang()))
        else:
            attributes = {"inputmode": "numeric" if type_ == "count" else "decimal", "autocomplete": "off"}
            widget: forms.Widget = forms.TextInput(attrs=attributes)
            if type_ == "date":
                widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            field = Typed(max_length=60, widget=widget)
            if key.removesuffix("@previous") in self.absentable:
                hints.append(_("If there is none, write n/a.") if type_ != "date" else "")
        if spec and spec.part_of and spec.part_of in self.node.inputs:
            whole = self.node.inputs[spec.part_of].title.in_(lang())
            hints.append(_("Among “%(whole)s”.") % {"whole": whole})
        if suggestion and not value:
            value = suggestion
            hints.append(_("Taken over from the round of the year before; please check."))
        field.label, field.help_text = label, " ".join(h for h in hints if h)
        field.unit = self._unit(type_, spec)  # type: ignore[attr-defined]
        field.key, field.measured = key, self.measured.get(key)  # type: ignore[attr-defined]
        field.is_line = type_ == "bool"  # type: ignore[attr-defined]
        self.fields[field_name(key)] = field
        self.initial[field_name(key)] = _normal(value, type_, spec)
        if type_ == "date" and key in self.absentable:
            self.fields[f"na.{key}"] = forms.BooleanField(
                label=_("There is none: %(what)s") % {"what": label}, required=False
            )
            self.initial[f"na.{key}"] = value == NA

    def _choice(self, key: str, type_: str, spec: Input) -> forms.ChoiceField:
        if type_ == "bool":
            choices = [("yes", _("Yes")), ("no", _("No"))]
        else:
            choices = [(code, capital(option.title.in_(lang()))) for code, option in spec.options.items()]
        if key.removesuffix("@previous") in self.absentable:
            choices.append((NA, _("Not applicable")))
        many = len(choices) > FEW
        empty = ("", _("Choose") if many else _("No answer yet"))
        choices = [empty, *choices] if many else [*choices, empty]
        return Chosen(choices=choices, widget=forms.Select if many else forms.RadioSelect)

    @staticmethod
    def _unit(type_: str, spec: Input | None) -> str:
        if type_ == "rate":
            return "%"
        if spec is None:
            return _("points")
        return spec.unit.in_(lang()) if spec.unit and type_ not in ("bool", "grade", "date") else ""

    def _add_document(self) -> None:
        text = {"max_length": 100, "required": False}
        self.fields["document_number"] = forms.CharField(label=_("Number and symbol"), **text)
        self.fields["document_date"] = forms.DateField(
            label=_("Date of the document"), required=False, widget=forms.DateInput(attrs={"type": "date"})
        )
        self.fields["document_title"] = forms.CharField(label=_("Title (summary)"), required=False, max_length=500)
        self.fields["upload"] = forms.FileField(
            label=_("File"), required=False, help_text=_("PDF, DOCX, XLSX or an image; at most 25 MB")
        )

    # What was typed --------------------------------------------------------------------------------------------------

    def typed(self) -> dict[str, str]:
        """Input key → the fact as typed, a rate with its sign, and n/a where it was ticked."""
        found = {}
        for key, type_, _spec in self.node.fact_keys():
            text = str(self.data.get(field_name(key), "")).strip()
            if type_ == "rate" and text and not text.endswith("%") and any(c.isdigit() for c in text):
                text += "%"  # the sign stands beside the field
            if self.data.get(f"na.{key}"):
                text = NA
            if text:
                found[key] = text
        return found

    def has_document(self) -> bool:
        return bool(
            self.files.get("upload")
            or any(str(self.data.get(n, "")).strip() for n in ("document_number", "document_title"))
        )

    def take(self, error: Exception) -> None:
        """Put what an action said beside the field it is about."""
        if isinstance(error, figures.WrongInputs):
            for key, says in error.says.items():
                name = field_name(key)
                self.add_error(name if name in self.fields else None, capital(says.in_(lang())))
        elif isinstance(error, NotPossible):
            name = _PLACES.get(error.code)
            self.add_error(name if name in self.fields else None, error)

    # For the template ------------------------------------------------------------------------------------------------

    @property
    def inputs(self):
        """The bound fields of the facts."""
        return [self[name] for name in self.input_names]

    @property
    def overrides(self) -> bool:
        """Whether points were given against the rule, or tried to be."""
        return bool(self["given_points"].value() or self["reason"].value() or self["given_points"].errors)


def _normal(value: str, type_: str, spec: Input | None) -> str:
    """A stored fact in the form its field shows."""
    if not value:
        return ""
    try:
        fact = read_fact(value, type_, spec)
    except FactError:
        return value
    if value.lower() == NA:
        return NA if type_ != "date" else ""
    if type_ in ("bool", "grade", "date"):
        return fact_text(fact)
    return value.removesuffix("%").strip() if type_ == "rate" else value


def _typed_points(row: Score | None) -> str:
    if row is None or row.given_points is None:
        return ""
    from fractions import Fraction

    text = decimal_text(Fraction(row.given_points))
    return text.replace(".", ",") if lang() == "vi" else text
