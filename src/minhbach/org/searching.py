"""What this room lets people find: units, and the people of units they may look into."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from minhbach.org.dates import today
from minhbach.org.people.queries import people
from minhbach.org.permissions.org_verbs import PEOPLE_VIEW
from minhbach.org.ui.searching import Hit, register
from minhbach.org.units.queries import search


def _units(account, text: str, limit: int) -> list[Hit]:
    found = search(text, today()).select_related("parent")[:limit]
    return [Hit(str(unit), reverse("org:unit", args=[unit.pk]), str(unit.parent or "")) for unit in found]


def _people(account, text: str, limit: int) -> list[Hit]:
    return [
        Hit(
            str(person),
            reverse("org:person", args=[person.pk]),
            "; ".join(str(post) for post in person.posts_now) or str(person.unit),
        )
        for person in people(account, text=text)[:limit]
    ]


register("units", _("Units"), find=_units, public=True, order=40, icon="building")
register("people", _("People"), find=_people, verb=PEOPLE_VIEW, order=50, icon="people")
