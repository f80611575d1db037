"""Why an action was not done, in words for the person who asked for it."""

from django.core.exceptions import ValidationError


class NotPossible(ValidationError):
    """The state of things forbids the action; `code` is stable, the message is translated.

    A form can take it as it is: `form.add_error(None, error)`.
    """

    def __init__(self, message, code: str, params: dict | None = None):
        super().__init__(message, code=code, params=params)

    def __str__(self) -> str:
        return " ".join(self.messages)
