"""Looking at an applicant's data in full: who did is recorded."""

from django.db import transaction

from minhbach.dossiers import events
from minhbach.dossiers.actions import common
from minhbach.dossiers.models import Dossier
from minhbach.dossiers.permissions import PERSONAL
from minhbach.org.permissions import require


@transaction.atomic
def personal_open(dossier: Dossier, *, acting) -> Dossier:
    """Record that the applicant's data are looked at in full; only then may they be shown. Raises Refused."""
    require(acting, PERSONAL, dossier.office)
    common.tell(dossier, events.PERSONAL_SEEN, acting=acting)
    return dossier
