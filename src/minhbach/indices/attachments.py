"""Who may see the files behind a score: whoever sees that criterion by their own roles.

Publication opens figures, explanations and citations to everybody, not the files: they may hold names of citizens.
"""

from minhbach.org.files.rules import register


def _may_see(account, attachment) -> bool:
    from minhbach.indices import figures, queries
    from minhbach.indices.models import Evidence

    evidence = (
        Evidence.objects.filter(attachment=attachment)
        .select_related("entry__round__unit", "entry__unit", "entry__set_version")
        .first()
    )
    if evidence is None or not queries.entries_inside(account).filter(pk=evidence.entry_id).exists():
        return False
    indicator_set = figures.set_of(evidence.entry.set_version)
    return evidence.criterion in queries.criteria_inside(account, evidence.entry, indicator_set)


EVIDENCE = register("indices.evidence", _may_see)
