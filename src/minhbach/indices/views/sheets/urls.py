"""Addresses of sheets: what is to be done, a unit's sheet, a criterion."""

from django.urls import path, register_converter

from minhbach.indices.views.sheets import criterion, criterion_steps, entry, offices, todo


class CriterionId:
    """An id of a criterion in an address. Ids may hold a slash, which an address writes as ~."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        return value.replace("~", "/")

    def to_url(self, value: str) -> str:
        return str(value).replace("/", "~")


register_converter(CriterionId, "criterion")
CRITERION = "entries/<int:pk>/criteria/<criterion:criterion>/"

urlpatterns: list = [
    path("to-do/", todo.todo, name="todo"),
    path("entries/<int:pk>/", entry.entry_page, name="entry"),
    path("entries/<int:pk>/offices/", offices.entry_offices, name="entry_offices"),
    path("entries/<int:pk>/steps/<slug:step>/", entry.entry_step, name="entry_step"),
    path(CRITERION, criterion.criterion_page, name="criterion"),
    path(f"{CRITERION}preview/", criterion.criterion_preview, name="criterion_preview"),
    path(f"{CRITERION}save/", criterion_steps.criterion_save, name="criterion_save"),
    path(f"{CRITERION}steps/<slug:step>/", criterion_steps.criterion_step, name="criterion_step"),
]
