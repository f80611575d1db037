"""Every address of the workspace × every role × own and foreign agency: who gets in, stated by hand.

V visitor · C counter officer · B head of the office · S specialist · H head · K clerk of documents · R reform officer ·
M administrator · U auditor · O responsible office, at the agency or its office. In small letters the same at another
agency: lists and search are theirs too, and show nothing of this one.
"""

import pytest
from django.urls import reverse

from minhbach.dossiers.actions import opinions
from minhbach.dossiers.testing import who_enters
from minhbach.org.permissions.decisions import addresses

pytestmark = pytest.mark.django_db
SEE = "CBSHKRU"
STAFF = SEE + SEE.lower()
EVERYBODY = "CBSHKRMUO" + "cbshkrmuo"

#: name → (method, who gets in)
MATRIX = {
    "workspace:home": ("GET", "V" + EVERYBODY),
    "workspace:inbox": ("GET", STAFF),
    "workspace:dossiers": ("GET", STAFF),
    "workspace:bulk": ("POST", STAFF),
    "workspace:filter_save": ("POST", STAFF),
    "workspace:filter_remove": ("POST", STAFF),
    "workspace:export": ("POST", STAFF),
    "workspace:notices": ("GET", STAFF),
    "workspace:notice_all_read": ("POST", STAFF),
    "workspace:notice_choice": ("GET", STAFF),
    "workspace:notice_open": ("POST", ""),
    "workspace:overview": ("GET", "BHRbhr"),
    "workspace:search": ("GET", "V" + EVERYBODY),
}
WITH_PK = {"workspace:filter_remove", "workspace:notice_open"}


def test_every_address_is_in_the_table():
    assert {a.name for a in addresses() if a.name.startswith("workspace:")} == set(MATRIX)


@pytest.mark.parametrize("name", MATRIX)
def test_who_gets_in_and_none_sees_what_is_not_theirs(client, desk, everybody, make_dossier, name):
    dossier = make_dossier()
    opinions.opinion_ask(dossier, desk.office, question="Ý kiến?", acting=desk.counter)
    method, allowed = MATRIX[name]
    address = reverse(name, args=[1] if name in WITH_PK else [])
    data = {"do": "forward", "pick": f"{dossier.pk}.{dossier.edition}"} if method == "POST" else {"list": "units"}

    def seen(letter, answer):
        assert not (letter.islower() or letter in "VMO") or dossier.code not in answer.content.decode(), letter

    entered = who_enters(client, everybody, lambda: getattr(client, method.lower())(address, data), seen)
    assert entered == sorted(allowed)
