"""The settings of an installation, read in a process of their own: the tests' are easier on purpose."""

import json
import os
import subprocess
import sys

import pytest

DUMP = """
import json
from minhbach.config import settings
print(json.dumps({name: value for name, value in vars(settings).items() if name.isupper()}, default=lambda other: None))
"""
REAL = {"SECRET_KEY": "k" * 30 + "0123456789abcdefghij", "ALLOWED_HOSTS": "diem.example.vn"}


def run(code=DUMP, *, arguments=(), **environment):
    left_out = (
        "DJANGO_",
        "MINHBACH_",
        "BEHIND_",
        "TLS_",
        "OIDC_",
        "MAX_",
        "SECRET_KEY",
        "ALLOWED_HOSTS",
        "DATABASE_URL",
        "WRITTEN_THROUGH",
    )
    clean = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    command = [sys.executable, *(["-c", code] if code else ["-m", "minhbach.config.command"]), *arguments]
    return subprocess.run(command, env=clean | environment, capture_output=True, text=True, timeout=120)


def settings(**environment) -> dict:
    done = run(**environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_an_installation_is_strict_without_being_asked():
    found = settings(**REAL)
    for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "LANGUAGE_COOKIE_SECURE", "SECURE_SSL_REDIRECT"):
        assert found[name] is True, name
    assert found["SECURE_HSTS_SECONDS"] >= 180 * 24 * 3600
    assert found["DEBUG"] is found["MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN"] is False
    assert found["ALLOWED_HOSTS"] == ["diem.example.vn"]
    assert found["PASSWORD_HASHERS"][0].endswith("Argon2PasswordHasher")
    assert found["SESSION_COOKIE_AGE"] <= 12 * 3600
    # What a proxy may say is believed by nobody until the installation says that there is one.
    assert found["BEHIND_PROXY"] == found["ALLAUTH_TRUSTED_PROXY_COUNT"] == 0
    assert found["SECURE_PROXY_SSL_HEADER"] is None


def test_django_finds_nothing_to_complain_about(tmp_path):
    done = run(
        "", arguments=["django", "check", "--deploy", "--fail-level", "WARNING"], MINHBACH_HOME=str(tmp_path), **REAL
    )
    # HSTS for all subdomains and the preload list bind more than this site; the domain's owner decides on them.
    warned = {line.split()[1].strip("():") for line in done.stderr.splitlines() if line.startswith("?: (")}
    assert warned <= {"security.W005", "security.W021"}, done.stderr


def test_the_number_of_proxies_turns_on_what_they_say():
    found = settings(BEHIND_PROXY="2", **REAL)
    assert found["BEHIND_PROXY"] == found["ALLAUTH_TRUSTED_PROXY_COUNT"] == 2
    assert found["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]


@pytest.mark.parametrize(
    ("name", "given"), [("BEHIND_PROXY", "yes"), ("BEHIND_PROXY", "-1"), ("MAX_UPLOAD_MB", "25MB")]
)
def test_a_number_that_is_none_is_said_so(name, given):
    done = run(**REAL, **{name: given})
    assert done.returncode != 0
    assert f"{name} must be a whole number, not '{given}'" in done.stderr


def test_a_provider_comes_from_the_environment():
    found = settings(OIDC_SERVER_URL="https://id.example.vn", OIDC_NAME="VNeID", OIDC_CLIENT_ID="c", **REAL)
    (app,) = found["SOCIALACCOUNT_PROVIDERS"]["openid_connect"]["APPS"]
    assert (app["name"], app["client_id"], app["settings"]) == ("VNeID", "c", {"server_url": "https://id.example.vn"})
    assert settings(**REAL)["SOCIALACCOUNT_PROVIDERS"]["openid_connect"]["APPS"] == []


def test_sqlite_waits_for_the_disk_unless_told_otherwise():
    assert "synchronous=FULL" in settings(**REAL)["DATABASES"]["default"]["OPTIONS"]["init_command"]
    told = settings(**REAL, WRITTEN_THROUGH="0")["DATABASES"]["default"]["OPTIONS"]["init_command"]
    assert "synchronous=NORMAL" in told
