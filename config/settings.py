"""One file of settings. Everything that differs between machines comes from the environment."""

import secrets
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from common import env

BASE_DIR = Path(__file__).resolve().parent.parent
# Everything a running system keeps besides its database: photos, the embedded servers, the secret key.
DATA_DIR = env.folder("DATA_DIR", BASE_DIR / ".data")

DEBUG = env.flag("DEBUG")


def _secret_key():
    """The environment's key; without one, a key made once and kept in DATA_DIR for a newcomer's machine."""
    given = env.text("SECRET_KEY", "")
    if given:
        return given
    path = DATA_DIR / "secret_key"
    if not path.exists():
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = env.items("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.items("CSRF_TRUSTED_ORIGINS")
BEHIND_HTTPS = env.flag("BEHIND_HTTPS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_HTTPS else None
SECURE_HSTS_SECONDS = 3600 * 24 * 365 if BEHIND_HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"

INSTALLED_APPS = [
    "grid",
    "whistle",
    "dispatch",
    "assessment",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "template_partials",
    "rest_framework",
    "rest_framework.authtoken",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "config.apps.LogInProtection",
]

MIDDLEWARE = [
    # First, because the moment the server received an act decides whether it was in time.
    "common.middleware.ReceivedAtMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "common.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

LOADERS = ["common.loaders.Flush", "django.template.loaders.app_directories.Loader"]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [("template_partials.loader.Loader", [("django.template.loaders.cached.Loader", LOADERS)])],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.navigation.page",
            ],
            "libraries": {"look": "common.templatetags.look"},
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    },
]

# --- data -------------------------------------------------------------------------------------

DATABASES = {"default": env.database(env.text("DATABASE_URL", "postgres://postgres@127.0.0.1:5432/shaoxiang"))}
DATABASES["default"]["CONN_MAX_AGE"] = 600
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# To compile a query takes longer than any of ours runs: a page over 50,000 open cases took six seconds with it. To
# start helpers for one takes as long as most of ours run, and takes processors from the other readers.
DATABASES["default"]["OPTIONS"].setdefault("options", "-c jit=off -c max_parallel_workers_per_gather=0")
DATABASES["default"].setdefault("TEST", {})["TEMPLATE"] = "template0"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.text("REDIS_URL", "redis://127.0.0.1:6379/0")

MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"  # never served from here: photos go through the rights of their whistle
# Far above what any field takes, so that the field itself can say so beside what was typed. Photos don't count.
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# --- who --------------------------------------------------------------------------------------

AUTH_USER_MODEL = "grid.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "workbench"
LOGOUT_REDIRECT_URL = "login"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "common.web.locked_out"
AXES_VERBOSE = False

# --- language and time ------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
# The second holds what packages lack in Chinese.
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "packages"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- files of the pages -----------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = env.folder("STATIC_ROOT", DATA_DIR / "static")
STATICFILES_DIRS = [BASE_DIR / "static", ("manual", BASE_DIR / "docs" / "images" / "manual")]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- work in the background -------------------------------------------------------------------

# How often the clocks are looked at, in seconds.
CLOCK_TICK_SECONDS = env.number("CLOCK_TICK_SECONDS", 1, low=1, high=60)

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# What may take seconds has a process of its own, so that it never stands in a clock's way.
CELERY_TASK_ROUTES = {"assessment.tasks.*": {"queue": "clerk"}}
CELERY_BEAT_SCHEDULE = {
    "sweep-clocks": {
        "task": "dispatch.tasks.sweep_clocks",
        "schedule": CLOCK_TICK_SECONDS,
        # A tick nobody took in time is worthless: the next one does the same work.
        "options": {"expires": 10 * CLOCK_TICK_SECONDS},
    },
    "audit-clocks": {"task": "dispatch.tasks.audit_clocks", "schedule": 60, "options": {"expires": 60}},
    "prove-months": {"task": "assessment.tasks.prove_months", "schedule": 2, "options": {"expires": 4}},
    "write-exports": {"task": "assessment.tasks.write_exports", "schedule": 2, "options": {"expires": 4}},
    "compute-months": {"task": "assessment.tasks.compute_months", "schedule": 60, "options": {"expires": 60}},
    "mark-by-rule": {"task": "assessment.tasks.mark_by_rule", "schedule": 60, "options": {"expires": 60}},
    "hold-to-account": {"task": "assessment.tasks.hold_to_account", "schedule": 60, "options": {"expires": 60}},
    "reproject-clocks": {"task": "dispatch.tasks.reproject_clocks", "schedule": 60, "options": {"expires": 60}},
    # In a queue and processes of its own: however long the world outside takes, no clock waits for it.
    "carry-messages": {
        "task": "dispatch.couriers.tasks.carry_messages",
        "schedule": 1,
        "options": {"expires": 10, "queue": "courier"},
    },
}
# How long a step of a clock may go untold before the auditor says so. Two ticks at least, or it cries wolf.
TWO_TICKS = 2 * CLOCK_TICK_SECONDS
CLOCK_GRACE_SECONDS = env.number("CLOCK_GRACE_SECONDS", max(60, TWO_TICKS), low=max(5, TWO_TICKS), high=3600)
# Hears every minute that all is well; an alarm for whoever waits there in vain.
AUDIT_PING_URL = env.address("AUDIT_PING_URL", query=True)
# The last tick is kept in Redis for /healthz; older than this means that nobody watches the clocks.
CLOCK_TICK_STALE_SECONDS = env.number("CLOCK_TICK_STALE_SECONDS", max(30, TWO_TICKS), low=TWO_TICKS, high=3600)
# An older last audit means that the auditor has stopped; it audits every minute.
CLOCK_AUDIT_STALE_SECONDS = env.number("CLOCK_AUDIT_STALE_SECONDS", 180, low=90, high=3600)

# With it a program may read /metrics (`Authorization: Bearer …`); without it only administrators may.
METRICS_TOKEN = env.secret("METRICS_TOKEN")

# --- messages that leave the house -------------------------------------------------------------

# Where people reach this system, for the links in what is sent; without it, nothing sent has a link.
PUBLIC_URL = env.address("PUBLIC_URL")
# What kinds of address a channel may have, as apprise calls them. By default those of which only the other side's
# own service can be reached, and mail; see docs/adr/0011.
CHANNEL_SCHEMAS = env.items("CHANNEL_SCHEMAS", ["wecombot", "wechat", "dingtalk", "feishu", "lark", "mailtos"])
# Addresses that are not on the public internet and may yet be reached by channels: a mail relay, a proxy.
CHANNEL_INTRANET = env.endpoints("CHANNEL_INTRANET")
# How long a message waits for others, so that one digest goes out instead of fifty messages. Emergencies don't wait.
MESSAGE_GATHER_SECONDS = env.number("MESSAGE_GATHER_SECONDS", 60, low=0, high=600)
CHANNEL_PER_MINUTE = env.number("CHANNEL_PER_MINUTE", 20, low=1, high=600)
# After so long the other side has had its chance, whatever it was doing.
SEND_LIMIT_SECONDS = env.number("SEND_LIMIT_SECONDS", 10, low=2, high=60)
# How often it is tried before an administrator must look at it: 24 times are some nine hours.
SEND_TRIES = env.number("SEND_TRIES", 24, low=1, high=200)
# By which push services of browsers know us, and whom they may ask; without, no device is notified.
WEB_PUSH_PRIVATE_KEY, WEB_PUSH_PUBLIC_KEY, WEB_PUSH_CONTACT = env.push_keys(
    "WEB_PUSH_PRIVATE_KEY", "WEB_PUSH_PUBLIC_KEY", "WEB_PUSH_CONTACT"
)

# --- maps --------------------------------------------------------------------------------------

# What lies under the outlines and points of maps: tiles that every reader's browser fetches from where these say, and
# names over them. Without, nothing is fetched and outlines are all there is. For Tianditu see docs/operations.md.
MAP_TILES = env.tiles("MAP_TILES", key=(MAP_KEY := env.secret("MAP_KEY")))
MAP_LABELS = env.tiles("MAP_LABELS", key=MAP_KEY)
MAP_DATUM = env.choice("MAP_DATUM", "wgs84", ("wgs84", "gcj02"))
MAP_HOSTS = env.items("MAP_HOSTS", ["a", "b", "c"])
MAP_MAX_ZOOM = env.number("MAP_MAX_ZOOM", 18, low=10, high=22)
# Who made them, as their licence wants it said on the map.
MAP_ATTRIBUTION = env.text("MAP_ATTRIBUTION", "")

# --- the API ----------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["common.api.PlainJSONParser", "rest_framework.parsers.MultiPartParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "common.api.Pages",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "common.api.handle",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "哨响 Shaoxiang",
    "DESCRIPTION": "Streets whistle, departments report: whistles, orders, clocks and rankings.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "WhistleStateEnum": "whistle.states.WhistleState",
        "WhistleLevelEnum": "whistle.states.Level",
        "OrderStateEnum": "dispatch.states.OrderState",
        "ClockStateEnum": "dispatch.states.ClockState",
        "SessionStateEnum": "dispatch.states.SessionState",
        "TaskStateEnum": "dispatch.states.TaskState",
        "RankEnum": "dispatch.states.Rank",
        "LeadStateEnum": "whistle.states.LeadState",
        "LetterStateEnum": "whistle.states.LetterState",
        "MonthStateEnum": "assessment.states.BulletinState",
        "MonthActEnum": "assessment.states.BulletinActKind",
        "AccountabilityStateEnum": "assessment.states.AccountabilityState",
        "FormulaStateEnum": "assessment.states.FormulaState",
        "FormulaActEnum": "assessment.states.FormulaActKind",
        "FileStateEnum": "assessment.states.ExportState",
        "FileKindEnum": "assessment.states.ExportKind",
        "RankedEnum": "assessment.states.Ranked",
        "AppealedEnum": "assessment.states.Appealed",
        "AppealStateEnum": "assessment.bulletin_schema.APPEAL_STATES",
        "PointsStateEnum": "assessment.bulletin_schema.POINTS_STATES",
    },
}

# --- log --------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"nothing": {"()": "django.utils.log.CallbackFilter", "callback": lambda record: False}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        "axes": {"level": "WARNING"},
        # It says the secrets of the addresses it cannot use.
        "apprise": {"filters": ["nothing"]},
    },
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
}
