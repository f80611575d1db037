"""Why the clock refuses: a stable code, and in both languages what is wrong and what to do."""

from __future__ import annotations

from minhbach.vietnamese import BilingualError


class WorktimeError(BilingualError):
    """A refusal of this room. `code` is stable; `text(lang)` says what is wrong and what to do."""

    def __init__(self, code: str, vi: str, en: str) -> None:
        super().__init__(vi, en)
        self.code = code


class DurationError(WorktimeError):
    """The text is no time limit that can be told for certain (`not-recognised`), or states none (`not-stated`)."""


class HistoryError(WorktimeError):
    """Events that cannot have happened so: wrong order, resumed without waiting, something after the end."""


class ExtensionError(WorktimeError):
    """An extension that the rules do not allow."""
