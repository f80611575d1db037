"""`minhbach tick`: what is to be done again and again, and need not wait for anybody."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.contrib.sessions.backends.db import SessionStore
from django.db import OperationalError, ProgrammingError

from minhbach.dossiers.exchange import commands as exchange
from minhbach.dossiers.hooks import sending as hooks
from minhbach.indices.jobs import open_data_settle
from minhbach.indices.live import days
from minhbach.measures import tallies
from minhbach.org.files.actions import files_sweep, kept_sweep
from minhbach.org.people.lockout import sign_ins_forget
from minhbach.org.permissions import SYSTEM
from minhbach.org.signing.actions import requests_sweep
from minhbach.org.tokens.actions import repeats_forget
from minhbach.org.trail import commands as trail
from minhbach.org.units.actions import tree_settle
from minhbach.workspace.actions import notices

log = logging.getLogger(__name__)


def run(lang: str) -> int:
    """Bring the tree up to today, count anew what has changed, sweep files nobody uses, sessions that are over and old
    notes of sign-ins, tell people what is due, send the letters and the messages to other systems that wait, make open
    data that are not made yet, count the past days of the live index, seal yesterday's trail.

    As often as one likes: what was done is not done again. What fails holds up nothing else; the next time it is tried
    again. Returns 0, or 1 when something failed, which is in the log.
    """
    failed = [name for name, work in _works(lang) if not _done(name, work)]
    return trail.seal(lang=lang) or int(bool(failed))


def _works(lang: str) -> Iterator[tuple[str, Callable[[], Any]]]:
    yield "units", partial(tree_settle, acting=SYSTEM)
    yield "tallies", tallies.settle
    yield "requests for signatures", requests_sweep
    yield "files sent ahead", kept_sweep
    yield "files", files_sweep
    yield "sessions", SessionStore.clear_expired
    yield "sign-ins", sign_ins_forget
    yield "other systems", partial(exchange.daily, lang)
    yield "notices", notices.work
    yield "repeated calls", repeats_forget
    yield "webhooks", hooks.send
    yield "open data", open_data_settle
    yield "live index", days.renew


def _done(name: str, work: Callable[[], Any]) -> bool:
    try:
        work()
    except (OperationalError, ProgrammingError):  # the database itself: nothing else would work either
        raise
    except Exception:
        log.exception("tick: %s", name)
        return False
    return True
