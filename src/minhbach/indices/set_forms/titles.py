"""Titles of plain data, which may be in one language or in two."""

from typing import Any


def title_in(value: Any, lang: str) -> str:
    """The title in one language; Vietnamese where there is no other."""
    if isinstance(value, dict):
        return str((value.get(lang) if lang != "vi" else "") or value.get("vi") or "")
    return "" if value is None else str(value)
