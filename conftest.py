import pytest

pytest_plugins = ["minhbach.org.testing", "minhbach.indices.testing"]


def pytest_addoption(parser):
    parser.addoption(
        "--database-only", action="store_true", help="only the tests that touch a database, for a second one"
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    if not config.getoption("--database-only"):
        return
    databases = {"db", "transactional_db", "live_server", "client", "admin_client"}
    kept, left = [], []
    for item in items:
        touches = item.get_closest_marker("django_db") or databases & set(getattr(item, "fixturenames", ()))
        (kept if touches else left).append(item)
    items[:] = kept
    config.hook.pytest_deselected(items=left)
