"""Preparing and running a round on screen: every step, out of order, by the wrong people, with wrong input."""

import datetime
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from minhbach.indices.actions import opening, preparing
from minhbach.indices.actions.sets import catalogue_load
from minhbach.indices.actions.survey import BadResults, survey_import
from minhbach.indices.models import Entry, OfficeFor, Round, Score
from minhbach.org.errors import NotPossible
from minhbach.org.files.tables import rows_of
from minhbach.org.models import Unit
from minhbach.org.permissions import SYSTEM, Refused
from minhbach.org.ui import unitfields
from minhbach.org.units.actions import unit_close

pytestmark = pytest.mark.django_db

MOMENT = "%Y-%m-%dT%H:%M"


def _client(client, account):
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _address(name, *args):
    return reverse(f"indices:{name}", args=args)


def _form(dates, **more):
    moments = {name: timezone.localtime(value).strftime(MOMENT) for name, value in dates.items()}
    return moments | {"appraisal_shown": "concluded"} | more


@pytest.fixture
def schools(province, make_unit, make_account, dates):
    """A department's round of its schools on the illustrative set, which has a survey."""
    province.schools = [
        make_unit(f"thcs-{n}", parent=province.education, kind="truong", group="lower_secondary") for n in (1, 2)
    ]
    province.edu_manager = make_account("quan-tri-gd", province.education, "administrator", "appraiser")
    version = catalogue_load("truong-minh-hoa", acting=SYSTEM)
    round_ = preparing.round_prepare(unit=province.education, title="Trường", year=2026, dates=dates, acting=SYSTEM)
    preparing.round_set_assign(round_, group="lower_secondary", set_version=version, acting=SYSTEM)
    opening.round_open(round_, units=province.schools, acting=SYSTEM)
    round_.refresh_from_db()
    return round_


def test_a_round_from_nothing_to_open(client, province, dates):
    version = catalogue_load("hai-phong-so-2023", acting=SYSTEM)
    client = _client(client, province.manager)
    data = _form(dates, unit=province.home.pk, title="Năm 2026", title_en="", year="2026", note="")
    answer = client.post(_address("round_new"), data)
    round_ = Round.objects.get()
    assert answer.url == _address("round_sets", round_.pk)
    # Out of order: units before sets.
    answer = client.post(_address("round_units", round_.pk), {"units0": [province.education.pk]})
    assert answer.status_code == 200 and not Entry.objects.exists()
    assert client.get(answer.request["PATH_INFO"]).context["form"].parts == []
    client.post(_address("round_sets", round_.pk), {"set:so": version.pk})
    assert round_.sets.get().set_version == version
    body = {"body:3": province.justice.pk, "body:7": "", "body:3.4.2": province.education.pk}
    # The education department has no appraiser, so it cannot be chosen.
    answer = client.post(_address("round_bodies", round_.pk, "so"), body)
    assert list(answer.context["form"].errors) == ["body:3.4.2"] and not round_.sets.get().fields.exists()
    client.post(_address("round_bodies", round_.pk, "so"), body | {"body:3.4.2": ""})
    assert {(f.node, f.body) for f in round_.sets.get().fields.all()} == {("3", province.justice)}
    answer = client.post(_address("round_units", round_.pk), {})
    assert answer.context["form"].errors and not Entry.objects.exists()
    answer = client.post(_address("round_units", round_.pk), {"units0": [province.education.pk, province.justice.pk]})
    assert answer.url == _address("round", round_.pk)
    assert Entry.objects.count() == 2
    # What is settled stays settled.
    client.post(_address("round_sets", round_.pk), {"set:so": ""})
    assert round_.sets.count() == 1
    client.post(_address("round_bodies", round_.pk, "so"), {"body:7": province.justice.pk})
    assert round_.sets.get().fields.count() == 1


def test_a_round_is_opened_only_for_units_around_whose_it_is(client, province, dates, make_unit):
    """The action says so itself: an import or a command may not reach further than the form."""
    version = catalogue_load("hai-phong-so-2023", acting=SYSTEM)
    elsewhere = make_unit("tinh-khac", kind="so")
    foreign = make_unit("so-tinh-khac", parent=elsewhere, kind="so", group="so")
    below = make_unit("chi-cuc", parent=province.justice, kind="so", group="so")
    over = make_unit("so-da-giai-the", parent=province.top, kind="so", group="so")
    unit_close(over, on=timezone.localdate() - datetime.timedelta(days=3), successors=[province.home], acting=SYSTEM)

    def prepared(unit):
        round_ = preparing.round_prepare(unit=unit, title=unit.code, year=2026, dates=dates, acting=SYSTEM)
        preparing.round_set_assign(round_, group="so", set_version=version, acting=SYSTEM)
        return round_

    round_ = prepared(province.home)
    for wrong in (foreign, over):
        with pytest.raises(NotPossible) as caught:
            opening.round_open(round_, units=[province.education, wrong], acting=province.manager)
        assert caught.value.code == "foreign_unit"
        assert wrong.name in str(caught.value) and province.education.name not in str(caught.value)
    with pytest.raises(NotPossible) as caught:
        opening.round_open(round_, units=[make_unit("khong-nhom", parent=province.top, kind="so")], acting=SYSTEM)
    assert caught.value.code == "no_group" and "khong-nhom" in str(caught.value)
    round_.refresh_from_db()
    assert round_.status == Round.Status.DRAFT and not Entry.objects.exists()
    opened = opening.round_open(round_, units=[province.education, below], acting=province.manager)
    assert {entry.unit for entry in opened} == {province.education, below}
    # Whoever stands at the top has all under it, and nothing beside.
    with pytest.raises(NotPossible):
        opening.round_open(prepared(province.top), units=[foreign], acting=SYSTEM)
    assert len(opening.round_open(prepared(elsewhere), units=[foreign], acting=SYSTEM)) == 1
    # And the form does not let one in by hand either.
    second = preparing.round_prepare(unit=province.home, title="Nữa", year=2026, dates=dates, acting=SYSTEM)
    preparing.round_set_assign(second, group="so", set_version=version, acting=SYSTEM)
    client = _client(client, province.manager)
    assert client.post(_address("round_units", second.pk), {"units0": [foreign.pk]}).context["form"].errors


def test_dates_that_do_not_follow_one_another_are_named(client, province, dates):
    client = _client(client, province.manager)
    wrong = dates | {"explanation_closes": dates["self_opens"]}
    data = _form(wrong, unit=province.home.pk, title="Năm 2026", year="2026")
    answer = client.post(_address("round_new"), data)
    assert answer.status_code == 200 and answer.context["form"].non_field_errors()
    answer = client.post(_address("round_new"), data | {"self_opens": "hôm qua", "year": "năm nay"})
    assert {"self_opens", "year"} <= set(answer.context["form"].errors)
    assert not Round.objects.exists()
    round_ = preparing.round_prepare(unit=province.home, title="Năm 2026", year=2026, dates=dates, acting=SYSTEM)
    before = round_.self_closes
    assert client.post(_address("round_dates", round_.pk), _form(wrong)).context["form"].non_field_errors()
    round_.refresh_from_db()
    assert round_.self_closes == before
    later = {name: value + datetime.timedelta(days=1) for name, value in dates.items()}
    assert client.post(_address("round_dates", round_.pk), _form(later)).status_code == 302
    round_.refresh_from_db()
    assert round_.self_closes > before
    # The same title again in the same year.
    answer = client.post(_address("round_new"), _form(dates, unit=province.home.pk, title="Năm 2026", year="2026"))
    assert answer.context["form"].errors["title"]


def test_only_who_runs_a_round_runs_it(client, open_round, entry, province, make_account):
    foreign = make_account("quan-tri-tp", province.justice, "administrator")
    data = {
        "round_dates": {}, "round_sets": {}, "round_units": {}, "round_close": {}, "round_publish": {},
        "round_reopen": {"unit": entry.unit_id, "stage": "self", "until": "2099-01-01T10:00", "reason": "x"},
    }  # fmt: skip
    before = open_round.status
    for account, expected in ((province.officer, 403), (province.appraiser, 403), (foreign, 404)):
        client = _client(client, account)
        for name, sent in data.items():
            assert client.post(_address(name, open_round.pk), sent).status_code == expected, (name, account)
        assert client.post(_address("round_bodies", open_round.pk, "so"), {}).status_code == expected
    open_round.refresh_from_db()
    assert open_round.status == before and not entry.reopenings.exists()
    client.logout()
    assert client.post(_address("round_close", open_round.pk)).status_code == 302


def test_more_time_for_one_unit(client, open_round, entry, province):
    client = _client(client, province.manager)
    until = (timezone.localtime() + datetime.timedelta(days=3)).strftime(MOMENT)
    send = {"unit": entry.unit_id, "stage": "self", "until": until, "reason": "Mất điện"}
    for wrong, field in (
        ({"reason": " "}, "reason"), ({"until": "2020-01-01T10:00"}, "until"), ({"stage": "appraisal_2"}, "stage"),
        ({"unit": 0}, "unit"), ({"until": "mai"}, "until"),
    ):  # fmt: skip
        answer = client.post(_address("round_reopen", open_round.pk), send | wrong)
        assert field in answer.context["form"].errors, wrong
        assert not entry.reopenings.exists()
    assert client.post(_address("round_reopen", open_round.pk), send).status_code == 302
    assert entry.reopenings.get().reason == "Mất điện"


def test_closing_names_what_stands_in_the_way(client, open_round, entry, province):
    client = _client(client, province.manager)
    Entry.objects.filter(pk=entry.pk).update(status="appraisal_1")
    answer = client.post(_address("round_close", open_round.pk), follow=True)
    text = answer.content.decode()
    assert "Sở Giáo dục và Đào tạo" in text
    assert [row["entry"].pk for row in answer.context["begun"]] == [entry.pk]
    answer = client.post(_address("round_publish", open_round.pk), {"decision": "1/QĐ"}, follow=True)
    open_round.refresh_from_db()
    assert open_round.status == Round.Status.OPEN
    Entry.objects.filter(pk=entry.pk).update(status="concluded")
    client.post(_address("round_close", open_round.pk))
    open_round.refresh_from_db()
    assert open_round.status == Round.Status.CLOSED
    client.post(_address("round_publish", open_round.pk), {"decision": "1/QĐ-UBND"})
    open_round.refresh_from_db()
    assert (open_round.status, open_round.decision) == (Round.Status.PUBLISHED, "1/QĐ-UBND")
    for name in ("round_manage", "round_dates"):
        assert client.get(_address(name, open_round.pk)).status_code == 200


def test_offices_answer_for_codes(client, open_round, province):
    client = _client(client, province.officer)
    address = _address("unit_offices", province.education.pk)
    assert {row["code"] for row in client.get(address).context["rows"]} >= {"VP", "P"}
    data = {"lead:VP": province.division.pk, "with:VP": [province.office.pk, province.justice.pk]}
    assert "with:VP" in client.post(address, data).context["form"].errors  # a foreign unit is not taken
    assert [row.office for row in OfficeFor.objects.filter(unit=province.education, code="VP")] == [province.office]
    client.post(address, data | {"with:VP": [province.office.pk]})
    found = list(OfficeFor.objects.filter(unit=province.education, code="VP").order_by("pk"))
    assert [row.office for row in found] == [province.division, province.office]
    page = client.get(address, headers={"accept-language": "en"}).content.decode()
    assert _address("entry_offices", open_round.entries.get(unit=province.education).pk) in page
    assert _client(client, province.outsider).post(address, {}).status_code == 404
    assert _client(client, province.clerk).post(address, {}).status_code == 403


# Many units -----------------------------------------------------------------------------------------------------


@pytest.fixture
def many(monkeypatch):
    """Two units are few, more are many."""
    monkeypatch.setattr(unitfields, "FEW", 2)


@pytest.fixture
def school_round(province, make_unit, dates, many):
    """A round that the education department prepares; five lower secondary schools, two of them not its own."""
    elsewhere = make_unit("phuong", parent=province.top, kind="xa")
    for n, parent in enumerate([province.education] * 3 + [elsewhere] * 2):
        make_unit(f"thcs-{n}", parent=parent, kind="truong", group="lower_secondary", name=f"Trường THCS Số {n}")
    version = catalogue_load("truong-minh-hoa", acting=SYSTEM)
    round_ = preparing.round_prepare(unit=province.education, title="Trường", year=2026, dates=dates, acting=SYSTEM)
    preparing.round_set_assign(round_, group="lower_secondary", set_version=version, acting=SYSTEM)
    return round_


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"take0": "all"}, "01234"),
        ({"take0": "own"}, "012"),
        ({"take0": "except", "units0": ["thcs-1"]}, "0234"),
        ({"take0": "except", "units0.q": "so 4"}, "0123"),
        ({"take0": "only", "units0": ["thcs-1", "thcs-3"]}, "13"),
        ({"take0": "none"}, ""),
        ({"take0": "only"}, ""),
        ({"take0": "everything"}, ""),
        ({"take0": "only", "units0.q": "so"}, ""),  # more than one fits: the page comes back
    ],
)
def test_of_many_units_all_or_some_take_part(client, school_round, province, make_account, sent, expected):
    client = _client(client, make_account("quan-tri-gd", province.education, "administrator"))
    pk = dict(Unit.objects.values_list("code", "pk"))
    data = {k: [pk[c] for c in v] if isinstance(v, list) else v for k, v in sent.items()}
    answer = client.post(_address("round_units", school_round.pk), data)
    found = "".join(sorted(code[-1] for code in Entry.objects.values_list("unit__code", flat=True)))
    assert found == expected
    assert (answer.status_code == 302) == bool(expected)


def test_a_department_begins_with_its_own_schools(client, school_round, province, make_account):
    client = _client(client, make_account("quan-tri-gd", province.education, "administrator"))
    page = client.get(_address("round_units", school_round.pk), headers={"accept-language": "en"}).content.decode()
    assert 'value="own" required id="id_take0_1" checked' in page
    assert page.count("Trường THCS") == 0  # nobody scrolls through them
    found = client.get(
        _address("round_units", school_round.pk), {"find": "units0", "units0.q": "so 3"}, headers={"hx-request": "true"}
    ).content.decode()
    assert "Trường THCS Số 3" in found and "Số 2" not in found and 'type="checkbox"' in found


def test_who_gets_more_time_is_searched_for(client, open_round, province, monkeypatch):
    monkeypatch.setattr(unitfields, "FEW", 1)
    client = _client(client, province.manager)
    data = {"stage": "self", "until": "2099-01-01T10:00", "reason": "Lũ", "unit.q": "giao duc"}
    assert client.post(_address("round_reopen", open_round.pk), data).status_code == 302
    assert open_round.entries.get(unit=province.education).reopenings.count() == 1
    found = client.get(
        _address("round_reopen", open_round.pk), {"find": "unit", "unit.q": "so"}, headers={"hx-request": "true"}
    )
    assert found.status_code == 200


# Surveys --------------------------------------------------------------------------------------------------------


def _survey_inputs(round_):
    from minhbach.indices import figures

    indicator_set = figures.set_of(round_.sets.get().set_version)
    leaf = next(leaf for leaf in indicator_set.leaves if indicator_set.stream_of(leaf) == "survey")
    return leaf, [key for key, _type, _spec in leaf.fact_keys()]


def _csv(rows):
    return "unit,criterion,input,value\n" + "".join(",".join(map(str, row)) + "\n" for row in rows)


def _table(text):
    return rows_of(io.BytesIO(text.encode()), "csv")


def test_survey_results_from_a_file(client, schools, province):
    leaf, keys = _survey_inputs(schools)
    client = _client(client, province.edu_manager)
    template = client.get(_address("round_survey_template", schools.pk)).content.decode("utf-8-sig")
    assert f"thcs-1,{leaf.id},{keys[0]},," in template
    rows = [(unit.code, leaf.id, key, 10) for unit in province.schools for key in keys]
    upload = SimpleUploadedFile("ketqua.csv", _csv(rows).encode())
    assert client.post(_address("round_survey", schools.pk), {"file": upload}).status_code == 302
    stored = Score.objects.filter(stage="survey")
    assert {(row.entry.unit.code, row.criterion) for row in stored} == {("thcs-1", leaf.id), ("thcs-2", leaf.id)}
    entry = schools.entries.get(unit__code="thcs-1")
    assert entry.self_score == stored.first().points  # the totals follow
    # Once more, corrected: it takes the place of what was there.
    rows[0] = (*rows[0][:3], 30)
    survey_import(schools, table=_table(_csv(rows)), acting=province.edu_manager)
    assert Score.objects.filter(stage="survey").count() == 2


def test_a_wrong_file_is_refused_whole_with_every_line(client, schools, province):
    leaf, keys = _survey_inputs(schools)
    good = [("thcs-1", leaf.id, key, 10) for key in keys]
    bad = [
        ("thcs-9", leaf.id, keys[0], 1), ("thcs-2", "A.1", "tasks", 3), ("thcs-2", leaf.id, "nothing", 3),
        ("thcs-2", leaf.id, keys[0], "mười"),
    ]  # fmt: skip
    with pytest.raises(BadResults) as caught:
        survey_import(schools, table=_table(_csv(good + bad)), acting=province.edu_manager)
    first = len(good) + 2
    for line in range(first, first + 4):
        assert any(f" {line}:" in problem for problem in caught.value.problems), (line, caught.value.problems)
    assert not Score.objects.filter(stage="survey").exists()
    for content in ("", "unit,criterion\n", "unit,criterion,input,value\n", 'unit,criterion,input,value\n"x'):
        with pytest.raises(BadResults):
            survey_import(schools, table=_table(content), acting=province.edu_manager)
    client = _client(client, province.edu_manager)
    for upload in (SimpleUploadedFile("x.csv", b"\xff\xfe\x00"), SimpleUploadedFile("x.csv", b"")):
        assert client.post(_address("round_survey", schools.pk), {"file": upload}).context["form"].errors["file"]
    answer = client.post(
        _address("round_survey", schools.pk), {"file": SimpleUploadedFile("x.csv", _csv(bad).encode())}
    )
    assert len(answer.context["problems"]) >= 4
    with pytest.raises(Refused):
        survey_import(schools, table=_table(_csv(good)), acting=province.officer)


def test_survey_results_of_one_unit(client, schools, province, make_account):
    leaf, keys = _survey_inputs(schools)
    entry = schools.entries.get(unit__code="thcs-1")
    client = _client(client, province.edu_manager)
    address = _address("entry_survey", entry.pk)
    good = dict.fromkeys(keys, "10") | {"criterion": leaf.id, "edition": "0"}
    answer = client.post(address, good | {keys[0]: "mười"})
    assert any(row["wrong"] for row in answer.context["rows"])
    assert "mười" in answer.content.decode()  # nothing typed is lost
    assert not Score.objects.exists()
    assert client.post(address, good).status_code == 302
    # Somebody saved in between: both are shown, nothing is overwritten.
    answer = client.post(address, good | {keys[0]: "99"})
    assert any(row["wrong"] for row in answer.context["rows"])
    assert Score.objects.get().inputs[keys[0]] == "10"
    assert client.post(address, good | {"criterion": "A.1"}).status_code == 404
    foreign = make_account("nguoi-la", province.justice, "administrator", "appraiser")
    assert _client(client, foreign).get(address).status_code == 404
    assert _client(client, province.head).get(address).status_code == 403


def test_a_survey_that_was_not_held(client, schools, province):
    from minhbach.indices import figures

    entry = schools.entries.get(unit__code="thcs-1")
    indicator_set = figures.set_of(entry.set_version)
    block = next(node for node in indicator_set.nodes.values() if node.may_be_absent)
    client = _client(client, province.edu_manager)
    client.post(_address("entry_survey", entry.pk), {"block": block.id, "held": "no"})
    entry.refresh_from_db()
    assert entry.absent == [block.id]
    assert entry.self_maximum == 100 - block.maximum
    client.post(_address("entry_survey", entry.pk), {"block": block.id, "held": "yes"})
    entry.refresh_from_db()
    assert entry.absent == []
    client.post(_address("entry_survey", entry.pk), {"block": "A", "held": "no"})
    entry.refresh_from_db()
    assert entry.absent == []
