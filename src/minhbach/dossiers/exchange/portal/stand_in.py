"""A stand-in for the National Public Service Portal, for tests and the demonstration. It is NOT the portal.

It keeps in one file what it was told, counts each key once, refuses what has not the fields that sources show, and
gives out the dossiers that were filed with it. It can be told to misbehave: to lose answers after having counted, to be
out of order, to refuse some dossiers.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from minhbach.dossiers.exchange.portal.fields import faults

LABEL = "BẢN THAY THẾ ĐỂ THỬ NGHIỆM - không phải Cổng Dịch vụ công quốc gia / STAND-IN - not the National Portal"
MOST = 20_000_000
PAGE = 50
_TABLES = """
CREATE TABLE IF NOT EXISTS told (
    n INTEGER PRIMARY KEY, key TEXT UNIQUE, code TEXT, status TEXT, message TEXT, times INTEGER
);
CREATE TABLE IF NOT EXISTS filed (n INTEGER PRIMARY KEY, agency TEXT, message TEXT);
CREATE TABLE IF NOT EXISTS files (id TEXT PRIMARY KEY, content BLOB);
"""


class StandIn:
    """What the stand-in knows; `lose`, `busy` and `refuse` are the ways in which it misbehaves."""

    def __init__(self, path: str | Path = ":memory:") -> None:
        self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._database.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;" + _TABLES)
        self._lock = threading.Lock()
        self.lose = 0
        self.busy = 0
        self.refuse: set[str] = set()

    def take(self, key: str, message: dict[str, Any]) -> None:
        """Count the message; the same key again is the same message."""
        with self._lock:
            self._database.execute(
                "INSERT INTO told (key, code, status, message, times) VALUES (?, ?, ?, ?, 1)"
                " ON CONFLICT (key) DO UPDATE SET times = times + 1",
                (key, str(message.get("MaHoSo")), str(message.get("TrangThaiHoSo")), json.dumps(message)),
            )

    def told(self) -> list[dict[str, Any]]:
        """Every message once, in the order in which it first came."""
        with self._lock:
            return [json.loads(text) for (text,) in self._database.execute("SELECT message FROM told ORDER BY n")]

    def times(self) -> int:
        """How often it was told anything, the same message again included."""
        with self._lock:
            return self._database.execute("SELECT COALESCE(SUM(times), 0) FROM told").fetchone()[0]

    def file(self, agency: str, message: dict[str, Any], files: dict[str, bytes] | None = None) -> None:
        """A citizen files a dossier."""
        with self._lock:
            self._database.execute("INSERT INTO filed (agency, message) VALUES (?, ?)", (agency, json.dumps(message)))
            for key, content in (files or {}).items():
                self._database.execute("INSERT OR REPLACE INTO files VALUES (?, ?)", (key, content))

    def filed(self, agency: str, after: str) -> dict[str, Any]:
        place = int(after) if after.isdecimal() and len(after) < 18 else 0
        with self._lock:
            rows = self._database.execute(
                "SELECT n, message FROM filed WHERE agency = ? AND n > ? ORDER BY n LIMIT ?", (agency, place, PAGE)
            ).fetchall()
        return {
            "DanhSachHoSo": [json.loads(text) for _n, text in rows],
            "TiepTheo": str(rows[-1][0] if rows else place),
        }

    def content(self, key: str) -> bytes | None:
        with self._lock:
            row = self._database.execute("SELECT content FROM files WHERE id = ?", (key,)).fetchone()
        return row[0] if row else None


def server(stand_in: StandIn, port: int = 0, host: str = "127.0.0.1") -> ThreadingHTTPServer:
    """The stand-in as a server on this machine; `serve_forever` runs it."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def do_POST(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            if size > MOST:
                return self.answer(413, {"loi": "qua lon"})
            body = self.rfile.read(size)
            if self.path != "/dong-bo-ho-so":
                return self.answer(404, {"loi": "khong co dia chi nay"})
            try:
                message = json.loads(body)
                code = message["MaHoSo"]
            except (ValueError, KeyError, TypeError):
                return self.answer(400, {"loi": "khong phai thong diep"})
            if stand_in.busy > 0:
                stand_in.busy -= 1
                return self.answer(503, {"loi": "ban"})
            if code in stand_in.refuse:
                return self.answer(422, {"loi": "ho so bi tu choi"})
            if wrong := faults(message):
                return self.answer(422, {"loi": "sai cac truong: " + ", ".join(wrong[:20])})
            stand_in.take(self.headers.get("Idempotency-Key", ""), message)
            if stand_in.lose > 0:
                stand_in.lose -= 1
                self.close_connection = True
                return None
            return self.answer(200, {"ketQua": "da nhan"})

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            if parts.path == "/ho-so-nop":
                return self.answer(200, stand_in.filed(asked.get("maDonVi", ""), asked.get("sau", "")))
            if parts.path == "/tep":
                content = stand_in.content(asked.get("id", ""))
                if content is None:
                    return self.answer(404, {"loi": "khong co tep"})
                return self.send(200, content, "application/octet-stream")
            if parts.path == "/":
                rows = "".join(f"{one['MaHoSo']}  {one['TrangThaiHoSo']}\n" for one in stand_in.told()[-200:])
                return self.send(200, f"{LABEL}\n\n{rows}".encode(), "text/plain; charset=utf-8")
            return self.answer(404, {"loi": "khong co dia chi nay"})

        def answer(self, status: int, said: dict[str, Any]) -> None:
            self.send(status, json.dumps(said | {"luuY": LABEL}, ensure_ascii=False).encode(), "application/json")

        def send(self, status: int, content: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("X-Stand-In", "not the National Portal")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_args: Any) -> None:
            pass

    made = ThreadingHTTPServer((host, port), Handler)
    made.daemon_threads = True
    return made


def run(port: int, home: Path) -> int:
    """`minhbach portal-stand-in`: until it is stopped."""
    import sys

    home.mkdir(parents=True, exist_ok=True)
    with server(StandIn(home / "portal-stand-in.sqlite3"), port) as made:
        sys.stdout.write(f"{LABEL}\nhttp://127.0.0.1:{port}\nPORTAL_URL=http://127.0.0.1:{port}\n")
        sys.stdout.flush()
        try:
            made.serve_forever()
        except KeyboardInterrupt:
            return 0
    return 0
