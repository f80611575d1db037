"""Forms with files that are shown again: what was chosen before need not be chosen again."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest

from minhbach.org.errors import NotPossible
from minhbach.org.files.actions import KeptUpload, file_keep, file_kept, kept_take
from minhbach.org.models import KeptFile

MARK = "kept-"


class Kept:
    """The files of a posted form: those sent with it, and those kept since it was shown before (fields `kept-NAME`,
    boxes that can be unticked; `{% keptfile %}` draws them). `files` is what the form is given."""

    def __init__(self, request: HttpRequest):
        self.request, self.files = request, request.FILES.copy()
        self.rows: dict[str, KeptFile] = {}
        for key, value in request.POST.items():
            name = key.removeprefix(MARK)
            if key != name and name not in self.files:
                row = file_kept(value, acting=request.user)
                if row is not None:
                    self.rows[name], self.files[name] = row, KeptUpload(row)

    def keep(self, form: forms.Form) -> None:
        """The form is shown again: keep what came with it; a bad file is named at its field."""
        for name, upload in self.request.FILES.items():
            if name not in form.fields or name in form.errors:
                continue
            try:
                self.rows[name] = file_keep(upload, acting=self.request.user)
            except NotPossible as reason:
                if form.is_bound:
                    if str(reason) not in form.non_field_errors():  # where the action has said so
                        form.add_error(name, reason)
                else:
                    messages.error(self.request, str(reason))
        form.kept = self.rows  # type: ignore[attr-defined]

    def take(self) -> None:
        """They are used, in this transaction. Raises NotPossible with code `used`."""
        for row in self.rows.values():
            kept_take(row)
