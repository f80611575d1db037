"""What of the one-stop shop waits for a person beside the dossiers that lie in their hands."""

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minhbach.dossiers.models import Delivery, Dossier, Filed, Outgoing, Result
from minhbach.dossiers.permissions import EXTEND, HANDLE, ISSUE, PORTAL, RECEIVE, SIGN
from minhbach.dossiers.queries import opinions_to_give, to_apologise, to_return
from minhbach.dossiers.states import WORKING
from minhbach.org.permissions import unit_ids, units_where, visible
from minhbach.org.permissions.org_verbs import TOKENS_MANAGE
from minhbach.org.ui.inbox import SHOWN, Line, Waiting, register

LIST = "/dossiers/"


def _opinions(account) -> Waiting:
    found, now = opinions_to_give(account), timezone.now()
    counts = found.order_by().aggregate(count=Count("pk"), late=Count("pk", filter=Q(due_at__lt=now)))
    lines = [
        Line(opinion.dossier.code, _page(opinion.dossier), f"{opinion.unit}: {opinion.question}"[:160], opinion.due_at)
        for opinion in found[:SHOWN]
    ]
    return Waiting(counts["count"], late=counts["late"], lines=lines)


def _results(account) -> Waiting:
    found = to_return(account)
    lines = [
        Line(dossier.code, _page(dossier), str(dossier.version))
        for dossier in found.select_related("version").defer("version__content")[:SHOWN]
    ]
    return Waiting(found.count(), f"{LIST}?status=9", lines=lines)


def _apologies(account) -> Waiting:
    now = timezone.now()
    found = to_apologise(account, now).order_by("due_at", "id")
    lines = [
        Line(dossier.code, _page(dossier), str(dossier.version), dossier.due_at)
        for dossier in found.select_related("version").defer("version__content")[:SHOWN]
    ]
    count = found.count()
    return Waiting(count, f"{LIST}?apology=no", late=count, lines=lines)


def _to_sign(account) -> Waiting:
    """Drafts that have come to the agency itself, where results are signed."""
    units = unit_ids(account, SIGN)
    found = Result.objects.filter(signed_at=None, dossier__at_unit=F("dossier__agency"))
    return _of_results(found if units is None else found.filter(dossier__agency__in=units))


def _to_issue(account) -> Waiting:
    """Signed, and without number or the organisation's signature."""
    units = unit_ids(account, ISSUE)
    found = Result.objects.filter(signed_at__isnull=False, sealed_at=None)
    return _of_results(found if units is None else found.filter(dossier__agency__in=units))


def _of_results(found: QuerySet[Result]) -> Waiting:
    now = timezone.now()
    found = found.filter(recalled_at=None, dossier__status__in=sorted(WORKING))
    counts = found.order_by().aggregate(count=Count("pk"), late=Count("pk", filter=Q(dossier__due_at__lt=now)))
    shown = found.select_related("dossier").order_by("dossier__due_at", "id")[:SHOWN]
    lines = [Line(result.dossier.code, _page(result.dossier), result.title, result.dossier.due_at) for result in shown]
    return Waiting(counts["count"], late=counts["late"], lines=lines)


def _portal(account) -> Waiting:
    """What the national portal refused, and what was filed there and could not be taken in."""
    agencies = units_where(account, PORTAL).values("pk")
    refused = Outgoing.objects.filter(state=Outgoing.FAILED, dossier__agency__in=agencies).count()
    held = Filed.objects.filter(state=Filed.HELD, link__agency__in=agencies).count()
    return Waiting(refused + held, reverse("dossiers:portal"))


def _undelivered(account) -> Waiting:
    """What other systems could not be told."""
    found = visible(
        Delivery.objects.filter(state=Delivery.FAILED), account, TOKENS_MANAGE, unit_field="hook__token__unit"
    )
    return Waiting(found.count(), reverse("dossiers:hook_messages"))


def _page(dossier: Dossier) -> str:
    return reverse("dossiers:dossier", args=[dossier.code])


register(
    "apologies", _("Late without an apology"), find=_apologies, verb=EXTEND, order=10, icon="exclamation-octagon-fill"
)
register("opinions", _("Opinions asked of my unit"), find=_opinions, verb=HANDLE, order=20, icon="chat-left-text")
register(
    "results", _("Results waiting to be returned"), find=_results, verb=RECEIVE, order=30, icon="box-arrow-up-right"
)
register("to-sign", _("Drafts to sign"), find=_to_sign, verb=SIGN, order=12, icon="pencil-square")
register(
    "to-issue",
    _("Results to number and to sign for the organisation"),
    find=_to_issue,
    verb=ISSUE,
    order=14,
    icon="award",
)
register("portal", _("Stuck between us and the national portal"), find=_portal, verb=PORTAL, order=40, icon="globe2")
register(
    "undelivered",
    _("Messages that other systems did not get"),
    find=_undelivered,
    verb=TOKENS_MANAGE,
    order=42,
    icon="envelope",
)
