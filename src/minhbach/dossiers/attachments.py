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
