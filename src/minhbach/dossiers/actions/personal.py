"""Looking at an applicant's data in full: who did is recorded."""

from collections.abc import Iterable

from django.db import transaction

from minhbach.dossiers import events
from minhbach.dossiers.actions import common
from minhbach.dossiers.models import Dossier
from minhbach.dossiers.permissions import PERSONAL
from minhbach.dossiers.queries import may_see_personal
from minhbach.org.permissions import Refused


@transaction.atomic
def personal_open(dossier: Dossier, *, acting) -> Dossier:
    """Record that the applicant's data are looked at in full; only then may they be shown. Raises Refused."""
    if not may_see_personal(acting, dossier):
        raise Refused(PERSONAL, dossier.office)
    common.tell(dossier, events.PERSONAL_SEEN, acting=acting)
    return dossier


@transaction.atomic
def personal_printed(dossiers: Iterable[Dossier], *, acting) -> None:
    """Record that forms bearing the applicants' data were shown. Raises Refused."""
    # In one order for everybody, so that two batches never wait for each other.
    for dossier in sorted(dossiers, key=lambda dossier: dossier.pk):
        if not may_see_personal(acting, dossier):
            raise Refused(PERSONAL, dossier.office)
        common.tell(dossier, events.PERSONAL_SEEN, acting=acting)
