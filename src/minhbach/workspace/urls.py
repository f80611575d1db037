from django.urls import path

from minhbach.workspace.views import bulk, exporting, home, listing, notices, overview, search

app_name = "workspace"

urlpatterns = [
    path("", home.home, name="home"),
    path("inbox/", listing.inbox, name="inbox"),
    path("inbox/several/", bulk.bulk, name="bulk"),
    path("inbox/filters/keep/", listing.filter_save, name="filter_save"),
    path("inbox/filters/<int:pk>/remove/", listing.filter_remove, name="filter_remove"),
    path("dossiers/", listing.dossiers, name="dossiers"),
    path("dossiers/export/", exporting.export, name="export"),
    path("notices/", notices.notices, name="notices"),
    path("notices/read/", notices.notice_all_read, name="notice_all_read"),
    path("notices/choice/", notices.notice_choice, name="notice_choice"),
    path("notices/<int:pk>/open/", notices.notice_open, name="notice_open"),
    path("overview/", overview.overview, name="overview"),
    path("search/", search.search, name="search"),
]
