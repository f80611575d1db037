"""The tables of the one-stop shop."""

from minhbach.dossiers.models.applicants import Applicant
from minhbach.dossiers.models.course import Earlier, Extension, Involvement, Opinion, Pause, Stay
from minhbach.dossiers.models.desks import Delegation, Desk
from minhbach.dossiers.models.dossiers import Dossier
from minhbach.dossiers.models.handling import HandlingMark
from minhbach.dossiers.models.hooks import Delivery, Hook
from minhbach.dossiers.models.money import Due, Payment, PaymentSettings, Refund
from minhbach.dossiers.models.older import OlderRegister, OlderResult
from minhbach.dossiers.models.papers import Issued, Paper, Posting
from minhbach.dossiers.models.portal import Filed, Outgoing, PortalLink
from minhbach.dossiers.models.results import Approval, Result
from minhbach.dossiers.models.sources import BadRow, Batch, Mirror, Source, Told, ToldFile
from minhbach.dossiers.models.statements import GatewayNotice, StatementAccount, StatementImport, StatementLine

__all__ = [
    "Applicant",
    "Approval",
    "BadRow",
    "Batch",
    "Delegation",
    "Delivery",
    "Desk",
    "Dossier",
    "Due",
    "Earlier",
    "Extension",
    "Filed",
    "GatewayNotice",
    "HandlingMark",
    "Hook",
    "Involvement",
    "Issued",
    "Mirror",
    "OlderRegister",
    "OlderResult",
    "Opinion",
    "Outgoing",
    "Paper",
    "Pause",
    "Payment",
    "PaymentSettings",
    "PortalLink",
    "Refund",
    "Result",
    "Posting",
    "Source",
    "StatementAccount",
    "StatementImport",
    "StatementLine",
    "Stay",
    "Told",
    "ToldFile",
]
