"""Results in a real browser: drafted, signed by the signing program of one's own computer, checked by anybody."""

import threading

import pytest

from minhbach.dossiers import resulting
from minhbach.dossiers.actions.older import Entry, older_add, register_set
from minhbach.dossiers.actions.results import result_number
from minhbach.dossiers.testing import signed_with
from minhbach.signatures.signer import server


@pytest.fixture
def signer(signing_desk, settings, live_server):
    """The director's signing program, answering the pages of the test's server."""
    origin = live_server.url.replace("127.0.0.1", "localhost")
    running = server([signing_desk.tokens.head], origins=[origin], port=0)
    settings.SIGNER_ADDRESS = f"http://127.0.0.1:{running.server_port}"
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield
    running.shutdown()
    running.server_close()


@pytest.mark.django_db(transaction=True)
def test_a_result_is_drafted_signed_and_checked(page_at, sign_in, sound, signing_desk, to_step, signer):
    desk = signing_desk
    dossier = to_step("handle")
    page = sign_in(page_at(1280, "vi"), desk.specialist)
    page.goto(f"/dossiers/of/{dossier.code}/")
    page.click("a.btn:has-text('Soạn kết quả')")
    page.fill("[name=draft-diploma_number]", "B 0123")
    page.fill("[name=draft-register_number]", "45/1999")
    page.fill("[name=draft-register_entry]", "Bằng tốt nghiệp THPT")
    page.click("button:has-text('Đưa vào văn bản')")
    assert "Số hiệu: B 0123" in page.input_value("[name=body]")
    sound(page)
    page.click("button:has-text('Lưu dự thảo')")
    page.wait_for_url(f"**/{dossier.code}/")
    sound(page)
    dossier = to_step("sign", dossier=_fresh(dossier))
    page = sign_in(page_at(360, "vi"), desk.head)
    page.goto(f"/dossiers/of/{dossier.code}/do/sign/")
    sound(page)
    page.click("main .form-actions button")
    page.wait_for_url("**/signing/*/")
    sound(page)
    page.click("button:has-text('Ký bằng thiết bị')")
    page.wait_for_url(f"**/{dossier.code}/")
    result = resulting.current(dossier)
    assert result.signed_by == desk.head.person
    page = page_at(360, "vi")
    page.goto(f"/ket-qua/{result.token}/")
    assert "chưa được phát hành" in page.content()
    sound(page)


def _fresh(dossier):
    dossier.refresh_from_db()
    return dossier


def test_every_page_of_results_is_sound(page_at, sign_in, sound, signing_desk, to_step, width, lang):
    desk = signing_desk
    drafting, done = to_step("approve"), to_step("number")
    result_number(done, acting=desk.clerk)
    signed_with(desk.tokens.agency, done, desk.clerk, seal=True)
    register = register_set(desk.agency, title="Sổ gốc cấp bằng", total=10, acting=desk.clerk)
    older_add(register, [Entry("Nguyễn Văn An", "B 0123", id_number="031099000001")], acting=desk.clerk)
    page = sign_in(page_at(width, lang), desk.office_head)
    for address in (
        f"/dossiers/of/{drafting.code}/",
        f"/dossiers/of/{drafting.code}/result/",
        f"/ket-qua/{resulting.current(done).token}/",
    ):
        assert page.goto(address).status == 200, address
        sound(page)
    page = sign_in(page_at(width, lang), desk.clerk)
    for address in (
        f"/dossiers/of/{done.code}/",
        "/dossiers/older/",
        f"/dossiers/older/{register.pk}/",
        f"/dossiers/older/{register.pk}/new/",
        f"/dossiers/older/{register.pk}/file/",
        "/organisation/certificates/",
    ):
        assert page.goto(address).status == 200, address
        sound(page)
