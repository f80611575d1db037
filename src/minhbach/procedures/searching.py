"""What this room lets people find: procedures in force."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from minhbach.org.ui.searching import Hit, register
from minhbach.procedures.queries import Wanted, listed


def _procedures(account, text: str, limit: int) -> list[Hit]:
    found = listed(account, Wanted(text=text))[:limit]
    return [
        Hit(str(version), reverse("procedures:procedure", args=[version.procedure_id]), version.procedure.code)
        for version in found
    ]


register(
    "procedures",
    _("Procedures"),
    find=_procedures,
    public=True,
    order=20,
    icon="journal-text",
    more=lambda text: f"{reverse('procedures:procedures')}?{urlencode({'q': text})}",
)
