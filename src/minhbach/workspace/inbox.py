"""The dossiers themselves, among what waits for a person: as one line that leads to the inbox."""

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minhbach.dossiers.models import Dossier
from minhbach.dossiers.queries import ACTING, mine, of_my_units
from minhbach.org.ui.inbox import Waiting, register
from minhbach.workspace.bands import PAUSED

DOSSIERS = "dossiers"


def _dossiers(account) -> Waiting:
    here = Dossier.objects.filter(Q(pk__in=mine(account).values("pk")) | Q(pk__in=of_my_units(account).values("pk")))
    late = ~PAUSED & Q(due_at__lt=timezone.now())
    counts = here.order_by().aggregate(count=Count("pk", filter=~PAUSED), late=Count("pk", filter=late))
    return Waiting(counts["count"], reverse("workspace:inbox"), counts["late"])


register(DOSSIERS, _("Dossiers to handle"), find=_dossiers, verb=ACTING, order=0, icon="folder2-open")
