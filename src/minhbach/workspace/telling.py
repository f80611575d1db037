"""Filled with the notices."""
