"""Numbers without gaps, one process at a time and several at once."""

import json

import pytest
from django.db import transaction

from minhbach.org import numbering
from minhbach.org.tests.concurrency import python

PROCESSES, NUMBERS = 4, 60
PROGRAM = f"""
import django; django.setup()
import json
from minhbach.org import numbering
from minhbach.org.tests.concurrency import take_numbers, together
numbers = together(take_numbers, ["s"] * {PROCESSES}, {NUMBERS})
print(json.dumps([numbers, numbering.last("s")]))
"""


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
    numbers, last = json.loads(python(fresh_database, "-c", PROGRAM).splitlines()[-1])
    # Every third attempt is rolled back: 60 attempts give 40 numbers to each process.
    assert [len(of_one) for of_one in numbers] == [40] * PROCESSES
    assert sorted(number for of_one in numbers for number in of_one) == list(range(1, PROCESSES * 40 + 1))
    assert last == PROCESSES * 40
