"""Work that no page waits for: the open data of published rounds.

A process may be killed at any instant, and the work begun twice: the same round gives the same bytes, the first to end
keeps them, and the timer takes up what nobody has ended.
"""

from __future__ import annotations

import logging

from minhbach.indices.actions.publishing import publication_failed, publication_keep, publication_want
from minhbach.indices.exporting.published import package
from minhbach.indices.models import Publication, Round
from minhbach.org.permissions import SYSTEM

log = logging.getLogger(__name__)


def open_data_make(pk: int) -> bool:
    """Make the file of one publication; whether it is made now. A fault is noted with the publication."""
    publication = Publication.objects.select_related("round").get(pk=pk)
    if publication.is_made:
        return True
    try:
        publication_keep(publication, package(publication).zipped(), acting=SYSTEM)
    except Exception as error:
        log.exception("the open data of round %s could not be made", publication.round_id)
        publication_failed(publication, f"{type(error).__name__}: {error}", acting=SYSTEM)
        return False
    return True


def open_data_settle() -> int:
    """Make what was not made: where a process was stopped or failed, and of rounds published when there were no open
    data yet. Returns how many were made."""
    for round_ in Round.objects.filter(status=Round.Status.PUBLISHED, publication=None):
        publication_want(round_, acting=SYSTEM)
    waiting = list(Publication.objects.filter(stored=None).order_by("pk").values_list("pk", flat=True))
    return sum(open_data_make(pk) for pk in waiting)
