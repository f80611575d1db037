"""Addresses of rounds as a whole: boards, ranking, profiles, what-if, and running a round."""

from django.urls import path

from minhbach.indices.views.boards import profile, ranking, rounds

urlpatterns: list = [
    path("rounds/", rounds.rounds, name="rounds"),
    path("rounds/<int:pk>/", rounds.board, name="round"),
    path("rounds/<int:pk>/ranking/", ranking.ranking, name="ranking"),
    path("entries/<int:pk>/profile/", profile.profile, name="profile"),
]
