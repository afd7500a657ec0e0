"""Pytest plugin that starts PostgreSQL and Valkey for the tests (`-p tests.services`).

It is a plugin and not a conftest, because pytest-django reads the settings before any conftest.
Under xdist, the controller starts one PostgreSQL server, in which each worker has its own database.
Each worker starts its own Valkey server, which needs few resources, so a flush does not affect the
other workers. TEST_DATABASE_URL and TEST_REDIS_URL name servers to use instead.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest
import redis

from tools.embedded import Postgres, Valkey

SETTINGS = {
    "SECRET_KEY": "for-tests-only-" + "x" * 50,
    "BASE_URL": "http://testserver",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "EMAIL_URL": "memory:",
    "STATIC_FROM_SOURCE": "1",
    "VAPID_PRIVATE_KEY": "f36TZ6iwvuGN_qkUPFPdSw6JeHuQ10JvUCbKdFO2n2A",  # made for tests
    "VAPID_CONTACT": "mailto:webmaster@example.org",
    "LOG_LEVEL": "WARNING",
    "RATE_LIMITS": "off",  # tests of rate limits turn them on
    "REQUIRE_SECOND_FACTOR_FOR": "none",  # likewise
    # Playwright runs an event loop in the thread of the tests, so Django assumes async code.
    "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
}
NOT_OURS = [
    "BACKUP_DAYS",
    "BEHIND_PROXY",
    "QUEUE_URL",
    "CACHE_PREFIX",
    "CELERY_QUEUE",
    "CITY_PACK",
    "CSRF_TRUSTED_ORIGINS",
    "DATABASE_POOL",
    "DATABASE_POOLER",
    "DEBUG",
    "DEMO_MODE",
    "GEOCODER",
    "GEOCODER_OPTIONS",
    "IMAP_URL",
    "LINK_SECRET",
    "LINK_SECRET_FALLBACKS",
    "LOG_FORMAT",
    "MAIL_AUTHSERV_DEPTH",
    "MAIL_AUTHSERV_ID",
    "MAIL_HOOK_SECRET",
    "MEDIA_ALLOWED_HOSTS",
    "METRICS_TOKEN",
    "OIDC_ASKS_SECOND_FACTOR",
    "OIDC_CLIENT_ID",
    "OIDC_CLIENT_SECRET",
    "OIDC_EMAILS_ARE_VERIFIED",
    "OIDC_GROUPS",
    "OIDC_GROUPS_CLAIM",
    "OIDC_NAME",
    "OIDC_SERVER_URL",
    "EMBED_ORIGINS",
    "PHOTO_HOST",
    "PHOTO_SPOOL_MB",
    "PROMETHEUS_MULTIPROC_DIR",
    "PUSH_SERVICES",
    "REPLY_DOMAIN",
    "S3_BUCKET",
    "S3_PUBLIC_ENDPOINT",
    "SECRET_KEY_FALLBACKS",
    "SECURITY_LOG_DAYS",
    "SENTRY_DSN",
    "SENTRY_ENVIRONMENT",
    "SESSION_CREW_HOURS",
    "SESSION_CREW_IDLE_MINUTES",
    "SESSION_HOURS",
    "SESSION_IDLE_MINUTES",
    "STATIC_ROOT",
    "TILE_CREDIT",
    "TILE_URL",
    "TIME_ZONE",
    "TRACES_PERCENT",
    "TRACES_URL",
    "WEBHOOK_ALLOWED_HOSTS",
    "WEBHOOK_DELIVERIES_DAYS",
    "WEB_PROCESSES",
    "WORKER_PROCESSES",
]


WORKER = os.environ.get("PYTEST_XDIST_WORKER")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config):
    folder = Path(tempfile.mkdtemp(prefix="s311-test-"))
    folder.chmod(0o755)  # as root, PostgreSQL runs as another user, who needs access
    early_config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    _set_environment(folder)
    _start_database(folder / "postgres", early_config)
    _start_valkey(folder / "valkey", early_config)
    return (yield)


def _set_environment(folder):
    for name in NOT_OURS:
        os.environ.pop(name, None)
    os.environ.update(SETTINGS, DATA_DIR=str(folder / "data"))
    (folder / "data" / "static").mkdir(parents=True)  # WhiteNoise warns if it is missing


def _start_database(folder, config):
    if WORKER:
        return  # DATABASE_URL in the environment names the controller's server
    if address := os.environ.get("TEST_DATABASE_URL"):
        os.environ["DATABASE_URL"] = address
        return
    # Query plans must not depend on statistics that autovacuum collected during an earlier test.
    server = Postgres(folder, durable=False, settings={"autovacuum": "off"})
    server.start()
    config.add_cleanup(server.stop)
    os.environ["DATABASE_URL"] = server.url


def _start_valkey(folder, config):
    if address := os.environ.get("TEST_REDIS_URL"):
        os.environ["REDIS_URL"] = address
        os.environ["CACHE_PREFIX"] = os.environ["CELERY_QUEUE"] = f"test-{WORKER or 'one'}"
        return
    server = Valkey(folder, durable=False)
    server.start()
    config.add_cleanup(server.stop)
    os.environ["REDIS_URL"] = server.url
    os.environ["QUEUE_URL"] = server.broker_url
    # Each test flushes the cache, which the user `cache` may not do by default.
    with redis.Redis.from_url(server.keeper_url) as keeper:
        keeper.acl_setuser("cache", enabled=True, commands=["+flushdb", "+info", "+keys"])
