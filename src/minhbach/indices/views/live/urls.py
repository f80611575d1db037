"""Addresses of the live index: of a round, of a unit, of a criterion with the rows behind it."""

from django.urls import path

from minhbach.indices.views.live import board, criterion, days, public, sheet
from minhbach.indices.views.sheets.urls import CRITERION

urlpatterns: list = [
    path("rounds/<int:pk>/live/", board.round_live, name="round_live"),
    path("rounds/<int:pk>/live/days/", days.round_live_days, name="round_live_days"),
    path("rounds/<int:pk>/live/public/", public.round_live_public, name="round_live_public"),
    path("rounds/<int:pk>/live/public/<int:entry>/", public.entry_live_public, name="entry_live_public"),
    path("entries/<int:pk>/live/", sheet.entry_live, name="entry_live"),
    path("entries/<int:pk>/live/days/", days.entry_live_days, name="entry_live_days"),
    path(f"{CRITERION}live/", criterion.criterion_live, name="criterion_live"),
    path(f"{CRITERION}live/days/", days.criterion_live_days, name="criterion_live_days"),
    path(f"{CRITERION}live/rows.<slug:format>", criterion.criterion_live_rows, name="criterion_live_rows"),
]
