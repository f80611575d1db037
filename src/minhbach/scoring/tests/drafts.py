"""What the tests of drafts ask of one: what is doubtful about a criterion, and the points it gives."""

from __future__ import annotations

from fractions import Fraction

from minhbach.scoring.drafting import Draft, draft_from_bytes
from minhbach.scoring.leaf_facts import LeafFacts
from minhbach.scoring.leaves import score_leaf


def flags(draft: Draft, code: str) -> set[str]:
    """What is doubtful about a criterion (notes left out)."""
    found = (p for p in draft.problems if p.severity == "warning" and p.where.split(" ")[0] == code)
    return {p.code for p in found}


def points(draft: Draft, code: str, **facts: object) -> Fraction | str:
    """The points for these facts (figures in percent are given as text), or the state."""
    values = {
        key: Fraction(value[:-1]) / 100 if isinstance(value, str) and value.endswith("%") else
        Fraction(value) if isinstance(value, int) and not isinstance(value, bool) else value
        for key, value in facts.items()
    }  # fmt: skip
    node = draft.indicator_set.nodes[code]
    result = score_leaf(LeafFacts(draft.indicator_set, node, values, "", {}))  # type: ignore[arg-type]
    return result.score if result.score is not None else result.state


def drafted(text: str, worth: str = "") -> Draft:
    rows = "\n".join(f"\t{line}\t" for line in text.split("\n"))
    return draft_from_bytes(f"TT\tTiêu chí\tĐiểm\n1\tLĩnh vực\t\n1.1\tTiêu chí\t{worth}\n{rows}\n".encode(), "a.txt")
