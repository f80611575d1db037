"""The papers of a dossier after it came in: digitised, added, taken away."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from minhbach.dossiers import events
from minhbach.dossiers.actions import common
from minhbach.dossiers.actions.intake import HandedIn, add_papers, scan_keep
from minhbach.dossiers.models import Dossier, Paper
from minhbach.dossiers.permissions import RECEIVE
from minhbach.dossiers.states import Digitised
from minhbach.org.errors import NotPossible
from minhbach.org.files.actions import file_detach
from minhbach.org.permissions import may


@transaction.atomic
def paper_scan(paper: Paper, scan: UploadedFile, *, acting) -> Paper:
    """Attach the scan of a paper; one it had before is taken away. Raises Refused; NotPossible with code `ended`;
    BadFile."""
    dossier = _open(paper.dossier, acting)
    paper = dossier.papers.select_related("attachment").get(pk=paper.pk)
    if paper.attachment is not None:
        file_detach(paper.attachment, chain=dossier.chain, acting=acting)
    paper.attachment, paper.digitised = scan_keep(dossier, scan, acting=acting), Digitised.DIGITISED
    paper.save()
    common.save(dossier, events.SCANNED, acting=acting, data={"component": paper.component})
    return paper


@transaction.atomic
def paper_add(dossier: Dossier, paper: HandedIn, *, acting) -> Paper:
    """Add a paper to an open dossier: one of the components, or another by its title. Raises Refused; NotPossible with
    code `ended` or `no_title`; BadFile."""
    dossier = _open(dossier, acting)
    if not paper.component and not paper.title.strip():
        raise NotPossible(_("Say what paper it is."), "no_title")
    [added] = add_papers(dossier, common.content_of(dossier), [paper], at=common.now(), acting=acting)
    common.save(dossier, events.PAPER_ADDED, acting=acting, data={"component": added.component})
    return added


@transaction.atomic
def paper_remove(paper: Paper, *, because: str, acting) -> Paper:
    """Take a paper out that was entered by mistake; the row stays for the trail. Raises Refused; NotPossible with code
    `ended`, `removed` or `no_reason`."""
    dossier = _open(paper.dossier, acting)
    common.require_reason(because)
    paper = dossier.papers.select_related("attachment").get(pk=paper.pk)
    if paper.removed_at is not None:
        raise NotPossible(_("This paper was taken away already."), "removed")
    if paper.attachment is not None:
        file_detach(paper.attachment, chain=dossier.chain, acting=acting)
    paper.removed_at = common.now()
    paper.save(update_fields=["removed_at"])
    common.save(dossier, events.PAPER_REMOVED, acting=acting, data={"component": paper.component, "because": because})
    return paper


def may_change(dossier: Dossier, account) -> bool:
    """Whether the account may change its papers now."""
    try:
        _require(dossier, account)
    except (NotPossible, PermissionDenied):
        return False
    return not dossier.is_mirrored


def _open(dossier: Dossier, acting) -> Dossier:
    dossier = common.locked(dossier)
    _require(dossier, acting)
    return dossier


def _require(dossier: Dossier, acting) -> None:
    """Still open, and in hands that may change its papers: the one-stop shop, or where it lies."""
    if not dossier.is_open:
        raise NotPossible(_("The processing of this dossier is over."), "ended")
    if not may(acting, RECEIVE, dossier.agency):
        common.require_here(dossier, acting)
