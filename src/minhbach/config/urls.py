"""Every address of the product. A test fails on one without a decision (org/permissions/decisions.py)."""

from django.urls import include, path

urlpatterns = [
    path("account/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("minhbach.org.urls")),
]
