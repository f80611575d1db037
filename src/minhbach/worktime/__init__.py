"""Working time: calendars of units, time limits, and one clock for every dossier. Pure Python, no Django.

Moments are aware datetimes in Vietnam's time and are counted in whole minutes (`moments`). `many` has the same for
columns of a table and is imported on its own, as it needs numpy.
"""

from .calendar import Calendar, DayFacts, Doubt
from .catalogue import find_calendar, find_rules, find_table
from .clock import Clock, LegReading, Reading, Told
from .counting import add_working_time, due_at, due_through, starts_at, transfer_due, working_time_between
from .duration_text import durations_by_channel, parse_duration
from .durations import Duration, Part, days, months, same_day, working_days, working_hours
from .errors import DurationError, ExtensionError, HistoryError, WorktimeError
from .events import Event, Extended, Finished, HandedOver, Paused, Received, Resumed, Stopped, TakenOver
from .explaining import DayLine, Reason, Working, explain, working
from .hours import Hours, Session, Week
from .moments import VIETNAM
from .reading import book_from_yaml, calendar_of, table_from_yaml, to_yaml
from .rules import RuleBook, Stated, TimeRules
from .tables import CalendarTable, SpecialDay, Year
from .wording import amount_words, clock_words, left_words

__all__ = [
    "VIETNAM",
    "Calendar",
    "CalendarTable",
    "Clock",
    "DayFacts",
    "DayLine",
    "Doubt",
    "Duration",
    "DurationError",
    "Event",
    "Extended",
    "ExtensionError",
    "Finished",
    "HandedOver",
    "HistoryError",
    "Hours",
    "LegReading",
    "Part",
    "Paused",
    "Reading",
    "Reason",
    "Received",
    "Resumed",
    "RuleBook",
    "Session",
    "SpecialDay",
    "Stated",
    "Stopped",
    "TakenOver",
    "TimeRules",
    "Told",
    "Week",
    "Working",
    "WorktimeError",
    "Year",
    "add_working_time",
    "amount_words",
    "book_from_yaml",
    "calendar_of",
    "clock_words",
    "days",
    "due_at",
    "due_through",
    "durations_by_channel",
    "explain",
    "find_calendar",
    "find_rules",
    "find_table",
    "left_words",
    "months",
    "parse_duration",
    "same_day",
    "starts_at",
    "table_from_yaml",
    "to_yaml",
    "transfer_due",
    "working",
    "working_days",
    "working_hours",
    "working_time_between",
]
