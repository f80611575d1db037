"""The programming interface /api/v1/: the operations of the rooms, described as OpenAPI 3.1."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.parser import Parser

from minhbach.dossiers.api import hooks
from minhbach.dossiers.api import router as dossiers
from minhbach.org.api.problems import MEDIA_TYPE, answer_with_problems
from minhbach.org.signing.api import router as signatures
from minhbach.procedures.api import router as procedures

VERSION = "1.0"


class OneReading(Parser):
    """JSON that has one meaning: no NaN, and nothing nested so deep that reading it fails."""

    def parse_body(self, request: HttpRequest) -> Any:
        try:
            return json.loads(request.body, parse_constant=_no_number)
        except (ValueError, RecursionError):
            raise HttpError(400, "unreadable") from None


def _no_number(_text: str) -> None:
    raise ValueError


class Api(NinjaAPI):
    def get_openapi_schema(self, *args: Any, **kwargs: Any) -> dict[str, Any]:  # type: ignore[override]
        schema = super().get_openapi_schema(*args, **kwargs)
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, response in operation["responses"].items():
                    content = response.get("content", {})
                    if int(status) >= 400 and "application/json" in content:
                        content[MEDIA_TYPE] = content.pop("application/json")
        return schema


api = Api(
    title="Minh Bạch",
    version=VERSION,
    description="Dossiers of the one-stop shop and the catalogue of procedures, for other systems.",
    urls_namespace="api",
    docs_url=None,
    openapi_url=None,
    parser=OneReading(),
)
answer_with_problems(api)
for _router in (dossiers, signatures, hooks.router, procedures):
    api.add_router("", _router)
