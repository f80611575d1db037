"""Certificates of a demonstration root for those who sign results, and their keys as files that stand in for tokens."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from minhbach.config.demonstration.people import PASSWORD
from minhbach.dossiers.actions.desks import desk_set
from minhbach.dossiers.models import Desk
from minhbach.dossiers.permissions import SIGN
from minhbach.dossiers.queries import people_for
from minhbach.org.dates import today
from minhbach.org.permissions import SYSTEM
from minhbach.org.signing.actions import certificate_register
from minhbach.signatures import Pkcs12Key
from minhbach.signatures.demonstration import Authority
from minhbach.signatures.signer import server


def folder() -> Path:
    """Where the keys of the demonstration lie."""
    return Path(settings.HOME) / "signing"


def load() -> None:
    """From today on results are signed here: whoever may sign for an agency, and the agency, has a certificate."""
    place = folder()
    place.mkdir(parents=True, exist_ok=True)
    authority = Authority.new()
    (place / "demonstration-root.cer").write_bytes(authority.certificate)
    desks = Desk.objects.filter(ends=None).select_related("agency")
    known: set[int] = set()
    for desk in desks:
        agency = desk.agency
        _give(authority, str(agency.name), agency.code, unit=agency)
        for person in people_for(SIGN, agency).select_related("account"):
            if person.pk not in known:
                known.add(person.pk)
                _give(authority, person.full_name, person.account.username, organisation=agency.name, person=person)
        kept = {name: getattr(desk, name) for name in ("pattern", "owner", "name", "address", "phone", "email")}
        desk_set(
            agency,
            begins=max(today(), desk.begins + timedelta(days=1)),
            agency_code=desk.agency_code,
            e_signatures=True,
            acting=SYSTEM,
            **kept,
        )


def signer(port: int, origin: str) -> None:
    """Answer the pages on which papers are signed, in the background, with all keys of the demonstration."""
    keys = [Pkcs12Key.load(path.read_bytes(), PASSWORD) for path in sorted(folder().glob("*.p12"))]
    if keys:
        running = server(keys, origins=[origin], port=port)
        threading.Thread(target=running.serve_forever, daemon=True).start()


def _give(authority: Authority, holder: str, name: str, *, organisation: str = "", **owner) -> None:
    content = authority.pkcs12(holder, password=PASSWORD, organisation=organisation, elliptic=True)
    (folder() / f"{name}.p12").write_bytes(content)
    certificate_register(Pkcs12Key.load(content, PASSWORD).certificate, **owner, acting=SYSTEM)
