"""Addresses of rounds as a whole: boards, ranking, profiles, what-if, and running a round."""

from django.urls import path

from minhbach.indices.views.boards import profile, ranking, rounds, what_if

urlpatterns: list = [
    path("rounds/", rounds.rounds, name="rounds"),
    path("rounds/<int:pk>/", rounds.board, name="round"),
    path("rounds/<int:pk>/ranking/", ranking.ranking, name="ranking"),
    path("entries/<int:pk>/profile/", profile.profile, name="profile"),
    path("entries/<int:pk>/what-if/", what_if.what_if, name="what_if"),
]
