"""What the tests of the workspace share."""

import pytest


@pytest.fixture
def due(db):
    """due(dossier, moment): as if it had been received with that due moment."""
    from minhbach.dossiers.models import Dossier

    def put(dossier, moment, **more):
        Dossier.objects.filter(pk=dossier.pk).update(due_at=moment, first_due_at=moment, **more)
        dossier.refresh_from_db()
        return dossier

    return put


@pytest.fixture
def at(monkeypatch):
    """at("2026-11-18 09:00"): what the time is."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from django.utils import timezone

    def put(text):
        moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
        monkeypatch.setattr(timezone, "now", lambda: moment)
        return moment

    return put
