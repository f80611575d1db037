"""Settings, all from the environment; without any, an embedded database on this machine.

DATABASE_URL  sqlite:///path or postgres://user@host/name (default: SQLite in MINHBACH_HOME)
MINHBACH_HOME folder for the embedded database and files (default: ./var)
PREPARED_STATEMENTS 0 where a pooler before PostgreSQL hands a connection on between transactions (default 1)
WRITTEN_THROUGH 0 where a power cut may take the last commits from SQLite, as in tests (default 1)
SECRET_KEY    required unless MINHBACH_DEMO=1 or the tests run
ALLOWED_HOSTS comma-separated
BEHIND_PROXY  how many proxies of yours stand in front (default 0: what such headers say is not believed); each must add
              the address it was called from to X-Forwarded-For, and the first must set X-Forwarded-Proto
TLS_REDIRECT  0 where the proxy itself sends people from http to https (default 1)
WEBHOOK_HOSTS hosts inside your own network that webhooks may call, comma-separated (default: none)
MAX_UPLOAD_MB largest file to attach (default 25)
SIGN_IN_LOG_DAYS how long sign-ins and their addresses are kept (default 365)
SIGNING_ROOTS PEM file, or folder of such files: the authorities whose certificates may sign here
SIGNING_KEYS  TOML file of keys on this server, if any (docs/signing.md)
SIGNER_ADDRESS where the signing program of an officer's own computer answers (default http://127.0.0.1:9797)
PUBLIC_URL    address under which the public reaches this site, as it stands in QR codes (default: as called)
OPEN_DATA_LICENCE under which licence published results may be used, in words and as an address (default: none said)
PORTAL_URL    the national portal's connector (default: none; demonstration: a stand-in); PORTAL_TOKEN, PORTAL_CA
PORTAL_CODES  what to send the portal for things of ours, as JSON (docs/exchange.md; default: nothing)
EMAIL_HOST    mail server for notices and digests (default: none, no e-mail); EMAIL_PORT, EMAIL_USER, EMAIL_PASSWORD,
              EMAIL_TLS (1: STARTTLS, ssl: TLS from the start) and MAIL_FROM go with it
OIDC_*        a provider to sign in by; see below
PAYMENT_SECRETS  agency code=secret, comma-separated: the agencies that have a payment gateway (docs/fees.md)
"""

import json
import os
import sys
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

PACKAGE = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("MINHBACH_HOME", "var")).resolve()
DEMO = os.environ.get("MINHBACH_DEMO") == "1"
TESTING = "pytest" in sys.modules
DEBUG = False


def _whole_number(name: str, default: int) -> int:
    given = os.environ.get(name) or str(default)
    if not given.isdecimal():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {given!r}")
    return int(given)


def _codes(name: str) -> dict[str, dict[str, str]]:
    """Field → our word → the other system's code, as JSON."""
    try:
        given = json.loads(os.environ.get(name) or "{}")
    except ValueError:
        given = None
    if not isinstance(given, dict) or not all(
        isinstance(field, dict) and all(isinstance(code, str) for code in field.values()) for field in given.values()
    ):
        raise ImproperlyConfigured(f'{name} must be JSON such as {{"LoaiDoiTuong": {{"citizen": "1"}}}}')
    return given


SECRET_KEY = os.environ.get("SECRET_KEY", "")
if not SECRET_KEY and (DEMO or TESTING):
    SECRET_KEY = "demonstration-only"  # noqa: S105 - holds nothing but invented data
ALLOWED_HOSTS = [h for h in os.environ.get("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if h]

INSTALLED_APPS = [
    "minhbach.org",
    "minhbach.measures",
    "minhbach.procedures",
    "minhbach.dossiers",
    "minhbach.indices",
    "minhbach.workspace",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "csp",
]

MIDDLEWARE = [
    "csp.middleware.CSPMiddleware",  # first, so that the page about a wrong host has it, too
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "minhbach.config.urls"
WSGI_APPLICATION = "minhbach.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "minhbach.org.ui.context.page",
            ],
            "builtins": ["minhbach.org.templatetags.ui"],
        },
    }
]

DATABASES = {"default": dj_database_url.config(default=f"sqlite:///{HOME / 'minhbach.sqlite3'}", conn_max_age=60)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    WRITTEN_THROUGH = os.environ.get("WRITTEN_THROUGH", "1") == "1"
    # WAL lets readers go on while one writes; IMMEDIATE takes the write lock at the start of a
    # transaction, so that it waits (busy_timeout) and never fails half-way with "database is locked". FULL writes each
    # commit through to the disk: a number given out on paper is still taken after a power cut (docs/adr/0009).
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA foreign_keys=ON;"
            f" PRAGMA synchronous={'FULL' if WRITTEN_THROUGH else 'NORMAL'};"
            " PRAGMA temp_store=MEMORY; PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456"
        ),
    }
elif os.environ.get("PREPARED_STATEMENTS", "1") == "1":
    # The server parses and plans what is asked again and again once per connection: half the time of a short request.
    DATABASES["default"]["OPTIONS"] = {"server_side_binding": True, "prepare_threshold": 3}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache"
        if not TESTING
        else "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "org_cache",
    }
}

AUTH_USER_MODEL = "org.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}Validator", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarity", {"user_attributes": ["username"]}),
        ("MinimumLength", {"min_length": 10}),
        ("CommonPassword", {}),
        ("NumericPassword", {}),
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "workspace:home"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None  # a new password comes from an administrator, not by e-mail
ACCOUNT_ADAPTER = "minhbach.org.people.adapter.AccountAdapter"
ACCOUNT_RATE_LIMITS = False  # django-axes is the one owner of lock-out
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_FORMS = {"change_password": "minhbach.org.people.lockout.ChangePasswordForm"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO or TESTING
MFA_FORMS = {
    "authenticate": "minhbach.org.people.lockout.AuthenticateForm",
    "reauthenticate": "minhbach.org.people.lockout.ReauthenticateForm",
}
SIGN_IN_LOG_DAYS = _whole_number("SIGN_IN_LOG_DAYS", 365)
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = "minhbach.org.people.lockout.counted_by"
AXES_CLIENT_IP_CALLABLE = "minhbach.org.people.lockout.client_address"
AXES_SENSITIVE_PARAMETERS = ["password1", "password2", "oldpassword", "code", "credential"]  # not kept
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # the time we say is the time it opens
AXES_USERNAME_CALLABLE = "minhbach.org.people.lockout.username"
AXES_LOCKOUT_CALLABLE = "minhbach.org.people.lockout.locked_out"

# One OpenID Connect provider (VNeID, a single sign-on), by OIDC_SERVER_URL, OIDC_CLIENT_ID and
# OIDC_CLIENT_SECRET. OIDC_USERNAME_CLAIM names the claim that holds our user name; without it people
# link their account themselves.
SOCIALACCOUNT_ADAPTER = "minhbach.org.people.adapter.SocialAccountAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = True  # so that no sign-up form is offered; the adapter refuses new accounts
OIDC_USERNAME_CLAIM = os.environ.get("OIDC_USERNAME_CLAIM", "")
OIDC_APPS = []
if os.environ.get("OIDC_SERVER_URL"):
    OIDC_APPS.append(
        {
            "provider_id": os.environ.get("OIDC_PROVIDER_ID", "sso"),
            "name": os.environ.get("OIDC_NAME", "SSO"),
            "client_id": os.environ.get("OIDC_CLIENT_ID", ""),
            "secret": os.environ.get("OIDC_CLIENT_SECRET", ""),
            "settings": {"server_url": os.environ["OIDC_SERVER_URL"]},
        }
    )
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"provider_class": "minhbach.org.people.single_sign_on.Provider", "APPS": OIDC_APPS}
}

SIGNING_ROOTS = os.environ.get("SIGNING_ROOTS", "")
SIGNING_KEYS = os.environ.get("SIGNING_KEYS", "")
SIGNER_ADDRESS = os.environ.get("SIGNER_ADDRESS", "http://127.0.0.1:9797").rstrip("/")
EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_PORT = _whole_number("EMAIL_PORT", 25)
EMAIL_HOST_USER = os.environ.get("EMAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_PASSWORD", "")
EMAIL_USE_TLS, EMAIL_USE_SSL = (os.environ.get("EMAIL_TLS", "") == kind for kind in ("1", "ssl"))
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("MAIL_FROM", "minhbach@localhost")
OPEN_DATA_LICENCE = os.environ.get("OPEN_DATA_LICENCE", "")
PUBLIC_URL = os.environ.get("PUBLIC_URL", "").rstrip("/")
if DEMO and not SIGNING_ROOTS:
    SIGNING_ROOTS = str(HOME / "signing" / "demonstration-root.cer")
PAYMENT_SECRETS = {
    code.strip(): secret.strip()
    for code, sign, secret in (one.partition("=") for one in os.environ.get("PAYMENT_SECRETS", "").split(","))
    if sign
}
if any(len(secret) < 32 for secret in PAYMENT_SECRETS.values()):
    raise ImproperlyConfigured("PAYMENT_SECRETS: a secret has at least 32 signs (agency code=secret, …)")

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "config" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WEBHOOK_HOSTS = [host.lower() for host in os.environ.get("WEBHOOK_HOSTS", "").split(",") if host]
MEDIA_ROOT = HOME / "files"
MAX_UPLOAD_BYTES = _whole_number("MAX_UPLOAD_MB", 25) * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
DATA_UPLOAD_MAX_NUMBER_FILES = 10
FILE_UPLOAD_HANDLERS = [
    "minhbach.org.files.limits.RefuseTooLarge",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

PORTAL_URL = os.environ.get("PORTAL_URL", "http://127.0.0.1:9798" if DEMO else "")
PORTAL_TOKEN = os.environ.get("PORTAL_TOKEN", "")
PORTAL_CA = os.environ.get("PORTAL_CA", "")
PORTAL_CODES = _codes("PORTAL_CODES")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SECURE = not (DEMO or TESTING)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
SECURE_SSL_REDIRECT = SECURE and os.environ.get("TLS_REDIRECT", "1") == "1"
BEHIND_PROXY = ALLAUTH_TRUSTED_PROXY_COUNT = _whole_number("BEHIND_PROXY", 0)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_AGE = 12 * 3600
X_FRAME_OPTIONS = "DENY"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
