"""Fixtures for tests with a database; the conftest.py at the root loads them everywhere."""

import shutil
from datetime import date

import pytest

LONG_AGO = date(2020, 1, 1)


@pytest.fixture(autouse=True)
def _media_in_a_temporary_folder(request, settings):
    """No test writes into the installation's files."""
    # Tests of pure Python, the great many, need no folder.
    if request.node.get_closest_marker("django_db") or {"db", "transactional_db"} & set(request.fixturenames):
        settings.MEDIA_ROOT = request.getfixturevalue("tmp_path") / "files"


@pytest.fixture(scope="session")
def _migrated(tmp_path_factory, django_db_setup):
    """The address of a database with our tables, made once to be copied: a file, or the name after the server's."""
    from django.db import connection

    from minhbach.org.tests.concurrency import python

    here = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('migrated') / 'migrated.sqlite3'}"
        python(url, "-m", "django", "migrate", "-v0")
        yield url
        return
    password = f":{here['PASSWORD']}" if here["PASSWORD"] else ""
    url = f"postgres://{here['USER']}{password}@{here['HOST']}:{here['PORT'] or 5432}/{here['NAME']}_migrated"
    _database_copied(url)
    python(url, "-m", "django", "migrate", "-v0")
    yield url
    _database_copied(url, of=None)


def _database_copied(url: str, of: str | None = "template1") -> None:
    """A PostgreSQL database made anew, as a copy of another; `of` None only takes it away."""
    import psycopg

    server, _slash, name = url.rpartition("/")
    with psycopg.connect(f"{server}/template1", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        if of is not None:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{of}"')


@pytest.fixture
def fresh_database(tmp_path, transactional_db, _migrated):
    """The address of a database of the same vendor that holds nothing yet, which other processes can open."""
    if _migrated.startswith("sqlite"):
        copy = tmp_path / "fresh.sqlite3"
        shutil.copyfile(_migrated.removeprefix("sqlite:///"), copy)
        yield f"sqlite:///{copy}"
        return
    url = _migrated.removesuffix("_migrated") + "_fresh"
    _database_copied(url, of=_migrated.rpartition("/")[2])
    yield url
    _database_copied(url, of=None)


@pytest.fixture
def kinds(db):
    """Kinds of units by code: so, phong, truong, xa."""
    from minhbach.org.permissions import SYSTEM
    from minhbach.org.units.actions import unit_kind_set

    titles = {
        "so": ("Sở", "Department"),
        "phong": ("Phòng", "Office"),
        "truong": ("Trường", "School"),
        "xa": ("Xã", "Commune"),
    }
    return {
        code: unit_kind_set(code=code, title=vi, title_en=en, position=i, acting=SYSTEM)
        for i, (code, (vi, en)) in enumerate(titles.items())
    }


@pytest.fixture
def make_unit(kinds):
    """make_unit("phong-1", parent=…, kind="phong"): opens a unit, long ago unless `begins` says."""
    from minhbach.org.permissions import SYSTEM
    from minhbach.org.units.actions import unit_open

    def make(code, parent=None, kind="phong", begins=LONG_AGO, name=None, **more):
        return unit_open(
            code=code,
            name=name or code,
            kind=kinds[kind],
            begins=begins,
            parent=parent,
            acting=SYSTEM,
            **more,
        )

    return make


@pytest.fixture
def make_account(db):
    """make_account("lan", unit, "office", "auditor"): a person with an account and these roles there."""
    from minhbach.org.people.actions import account_open, person_register, role_grant
    from minhbach.org.permissions import SYSTEM

    def make(username, unit, *roles, full_name=None, password=None):
        person = person_register(full_name=full_name or username.title(), unit=unit, acting=SYSTEM)
        account = account_open(person, username=username, password=password, acting=SYSTEM)
        for role in roles:
            role_grant(person, role_code=role, unit=unit, begins=LONG_AGO, acting=SYSTEM)
        return account

    return make


@pytest.fixture
def as_(client):
    """as_(account): the browser of this person."""

    def sign_in(account):
        client.force_login(account)
        return client

    return sign_in


@pytest.fixture
def system():
    """The product itself as acting person."""
    from minhbach.org.permissions import SYSTEM

    return SYSTEM


@pytest.fixture
def authority():
    """A demonstration root, valid from yesterday on by the clock of the test."""
    from django.utils import timezone

    from minhbach.signatures.demonstration import Authority

    return Authority.new(now=timezone.now())


@pytest.fixture
def make_token(db, authority, settings, tmp_path):
    """make_token(account.person) or make_token(unit): the owner's key, its certificate registered."""
    from django.utils import timezone

    from minhbach.org.models import Person
    from minhbach.org.permissions import SYSTEM
    from minhbach.org.signing.actions import certificate_register
    from minhbach.signatures import Pkcs12Key

    root = tmp_path / "root.cer"
    root.write_bytes(authority.certificate)
    settings.SIGNING_ROOTS = str(root)

    def make(owner, **more):
        content = authority.pkcs12(str(owner), password="1", elliptic=True, now=timezone.now())  # noqa: S106
        key = Pkcs12Key.load(content, "1")
        kind = "person" if isinstance(owner, Person) else "unit"
        certificate_register(key.certificate, **{kind: owner}, acting=SYSTEM, **more)
        return key

    return make
