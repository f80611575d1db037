"""Pages in a real Chromium. `page_at(width, lang)` opens one that reports what it complains about;
`axe(page)` fails on any violation; `sign_in(page, account)` without going through the form.
"""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.account.internal.flows.login import record_authentication
from django.conf import settings as django_settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.test import RequestFactory
from django.urls import include, path

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = (Path(__file__).parent / "vendor/axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN_AXE = """
rules => axe.run(document, {resultTypes: ['violations'], runOnly: {type: 'tag', values: rules}})
    .then(result => result.violations.flatMap(violation => violation.nodes.map(
        node => `${violation.id}: ${node.target} ${node.failureSummary}`)))
"""
# The elements that reach past the screen without a scroller of their own.
WIDE = """
() => [...document.querySelectorAll('body *')].filter(element => {
    if (element.getBoundingClientRect().right <= innerWidth) return false;
    for (let outer = element.parentElement; outer; outer = outer.parentElement)
        if (getComputedStyle(outer).overflowX !== 'visible') return false;
    return true;
}).map(element => `${element.tagName}.${element.className}`).slice(0, 8)
"""
EXPECTED = (
    # Chromium says so of every answer that is not 2xx, also of those we ask for.
    "Failed to load resource: the server responded with a status of",
    # htmx says both of a request that a newer one took the place of; one that fails says htmx:sendError as well.
    "htmx:sendAbort",
    "htmx:afterRequest",
)


# Every page is opened at both widths and in both languages.
WAYS = [(1280, "vi"), (360, "en")]


def pytest_generate_tests(metafunc):
    if {"width", "lang"} <= set(metafunc.fixturenames):
        metafunc.parametrize(("width", "lang"), WAYS)


def pytest_configure(config):
    config.addinivalue_line("markers", "browser: needs Chromium")


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if not Path(CHROMIUM).exists() and os.environ.get("REQUIRE_ALL") != "1":
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


def _error(request, status: int):
    values = {"cooloff_timedelta": timedelta(minutes=12), "exception": ""}
    return render(request, f"{status}.html", values, status=status)


def _csrf(request):
    return render(request, "403_csrf.html", status=403)


def _refused(request):
    raise PermissionDenied("Vai trò của bạn không cho phép “thẩm định” tại Sở Giáo dục và Đào tạo.")


def _broken(request):
    raise RuntimeError("on purpose")


class Addresses:
    """The product's addresses and, before them, what only tests want to see."""

    urlpatterns = [
        path("-/error/<int:status>/", _error),
        path("-/csrf/", _csrf),
        path("-/refused/", _refused),
        path("-/broken/", _broken),
        path("-/empty/", lambda request: HttpResponse("")),
        path("", include("minhbach.org.ui.urls")),
        path("", include("minhbach.config.urls")),
    ]


@pytest.fixture(scope="session")
def chromium():
    # Playwright's loop makes Django think that it runs asynchronously.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def addresses(settings):
    settings.ROOT_URLCONF = Addresses
    return Addresses


@pytest.fixture
def page_at(chromium, live_server, addresses):
    """page_at(360, "en") → a page; what it complains about stands in `page.complaints`."""
    contexts = []

    def make(width: int = 1280, lang: str = "vi", height: int = 900, **more):
        base = live_server.url.replace("127.0.0.1", "localhost")
        context = chromium.new_context(
            base_url=base, viewport={"width": width, "height": height}, locale=lang, reduced_motion="reduce", **more
        )
        contexts.append(context)
        context.add_cookies([{"name": django_settings.LANGUAGE_COOKIE_NAME, "value": lang, "url": base}])
        page = context.new_page()
        page.complaints = []
        page.on(
            "console",
            lambda said: (
                page.complaints.append(said.text)
                if said.type in ("error", "warning") and not any(each in said.text for each in EXPECTED)
                else None
            ),
        )
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def sign_in(live_server):
    def put(page, account):
        session = SessionStore()
        session[SESSION_KEY] = str(account.pk)
        session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
        session[HASH_SESSION_KEY] = account.get_session_auth_hash()
        request = RequestFactory().get("/")
        request.session = session
        # As if the password had just been given again: pages about the account ask for that.
        record_authentication(request, account, method="password", reauthenticated=True)
        session.save()
        page.context.add_cookies(
            [
                {
                    "name": django_settings.SESSION_COOKIE_NAME,
                    "value": session.session_key,
                    "url": live_server.url.replace("127.0.0.1", "localhost"),
                }
            ]
        )
        return page

    return put


@pytest.fixture
def axe():
    """axe(page): fails on any violation."""

    def check(page):
        # The whole page at once: what a bar at the edge of the window covers comes out from under it by scrolling.
        size = page.viewport_size
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({**size, "height": max(size["height"], height)})
        page.evaluate(AXE)  # by script tag the policy would refuse it
        found = page.evaluate(RUN_AXE, RULES)
        page.set_viewport_size(size)
        assert not found, "\n".join([page.url, *found])

    return check


@pytest.fixture
def sound(axe):
    """sound(page): no violation, nothing wider than the screen, no complaint by the browser."""

    def check(page):
        page.wait_for_load_state("networkidle")
        axe(page)
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, f"{page.url} is {over} px wider than the screen: {page.evaluate(WIDE)}"
        assert not page.complaints, "\n".join([page.url, *page.complaints])

    return check
