"""Pages by key: the cursor says after which row to go on, so that a deep page costs what the first one does."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from django.utils.translation import gettext as _

from minhbach.org.api.problems import ApiError


def cursor_of(*keys: Any) -> str:
    """Opaque to the caller: what it says may change."""
    return base64.urlsafe_b64encode(json.dumps(keys).encode()).decode().rstrip("=")


def keys_of(cursor: str, *kinds: type) -> list[Any]:
    """The keys in a cursor. Raises ApiError with code `cursor` unless they are of these kinds."""
    try:
        keys = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if isinstance(keys, list) and [type(key) for key in keys] == list(kinds):
            return keys
    except (binascii.Error, ValueError, RecursionError):
        pass
    raise ApiError(409, "cursor", _("This cursor was not given by a page of this list."))
