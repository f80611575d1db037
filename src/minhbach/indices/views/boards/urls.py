"""Addresses of boards."""

urlpatterns: list = []
