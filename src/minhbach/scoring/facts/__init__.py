"""Facts: what the figures of a unit are, each checked before anything is scored. `facts_files` reads them from CSV."""

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
    "LARGEST",
    "NA",
    "Fact",
    "FactError",
    "UnitFacts",
    "contradictions",
    "fact_text",
    "meaning_of",
    "read_fact",
]
