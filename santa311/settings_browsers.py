"""Settings that concern browsers: the URLs of the site, cookies, and what a page may do."""

from django.utils.csp import CSP

from lib import env
from lib.origins import read_origins

BASE_URL = env.read_text("BASE_URL", "http://localhost:8000").rstrip("/")
PHOTO_ORIGIN = env.read_photo_origin(BASE_URL)
BEHIND_PROXY = env.read_flag("BEHIND_PROXY")
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

HTTPS = BASE_URL.startswith("https://")
SECURE_SSL_REDIRECT = HTTPS and env.read_flag("SSL_REDIRECT", True)
SECURE_REDIRECT_EXEMPT = [r"^healthz/"]
SECURE_HSTS_SECONDS = env.read_number("HSTS_SECONDS", 60 * 60 * 24 * 365) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS and env.read_flag("HSTS_SUBDOMAINS", True)
SECURE_HSTS_PRELOAD = HTTPS and env.read_flag("HSTS_PRELOAD")
SILENCED_SYSTEM_CHECKS = ["security.W021"]  # HSTS preload is hard to undo: a city must set it

# Cookies. With https their names have a prefix: browsers accept such cookies from this host only.
COOKIE_PREFIX = "__Host-" if HTTPS else ""
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_AGE = 60 * 60 * 24 * 400
CSRF_FAILURE_VIEW = "santa311.web.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = env.read_list("CSRF_TRUSTED_ORIGINS", BASE_URL)
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}django_language"
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 400
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
MESSAGE_STORAGE = "lib.cookies.MessageStorage"

# What a page may load and do, and which sites may embed it
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# No page uses features that are not listed. A photo is chosen by a file field, which needs no
# permission for the camera.
PERMISSIONS_POLICY = (
    "camera=(), clipboard-write=(self), display-capture=(), geolocation=(self), microphone=(), "
    "midi=(), payment=(), publickey-credentials-create=(self), publickey-credentials-get=(self), "
    "serial=(), usb=(), web-share=(self)"
)
TILE_URL = env.read_text("TILE_URL", "")
TILE_CREDIT = env.read_text("TILE_CREDIT", "")  # the credit that the tiles' license requires
_TILE_ORIGINS = ["https://" + TILE_URL.split("/")[2].replace("{s}", "*")] if TILE_URL else []
# Browsers upload photos to the bucket themselves.
_BUCKET_ORIGINS = env.list_bucket_origins(env.read_text("S3_BUCKET", ""))
EMBED_ORIGINS = read_origins("EMBED_ORIGINS")  # sites that may show /embed/ in a frame
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:", "blob:", *_TILE_ORIGINS, *filter(None, [PHOTO_ORIGIN])],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF, *_BUCKET_ORIGINS],
    "manifest-src": [CSP.SELF],
    "worker-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
