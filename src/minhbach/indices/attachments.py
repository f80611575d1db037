"""Who may see the files behind a score: whoever may see the score."""

from minhbach.org.files.rules import register


def _may_see(account, attachment) -> bool:
    from minhbach.indices import queries

    return queries.entries_visible(account).filter(pk=attachment.subject_id).exists()


EVIDENCE = register("indices.evidence", _may_see)
