"""Reading tokens."""

from __future__ import annotations

import hmac

from django.db.models import QuerySet

from minhbach.org.models import Token
from minhbach.org.permissions import visible
from minhbach.org.permissions.org_verbs import TOKENS_MANAGE
from minhbach.org.rows import only_row
from minhbach.org.tokens.actions import MARK, digest_of


def tokens(account) -> QuerySet[Token]:
    """The tokens at units where the account may give them."""
    found = Token.objects.select_related("account__person", "unit", "made_by__person")
    return visible(found, account, TOKENS_MANAGE)


def prefix_of(key: str) -> str:
    """The part of a key by which its row is found; empty for what is no key."""
    mark, _line, rest = key.partition("_")
    prefix = rest.partition("_")[0]
    return prefix if mark == MARK and len(prefix) == 8 and prefix.isalnum() and prefix.isascii() else ""


def token_of(key: str) -> Token | None:
    """The token that opens with this key today. One query."""
    prefix = prefix_of(key)
    if not prefix:
        return None
    token = only_row(Token.objects.filter(prefix=prefix).select_related("account__person"))
    good = token is not None and hmac.compare_digest(token.digest, digest_of(key))
    return token if good and token.holds and token.account.is_active else None
