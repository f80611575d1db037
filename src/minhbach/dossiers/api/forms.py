"""The forms of the one-stop shop: issued under a number, as files, the register of a period; and the quality sheet."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Path, Query
from pydantic import Field

from minhbach.dossiers import handling, queries
from minhbach.dossiers.actions.issuing import form_issue
from minhbach.dossiers.actions.personal import personal_printed
from minhbach.dossiers.api import shapes, telling
from minhbach.dossiers.api.reading import dossier_to_act_on, found_dossier
from minhbach.dossiers.api.router import router
from minhbach.dossiers.permissions import ACT_SCOPE, PERSONAL, PERSONAL_SCOPE, READ_SCOPE
from minhbach.dossiers.printing.saying import possible_forms
from minhbach.dossiers.views import printing
from minhbach.org.api.problems import ApiError, binary, documented, only_known
from minhbach.org.api.tokens import scope
from minhbach.org.api.types import Code, Day, Key, Moment, Strict, sensible

Kind = Literal["receipt", "supplement", "refusal", "apology", "stop", "control"]
Ending = Literal["pdf", "docx", "xlsx"]
FILES = binary(*printing.TYPES.values())


class Issue(Strict):
    promised: Moment | None = Field(None, description="The new moment of an apology that extends nothing.")


class Period(Strict):
    agency: Key = Field(description="Code of the agency.", min_length=1)
    first: Day = Field(description="Received from.")
    last: Day


@router.get(
    "/dossiers/{code}/forms",
    response={200: list[shapes.FormOut], **documented(404)},
    summary=gettext_lazy("List the forms that can be issued or printed now"),
    **scope(READ_SCOPE),
)
def list_forms(request: HttpRequest, code: Path[Code]):
    dossier = found_dossier(request, code)
    return [_form(one) for one in possible_forms(dossier)] if not dossier.is_mirrored else []


@router.post(
    "/dossiers/{code}/forms/{kind}",
    response={200: shapes.FormOut, **documented(404, 409, 413)},
    summary=gettext_lazy("Issue a form"),
    **scope(ACT_SCOPE),
)
def issue_form(request: HttpRequest, code: Path[Code], kind: Path[Kind], sent: Issue):
    """It takes its number, and what it says is kept. Asked for again on the same occasion it is the same one."""
    dossier = dossier_to_act_on(request, code)
    issued = form_issue(dossier, kind, promised=sensible(sent.promised), acting=request.user)
    found = next(one for one in possible_forms(dossier) if one.issued and one.issued.pk == issued.pk)
    return _form(found)


@router.get(
    "/dossiers/{code}/forms/{kind}/{ending}",
    response={200: None, **documented(404, 409)},
    summary=gettext_lazy("Print a form"),
    **scope(PERSONAL_SCOPE, answers=FILES),
)
def print_form(request: HttpRequest, code: Path[Code], kind: Path[Kind], ending: Path[Ending]) -> HttpResponse:
    """As it was issued, or as it stands. That personal data were shown is recorded."""
    return printing.printed(found_dossier(request, code), kind, ending, request)


@router.get(
    "/register.{ending}",
    response={200: None, **documented(404, 409)},
    summary=gettext_lazy("Print the register of a period"),
    **scope(PERSONAL_SCOPE, answers=FILES),
)
def print_register(request: HttpRequest, ending: Path[Ending], period: Query[Period]) -> HttpResponse:
    """Form 07: the dossiers received from one day to another, at most 500. The reading is recorded in each."""
    only_known(request, Period)
    agency = queries.agencies_with(request.user, PERSONAL).filter(code=period.agency).first()
    if agency is None:
        raise Http404(_("There is no agency %(code)s, or not for this token.") % {"code": period.agency})
    if period.last < period.first or not 2000 <= period.first.year <= period.last.year < 2100:
        raise ApiError(409, "period", _("The period ends before it begins."))
    rows = queries.received_between(request.user, agency, period.first, period.last)
    found = list(rows.select_related("version", "applicant")[: printing.MOST + 1])
    if len(found) > printing.MOST:
        raise ApiError(
            409, "too_many", _("More than %(most)s dossiers: take a shorter period.") % {"most": printing.MOST}
        )
    content = printing.register_drawn(found, ending, period.first, period.last, acting=request.user)
    personal_printed(found, acting=request.user)
    return printing.as_file(content, ending, f"register-{period.first:%Y%m%d}-{period.last:%Y%m%d}")


@router.get(
    "/dossiers/{code}/quality",
    response={200: shapes.Quality, **documented(404, 409)},
    summary=gettext_lazy("Read the quality sheet of a dossier"),
    **scope(READ_SCOPE),
)
def read_quality(request: HttpRequest, code: Path[Code]):
    """How it was handled, criterion by criterion; once its processing is finished."""
    dossier = found_dossier(request, code)
    scored = handling.scored(dossier)
    if scored is None:
        raise ApiError(409, "not_yet", _("Its processing is not finished, or no sheet held on that day."))
    lang = telling.lang()
    return {
        "points": _text(scored.result.score if scored.result.is_complete else None),
        "level": scored.level.title.in_(lang) if scored.level else "",
        "criteria": [
            {
                "code": leaf.code or leaf.id,
                "title": leaf.title.in_(lang),
                "points": _text(scored.result.nodes[leaf.id].score),
                "maximum": _text(leaf.maximum),
                "why": scored.explained(leaf.id, lang).applied if not leaf.is_unstated else [],
            }
            for leaf in scored.sheet.criteria.leaves
        ],
    }


def _form(possible) -> dict[str, Any]:
    issued = possible.issued
    return {
        "kind": possible.form.kind,
        "title": possible.form.title,
        "symbol": issued.symbol if issued else None,
        "issued_at": issued.at if issued else None,
    }


def _text(number: Any) -> str | None:
    return None if number is None else f"{Decimal(number.numerator) / number.denominator:f}"
