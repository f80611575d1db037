"""What bad text gets: one message in each language, naming what is wrong and what to write instead."""

from typing import Literal

Lang = Literal["vi", "en"]


class BilingualError(ValueError):
    """A refusal with a Vietnamese (`vi`) and an English (`en`) sentence; `str()` gives both."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(f"{vi} / {en}")
        self.vi = vi
        self.en = en

    def text(self, lang: Lang = "vi") -> str:
        """The sentence in one language."""
        return self.en if check_lang(lang) == "en" else self.vi


class NumberError(BilingualError):
    """The text is not a number this product reads."""


class AmbiguousNumberError(NumberError):
    """The text is two different numbers, depending on whose habit wrote it (1.234 is 1234 or 1.234)."""


class DateError(BilingualError):
    """The text is not a date this product reads, or no day of the calendar."""


def check_lang(lang: str) -> Lang:
    """`lang` itself when it is "vi" or "en"; ValueError otherwise."""
    if lang == "vi":
        return "vi"
    if lang == "en":
        return "en"
    raise ValueError(f"unknown language {lang!r}: use 'vi' or 'en'")
