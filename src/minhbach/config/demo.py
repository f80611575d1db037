"""`minhbach demo`: an invented province in the embedded database, and a server to walk through it."""

from __future__ import annotations

import multiprocessing
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError

from minhbach.config import demonstration
from minhbach.config.demonstration.people import PASSWORD, SIGN_INS
from minhbach.dossiers.exchange.portal import stand_in

BAD_INPUT = 2
SIGNER_PORT = 9797
TICK_EVERY = 180
"""Seconds."""

_STEPS = {
    "units": ("các đơn vị, trường học và người dùng", "units, schools and people"),
    "last_year": ("đợt chấm điểm năm trước", "the round of last year"),
    "appraisal": ("thẩm định", "appraisal"),
    "schools": ("đợt chấm điểm của các trường", "the round of the schools"),
    "procedures": ("thủ tục hành chính và nơi tiếp nhận", "procedures and who offers them"),
    "dossiers": ("một năm hồ sơ tại các Bộ phận Một cửa", "a year of dossiers at the one-stop shops"),
    "this_year": ("đợt chấm điểm đang diễn ra", "the round under way"),
}


def run(port: int, only_data: bool = False) -> int:
    """Fill the database if it is empty, then serve on 127.0.0.1. Returns the exit code."""
    if not only_data and _is_taken(port):
        _say(
            f"Cổng {port} đang được dùng; chọn cổng khác: make demo PORT={port + 1}",
            f"Port {port} is in use; choose another: make demo PORT={port + 1}",
        )
        return BAD_INPUT
    Path(settings.HOME).mkdir(parents=True, exist_ok=True)
    try:
        call_command("migrate", verbosity=0, interactive=False)
        if not demonstration.is_filled():
            if not demonstration.is_empty():
                _say(
                    "Cơ sở dữ liệu đã có dữ liệu khác; đặt MINHBACH_HOME thành một thư mục trống rồi chạy lại.",
                    "The database holds other data; set MINHBACH_HOME to an empty folder and run again.",
                )
                return BAD_INPUT
            begun = time.monotonic()
            demonstration.fill(lambda step: _say(*(f"… {words}" for words in _STEPS[step])))
            _say(
                *(
                    f"{words} {time.monotonic() - begun:.0f} s."
                    for words in ("Dữ liệu sẵn sàng sau", "Data ready after")
                )
            )
    except DatabaseError as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    if only_data:
        return 0
    call_command("collectstatic", verbosity=0, interactive=False)
    _welcome(port)
    _sign(port)
    _stand_in_for_portal()
    _tick()
    return _serve(port)


def _sign(port: int) -> None:
    """A signing program with the keys of the demonstration, in place of the tokens on officers' own computers."""
    if _is_taken(SIGNER_PORT):
        return
    demonstration.signing.signer(SIGNER_PORT, f"http://localhost:{port}")
    _say(
        f"Chương trình ký TRÌNH DIỄN chạy ở cổng {SIGNER_PORT}, thay cho thiết bị ký của cán bộ.",
        f"A DEMONSTRATION signing program answers on port {SIGNER_PORT}, in place of the officers' tokens.",
    )


def _stand_in_for_portal() -> None:
    """The stand-in of the national portal, with what it was told when the demonstration was made."""
    place = urlsplit(settings.PORTAL_URL)
    if place.hostname != "127.0.0.1" or place.port is None or _is_taken(place.port):
        return
    made = stand_in.server(stand_in.StandIn(demonstration.others.folder()), place.port)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    _say(
        f"Bản THAY THẾ Cổng Dịch vụ công quốc gia chạy ở {settings.PORTAL_URL}.",
        f"A STAND-IN of the National Portal answers at {settings.PORTAL_URL}.",
    )


def _tick() -> None:
    """What a timer does on a real installation (`minhbach tick`), every few minutes and as long as the server runs."""

    def run() -> None:
        while True:
            time.sleep(TICK_EVERY)
            subprocess.run(
                [sys.executable, "-m", "minhbach.config.command", "tick"],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                check=False,
            )

    threading.Thread(target=run, daemon=True).start()


def _is_taken(port: int) -> bool:
    """Whether somebody answers there already: the server itself would silently share the port with them."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _say(vi: str, en: str) -> None:
    print(f"{vi} · {en}", flush=True)


def _welcome(port: int) -> None:
    width = max(len(each.username) for each in SIGN_INS)
    print(f"\n  Minh Bạch: http://localhost:{port}/\n")
    print(f"  Mật khẩu chung · Shared password: {PASSWORD}\n")
    for each in SIGN_INS:
        if each.shows[0]:
            print(f"  {each.username:{width}}  {each.shows[0]}\n  {'':{width}}  {each.shows[1]}")
    print("\n  Không đăng nhập: xem kết quả đã công bố · Without signing in: the published results")
    print("  Dừng · Stop: Ctrl+C\n", flush=True)


def _serve(port: int) -> int:
    """One process with threads: SQLite has one writer, and readers need no other process.

    It starts afresh: drawing the papers of the demonstration left this process with threads of the typesetter, and a
    fork of it would wait for them for ever at its first PDF.
    """
    from granian import Granian
    from granian.constants import Interfaces

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "minhbach.config.settings")
    multiprocessing.set_start_method("spawn", force=True)
    try:
        Granian(
            "minhbach.config.wsgi:application",
            address="127.0.0.1",
            port=port,
            interface=Interfaces.WSGI,
            workers=1,
            blocking_threads=4,
            log_level="error",
        ).serve()
    except (OSError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    return 0
