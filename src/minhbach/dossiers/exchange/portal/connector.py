"""How the portal is reached: an interface, and the one way there is, HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from minhbach.dossiers.exchange.sending import Later, Rejected

CONNECT, READ = 5, 20
"""Seconds."""
MOST = 30 * 1024 * 1024
_LOCAL = ("localhost", "127.0.0.1", "::1")
_LATER = (408, 425, 429)


@dataclass(frozen=True)
class Page:
    """Dossiers filed at the portal; `next` is where to read on."""

    dossiers: list[dict[str, Any]]
    next: str


class Connector(Protocol):
    def send(self, key: str, message: dict[str, Any]) -> None:
        """Deliver a message; the same key again is the same message. Raises Later or Rejected."""

    def filed(self, agency_code: str, after: str) -> Page:
        """What was filed for the agency after this place in the list. Raises Later or Rejected."""

    def file(self, address: str) -> bytes:
        """A file of a filed dossier. Raises Later or Rejected."""


class HttpConnector:
    """JSON over HTTPS; plain HTTP to this machine only. Redirects are not followed, certificates are checked."""

    def __init__(self, url: str, *, token: str = "", ca: str = "") -> None:
        parts = urlsplit(url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOCAL):
            raise ImproperlyConfigured("PORTAL_URL must begin with https:// (http:// only for this machine)")
        self._url = url.rstrip("/")
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy and no password file that nobody chose for this
        self._session.verify = ca or True
        if token:
            self._session.headers["Authorization"] = f"Bearer {token}"

    def send(self, key: str, message: dict[str, Any]) -> None:
        self._ask("POST", "/dong-bo-ho-so", json=message, headers={"Idempotency-Key": key})

    def filed(self, agency_code: str, after: str) -> Page:
        answer = self._ask("GET", "/ho-so-nop", params={"maDonVi": agency_code, "sau": after})
        try:
            told = requests.models.complexjson.loads(answer)
            dossiers, place = told["DanhSachHoSo"], str(told["TiepTheo"])
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise Later("the answer is no list of dossiers") from error
        if not isinstance(dossiers, list) or not all(isinstance(one, dict) for one in dossiers):
            raise Later("the answer is no list of dossiers")
        return Page(dossiers, place[:100])

    def file(self, address: str) -> bytes:
        return self._ask("GET", "/tep", params={"id": address})

    def _ask(self, method: str, path: str, **more: Any) -> bytes:
        try:
            with self._session.request(
                method, self._url + path, timeout=(CONNECT, READ), allow_redirects=False, stream=True, **more
            ) as answer:
                content = b"".join(_within(answer))
        except requests.RequestException as error:
            raise Later(f"{type(error).__name__}") from error
        if 200 <= answer.status_code < 300:
            return content
        said = f"{answer.status_code}: {content[:300].decode(errors='replace')}"
        if 400 <= answer.status_code < 500 and answer.status_code not in _LATER:
            raise Rejected(said)
        raise Later(said)


def _within(answer: requests.Response):
    count = 0
    for part in answer.iter_content(65536):
        count += len(part)
        if count > MOST:
            raise Later("the answer is too large")
        yield part


def configured() -> Connector | None:
    """The connector of this installation; None while the portal is not configured."""
    if not settings.PORTAL_URL:
        return None
    return HttpConnector(settings.PORTAL_URL, token=settings.PORTAL_TOKEN, ca=settings.PORTAL_CA)
