"""Other systems on screen: a file from its headings to the dossiers, figures compared, what is stuck at the portal."""

import pytest
from playwright.sync_api import expect

from minhbach.dossiers.actions import portal, sources
from minhbach.dossiers.actions.mirroring import mirror_take
from minhbach.dossiers.models import Dossier, Outgoing
from minhbach.org.permissions import SYSTEM

CSV = """Mã hồ sơ;Mã TTHC;Trạng thái;Chủ hồ sơ;Ngày tiếp nhận;Hẹn trả;Ngày trả
CU-1;1.900001;Đã trả kết quả;Nguyễn Văn An;02/06/2025 08:00;09/06/2025;08/06/2025 10:00
CU-2;1.900001;Hoàn tất;Lê Thị Cúc;02/06/2025 09:00;09/06/2025;08/06/2025 10:00
CU-3;1.900001;Đang xử lý;Phạm Văn Dũng;31/02/2025;;
"""


@pytest.fixture
def officer(desk, make_account):
    return make_account("phuong", desk.agency, "reform_officer", full_name="Cán bộ cải cách")


def test_a_file_is_brought_in(page_at, sign_in, sound, officer, width, lang):
    page = sign_in(page_at(width, lang), officer)
    page.goto("/dossiers/systems/")
    sound(page)
    page.goto("/dossiers/systems/new/")
    sound(page)
    page.fill("[name=name]", "Phần mềm một cửa cũ")
    page.fill("[name=code]", "cu")
    page.check("[name=kind][value=old]")
    page.click("main form .btn-primary")
    page.wait_for_url("**/of/cu/")
    page.set_input_files("[name=file]", {"name": "cu.csv", "mimeType": "text/csv", "buffer": CSV.encode()})
    page.click("main form .btn-primary")
    page.wait_for_url("**/deliveries/*/")
    sound(page)
    assert page.input_value("[name=procedure]") == "Mã TTHC"
    page.click("button:has(svg use[href$='#card-checklist'])")  # check every row
    page.wait_for_selector("[name=status_0]")
    sound(page)
    expect(page.locator("tbody tr:has(th)", has_text="31/02/2025")).to_have_count(1)
    page.select_option("[name=status_0]", "10")
    page.click("button:has(svg use[href$='#arrow-repeat'])")  # keep and check again
    page.wait_for_selector("button[value=good]")
    assert not Dossier.objects.exists()
    page.click("button[value=good]")
    page.wait_for_selector(".callout-ok")
    sound(page)
    assert set(Dossier.objects.values_list("code", flat=True)) == {"CU-1", "CU-2"}
    page.goto("/dossiers/of/CU-1/")
    sound(page)


def test_figures_are_compared(page_at, sign_in, sound, desk, officer, width, lang):
    source = sources.source_set("cu", agency=desk.agency, name="Phần mềm cũ", kind="old", acting=SYSTEM)
    row = {"code": "CU-1", "procedure": "1.900001", "status": "4", "applicant": "An", "received_at": "02/06/2025"}
    assert mirror_take(source, [row], acting=SYSTEM).created == 1
    page = sign_in(page_at(width, lang), officer)
    page.goto("/dossiers/systems/of/cu/compare/")
    sound(page)
    page.set_input_files("[name=file]", {"name": "cu.csv", "mimeType": "text/csv", "buffer": CSV.encode()})
    page.fill("[name=begins]", "2025-06-01")
    page.fill("[name=ends]", "2025-06-30")
    page.click("main form .btn-primary")
    page.wait_for_url("**/deliveries/*/")
    sound(page)
    expect(page.locator("tbody th", has_text="CU-2")).to_have_count(1)


def test_what_is_stuck_is_given_up_by_a_person(page_at, sign_in, sound, desk, make_dossier, settings, width, lang):
    settings.PORTAL_URL = "http://127.0.0.1:1"
    portal.portal_link(desk.agency, acting=SYSTEM)
    dossier = make_dossier()
    Outgoing.objects.update(state=Outgoing.FAILED, failure="422: MaTTHC")
    page = sign_in(page_at(width, lang), desk.counter)
    page.goto("/dossiers/portal/")
    sound(page)
    page.click(f"text={dossier.code}")
    page.wait_for_url("**/message/*/")
    sound(page)
    page.click("button[value=skip]")
    page.wait_for_selector(".error-summary")
    page.fill("[name=because]", "Hồ sơ thử nghiệm")
    page.click("button[value=skip]")
    page.wait_for_url("**/dossiers/portal/")
    assert Outgoing.objects.get().state == Outgoing.SKIPPED
