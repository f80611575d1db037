"""Where payment gateways send their notices."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from minhbach.dossiers.actions.incoming import notice_take
from minhbach.dossiers.models import Desk
from minhbach.dossiers.models.statements import PAID
from minhbach.dossiers.money.gateways import MOST_BYTES, BadNotice, gateway_of
from minhbach.org.dates import today
from minhbach.org.errors import NotPossible
from minhbach.org.permissions import SYSTEM, public

_STATUS = {"signature": 403, "time": 400, "body": 400}


@csrf_exempt
@require_POST
@public
def notice(request: HttpRequest, agency_code: str) -> JsonResponse:
    """A signed notice of a payment: 200 when it is paid, however often it is sent; 202 when it is kept for a person
    to look at; 409 when its number said something else before. Whoever cannot sign learns nothing."""
    return notice_answer(agency_code, request.headers, request.body)


def notice_answer(agency_code: str, headers: Mapping[str, str], body: bytes) -> JsonResponse:
    """The answer to what was sent, once it is taken in."""
    gateway = gateway_of(agency_code)
    desk = Desk.objects.on(today()).filter(agency_code=agency_code).select_related("agency").first()
    if gateway is None or desk is None:
        return JsonResponse({"error": "unknown"}, status=404)
    if len(body) > MOST_BYTES:
        return JsonResponse({"error": "body"}, status=413)
    try:
        said = gateway.read(headers, body, now=timezone.now())
    except BadNotice as error:
        return JsonResponse({"error": error.code, "message": str(error)}, status=_STATUS[error.code])
    try:
        row = notice_take(desk.agency, gateway.code, said, acting=SYSTEM)
    except NotPossible as error:
        return JsonResponse({"error": error.code}, status=409)
    if row.state == PAID:
        return JsonResponse({"state": "paid", "id": row.number})
    return JsonResponse({"state": "held", "id": row.number, "why": row.why}, status=202)
