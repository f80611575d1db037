"""Forecasts cast back: what could have been said of a year on its days, held against how the year ended."""

from datetime import date

import numpy as np

from minhbach.indices.outlook.forecasting import generator, interval, rows_to_come, such_of
from minhbach.measures import figures
from minhbach.org.models import Unit

WHOLES = ("dossiers_received", "dossiers_handled", "dossiers_returned")
PARTS = {
    "dossiers_online": "dossiers_received",
    "dossiers_received_by_post": "dossiers_received",
    "dossiers_on_time": "dossiers_handled",
    "dossiers_returned_by_post": "dossiers_returned",
}


def covered(codes: list[str], first: date, last: date, every: int = 20) -> tuple[float, int]:
    """The share of forecasts in which the end of the year lay within the interval, and how many were made: of each
    unit and figure, from the 60th day on every so many days, until 35 days before the end."""
    hits = []
    days = (last - first).days + 1
    for unit in Unit.objects.filter(code__in=codes):
        found = figures.daily([*WHOLES, *PARTS], figures.counted_for([unit])[unit.pk], first, last)
        rows = {key: np.zeros(days, np.int64) for key in (*WHOLES, *PARTS)}
        for key, by_day in found.items():
            for day, n in by_day.items():
                rows[key][(day - first).days] = n
        for known in range(60, days - 35, every):
            further = {key: rows_to_come(rows[key][:known], days - known, generator(unit.code, key)) for key in WHOLES}
            for key, whole in PARTS.items():
                if further[whole] is not None:
                    of = rows[whole][:known]
                    further[key] = such_of(rows[key][:known], of, further[whole], generator(unit.code, key))
            hits += [
                interval(drawn).holds(rows[key][known:].sum()) for key, drawn in further.items() if drawn is not None
            ]
    return sum(hits) / len(hits), len(hits)
