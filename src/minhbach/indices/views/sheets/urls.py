"""Addresses of sheets."""

urlpatterns: list = []
