"""E-mails about notices, and the digest of a day. They hold codes, procedures and moments, and no personal data: mail
passes through other hands.

A letter is a row; sending is claimed first, so that two ticks at once send it once. Only if the process dies between
the mail server's answer and the row's does a letter go out a second time; its Message-ID is the same, so that mail
programs show one.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext

from minhbach.dossiers.models import Dossier
from minhbach.dossiers.permissions import ASSIGN
from minhbach.org.permissions import holds
from minhbach.workspace import bands, lists
from minhbach.workspace.models import Kind, Letter

log = logging.getLogger(__name__)

AT_ONCE = 500
"""Letters of one tick."""
MOST_ATTEMPTS = 8
CLAIM = timedelta(minutes=15)
LISTED = 20


def letters_send(now: datetime | None = None) -> int:
    """Send what is due to be sent; what fails is tried again, later each time. Returns how many went out."""
    now = now or timezone.now()
    if settings.EMAIL_BACKEND.endswith("smtp.EmailBackend") and not settings.EMAIL_HOST:
        return 0
    waiting = Letter.objects.filter(sent_at=None, dropped_at=None, next_at__lte=now).order_by("next_at", "id")
    sent = 0
    for letter in waiting.select_related("person__account", "notice__dossier__version")[:AT_ONCE]:
        claimed = Letter.objects.filter(pk=letter.pk, next_at=letter.next_at, sent_at=None, dropped_at=None)
        if claimed.update(next_at=now + CLAIM, attempts=letter.attempts + 1):
            sent += _send(letter, now)
    return sent


def _send(letter: Letter, now: datetime) -> bool:
    row = Letter.objects.filter(pk=letter.pk)
    message = _message(letter, now)
    if message is None:
        row.update(dropped_at=now)
        return False
    try:
        message.send()
    except (SMTPException, OSError) as error:
        again = now + timedelta(minutes=5) * 2**letter.attempts
        dropped = now if letter.attempts + 1 >= MOST_ATTEMPTS else None
        row.update(next_at=again, dropped_at=dropped, error=type(error).__name__)
        log.warning("letter %s was not sent: %s", letter.pk, type(error).__name__)
        return False
    row.update(sent_at=now, error="")
    return True


def _message(letter: Letter, now: datetime) -> EmailMessage | None:
    """The letter as it is to be said now; None when there is nothing to say any more, or nobody to say it to."""
    person = letter.person
    account = getattr(person, "account", None)
    if not person.email or account is None or not account.is_active:
        return None
    with translation.override(account.language):
        said = _of_notice(letter) if letter.notice else _of_day(letter, account, now)
        if said is None:
            return None
        subject, context = said
        body = render_to_string(
            "workspace/letter.txt",
            {**context, "settings_url": _absolute(reverse("workspace:notice_choice"))},
        )
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
    headers = {"Message-ID": f"<letter-{letter.pk}@{host}>", "Auto-Submitted": "auto-generated"}
    return EmailMessage(f"[Minh Bạch] {subject}", body, to=[person.email], headers=headers)


def _of_notice(letter: Letter) -> tuple[str, dict] | None:
    notice = letter.notice
    assert notice is not None
    if notice.read_at is not None:
        return None
    title = str(Kind(notice.kind).label)
    return title, {"title": title, "dossiers": [notice.dossier], "url": _absolute(_page(notice.dossier))}


def _of_day(letter: Letter, account, now: datetime) -> tuple[str, dict] | None:
    """What is late or due today in the person's hands, and, for those who give work out, at their units."""
    if letter.day != timezone.localdate(now):
        return None  # yesterday's news
    scope = lists.UNITS if holds(account, ASSIGN) else lists.MINE
    found = lists.SCOPES[scope].of(account)
    late = found.filter(~bands.PAUSED, due_at__lt=now)
    midnight = timezone.make_aware(datetime.combine(letter.day + timedelta(days=1), datetime.min.time()))
    pressing = found.filter(~bands.PAUSED & Q(due_at__lt=midnight))
    count, late_count = pressing.count(), late.count()
    if not count:
        return None
    subject = ngettext("%(number)s dossier late or due today", "%(number)s dossiers late or due today", count) % {
        "number": count
    }
    return subject, {
        "title": subject,
        "late": late_count,
        "dossiers": list(
            pressing.select_related("version").defer("version__content").order_by("due_at", "id")[:LISTED]
        ),
        "more": max(count - LISTED, 0),
        "url": _absolute(f"{reverse('workspace:inbox')}?list={scope}"),
    }


def _page(dossier: Dossier) -> str:
    return reverse("dossiers:dossier", args=[dossier.code])


def _absolute(path: str) -> str:
    """With the address of the site; without one known, the path alone."""
    return f"{settings.PUBLIC_URL}{path}"
