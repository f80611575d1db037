"""What visitors find of procedures on the first page: a box to search them, and their fields."""

from django.http import HttpRequest

from minhbach.org.ui.firstpage import welcome
from minhbach.procedures import queries


def _fields(request: HttpRequest) -> list[str]:
    """The fields of the catalogue. One query."""
    return queries.fields_of(request.user)


welcome("procedures", "procedures/_welcome.html", value=_fields, order=10)
