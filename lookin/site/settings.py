"""Django's settings, from the options table. Not a place for a value that a person may change."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import django_stubs_ext
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from lookin.site.database import database_settings
from lookin.site.env import ROOT, read_options
from lookin.site.keys import load_key
from lookin.site.places import make_home, runtime_dir
from lookin.site.zone import zone_name

django_stubs_ext.monkeypatch()

_options: dict[str, Any] = dict(read_options())

HOME: Path = _options["LOOKIN_HOME"]
make_home(HOME)
RUNTIME_DIR: Path = runtime_dir(_options["LOOKIN_RUNTIME_DIR"], HOME)
_models = cast(Path, _options["LOOKIN_MODELS_DIR"])
MODELS_DIR: Path = _models if _models != Path() else HOME / "models"
RECOGNISER_DIR: Path = HOME / "recogniser"  # the operator's own; none when it is not there
KERNEL_PYTHON: Path = _options["LOOKIN_KERNEL_PYTHON"]
PORT: int = _options["PORT"]
BIND: str = _options["LOOKIN_BIND"]
PLACE_NAME: str = _options["LOOKIN_PLACE_NAME"]
UPLOAD_LIMIT_BYTES: int = _options["LOOKIN_UPLOAD_LIMIT_MB"] * 1_000_000
KERNEL_IDLE_SECONDS: int = _options["LOOKIN_KERNEL_IDLE_MINUTES"] * 60
KERNEL_DRIVER: str = _options["LOOKIN_KERNEL_DRIVER"]
SEARCH_INDEX: str = _options["LOOKIN_SEARCH_INDEX"]
SEARCH_PYTHON: bool = _options["LOOKIN_SEARCH_PYTHON"]
KERNELS: int = _options["LOOKIN_KERNELS"]
KERNELS_PER_PERSON: int = _options["LOOKIN_KERNELS_PER_PERSON"]
KERNEL_MEMORY_BYTES: int = _options["LOOKIN_KERNEL_MEMORY_MB"] * 1_000_000
KERNEL_PROCESSES: int = _options["LOOKIN_KERNEL_PROCESSES"]
KERNEL_OPEN_FILES: int = _options["LOOKIN_KERNEL_OPEN_FILES"]
KERNEL_FILE_BYTES: int = _options["LOOKIN_KERNEL_FILE_MB"] * 1_000_000
KERNEL_TMP_BYTES: int = _options["LOOKIN_KERNEL_TMP_MB"] * 1_000_000
CELL_SECONDS: int = _options["LOOKIN_CELL_MINUTES"] * 60
WORKSPACE_BYTES: int = _options["LOOKIN_WORKSPACE_MB"] * 1_000_000
HISTORY_BYTES: int = _options["LOOKIN_HISTORY_MB"] * 1_000_000
DISK_RESERVE_BYTES: int = _options["LOOKIN_DISK_RESERVE_MB"] * 1_000_000
MEMORY_RESERVE_BYTES: int = _options["LOOKIN_MEMORY_RESERVE_MB"] * 1_000_000
KERNEL_STOCK: int = _options["LOOKIN_KERNEL_STOCK"]
ZYGOTE_FORKS: int = _options["LOOKIN_ZYGOTE_FORKS"]
KERNEL_IMPORTS: tuple[str, ...] = tuple(_options["LOOKIN_KERNEL_IMPORTS"])
NETWORK: str = _options["LOOKIN_NETWORK"]
OUTPUT_HOSTS: tuple[str, ...] = tuple(
    host for host in _options["LOOKIN_OUTPUT_HOSTS"] if host.lower() != "none"
)
NETWORK_HOSTS: tuple[str, ...] = tuple(_options["LOOKIN_NETWORK_HOSTS"])
UNFENCED: bool = _options["LOOKIN_UNFENCED"]
ORPHAN_SECONDS: int = _options["LOOKIN_ORPHAN_SECONDS"]
RUN_SECONDS: int = _options["LOOKIN_RUN_SECONDS"]
SESSION_SECONDS: int = _options["LOOKIN_SESSION_DAYS"] * 86_400
FACE_FMR: float = _options["LOOKIN_FACE_FMR"]
FACE_FPIR: float = _options["LOOKIN_FACE_FPIR"]
FACE_TRIES: int = _options["LOOKIN_FACE_TRIES"]
FACE_WAIT_SECONDS: int = _options["LOOKIN_FACE_WAIT_SECONDS"]
FACE_TRIES_IN_ALL: int = _options["LOOKIN_FACE_TRIES_IN_ALL"]
FACE_RETENTION = timedelta(days=_options["LOOKIN_FACE_RETENTION_DAYS"])
FACE_LIVENESS: bool = _options["LOOKIN_FACE_LIVENESS"]
FACE_FLASH: bool = _options["LOOKIN_FACE_FLASH"]
CLASSROOM_DAYS: int = _options["LOOKIN_CLASSROOM_DAYS"]
ATTENDANCE_KEPT = timedelta(days=_options["LOOKIN_ATTENDANCE_DAYS"])
FACE_KEY: bytes = load_key(HOME, "faces")
HTTPS: bool = _options["LOOKIN_HTTPS"]

SECRET_KEY = load_key(HOME, "django").hex()
DEBUG = False
ALLOWED_HOSTS: list[str] = _options["LOOKIN_HOSTS"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "channels",
    "csp",
    "lookin.apps.common",
    "lookin.apps.accounts",
    "lookin.apps.workspaces",
    "lookin.apps.notebooks",
    "lookin.apps.kernels",
    "lookin.apps.uploads",
    "lookin.apps.search",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "lookin.apps.accounts.middleware.SessionLifetimeMiddleware",
    "lookin.apps.accounts.classroom.middleware.ClassroomMiddleware",
    "lookin.apps.accounts.middleware.DeviceCookieMiddleware",
    "lookin.apps.common.middleware.PersonLanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "lookin.apps.common.middleware.FailureMiddleware",
]
ROOT_URLCONF = "lookin.site.urls"
ASGI_APPLICATION = "lookin.site.asgi.application"
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lookin.apps.common.pages.page_context",
            ],
        },
    },
]

DATABASES = {"default": database_settings(_options["DATABASE_URL"], HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "/login"
LOGIN_REDIRECT_URL = "/service"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 8},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "lookin.apps.accounts.passwords.ContextWordsValidator"},
]

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ko", _("Korean"))]
LOCALE_PATHS = [ROOT / "locale"]
FORMAT_MODULE_PATH = "lookin.site.formats"
USE_TZ = True
TIME_ZONE = zone_name(_options["LOOKIN_TIME_ZONE"])
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True

# With the session, and not in a cookie that the next person at this browser would bring along.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

STATIC_URL = "/static/"
WEB_DIST: Path = ROOT / "web" / "dist"

# Cookies. Behind HTTPS they take the __Host- prefix: no sibling host can set or read them.
SESSION_ENGINE = "lookin.apps.accounts.sessionstore"
SESSION_COOKIE_NAME = "__Host-sessionid" if HTTPS else "sessionid"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = SESSION_SECONDS
CSRF_COOKIE_NAME = "__Host-csrftoken" if HTTPS else "csrftoken"
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "lookin.apps.common.failures.csrf_failure"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if HTTPS else []
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        # CodeMirror and KaTeX set style properties and add style elements of their own.
        "style-src": [SELF, "'unsafe-inline'"],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF, "data:", "blob:"],
        "frame-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    },
}

# A form is small; files stream past these through apps/uploads.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "lookin.site.loglines.LineFormatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # apps/common/failures.py logs failures: Django would log addresses, which may hold secrets.
    "loggers": {
        "lookin": {"level": "INFO"},
        "django.request": {"level": "CRITICAL"},
        "django.security.csrf": {"level": "CRITICAL"},
    },
}
