"""A small signing program for an officer's own computer. It stands in for the software of a token in tests and in the
demonstration: it holds a PKCS#12 file. What it speaks is what a program for real tokens would speak.

    minhbach signer serve --key dung.p12 --origin http://localhost:8000
    minhbach signer sign --key dung.p12 quyet-dinh.sign.json -o answer.json

It answers only pages of the origins it is told, only on this computer, and signs only for certificates it holds.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Collection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from minhbach.records.texts import Text

from .errors import SignatureError
from .keys import Key

HOSTS = ("127.0.0.1", "localhost")
MOST = 64 * 1024
NOTICE = Text(
    "Chương trình ký TRÌNH DIỄN: thay cho thiết bị ký, không dùng cho văn bản thật.",
    "DEMONSTRATION signing program: it stands in for a token and is not for real papers.",
)


def answered(keys: Collection[Key], order: Any) -> dict[str, str]:
    """The signature for a request as the server gives it out. Raises SignatureError, code `order` or `other_key`."""
    digest = order.get("digest") if isinstance(order, dict) else None
    if not isinstance(digest, str) or not re.fullmatch("[0-9a-f]{64}", digest) or order.get("algorithm") != "sha256":
        raise SignatureError("order", "Yêu cầu ký không đúng định dạng.", "This is no request for a signature.")
    wanted = order.get("certificate")
    key = next((one for one in keys if hashlib.sha256(one.certificate).hexdigest() == wanted), None)
    if key is None:
        holder = str(order.get("holder", ""))[:100]
        raise SignatureError(
            "other_key",
            f"Thiết bị này không có chứng thư của {holder}.",
            f"This token does not hold the certificate of {holder}.",
        )
    signature = base64.b64encode(key.sign(bytes.fromhex(digest))).decode()
    return {"request": str(order.get("request", "")), "signature": signature}


def server(
    keys: Collection[Key],
    *,
    origins: Collection[str],
    port: int,
    agree: Callable[[str], bool] = lambda title: True,
    lang: str = "vi",
) -> ThreadingHTTPServer:
    """The program as a server on this computer; the caller runs it. `agree` is asked before each signature."""

    class Handler(BaseHTTPRequestHandler):
        server_version = "minhbach-signer"

        def do_OPTIONS(self) -> None:
            self._answer(204 if self._allowed() else 403, None)

        def do_GET(self) -> None:
            self._answer(200, {"notice": NOTICE.in_(lang)}) if self._allowed() else self._answer(403, None)

        def do_POST(self) -> None:
            if not self._allowed() or self.path != "/sign":
                self._answer(403, {"error": "origin"})
                return
            try:
                length = int(self.headers.get("Content-Length", "0"))
                order = json.loads(self.rfile.read(length)) if 0 < length <= MOST else None
                title = str(order.get("title", "")) if isinstance(order, dict) else ""
                if not agree(title):
                    raise SignatureError("declined", "Người ký không đồng ý.", "The signer declined.")
                self._answer(200, answered(keys, order))
            except SignatureError as error:
                self._answer(422, {"error": error.text.in_(lang)})
            except ValueError:
                self._answer(400, {"error": "JSON"})

        def _allowed(self) -> bool:
            # Another site's name may be made to lead to this computer: then the host is not one of ours.
            host = self.headers.get("Host", "").rpartition(":")[0]
            return host in HOSTS and self.headers.get("Origin", "") in origins

        def _answer(self, status: int, said: dict[str, str] | None) -> None:
            body = json.dumps(said, ensure_ascii=False).encode() if said is not None else b""
            self.send_response(status)
            if self._allowed():
                self.send_header("Access-Control-Allow-Origin", self.headers["Origin"])
                self.send_header("Access-Control-Allow-Headers", "Content-Type")
                self.send_header("Access-Control-Allow-Methods", "POST, GET")
                self.send_header("Access-Control-Allow-Private-Network", "true")
                self.send_header("Vary", "Origin")
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: Any) -> None:
            """Nothing: who runs it is told in `agree`."""

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)
