"""Addresses of the live index: of a round, of a unit, of a criterion with the rows behind it."""

from django.urls import path

from minhbach.indices.views.live import board, criterion, sheet
from minhbach.indices.views.sheets.urls import CRITERION

urlpatterns: list = [
    path("rounds/<int:pk>/live/", board.round_live, name="round_live"),
    path("entries/<int:pk>/live/", sheet.entry_live, name="entry_live"),
    path(f"{CRITERION}live/", criterion.criterion_live, name="criterion_live"),
    path(f"{CRITERION}live/rows.<slug:format>", criterion.criterion_live_rows, name="criterion_live_rows"),
]
