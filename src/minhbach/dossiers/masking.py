"""Personal data as those see it who do not handle the dossier, or have not asked to see it in full."""

from minhbach.dossiers.models import Applicant

_DOT, _SHORT = "•", 8


def masked(value: str, *, first: int = 2, last: int = 2) -> str:
    """The value with its middle hidden, its length kept; all of it when no part may be shown.

    >>> masked("031099000001", first=3, last=3)
    '031••••••001'
    """
    if len(value) < first + last + 3 or not first + last:
        return _DOT * min(len(value), _SHORT)
    return value[:first] + _DOT * (len(value) - first - last) + value[len(value) - last :]


def masked_email(value: str) -> str:
    name, at, host = value.partition("@")
    return f"{masked(name, first=1, last=1)}{at}{host}" if at else masked(value)


def applicant_shown(applicant: Applicant, *, full: bool, name: bool = True) -> dict[str, str]:
    """What is told of an applicant: in full, or masked, with or without the name."""
    hide = (lambda value, **_ends: value) if full else masked
    return {
        "name": applicant_name(applicant, full=full or name),
        "id_number": hide(applicant.id_number, first=3, last=3),
        "phone": hide(applicant.phone, first=2, last=3),
        "email": applicant.email if full else masked_email(applicant.email),
        "address": hide(applicant.address, first=0, last=0),
    }


def masked_name(value: str) -> str:
    """The first letters of a name.

    >>> masked_name("Nguyễn Văn An")
    'N••• V••• A•••'
    """
    return " ".join(word[0] + _DOT * 3 for word in value.split())


def applicant_name(applicant: Applicant, *, full: bool) -> str:
    """The applicant's name, or its first letters; organisations are no secret."""
    return applicant.name if full or applicant.kind == Applicant.ORGANISATION else masked_name(applicant.name)
