"""All settings, in one file. What differs between places comes from the environment through `config.env`."""

import ssl
from pathlib import Path

from config import env
from config.look import UNFOLD_PLATFORM as UNFOLD_PLATFORM
from config.look import UNFOLD_TENANT as UNFOLD_TENANT
from runtime.watching import logs

BASE_DIR = Path(__file__).resolve().parent.parent
PRODUCTION = env.choice("YINGDA_ENV", ("dev", "production"), "dev") == "production"
DEBUG = False
DATA_DIR = env.folder("YINGDA_DATA_DIR", BASE_DIR / ".data")
PORT = env.integer("PORT", 8000, low=1, high=65535)

SECRET_KEY = env.secret("SECRET_KEY", "" if PRODUCTION else "development-only-" + "0123456789" * 4)
MASTER_KEYS = env.master_keys("YINGDA_MASTER_KEYS", required=PRODUCTION)  # apps.tenants.vault
MASTER_KEY_FILE = None if PRODUCTION else DATA_DIR / "master.key"  # made at first need
IDENTITY_HOURS = env.integer("YINGDA_IDENTITY_HOURS", 24, low=1, high=8760)

# The platform's own hosts; every other host must be a tenant's domain (apps.tenants.web.hosts), which is the real host check.
BASE_DOMAIN = env.text("YINGDA_BASE_DOMAIN", "localhost")
PLATFORM_HOSTS = {BASE_DOMAIN, *env.words("YINGDA_PLATFORM_HOSTS", ["127.0.0.1"] if not PRODUCTION else [])}
ALLOWED_HOSTS = ["*"]

# Unfold stands before django_tenants, whose admin templates would win otherwise.
SHARED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "apps.tenants",  # before django_tenants: its create_tenant is the one
    "django_tenants",
    "apps.tenants.workspace",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",  # its templates, for FORM_RENDERER
    "django_prometheus",
    "runtime",
    "demo",
]
TENANT_APPS = [
    "apps.tenants.workspace",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "apps.releases",
    "apps.llm",
    "apps.filters",
    "apps.knowledge",
    "apps.flows",
    "apps.conversations",
    "apps.agents",
    "apps.insights",
]
INSTALLED_APPS = [*SHARED_APPS, *(app for app in TENANT_APPS if app not in SHARED_APPS)]

TENANT_MODEL = "tenants.Tenant"
TENANT_DOMAIN_MODEL = "tenants.Domain"
PUBLIC_SCHEMA_URLCONF = "config.urls_public"
ROOT_URLCONF = "config.urls_tenant"
PG_EXTRA_SEARCH_PATHS = ["extensions"]
SKIP_PG_EXTRA_VALIDATION = True  # otherwise every process opens a connection when it starts
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]

# One small pool a process. Σ processes × max_size stays below PostgreSQL's max_connections (docs/operating.md has the sum).
_DATABASE = env.database("DATABASE_URL")
DATABASES = {
    "default": {
        **_DATABASE,
        "ENGINE": "apps.tenants.db",
        "CONN_MAX_AGE": 0,
        "OPTIONS": {
            **_DATABASE["OPTIONS"],
            "pool": {
                "min_size": 1,
                "max_size": env.integer("YINGDA_DB_POOL", 8, low=1, high=200),
                "timeout": 10,
                "max_lifetime": 600,
                "max_idle": 60,
                # Its pauses between tries double until then: after an outage of a minute it would sleep for another one.
                "reconnect_timeout": 3,
            },
        },
        "TEST": {"TEMPLATE": env.text("YINGDA_TEST_TEMPLATE") or None},
    }
}
# Seconds for one statement, and for a transaction that waits for its next one (apps.tenants.db.patience). An index is built by
# ingestion; commands (migrations, the demo, a backup) have no limit. `runtime.programs` tells each process what it is.
_PAGES = env.integer("YINGDA_PAGE_SECONDS", 15, low=1, high=600)
_DB_SECONDS = {"web": (_PAGES, 30), "turns": (30, 60), "tickets": (30, 60), "housekeeping": (60, 60)}
_DB_SECONDS |= {"ingest": (1_800, 600), "command": (0, 0)}
WORK = env.choice("YINGDA_WORK", tuple(_DB_SECONDS), "command")
DB_SECONDS = _DB_SECONDS[WORK]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

VALKEY_URL = env.valkey("VALKEY_URL", "redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "apps.tenants.cache.ValkeyCache",
        "LOCATION": VALKEY_URL,
        "KEY_FUNCTION": "apps.tenants.cache.tenant_key",
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 1},
        "TIMEOUT": 3600,
    },
    "shared": {
        "BACKEND": "apps.tenants.cache.ValkeyCache",
        "LOCATION": VALKEY_URL,
        "KEY_FUNCTION": "apps.tenants.cache.shared_key",
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 1},
        "TIMEOUT": 3600,
    },
}
_BROKER = env.broker("CELERY_BROKER_URL", VALKEY_URL)
CELERY_BROKER_URL, BROKER_KIND = _BROKER.address, _BROKER.kind
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
if BROKER_KIND == "rabbitmq":
    # Quorum queues on three nodes outlive the loss of one. What is sent with a countdown waits in RabbitMQ's own queues,
    # which reach ours through topic exchanges only.
    CELERY_TASK_DEFAULT_QUEUE_TYPE = CELERY_TASK_CREATE_MISSING_QUEUE_TYPE = "quorum"
    CELERY_TASK_DEFAULT_EXCHANGE_TYPE = CELERY_TASK_CREATE_MISSING_QUEUE_EXCHANGE_TYPE = "topic"
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {"confirm_publish": True, "read_timeout": 5, "write_timeout": 5}
    if CELERY_BROKER_URL.startswith("amqps"):
        CELERY_BROKER_USE_SSL = {"cert_reqs": ssl.CERT_REQUIRED, "server_hostname": None}  # None: the address's own
else:
    # What a worker fetched is not kept in Valkey too: a task is a wake-up, and the sweepers wake again within seconds what a
    # killed worker had. Keeping it costs four commands a task, and brings it back after minutes.
    CELERY_BROKER_TRANSPORT_OPTIONS = {"ack_emulation": False, "socket_timeout": 10}
CELERY_TASK_DEFAULT_QUEUE = "housekeeping"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "tenants.sweep_due", "schedule": 2.0, "options": {"expires": 10}},
}
CELERY_TIMEZONE = "UTC"

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "apps.tenants.web.middleware.TenantMiddleware",
    "apps.tenants.web.cors.CorsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
CSRF_FAILURE_VIEW = "apps.tenants.web.ways_out.csrf_failure"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # the admin's own widgets live in templates/
ASGI_APPLICATION = "config.asgi.application"

AUTH_USER_MODEL = "workspace.Member"
AUTHENTICATION_BACKENDS = ["apps.tenants.workspace.roles.RoleBackend"]
PASSWORD_HASHERS = ["apps.tenants.workspace.passwords.Hasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = ["config.slim.SlimFinder", "django.contrib.staticfiles.finders.AppDirectoriesFinder"]
SERVESTATIC_USE_FINDERS = True
SERVESTATIC_ALLOW_ALL_ORIGINS = True  # the widget's modules are imported by pages of other origins
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o600, 0o700
S3_BUCKET = env.text("YINGDA_S3_BUCKET")  # empty: files lie in MEDIA_ROOT
_BUCKET = {
    "bucket_name": S3_BUCKET,
    "endpoint_url": env.text("YINGDA_S3_ENDPOINT") or None,  # empty: Amazon's own
    "region_name": env.text("YINGDA_S3_REGION") or None,
    "access_key": env.text("YINGDA_S3_KEY") or None,
    "secret_key": env.text("YINGDA_S3_SECRET") or None,
}
STORAGES = {
    "default": {"BACKEND": "apps.tenants.s3.TenantBucket", "OPTIONS": _BUCKET}
    if S3_BUCKET
    else {"BACKEND": "apps.tenants.storage.TenantStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
LARGEST_BODY = DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
LARGEST_ATTACHMENT = env.integer("YINGDA_ATTACHMENT_MB", 10, low=1, high=1024) * 1024 * 1024
LARGER_BODIES = {
    "/api/v1/widget/attachments": LARGEST_ATTACHMENT,
    "/api/v1/console/attachments": LARGEST_ATTACHMENT,
    "/admin/knowledge/": 34 * 1024 * 1024,  # an import (apps.knowledge.intake.tables.LARGEST_FILE) in its form
    "/admin/filters/": 8 * 1024 * 1024,  # a list of words and a module (apps.filters.admin.form, sandbox.content) in theirs
}
FILE_UPLOAD_MAX_MEMORY_SIZE = 512 * 1024  # of each body; the rest lies on disk (apps.tenants.web.bodies says how much)

# Cookies are host-only, so that no tenant's session travels to another tenant's host.
SESSION_ENGINE = "apps.tenants.workspace.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 7 * 24 * 3600  # so long after the log-in it is over; earlier when nobody uses it (workspace.idle)
IDLE_SECONDS = 60 * env.integer("YINGDA_IDLE_MINUTES", 480, low=5, high=10_080)
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
_TO_HTTPS = env.flag("YINGDA_SSL_REDIRECT", True)
if PRODUCTION:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"  # no neighbour below the domain can set them
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = _TO_HTTPS
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True

MODEL_URL = env.text("YINGDA_MODEL_URL")
# How long a customer waits for a model's first sentence that holds; then the passage itself is quoted, which is ready.
MODEL_FIRST_WORDS_SECONDS = env.integer("YINGDA_MODEL_FIRST_WORDS_MS", 1500, low=100, high=120_000) / 1000
MODEL_KEY = env.text("YINGDA_MODEL_KEY")  # of that server alone
DEMO_ORDERS = env.text("YINGDA_DEMO_ORDERS")  # the address of the demo shops' order system, where `manage.py up` runs one
# Whether tenants' own models, webhooks and systems may lie on this machine or in private networks (apps.tenants.web.outgoing).
PRIVATE_NETWORKS = env.flag("YINGDA_PRIVATE_NETWORKS", not PRODUCTION)
# Mail goes out by the operator's server alone; without one, tickets by e-mail cannot be chosen.
_MAIL = env.mail("EMAIL_URL")
EMAIL_HOST, EMAIL_PORT = _MAIL.host, _MAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _MAIL.user, _MAIL.password
EMAIL_USE_TLS, EMAIL_USE_SSL = _MAIL.starttls, _MAIL.tls
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("YINGDA_MAIL_FROM", f"yingda@{BASE_DOMAIN}")
# How long a worker has for one errand; one that was killed is replaced after it (apps.agents.tickets.errands).
ERRAND_SECONDS = env.integer("YINGDA_ERRAND_SECONDS", 60, low=1, high=3600)
WEBHOOK_SECONDS = 10  # for one delivery, answer included
WORKER_METRICS_PORT = env.integer("YINGDA_WORKER_METRICS_PORT", 0, high=65535)  # 0: workers share the web's /metrics
METRICS_TOKEN = env.text("YINGDA_METRICS_TOKEN")  # without one, /metrics is closed in production
EMBEDDING_THREADS = env.integer("YINGDA_EMBEDDING_THREADS", 1, low=1, high=64)  # for one text; texts run side by side
PG_DUMP = env.text("YINGDA_PG_DUMP")  # makes new tenants fast; without it their migrations run

LOGGING_CONFIG = None
logs.configure(production=PRODUCTION)

# Limits of one visitor: so many a second in the long run, so many at once (BURST).
SAY_PER_SECOND = env.integer("YINGDA_SAY_PER_SECOND", 1, low=1)
SAY_BURST = env.integer("YINGDA_SAY_BURST", 10, low=1)
FRAMES_PER_SECOND = env.integer("YINGDA_FRAMES_PER_SECOND", 20, low=1)  # of any kind, on one socket
FRAME_BURST = env.integer("YINGDA_FRAME_BURST", 100, low=1)
SESSIONS_PER_SECOND = env.integer("YINGDA_SESSIONS_PER_SECOND", 5, low=1)
SESSION_BURST = env.integer("YINGDA_SESSION_BURST", 60, low=1)
ADDRESS_FACTOR = env.integer("YINGDA_ADDRESS_FACTOR", 1, low=1)  # multiplies what limits.BY_ADDRESS lets in
ADDRESS_FILES_MB_A_DAY = env.integer("YINGDA_ADDRESS_FILES_MB_A_DAY", 500, low=1)
TENANT_FILES_MB_A_DAY = env.integer("YINGDA_TENANT_FILES_MB_A_DAY", 5_000, low=1)  # whatever its plan grants
TENANT_FILES_MB = env.integer("YINGDA_TENANT_FILES_MB", 100_000, low=1)

env.refuse()
