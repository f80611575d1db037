"""Addresses of indicator sets and of results published by others."""

from django.urls import path

from minhbach.indices.views.sets import comparing, editor, importing, listing, making, page, published, steps

urlpatterns: list = [
    path("sets/", listing.sets, name="sets"),
    path("sets/new/", making.set_new, name="set_new"),
    path("sets/import/", importing.set_import, name="set_import"),
    path("sets/catalogue/<slug:code>/", listing.catalogue, name="set_catalogue"),
    path("sets/<int:pk>/", page.set_page_view, name="set"),
    path("sets/<int:pk>/download/<str:format>/", page.download, name="set_download"),
    path("sets/<int:pk>/edit/", editor.set_edit, name="set_edit"),
    path("sets/<int:pk>/check/", steps.set_check, name="set_check"),
    path("sets/<int:pk>/release/", steps.release, name="set_release"),
    path("sets/<int:pk>/discard/", steps.discard, name="set_discard"),
    path("sets/<int:pk>/diff/<int:other>/", comparing.set_diff, name="set_diff"),
    path("published-results/", published.published, name="published"),
    path("published-results/enter/", published.enter, name="published_enter"),
    path("published-results/import/", published.results_import_view, name="published_import"),
    path("published-results/import/sheet.xlsx", published.sheet, name="published_sheet"),
]
