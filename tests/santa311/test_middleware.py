"""Tests for the order of the middleware, and for the docstring of each class."""

import pytest
from django.conf import settings
from django.utils.module_loading import import_string

OUR_PACKAGES = ("accounts", "city", "lib", "requests_app", "santa311")
OURS = [path for path in settings.MIDDLEWARE if path.startswith(OUR_PACKAGES)]
# The earlier middleware, the later one, and the reason for this order.
ORDER = [
    (
        "lib.http.PhotoHostMiddleware",
        "santa311.web.api.ApiMiddleware",
        "the photos' host serves nothing else",
    ),
    (
        "santa311.observability.middleware.ObservabilityMiddleware",
        "django.middleware.security.SecurityMiddleware",
        "Prometheus asks without TLS",
    ),
    (
        "santa311.web.page_headers.PageHeadersMiddleware",
        "santa311.web.outage.OutageMiddleware",
        "the page of an outage has the headers too",
    ),
    (
        "santa311.web.outage.OutageMiddleware",
        "santa311.web.api.ApiMiddleware",
        "each answer waits for the database only so long",
    ),
    (
        "santa311.web.refusals.UnsafeMessageMiddleware",
        "santa311.web.api.ApiMiddleware",
        "the body in chunks of another system is refused too",
    ),
    (
        "santa311.web.api.ApiMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "no session is read for another system",
    ),
    (
        "santa311.web.language.LanguageMiddleware",
        "lib.form_encoding.StrictEncodingMiddleware",
        "the page of a refusal is in the visitor's language",
    ),
    (
        "lib.form_encoding.StrictEncodingMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "the check against forgery reads the form",
    ),
    (
        "accounts.middleware.SessionAuthentication",
        "accounts.security_log.middleware.SecurityLog",
        "the log names who is signed in",
    ),
    (
        "accounts.security_log.middleware.SecurityLog",
        "accounts.middleware.RequireCredentials",
        "the log notes whom it refuses",
    ),
    (
        "django.contrib.messages.middleware.MessageMiddleware",
        "accounts.middleware.RequireCredentials",
        "it leaves a message on the page to which it leads",
    ),
    (
        "accounts.security_log.middleware.SecurityLog",
        "santa311.web.rate_limits.RateLimitMiddleware",
        "the log notes who came too often",
    ),
    (
        "requests_app.middleware.DeviceMiddleware",
        "santa311.web.rate_limits.RateLimitMiddleware",
        "limits are counted by device",
    ),
]


@pytest.mark.parametrize(("first", "later", "reason"), ORDER)
def test_a_middleware_stands_before_the_one_that_needs_it(first, later, reason):
    assert settings.MIDDLEWARE.index(first) < settings.MIDDLEWARE.index(later), reason


def test_the_order_of_each_of_our_middlewares_is_tested():
    free = {"lib.http.CompressionMiddleware", "santa311.web.read_only.ReadOnlyMiddleware",
            "requests_app.middleware.DomainErrorMiddleware"}  # fmt: skip
    tested = {path for first, later, _reason in ORDER for path in (first, later)}
    assert set(OURS) == free | (tested & set(OURS))


@pytest.mark.parametrize("path", OURS)
def test_each_of_our_middlewares_says_its_concern_in_one_line(path):
    first, *rest = import_string(path).__doc__.splitlines()
    assert first.endswith("."), first
    assert not rest or not rest[0].strip()
