"""For tests with several processes, each with its own database connection."""

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

SOURCE = str(Path(__file__).parents[3])


def python(url: str, *arguments: str) -> str:
    """What a Python program prints that works on the database at this address."""
    environment = os.environ | {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "minhbach.config.settings",
        "MINHBACH_DEMO": "1",
        "PYTHONPATH": SOURCE,
        "WRITTEN_THROUGH": "0",  # processes are killed here, no power is cut
    }
    done = subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def together(work: Callable[..., Any], tasks: Sequence[Any], *more: Any) -> list[Any]:
    """What `work(task, *more, barrier)` gives for each of the tasks, each in a process of its own.

    They are forked from this one, which has Django ready and lets its connection go first; it must have drawn no PDF
    yet, since threads do not survive a fork. `barrier` lets them begin at the same moment. Raises RuntimeError with
    what went wrong in one.
    """
    from django.db import connection

    connection.close()
    fork = multiprocessing.get_context("fork")
    barrier, said = fork.Barrier(len(tasks)), fork.Queue()

    def one(place: int) -> None:
        try:
            connection.ensure_connection()
            said.put((place, True, work(tasks[place], *more, barrier)))
            connection.close()
        except BaseException as error:  # noqa: BLE001 - told to the parent
            barrier.abort()
            said.put((place, False, repr(error)))

    processes = [fork.Process(target=one, args=[place], daemon=True) for place in range(len(tasks))]
    for process in processes:
        process.start()
    answers = sorted(said.get(timeout=180) for _ in processes)
    for process in processes:
        process.join(60)
    if wrong := [answer for _place, good, answer in answers if not good]:
        raise RuntimeError(wrong)
    return [answer for _place, _good, answer in answers]


def add_events(chains: list[str], count: int, barrier) -> None:
    """Record `count` events into each chain, one transaction each."""
    from django.db import transaction

    from minhbach.org import trail
    from minhbach.org.events import UNIT_OPENED
    from minhbach.org.permissions import SYSTEM

    barrier.wait(60)
    for number in range(count):
        for chain in chains:
            with transaction.atomic():
                trail.record(chain, UNIT_OPENED, acting=SYSTEM, data={"pid": os.getpid(), "number": number})


def take_numbers(series: str, attempts: int, barrier) -> list[int]:
    """Take a number in each of `attempts` transactions, of which every third is rolled back."""
    from django.db import transaction

    from minhbach.org import numbering

    numbers: list[int] = []
    barrier.wait(60)
    for attempt in range(attempts):
        with transaction.atomic():
            number = numbering.take(series)
            if attempt % 3 == 2:
                transaction.set_rollback(True)
            else:
                numbers.append(number)
    return numbers
