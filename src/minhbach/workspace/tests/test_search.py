"""One box for everything a person may see."""

import pytest

pytestmark = pytest.mark.django_db


def test_each_finds_what_they_may_see(desk, make_dossier, as_, client, make_account, make_unit):
    dossier = make_dossier()
    shown = as_(desk.counter).get("/search/", {"q": "nguyen van an"}).content.decode()
    assert dossier.code in shown and "Nguyễn Văn An" in shown
    for text in ("0310 99000001", "031099000001", dossier.code, dossier.code.lower()):
        assert dossier.code in as_(desk.counter).get("/search/", {"q": text}).content.decode().replace(
            f'value="{text}"', ""
        )
    auditor = as_(make_account("kiem-toan", desk.agency, "auditor"))
    assert dossier.code not in auditor.get("/search/", {"q": "031099000001"}).content.decode()
    by_code = auditor.get("/search/", {"q": dossier.code[-11:]}).content.decode()
    assert dossier.code in by_code and "Nguyễn" not in by_code
    other = as_(make_account("khac", make_unit("so-khac", kind="so"), "counter"))
    assert dossier.code not in other.get("/search/", {"q": "nguyen van an"}).content.decode()
    client.logout()
    public = client.get("/search/", {"q": "phong quan ly"}).content.decode()
    assert "Phòng Quản lý" in public
    assert dossier.code not in client.get("/search/", {"q": dossier.code[-11:]}).content.decode()
    assert "cấp bản sao" in client.get("/search/", {"q": "cap ban sao"}).content.decode().lower()


@pytest.mark.parametrize("text", ["", " ", "a", "\x00\x00", "%_'\"\\", "x" * 5000, "khong co gi nhu the"])
def test_strange_words_find_nothing_and_break_nothing(desk, as_, text):
    assert as_(desk.counter).get("/search/", {"q": text}).status_code == 200


def test_the_box_stands_in_the_head_of_every_page(desk, as_):
    for address in ("/inbox/", "/procedures/", "/organisation/units/"):
        assert 'action="/search/"' in as_(desk.counter).get(address).content.decode()


def test_searching_costs_the_same_however_much_is_found(desk, make_dossier, as_, django_assert_max_num_queries):
    client = as_(desk.counter)
    for _n in range(3):
        make_dossier()
    client.get("/search/", {"q": "an"})
    # session, account, roles, units of two verbs, the bell; dossiers, procedures, units with parents, people with posts
    with django_assert_max_num_queries(16) as few:
        client.get("/search/", {"q": "nguyen"})
    for _n in range(30):
        make_dossier()
    with django_assert_max_num_queries(len(few.captured_queries)):
        shown = client.get("/search/", {"q": "nguyen"}).content.decode()
    assert shown.count("/dossiers/of/") == 8 and "/dossiers/?q=nguyen" in shown
