"""Who may see the files of this room."""

from minhbach.org.files.rules import register


def _may_see_delivery(account, attachment) -> bool:
    """Tables of other systems hold applicants' data: for those who bring them in."""
    from minhbach.dossiers.models import Batch
    from minhbach.dossiers.permissions import MIRROR
    from minhbach.org.permissions import may

    batch = Batch.objects.select_related("source__agency").filter(attachment=attachment).first()
    return batch is not None and may(account, MIRROR, batch.source.agency)


DELIVERY = register("dossiers.delivery", _may_see_delivery)


def _may_see_paper(account, attachment) -> bool:
    """Scans bear personal data: for those who may see the applicant's data in full where the dossier is handled, or at
    a unit that received it. An auditor sees that they are there, not what they show."""
    from minhbach.dossiers.models import Dossier
    from minhbach.dossiers.queries import may_see_personal

    dossier = Dossier.objects.filter(pk=attachment.subject_id).first() if attachment.subject_id.isdecimal() else None
    return dossier is not None and may_see_personal(account, dossier)


PAPER = register("dossiers.paper", _may_see_paper)


def _may_see_result(account, attachment) -> bool:
    from minhbach.dossiers import resulting
    from minhbach.dossiers.models import Result

    if not account.is_authenticated or not attachment.subject_id.isdecimal():
        return False
    rows = Result.objects.select_related("dossier__office", "dossier__at_unit")
    result = rows.filter(pk=attachment.subject_id).first()
    return result is not None and resulting.may_read(account, result.dossier)


RESULT = register("dossiers.result", _may_see_result)


def _may_see_older(account, attachment) -> bool:
    """Scans of older results: for those who keep the register, and those who receive dossiers there."""
    from minhbach.dossiers.models import OlderResult
    from minhbach.dossiers.permissions import OLDER, RECEIVE
    from minhbach.org.permissions import may

    if not attachment.subject_id.isdecimal():
        return False
    entry = OlderResult.objects.select_related("register__agency").filter(pk=attachment.subject_id).first()
    return entry is not None and any(may(account, verb, entry.register.agency) for verb in (OLDER, RECEIVE))


OLDER_RESULT = register("dossiers.older_result", _may_see_older)
