"""Records as data that people write by hand: indicator sets, procedures, calendars, forms.

Declared once, they are read from YAML or a workbook with every mistake named by its place and remedy, written back
without loss, and described as JSON Schema.
"""
