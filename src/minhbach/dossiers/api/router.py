"""One router for all operations on dossiers: those of one address must stand on one."""

from ninja import Router

router = Router(tags=["dossiers"])
