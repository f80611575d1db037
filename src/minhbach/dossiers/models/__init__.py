"""The tables of the one-stop shop."""

from minhbach.dossiers.models.applicants import Applicant
from minhbach.dossiers.models.course import Extension, Involvement, Opinion, Pause, Stay
from minhbach.dossiers.models.desks import Delegation, Desk
from minhbach.dossiers.models.dossiers import Dossier
from minhbach.dossiers.models.older import OlderRegister, OlderResult
from minhbach.dossiers.models.papers import Issued, Paper
from minhbach.dossiers.models.results import Approval, Result
from minhbach.dossiers.models.sources import Source

__all__ = [
    "Applicant",
    "Approval",
    "Delegation",
    "Desk",
    "Dossier",
    "Extension",
    "Involvement",
    "Issued",
    "OlderRegister",
    "OlderResult",
    "Opinion",
    "Paper",
    "Pause",
    "Result",
    "Source",
    "Stay",
]
