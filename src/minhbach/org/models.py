"""The tables of the room org, gathered from its sub-rooms."""

from minhbach.org.calendars.models import CalendarYear, SpecialDay, WorkingWeek
from minhbach.org.files.models import Attachment, KeptFile, StoredFile
from minhbach.org.numbering.models import Counter
from minhbach.org.people.models import Account, Person, Post, RoleGrant
from minhbach.org.signing.models import Certificate, SigningRequest
from minhbach.org.tokens.models import Repeat, Token
from minhbach.org.trail.models import Chain, DailyRoot, Event, Salt, SealedHead
from minhbach.org.units.models import Placement, Succession, Unit, UnitKind, UnitName

__all__ = [
    "Account",
    "Attachment",
    "CalendarYear",
    "Certificate",
    "Chain",
    "Counter",
    "DailyRoot",
    "Event",
    "KeptFile",
    "Person",
    "Placement",
    "Post",
    "Repeat",
    "RoleGrant",
    "Salt",
    "SealedHead",
    "SigningRequest",
    "SpecialDay",
    "StoredFile",
    "Succession",
    "Token",
    "Unit",
    "UnitKind",
    "UnitName",
    "WorkingWeek",
]
