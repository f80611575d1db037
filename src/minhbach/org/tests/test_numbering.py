"""Numbers without gaps, one process at a time and several at once."""

import json
import multiprocessing

import pytest
from django.db import transaction

from minhbach.org import numbering
from minhbach.org.tests.concurrency import take_numbers
from minhbach.org.tests.test_trail_concurrency import fresh_database, python

__all__ = ["fresh_database"]
PROCESSES, NUMBERS = 4, 60
LAST = "import django; django.setup()\nfrom minhbach.org import numbering\nprint(numbering.last('s'))"


@pytest.mark.django_db
def test_series_count_apart():
    assert [numbering.take("a"), numbering.take("a"), numbering.take("b")] == [1, 2, 1]
    assert numbering.take("a", 10) == 12
    assert [numbering.last(series) for series in "abc"] == [12, 1, 0]
    with pytest.raises(ValueError):
        numbering.take("a", 0)


@pytest.mark.django_db(transaction=True)
def test_a_number_rolled_back_is_the_next_ones():
    with pytest.raises(RuntimeError), transaction.atomic():
        assert numbering.take("a") == 1
        raise RuntimeError
    with transaction.atomic():
        assert numbering.take("a") == 1
    with pytest.raises(transaction.TransactionManagementError):
        numbering.take("a")


def test_processes_never_share_a_number_or_leave_one_out(fresh_database):
    python(fresh_database, "-m", "django", "migrate", "-v0")
    spawn = multiprocessing.get_context("spawn")
    barrier, taken, errors = spawn.Barrier(PROCESSES), spawn.Queue(), spawn.Queue()
    workers = [
        spawn.Process(target=take_numbers, args=(fresh_database, "s", NUMBERS, barrier, taken, errors))
        for _ in range(PROCESSES)
    ]
    for worker in workers:
        worker.start()
    numbers = [number for _ in workers for number in taken.get(timeout=180)]
    for worker in workers:
        worker.join(180)
    assert [worker.exitcode for worker in workers] == [0] * PROCESSES
    # Every third attempt is rolled back: 60 attempts give 40 numbers to each process.
    assert sorted(numbers) == list(range(1, PROCESSES * 40 + 1))
    assert json.loads(python(fresh_database, "-c", LAST).splitlines()[-1]) == PROCESSES * 40
