"""Officers at work while others read the tallies, all at once. Run as a program: DATABASE_URL, actions, seed.

Three children act, two keep the tallies fresh; all are killed in the middle of it. Then every tally is compared with
the rows: a change without its mark, or an older count over a newer one, would stand out.
"""

import gc
import json
import os
import random
import sys

from minhbach.dossiers.tests.killing import child, forked, heard, killed, prepared

OFFICERS, READERS = 3, 2


def main() -> None:
    actions, seed = int(sys.argv[1]), int(sys.argv[2])
    import django

    django.setup()
    from django.db import connection

    people, offer_id = prepared()
    connection.close()
    gc.collect()
    gc.freeze()
    readers = [child(read) for _n in range(READERS)]
    officers = [forked(people, offer_id, seed * 100 + n) for n in range(OFFICERS)]
    said = [heard(pipe, actions) for _pid, pipe in officers]
    for (pid, pipe), lines in zip(officers, said, strict=True):
        killed(pid, pipe, lines)
    assert all(os.waitpid(pid, os.WNOHANG) == (0, 0) for pid, _pipe in readers), "a reader fell"
    recounts = [sum(int(count) for count, _end in killed(pid, pipe, b"")) for pid, pipe in readers]
    print(json.dumps({"recounts": sum(recounts), **found()}))


def read(pipe: int) -> None:
    """The tallies of every unit, again and again."""
    from minhbach.measures import tallies
    from minhbach.measures.declaring import REGISTRY
    from minhbach.org.models import Unit

    units = list(Unit.objects.values_list("pk", flat=True))
    chance = random.Random(os.getpid())
    while True:
        rows = chance.choice(list(REGISTRY.values()))
        recounted = tallies.refresh([rows], chance.sample(units, 2))
        os.write(pipe, f"{recounted} 0\n".encode())


def found() -> dict:
    from minhbach.dossiers.models import Dossier
    from minhbach.measures import tallies
    from minhbach.measures.declaring import REGISTRY
    from minhbach.measures.models import Cell, Mark

    marks = Mark.objects.count()
    differences = [f"{rows.key}: {one}" for rows in REGISTRY.values() for one in tallies.verify(rows)]
    return {
        "dossiers": Dossier.objects.count(),
        "tallies": Cell.objects.count(),
        "marks": marks,
        "differences": differences,
    }


if __name__ == "__main__":
    main()
