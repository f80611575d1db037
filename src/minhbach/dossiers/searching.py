"""What this room lets people find: the dossiers they may see, by code, applicant, identity number or telephone."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from minhbach.dossiers.masking import applicant_name
from minhbach.dossiers.models import Dossier
from minhbach.dossiers.permissions import SEE
from minhbach.dossiers.queries import dossiers_found, first_by_words, personal_among
from minhbach.dossiers.states import OPEN
from minhbach.org.ui.searching import Hit, register


def _dossiers(account, text: str, limit: int) -> list[Hit]:
    found = dossiers_found(account, text).select_related("version", "applicant", "office").order_by("-id")
    dossiers = first_by_words(found.defer("version__content"), Dossier.objects.order_by("-id"), limit)
    open_ = personal_among(account, dossiers)
    return [
        Hit(
            f"{dossier.code} · {applicant_name(dossier.applicant, full=dossier.pk in open_)}",
            reverse("dossiers:dossier", args=[dossier.code]),
            str(dossier.version),
            ("info" if dossier.status in OPEN else "neutral", dossier.get_status_display()),
        )
        for dossier in dossiers
    ]


register(
    "dossiers",
    _("Dossiers"),
    find=_dossiers,
    verb=SEE,
    order=10,
    icon="folder2-open",
    more=lambda text: f"/dossiers/?{urlencode({'q': text})}",
)
