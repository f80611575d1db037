"""Calling an address somebody else chose: never one inside our own network, whatever its name resolves to."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from urllib.parse import urlsplit

from django.conf import settings

from minhbach.dossiers.exchange.sending import Later

SECONDS = 10


class Unreachable(Later):
    """The address cannot, or must not, be called; the words say why."""


def place_of(url: str) -> tuple[str, str, int, str]:
    """Scheme, host, port and path of an address that may be called. Raises Unreachable."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise Unreachable("not an address") from None
    inside = host in settings.WEBHOOK_HOSTS
    if not host or parts.username or parts.password or parts.fragment:
        raise Unreachable("not an address")
    if parts.scheme != "https" and not (inside and parts.scheme == "http"):
        raise Unreachable("https only")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.scheme, host, port or (443 if parts.scheme == "https" else 80), path


def post(url: str, body: bytes, headers: dict[str, str]) -> None:
    """Send it; any answer of the two hundreds is a receipt. Follows no redirection. Raises Unreachable."""
    scheme, host, port, path = place_of(url)
    try:
        connection = _Pinned(host, port, _resolved(host, port), tls=scheme == "https")
        try:
            connection.request("POST", path, body, headers)
            status = connection.getresponse().status
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unreachable(str(error) or type(error).__name__) from error
    if not 200 <= status < 300:
        raise Unreachable(f"HTTP {status}")


def _resolved(host: str, port: int) -> str:
    """The address of the name, checked and then called itself: a second look at the name could say another one."""
    found = [str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if host not in settings.WEBHOOK_HOSTS:
        for address in found:
            if not ipaddress.ip_address(address.partition("%")[0]).is_global:
                raise Unreachable("an address inside a network is not called")
    if not found:
        raise Unreachable("no such host")
    return found[0]


class _Pinned(http.client.HTTPConnection):
    """A connection to this very address, under the name for which the certificate must be."""

    def __init__(self, host: str, port: int, address: str, *, tls: bool):
        super().__init__(host, port, timeout=SECONDS)
        self._address, self._tls = address, tls

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), SECONDS)
        if self._tls:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)
