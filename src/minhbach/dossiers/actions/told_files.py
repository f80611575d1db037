"""What another system has as files: written down with what it tells of a dossier."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from minhbach.dossiers.exchange.bulk import insert
from minhbach.dossiers.exchange.checking import Facts
from minhbach.dossiers.models import Dossier, ToldFile

_WHAT = {"papers_file": ToldFile.PAPERS, "result_file": ToldFile.RESULT}


def files_keep(rows: Sequence[tuple[Dossier, Facts]]) -> None:
    """Keep what the rows that hold say of files, of several for a dossier the last; a column the table lacks keeps what
    is known. Inside the caller's transaction and lock."""
    said: dict[tuple[int, str], tuple[bool, datetime]] = {}
    for dossier, row in rows:
        for field in row.given & _WHAT.keys():
            said[dossier.pk, _WHAT[field]] = getattr(row, field), row.told_at
    if not said:
        return
    dossiers = {pk for pk, _what in said}
    known = {(one.dossier_id, one.what): one for one in ToldFile.objects.filter(until=None, dossier__in=dossiers)}
    new, gone = [], []
    for key, (there, at) in said.items():
        if there and key not in known:
            new.append(ToldFile(dossier_id=key[0], what=key[1], since=at))
        elif not there and key in known:
            known[key].until = max(at, known[key].since)
            gone.append(known[key])
    insert(new)
    ToldFile.objects.bulk_update(gone, ["until"], batch_size=200)
