"""Attaching files and taking them away."""

import re
import unicodedata
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minhbach.org import events, trail
from minhbach.org.errors import NotPossible
from minhbach.org.files import rules, store
from minhbach.org.files.sniff import BadFile, sniff
from minhbach.org.models import Attachment, KeptFile, StoredFile

_UNWANTED = re.compile(r'[\x00-\x1f\x7f/\\<>:"|?*\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]')

LASTS = timedelta(days=1)
MOST_KEPT = 200


class KeptUpload(UploadedFile):
    """A kept file in the place of an upload: it was checked and stored when it came."""

    def __init__(self, kept: KeptFile):
        super().__init__(name=kept.name, content_type=kept.file.media_type, size=kept.file.size)
        self.stored = kept.file


@transaction.atomic
def file_attach(upload: UploadedFile, *, kind: str, chain: str, subject_id="", acting) -> Attachment:
    """Check and keep an uploaded file.

    Called by a room's own action, which has asked for permission and gives the chain of its trail.
    `kind` is one the room registered, `subject_id` its row. Raises LookupError for an unregistered
    kind; BadFile with code `too_large`, or one of those of `sniff`.
    """
    if not rules.known(kind):
        raise LookupError(f"attachments of kind {kind!r} are not declared in any room's attachments.py")
    name = clean_name(upload.name or "")
    stored = upload.stored if isinstance(upload, KeptUpload) else _stored(upload, name)
    attachment = Attachment.objects.create(
        file=stored,
        kind=kind,
        subject_id=str(subject_id),
        name=name,
        uploaded_by=acting if acting.is_authenticated else None,
        at=timezone.now(),
    )
    # Not the name: people put names and numbers of other people into it.
    data = {"sha256": stored.sha256, "size": stored.size, "media_type": stored.media_type, "kind": kind}
    trail.record(chain, events.FILE_ATTACHED, acting=acting, subject=attachment, data=data)
    return attachment


@transaction.atomic
def file_detach(attachment: Attachment, *, chain: str, acting) -> Attachment:
    """Take the file away; the row and the content stay for the trail. The calling action has asked for
    permission. Raises NotPossible with code `removed`."""
    attachment = Attachment.objects.select_for_update().get(pk=attachment.pk)
    if attachment.removed_at is not None:
        raise NotPossible(_("“%(name)s” has been taken away already."), "removed", {"name": attachment.name})
    attachment.removed_at = timezone.now()
    attachment.removed_by = acting if acting.is_authenticated else None
    attachment.save(update_fields=["removed_at", "removed_by"])
    data = {"sha256": attachment.file.sha256, "kind": attachment.kind}
    trail.record(chain, events.FILE_DETACHED, acting=acting, subject=attachment, data=data)
    return attachment


@transaction.atomic
def file_keep(upload: UploadedFile, *, acting) -> KeptFile:
    """Keep a file for its sender until it is named, for a day. Nothing is attached yet, so that no trail tells of it.

    Called by a form or an operation that this account may use. Raises NotPossible with code `too_many`; BadFile as
    `file_attach`.
    """
    if KeptFile.objects.filter(account=acting, at__gt=timezone.now() - LASTS).count() >= MOST_KEPT:
        raise NotPossible(
            _("%(count)s files wait to be used already. Use them first, or wait until tomorrow."),
            "too_many",
            {"count": MOST_KEPT},
        )
    name = clean_name(upload.name or "")
    return KeptFile.objects.create(file=_stored(upload, name), account=acting, name=name, at=timezone.now())


def file_kept(key: str | UUID, *, acting) -> KeptFile | None:
    """What this account sent and did not use yet."""
    try:
        pk = UUID(str(key))
    except ValueError:
        return None
    found = KeptFile.objects.filter(pk=pk, account=acting, at__gt=timezone.now() - LASTS)
    return found.select_related("file").first()


def kept_take(kept: KeptFile) -> KeptUpload:
    """The file to be attached, once; in the transaction that attaches it. Raises NotPossible with code `used`."""
    if not KeptFile.objects.filter(pk=kept.pk).delete()[0]:
        raise NotPossible(_("“%(name)s” was used already; send it again."), "used", {"name": kept.name})
    return KeptUpload(kept)


def kept_sweep() -> int:
    """Let go of what was sent ahead and not used within a day; a daily job. Returns how many. `files_sweep` then
    removes the contents."""
    over = list(KeptFile.objects.filter(at__lte=timezone.now() - LASTS).values_list("pk", "file"))
    KeptFile.objects.filter(pk__in=[pk for pk, _file in over]).delete()
    for stored in {file for _pk, file in over}:
        try:
            with transaction.atomic():
                StoredFile.objects.filter(pk=stored).delete()
        except (ProtectedError, IntegrityError):
            continue  # the same content is in use
    return len(over)


def files_sweep() -> int:
    """Remove contents that no row names and that are older than a day; a daily job. Returns how many."""
    known = set(StoredFile.objects.values_list("sha256", flat=True))
    count = 0
    for path in store.strays(known):
        path.unlink(missing_ok=True)
        count += 1
    return count


def clean_name(name: str) -> str:
    """The name to show and to give back: no folders, no invisible or reserved characters, at most 200."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    name = _UNWANTED.sub("", name).strip(". ")
    stem, dot, extension = name.rpartition(".")
    if not dot:
        return name[:200]
    return f"{stem[: 199 - len(extension[:20])].strip()}.{extension[:20]}"


def _stored(upload: UploadedFile, name: str) -> StoredFile:
    """Its content, checked and kept."""
    if upload.size > settings.MAX_UPLOAD_BYTES:
        raise BadFile(
            _("“%(name)s” has %(size)s, and at most %(most)s are taken. Make it smaller or split it."),
            "too_large",
            {
                "name": name,
                "size": filesizeformat(upload.size),
                "most": filesizeformat(settings.MAX_UPLOAD_BYTES),
            },
        )
    found = sniff(upload.file, name)
    sha256, size = store.put(upload.chunks(store.CHUNK))
    stored, _made = StoredFile.objects.get_or_create(
        sha256=sha256, defaults={"size": size, "media_type": found.media_type, "extension": found.extension}
    )
    return stored
