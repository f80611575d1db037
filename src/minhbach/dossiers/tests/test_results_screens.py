"""Results on screen, without scripts: the draft, its way to the issued paper, and the page that checks it."""

import base64

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from minhbach.dossiers import resulting
from minhbach.dossiers.actions.results import file_of, result_discard
from minhbach.dossiers.testing import do, page
from minhbach.org.models import SigningRequest
from minhbach.signatures.blanks import filled_in

pytestmark = pytest.mark.django_db


def sign(client, token, answer):
    asked = SigningRequest.objects.order_by("-made_at").first()
    assert answer.redirect_chain[-1][0] == reverse("org:signing", args=[asked.pk])
    given = base64.b64encode(token.sign(bytes.fromhex(asked.digest))).decode()
    return client.post(answer.redirect_chain[-1][0], {"answer": given}, follow=True)


def typed(dossier, shown, **more):
    """What a browser would send of the page of the draft."""
    form = shown.context["form"]
    fields = {name: form[name].value() or "" for name in form.fields}
    return {**fields, "edition": dossier.edition, **more}


def test_from_the_draft_to_the_issued_paper(signing_desk, to_step, as_):
    desk = signing_desk
    dossier = to_step("handle")
    client = as_(desk.specialist)
    draft = reverse("dossiers:draft", args=[dossier.code])
    assert "Soạn kết quả" in client.get(page(dossier)).content.decode()
    shown = client.get(draft)
    asked = {"draft-diploma_number": "B 0123", "draft-register_number": "45", "draft-register_entry": "Bằng THPT"}
    filled = client.post(draft, typed(dossier, shown, **asked, fill="1"))
    assert filled.status_code == 200 and "Số hiệu: B 0123" in filled.content.decode()
    assert resulting.current(dossier) is None
    saved = client.post(draft, typed(dossier, shown, **asked), follow=True)
    assert saved.redirect_chain[-1][0] == page(dossier)
    said = resulting.current(dossier).said["body"]
    assert "Số hiệu: B 0123" in said
    dossier.refresh_from_db()
    changed = typed(dossier, client.get(draft), **asked, body="Một câu.\n\nHai câu.")
    client.post(draft, changed)
    assert resulting.current(dossier).said["body"] == ["Một câu.", "Hai câu."]
    empty = client.post(draft, typed(dossier, client.get(draft), **asked, body=" "))
    assert empty.status_code == 422
    pdf = client.get(reverse("dossiers:paper", args=[dossier.code, "pdf"]))
    assert pdf.content.startswith(b"%PDF") and "no-store" in pdf.headers["Cache-Control"]
    assert client.get(reverse("dossiers:paper", args=[dossier.code, "docx"])).content.startswith(b"PK")
    do(client, dossier, "forward")
    do(as_(desk.office_head), dossier, "approve")
    dossier.refresh_from_db()
    assert dossier.step == "sign"
    client = as_(desk.head)
    assert "GIÁM ĐỐC" in client.get(reverse("dossiers:deed", args=[dossier.code, "sign"])).content.decode().upper()
    sign(client, desk.tokens.head, do(client, dossier, "sign", form="self"))
    do(client, dossier, "forward")
    client = as_(desk.clerk)
    do(client, dossier, "number")
    done = sign(client, desk.tokens.agency, do(client, dossier, "seal"))
    assert "Đã phát hành" in done.content.decode()
    assert filled_in(file_of(resulting.current(dossier)))["number"] == "01"
    shown = do(client, dossier, "finish").content.decode()
    assert "Đã xử lý xong" in shown or "Trả kết quả" in shown


def test_anybody_with_the_paper_can_check_it_and_learns_no_name(signing_desk, to_step, client):
    from minhbach.dossiers.tests.test_results import issued

    dossier = to_step("number")
    result = resulting.current(dossier)
    address = reverse("dossiers:verify", args=[result.token])
    early = file_of(result)
    assert "chưa được phát hành" in client.get(address).content.decode()
    result = issued(signing_desk, dossier)
    answer = client.get(address)
    shown = answer.content.decode()
    assert "còn hiệu lực" in shown and "Số 01" in shown and "Giám đốc" in shown
    assert "Nguyễn Văn An" not in shown and "031099000001" not in shown and dossier.code not in shown
    assert answer.headers["X-Robots-Tag"] == "noindex"
    for content, words in (
        (file_of(result), "Đúng tệp đã phát hành"),
        (early, "Bản chưa hoàn chỉnh"),
        (file_of(result) + b" ", "Không phải tệp đã phát hành"),
        (b"anything", "Không phải tệp đã phát hành"),
    ):
        compared = client.post(address, {"file": SimpleUploadedFile("a.pdf", content)})
        assert words in compared.content.decode()
    assert client.post(address, {}).status_code == 422
    result_discard(dossier, because="Sai", acting=signing_desk.clerk)
    assert "đã bị thu hồi" in client.get(address).content.decode()
    assert client.get(reverse("dossiers:verify", args=["x" * 32])).status_code == 404


def test_a_draft_has_no_public_page(signing_desk, to_step, client):
    dossier = to_step("sign")
    assert client.get(reverse("dossiers:verify", args=[resulting.current(dossier).token])).status_code == 404
