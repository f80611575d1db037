"""The open data of a published round: what is in it, who gets it, and that anybody can recompute it or see why not."""

import csv
import hashlib
import io
import json
import zipfile

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from minhbach.config.command import main
from minhbach.indices import jobs
from minhbach.indices.actions import criteria, publishing
from minhbach.indices.exporting.published import package
from minhbach.indices.models import Entry, Publication, Round
from minhbach.indices.tests.test_exports import body, get, published, scored
from minhbach.org.errors import NotPossible
from minhbach.org.files import store
from minhbach.org.health import Look, all_checks
from minhbach.org.health.looking import look
from minhbach.org.models import Event, Unit, UnitName
from minhbach.org.permissions import SYSTEM, Refused
from minhbach.org.units.actions import unit_rename

__all__ = ["published", "scored"]
pytestmark = pytest.mark.django_db
FOLDER = "hai-phong-so-2023_1"


@pytest.fixture
def made(published):
    jobs.open_data_settle()
    return Publication.objects.select_related("stored", "round").get()


@pytest.fixture
def files(made):
    """The publication's files, to be tampered with."""
    content = store.path_of(made.stored.sha256).read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def check(tmp_path, capsys):
    """check(files) → the exit code and what was said of a ZIP of these files; of those bytes, or of a folder."""

    def ask(given, *, packed=True, name="x.zip"):
        path = tmp_path / name
        if isinstance(given, dict) and packed:
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                for file, content in given.items():
                    archive.writestr(file, content)
        elif isinstance(given, dict):
            path = tmp_path / "folder"
            for file, content in given.items():
                (path / file).parent.mkdir(parents=True, exist_ok=True)
                (path / file).write_bytes(content)
        else:
            path.write_bytes(given)
        code = main(["verify", str(path), "--lang", "en"])
        said = capsys.readouterr()
        return code, said.out + said.err

    return ask


def signed(files):
    """The files with a manifest that agrees with them: the work of somebody who wants to deceive."""
    manifest = json.loads(files["manifest.json"])
    for name, content in files.items():
        if name != "manifest.json":
            said = manifest["files"].setdefault(name, {})
            said |= {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    manifest["files"] = {name: said for name, said in manifest["files"].items() if name in files}
    return {**files, "manifest.json": json.dumps(manifest).encode()}


def rows_of(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_what_is_published(files, made, published):
    assert {name.partition("/")[0] for name in files} == {"manifest.json", "README.md", FOLDER}
    manifest = json.loads(files["manifest.json"])
    assert manifest["engine"] == "1" and manifest["personal_data"] == "none" and manifest["licence"]
    assert manifest["round"]["year"] == 2023 and manifest["round"]["run_by"]["code"] == "so-nv"
    [one] = manifest["sets"]
    assert one["sha256"] == hashlib.sha256(files[f"{FOLDER}/set.yaml"]).hexdigest() == published.set_version.digest
    assert set(manifest["files"]) == set(files) - {"manifest.json"}
    facts = {(row["criterion"], row["input"]): row for row in rows_of(files[f"{FOLDER}/facts.csv"])}
    assert facts["3.4.2", "on_time"]["value"] == "197" and facts["3.4.2", "on_time"]["obtained"] == "declared"
    assert facts["7.7.1", "points@hand"]["value"] == "0.4" and facts["7.7.1", "points@hand"]["obtained"] == "by_hand"
    scores = {row["criterion"]: row for row in rows_of(files[f"{FOLDER}/scores.csv"])}
    assert (scores["3.4.2"]["score"], scores["3.4.2"]["maximum"]) == ("1.4775", "1.5")  # 197/200 × 1.5
    units = {row["unit"]: row["state"] for row in rows_of(files[f"{FOLDER}/units.csv"])}
    assert units == {"so-gd": "concluded", "so-tp": "not_submitted"}
    [told] = [json.loads(content) for name, content in files.items() if "/explanations/" in name]
    criterion = next(one for one in told["criteria"] if one["criterion"] == "3.4.2")
    assert criterion["inputs"]["handled"]["value"] == "200" and criterion["score"] == "1.4775"
    assert criterion["source"]["vi"] and criterion["explanation"]["en"]


def test_nothing_of_a_person_is_published(files, province):
    everything = b"".join(files.values()).decode(errors="ignore")
    for account in (province.officer, province.head, province.appraiser, province.manager):
        assert account.person.full_name not in everything
    assert "Thủ tục thứ mười mới ban hành" not in everything  # a person's reason
    assert "Không phát sinh" not in everything and "12/BC-SGDĐT" not in everything


def test_the_same_in_three_forms(files):
    from arro3.io import read_parquet

    for table in ("units", "facts", "scores", "ranking"):
        said = rows_of(files[f"{FOLDER}/{table}.csv"])
        plain = json.loads(files[f"{FOLDER}/{table}.json"])
        assert [{name: str(cell or "") for name, cell in row.items()} for row in plain] == said
        columns = {}
        for batch in read_parquet(io.BytesIO(files[f"{FOLDER}/{table}.parquet"])):
            for name in batch.schema.names:
                columns.setdefault(name, []).extend(batch.column(name).to_pylist())
        assert columns["unit"] == [row["unit"] for row in said]
        if table == "scores":
            assert columns["score_text"] == [row["score"] or None for row in said]
            assert columns["score"] == [float(row["score"]) if row["score"] else None for row in said]


def test_anybody_recomputes_it(files, check, made):
    code, said = check(store.path_of(made.stored.sha256).read_bytes())
    assert code == 0 and f"SHA-256 {made.stored.sha256}" in said and said.endswith("as published.\n")
    assert check(files, packed=False)[0] == 0  # as a folder
    assert check({f"tai-ve/{name}": content for name, content in files.items()})[0] == 0  # packed again with its folder


def changed(files, table, find, replace):
    """The table changed in all its forms, each agreeing with the others and with the manifest."""
    from minhbach.scoring.opendata import tables
    from minhbach.scoring.opendata.layout import TABLES

    columns = TABLES[table]
    rows = rows_of(files[f"{FOLDER}/{table}.csv"])
    for row in rows:
        if find.items() <= row.items():
            row |= replace
    forms = {"csv": tables.to_csv, "json": tables.to_json, "parquet": tables.to_parquet}
    return signed(files | {f"{FOLDER}/{table}.{ending}": write(columns, rows) for ending, write in forms.items()})


def test_every_changed_value_is_named(files, check):
    found = check(changed(files, "scores", {"criterion": "3.4.2"}, {"score": "1.5"}))
    assert found[0] == 1 and "scores.csv: so-gd 3.4.2 score: published 1.5, recomputed 1.4775" in found[1]
    found = check(changed(files, "facts", {"criterion": "3.4.2", "input": "on_time"}, {"value": "200"}))
    assert found[0] == 1 and "so-gd 3.4.2 score: published 1.4775, recomputed 1.5" in found[1]
    assert "ranking.csv: so-gd score: published" in found[1] and "criteria[3.4.2].score" in found[1]
    found = check(changed(files, "ranking", {"unit": "so-gd"}, {"rank": "2"}))
    assert found[0] == 1 and "ranking.csv: so-gd rank: published 2, recomputed –" in found[1]
    found = check(changed(files, "units", {"unit": "so-tp"}, {"state": "concluded", "explanation": "explanations/y"}))
    assert found[0] == 1 and "explanations/y: this file is missing" in found[1]
    found = check(changed(files, "facts", {"input": "on_time"}, {"value": "hai trăm"}))
    assert found[0] == 1 and "facts.csv:" in found[1] and "so-gd 3.4.2 on_time: “hai trăm” is not a number" in found[1]
    found = check(changed(files, "facts", {"input": "on_time"}, {"input": "late"}))
    assert found[0] == 1 and "the set has no such input" in found[1]
    [name] = [name for name in files if "/explanations/" in name]
    told = json.loads(files[name])
    told["criteria"][0]["explanation"]["vi"] = ["Đạt tối đa"]
    found = check(signed(files | {name: json.dumps(told).encode()}))
    assert found[0] == 1 and ".explanation.vi" in found[1]
    yaml = files[f"{FOLDER}/set.yaml"].replace(b"maximum: 0.5", b"maximum: 0.75", 1)
    found = check(signed(files | {f"{FOLDER}/set.yaml": yaml}))
    assert found[0] == 1 and "this is not the set that manifest.json names" in found[1]


def test_forms_that_do_not_agree_are_named(files, check):
    rows = json.loads(files[f"{FOLDER}/scores.json"])
    rows[0]["score"] = "9"
    found = check(signed(files | {f"{FOLDER}/scores.json": json.dumps(rows).encode()}))
    assert found[0] == 1 and "scores.json: so-gd" in found[1] and "published 9, the csv" in found[1]
    rows = json.loads(files[f"{FOLDER}/scores.json"])
    found = check(signed(files | {f"{FOLDER}/scores.json": json.dumps(rows[1:]).encode()}))
    assert found[0] == 1 and "manifest.json says" in found[1] and "this row is missing" in found[1]
    found = check(signed(files | {f"{FOLDER}/scores.parquet": files[f"{FOLDER}/units.parquet"]}))
    assert found[0] == 1 and "scores.parquet: the columns are not those of this table" in found[1]


def test_a_package_that_is_not_what_its_manifest_says(files, check):
    assert check(files | {f"{FOLDER}/scores.csv": files[f"{FOLDER}/scores.csv"] + b"\n"}) == (
        1,
        f"{FOLDER}/scores.csv: its content was changed (another SHA-256)\n1 things are not as published.\n",
    )
    without = {name: content for name, content in files.items() if not name.endswith("units.json")}
    assert "units.json: this file is missing" in check(without)[1] and check(without)[0] == 1
    assert check(signed(without))[0] == 1 and "units.json: this file is missing" in check(signed(without))[1]
    nothing = json.loads(files["manifest.json"]) | {"sets": []}
    found = check(files | {"manifest.json": json.dumps(nothing).encode()})
    assert found[0] == 1 and "there is no result to recompute" in found[1]
    extra = check(files | {"ghi-chu.txt": b"x"})
    assert extra[0] == 1 and "ghi-chu.txt: this file is not in manifest.json" in extra[1]


@pytest.mark.parametrize("name", ["../x.csv", "/etc/x", "a\\b", "C:x", "a//b", "a/./b", "x\u202ecsv"])
def test_paths_that_lead_elsewhere(check, name):
    code, said = check({name: b"x", "manifest.json": b"{}"})
    assert code == 2 and "[unsafe]" in said


def _zip(*members, mode=None, password=False):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            if mode:
                info.external_attr = mode << 16
            archive.writestr(info, content)
    return out.getvalue()


def test_hostile_archives(check, tmp_path, monkeypatch):
    from minhbach.scoring.opendata import package

    cases = {
        "not-readable": [b"", b"PK\x03\x04 broken", _zip(("manifest.json", b"{}"))[:-30]],
        "unsafe": [_zip(("manifest.json", b"/etc/passwd"), mode=0o120777)],
        "repeated-key": [_zip(("manifest.json", b"{}"), ("MANIFEST.json", b"{}"))],
        "no-manifest": [_zip(("x.csv", b"x"))],
        "format": [_zip(("manifest.json", b'{"format": "minhbach-open-data/9"}')), _zip(("manifest.json", b"{}"))],
        "broken-table": [_zip(("manifest.json", b"{")), _zip(("manifest.json", b"[" * 100_000))],
        "encoding": [_zip(("manifest.json", "{}".encode("utf-16"))), _zip(("manifest.json", b'{"a": "\xff"}'))],
        "missing-field": [_zip(("manifest.json", b'{"format": "minhbach-open-data/1"}'))],
    }
    for code, archives in cases.items():
        for content in archives:
            found = check(content)
            assert found[0] == 2 and f"[{code}]" in found[1], (code, found)
            assert "Traceback" not in found[1]
    monkeypatch.setattr(package, "MOST_BYTES", 1000)
    bomb = _zip(("manifest.json", b"{}"), ("x", b"0" * 2000))
    assert check(bomb)[0] == 2 and "[too-large]" in check(bomb)[1]
    monkeypatch.setattr(package, "MOST_FILES", 3)
    many = _zip(*((f"{n}", b"") for n in range(4)))
    assert check(many)[0] == 2 and "[too-many]" in check(many)[1]
    (tmp_path / "dir").mkdir()
    (tmp_path / "dir" / "link").symlink_to("/etc/passwd")
    assert main(["verify", str(tmp_path / "dir")]) == 2
    assert main(["verify", str(tmp_path / "none")]) == 2


def test_another_engine_is_not_guessed_at(files, check):
    manifest = json.loads(files["manifest.json"])
    other = files | {"manifest.json": json.dumps({**manifest, "engine": "2"}).encode()}
    code, said = check(other)
    assert code == 2 and "computed by engine 2; this is engine 1" in said and "[engine]" in said


# One unit -----------------------------------------------------------------------------------------------------------


def test_the_sealed_result_of_a_unit(client, published, province, check):
    def address(ending):
        return reverse("indices:export", args=[published.pk, "sealed", ending])

    for ending, begins in (("pdf", b"%PDF"), ("docx", b"PK")):
        assert body(get(client, None, address(ending))).startswith(begins)
    content = body(get(client, None, address("json")))
    code, said = check(content, name="x.json")
    assert (code, said) == (0, f"{len(json.loads(content)['criteria']) + 1} results recomputed: right.\n")
    for old, new in ((b'"197"', b'"196"'), (b'"1.4775"', b'"1.5"')):
        assert old in content
        assert check(content.replace(old, new), name="x.json")[0] == 1
    text = content.replace(b"maximum: 0.5", b"maximum: 0.75")
    assert check(text, name="x.json")[0] == 1
    told = json.loads(content)
    del told["set"]["text"]
    assert "[no-set]" in check(json.dumps(told).encode(), name="x.json")[1]
    for wrong in (b"[]", b"{}", b"{", b'"x"'):
        code, said = check(wrong, name="x.json")
        assert code == 2 and "Traceback" not in said


def test_nothing_is_sealed_before_the_round_is_concluded(client, scored, province):
    address = reverse("indices:export", args=[scored.pk, "sealed", "json"])
    assert get(client, province.officer, address).status_code == 404


# Making and giving --------------------------------------------------------------------------------------------------


def test_everybody_gets_it_and_its_hash_stands_on_the_page_and_in_the_trail(client, made):
    answer = get(client, None, reverse("indices:open_data", args=[made.round_id]))
    assert answer.status_code == 200 and answer["Content-Type"] == "application/zip"
    assert hashlib.sha256(body(answer)).hexdigest() == made.stored.sha256
    for page in ("round", "ranking"):
        assert made.stored.sha256 in get(client, None, reverse(f"indices:{page}", args=[made.round_id])).text
    event = Event.objects.get(verb="indices.open_data_made")
    assert event.data["sha256"] == made.stored.sha256 and event.chain.name == f"round:{made.round_id}"


def test_it_is_made_once_and_only_of_a_published_round(made, province, open_round, client):
    open_round.refresh_from_db()
    assert publishing.publication_want(open_round, acting=SYSTEM) == made
    for act in (publishing.publication_want, publishing.publication_again):
        with pytest.raises(Refused):
            act(open_round if act is publishing.publication_want else made, acting=province.officer)
    assert publishing.publication_keep(made, b"another", acting=SYSTEM).stored_id == made.stored_id
    Publication.objects.all().delete()
    assert jobs.open_data_settle() == 1 and jobs.open_data_settle() == 0
    assert Publication.objects.get().stored_id == made.stored_id  # the same files give the same bytes
    Publication.objects.all().delete()
    Round.objects.update(status=Round.Status.CLOSED)
    with pytest.raises(NotPossible):
        publishing.publication_want(open_round, acting=SYSTEM)
    assert get(client, None, reverse("indices:open_data", args=[open_round.pk])).status_code == 404


def test_it_is_the_same_in_whatever_language_it_is_made(made, published, django_assert_num_queries):
    with translation.override("en"):
        Unit.objects.filter(pk=published.unit_id).update(name_en="Department of Education")
        UnitName.objects.filter(unit=published.unit_id).update(name_en="Department of Education")
        with django_assert_num_queries(2):
            files = package(made).files
    [row, _other] = rows_of(files[f"{FOLDER}/ranking.csv"])
    assert row["name"] == "Sở Giáo dục và Đào tạo"


def test_a_round_without_results_has_no_open_data(open_round):
    Round.objects.update(status=Round.Status.PUBLISHED)
    Entry.objects.update(status=Entry.Status.SCORING)
    assert publishing.publication_want(open_round, acting=SYSTEM) is None and jobs.open_data_settle() == 0


def test_publishing_has_it_made_when_all_is_written(published, open_round, django_capture_on_commit_callbacks):
    Publication.objects.all().delete()
    Round.objects.update(status=Round.Status.CLOSED)
    with django_capture_on_commit_callbacks(execute=True):
        publishing.round_publish(open_round, acting=SYSTEM)
        assert not Publication.objects.get().is_made
    assert Publication.objects.get().is_made


def test_it_says_what_held_when_the_round_was_published(published, open_round, settings):
    unit = published.unit
    unit_rename(unit, name="Sở Tên mới", on=unit.names.earliest("begins").begins, acting=SYSTEM)
    settings.OPEN_DATA_LICENCE = "CC0"
    assert jobs.open_data_settle() == 1
    with zipfile.ZipFile(store.path_of(Publication.objects.get().stored.sha256)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        names = {row["name"] for row in rows_of(archive.read(f"{FOLDER}/units.csv"))}
    assert names == {"Sở Giáo dục và Đào tạo", "Sở Tư pháp"}
    assert manifest["licence"].startswith("Chưa nêu") and manifest["round"]["title"]["vi"] == "Năm 2023"
    with pytest.raises(NotPossible):  # and the rest is sealed
        criteria.criterion_score(
            published, "3.4.2", stage="appraisal_2", inputs={}, edition=published.scores.count(), acting=SYSTEM
        )


def test_a_page_waits_for_it(client, published, open_round):
    state = reverse("indices:open_data_state", args=[open_round.pk])
    for address in (reverse("indices:round", args=[open_round.pk]), state):
        text = get(client, None, address).text
        assert f'hx-get="{state}"' in text and "open-data.zip" not in text
    assert get(client, None, reverse("indices:open_data", args=[open_round.pk])).status_code == 404
    jobs.open_data_settle()
    text = get(client, None, state).text
    assert Publication.objects.get().stored.sha256 in text and "hx-get" not in text


def test_a_fault_is_told_to_who_runs_the_round_and_it_is_made_again(
    client, published, open_round, province, monkeypatch, django_capture_on_commit_callbacks
):
    def full(publication):
        raise OSError("No space left on device")

    pages = [reverse(f"indices:{name}", args=[open_round.pk]) for name in ("round", "ranking", "open_data_state")]
    manage, again = (reverse(f"indices:{name}", args=[open_round.pk]) for name in ("round_manage", "open_data_again"))
    with monkeypatch.context() as broken:
        broken.setattr(jobs, "package", full)
        assert jobs.open_data_settle() == 0
    for page in pages:
        assert "No space left" not in get(client, None, page).text
    for page in (*pages, manage):
        assert "OSError: No space left on device" in get(client, province.manager, page).text
    check = next(check for check in all_checks() if check.key == "indices.open_data_failed")
    assert [fault.says for fault in look(SYSTEM, check, Look(timezone.now()), size=5).faults] == ["Năm 2023"]
    with django_capture_on_commit_callbacks(execute=True):
        get(client, province.officer, manage)
        assert client.post(again).status_code in (403, 404)
    assert not Publication.objects.get().is_made
    with django_capture_on_commit_callbacks(execute=True):
        get(client, province.manager, manage)
        assert client.post(again).status_code == 302
    made = Publication.objects.get()
    assert made.is_made and made.failure == ""


def test_the_language_of_what_is_said(check, capsys):
    with translation.override("en"):
        assert main(["verify", "/none.zip", "--lang", "vi"]) == 2
    assert "không có tệp hay thư mục này" in capsys.readouterr().err
