"""The tables of the room org, gathered from its sub-rooms."""

from minhbach.org.files.models import Attachment, StoredFile
from minhbach.org.people.models import Account, Person, Post, RoleGrant
from minhbach.org.trail.models import Chain, DailyRoot, Event, Salt, SealedHead
from minhbach.org.units.models import Placement, Succession, Unit, UnitKind, UnitName

__all__ = [
    "Account",
    "Attachment",
    "Chain",
    "DailyRoot",
    "Event",
    "Person",
    "Placement",
    "Post",
    "RoleGrant",
    "Salt",
    "SealedHead",
    "StoredFile",
    "Succession",
    "Unit",
    "UnitKind",
    "UnitName",
]
