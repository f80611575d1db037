"""Addresses of what leaves as a file, and of results that come back as one."""

from django.urls import path

from minhbach.indices.views.exports import appraised, files, open_data, rankings, report

urlpatterns: list = [
    path("entries/<int:pk>/export/<slug:kind>.<slug:format>", files.export, name="export"),
    path("entries/<int:pk>/evidence.zip", files.evidence_folder, name="evidence_folder"),
    path("entries/<int:pk>/report/", report.report, name="report"),
    path("entries/<int:pk>/appraised/", appraised.appraised_import, name="appraised_import"),
    path("rounds/<int:pk>/open-data.zip", open_data.open_data, name="open_data"),
    path("rounds/<int:pk>/open-data/", open_data.open_data_state, name="open_data_state"),
    path("rounds/<int:pk>/open-data/again/", open_data.open_data_again, name="open_data_again"),
    path("rounds/<int:pk>/export/<slug:kind>.<slug:format>", rankings.export, name="round_export"),
]
