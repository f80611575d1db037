from minhbach.indices.models.entries import (
    Assignment,
    Comment,
    Entry,
    Evidence,
    ExplanationRequest,
    FieldConclusion,
    KeptPlan,
    Reopening,
    Score,
    SelfReport,
)
from minhbach.indices.models.publications import Publication
from minhbach.indices.models.rounds import AppraisalField, OfficeFor, Round, RoundSet
from minhbach.indices.models.sets import PublishedResult, SetDoubt, SetVersion

__all__ = [
    "AppraisalField",
    "Assignment",
    "Comment",
    "Entry",
    "Evidence",
    "ExplanationRequest",
    "FieldConclusion",
    "KeptPlan",
    "OfficeFor",
    "Publication",
    "PublishedResult",
    "Reopening",
    "Round",
    "RoundSet",
    "Score",
    "SelfReport",
    "SetDoubt",
    "SetVersion",
]
