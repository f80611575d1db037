"""Whether what other systems told still stands as the trail says it was told."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from minhbach.dossiers.events import MIRRORED
from minhbach.dossiers.models import Batch
from minhbach.org.models import Event


def problems() -> Iterator[tuple[str, str]]:
    """For each delivery whose rows were changed, removed or added since it was recorded: where, and in words."""
    from minhbach.dossiers.actions.mirroring import batch_root

    for data in Event.objects.filter(verb=MIRRORED).order_by("pk").values_list("data", flat=True).iterator():
        batch = Batch.objects.filter(pk=data["batch"]).first()
        if batch is None or batch_root(batch) != (data["merkle"], data["told"]):
            yield (
                f"batch:{data['batch']}",
                _("what the other system told was changed after it was recorded"),
            )
