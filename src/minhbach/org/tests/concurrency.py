"""Workers for the concurrency test: separate processes, each with its own database connection."""

import os


def add_events(url: str, chains: list[str], count: int, barrier, errors) -> None:
    """Record `count` events into each chain, one transaction each, all workers starting together."""
    os.environ.update(DATABASE_URL=url, DJANGO_SETTINGS_MODULE="minhbach.config.settings", MINHBACH_DEMO="1")
    try:
        import django

        django.setup()
        from django.db import connection, transaction

        from minhbach.org import trail
        from minhbach.org.events import UNIT_OPENED
        from minhbach.org.permissions import SYSTEM

        connection.ensure_connection()
        barrier.wait(60)
        for number in range(count):
            for chain in chains:
                with transaction.atomic():
                    trail.record(chain, UNIT_OPENED, acting=SYSTEM, data={"pid": os.getpid(), "number": number})
        connection.close()
    except BaseException as error:
        errors.put(repr(error))
        barrier.abort()
        raise


def take_numbers(url: str, series: str, attempts: int, barrier, taken, errors) -> None:
    """Take a number in each of `attempts` transactions, of which every third is rolled back."""
    os.environ.update(DATABASE_URL=url, DJANGO_SETTINGS_MODULE="minhbach.config.settings", MINHBACH_DEMO="1")
    numbers: list[int] = []
    try:
        import django

        django.setup()
        from django.db import connection, transaction

        from minhbach.org import numbering

        connection.ensure_connection()
        barrier.wait(60)
        for attempt in range(attempts):
            with transaction.atomic():
                number = numbering.take(series)
                if attempt % 3 == 2:
                    transaction.set_rollback(True)
                else:
                    numbers.append(number)
        connection.close()
    except BaseException as error:
        errors.put(repr(error))
        barrier.abort()
        raise
    finally:
        taken.put(numbers)
