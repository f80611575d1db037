"""Addresses of sets."""

urlpatterns: list = []
