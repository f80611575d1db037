"""Scans chosen once: a form that has to be corrected keeps them, for its sender alone, for a day."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from minhbach.dossiers.models import Dossier, Paper
from minhbach.dossiers.tests.test_counter import PDF, scan
from minhbach.dossiers.tests.test_screens import INTAKE
from minhbach.org.errors import NotPossible
from minhbach.org.files import actions, store
from minhbach.org.models import Attachment, KeptFile, StoredFile

pytestmark = pytest.mark.django_db


@pytest.fixture
def counter(client, desk):
    client.force_login(desk.counter)
    return client


@pytest.fixture
def address(desk):
    return reverse("dossiers:receive", args=[desk.offer.pk])


WRONG = {**INTAKE, "by_other": "on"}  # and no name of whoever brings it


def test_a_scan_is_chosen_once(counter, address):
    answer = counter.post(address, {**WRONG, "paper_request.scan": scan("phieu.pdf"), "other_scan": scan("anh.pdf")})
    shown = answer.content.decode()
    kept = {one.name: str(one.pk) for one in KeptFile.objects.all()}
    assert answer.status_code == 422 and set(kept) == {"phieu.pdf", "anh.pdf"}
    assert f'name="kept-paper_request.scan" value="{kept["phieu.pdf"]}"' in shown
    assert '<details class="disclosure" open' in shown  # that of the other paper, which has one
    assert "Giữ lại phieu.pdf" in shown and not Attachment.objects.exists()
    again = {"kept-paper_request.scan": kept["phieu.pdf"], "kept-other_scan": kept["anh.pdf"]}
    assert counter.post(address, {**WRONG, **again}).status_code == 422  # wrong a second time
    assert KeptFile.objects.count() == 2
    counter.post(address, {**INTAKE, **again})
    names = list(Dossier.objects.get().papers.order_by("id").values_list("attachment__name", flat=True))
    assert names == ["phieu.pdf", "anh.pdf"]
    assert not KeptFile.objects.exists() and StoredFile.objects.count() == 1


def test_one_not_wanted_any_more_and_one_chosen_anew(counter, address):
    counter.post(address, {**WRONG, "paper_request.scan": scan("mot.pdf"), "other_scan": scan("hai.pdf")})
    kept = {one.name: str(one.pk) for one in KeptFile.objects.all()}
    chosen = {"kept-paper_request.scan": kept["mot.pdf"], "paper_request.scan": scan("ba.pdf")}
    counter.post(address, {**INTAKE, **chosen})  # the box of the other one is not ticked
    assert list(Paper.objects.values_list("attachment__name", flat=True)) == ["ba.pdf"]


def test_nobody_uses_what_another_sent(client, counter, address, make_account, desk):
    counter.post(address, {**WRONG, "paper_request.scan": scan()})
    kept = {"kept-paper_request.scan": str(KeptFile.objects.get().pk), "paper_request": "on"}
    client.force_login(make_account("hai", desk.agency, "counter"))
    client.post(address, {**INTAKE, **kept})
    assert Paper.objects.get().attachment is None and KeptFile.objects.count() == 1
    client.post(address, {**INTAKE, "kept-paper_request.scan": "khong-phai-ma"})
    assert Paper.objects.filter(attachment=None).count() == 2


def test_a_bad_file_is_named_and_not_kept(counter, address):
    bad = SimpleUploadedFile("a.exe", b"MZ\x90")
    answer = counter.post(address, {**WRONG, "paper_request.scan": bad, "other_scan": scan("tot.pdf")})
    assert answer.content.decode().count("“a.exe”") == 2  # in the list of mistakes, and at its field
    assert [one.name for one in KeptFile.objects.all()] == ["tot.pdf"]


@pytest.mark.parametrize("more", [{"look": "1"}, {"go": "missing"}])
def test_pages_on_the_way_keep_them_too(counter, address, more):
    shown = counter.post(address, {**INTAKE, **more, "paper_request.scan": scan()}).content.decode()
    assert f'value="{KeptFile.objects.get().pk}"' in shown
    if "look" in more:
        counter.post(address, {**INTAKE, **more, "paper_request.scan": scan()}, headers={"HX-Request": "true"})
        assert KeptFile.objects.count() == 1  # the browser still has it


def test_the_supplement_and_the_papers_page_keep_them(counter, desk, make_dossier):
    from minhbach.dossiers.actions.waiting import supplement_ask

    dossier = make_dossier()
    way = reverse("dossiers:papers", args=[dossier.code])
    shown = counter.post(way, {"do": "add", "component": "", "title": "", "scan": scan("moi.pdf")})
    kept = str(KeptFile.objects.get().pk)
    assert shown.status_code == 422 and f'name="kept-scan" value="{kept}"' in shown.content.decode()
    counter.post(way, {"do": "add", "title": "Ảnh", "handed_in": "copy", "copies": "1", "kept-scan": kept})
    assert dossier.papers.get(title="Ảnh").attachment.name == "moi.pdf"

    supplement_ask(dossier, items=["Ảnh", "Đơn"], because="Thiếu", acting=desk.counter)
    dossier.refresh_from_db()
    way = reverse("dossiers:deed", args=[dossier.code, "supplemented"])
    sent = {"edition": dossier.edition, "listed": "1", "item_0": "on", "scan_0": scan("anh.pdf")}
    shown = counter.post(way, sent)
    kept = str(KeptFile.objects.get().pk)
    assert shown.status_code == 422 and f'name="kept-scan_0" value="{kept}"' in shown.content.decode()
    sent |= {"item_1": "on", "kept-scan_0": kept}
    del sent["scan_0"]
    assert counter.post(way, sent).status_code == 302
    assert dossier.papers.filter(attachment__name="anh.pdf").count() == 1


def test_what_is_not_used_is_swept_after_a_day(desk, make_dossier):
    alone = actions.file_keep(SimpleUploadedFile("a.pdf", PDF + b"1"), acting=desk.counter)
    used = actions.file_keep(SimpleUploadedFile("b.pdf", PDF), acting=desk.counter)
    fresh = actions.file_keep(SimpleUploadedFile("c.pdf", PDF + b"2"), acting=desk.counter)
    from minhbach.dossiers.actions.intake import HandedIn

    make_dossier(papers=[HandedIn("request", scan=scan())])  # the same content as b.pdf
    KeptFile.objects.exclude(pk=fresh.pk).update(at=timezone.now() - timedelta(days=1, minutes=1))
    assert actions.file_kept(str(used.pk), acting=desk.counter) is None
    assert actions.kept_sweep() == 2 and list(KeptFile.objects.all()) == [fresh]
    there = set(StoredFile.objects.values_list("sha256", flat=True))
    assert there == {used.file.sha256, fresh.file.sha256}
    assert store.path_of(alone.file.sha256).exists()  # files_sweep takes it a day after it was written


def test_a_file_is_used_once_and_there_is_a_limit(desk, monkeypatch):
    kept = actions.file_keep(scan(), acting=desk.counter)
    actions.kept_take(kept)
    with pytest.raises(NotPossible) as error:
        actions.kept_take(kept)
    assert error.value.code == "used"
    monkeypatch.setattr(actions, "MOST_KEPT", 1)
    actions.file_keep(scan(), acting=desk.counter)
    with pytest.raises(NotPossible) as error:
        actions.file_keep(scan(), acting=desk.counter)
    assert error.value.code == "too_many"
    actions.file_keep(scan(), acting=desk.clerk)
