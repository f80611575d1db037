"""Every address × every role × the education department's own things: who gets in, stated by hand.

Roles: V visitor · X reform officer of another department · K office that leads 3.1 and shares 7.3 · S division that
shares 7.3 · O reform officer · H head · J appraiser of field 3 only · A appraiser of the body that runs the round ·
M administrator of that body · U auditor. A new address that is not in the table fails.
"""

from datetime import date

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse

from minhbach.indices.actions import criteria
from minhbach.indices.actions.sets import set_save
from minhbach.org.calendars.actions import day_set
from minhbach.org.models import Chain, Event
from minhbach.org.permissions import SYSTEM
from minhbach.org.permissions.decisions import addresses
from minhbach.org.signing import purposes
from minhbach.scoring.catalogue import set_files

ALL = "VXKSOHJAMU"
SIGNED_IN = "XKSOHJAMU"
INSIDE = "KSOHJAMU"  # see the education department's entry, or a part of it
IN_ROUND = "XKSOHJAMU"  # have a unit, an office or a field in the open round

purposes.register("tests.rights", signed=lambda request, pdf, acting: None, address=lambda request: "/")

#: name → (method, who gets in). Who is not named gets 403, 404 or the sign-in page.
MATRIX = {
    "set_language": ("POST", ALL),
    "indices:rounds": ("GET", ALL),
    "indices:sets": ("GET", ALL),
    "indices:set": ("GET", ALL),
    "indices:set_download": ("GET", ALL),
    "indices:set_diff": ("GET", ALL),
    "indices:published": ("GET", ALL),
    "indices:todo": ("GET", SIGNED_IN),
    "indices:round": ("GET", IN_ROUND),
    "indices:ranking": ("GET", IN_ROUND),
    "indices:round_export": ("GET", "AMU"),
    "indices:entry": ("GET", INSIDE),
    "indices:entry_step": ("POST", "O"),
    "indices:entry_offices": ("GET", "O"),
    "indices:criterion": ("GET", "KSOHAMU"),
    "indices:criterion_preview": ("POST", "KSO"),
    "indices:criterion_save": ("POST", "KSO"),
    "indices:criterion_step": ("POST", "KSO"),
    "indices:round_live": ("GET", IN_ROUND),
    "indices:round_live_public": ("GET", ""),  # until it is chosen: indices/tests/test_live_public.py
    "indices:entry_live_public": ("GET", ""),
    "indices:round_live_days": ("GET", IN_ROUND),
    "indices:entry_live": ("GET", INSIDE),
    "indices:entry_live_days": ("GET", "OHAMU"),
    "indices:criterion_live": ("GET", "KSOHAMU"),
    "indices:criterion_live_days": ("GET", "KSOHAMU"),
    "indices:criterion_live_rows": ("GET", INSIDE),
    "indices:profile": ("GET", INSIDE),
    "indices:what_if": ("GET", INSIDE),
    "indices:outlook": ("GET", INSIDE),
    "indices:outlook_keep": ("POST", "O"),
    "indices:export": ("GET", INSIDE),
    "indices:open_data": ("GET", ""),
    "indices:open_data_state": ("GET", IN_ROUND),
    "indices:open_data_again": ("POST", ""),
    "indices:evidence_folder": ("GET", INSIDE),
    "indices:report": ("GET", INSIDE),
    "indices:appraised_import": ("GET", "OM"),
    "indices:entry_survey": ("GET", "AM"),
    "indices:round_new": ("GET", "M"),
    "indices:round_manage": ("GET", "M"),
    "indices:round_dates": ("POST", "M"),
    "indices:round_shown": ("POST", "M"),
    "indices:round_live_shown": ("POST", "M"),
    "indices:round_sets": ("POST", "M"),
    "indices:round_bodies": ("GET", "M"),
    "indices:round_units": ("POST", "M"),
    "indices:round_reopen": ("POST", "M"),
    "indices:round_close": ("POST", "M"),
    "indices:round_publish": ("POST", "M"),
    "indices:round_survey": ("GET", "AM"),
    "indices:round_survey_template": ("GET", "AM"),
    "indices:unit_offices": ("GET", "O"),
    "indices:set_new": ("GET", "XOM"),
    "indices:set_import": ("GET", "XOM"),
    "indices:set_catalogue": ("POST", "O"),
    "indices:set_edit": ("GET", "O"),
    "indices:set_check": ("POST", "O"),
    "indices:set_release": ("POST", "O"),
    "indices:set_discard": ("POST", "O"),
    "indices:published_enter": ("GET", "XOM"),
    "indices:published_import": ("GET", "XOM"),
    "indices:published_sheet": ("GET", "XOM"),
    "org:file": ("GET", "KSOHAMU"),
    "org:me": ("GET", SIGNED_IN),
    "org:my_language": ("POST", SIGNED_IN),
    "org:units": ("GET", ALL),
    "org:unit": ("GET", ALL),
    "org:unit_new": ("GET", "M"),
    "org:unit_rename": ("GET", ""),
    "org:unit_move": ("GET", ""),
    "org:unit_classify": ("GET", ""),
    "org:unit_close": ("GET", ""),
    "org:people": ("GET", SIGNED_IN),
    "org:person": ("GET", "OHU"),
    "org:person_new": ("GET", "M"),
    "org:person_change": ("GET", ""),
    "org:post_new": ("GET", ""),
    "org:post_end": ("GET", ""),
    "org:role_new": ("GET", ""),
    "org:role_end": ("GET", ""),
    "org:account_new": ("GET", ""),
    "org:account_password": ("GET", ""),
    "org:account_close": ("GET", ""),
    "org:account_reopen": ("GET", ""),
    "org:account_second_factor": ("GET", ""),
    "org:account_provider": ("GET", ""),
    "org:certificates": ("GET", SIGNED_IN),
    "org:person_certificate": ("GET", ""),
    "org:unit_certificate": ("GET", ""),
    "org:certificate_withdraw": ("GET", ""),
    "org:signing": ("GET", "O"),
    "org:signing_order": ("GET", "O"),
    "org:calendar": ("GET", ALL),
    "org:calendar_hours": ("GET", ""),
    "org:calendar_day": ("GET", ""),
    "org:calendar_day_everywhere": ("GET", ""),
    "org:calendar_day_remove": ("POST", ""),
    "org:calendar_year": ("POST", ""),
    "org:health": ("GET", "MU"),
    "org:health_check": ("GET", "MU"),
    "org:trail": ("GET", "MU"),
    "org:trail_roots": ("GET", "MU"),
    "org:trail_chain": ("GET", "MU"),
    "org:trail_event": ("GET", "MU"),
    "org:tokens": ("GET", "M"),
    "org:token_new": ("GET", "M"),
    "org:token_revoke": ("GET", ""),
    "api_openapi": ("GET", ALL),
    "api_reference": ("GET", ALL),
    "style_guide": ("GET", SIGNED_IN),
    "procedures:procedures": ("GET", ALL),
    "procedures:procedure": ("GET", ALL),
    "procedures:procedure_file": ("GET", ALL),
    "procedures:export": ("GET", ALL),
    "procedures:form": ("GET", ALL),
    "procedures:new": ("GET", "XOM"),
    "procedures:import": ("GET", "XOM"),
    "procedures:national": ("GET", "XOM"),
    "procedures:draft": ("POST", "O"),
    "procedures:edit": ("GET", "O"),
    "procedures:check": ("POST", "O"),
    "procedures:discard": ("POST", "O"),
    "procedures:release": ("POST", "OH"),
    "procedures:repeal": ("GET", "OH"),
    "procedures:offer_new": ("GET", "XOM"),
    "procedures:offer": ("GET", "O"),
    "procedures:offer_stop": ("POST", "O"),
    "procedures:reviews": ("GET", "XKSOHMU"),
    "procedures:review_new": ("GET", "XKSO"),
    "procedures:review": ("GET", "OH"),
}


def _ours():
    """But for the rooms that have a table of their own, beside their tests."""
    return {
        a.name
        for a in addresses()
        if not a.module.startswith("allauth")
        and a.name != ""
        and not a.name.startswith(("dossiers:", "api:", "workspace:"))
    }


def test_every_address_is_in_the_table():
    assert _ours() == set(MATRIX) | {
        n for n in _ours() if n.startswith(("account_", "mfa_", "socialaccount", "openid"))
    }


@pytest.fixture
def people(province):
    return {
        "V": None,
        "X": province.outsider,
        "K": province.clerk,
        "S": province.specialist,
        "O": province.officer,
        "H": province.head,
        "J": province.justice_appraiser,
        "A": province.appraiser,
        "M": province.manager,
        "U": province.auditor,
    }


def _procedure_of(unit):
    """A procedure the unit keeps, in force and with a draft, offered and reviewed by it."""
    from minhbach.procedures.actions import draft_save, offer_set, procedures_load, review_add
    from minhbach.procedures.testing import COPY, LONG_AGO, contents_of

    [content] = contents_of(COPY)
    [version] = procedures_load([content], keeper=unit, begins=LONG_AGO, acting=SYSTEM)
    draft_save(content, keeper=unit, acting=SYSTEM)
    made = version.procedure
    offer = offer_set(made, agency=unit, one_stop=unit, office=unit, begins=LONG_AGO, acting=SYSTEM)
    return made, offer, review_add(made, unit=unit, reviewed_on=LONG_AGO, finding="Thừa một bước", acting=SYSTEM)


def _waiting_for(account):
    """A paper that waits for this person's signature."""
    from datetime import timedelta

    from django.utils import timezone

    from minhbach.org.models import Certificate, SigningRequest

    now = timezone.now()
    certificate = Certificate.objects.create(
        person=account.person, begins_at=now, ends_at=now + timedelta(days=1), registered_at=now
    )
    empty = {"attributes": b"", "document_digest": b"", "prepared": b"", "start": 0, "end": 0}
    return SigningRequest.objects.create(
        purpose="tests.rights",
        certificate=certificate,
        account=account,
        made_at=now,
        expires_at=now + timedelta(minutes=5),
        **empty,
    )


@pytest.fixture
def arguments(province, open_round, entry):
    """The addresses' arguments: always the education department's own things."""
    from minhbach.org.dates import today
    from minhbach.org.people.actions import post_assign
    from minhbach.org.tokens.actions import token_make

    upload = SimpleUploadedFile("bao-cao.txt", b"180 tin")
    evidence = criteria.evidence_add(entry, "7.3", upload=upload, acting=province.officer)
    text = set_files()["hai-phong-so-2022"].read_text(encoding="utf-8")
    draft = set_save(text=text.replace("hai-phong-so-2022", "so-gd-nhap"), unit=province.education, acting=SYSTEM)
    officer = province.officer.person
    post = post_assign(
        officer, unit=province.education, title="Chuyên viên", begins=province.education.begins, acting=SYSTEM
    )
    released = entry.set_version_id
    token, _key = token_make(
        name="Hệ thống",
        unit=province.education,
        codes=["dossiers:read"],
        roles=["counter"],
        expires=today(),
        acting=SYSTEM,
    )
    procedure, offer, review = _procedure_of(province.education)
    special = day_set(unit=province.education, day=date(2026, 12, 24), kind="off", reason="Nghỉ", acting=SYSTEM)
    of = {
        "org:health_check": ["org.files"],
        "procedures:procedure_file": [procedure.pk, "yaml"],
        "procedures:export": ["yaml"],
        "procedures:offer": [offer.pk],
        "procedures:offer_stop": [offer.pk],
        "procedures:review": [review.pk],
        "indices:set": [released],
        "indices:set_download": [released, "yaml"],
        "indices:set_diff": [released, released],
        "indices:set_catalogue": ["papi-2021"],
        "indices:unit_offices": [province.education.pk],
        "indices:round_bodies": [open_round.pk, "so"],
        "indices:round_export": [open_round.pk, "ranking", "xlsx"],
        "indices:export": [entry.pk, "self-score", "xlsx"],
        "indices:entry_step": [entry.pk, "review"],
        "indices:criterion_step": [entry.pk, "7.3", "answered"],
        "indices:entry_live_public": [open_round.pk, entry.pk],
        "indices:criterion_live_rows": [entry.pk, "3.3.2", "csv"],
        "org:calendar_hours": [province.education.pk],
        "org:calendar_day": [province.education.pk],
        "org:calendar_day_remove": [special.pk],
        "org:calendar_year": [2027],
        "org:file": [evidence.attachment.pk, evidence.attachment.name],
        "org:post_end": [post.pk],
        "org:role_end": [officer.grants.get().pk],
        "org:trail_chain": [Chain.objects.get(name=entry.chain).pk],
        "org:trail_event": [Event.objects.filter(chain__name=entry.chain).first().pk],
    }

    asked = _waiting_for(province.officer)
    of["org:signing"] = of["org:signing_order"] = [asked.pk]
    of["org:certificate_withdraw"] = [asked.certificate_id]
    link = SocialAccount.objects.create(user=province.officer, provider="sso", uid="1")
    of["org:account_provider"] = [province.officer.pk, link.pk]

    def find(name):
        if name in of:
            return of[name]
        route = next(a.route for a in addresses() if a.name == name)
        if "<" not in route:
            return []
        if "criteria/" in route:
            return [entry.pk, "7.3"]
        for begin, pk in (
            ("rounds/", open_round.pk),
            ("entries/", entry.pk),
            ("sets/", draft.pk),
            ("procedures/", procedure.pk),
            ("organisation/units/", province.education.pk),
            ("organisation/people/", officer.pk),
            ("organisation/systems/", token.pk),
            ("organisation/accounts/", province.officer.pk),
        ):
            if route.startswith(begin):
                return [pk]
        raise AssertionError(f"no arguments for {name}: {route}")

    return find


#: What is sent where an empty form would be nothing at all.
SENT = {
    "indices:set_check": lambda province: {"text": "code: x"},
    "indices:set_catalogue": lambda province: {"unit": province.education.pk},
}


def _gets_in(response) -> bool:
    login = response.status_code == 302 and response["Location"].startswith(reverse("account_login"))
    return response.status_code not in (403, 404) and not login


@pytest.mark.django_db
def test_who_gets_in(people, arguments, client, province):
    # One test for the whole table: the province is built once, and every difference is listed.
    wrong = []
    for name, (method, allowed) in MATRIX.items():
        url = reverse(name, args=arguments(name))
        sent = SENT.get(name, lambda province: {})(province)
        found = ""
        for letter, account in people.items():
            client.logout()
            if account is not None:
                client.force_login(account)
            with transaction.atomic():  # what one person's visit changes is not there for the next
                response = client.get(url) if method == "GET" else client.post(url, sent)
                found += letter if _gets_in(response) else ""
                transaction.set_rollback(True)
            if "Content-Security-Policy" not in response:
                wrong.append(f"{name} {letter}: no Content-Security-Policy")
            if response.status_code >= 500:
                wrong.append(f"{name} {letter}: {response.status_code}")
        expected = "".join(letter for letter in people if letter in allowed)
        if found != expected:
            wrong.append(f"{name}: got in {found or 'nobody'}, expected {expected or 'nobody'}")
    assert wrong == []
