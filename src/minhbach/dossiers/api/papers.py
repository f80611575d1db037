"""The papers of a dossier after it came in, as on their page: added, digitised, taken out."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Path, Status
from pydantic import Field

from minhbach.dossiers.actions.papers import paper_add, paper_remove, paper_scan
from minhbach.dossiers.api import shapes, telling
from minhbach.dossiers.api.files import taken
from minhbach.dossiers.api.reading import dossier_to_act_on
from minhbach.dossiers.api.router import router
from minhbach.dossiers.api.sending import PaperIn, handed
from minhbach.dossiers.models import Dossier, Paper
from minhbach.dossiers.permissions import ACT_SCOPE
from minhbach.org.api.problems import ApiError, documented
from minhbach.org.api.tokens import scope
from minhbach.org.api.types import Code, Strict, text
from minhbach.procedures.content.reading import stored


class Scan(Strict):
    file: text(60, 1) = Field(description="Sent ahead: POST /files.")  # type: ignore[valid-type]


class Why(Strict):
    because: text(1000, 1)  # type: ignore[valid-type]


@router.post(
    "/dossiers/{code}/papers",
    response={201: shapes.Paper, **documented(404, 409, 413)},
    summary=gettext_lazy("Add a paper"),
    **scope(ACT_SCOPE),
)
def add_paper(request: HttpRequest, code: Path[Code], sent: PaperIn):
    """One of the components, or another by its title; with its scan, if it was sent ahead."""
    dossier = dossier_to_act_on(request, code)
    known = {component.key for component in stored(dossier.version.content).components}
    if sent.component and sent.component not in known:
        raise ApiError(409, "no_component", _("The procedure has no component %(key)s.") % {"key": sent.component})
    with transaction.atomic():
        added = paper_add(dossier, handed(sent, request), acting=request.user)
    return Status(201, telling.paper(_again(added)))


@router.post(
    "/dossiers/{code}/papers/{paper}/scan",
    response={200: shapes.Paper, **documented(404, 409, 413)},
    summary=gettext_lazy("Attach the scan of a paper"),
    **scope(ACT_SCOPE),
)
def scan_paper(request: HttpRequest, code: Path[Code], paper: Path[int], sent: Scan):
    """One it had before is taken away."""
    found = _paper(dossier_to_act_on(request, code), paper)
    with transaction.atomic():
        scanned = paper_scan(found, taken(request, sent.file), acting=request.user)
    return telling.paper(_again(scanned))


@router.post(
    "/dossiers/{code}/papers/{paper}/remove",
    response={204: None, **documented(404, 409, 413)},
    summary=gettext_lazy("Take a paper out that was entered by mistake"),
    **scope(ACT_SCOPE),
)
def remove_paper(request: HttpRequest, code: Path[Code], paper: Path[int], sent: Why):
    paper_remove(_paper(dossier_to_act_on(request, code), paper), because=sent.because, acting=request.user)
    return Status(204, None)


def _paper(dossier: Dossier, pk: int) -> Paper:
    found: Any = dossier.papers.filter(pk=pk, removed_at=None).first() if 0 < pk < 2**63 else None
    if found is None:
        raise ApiError(404, "not_found", _("This dossier has no such paper."))
    return found


def _again(paper: Paper) -> Paper:
    return Paper.objects.select_related("attachment").get(pk=paper.pk)
