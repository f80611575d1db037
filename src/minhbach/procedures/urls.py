"""Addresses of procedures: to read, to write, to offer, to bring in and take out, to review."""

from django.urls import path

from minhbach.procedures.views import editing, exchanging, filling, listing, offering, reading, repealing, reviewing

app_name = "procedures"

urlpatterns: list = [
    path("procedures/", listing.procedures, name="procedures"),
    path("procedures/new/", editing.new, name="new"),
    path("procedures/import/", exchanging.import_, name="import"),
    path("procedures/compare/", exchanging.national, name="national"),
    path("procedures/export/<str:format>/", exchanging.export, name="export"),
    path("procedures/reviews/", reviewing.reviews, name="reviews"),
    path("procedures/reviews/<int:pk>/", reviewing.review, name="review"),
    path("procedures/offers/<int:pk>/", offering.offer, name="offer"),
    path("procedures/offers/<int:pk>/end/", offering.offer_stop, name="offer_stop"),
    path("procedures/<int:pk>/", reading.procedure, name="procedure"),
    path("procedures/<int:pk>/file/<str:format>/", reading.procedure_file, name="procedure_file"),
    path("procedures/<int:pk>/form/", filling.form, name="form"),
    path("procedures/<int:pk>/draft/", editing.draft_begin, name="draft"),
    path("procedures/<int:pk>/edit/", editing.edit, name="edit"),
    path("procedures/<int:pk>/check/", editing.check, name="check"),
    path("procedures/<int:pk>/release/", editing.release, name="release"),
    path("procedures/<int:pk>/discard/", editing.discard, name="discard"),
    path("procedures/<int:pk>/repeal/", repealing.repeal, name="repeal"),
    path("procedures/<int:pk>/offers/new/", offering.offer_new, name="offer_new"),
    path("procedures/<int:pk>/reviews/new/", reviewing.review_new, name="review_new"),
]
