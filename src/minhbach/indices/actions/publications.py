"""The open data of published rounds: made with the publication, and afterwards for rounds published before."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minhbach.indices import events
from minhbach.indices.models import Entry, Publication, Round
from minhbach.indices.permissions import MANAGE_ROUND
from minhbach.org import trail
from minhbach.org.errors import NotPossible
from minhbach.org.files import store
from minhbach.org.models import StoredFile
from minhbach.org.permissions import SYSTEM, require


@transaction.atomic
def publication_make(round_: Round, *, acting) -> Publication | None:
    """Make the open data of a published round, once; None where no unit was concluded. Raises Refused; NotPossible with
    code `out_of_order`."""
    from minhbach.indices.exporting.published import package

    round_ = Round.objects.select_for_update(of=("self",)).select_related("unit").get(pk=round_.pk)
    require(acting, MANAGE_ROUND, round_.unit)
    if round_.status != Round.Status.PUBLISHED:
        raise NotPossible(_("Only a published round has open data."), "out_of_order")
    if made := Publication.objects.filter(round=round_).first():
        return made
    if not round_.entries.filter(status=Entry.Status.CONCLUDED).exists():
        return None
    content = package(round_).zipped()
    sha256, size = store.put([content])
    stored, _made = StoredFile.objects.get_or_create(
        sha256=sha256, defaults={"size": size, "media_type": "application/zip", "extension": "zip"}
    )
    publication = Publication.objects.create(round=round_, stored=stored, made_at=timezone.now())
    data = {"sha256": sha256, "size": size}
    trail.record(f"round:{round_.pk}", events.OPEN_DATA_MADE, acting=acting, subject=publication, data=data)
    return publication


def publications_missing() -> int:
    """Make the open data of rounds that were published without; a daily job. Returns how many."""
    rounds = Round.objects.filter(status=Round.Status.PUBLISHED, publication=None)
    return sum(publication_make(round_, acting=SYSTEM) is not None for round_ in rounds)
