"""Django's settings, derived from the one configuration (``jifang.project.config``).

Nothing here is meant to be edited for an installation: what an owner may change is in ``jifang.toml``.
"""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import pghistory
import pgtrigger
from django.utils.translation import gettext_lazy as _

from jifang.project import config, database, keys
from jifang.project.doors import ca_file

PACKAGE = Path(__file__).resolve().parent.parent


def database_from(url: str) -> dict[str, object]:
    """Turn ``postgresql://user:password@host:port/name?option=value`` into Django's dictionary."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", unquote(parts.hostname or "")),
        "PORT": options.pop("port", str(parts.port or "")),
        "OPTIONS": options,
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
    }


CONFIG = config.current()

DATABASES = {"default": database_from(database.url_or_place(CONFIG))}
SECRET_KEY = keys.key(CONFIG.keys, "django", 48).hex()
#: Seals secrets at rest (panel keys, second factors): kept in a file that no dump contains.
SEALING_RING = keys.ring(CONFIG.keys, "seal")
#: Signs the ledger's checkpoints (Ed25519).
LEDGER_SEED = keys.key(CONFIG.keys, "ledger")
#: What the first-run page asks for, so that nobody else on the network claims the installation.
SETUP_TOKEN_FILE = CONFIG.keys / "setup-token"
#: Set by ``jifang up --demo`` on this machine alone: the sign-in page offers the demo's accounts.
DEMO = os.environ.get("JIFANG_PROCESS_DEMO") == "1"
DEMO_LOGINS = CONFIG.keys / "demo.json"
DEBUG = False
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *([CONFIG.web.host] if CONFIG.web.host else [])]

HTTPS = bool(CONFIG.web.host)
#: The certificate that browsers have to trust where we sign our own; None where they need not.
LOCAL_CA_FILE = ca_file(CONFIG) if CONFIG.web.tls and not CONFIG.web.certificate else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
if CONFIG.web.behind_proxy:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    CSRF_TRUSTED_ORIGINS = [CONFIG.web.url]
    ALLAUTH_TRUSTED_PROXY_COUNT = 1

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "django_filters",
    "jifang.identity.apps.IdentityConfig",
    "jifang.operations.platform.apps.PlatformConfig",
    "jifang.registry.apps.RegistryConfig",
    "jifang.operations.alarms.apps.AlarmsConfig",
    "jifang.web.apps.WebConfig",
]

MIDDLEWARE = [
    "jifang.project.health.health_middleware",
    "django.middleware.security.SecurityMiddleware",
    "jifang.web.content_security.ContentSecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "jifang.web.middleware.ActorMiddleware",
    "jifang.web.middleware.FirstRunMiddleware",
    "jifang.web.middleware.SecondFactorMiddleware",
]

ROOT_URLCONF = "jifang.project.urls"
ASGI_APPLICATION = "jifang.project.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Before the templates of the libraries: ours replace theirs.
        "DIRS": [PACKAGE / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "jifang.web.context.frame",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

AUTH_USER_MODEL = "identity.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_AGE = 12 * 3600
PASSWORD_RESET_TIMEOUT = 24 * 3600

ACCOUNT_ADAPTER = "jifang.web.account.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGIN_TIMEOUT = 600
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_FORMS = {"login": "jifang.web.account.forms.LoginForm"}
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "30/m/ip,5/5m/key",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    "reset_password": "5/m/ip",
    "reset_password_from_key": "20/m/ip",
}
MFA_ADAPTER = "jifang.web.account.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
MFA_FORMS = {
    "authenticate": "jifang.web.account.forms.AuthenticateForm",
    "reauthenticate": "jifang.web.account.forms.ReauthenticateForm",
    "activate_totp": "jifang.web.account.forms.ActivateForm",
}

# Shared by every web process: what is throttled in one is throttled in all.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "identity_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

PGHISTORY_LEVEL = pgtrigger.Statement
PGHISTORY_APPEND_ONLY = True
# A history is read by its object; an index on every copied foreign key would only slow imports down.
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)
PGHISTORY_OBJ_FIELD = pghistory.ObjForeignKey(db_index=True, related_name="events")
PGHISTORY_CONTEXT_FIELD = pghistory.ContextForeignKey(db_index=True)

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
# What set-up builds is served from where it is: there is nothing to collect.
STATIC_ROOT = PACKAGE / "web" / "static"
BASEMAP_DIR = CONFIG.var / "basemap"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

PROCRASTINATE_IMPORT_PATHS = ["jifang.project.jobs"]
