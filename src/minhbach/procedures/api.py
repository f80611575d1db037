"""Reading the catalogue: procedures, word for word, and who offers them."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Path, Query, Router
from pydantic import Field

from minhbach.org.api.paging import cursor_of, keys_of
from minhbach.org.api.problems import documented, only_known
from minhbach.org.api.tokens import scope
from minhbach.org.api.types import Key, Strict, Told, text
from minhbach.org.dates import today
from minhbach.procedures import queries
from minhbach.procedures.models import Procedure

router = Router(tags=["procedures"])


class ProcedureRow(Told):
    code: str
    version: int
    name: str
    name_en: str
    field: str
    level: str
    online: str
    begins: date
    ends: date | None


class ProcedurePage(Told):
    rows: list[ProcedureRow]
    next: str | None


class OfferOut(Told):
    agency: str
    one_stop: str
    office: str
    mode: Literal["own", "mirror"]
    committed: str
    online: str
    post: bool
    begins: date
    ends: date | None


class ProcedureOut(ProcedureRow):
    """`content` is the procedure as the catalogue keeps it (docs/procedures.md): components, times, fees, process."""

    content: dict[str, Any]
    offers: list[OfferOut]


class Filters(Strict):
    q: text(100) = Field("", description="Words of the name, the field or the code, marks aside.")  # type: ignore[valid-type]
    agency: Key = Field("", description="Offered by this agency today.")
    limit: int = Field(50, ge=1, le=200)
    cursor: text(200) = ""  # type: ignore[valid-type]


@router.get(
    "/procedures",
    response={200: ProcedurePage, **documented(409)},
    summary=gettext_lazy("List the procedures in force"),
    **scope(""),
)
def list_procedures(request: HttpRequest, filters: Query[Filters]):
    """By code."""
    only_known(request, Filters)
    wanted = queries.Wanted(text=filters.q, agency=queries.agencies().filter(code=filters.agency).first())
    found = queries.listed(request.user, wanted).select_related("procedure").defer("content").order_by(*queries.BY_CODE)
    if filters.agency and wanted.agency is None:
        found = found.none()
    if filters.cursor:
        found = found.filter(procedure__code__gt=keys_of(filters.cursor, str)[0])
    rows = list(found[: filters.limit + 1])
    more = len(rows) > filters.limit
    rows = rows[: filters.limit]
    return {"rows": [_row(row) for row in rows], "next": cursor_of(rows[-1].procedure.code) if more else None}


@router.get(
    "/procedures/{code}",
    response={200: ProcedureOut, **documented(404)},
    summary=gettext_lazy("Read a procedure and who offers it"),
    **scope(""),
)
def read_procedure(request: HttpRequest, code: Path[Key]):
    """As it is in force today, else the last version that was."""
    procedure = Procedure.objects.filter(code=code).first()
    version = queries.version_on(queries.versions_of(request.user, procedure), today()) if procedure else None
    if procedure is None or version is None:
        raise Http404(_("There is no procedure %(code)s.") % {"code": code})
    version.procedure = procedure
    offers = [
        {
            "agency": offer.agency.code,
            "one_stop": offer.one_stop.code,
            "office": offer.office.code,
            **{name: getattr(offer, name) for name in ("mode", "committed", "online", "post", "begins", "ends")},
        }
        for offer in queries.offers_of(procedure, today())
    ]
    return _row(version) | {"content": version.content, "offers": offers}


def _row(version) -> dict[str, Any]:
    same = ("name", "name_en", "field", "level", "online", "begins", "ends")
    return {"code": version.procedure.code, "version": version.number} | {name: getattr(version, name) for name in same}
