"""Who may see the files behind a score: whoever sees that criterion by their own roles, at the stage of the file.

Publication opens figures, explanations and citations to everybody, not the files: they may hold names of citizens.
"""

from minhbach.org.files.rules import register


def _may_see(account, attachment) -> bool:
    from minhbach.indices import disclosure, figures, queries
    from minhbach.indices.models import Evidence

    evidence = (
        Evidence.objects.filter(attachment=attachment)
        .select_related("entry__round__unit", "entry__unit", "entry__set_version")
        .first()
    )
    if evidence is None or not queries.entries_inside(account).filter(pk=evidence.entry_id).exists():
        return False
    entry, indicator_set = evidence.entry, figures.set_of(evidence.entry.set_version)
    if evidence.criterion not in queries.criteria_inside(account, entry, indicator_set):
        return False
    return disclosure.sight(account, entry, queries.bodies(entry, indicator_set)).sees(
        evidence.criterion, evidence.stage
    )


EVIDENCE = register("indices.evidence", _may_see)
