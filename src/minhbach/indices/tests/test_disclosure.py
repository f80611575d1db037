"""When a unit sees the points it is appraised at: every way to them, in each choice of the round, at each state."""

import datetime
import html
import io
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from minhbach.indices import profiles, progress, trials
from minhbach.indices.actions import appraisal, concluding, criteria, opening, preparing, publishing
from minhbach.indices.models import Entry, Round
from minhbach.org.errors import NotPossible
from minhbach.org.models import Chain, Event
from minhbach.org.permissions import SYSTEM, Refused

pytestmark = pytest.mark.django_db

#: What the first and the second appraisal gave: points, the unit's total with them, and words.
_NUMBER = r"(?<!\d)(?<!\d[.,])(%s)(?!\d)|"
FIRST = re.compile(_NUMBER % "1[.,]23(45)?|1[.,]53(45)?" + "Trừ điểm kín|Ghi chú kín|Lời bàn kín|99/BB-KIN")
SECOND = re.compile(_NUMBER % "1[.,]34(56)?|1[.,]64(56)?" + "Nâng điểm kín")
ASKED = "Câu hỏi kín"


@pytest.fixture
def people(province, make_account):
    """The unit's side, and those behind the appraisal."""
    province.auditor_of_unit = make_account("kiem-toan-gd", province.education, "auditor")
    province.local = make_account("quan-tri-gd", province.education, "administrator")
    return province


@pytest.fixture
def appraised(entry, open_round, people):
    """Two criteria, self-scored 1.4775 and 0.3; the first appraisal gives 1.2345 and 0.3 and is still running."""
    criteria.criterion_score(
        entry, "3.4.2", stage="self", inputs={"handled": "200", "on_time": "197"}, acting=people.specialist
    )
    criteria.criterion_score(entry, "7.3", stage="self", inputs={"items": "180"}, acting=people.officer)
    Entry.objects.filter(pk=entry.pk).update(status="submitted")
    criteria.criterion_score(
        entry, "3.4.2", stage="appraisal_1", inputs={"handled": "200", "on_time": "197"}, given_points="1.2345",
        reason="Trừ điểm kín", note="Ghi chú kín", acting=people.justice_appraiser,
    )  # fmt: skip
    appraisal.scores_copy(entry, stage="appraisal_1", acting=people.appraiser)
    criteria.comment_add(entry, "3.4.2", text="Lời bàn kín", acting=people.justice_appraiser)
    criteria.evidence_add(
        entry, "3.4.2", document_number="99/BB-KIN", document_title="Biên bản",
        upload=SimpleUploadedFile("bien-ban.txt", b"1.2345"), acting=people.justice_appraiser,
    )  # fmt: skip
    appraisal.explanation_ask(entry, "3.4.2", question=ASKED, acting=people.justice_appraiser)
    return fresh(entry)


def fresh(entry):
    return Entry.objects.select_related("round__unit", "unit", "set_version").get(pk=entry.pk)


def explaining(entry):
    appraisal.explanations_send(entry, acting=SYSTEM)


def second(entry):
    """Into the second appraisal, which gives 1.3456 and is still running."""
    explaining(entry)
    Entry.objects.filter(pk=entry.pk).update(status="appraisal_2")
    criteria.criterion_score(
        entry, "3.4.2", stage="appraisal_2", inputs={"handled": "200", "on_time": "197"}, given_points="1.3456",
        reason="Nâng điểm kín", acting=SYSTEM,
    )  # fmt: skip


def concluded(entry):
    second(entry)
    appraisal.entry_conclude(entry, acting=SYSTEM)


def closed(entry):
    concluded(entry)
    concluding.round_close(entry.round, acting=SYSTEM)


def published(entry):
    closed(entry)
    publishing.round_publish(entry.round, acting=SYSTEM)


def running(entry):
    """As it is."""


@pytest.fixture
def read(client, people):
    """read(who, name, *args, **query) → what the page or file says, unpacked."""

    def ask(who, name, *args, **query):
        client.logout()
        client.force_login(getattr(people, who), backend="allauth.account.auth_backends.AuthenticationBackend")
        client.cookies["django_language"] = "en"
        answer = client.get(reverse(name if ":" in name else f"indices:{name}", args=args), query)
        assert answer.status_code == 200, (who, name, args, answer.status_code)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        return unpacked(content)

    return ask


def unpacked(content: bytes) -> str:
    """The text of an answer; of packed files all that is in them."""
    if not content.startswith(b"PK"):
        return html.unescape(re.sub(r"<[^>]*>", " ", content.decode()))
    parts = zipfile.ZipFile(io.BytesIO(content))
    return "\n".join(unpacked(parts.read(name)) for name in parts.namelist() if not name.endswith((".png", ".jpeg")))


WAYS = {
    "sheet": ("entry", "pk"),
    "sheet, filtered": ("entry", "pk", {"show": "differs"}),
    "history": ("entry", "pk", {"history": "all"}),
    "criterion, with comments, documents and history": ("criterion", "pk", "3.4.2", {"history": "all"}),
    "board": ("round", "round"),
    "profile": ("profile", "pk"),
    "profile of the first appraisal": ("profile", "pk", {"stage": "appraisal_1"}),
    "profile of the second appraisal": ("profile", "pk", {"stage": "appraisal_2"}),
    "final profile": ("profile", "pk", {"stage": "final"}),
    "what if": ("what_if", "pk"),
    "looking ahead": ("outlook", "pk"),
    "ranking": ("ranking", "round"),
    "ranking by the first appraisal": ("ranking", "round", {"stage": "appraisal_1", "incomplete": "on"}),
    "ranking by the second appraisal": ("ranking", "round", {"stage": "appraisal_2", "incomplete": "on"}),
    "ranking by criterion": ("ranking", "round", {"stage": "appraisal_1", "by": "3.4.2", "incomplete": "on"}),
    "home": ("workspace:home",),
    "to do": ("todo",),
    "sheet as a file": ("export", "pk", "self-score", "xlsx"),
    "sheet as a document": ("export", "pk", "self-score", "docx"),
    "explanations as a file": ("export", "pk", "explanations", "xlsx"),
    "list of evidence": ("export", "pk", "evidence", "xlsx"),
    "report": ("export", "pk", "report", "docx"),
    "facts": ("export", "pk", "facts", "csv", {"stage": "appraisal_1"}),
    "facts of the second appraisal": ("export", "pk", "facts", "csv", {"stage": "appraisal_2"}),
    "results as data": ("export", "pk", "scores", "json"),
    "folder": ("evidence_folder", "pk"),
}


def say(read, who, entry, ways=WAYS):
    """Way → what it says to this person."""
    found = {}
    for way, (name, *args) in ways.items():
        query = args.pop() if args and isinstance(args[-1], dict) else {}
        given = [{"pk": entry.pk, "round": entry.round_id}.get(arg, arg) for arg in args]
        found[way] = read(who, name, *given, **query)
    return found


def telling(said, pattern):
    return {way for way, text in said.items() if pattern.search(text)}


UNIT_SIDE = ["officer", "head", "auditor_of_unit", "local"]
FIRST_TOLD_ON = {
    "sheet", "sheet, filtered", "history", "criterion, with comments, documents and history", "board",
    "profile of the first appraisal", "ranking by the first appraisal", "sheet as a file", "sheet as a document",
    "explanations as a file", "list of evidence", "facts", "folder", "ranking by criterion",
}  # fmt: skip


def test_whoever_appraises_sees_the_points_as_they_are_made(appraised, read):
    """The ways do lead there: what follows is not empty for another reason."""
    told = telling(say(read, "appraiser", appraised), FIRST)
    assert told >= FIRST_TOLD_ON, FIRST_TOLD_ON - told
    assert telling(say(read, "manager", appraised), FIRST) >= {"sheet", "board", "sheet as a file"}
    assert telling(say(read, "auditor", appraised), FIRST) >= {"sheet", "board", "sheet as a file"}


@pytest.mark.parametrize("who", UNIT_SIDE)
def test_the_unit_sees_nothing_of_an_appraisal_that_runs(appraised, read, who):
    said = say(read, who, appraised)
    assert telling(said, FIRST) == set()
    assert telling(said, re.compile(ASKED)) == set()
    assert "when the stage is concluded for the unit" in said["sheet"]
    assert "1.4775" in said["criterion, with comments, documents and history"]  # its own points it does see


@pytest.mark.parametrize("who", ["clerk", "specialist"])
def test_an_office_sees_nothing_of_it_either(appraised, read, who):
    ways = dict(WAYS)
    if who == "clerk":  # 3.4.2 is the division's
        del ways["criterion, with comments, documents and history"]
    assert telling(say(read, who, appraised, ways), FIRST) == set()


@pytest.mark.parametrize(
    ("shown", "until", "first", "later"),
    [
        ("concluded", running, False, False),
        ("concluded", explaining, True, False),
        ("concluded", second, True, False),
        ("concluded", concluded, True, True),
        ("concluded", closed, True, True),
        ("at_once", running, True, False),
        ("at_once", second, True, True),
        ("published", explaining, False, False),
        ("published", second, False, False),
        ("published", concluded, False, False),
        ("published", closed, False, False),
        ("published", published, True, True),
    ],
)
def test_from_when_on_the_unit_sees_them(appraised, read, people, shown, until, first, later):
    Round.objects.filter(pk=appraised.round_id).update(appraisal_shown=shown)
    until(fresh(appraised))
    said = say(read, "officer", appraised)
    told_first, told_second = telling(said, FIRST), telling(said, SECOND)
    sheet = "criterion, with comments, documents and history"
    assert (sheet in told_first, sheet in told_second) == (first, later)
    assert bool(told_first) == first and bool(told_second) == later


def test_what_it_shall_explain_the_unit_sees_in_any_case(appraised, read):
    Round.objects.update(appraisal_shown="published")
    explaining(appraised)
    said = say(read, "officer", appraised)
    assert ASKED in said["criterion, with comments, documents and history"]
    assert ASKED in said["explanations as a file"]
    assert ASKED in said["home"]
    assert telling(said, FIRST) == set()


def test_a_stage_that_is_reopened_is_closed_to_the_unit_again(appraised, read, people):
    explaining(appraised)
    assert telling(say(read, "officer", appraised), FIRST)
    until = timezone.now() + datetime.timedelta(days=1)
    opening.stage_reopen(appraised, stage="appraisal_1", until=until, reason="Sai", acting=people.manager)
    assert telling(say(read, "officer", appraised), FIRST) == set()


def test_a_body_with_a_field_sees_its_field_while_its_own_entry_is_appraised(open_round, people, read):
    """The justice department appraises field 3 of all units, itself among them."""
    own = open_round.entries.get(unit=people.justice)
    for criterion, inputs in {"3.4.2": {"handled": "200", "on_time": "197"}, "7.3": {"items": "180"}}.items():
        criteria.criterion_score(own, criterion, stage="self", inputs=inputs, acting=SYSTEM)
    Entry.objects.filter(pk=own.pk).update(status="submitted")
    for criterion, given, inputs in (
        ("3.4.2", "1.2345", {"handled": "200", "on_time": "197"}), ("7.3", "0.123", {"items": "180"}),
    ):  # fmt: skip
        criteria.criterion_score(
            own, criterion, stage="appraisal_1", inputs=inputs, given_points=given, reason="x", acting=SYSTEM
        )
    assert "1.2345" in read("justice_appraiser", "criterion", own.pk, "3.4.2")
    assert "0.123" not in read("justice_appraiser", "criterion", own.pk, "7.3")
    sheet = read("justice_appraiser", "entry", own.pk)
    assert "1.23" in sheet and "0.12" not in sheet
    assert "1.36" not in sheet  # the total of both
    assert "1.23" not in read("outsider", "entry", own.pk)
    told = profiles.profile(people.justice_appraiser, fresh(own), "appraisal_1", "en")
    assert {line.node.id for line in told.lines if line.score} == {"3.4.2"} and told.parts == []


def test_the_file_of_an_appraiser_is_closed_with_the_points(appraised, client, people):
    attachment = appraised.evidence.get(document_number="99/BB-KIN").attachment

    def opens(who):
        client.force_login(getattr(people, who), backend="allauth.account.auth_backends.AuthenticationBackend")
        return client.get(attachment.get_absolute_url()).status_code

    assert (opens("officer"), opens("justice_appraiser"), opens("appraiser")) == (404, 200, 200)
    explaining(appraised)
    assert opens("officer") == 200


def test_the_unit_keeps_its_own_words_and_documents(appraised, read, people):
    """Its comment and what it adds with its explanation are not the appraisers' to hide."""
    Round.objects.update(appraisal_shown="published")
    criteria.comment_add(appraised, "3.4.2", text="Đề nghị xem lại", acting=people.officer)
    explaining(appraised)
    criteria.evidence_add(
        appraised, "3.4.2", document_number="7/GT", document_title="Bổ sung", acting=people.specialist
    )
    said = say(read, "officer", appraised)
    assert "Đề nghị xem lại" in said["criterion, with comments, documents and history"]
    assert "7/GT" in said["criterion, with comments, documents and history"]
    assert "7/GT" in said["explanations as a file"] and "99/BB-KIN" not in said["explanations as a file"]


# The trail --------------------------------------------------------------------------------------------------------


def trail_says(read, client, who, entry):
    """All that the trail of an entry tells this person: the list, every event and the chain."""
    told = read(who, "org:trail", chain=entry.chain)
    chain = Chain.objects.get(name=entry.chain)
    told += read(who, "org:trail_chain", chain.pk)
    for event in chain.events.all():
        answer = client.get(reverse("org:trail_event", args=[event.pk]))
        if answer.status_code == 200:
            told += unpacked(answer.content)
    return told


@pytest.mark.parametrize("who", ["local", "auditor_of_unit"])
def test_the_trail_keeps_what_the_screens_keep(appraised, read, client, who):
    told = trail_says(read, client, who, appraised)
    assert not FIRST.search(told) and ASKED not in told
    assert "1.4775" in told  # its own points it tells
    explaining(appraised)
    told = trail_says(read, client, who, appraised)
    assert "1.2345" in told and ASKED in told


def test_the_trail_of_the_second_appraisal(appraised, read, client):
    second(appraised)
    assert not SECOND.search(trail_says(read, client, "local", appraised))
    assert SECOND.search(trail_says(read, client, "manager", appraised))
    appraisal.entry_conclude(fresh(appraised), acting=SYSTEM)
    assert SECOND.search(trail_says(read, client, "local", appraised))
    Round.objects.update(appraisal_shown="published")
    told = trail_says(read, client, "local", appraised)
    assert not SECOND.search(told) and not FIRST.search(told)


def test_those_behind_the_round_read_all_of_the_trail(appraised, read, client):
    for who in ("manager", "auditor"):
        told = trail_says(read, client, who, appraised)
        assert "1.2345" in told and ASKED in told


# Totals and trials ------------------------------------------------------------------------------------------------


def test_boards_and_trials_start_from_what_may_be_seen(appraised, people):
    second(appraised)
    entry = fresh(appraised)
    [line] = [x for x in progress.board(people.officer, entry.round) if x.entry.pk == entry.pk]
    assert str(line.appraised).rstrip("0") == "1.5345"  # the first appraisal's, while the second runs
    assert trials.base(people.officer, entry).stage == "appraisal_1"
    Round.objects.update(appraisal_shown="published")
    entry = fresh(appraised)
    [line] = [x for x in progress.board(people.officer, entry.round) if x.entry.pk == entry.pk]
    assert line.appraised is None
    assert trials.base(people.officer, entry).stage == "self"
    [line] = [x for x in progress.board(people.manager, entry.round) if x.entry.pk == entry.pk]
    assert str(line.appraised).rstrip("0") == "1.3456"  # all that the second appraisal has come to


# The choice -------------------------------------------------------------------------------------------------------


def test_the_choice_is_made_and_changed_by_who_runs_the_round(client, open_round, people):
    assert open_round.appraisal_shown == "concluded"
    with pytest.raises(Refused):
        preparing.round_shown_change(open_round, shown="at_once", acting=people.officer)
    client.force_login(people.manager, backend="allauth.account.auth_backends.AuthenticationBackend")
    address = reverse("indices:round_shown", args=[open_round.pk])
    assert client.post(address, {"appraisal_shown": "nonsense"}).context["form"].errors
    assert client.post(address, {"appraisal_shown": "published"}).status_code == 302
    open_round.refresh_from_db()
    assert open_round.appraisal_shown == "published"
    event = Event.objects.filter(chain__name=f"round:{open_round.pk}").last()
    assert event.data == {"appraisal_shown": "published", "before": "concluded"}


def test_what_is_published_is_not_closed_again(appraised, people):
    published(appraised)
    with pytest.raises(NotPossible) as caught:
        preparing.round_shown_change(fresh(appraised).round, shown="concluded", acting=people.manager)
    assert caught.value.code == "out_of_order"


def test_who_enters_a_result_from_elsewhere_is_warned_of_what_was_saved_meanwhile(appraised, people):
    """The preview stands on all rows, those this person does not see too."""
    from minhbach.indices.exporting.extract import Extract
    from minhbach.indices.views.exports.appraised import _editions

    before = _editions(Extract(people.officer, fresh(appraised), "en"))
    criteria.criterion_score(
        appraised, "7.3", stage="appraisal_1", inputs={"items": "100"}, edition=1, acting=people.appraiser
    )
    assert _editions(Extract(people.officer, fresh(appraised), "en")) != before


def test_nothing_is_hidden_before_an_appraisal(entry, read):
    assert "sees its appraisal points" not in read("officer", "entry", entry.pk)
