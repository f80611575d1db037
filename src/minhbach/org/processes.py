"""Work that no page waits for: done by one of our management commands, in a process of its own.

What is to be done is a row, written in the transaction that wants it; the process only brings it forward. One that
cannot begin, or is killed, loses nothing: `minhbach tick` takes up every such row. So a command may find its work done,
or in the hands of another process.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys

from django.conf import settings
from django.core.management import call_command

log = logging.getLogger(__name__)


def begin(command: str, *arguments: int) -> None:
    """Begin at once, so that a restart of the server stops nothing. In tests the caller does the work itself.

    Called after the commit (`transaction.on_commit`): the other process must find the row.
    """
    if settings.TESTING:
        call_command(command, *arguments)
        return
    settings_module = os.environ.get("DJANGO_SETTINGS_MODULE", "minhbach.config.settings")
    try:
        subprocess.Popen(  # noqa: S603 - our own command and numbers
            [sys.executable, "-m", "django", command, *map(str, arguments)],
            env=os.environ | {"DJANGO_SETTINGS_MODULE": settings_module},
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        log.exception("%s %s could not be begun and waits for the timer", command, arguments)
