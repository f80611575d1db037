"""What the tests of the organisation's screens share: pages in English, and two schools of a department."""

import pytest
from django.utils import translation


@pytest.fixture
def english(client):
    client.cookies["django_language"] = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def so(make_unit):
    return make_unit("so", kind="so", name="Sở")


@pytest.fixture
def school(make_unit, so):
    return make_unit("school", so, kind="truong", name="Trường Một")


@pytest.fixture
def other(make_unit, so):
    return make_unit("other", so, kind="truong", name="Trường Hai")
