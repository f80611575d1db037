"""The states of a dossier and what leads from one to another.

The ten codes and names are those by which the National Public Service Portal is told (DongBoHoSo, TrangThaiHoSo).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.IntegerChoices):
    """Where a dossier stands, by the official codes of the National Public Service Portal."""

    NEW = 1, _("Newly registered")
    RECEIVED = 2, _("Received")
    NOT_RECEIVED = 3, _("Not received")
    IN_PROCESS = 4, _("In process")
    SUPPLEMENT = 5, _("Papers to be supplemented")
    FINANCE = 6, _("Financial obligation to be met")
    WITHDRAWAL = 7, _("Applicant asks to withdraw")
    STOPPED = 8, _("Stopped")
    FINISHED = 9, _("Processing finished")
    RETURNED = 10, _("Result returned")


OPEN = frozenset({Status.NEW, Status.RECEIVED, Status.IN_PROCESS, Status.SUPPLEMENT, Status.FINANCE, Status.WITHDRAWAL})
"""The office or the applicant still has something to do before there is a result."""
WAITING = frozenset({Status.SUPPLEMENT, Status.FINANCE})
"""The applicant has to act: the clock stands."""
WORKING = frozenset({Status.RECEIVED, Status.IN_PROCESS})
"""The office works on it."""
ENDED = frozenset({Status.NOT_RECEIVED, Status.STOPPED, Status.RETURNED})
"""Nothing more happens, but for the recall of a wrong result."""

NEXT: dict[Status, frozenset[Status]] = {
    Status.NEW: frozenset({Status.RECEIVED, Status.NOT_RECEIVED, Status.SUPPLEMENT, Status.STOPPED}),
    Status.RECEIVED: frozenset(
        {Status.IN_PROCESS, Status.SUPPLEMENT, Status.FINANCE, Status.WITHDRAWAL, Status.STOPPED, Status.FINISHED}
    ),
    Status.IN_PROCESS: frozenset(
        {Status.SUPPLEMENT, Status.FINANCE, Status.WITHDRAWAL, Status.STOPPED, Status.FINISHED}
    ),
    Status.SUPPLEMENT: frozenset(
        {Status.NEW, Status.RECEIVED, Status.IN_PROCESS, Status.WITHDRAWAL, Status.STOPPED, Status.FINISHED}
    ),
    Status.FINANCE: frozenset({Status.RECEIVED, Status.IN_PROCESS, Status.WITHDRAWAL, Status.STOPPED}),
    Status.WITHDRAWAL: frozenset(
        {Status.STOPPED, Status.RECEIVED, Status.IN_PROCESS, Status.SUPPLEMENT, Status.FINANCE}
    ),
    Status.FINISHED: frozenset({Status.RETURNED, Status.IN_PROCESS}),
    Status.RETURNED: frozenset({Status.IN_PROCESS}),
    Status.NOT_RECEIVED: frozenset(),
    Status.STOPPED: frozenset(),
}
"""From which to which. Out of FINISHED and RETURNED only by the recall of a wrong result."""


class Outcome(models.TextChoices):
    """How the processing ended."""

    NONE = "", _("still open")
    GRANTED = "granted", _("result issued")
    REFUSED = "refused", _("refused after processing")
    NOT_RECEIVED = "not_received", _("not received")
    STOPPED = "stopped", _("stopped")
    WITHDRAWN = "withdrawn", _("withdrawn by the applicant")


class Channel(models.TextChoices):
    """How a dossier was sent, or its result is returned (KenhThucHien 1, 2, 3)."""

    COUNTER = "counter", _("at the counter")
    ONLINE = "online", _("online")
    POST = "post", _("by public post")


class Digitised(models.IntegerChoices):
    """How a paper of a dossier stands as an electronic one (0 to 3 in DongBoHoSo)."""

    NOT = 0, _("not digitised")
    DIGITISED = 1, _("digitised")
    REUSED = 2, _("reused")
    REUSED_RESULT = 3, _("reused from the result of another dossier")
