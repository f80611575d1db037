import pytest
from hypothesis import HealthCheck, settings

# A busy machine is no fault of the code: how long one example takes is not what a property is about.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

pytest_plugins = [
    "minhbach.org.testing",
    "minhbach.procedures.testing",
    "minhbach.dossiers.testing",
    "minhbach.indices.testing",
    "minhbach.indices.testing_live",
]


def pytest_addoption(parser):
    parser.addoption(
        "--database-only", action="store_true", help="only the tests that touch a database, for a second one"
    )


def pytest_configure(config):
    config.addinivalue_line("markers", "postgresql: about PostgreSQL alone; runs in the second pass")


@pytest.fixture(autouse=True)
def nothing_kept():
    """What one test has put into the cache is not there for another; nor is the language of its last request, which
    Django's middleware leaves in force until the next one."""
    from django.core.cache import cache
    from django.utils import translation

    cache.clear()
    translation.deactivate()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """On PostgreSQL what touches a database, on SQLite everything but what is PostgreSQL's own.

    Pages in a browser are the same on both databases and are opened once.
    """
    second = config.getoption("--database-only")
    databases = {"db", "transactional_db", "live_server", "client", "admin_client"}
    kept, left = [], []
    for item in items:
        touches = item.get_closest_marker("django_db") or databases & set(getattr(item, "fixturenames", ()))
        wanted = (
            touches and not item.get_closest_marker("browser") if second else not item.get_closest_marker("postgresql")
        )
        (kept if wanted else left).append(item)
    items[:] = kept
    if left:
        config.hook.pytest_deselected(items=left)
