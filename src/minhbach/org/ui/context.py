"""What every page needs, as `shell` in the template; worked out only when the page asks."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import get_language

from minhbach.org.ui import header, navigation


class Shell:
    def __init__(self, request: HttpRequest):
        self._request = request

    @cached_property
    def navigation(self) -> list[navigation.Link]:
        return navigation.links(self._request)

    @cached_property
    def tools(self) -> list:
        return header.tools(self._request)

    @property
    def language(self) -> str:
        return get_language() or settings.LANGUAGE_CODE

    @property
    def languages(self) -> list[tuple[str, str]]:
        return [("vi", "Tiếng Việt"), ("en", "English")]

    @property
    def address(self) -> str:
        """Where to come back to after the language was changed: never to the answer of a form."""
        return self._request.get_full_path() if self._request.method in ("GET", "HEAD") else self._request.path

    @property
    def signed_in(self) -> bool:
        user = getattr(self._request, "user", None)
        return bool(user and user.is_authenticated)

    @property
    def demonstration(self) -> bool:
        return settings.DEMO


def page(request: HttpRequest) -> dict[str, Shell]:
    return {"shell": Shell(request)}
