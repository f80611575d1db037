"""Reading dossiers: one, many, what changed since, and the applicant's data where they are asked for."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Path, Query
from pydantic import Field

from minhbach.dossiers import finding, queries
from minhbach.dossiers.actions.personal import personal_open
from minhbach.dossiers.api import shapes, telling
from minhbach.dossiers.api.router import router
from minhbach.dossiers.following import token_of
from minhbach.dossiers.models import Dossier
from minhbach.dossiers.permissions import ACT_SCOPE, PERSONAL, PERSONAL_SCOPE, READ_SCOPE
from minhbach.dossiers.views.printing import follow_address
from minhbach.org.api.paging import cursor_of, keys_of
from minhbach.org.api.problems import documented, only_known
from minhbach.org.api.tokens import scope
from minhbach.org.api.types import Code, Moment, Strict, text, within_reason
from minhbach.org.permissions import require
from minhbach.org.rows import only_row

MOST = 100


class Filters(Strict):
    q: text(100) = Field(
        "", description="Words of the code; with personal:read also of the applicant: name, identity number, telephone."
    )  # type: ignore[valid-type]
    status: list[Annotated[int, Field(ge=1, le=10)]] = Field([], max_length=10, description="Any of these.")
    agency: text(40) = Field("", description="Code of the competent agency.")  # type: ignore[valid-type]
    unit: text(40) = Field("", description="Code of the unit in whose hands they lie, or of one above it.")  # type: ignore[valid-type]
    procedure: text(40) = ""  # type: ignore[valid-type]
    due_from: Moment | None = None
    due_before: Moment | None = None
    changed_since: Moment | None = Field(None, description="Then the order is by change, the oldest first.")
    limit: int = Field(20, ge=1, le=MOST)
    cursor: text(200) = Field("", description="From `next` of the page before.")  # type: ignore[valid-type]


@router.get(
    "/dossiers",
    response={200: shapes.Page, **documented(409)},
    summary=gettext_lazy("Find and list dossiers"),
    **scope(READ_SCOPE),
)
def list_dossiers(request: HttpRequest, filters: Query[Filters]):
    """The newest first; with `changed_since` in the order of the changes. A deep page costs what the first one does."""
    only_known(request, Filters)
    wanted = finding.Wanted(
        text=filters.q,
        statuses=tuple(filters.status),
        agency=filters.agency,
        unit=filters.unit,
        procedure=filters.procedure,
        due_from=within_reason(filters.due_from),
        due_before=within_reason(filters.due_before),
        changed_since=within_reason(filters.changed_since),
    )
    after = None
    if filters.cursor:
        after = keys_of(filters.cursor, str, int) if wanted.by_change else keys_of(filters.cursor, int)
        if wanted.by_change:
            after = [_moment(after[0]), after[1]]
    found = finding.page(request.user, wanted, after=after, size=filters.limit + 1)
    rows, more = found[: filters.limit], len(found) > filters.limit
    cursor = None
    if more:
        last = rows[-1]
        cursor = cursor_of(last.changed_at.isoformat(), last.pk) if wanted.by_change else cursor_of(last.pk)
    return {"rows": [telling.row(dossier) for dossier in rows], "next": cursor}


def _moment(given: str) -> datetime:
    try:
        return within_reason(datetime.fromisoformat(given).astimezone()) or datetime.max
    except (ValueError, OverflowError):
        return keys_of("", str)[0]


@router.get(
    "/dossiers/{code}",
    response={200: shapes.DossierOut, **documented(404)},
    summary=gettext_lazy("Read a dossier"),
    **scope(READ_SCOPE),
)
def read_dossier(request: HttpRequest, code: Path[Code]):
    """What it is, its clock, its papers, its course with every event, and what this token can do with it now."""
    dossier = found_dossier(request, code)
    follow = follow_address(request).replace("{code}", code).replace("{token}", token_of(code))
    return telling.whole(dossier, request.user, may_act=ACT_SCOPE in request.auth.scopes, follow=follow)


@router.get(
    "/dossiers/{code}/personal",
    response={200: shapes.Personal, **documented(404)},
    summary=gettext_lazy("Read the applicant's data in full"),
    **scope(PERSONAL_SCOPE),
)
def read_personal(request: HttpRequest, code: Path[Code]):
    """Each reading is recorded in the trail of the dossier. The account must hold the right at the handling office."""
    dossier = found_dossier(request, code)
    require(request.user, PERSONAL, dossier.office)
    personal_open(dossier, acting=request.user)
    return {
        "applicant": telling.applicant(dossier.applicant, full=True),
        "sender": dossier.sender,
        "answers": dossier.answers,
    }


def found_dossier(request: HttpRequest, code: str) -> Dossier:
    """The dossier, or 404 for one that this token may not know of."""
    related = ("agency", "office", "at_unit", "at_person", "procedure", "version", "applicant")
    rows = Dossier.objects.filter(code=code).select_related(*related)
    found = only_row(rows.prefetch_related("pauses", "dues"))
    if found is None or not queries.may_see(request.user, found):
        raise Http404(_("There is no dossier %(code)s, or not for this token.") % {"code": code})
    return found


def dossier_to_act_on(request: HttpRequest, code: str) -> Dossier:
    """The same with no more than its deeds need: each of them reads it again under its lock."""
    found = only_row(Dossier.objects.filter(code=code).select_related("agency", "office", "at_unit", "version"))
    if found is None or not queries.may_see(request.user, found):
        raise Http404(_("There is no dossier %(code)s, or not for this token.") % {"code": code})
    return found


def as_row(code: str) -> dict:
    """The dossier as a call has left it."""
    return telling.row(finding.with_row(Dossier.objects.filter(code=code)).get())
