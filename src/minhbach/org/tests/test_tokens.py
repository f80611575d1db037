"""Tokens of other systems: made, limited, taken away."""

from datetime import timedelta

import pytest
from django.urls import reverse

from minhbach.org.dates import today
from minhbach.org.errors import NotPossible
from minhbach.org.models import Event, Token
from minhbach.org.people.actions import password_set
from minhbach.org.permissions import Refused, holds, limit, may, unit_ids, units_where
from minhbach.org.tokens.actions import token_make, token_revoke
from minhbach.org.tokens.queries import token_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(make_unit, make_account):
    from types import SimpleNamespace

    top = make_unit("so", kind="so")
    office = make_unit("phong", parent=top)
    return SimpleNamespace(
        top=top,
        office=office,
        other=make_unit("so-khac", kind="so"),
        administrator=make_account("quan-tri", top, "administrator"),
        below=make_account("quan-tri-phong", office, "administrator"),
    )


def make(house, acting=None, **more):
    said = {"name": "Cổng tỉnh", "unit": house.top, "codes": ["dossiers:read"], "roles": ["counter"]}
    said |= {"expires": today() + timedelta(days=30), **more}
    return token_make(**said, acting=acting or house.administrator)


def test_the_key_opens_and_only_its_hash_is_kept(house):
    token, key = make(house)
    assert token_of(key) == token
    assert key.startswith(f"mb_{token.prefix}_") and len(key) >= 50
    row = Token.objects.filter(pk=token.pk).values().get()
    assert key not in str(row) and key.rpartition("_")[2] not in str(row)
    for wrong in (key[:-1], key + "x", key.upper(), "", "mb_", f"mb_{token.prefix}_", "mb_12345678_x", "\x00"):
        assert token_of(wrong) is None


def test_it_opens_until_its_last_day_and_not_after(house):
    token, key = make(house, expires=today())
    assert token_of(key) == token
    Token.objects.filter(pk=token.pk).update(expires=today() - timedelta(days=1))
    assert token_of(key) is None


def test_taken_away_it_opens_nothing_and_its_account_is_closed(house):
    token, key = make(house)
    token_revoke(token, acting=house.administrator)
    assert token_of(key) is None
    token.account.refresh_from_db()
    assert not token.account.is_active
    with pytest.raises(NotPossible) as error:
        token_revoke(token, acting=house.administrator)
    assert error.value.code == "revoked"
    verbs = Event.objects.filter(chain__name=f"person:{token.account.person_id}").values_list("verb", flat=True)
    assert [verb for verb in verbs if "token" in verb] == ["org.token_made", "org.token_revoked"]


def test_who_may_give_one(house):
    with pytest.raises(Refused):
        make(house, acting=house.below)
    assert make(house, acting=house.below, unit=house.office)[0].unit == house.office
    with pytest.raises(Refused):
        make(house, unit=house.other)


@pytest.mark.parametrize(
    ("code", "more"),
    [
        ("no_scopes", {"codes": []}),
        ("bad_scope", {"codes": ["everything"]}),
        ("no_roles", {"roles": []}),
        ("no_role", {"roles": ["god"]}),
        ("no_name", {"name": "  "}),
        ("bad_dates", {"expires": today() - timedelta(days=1)}),
        ("bad_dates", {"expires": today() + timedelta(days=800)}),
    ],
)
def test_what_is_no_token(house, code, more):
    with pytest.raises(NotPossible) as error:
        make(house, **more)
    assert error.value.code == code
    assert not Token.objects.exists()


def test_a_system_never_signs_in(house, client):
    token, _key = make(house)
    with pytest.raises(NotPossible) as error:
        password_set(token.account, password="mot-mat-khau-dai-2026", acting=house.administrator)
    assert error.value.code == "system"
    assert not token.account.has_usable_password()
    answer = client.post(reverse("account_login"), {"login": token.account.username, "password": "x"})
    assert answer.status_code == 200 and "_auth_user_id" not in client.session


def test_an_account_limited_to_scopes_keeps_of_its_roles_what_they_leave(house):
    account = make(house)[0].account
    assert may(account, "dossiers.receive", house.top) and may(account, "dossiers.see", house.office)
    limited = limit(account, ["dossiers:read"])
    assert may(limited, "dossiers.see", house.office)
    assert not may(limited, "dossiers.receive", house.top)
    assert not holds(limited, "dossiers.receive")
    assert unit_ids(limited, "dossiers.receive") == frozenset()
    assert not units_where(limited, "dossiers.receive").exists()
    # A scope gives nothing that the role does not.
    assert not holds(limit(account, ["dossiers:act"]), "dossiers.sign")
    assert not holds(limit(account, []), "dossiers.see")


def test_the_screens(house, client):
    client.force_login(house.administrator)
    address = reverse("org:token_new")
    sent = {
        "name": "Cổng tỉnh",
        "unit": house.top.pk,
        "codes": ["dossiers:read", "dossiers:write"],
        "roles": ["counter"],
        "expires": (today() + timedelta(days=365)).isoformat(),
    }
    assert client.post(address, {**sent, "codes": []}).status_code == 422
    answer = client.post(address, sent)
    token = Token.objects.get()
    text = answer.content.decode()
    key = next(word for word in text.replace("<", " ").replace(">", " ").split() if word.startswith("mb_"))
    assert token_of(key) == token
    assert "no-store" in answer["Cache-Control"]
    listed = client.get(reverse("org:tokens")).content.decode()
    assert "Cổng tỉnh" in listed and key not in listed and token.prefix in listed
    client.post(reverse("org:token_revoke", args=[token.pk]))
    assert token_of(key) is None
