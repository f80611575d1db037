"""What was issued: results that wait to be numbered, sealed or returned."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minhbach.dossiers.health.rows import OF_A_DOSSIER, OF_OFFICE, day
from minhbach.dossiers.models import Dossier, Result
from minhbach.dossiers.states import OPEN, Status
from minhbach.org.health import HINT, WARNING, Check, Look, register

UNNUMBERED = timedelta(days=3)
UNRETURNED = timedelta(days=30)


def _unnumbered(look: Look) -> QuerySet[Result]:
    signed = Result.objects.filter(on_paper=False, recalled_at=None, signed_at__lt=look.now - UNNUMBERED)
    signed = signed.filter(Q(numbered_at=None) | Q(sealed_at=None), dossier__status__in=sorted(OPEN))
    return signed.order_by("signed_at", "pk")


register(
    Check(
        "dossiers.result_unnumbered",
        WARNING,
        gettext_lazy("Results signed days ago and not numbered or sealed"),
        gettext_lazy(
            "A document is issued on the day it is signed or on the next working day (Decree 30/2020, Article 18)."
        ),
        gettext_lazy("Let the clerk give the number and the organisation's signature, or find out what is in the way."),
        find=_unnumbered,
        unit="dossier__office",
        says=lambda result: (
            _("%(code)s, signed on %(day)s") % {"code": result.dossier.code, "day": day(result.signed_at)}
        ),
        **OF_A_DOSSIER,
    )
)


def _unreturned(look: Look) -> QuerySet[Dossier]:
    found = Dossier.objects.filter(status=Status.FINISHED, source=None, finished_at__lt=look.now - UNRETURNED)
    return found.order_by("finished_at", "pk")


register(
    Check(
        "dossiers.unreturned",
        HINT,
        gettext_lazy("Results that wait for more than 30 days to be returned"),
        gettext_lazy("The applicant has not come for the result, or its return was not entered."),
        gettext_lazy("Tell the applicant that the result is ready, or enter that it was returned."),
        find=_unreturned,
        says=lambda dossier: (
            _("%(code)s, finished on %(day)s") % {"code": dossier.code, "day": day(dossier.finished_at)}
        ),
        **OF_OFFICE,
    )
)
