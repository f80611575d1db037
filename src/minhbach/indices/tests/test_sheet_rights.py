"""Who sees and writes what of a self-score: everybody at every page and step."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from minhbach.indices.actions import criteria
from minhbach.indices.models import Entry, Round
from minhbach.indices.tests.sheets import FACTS, ON_TIME, ROLES, text

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("who", "sheet", "of_office", "of_division"),
    [
        (None, 302, 302, 302),
        ("manager", 200, 200, 200),
        ("appraiser", 200, 200, 200),
        ("justice_appraiser", 200, 200, 200),  # field 3 is theirs
        ("officer", 200, 200, 200),
        ("head", 200, 200, 200),
        ("clerk", 200, 200, 404),  # 3.1 is the office's, 3.4.2 the divisions'
        ("specialist", 200, 404, 200),
        ("outsider", 404, 404, 404),
        ("auditor", 200, 200, 200),
    ],
)
def test_who_sees_what(at, entry, who, sheet, of_office, of_division):
    assert at(who, "entry", entry.pk).status_code == sheet
    assert at(who, "criterion", entry.pk, "3.1").status_code == of_office
    assert at(who, "criterion", entry.pk, "3.4.2").status_code == of_division


def test_an_appraising_body_sees_its_own_fields(at, entry):
    assert at("justice_appraiser", "criterion", entry.pk, "7.3").status_code == 404
    page = text(at("justice_appraiser", "entry", entry.pk))
    assert "3.4.2" in page and "7.3" not in page
    assert "points of the published part" not in page  # nor the totals over what it does not see


WRITERS = {"officer", "specialist"}


@pytest.mark.parametrize("who", ROLES)
def test_only_those_who_answer_save_and_try_out(at, entry, who):
    post = {**ON_TIME, "edition": "0"}
    preview = at(who, "criterion_preview", entry.pk, "3.4.2", post=post)
    answer = at(who, "criterion_save", entry.pk, "3.4.2", post=post)
    if who in WRITERS:
        assert preview.status_code == 200 and "1.4775" in text(preview)
        assert answer.status_code == 302
    else:
        assert preview.status_code in (403, 404)
        assert answer.status_code in (403, 404)
    assert entry.scores.exists() == (who in WRITERS)


STEPS = [
    "answered",
    "agree",
    "accept",
    "send-back",
    "assign",
    "evidence",
    "evidence-remove",
    "ask",
    "explain",
    "comment",
]


@pytest.mark.parametrize("step", STEPS)
def test_no_step_of_a_criterion_for_strangers(at, entry, step):
    for who in (None, "outsider"):
        answer = at(who, "criterion_step", entry.pk, "3.4.2", step, post={"why": "x", "text": "x", "question": "x"})
        assert answer.status_code in (302, 404)
        if answer.status_code == 302:
            assert "login" in answer.url


def test_the_address_of_a_form_leads_to_its_page(at, entry):
    """Back from signing in, and by the address bar after a page that said what was wrong."""
    page = f"/entries/{entry.pk}/criteria/3.4.2/"
    assert at("specialist", "criterion_save", entry.pk, "3.4.2").url == page
    assert at("specialist", "criterion_step", entry.pk, "3.4.2", "comment").url == page
    assert at("officer", "entry_step", entry.pk, "review").url == f"/entries/{entry.pk}/"
    assert not entry.scores.exists()


@pytest.mark.parametrize("step", ["accept", "send-back", "assign"])
def test_steps_of_the_reform_officer_are_refused_to_others(at, entry, province, step):
    post = {"why": "x", "office": province.office.code, "due": "2030-01-01"}
    assert at("specialist", "criterion_step", entry.pk, "3.4.2", step, post=post).status_code == 403
    assert at("auditor", "criterion_step", entry.pk, "3.4.2", step, post=post).status_code == 403


@pytest.mark.parametrize(
    "step", ["review", "send-back", "approve", "submit", "withdraw", "hand-in", "send-explanations", "conclude", "copy"]
)
def test_an_auditor_takes_no_step(at, entry, step):
    assert at("auditor", "entry_step", entry.pk, step, post={"why": "x"}).status_code in (403, 409)
    entry.refresh_from_db()
    assert entry.status == "scoring"


def test_visitors_see_what_is_published_without_files_comments_and_names(at, entry, open_round, province):
    upload = SimpleUploadedFile("ho-so.txt", "Nguyễn".encode())
    evidence = criteria.evidence_add(entry, "3.4.2", upload=upload, acting=province.specialist)
    criteria.comment_add(entry, "3.4.2", text="Nội bộ", acting=province.officer)
    criteria.criterion_score(entry, "3.4.2", stage="self", inputs=FACTS, acting=province.specialist)
    Entry.objects.filter(pk=entry.pk).update(status="concluded")
    open_round.status = Round.Status.PUBLISHED
    open_round.save()
    page = text(at(None, "criterion", entry.pk, "3.4.2"))
    assert "1.4775" in page
    assert "Nội bộ" not in page and "ho-so.txt" not in page and str(province.specialist.person) not in page
    assert at(None, "entry", entry.pk).status_code == 200
    address = evidence.attachment.get_absolute_url()
    assert at(None, "workspace:home").client.get(address).status_code == 302
    at("outsider", "workspace:home")
    assert at("outsider", "workspace:home").client.get(address).status_code == 404
    assert at("officer", "workspace:home").client.get(address).status_code == 200
    # nor does an office open the files of a criterion that is not its own
    open_round.status = Round.Status.OPEN
    open_round.save()
    assert at("clerk", "workspace:home").client.get(address).status_code == 404
