"""Answers to a procedure's form by another system: checked as at the counter, by the same form."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from minhbach.dossiers.models import Applicant, Dossier
from minhbach.dossiers.testing import PROCEDURE, offered
from minhbach.dossiers.tests.test_api import SENT as PLAIN
from minhbach.dossiers.tests.test_api import system_of  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db
FORM = """
form:
  sections:
    - title: Người đề nghị
      fields:
        - {key: full_name, title: Họ và tên, prefill: name}
        - {key: phone, title: Điện thoại, type: phone, prefill: phone}
    - title: Nội dung
      fields:
        - {key: copies, title: Số bản, type: number, least: "1", most: "10"}
        - key: purpose
          title: Mục đích
          type: choice
          options: [{key: study, title: Đi học}, {key: work, title: Đi làm}]
        - {key: school, title: Trường, when: [{field: purpose, values: [study]}]}
        - {key: issued, title: Ngày cấp bằng, type: date, most: today, required: false}
        - key: kinds
          title: Loại giấy tờ
          type: many
          required: false
          options: [{key: diploma, title: Bằng}, {key: marks, title: Bảng điểm}]
        - {key: true_so, title: Cam đoan, type: yes_no}
"""
SENT = {**PLAIN, "procedure": "1.900005", "receive": True}
ANSWERS = {
    "copies": 2, "purpose": "study", "school": "THPT Bến Cũ", "issued": "1999-06-30", "kinds": ["diploma", "marks"],
    "true_so": True,
}  # fmt: skip
KEPT = {"full_name": "Trần Thị Bình", "phone": "0912345678", **ANSWERS, "true_so": "yes"}


@pytest.fixture
def offer(desk, system):
    return offered(desk, PROCEDURE.replace("1.900001", "1.900005") + FORM, system)


def _wrong(answer):
    assert answer.status_code == 409, answer.content
    assert answer.json()["code"] == "not_fitting"
    return {one["place"] for one in answer.json()["errors"]}


def test_the_same_answers_are_kept_as_at_the_counter(offer, desk, system_of, as_):  # noqa: F811
    counter = system_of("counter")
    code = counter.post("/dossiers", {**SENT, "answers": ANSWERS}).json()["code"]
    assert counter.get(f"/dossiers/{code}/personal").json()["answers"] == KEPT
    typed = {
        "id_number": "031199000002", "name": "Trần Thị Bình", "phone": "0912345678", "kind": "citizen",
        "id_kind": "personal_id", "return_by": "counter", "channel": "counter", "sets": "1", "go": "receive",
        "paper_request": "on", "answers-copies": "2", "answers-purpose": "study", "answers-school": "THPT Bến Cũ",
        "answers-issued": "30/06/1999", "answers-kinds": ["diploma", "marks"], "answers-true_so": "yes",
    }  # fmt: skip
    answer = as_(desk.counter).post(reverse("dossiers:receive", args=[offer.pk]), typed)
    assert answer.status_code == 302, answer.content.decode()
    assert [dossier.answers for dossier in Dossier.objects.all()] == [KEPT, KEPT]


def test_what_does_not_fit_is_named_and_nothing_is_kept(offer, system_of):  # noqa: F811
    counter = system_of("counter")
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    wrong = {"copies": 11, "purpose": "holiday", "issued": tomorrow, "kinds": ["photo"], "phone": "12"}
    places = {"copies", "purpose", "issued", "kinds", "phone", "true_so"}
    assert _wrong(counter.post("/dossiers", {**SENT, "answers": wrong})) == {f"answers.{key}" for key in places}
    assert _wrong(counter.post("/dossiers", {**SENT, "receive": False})) >= {"answers.copies", "answers.purpose"}
    words = counter.post("/dossiers", {**SENT, "answers": {**ANSWERS, "copies": "hai"}}).json()
    assert words["errors"][0]["place"] == "answers.copies" and words["errors"][0]["detail"] in words["detail"]
    assert not Dossier.objects.exists() and not Applicant.objects.exists()


def test_a_question_is_asked_only_in_its_case(offer, system_of):  # noqa: F811
    counter = system_of("counter")
    without = {key: value for key, value in ANSWERS.items() if key != "school"}
    assert _wrong(counter.post("/dossiers", {**SENT, "answers": without})) == {"answers.school"}
    worker = counter.post("/dossiers", {**SENT, "answers": {**ANSWERS, "purpose": "work"}}).json()["code"]
    assert "school" not in Dossier.objects.get(code=worker).answers


def test_answers_to_what_nobody_asks_are_refused(offer, system_of):  # noqa: F811
    counter = system_of("counter")
    extra = {**ANSWERS, "colour": "xanh", "age": 3}
    assert _wrong(counter.post("/dossiers", {**SENT, "answers": extra})) == {"answers.age", "answers.colour"}
    assert _wrong(counter.post("/dossiers", {**PLAIN, "answers": {"reason": "x"}})) == {"answers.reason"}  # no form
    assert not Dossier.objects.exists()
