"""Agencies and units as the forms name them: in Vietnamese, and as they were called on the day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from minhbach.dossiers.models import Desk
from minhbach.org.models import Unit, UnitName
from minhbach.org.units.models import STEP
from minhbach.papers.one_stop import Office, find_forms


class Offices:
    """What is asked about units again and again, read at once for all of them: three queries."""

    def __init__(self, agencies: Iterable[Unit], units: Iterable[int] = ()) -> None:
        agencies = list({agency.pk: agency for agency in agencies}.values())
        self._names: dict[int, list[UnitName]] = defaultdict(list)
        for name in UnitName.objects.filter(unit__in={*units, *(agency.pk for agency in agencies)}).order_by("begins"):
            self._names[name.unit_id].append(name)
        self._desks: dict[int, list[Desk]] = defaultdict(list)
        for desk in Desk.objects.filter(agency__in=agencies).order_by("begins"):
            self._desks[desk.agency_id].append(desk)
        tops = {agency.pk: int(agency.path[:STEP]) for agency in agencies}
        places = dict(Unit.objects.filter(pk__in=set(tops.values())).values_list("pk", "short_name"))
        self._places = {agency: places.get(top, "") for agency, top in tops.items()}

    def name(self, unit: Unit, day: date) -> str:
        """What the unit was called on the day."""
        names = self._names[unit.pk]
        begun = [name for name in names if name.begins <= day]
        return (begun or names)[-1 if begun else 0].name if names else unit.name

    def office(self, agency: Unit, day: date) -> Office:
        """The agency and its one-stop shop on the day. The place is the short name of the unit at the top."""
        desks = self._desks[agency.pk]
        desk = next((desk for desk in reversed(desks) if desk.begins <= day), desks[0] if desks else None)
        forms = find_forms()
        shop = (desk.name if desk else "") or forms.usual_shop
        return Office(
            agency=self.name(agency, day),
            shop=shop,
            shop_symbol=forms.shop_symbol(shop),
            place=self._places.get(agency.pk, ""),
            phone=desk.phone if desk else "",
        )
