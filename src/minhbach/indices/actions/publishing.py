"""A concluded round made public, and the file of its open data kept, once `jobs` has made it."""

from __future__ import annotations

import json

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minhbach.indices import events
from minhbach.indices.actions.preparing import locked_round
from minhbach.indices.imprint import imprint_of
from minhbach.indices.models import Entry, Publication, Round
from minhbach.indices.permissions import MANAGE_ROUND
from minhbach.org import processes, trail
from minhbach.org.errors import NotPossible
from minhbach.org.files import store
from minhbach.org.models import StoredFile
from minhbach.org.permissions import require

COMMAND = "indices_publish"
"""The management command that makes the file."""


@transaction.atomic
def round_publish(round_: Round, *, decision: str = "", acting) -> Round:
    """Make the concluded results public. Their open data are those of this moment, and made right after.

    Raises Refused; NotPossible with code `out_of_order`.
    """
    round_ = locked_round(round_)
    require(acting, MANAGE_ROUND, round_.unit)
    if round_.status != Round.Status.CLOSED:
        raise NotPossible(_("A round is published after it has been concluded."), "out_of_order")
    round_.status, round_.published_at, round_.decision = Round.Status.PUBLISHED, timezone.now(), decision.strip()
    round_.save(update_fields=["status", "published_at", "decision"])
    data = {"decision": round_.decision}
    trail.record(round_.chain, events.ROUND_PUBLISHED, acting=acting, subject=round_, data=data)
    if publication := publication_want(round_, acting=acting):
        _begin(publication)
    return round_


@transaction.atomic
def publication_want(round_: Round, *, acting) -> Publication | None:
    """Lay down that the open data of a published round are to be made, and what stands around its sealed results as of
    now. Once: what was wanted before stays. None where no unit was concluded.

    Raises Refused; NotPossible with code `out_of_order`.
    """
    round_ = locked_round(round_)
    require(acting, MANAGE_ROUND, round_.unit)
    if round_.status != Round.Status.PUBLISHED:
        raise NotPossible(_("Only a published round has open data."), "out_of_order")
    if wanted := Publication.objects.filter(round=round_).first():
        return wanted
    if not round_.entries.filter(status=Entry.Status.CONCLUDED).exists():
        return None
    return Publication.objects.create(round=round_, imprint=json.dumps(imprint_of(round_), ensure_ascii=False))


@transaction.atomic
def publication_keep(publication: Publication, content: bytes, *, acting) -> Publication:
    """Keep the file that was made; of two the first, for both have the same bytes. Raises Refused."""
    publication = _locked(publication)
    require(acting, MANAGE_ROUND, publication.round.unit)
    if publication.is_made:
        return publication
    sha256, size = store.put([content])
    publication.stored, _made = StoredFile.objects.get_or_create(
        sha256=sha256, defaults={"size": size, "media_type": "application/zip", "extension": "zip"}
    )
    publication.made_at, publication.failure = timezone.now(), ""
    publication.save(update_fields=["stored", "made_at", "failure"])
    data = {"sha256": sha256, "size": size}
    trail.record(publication.round.chain, events.OPEN_DATA_MADE, acting=acting, subject=publication, data=data)
    return publication


@transaction.atomic
def publication_failed(publication: Publication, why: str, *, acting) -> None:
    """Note why the file could not be made. Raises Refused."""
    publication = _locked(publication)
    require(acting, MANAGE_ROUND, publication.round.unit)
    if not publication.is_made:
        publication.failure = why[:500]
        publication.save(update_fields=["failure"])


@transaction.atomic
def publication_again(publication: Publication, *, acting) -> None:
    """Let the file that could not be made be made now, and not when the timer comes. Raises Refused."""
    publication = _locked(publication)
    require(acting, MANAGE_ROUND, publication.round.unit)
    if not publication.is_made:
        publication.failure = ""
        publication.save(update_fields=["failure"])
        _begin(publication)


def _locked(publication: Publication) -> Publication:
    found = Publication.objects.select_for_update(of=("self",)).select_related("round__unit")
    return found.get(pk=publication.pk)


def _begin(publication: Publication) -> None:
    """After the commit, and only if nobody has made the file within the transaction."""

    def begin() -> None:
        if Publication.objects.filter(pk=publication.pk, stored=None).exists():
            processes.begin(COMMAND, publication.pk)

    transaction.on_commit(begin)
