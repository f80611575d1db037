"""The only code that changes the catalogue of procedures."""

from minhbach.procedures.actions.offers import offer_end, offer_set
from minhbach.procedures.actions.reviews import review_add, review_decide
from minhbach.procedures.actions.versions import (
    draft_discard,
    draft_save,
    procedure_repeal,
    procedures_load,
    version_release,
)

__all__ = [
    "draft_discard",
    "draft_save",
    "offer_end",
    "offer_set",
    "procedure_repeal",
    "procedures_load",
    "review_add",
    "review_decide",
    "version_release",
]
