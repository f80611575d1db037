"""What of the procedures an agency offers can be counted: as they stand on the last day of a period, for the office
that handles their dossiers.

What a procedure says is asked of the version in force that day. Procedures between agencies are left out: they are not
for citizens.
"""

from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minhbach.measures.declaring import Count, Listing, Standing
from minhbach.measures.figures import figure
from minhbach.org.dates import in_force
from minhbach.org.ui.figures import date_short
from minhbach.procedures.content.model import PARTS
from minhbach.procedures.models import Offer, Version

ONLINE = ("full", "part")


def _says(day: date, *such: Q, **more) -> Q:
    """The version in force on the day is such."""
    versions = Version.objects.order_by().filter(in_force(day), *such, is_draft=False, **more)
    return Q(procedure__in=versions.values("procedure"))


def _online(day: date) -> Q:
    """Online in part or fully, as the agency offers it, or else as the procedure says (Decree 42/2022 Art. 11)."""
    return Q(online__in=ONLINE) | Q(online="") & _says(day, online__in=ONLINE)


def _complete(day: date) -> Q:
    return _says(day, public_on__lte=day, public_parts=len(PARTS))


def _name(offer: Offer) -> str:
    version = offer.procedure.current
    return f"{offer.procedure.code} {version or ''}".strip()


OFFERS = Listing(
    columns=(
        (gettext_lazy("Procedure"), _name),
        (gettext_lazy("Agency"), lambda offer: str(offer.agency)),
        (gettext_lazy("Handling office"), lambda offer: str(offer.office)),
        (gettext_lazy("Offered since"), lambda offer: date_short(offer.begins)),
    ),
    open_to=lambda account, offers: offers,  # the catalogue is everybody's to read
    address=lambda offer: reverse("procedures:procedure", args=[offer.procedure_id]),
    related=("procedure__current", "agency", "office"),
    fields=(
        "begins", "procedure__code", "procedure__current__name", "procedure__current__name_en",
        "agency__name", "agency__name_en", "office__name", "office__name_en",
    ),
    order=("procedure__code", "pk"),
)  # fmt: skip

OFFERED = Standing(
    "procedures.offered",
    gettext_lazy("procedures offered"),
    model="procedures.Offer",
    unit="office",
    part="procedure",
    of=lambda day: in_force(day) & _says(day, internal=False),
    counts=[
        Count("all", gettext_lazy("procedures offered")),
        Count(
            "process_announced",
            gettext_lazy("procedures whose internal process is announced"),
            lambda day: _says(day, content__process__has_key="source"),
            gettext_lazy("the process names the document that announced it"),
            why_not=lambda offer, day: _("no document announces its internal process"),
            later=True,
        ),
        Count(
            "published",
            gettext_lazy("procedures made public"),
            lambda day: _says(day, public_on__lte=day),
            why_not=lambda offer, day: _("not made public"),
            later=True,
        ),
        Count(
            "published_complete",
            gettext_lazy("procedures made public with all their parts"),
            _complete,
            gettext_lazy("the seven parts of Decree 63/2010/NĐ-CP, article 8.2"),
            why_not=lambda offer, day: _("not made public, or not with all seven parts"),
            later=True,
        ),
        Count(
            "online",
            gettext_lazy("procedures offered online"),
            _online,
            gettext_lazy("in part or fully (Decree 42/2022/NĐ-CP, article 11)"),
            why_not=lambda offer, day: _("not offered online"),
            later=True,
        ),
        Count(
            "former_level_3",
            gettext_lazy("procedures offered online at the former level 3"),
            lambda day: _says(day, content__former_level=3),
        ),
        Count(
            "former_level_4",
            gettext_lazy("procedures offered online at the former level 4"),
            lambda day: _says(day, content__former_level=4),
        ),
        Count(
            "post",
            gettext_lazy("procedures offered by public post"),
            lambda day: Q(post=True),
            why_not=lambda offer, day: _("not offered by public post"),
            later=True,
        ),
        Count("here", gettext_lazy("procedures handled in this system"), lambda day: Q(mode=Offer.OWN)),
        Count(
            "here_with_process",
            gettext_lazy("procedures with their electronic process"),
            lambda day: Q(mode=Offer.OWN) & _says(day, content__has_key="process"),
            why_not=lambda offer, day: _("no electronic process"),
            later=True,
        ),
        Count(
            "with_fee",
            gettext_lazy("procedures with a fee or charge"),
            lambda day: _says(day, content__has_key="fees"),
        ),
        Count(
            "with_result",
            gettext_lazy("procedures with a written result"),
            lambda day: _says(day, content__has_key="results"),
        ),
    ],
    listing=OFFERS,
)

figure("procedures_competent", OFFERED, "all")
figure("procedures_internal_process_announced", OFFERED, "process_announced")
figure("procedures_published", OFFERED, "published")
figure("procedures_published_complete", OFFERED, "published_complete")
figure("procedures_published_on_portal", OFFERED, "published_complete")
PROCEDURES_ONLINE = figure("procedures_online", OFFERED, "online")
figure("services_online", OFFERED, "online", named=gettext_lazy("online services"))
LEVEL_3 = figure("procedures_online_level_3", OFFERED, "former_level_3")
LEVEL_4 = figure("procedures_online_level_4", OFFERED, "former_level_4")
PROCEDURES_BY_POST = figure("procedures_by_post", OFFERED, "post")
figure("procedures_in_system", OFFERED, "here")
figure("procedures_with_electronic_process", OFFERED, "here_with_process")
PROCEDURES_WITH_FEE = figure("procedures_with_payment_due", OFFERED, "with_fee")
PROCEDURES_WITH_RESULT = figure("procedures_with_written_result", OFFERED, "with_result")
