"""Every setting of the project, from the environment. `.env.example` explains each name."""

import sys
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from lib import env, error_reports, imap, logs, push_keys, static, tracing
from lib.postgresql.options import build_options as postgresql
from santa311 import schedule
from santa311.settings_browsers import *  # noqa: F403
from santa311.settings_browsers import PHOTO_ORIGIN
from santa311.settings_sign_in import *  # noqa: F403

BASE_DIR = Path(__file__).resolve().parent.parent

# The process
DEBUG = env.read_flag("DEBUG")
DEMO_MODE = env.read_flag("DEMO_MODE")  # role switcher, sign-ins without mail, the sent mails shown
SECRET_KEY = env.read_text("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.read_list("SECRET_KEY_FALLBACKS")  # older keys, still accepted
LINK_SECRET = env.read_text("LINK_SECRET", SECRET_KEY)  # signs private links and photo names
LINK_SECRET_FALLBACKS = env.read_list("LINK_SECRET_FALLBACKS")
ALLOWED_HOSTS = env.read_list("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
ALLOWED_HOSTS += env.list_hostnames(PHOTO_ORIGIN)
DATA_DIR = Path(env.read_text("DATA_DIR", str(BASE_DIR / "var")))
ROOT_URLCONF = "santa311.urls"
WSGI_APPLICATION = "santa311.wsgi.application"

INSTALLED_APPS = [
    "santa311.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.forms",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "simple_history",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "accounts.apps.UserSessions",
    "city",
    "accounts.apps.AccountsConfig",
    "requests_app",
    "routing",
    "staff_portal",
    "notifications",
    "open311",
    "santa311.observability",
    *(["tools.demo"] if DEMO_MODE else []),
]

MIDDLEWARE = [
    "lib.http.PhotoHostMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",  # static files need no later middleware
    "santa311.observability.middleware.ObservabilityMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "santa311.web.page_headers.PageHeadersMiddleware",
    "lib.http.CompressionMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "santa311.web.outage.OutageMiddleware",
    "santa311.web.refusals.UnsafeMessageMiddleware",
    "santa311.web.api.ApiMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "santa311.web.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "lib.form_encoding.StrictEncodingMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.middleware.SessionAuthentication",
    "accounts.security_log.middleware.SecurityLog",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.RequireCredentials",
    "simple_history.middleware.HistoryRequestMiddleware",
    "requests_app.middleware.DeviceMiddleware",
    "santa311.web.read_only.ReadOnlyMiddleware",
    "santa311.web.rate_limits.RateLimitMiddleware",
    "requests_app.middleware.DomainErrorMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "santa311.web.context.site_context",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "lib.ui",
                "city.templatetags.localized",
                "routing.templatetags.desk_actions",
            ],
        },
    }
]

# The database, with time limits for everything that can hang
DATABASES = {"default": env.parse_database_url(env.read_text("DATABASE_URL"))}
DATABASES["default"]["OPTIONS"] |= postgresql(env.read_number("DATABASE_POOL", 8))
# The number of poolers. With one, a connection lasts for a transaction, and a cursor for longer.
DATABASE_POOLERS = env.read_number("DATABASE_POOLER", 0, minimum=0)
DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = DATABASE_POOLERS > 0
# A URL that bypasses the pooler, for the lock of the active beat (santa311/beat.py)
DATABASE_DIRECT_URL = env.read_text("DATABASE_DIRECT_URL", "")
# Processes on all machines together, used only for the connection budget
WEB_PROCESSES = env.read_number("WEB_PROCESSES", 2, minimum=1)
WORKER_PROCESSES = env.read_number("WORKER_PROCESSES", 6, minimum=0)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Valkey (or Redis): cache, cached sessions, and broker; its content may be lost
REDIS_URL = env.read_text("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "lib.cache.Cache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": env.read_text("CACHE_PREFIX", "s311"),
        "VERSION": 2,  # increase it if values are stored in another form
        "OPTIONS": {
            "socket_timeout": 0.3,
            "socket_connect_timeout": 0.3,
            "serializer": "lib.cache.JsonSerializer",
        },
    }
}
QUEUE_URL = env.read_text("QUEUE_URL", REDIS_URL)
CELERY_BROKER_URL = QUEUE_URL.replace("unix://", "redis+socket://")
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_DEFAULT_QUEUE = env.read_text("CELERY_QUEUE", "santa311")
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_DB_REUSE_MAX = sys.maxsize  # Celery closes no pool: see santa311/celery.py
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 5,
    "socket_connect_timeout": 1,
    "visibility_timeout": 600,
}
CELERY_TASK_QUEUES = schedule.build_queues(CELERY_TASK_DEFAULT_QUEUE)
CELERY_TASK_ROUTES = schedule.build_routes(CELERY_TASK_DEFAULT_QUEUE)
CELERY_BEAT_SCHEDULE = schedule.SCHEDULE
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "santa311.beat:MemoryScheduler"
# Subscribers of events, called in this order at least once for each event
EVENT_SUBSCRIBERS = ["routing.triage.on_event", "notifications.subscriber.on_event"]
# Modules of subscribers that get events only while their function is_heard() returns True
OPTIONAL_EVENT_SUBSCRIBERS = ["open311.webhooks.subscriber"]
MAIL_REQUESTS = "notifications.on_request.request_mail"  # mails that people request on a page
REPORT_CONTENT = "staff_portal.overview.scheduled.sending.build_content"
CITY_LOADERS = ["routing.rules.pack.load", "requests_app.city_changes.update_open_requests"]
DATES_PAGE = "requests_app.city_changes.dates_page_url"
DATE_MOVER = "requests_app.city_changes.move_dates"
CITY_CHECKERS = ["routing.rules.pack_check.check"]  # like CITY_LOADERS, for the check of a pack
REQUEST_STATUSES = "requests_app.status.Status"
SECURITY_LOG_READERS = [  # called with each entry
    "accounts.security_log.storage.save_record",
    "santa311.observability.traffic.count_security_entry",
]
FORGETTERS = [
    "notifications.erasure.erase_recipients",
    "notifications.incoming.retention.delete_mails_of",
]
RECEIVED_EMAILS = "notifications.incoming.retention.list_mails_of"
SWITCH_OFF_GUARDS = ["requests_app.guards.find_open_work"]
CITY_PACK = env.read_text("CITY_PACK", str(BASE_DIR / "city" / "packs" / "santa_monica"))
# A geocoding service for places that the city's own data lacks: see city/search/geocoder.py
GEOCODER = env.read_text("GEOCODER", "")
GEOCODER_OPTIONS = env.read_json_object("GEOCODER_OPTIONS")

# Other servers ("host:port") that may be private and without https: see lib/outbound
MEDIA_ALLOWED_HOSTS = env.read_list("MEDIA_ALLOWED_HOSTS")
WEBHOOK_ALLOWED_HOSTS = env.read_list("WEBHOOK_ALLOWED_HOSTS")
WEBHOOK_DELIVERIES_DAYS = env.read_number("WEBHOOK_DELIVERIES_DAYS", 30)  # until they are deleted

# Days for which backups contain deleted data, and for which the security log is kept
BACKUP_DAYS = env.read_number("BACKUP_DAYS", 30, minimum=0)
SECURITY_LOG_DAYS = env.read_number("SECURITY_LOG_DAYS", 365, minimum=30)

# Promises to residents, in days
DAYS_TO_CONFIRM = 14
DAYS_TO_DISPUTE_A_CLOSURE = 14
WORKING_DAYS_TO_ANSWER = 5
DAYS_A_LINK_LIVES_AFTER_CLOSING = 90
SECONDS_TO_UNDO = 30

# Overrides of the rate limits in lib/rate_limiter.py; None turns all of them off
RATE_LIMITS = env.read_rate_limits("RATE_LIMITS")

# Photos
MAX_PHOTOS = 5
MAX_PHOTO_BYTES = 25 * 1024 * 1024
MAX_SPOOLED_BYTES = env.read_number("PHOTO_SPOOL_MB", 4096) * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
MAX_UPLOAD_BYTES = 200 * 1024 * 1024  # of one request; a larger body is not read
FILE_UPLOAD_HANDLERS = [
    "lib.upload_limits.LimitedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_NUMBER_FILES = 60  # many, so that a form itself refuses too many photos
S3_BUCKET = env.read_text("S3_BUCKET", "")
STORAGES = {
    "default": env.build_photo_storage(S3_BUCKET, DATA_DIR / "photos"),
    "staticfiles": {"BACKEND": "lib.static.HashedStaticStorage"},
}
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.read_text("STATIC_ROOT", str(DATA_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = env.read_flag("STATIC_FROM_SOURCE", DEBUG)
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_ADD_HEADERS_FUNCTION = static.add_static_headers
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Mail
_mails = f"file://{DATA_DIR / 'mails'}" if DEBUG or DEMO_MODE else None  # a city must set it
MAILERS = env.build_mailers(env.read_text("EMAIL_URL", _mails))
DEFAULT_FROM_EMAIL = env.read_text("EMAIL_FROM", "311 <no-reply@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# The address of mails to the desk, if it is not the city's own address
DESK_EMAIL = env.read_text("DESK_EMAIL", "")
# Replies by email: the domain of the addresses to which residents reply, the authserv-id of the
# server that checks what arrives, and the number of Received fields above its own
REPLY_DOMAIN = env.read_text("REPLY_DOMAIN", "")
MAIL_AUTHSERV_ID = env.read_text("MAIL_AUTHSERV_ID", "")
MAIL_AUTHSERV_DEPTH = env.read_number("MAIL_AUTHSERV_DEPTH", 0, minimum=0)
IMAP_URL = imap.check_url(env.read_text("IMAP_URL", ""))
MAIL_HOOK_SECRET = env.read_text("MAIL_HOOK_SECRET", "")
# The hour, in the city's time zone, at which staff get their daily digest on working days
STAFF_DIGEST_HOUR = env.read_number("STAFF_DIGEST_HOUR", 7, minimum=0)

# Notifications in browsers by web push. Off without a key; manage.py make_push_keys prints one.
VAPID_PRIVATE_KEY, VAPID_PUBLIC_KEY = push_keys.read_push_keys()
VAPID_CONTACT = env.read_text("VAPID_CONTACT", "")  # mailto: or https:, for the push services
# The push services that are called: domains, or "host:port" that may be private, without https
PUSH_SERVICES = env.read_list(
    "PUSH_SERVICES",
    "fcm.googleapis.com,push.services.mozilla.com,notify.windows.com,push.apple.com",
)

# Languages and time. The city's time zone comes from its pack; the database stores UTC.
LANGUAGE_CODE = "en"
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
FORMAT_MODULE_PATH = ["lib.formats"]  # Spanish as in the United States
USE_TZ = True
TIME_ZONE = env.read_text("TIME_ZONE", env.read_pack_value(CITY_PACK, "time_zone"))

# Pages kept by a service worker on phones. 0 deletes them there, in case it misbehaves.
OFFLINE = env.read_flag("OFFLINE", True)

# Signing in is for staff; residents need no account.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.SingleHashBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.passwords.LengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.guessable_passwords.GuessesValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "workplace"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapter.StaffAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False  # accounts/throttle counts, also without Valkey
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60  # seconds; the mail may have to wait for a worker
PASSWORD_RESET_TIMEOUT = 60 * 60  # seconds, from when the mail was sent
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no mail to addresses without an account
ACCOUNT_FORMS = {
    "login": "accounts.forms.SignInForm",
    "reset_password": "accounts.forms.RequestResetForm",
    "reset_password_from_key": "accounts.forms.ChoosePasswordForm",
    "request_login_code": "accounts.forms.RequestLoginCodeForm",
    "confirm_login_code": "accounts.forms.LoginCodeForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
}
DAYS_AN_INVITATION_HOLDS = 7

# A second factor: codes of an app, or a passkey, which also works without a password
MFA_ADAPTER = "accounts.adapter.StaffMFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "add_webauthn": "accounts.forms.AddPasskeyForm",
    "authenticate_webauthn": "accounts.forms.AuthenticatePasskeyForm",
    "authenticate": "accounts.forms.AuthenticateCodeForm",
    "reauthenticate": "accounts.forms.ReauthenticateCodeForm",
    "login_webauthn": "accounts.forms.LoginPasskeyForm",
    "reauthenticate_webauthn": "accounts.forms.ReauthenticatePasskeyForm",
}
MFA_TOTP_TOLERANCE = 1  # steps of 30 s, as phones' clocks may be off

LOGGING = logs.build_logging_config(
    env.read_text("LOG_FORMAT", "lines"), env.read_text("LOG_LEVEL", "INFO"), in_full=DEBUG
)
error_reports.start_error_reports(
    env.read_text("SENTRY_DSN", ""), env.read_text("SENTRY_ENVIRONMENT", "production")
)
tracing.start_tracing(
    env.read_text("TRACES_URL", ""), env.read_number("TRACES_PERCENT", 10, minimum=1)
)
METRICS_TOKEN = env.read_text("METRICS_TOKEN", "")  # for /metrics from other machines
PULSE_FILE = env.read_text("PULSE_FILE", "")  # touched by a running worker or beat
METRICS_DIR = env.read_folder("PROMETHEUS_MULTIPROC_DIR")  # web processes share metrics there
