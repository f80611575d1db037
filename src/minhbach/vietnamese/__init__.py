"""Vietnamese text, numbers and dates, in pure Python: search folding, dictionary order, official forms,
words.

Everything is exact (no float anywhere) and independent of the machine's locale. Functions that show
something take `lang`, "vi" (default) or "en".
"""

from .collation import collation_key
from .dates import (
    duration_words,
    format_date,
    format_datetime,
    format_time,
    official_date,
    official_time,
    parse_date,
    remaining_words,
)
from .errors import AmbiguousNumberError, BilingualError, DateError, Lang, NumberError
from .folding import fold
from .numbers import Number, exact, format_number, parse_number
from .words import money_in_words, number_in_words

__all__ = [
    "AmbiguousNumberError",
    "BilingualError",
    "DateError",
    "Lang",
    "Number",
    "NumberError",
    "collation_key",
    "duration_words",
    "exact",
    "fold",
    "format_date",
    "format_datetime",
    "format_number",
    "format_time",
    "money_in_words",
    "number_in_words",
    "official_date",
    "official_time",
    "parse_date",
    "parse_number",
    "remaining_words",
]
