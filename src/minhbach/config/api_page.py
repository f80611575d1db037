"""The description of the programming interface: for programs as OpenAPI, for people as a page, both of one schema."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from minhbach.config.api import api
from minhbach.org.permissions import public, scopes

_MOST_DEEP = 3


@require_safe
@public
def openapi(request: HttpRequest) -> HttpResponse:
    return JsonResponse(_schema(get_language() or "vi"), json_dumps_params={"ensure_ascii": False})


@require_safe
@public
def reference(request: HttpRequest) -> HttpResponse:
    schema = _schema(get_language() or "vi")
    context = {"groups": _groups(schema), "scopes": scopes(), "server": request.build_absolute_uri("/api/v1/")}
    return render(request, "config/api.html", context)


@cache
def _schema(_language: str) -> dict[str, Any]:
    return _plain(api.get_openapi_schema())


def _plain(value: Any) -> Any:
    """With the titles in the reader's language, and nothing left to be looked up later."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, int | float) else str(value)


def _groups(schema: dict[str, Any]) -> list[dict[str, Any]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            body = next(iter(operation.get("requestBody", {}).get("content", {}).values()), {}).get("schema")
            good = {status: response for status, response in operation["responses"].items() if int(status) < 300}
            answer = next(iter(next(iter(good.values())).get("content", {}).values()), {}).get("schema")
            found.setdefault(operation["tags"][0], []).append(
                {
                    "id": operation["operationId"],
                    "method": method.upper(),
                    "path": path,
                    "summary": operation["summary"],
                    "description": operation.get("description", ""),
                    "scope": operation.get("x-scope", ""),
                    "parameters": [
                        {
                            "name": one["name"],
                            "where": one["in"],
                            "required": one["required"],
                            "kind": _kind(one["schema"]),
                            "description": one.get("description", ""),
                        }
                        for one in operation.get("parameters", [])
                    ],
                    "body": _fields(schema, body) if body else [],
                    "answer": _fields(schema, answer) if answer else [],
                    "refusals": [status for status in operation["responses"] if int(status) >= 400],
                }
            )
    return [{"name": name, "operations": operations} for name, operations in found.items()]


def _fields(schema: dict[str, Any], of: dict[str, Any], prefix: str = "", depth: int = 0) -> list[dict[str, Any]]:
    """The fields of an object, those within it after it: applicant, applicant.name, papers[].title."""
    shape = _resolved(schema, of)
    rows = []
    for name, one in shape.get("properties", {}).items():
        inner, many = _inner(schema, one)
        path = f"{prefix}{name}{'[]' if many else ''}"
        rows.append(
            {
                "name": path,
                "required": name in shape.get("required", ()),
                "kind": _kind(one) or "object",
                "description": one.get("description", ""),
            }
        )
        if inner is not None and depth < _MOST_DEEP:
            rows += _fields(schema, inner, f"{path}.", depth + 1)
    return rows


def _resolved(schema: dict[str, Any], of: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in of:
        return schema["components"]["schemas"][of["$ref"].rpartition("/")[2]]
    return of


def _inner(schema: dict[str, Any], one: dict[str, Any]) -> tuple[dict[str, Any] | None, bool]:
    """The object a field holds, and whether it holds a list of them."""
    if one.get("type") == "array":
        return _inner(schema, one["items"])[0], True
    for choice in one.get("anyOf", [one]):
        shape = _resolved(schema, choice)
        if "properties" in shape:
            return shape, False
        if choice.get("type") == "array":
            return _inner(schema, choice["items"])[0], True
    return None, False


def _kind(one: dict[str, Any]) -> str:
    if "anyOf" in one:
        return " | ".join(filter(None, (_kind(choice) for choice in one["anyOf"])))
    if "enum" in one:
        return " | ".join(str(value) or "“”" for value in one["enum"])
    if "const" in one:
        return str(one["const"])
    if one.get("type") == "array":
        return f"[{_kind(one['items']) or 'object'}]"
    kind = one.get("format") or one.get("type", "")
    most = one.get("maxLength") or one.get("maximum")
    return f"{kind} ≤ {most}" if most and kind in ("string", "integer") else str(kind)
