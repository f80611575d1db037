"""Results in the inbox: drafts to approve, to sign, to number, each by its own deed, at a fixed cost."""

import pytest

from minhbach.dossiers.models import Dossier

pytestmark = pytest.mark.django_db
ADDRESS = "/inbox/?list=units"


def test_drafts_are_approved_together_and_asked_for_at_a_fixed_cost(
    signing_desk, to_step, as_, django_assert_max_num_queries
):
    desk = signing_desk
    made = [to_step("approve") for _n in range(2)]
    client = as_(desk.office_head)
    client.get(ADDRESS)
    with django_assert_max_num_queries(40) as few:
        shown = client.get(ADDRESS).content.decode()
    assert shown.count("/do/approve/") == 2
    made += [to_step("approve") for _n in range(5)]
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(ADDRESS)
    picks = [f"{d.pk}.{d.edition}" for d in Dossier.objects.all()]
    client.post("/inbox/several/", {"do": "forward", "pick": picks, "sure": "1", "how": "all"})
    assert set(Dossier.objects.values_list("step", flat=True)) == {"sign"}
    director = as_(desk.head)
    director.get(ADDRESS)
    with django_assert_max_num_queries(40):
        shown = director.get(ADDRESS).content.decode()
    assert shown.count("/do/sign/") == 7 and "Dự thảo chờ ký" in shown


def test_what_was_signed_waits_for_the_clerk(signing_desk, to_step, as_):
    dossier = to_step("number")
    shown = as_(signing_desk.clerk).get(ADDRESS).content.decode()
    assert "Kết quả chờ cấp số, ký số của cơ quan" in shown and dossier.code in shown
