"""Addresses of exports."""

urlpatterns: list = []
