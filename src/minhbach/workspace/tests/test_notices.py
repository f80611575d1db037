"""Notices and letters: who is told of what, once, and without personal data."""

from datetime import datetime, timedelta
from smtplib import SMTPException
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone

from minhbach.dossiers.actions import moving, opinions, waiting
from minhbach.dossiers.actions.desks import delegation_set
from minhbach.org.dates import today
from minhbach.org.models import Person
from minhbach.workspace.actions.notices import choice_set, work
from minhbach.workspace.letters import letters_send
from minhbach.workspace.models import Kind, Letter, Notice

pytestmark = pytest.mark.django_db
VN = ZoneInfo("Asia/Ho_Chi_Minh")


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=VN)


def told(kind=None):
    found = Notice.objects.filter(kind=kind) if kind else Notice.objects.all()
    return sorted(found.values_list("person__account__username", "kind"))


@pytest.fixture
def with_mail(desk):
    """Everybody at the desk has an address."""
    for person in Person.objects.all():
        Person.objects.filter(pk=person.pk).update(email=f"{person.account.username}@vidu.vn")


def test_what_comes_is_told_to_who_has_to_act_next(desk, make_dossier):
    dossier = make_dossier()
    assert told() == []  # who received it holds it
    moving.dossier_forward(dossier, acting=desk.counter)
    assert told() == [("hung", "came")]  # nobody holds it: the head of the office gives it out
    moving.dossier_forward(dossier, person=desk.specialist.person, acting=desk.office_head)
    assert told() == [("hung", "came"), ("lan", "came")]
    Notice.objects.all().delete()
    delegation_set(desk.specialist.person, desk.second.person, unit=desk.office, begins=today(), acting=desk.specialist)
    waiting.supplement_ask(dossier, items=["Ảnh"], because="Thiếu", acting=desk.specialist)
    waiting.supplement_take(dossier, answer="Đủ", acting=desk.counter)
    assert told() == [("binh", "answered"), ("lan", "answered")]
    Notice.objects.all().delete()
    opinion = opinions.opinion_ask(dossier, desk.one_stop, question="Ý kiến?", acting=desk.specialist)
    assert told() == [("dung", "opinion")]  # the one-stop shop has neither head nor specialist of its own
    Notice.objects.all().delete()
    opinions.opinion_give(opinion, agrees=True, answer="Được", acting=_handler(desk))
    assert ("lan", "given") in told()


def _handler(desk):
    from minhbach.org.people.actions import role_grant
    from minhbach.org.permissions import SYSTEM

    role_grant(desk.second.person, role_code="specialist", unit=desk.one_stop, begins=today(), acting=SYSTEM)
    return desk.second


def test_what_did_not_happen_is_not_told(desk, make_dossier):
    dossier = make_dossier()
    with pytest.raises(RuntimeError), transaction.atomic():
        moving.dossier_forward(dossier, acting=desk.counter)
        raise RuntimeError
    assert told() == []


def test_due_tomorrow_and_late_once_for_each_due_moment(desk, make_dossier, due):
    """Friday 20 November 2026: Monday is the next working day."""
    made = [make_dossier() for _n in range(4)]
    due(made[0], moment("2026-11-23 17:00"))
    due(made[1], moment("2026-11-24 08:00"))
    due(made[2], moment("2026-11-20 08:00"))
    due(made[3], moment("2026-11-19 17:00"), paused_at=moment("2026-11-19 08:00"), status=5)
    now = moment("2026-11-20 09:00")
    for hours in (0, 0, 3):
        work(now + timedelta(hours=hours))
    assert [notice.dossier for notice in Notice.objects.filter(kind=Kind.DUE)] == [made[0]]
    # Late: who holds it, and who gives the work out there (for the one-stop shop the director).
    assert told(Kind.LATE) == [("dung", "late"), ("mai", "late")]
    due(made[2], moment("2026-11-20 10:00"))
    work(moment("2026-11-20 14:00"))
    assert Notice.objects.filter(kind=Kind.LATE, person=desk.counter.person).count() == 2


def test_one_digest_a_working_day_without_personal_data(desk, make_dossier, due, with_mail):
    late = due(make_dossier(), moment("2026-11-19 17:00"))
    soon = due(make_dossier(), moment("2026-11-20 17:00"))
    later = due(make_dossier(), moment("2026-11-27 17:00"))
    work(moment("2026-11-20 05:00"))
    assert mail.outbox == []
    for hours in (7, 7, 9, 15):
        work(moment("2026-11-20 00:00") + timedelta(hours=hours))
    assert sorted(letter.to[0] for letter in mail.outbox) == ["dung@vidu.vn", "mai@vidu.vn"]
    [letter] = [letter for letter in mail.outbox if letter.to == ["mai@vidu.vn"]]
    assert late.code in letter.body and soon.code in letter.body and later.code not in letter.body
    assert "2 hồ sơ" in letter.subject
    for secret in ("Nguyễn", "031099000001"):
        assert secret not in letter.body + letter.subject
    work(moment("2026-11-21 08:00"))  # a Saturday
    assert len(mail.outbox) == 2
    work(moment("2026-11-23 08:00"))
    assert len(mail.outbox) == 4


def test_who_wants_is_told_by_letter_at_once_and_who_does_not_want_is_not(desk, make_dossier, with_mail):
    choice_set(shown=["came", "late"], mailed=["came", "due"], digest=False, acting=desk.office_head)
    moving.dossier_forward(make_dossier(), acting=desk.counter)
    assert letters_send() == 1 and letters_send() == 0
    assert mail.outbox[0].to == ["hung@vidu.vn"] and "Nguyễn" not in mail.outbox[0].body
    choice_set(shown=[], mailed=["came"], digest=True, acting=desk.office_head)
    moving.dossier_forward(make_dossier(), acting=desk.counter)
    assert Notice.objects.count() == 1 and Letter.objects.count() == 1


def test_a_letter_that_fails_is_tried_again_later_and_given_up_in_the_end(desk, make_dossier, with_mail, monkeypatch):
    choice_set(shown=Kind.values, mailed=["came"], digest=False, acting=desk.office_head)
    moving.dossier_forward(make_dossier(), acting=desk.counter)
    now = timezone.now() + timedelta(minutes=1)

    def fails(self, *args, **more):
        raise SMTPException("550 nguyen@vidu.vn")

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMessage.send", fails)
        assert letters_send(now) == 0
        assert letters_send(now) == 0, "not again at once"
        letter = Letter.objects.get()
        assert (letter.attempts, letter.sent_at, letter.error) == (1, None, "SMTPException")
    assert letters_send(now + timedelta(hours=1)) == 1
    Letter.objects.update(sent_at=None, attempts=7, next_at=now)
    monkeypatch.setattr("django.core.mail.EmailMessage.send", fails)
    letters_send(now)
    assert Letter.objects.get().dropped_at is not None


def test_nothing_is_sent_of_what_was_read_or_to_closed_accounts(desk, make_dossier, with_mail, as_, system):
    choice_set(shown=Kind.values, mailed=["came"], digest=False, acting=desk.office_head)
    moving.dossier_forward(make_dossier(), acting=desk.counter)
    notice = Notice.objects.get()
    opened = as_(desk.office_head).post(f"/notices/{notice.pk}/open/")
    assert opened.url == f"/dossiers/of/{notice.dossier.code}/"
    assert letters_send() == 0 and Letter.objects.get().dropped_at is not None


def test_the_bell_counts_and_the_list_marks_as_read(desk, make_dossier, as_):
    for _n in range(3):
        moving.dossier_forward(make_dossier(), acting=desk.counter)
    client = as_(desk.office_head)
    assert "3 thông báo chưa đọc" in client.get("/inbox/").content.decode()
    shown = client.get("/notices/").content.decode()
    assert shown.count("Có hồ sơ chuyển đến bạn") == 3
    foreign = Notice.objects.filter(person=desk.office_head.person).first()
    assert as_(desk.specialist).post(f"/notices/{foreign.pk}/open/").status_code == 404
    as_(desk.specialist).post("/notices/read/")
    assert Notice.objects.filter(read_at=None).count() == 3
    as_(desk.office_head).post("/notices/read/")
    assert Notice.objects.filter(read_at=None).count() == 0


def test_of_a_dossier_no_longer_seen_nothing_is_told(desk, make_dossier, as_, make_account, make_unit):
    dossier = make_dossier()
    stranger = make_account("khac", make_unit("so-khac", kind="so"), "office_head")
    Notice.objects.create(person=stranger.person, kind="came", dossier=dossier, once="x", at=timezone.now())
    assert dossier.code not in as_(stranger).get("/notices/").content.decode()


def test_choices_are_kept(desk, as_):
    client = as_(desk.specialist)
    client.post("/notices/choice/", {"shown": ["came", "late"], "mailed": ["late"], "digest": "on"})
    shown = client.get("/notices/choice/").content.decode()
    assert shown.count("checked") == 4
    assert client.post("/notices/choice/", {"shown": ["moon"]}).status_code == 422


def test_the_list_costs_the_same_however_long(desk, make_dossier, as_, django_assert_max_num_queries):
    client = as_(desk.office_head)
    for _n in range(3):
        moving.dossier_forward(make_dossier(), acting=desk.counter)
    client.get("/notices/")
    with django_assert_max_num_queries(10) as few:
        client.get("/notices/")
    for _n in range(57):
        moving.dossier_forward(make_dossier(), acting=desk.counter)
    with django_assert_max_num_queries(len(few.captured_queries)):
        assert client.get("/notices/").content.decode().count("/open/") == 30


def test_a_step_costs_four_queries_more(desk, make_dossier, django_assert_max_num_queries, monkeypatch):
    """The unit, who is near it, what they chose, the notices."""
    from minhbach.org.trail import registry

    one, other = make_dossier(), make_dossier()
    moving.dossier_forward(make_dossier(), acting=desk.counter)
    with monkeypatch.context() as patch:
        patch.setattr(registry, "_listeners", {})
        with django_assert_max_num_queries(100) as plain:
            moving.dossier_forward(one, acting=desk.counter)
    with django_assert_max_num_queries(len(plain.captured_queries) + 4):
        moving.dossier_forward(other, acting=desk.counter)
