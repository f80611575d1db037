"""Addresses of rounds as a whole: boards, ranking, profiles, what-if, and running a round."""

from django.urls import path

from minhbach.indices.views.boards import manage, manage_sets, outlook, profile, ranking, rounds, survey, what_if

urlpatterns: list = [
    path("rounds/", rounds.rounds, name="rounds"),
    path("rounds/new/", manage.new, name="round_new"),
    path("rounds/<int:pk>/", rounds.board, name="round"),
    path("rounds/<int:pk>/ranking/", ranking.ranking, name="ranking"),
    path("rounds/<int:pk>/manage/", manage.manage, name="round_manage"),
    path("rounds/<int:pk>/manage/dates/", manage.dates, name="round_dates"),
    path("rounds/<int:pk>/manage/shown/", manage.shown, name="round_shown"),
    path("rounds/<int:pk>/manage/live/", manage.live_shown, name="round_live_shown"),
    path("rounds/<int:pk>/manage/sets/", manage_sets.sets, name="round_sets"),
    path("rounds/<int:pk>/manage/sets/<path:group>/bodies/", manage_sets.bodies, name="round_bodies"),
    path("rounds/<int:pk>/manage/units/", manage.units, name="round_units"),
    path("rounds/<int:pk>/manage/reopen/", manage.reopen, name="round_reopen"),
    path("rounds/<int:pk>/manage/survey/", survey.overview, name="round_survey"),
    path("rounds/<int:pk>/manage/survey/template.csv", survey.template, name="round_survey_template"),
    path("rounds/<int:pk>/manage/close/", manage.close, name="round_close"),
    path("rounds/<int:pk>/manage/publish/", manage.publish, name="round_publish"),
    path("entries/<int:pk>/profile/", profile.profile, name="profile"),
    path("entries/<int:pk>/what-if/", what_if.what_if, name="what_if"),
    path("entries/<int:pk>/outlook/", outlook.outlook, name="outlook"),
    path("entries/<int:pk>/outlook/keep/", outlook.keep, name="outlook_keep"),
    path("entries/<int:pk>/survey/", survey.unit, name="entry_survey"),
    path("units/<int:pk>/offices/", manage_sets.offices, name="unit_offices"),
]
