"""Choosing units in a form: a list while they are few, a search by words of the name or the code where they are many.

Without scripts the search works too: what was typed is sent with the form, which comes back with the units that fit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from minhbach.org.models import Unit
from minhbach.org.ui.figures import number
from minhbach.org.units.queries import search

FEW = 40
"""So many units are a list to choose from."""
MOST = 12
"""So many are shown of those that fit."""
LONGEST = 200


class Choosable:
    """The units that may be chosen, in their order. `key` is what is sent for one, `note` what is said beside it (the
    code, where nothing is given). Several fields can share it: its list is read once."""

    def __init__(self, units: QuerySet[Unit], *, key: str = "pk", note: Callable[[Unit], str] | None = None):
        self.units, self.key = units.select_related("parent"), key
        self.note = note or (lambda unit: unit.code)

    @cached_property
    def first(self) -> list[Unit]:
        return list(self.units[: FEW + 1])

    @property
    def are_few(self) -> bool:
        return len(self.first) <= FEW

    @cached_property
    def count(self) -> int:
        return len(self.first) if self.are_few else self.units.count()

    def key_of(self, unit: Unit) -> str:
        return str(getattr(unit, self.key))

    def chosen(self, keys: Iterable[str]) -> list[Unit]:
        """Those of the keys that may be chosen, in the order of the keys."""
        wanted = [key for key in keys if key and (self.key != "pk" or key.isdecimal() and len(key) < 18)]
        if not wanted:
            return []
        among = self.first if self.are_few else self.units.filter(**{f"{self.key}__in": wanted})
        found = {self.key_of(unit): unit for unit in among}
        return [found[key] for key in dict.fromkeys(wanted) if key in found]

    def fitting(self, text: str) -> QuerySet[Unit]:
        """Those whose name or code holds every word, marks aside."""
        return search(text, among=self.units)


@dataclass(frozen=True)
class Typed:
    """What a search field sends: the keys chosen, the words typed, and the words whose units were on the page."""

    keys: tuple[str, ...] = ()
    text: str = ""
    seen: str = ""


class UnitSearch(forms.Widget):
    """Words to type, and below them the units that fit, to choose one or (`many`) several."""

    def __init__(self, units: Choosable, *, many: bool, empty: str, address: str = ""):
        super().__init__()
        self.units, self.many, self.empty, self.address = units, many, empty, address

    def value_from_datadict(self, data, files, name) -> Typed:
        keys = data.getlist(name) if hasattr(data, "getlist") else [data.get(name) or ""]
        text, seen = (" ".join(str(data.get(f"{name}.{part}") or "").split())[:LONGEST] for part in ("q", "seen"))
        return Typed(tuple(str(key) for key in keys if key), text, seen)

    def value_omitted_from_data(self, data, files, name) -> bool:
        return name not in data and f"{name}.q" not in data

    def render(self, name, value, attrs=None, renderer=None):
        typed = value if isinstance(value, Typed) else Typed(tuple(_keys(value, self.units)))
        return render_to_string("ui/unitsearch.html", self._context(name, typed, attrs or {}))

    def results(self, name: str, typed: Typed) -> str:
        """What is below the words, for one who is typing."""
        return render_to_string("ui/unitsearch_found.html", self._context(name, typed, {}) | {"announce": True})

    def _context(self, name: str, typed: Typed, attrs: Mapping) -> dict:
        chosen = self.units.chosen(typed.keys)
        found, count = self._found(typed.text)
        kept = {unit.pk for unit in chosen}
        return {
            "name": name,
            "id": attrs.get("id") or f"id_{name}",
            "attrs": {key: attr for key, attr in attrs.items() if key.startswith("aria-")},
            "address": self.address,
            "kind": "checkbox" if self.many else "radio",
            "text": typed.text,
            "rows": [self._row(unit, True) for unit in chosen]
            + [self._row(unit, False) for unit in found if unit.pk not in kept],
            "empty": "" if self.many or self.is_required else self.empty,
            "none_chosen": not chosen,
            "says": _says(typed.text, min(count, MOST), count),
        }

    def _found(self, text: str) -> tuple[list[Unit], int]:
        if not text:
            # Where one must choose, the first of them show what there is.
            return (self.units.first[:MOST], self.units.count) if self.is_required else ([], self.units.count)
        fitting = self.units.fitting(text)
        found = list(fitting[: MOST + 1])
        return found[:MOST], len(found) if len(found) <= MOST else fitting.count()

    def _row(self, unit: Unit, chosen: bool) -> dict:
        return {"key": self.units.key_of(unit), "unit": unit, "note": self.units.note(unit), "chosen": chosen}


def _says(text: str, shown: int, count: int) -> str:
    words = {"shown": number(shown), "count": number(count), "text": text}
    if not text:
        return (
            ngettext("%(count)s unit; write words of its name.", "%(count)s units; write words of the name.", count)
            % words
        )
    if not count:
        return _("No unit fits “%(text)s”. Try fewer words, without marks if you like.") % words
    if shown < count:
        return _("%(shown)s of %(count)s units that fit; write more of the name.") % words
    return ngettext("%(count)s unit fits.", "%(count)s units fit.", count) % words


class UnitField(forms.Field):
    """One of `units`, in their order. While they are few it is a list, indented by depth.

    `empty` is what stands for none, `address` the page that answers while one types, where it is not the form's own.
    """

    many = False
    default_error_messages = {
        "foreign": gettext_lazy("You cannot choose this unit here; choose one of the list."),
    }

    def __init__(self, *, units: QuerySet[Unit] | Choosable, empty: str = "", address: str = "", **more):
        self.units = units if isinstance(units, Choosable) else Choosable(units)
        if "widget" not in more:
            more["widget"] = (
                self._list(empty)
                if self.units.are_few
                else UnitSearch(self.units, many=self.many, empty=empty or _("No unit"), address=address)
            )
        super().__init__(**more)

    def _list(self, empty: str) -> forms.Widget:
        top = min((unit.depth for unit in self.units.first), default=0)
        rows = [(self.units.key_of(u), "\u2003" * (u.depth - top) + self._label(u)) for u in self.units.first]
        return forms.Select(choices=[("", empty or _("Choose a unit")), *rows])

    def _label(self, unit: Unit) -> str:
        note = self.units.note(unit)
        return f"{unit} ({note})" if note else str(unit)

    def prepare_value(self, value):
        return value if isinstance(value, Typed) else next(iter(_keys(value, self.units)), "")

    def clean(self, value) -> Unit | None:
        found = self._chosen(value)
        if not found and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        return found[0] if found else None

    def _chosen(self, value) -> list[Unit]:
        typed = value if isinstance(value, Typed) else Typed(tuple(_keys(value, self.units)))
        found = self.units.chosen(typed.keys)
        if len(found) < len(set(typed.keys)):
            raise ValidationError(self.error_messages["foreign"], code="invalid_choice")
        if typed.text and typed.text != typed.seen and not (found and not self.many and _is(found[0], typed.text)):
            return self._searched(typed, found)
        return found

    def _searched(self, typed: Typed, found: list[Unit]) -> list[Unit]:
        """Words whose units were not on the page yet: one that fits is meant, of several one has to be chosen."""
        fitting = list(self.units.fitting(typed.text)[: MOST + 1])
        if len(fitting) == 1:
            return [*(unit for unit in found if self.many and unit != fitting[0]), fitting[0]]
        if not fitting:
            raise ValidationError(
                _("No unit fits “%(text)s”. Try fewer words, without marks if you like.") % {"text": typed.text},
                code="no_match",
            )
        raise ValidationError(
            _("More than one unit fits “%(text)s”; choose below.") % {"text": typed.text}, code="several_match"
        )


class UnitsField(UnitField):
    """Several of `units`."""

    many = True

    def _list(self, empty: str) -> forms.Widget:
        return forms.CheckboxSelectMultiple(choices=[(self.units.key_of(u), self._label(u)) for u in self.units.first])

    def prepare_value(self, value):
        return value if isinstance(value, Typed) else list(_keys(value, self.units))

    def clean(self, value) -> list[Unit]:
        found = self._chosen(value)
        if not found and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        return found


def _keys(value, units: Choosable) -> Iterable[str]:
    """The keys of whatever a form was given: a unit, a key, several of them, nothing."""
    values = value if isinstance(value, list | tuple | set | QuerySet) else [value]
    return [units.key_of(v) if isinstance(v, Unit) else str(v) for v in values if v not in (None, "")]


def _is(unit: Unit, text: str) -> bool:
    return text in (str(unit), unit.name, unit.code)


def found_units(request: HttpRequest, form: forms.BaseForm | None) -> HttpResponse | None:
    """The answer to a field of the form whose words are being typed; None for every other request."""
    name = request.GET.get("find", "")
    if form is None or not name or not request.htmx or name not in form.fields:
        return None
    widget = form.fields[name].widget
    if not isinstance(widget, UnitSearch):
        return None
    return HttpResponse(widget.results(name, widget.value_from_datadict(request.GET, {}, name)))
