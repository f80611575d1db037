"""Numbers without gaps: dossier codes, document numbers, receipts.

    from minhbach.org import numbering
    number = numbering.take("dossier:H24.15:2026-11-21")   # 1, 2, 3, …

A number belongs to the transaction that took it: rolled back, it is the next one's. Whoever takes a number holds its
series until the end of the transaction, so it is taken last.
"""

from django.db import connection, transaction

__all__ = ["last", "take"]

# One statement that both databases understand: the row is its own lock.
_TAKE = """
    INSERT INTO org_counter (series, value) VALUES (%s, %s)
    ON CONFLICT (series) DO UPDATE SET value = org_counter.value + excluded.value
    RETURNING value
"""


def take(series: str, count: int = 1) -> int:
    """The next number of a series, from 1; of `count` numbers taken at once, the last.

    Raises TransactionManagementError outside a transaction, ValueError for less than one.
    """
    if count < 1:
        raise ValueError(f"cannot take {count} numbers")
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a number is taken inside the action's transaction")
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [series, count])
        return cursor.fetchone()[0]


def last(series: str) -> int:
    """The number taken last; 0 before the first."""
    from minhbach.org.models import Counter

    return Counter.objects.filter(series=series).values_list("value", flat=True).first() or 0
