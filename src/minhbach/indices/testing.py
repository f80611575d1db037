"""Fixtures: a small province with a home affairs department that runs rounds, and departments with offices."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from minhbach.indices.actions import opening, preparing
from minhbach.indices.actions.sets import catalogue_load
from minhbach.org.permissions import SYSTEM

DAY = datetime.timedelta(days=1)


@pytest.fixture
def province(make_unit, make_account):
    """Units and one account per role, by short names."""

    class Province:
        pass

    p = Province()
    p.top = make_unit("tp", kind="so", name="UBND thành phố")
    p.home = make_unit("so-nv", parent=p.top, kind="so", name="Sở Nội vụ")
    p.justice = make_unit("so-tp", parent=p.top, kind="so", name="Sở Tư pháp", group="so")
    p.education = make_unit("so-gd", parent=p.top, kind="so", name="Sở Giáo dục và Đào tạo", group="so")
    p.office = make_unit("gd-vp", parent=p.education, name="Văn phòng Sở")
    p.division = make_unit("gd-th", parent=p.education, name="Phòng Trung học")
    p.manager = make_account("quan-tri", p.home, "administrator")
    p.appraiser = make_account("tham-dinh", p.home, "appraiser")
    p.justice_appraiser = make_account("tham-dinh-tp", p.justice, "appraiser")
    p.officer = make_account("cchc", p.education, "reform_officer")
    p.head = make_account("giam-doc", p.education, "head")
    p.clerk = make_account("van-phong", p.office, "office")
    p.specialist = make_account("chuyen-vien", p.division, "office")
    p.outsider = make_account("nguoi-ngoai", p.justice, "reform_officer")
    p.auditor = make_account("kiem-toan", p.top, "auditor")
    return p


@pytest.fixture
def dates():
    """Stages around now: self-scoring is open."""
    now = timezone.now()
    return {
        "self_opens": now - 10 * DAY,
        "internal_due": now + 5 * DAY,
        "self_closes": now + 10 * DAY,
        "appraisal_1_closes": now + 20 * DAY,
        "explanation_closes": now + 30 * DAY,
        "appraisal_2_closes": now + 40 * DAY,
    }


@pytest.fixture
def open_round(province, dates):
    """A round on Hải Phòng 2023, open for the education and the justice department."""
    version = catalogue_load("hai-phong-so-2023", acting=SYSTEM)
    round_ = preparing.round_prepare(unit=province.home, title="Năm 2023", year=2023, dates=dates, acting=SYSTEM)
    preparing.round_set_assign(round_, group="so", set_version=version, fields={"3": province.justice}, acting=SYSTEM)
    for code, office in (("VP", province.office), ("P", province.division)):
        preparing.office_answer_for(province.education, code=code, offices=[office], acting=SYSTEM)
    opening.round_open(round_, units=[province.education, province.justice], acting=SYSTEM)
    round_.refresh_from_db()
    return round_


@pytest.fixture
def entry(open_round, province):
    return open_round.entries.get(unit=province.education)


@pytest.fixture
def at(client, province):
    """at("officer", "entry", pk, …) → the response of a page; with `post` of an action."""

    def ask(who, name, *args, post=None, query="", **more):
        client.logout()
        if who:
            client.force_login(getattr(province, who), backend="allauth.account.auth_backends.AuthenticationBackend")
        client.cookies["django_language"] = "en"
        address = reverse(name if ":" in name else f"indices:{name}", args=args) + query
        return client.get(address, **more) if post is None else client.post(address, post, **more)

    return ask
