"""A unit's sheet and the steps of its way; the number of queries of all these pages."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from minhbach.indices.actions import appraisal, criteria
from minhbach.indices.models import Score
from minhbach.indices.tests.sheets import FACTS, answer_all, move_round, submitted, text
from minhbach.org.permissions import SYSTEM

pytestmark = pytest.mark.django_db


def test_the_way_through_the_pages(at, entry, open_round, province):
    page = text(at("officer", "entry", entry.pk))
    assert "criteria are not answered yet" in page and "Published part only" in page
    assert at("officer", "entry_step", entry.pk, "review", post={}).status_code == 302
    answer = at("head", "entry_step", entry.pk, "approve", post={})
    page = text(answer)
    assert answer.status_code == 409 and reverse("indices:criterion", args=[entry.pk, "3.1"]) in page
    assert at("head", "entry_step", entry.pk, "send-back", post={"why": "Làm tiếp"}).status_code == 302
    assert "Làm tiếp" in text(at("officer", "entry", entry.pk))
    answer_all(entry)
    for who, step in (("officer", "review"), ("head", "approve"), ("officer", "submit")):
        assert f"steps/{step}/" in text(at(who, "entry", entry.pk)), step
        assert at(who, "entry_step", entry.pk, step, post={}).status_code == 302
    answer = at("officer", "entry_step", entry.pk, "withdraw", post={"why": ""})
    assert answer.status_code == 409 and "Say why" in text(answer)
    assert "to be appraised" in text(at("justice_appraiser", "entry", entry.pk))
    at("justice_appraiser", "entry_step", entry.pk, "copy", post={})
    at(
        "justice_appraiser",
        "entry_step",
        entry.pk,
        "conclude-field",
        post={"body": province.justice.pk},
    )
    assert entry.conclusions.get().body == province.justice
    stolen = at("justice_appraiser", "entry_step", entry.pk, "conclude-field", post={"body": province.home.pk})
    assert stolen.status_code == 403
    at("appraiser", "entry_step", entry.pk, "copy", post={})
    appraisal.explanation_ask(entry, "7.3", question="Vì sao?", acting=province.appraiser)
    assert "Send 1 request" in text(at("appraiser", "entry", entry.pk))
    at("appraiser", "entry_step", entry.pk, "send-explanations", post={})
    open_round.refresh_from_db()
    move_round(open_round, -25)
    assert "Explain 1 criterion" in text(at("officer", "entry", entry.pk))
    assert "Vì sao?" in text(at("clerk", "workspace:home"))
    answer = at("officer", "entry_step", entry.pk, "hand-in", post={})
    assert answer.status_code == 409 and "Not explained yet" in text(answer)
    at("clerk", "criterion_step", entry.pk, "7.3", "explain", post={"answer": "Vì mất điện"})
    at("clerk", "criterion_step", entry.pk, "7.3", "evidence", post={"document_number": "2/BC", "document_title": "B"})
    at("officer", "entry_step", entry.pk, "hand-in", post={})
    move_round(open_round, -10)
    at("appraiser", "criterion_save", entry.pk, "7.3", post={"in.items": "180", "given_points": "", "reason": ""})
    at("appraiser", "entry_step", entry.pk, "conclude", post={})
    entry.refresh_from_db()
    assert entry.status == "concluded" and entry.final_score is not None
    page = text(at("officer", "criterion", entry.pk, "7.3"))
    assert "Vì mất điện" in page and "Second appraisal" in page


@pytest.mark.parametrize("wanted", ["unanswered", "no_evidence", "lost", "differs", "asked", "mine", "nonsense"])
def test_filters(at, entry, wanted):
    criteria.criterion_score(entry, "3.4.2", stage="self", inputs=FACTS, acting=SYSTEM)
    answer = at("officer", "entry", entry.pk, query=f"?show={wanted}")
    assert answer.status_code == 200
    table = text(answer).partition("<tbody")[2].partition("</tbody")[0]
    shown = "criteria/3.4.2/" in table
    assert shown == (wanted in ("lost", "mine", "nonsense"))


def test_the_number_of_queries_does_not_grow(at, client, entry, open_round, province):
    def count(who, name, *args):
        at(who, name, *args)  # signs in
        with CaptureQueriesContext(connection) as caught:
            assert client.get(reverse(name if ":" in name else f"indices:{name}", args=args)).status_code == 200
        return len(caught)

    pages = [
        ("officer", "workspace:home"),
        ("clerk", "workspace:home"),
        ("justice_appraiser", "workspace:home"),
        ("clerk", "todo"),
        ("officer", "todo"),
        ("officer", "entry", entry.pk),
        ("justice_appraiser", "entry", entry.pk),
        ("clerk", "criterion", entry.pk, "3.1"),
    ]
    submitted(entry)
    before = {page: count(*page) for page in pages}
    other = open_round.entries.get(unit=province.justice)
    submitted(other)
    for leaf in ("3.1", "7.3"):
        for n in range(3):
            criteria.comment_add(entry, leaf, text=f"{n}", acting=province.officer)
    for page in pages:
        after = count(*page)
        assert after <= before[page], (page, before[page], after)
        assert after <= (32 if page[1] == "workspace:home" else 22), (page, after)  # seven for the live index
    assert Score.objects.count() > 60
