"""Idempotency keys: a call that is sent twice, because its answer was lost on the way, is done once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from minhbach.org.api.problems import ApiError
from minhbach.org.models import Repeat, Token


@transaction.atomic
def once(token: Token, key: str | None, sent: str, do: Callable[[], str]) -> tuple[str, bool]:
    """What `do` made, by its code, and whether it was made just now.

    `sent` is the request as it came. The key is kept in the transaction of the deed: both or neither. Of two calls at
    once the second waits for the first. Raises ApiError with code `key_reused` for another request under the same key.
    """
    if not key:
        return do(), True
    digest = hashlib.sha256(sent.encode()).hexdigest()
    try:
        with transaction.atomic():
            row = Repeat.objects.create(token=token, key=key, digest=digest)
    except IntegrityError:
        row = Repeat.objects.get(token=token, key=key)
        if row.digest != digest:
            words = _("This idempotency key was used for another request; take a new one.")
            raise ApiError(409, "key_reused", words) from None
        return row.answer, False
    row.answer = do()
    row.save(update_fields=["answer"])
    return row.answer, True
