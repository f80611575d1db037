"""Real processes extend the same chains at once: no fork, no gap."""

import json

import pytest

from minhbach.org.tests.concurrency import python

PROCESSES, EVENTS = 4, 50

PROGRAM = """
import django; django.setup()
import json, sys
from minhbach.org.models import Chain, Event
from minhbach.org.tests.concurrency import add_events, together
from minhbach.org.trail.verifying import verify
chains, processes, events = json.loads(sys.argv[1])
# Every process takes the chains in the same order, as actions that lock several must.
together(add_events, [chains] * processes, events)
out = {c.name: list(c.events.values_list("seq", flat=True)) for c in Chain.objects.all()}
pids = {c.name: len({e.data["pid"] for e in c.events.all()}) for c in Chain.objects.all()}
print(json.dumps([out, pids, [str(p) for p in verify()]]))
"""


@pytest.mark.parametrize("chains", [["unit:1"], ["unit:1", "round:1:unit:2", "unit:3"]])
def test_processes_never_fork_a_chain(fresh_database, chains):
    said = python(fresh_database, "-c", PROGRAM, json.dumps([chains, PROCESSES, EVENTS]))
    numbers, pids, problems = json.loads(said.splitlines()[-1])
    assert problems == []
    assert numbers == {chain: list(range(1, PROCESSES * EVENTS + 1)) for chain in chains}
    assert pids == dict.fromkeys(chains, PROCESSES)
