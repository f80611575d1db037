from minhbach.indices.models.entries import (
    Assignment,
    Comment,
    Entry,
    Evidence,
    ExplanationRequest,
    FieldConclusion,
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
