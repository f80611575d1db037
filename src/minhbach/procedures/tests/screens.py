"""What the tests of screens share: visiting and sending in English."""

import pytest
from django.urls import reverse
from django.utils import translation


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def visit(client):
    client.cookies["django_language"] = "en"

    def get(view, *args, account=None, **query):
        if account is not None:
            client.force_login(account)
        return client.get(reverse(f"procedures:{view}", args=args), query)

    return get


@pytest.fixture
def send(client):
    client.cookies["django_language"] = "en"

    def post(view, *args, account=None, part="", **sent):
        if account is not None:
            client.force_login(account)
        address = reverse(f"procedures:{view}", args=args) + (f"?part={part}" if part else "")
        return client.post(address, sent)

    return post


def text_of(response):
    return " ".join(response.content.decode().split())
