"""One dossier on its whole way through the pages of the demonstration, in the hands of people one can sign in as: the
recognition of a foreign diploma, which asks another office for its opinion and costs a fee."""

import base64

from django.urls import reverse
from django.utils import timezone

from minhbach.config.demonstration import signing
from minhbach.config.demonstration.people import PASSWORD
from minhbach.dossiers.following import token_of
from minhbach.dossiers.models import Dossier
from minhbach.dossiers.states import Status
from minhbach.dossiers.testing import do, page
from minhbach.dossiers.tests.test_forms_issued import text_of
from minhbach.dossiers.tests.test_whole_way_api import moments
from minhbach.org.calendars.queries import calendar_of
from minhbach.org.models import Account, SigningRequest
from minhbach.procedures.models import Offer
from minhbach.signatures import Pkcs12Key, check
from minhbach.worktime import add_working_time

TYPED = {
    "id_number": "099199000777", "id_kind": "personal_id", "kind": "citizen", "name": "Tạ Minh Khuê",
    "born": "1999-03-02", "phone": "0989000111", "address": "Số 3 đường Bến Cũ", "subject": "Công nhận văn bằng",
    "channel": "counter", "return_by": "counter", "sets": "1", "go": "receive",
    "paper_application": "on", "paper_diploma": "on", "paper_transcript": "on",
    "answers-diploma_kind": "upper_secondary", "answers-foreign_school": "Lycée du Port", "answers-country": "Pháp",
    "answers-issued_on": "2017-07-05", "answers-studied_at": "abroad",
}  # fmt: skip


def walk(client) -> None:
    offer = Offer.objects.get(procedure__code="1.004889", agency__code="hm-sgddt")

    def at(who):
        client.force_login(Account.objects.get(username=who))

    def done(name, **typed):
        answer = do(client, dossier, name, **typed)
        assert answer.redirect_chain and answer.status_code == 200, (name, answer.status_code, _errors(answer))
        dossier.refresh_from_db()

    def signed(who):
        asked = SigningRequest.objects.filter(done_at=None).latest("made_at")
        key = Pkcs12Key.load((signing.folder() / f"{who}.p12").read_bytes(), PASSWORD)
        answer = base64.b64encode(key.sign(bytes.fromhex(asked.digest))).decode()
        assert client.post(reverse("org:signing", args=[asked.pk]), {"answer": answer}).status_code == 302
        dossier.refresh_from_db()

    def offered():
        return client.get(page(dossier)).content.decode()

    # Received at the counter, with its receipt; the fee in cash.
    at("mot-cua")
    answer = client.post(reverse("dossiers:receive", args=[offer.pk]), TYPED)
    assert answer.status_code == 302, _errors(answer)
    dossier = Dossier.objects.latest("pk")
    assert dossier.allowed == "20 ngày làm việc" and dossier.answers["holder"] == "Tạ Minh Khuê"
    [due] = dossier.dues.all()
    done("cash", dues=[f"{due.pk}:{due.amount}"])
    assert (due.amount, dossier.payments.get().receipt_code != "") == (250_000, True)
    done("forward")

    # Assigned; the process asks the office for general education.
    at("phong-qlcl")
    done("forward", person=Account.objects.get(username="chuyen-vien").person_id, note="Giải quyết theo quy trình.")
    at("chuyen-vien")
    [opinion] = dossier.opinions.all()
    assert opinion.unit.code == "gd-gdph" and str(opinion.unit) in offered()
    done("supplement", items="Bản dịch bảng điểm", because="Thiếu căn cứ thẩm định.")
    client.post(reverse("dossiers:issue", args=[dossier.code, "supplement"]))
    at("mot-cua")
    done("supplemented", item_0="on")

    # Put off, with its letter, whose new moment is the one on the page.
    at("phong-qlcl")
    later = timezone.localtime(add_working_time(dossier.due_at, 5 * 480, calendar_of(dossier.agency)))
    first = dossier.first_due_at
    done("extend", day=f"{later:%Y-%m-%d}", hour=f"{later:%H:%M}", because="Cần xác minh tại nơi cấp.")
    assert dossier.due_at == later.replace(second=0, microsecond=0) and dossier.first_due_at == first
    client.post(reverse("dossiers:issue", args=[dossier.code, "apology"]))
    letter = text_of(client.get(reverse("dossiers:form", args=[dossier.code, "apology", "pdf"])).content)
    assert f"{later:%H:%M %d/%m/%Y}" in moments(letter), letter
    assert "Cần xác minh tại nơi cấp" in letter

    # Nothing goes on before the opinion is there.
    at("chuyen-vien")
    forward = reverse("dossiers:deed", args=[dossier.code, "forward"])
    assert forward not in offered()
    at("phong-gdph")
    given = {"agrees": "yes", "answer": "Thống nhất với đề xuất."}
    assert client.post(reverse("dossiers:opinion", args=[dossier.code, opinion.pk]), given).status_code == 302

    # Drafted, approved, signed, numbered, sealed.
    at("chuyen-vien")
    address = reverse("dossiers:draft", args=[dossier.code])
    dossier.refresh_from_db()
    shown = client.get(address).context["form"]
    words = {name: shown.get_initial_for_field(field, name) for name, field in shown.fields.items()}
    answer = client.post(address, {**words, "draft-equivalent": "Bằng tốt nghiệp trung học phổ thông"})
    assert answer.status_code == 302, _errors(answer)
    assert forward in offered()
    done("forward")
    at("phong-qlcl")
    done("approve")
    at("giam-doc")
    done("sign")
    signed("giam-doc")
    done("forward")
    at("van-thu-so")
    done("number")
    done("seal")
    signed("hm-sgddt")
    done("finish")

    # Returned; whoever holds the receipt or the paper sees it.
    at("mot-cua")
    done("return", by="counter")
    result = dossier.results.get()
    paper = b"".join(client.get(result.pdf.get_absolute_url()).streaming_content)
    assert check(paper).intact and len(check(paper).signatures) == 2
    client.logout()
    followed = client.get(reverse("dossiers:followed", args=[dossier.code, token_of(dossier.code)])).content.decode()
    assert "Khuê" not in followed and str(Status.RETURNED.label) in followed
    assert (dossier.status, dossier.outcome, dossier.extended) == (Status.RETURNED, "granted", True)
    assert [one.form for one in dossier.issued.order_by("pk")] == ["01", "02", "04"]


def _errors(answer):
    context = answer.context or {}
    return {name: form.errors for name in ("form", "filling", "asked", "ask") if (form := context.get(name))}
