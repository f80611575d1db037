"""What visitors find of dossiers on the first page: the form by which one follows a dossier."""

from django.http import HttpRequest

from minhbach.dossiers.forms.finding import FollowForm
from minhbach.org.ui.firstpage import welcome


def _form(request: HttpRequest) -> FollowForm:
    return FollowForm(use_required_attribute=False)


welcome("follow", "dossiers/_welcome.html", value=_form, order=20)
