"""Facts: what a unit's figures are, read from CSV and checked one by one before anything is scored."""

from minhbach.scoring.facts.files import BY_HAND, COLUMNS, read_csv, template
from minhbach.scoring.facts.values import (
    LARGEST,
    NA,
    Fact,
    FactError,
    UnitFacts,
    contradictions,
    fact_text,
    meaning_of,
    read_fact,
)

__all__ = [
    "BY_HAND",
    "COLUMNS",
    "LARGEST",
    "NA",
    "Fact",
    "FactError",
    "UnitFacts",
    "contradictions",
    "fact_text",
    "meaning_of",
    "read_csv",
    "read_fact",
    "template",
]
