"""Checks of an installation and all its services, in the order of their dependencies.

Each check yields (words, page): the page below docs/ that explains a problem, or FINE. A check that
raises an error is reported as a problem. Nothing remains: an object in the photo storage and a
value in the cache are deleted, and no mail is sent.
"""

import os
import shutil
import smtplib
import tempfile
import time
import uuid
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

import redis
from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.mail import mailers
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from kombu.exceptions import OperationalError

from city.models import City
from lib import clock_offsets
from lib.mail import EmailBackend
from lib.scrubbing import format_error_chain
from lib.storage import default_storage
from santa311.observability import connection_budget, database, periodic_tasks
from santa311.observability.replies import check_replies

_WORKER_SECONDS = 3  # seconds for the workers' answers
_MIN_FREE_RATIO = 0.15  # of a disk
_MAX_ARCHIVE_AGE = 300  # seconds; a problem only together with
_MAX_WAITING_BYTES = 65_536  # bytes of WAL, as in the alert BackupOld
_VALKEY = "Look at REDIS_URL, then whether Valkey runs."
_INSTALL = "howto/install.md#install-with-compose"
_NAMES = "howto/changes.md#another-base_url"
_PHOTOS = "howto/alerts.md#photosspooled"
_MAILS = "howto/alerts.md#mailswait"
_PUSH = "howto/processes.md#notifications-in-browsers"
_CLOCK = "howto/alerts.md#clockoff"
_DISK = "howto/alerts.md#diskfull"
_QUEUES = "howto/alerts.md#queueold"
_BEAT = "howto/alerts.md#beatdown"
_BUDGET = "howto/sizes.md#the-connection-budget"
_ERRORS = (DatabaseError, OSError, OperationalError, redis.RedisError)


FINE = None
type Result = tuple[str, str | None]
"""Words, and the page below docs/ that explains the problem, or FINE."""


class Finding(NamedTuple):
    """The result of a check. Unless `fine`, `words` also say what to do, and name a page."""

    part: str
    words: str
    fine: bool = True


def _build_finding(part, words, page) -> Finding:
    """Return the finding of a check; a problem's words name the page below docs/."""
    return Finding(part, words if page is FINE else f"{words} (docs/{page})", page is FINE)


def check_installation() -> Iterator[Finding]:
    """Yield the findings of all checks, in the order of CHECKS.

    An error of a service becomes a finding with the kind of the error.
    """
    for part, (check, hint, page_of_part) in CHECKS.items():
        try:
            for words, page in check():
                yield _build_finding(part, words, page)
        except _ERRORS as error:
            yield _build_finding(
                part, f"no answer ({format_error_chain(error)}). {hint}", page_of_part
            )


def _check_addresses() -> Iterator[Result]:
    """Yield whether ALLOWED_HOSTS has the host of BASE_URL, and whether https is used.

    Demo mode or DEBUG is one problem more.
    """
    host = urlsplit(settings.BASE_URL).hostname or ""
    known = [name.lstrip(".") for name in settings.ALLOWED_HOSTS]
    if not any(host == name or host.endswith(f".{name}") or name == "*" for name in known):
        yield f"BASE_URL is {settings.BASE_URL}, but ALLOWED_HOSTS doesn't name {host}.", _NAMES
    elif not settings.HTTPS:
        words = f"BASE_URL is {settings.BASE_URL}: without https nobody's sign-in is private."
        yield words, "howto/processes.md#tls-with-certbot"
    else:
        yield settings.BASE_URL, FINE
    if settings.DEMO_MODE or settings.DEBUG:
        yield "DEMO_MODE or DEBUG is on: never where others can reach it.", _INSTALL


def _check_database() -> Iterator[Result]:
    """Yield the findings about the server, tables, monitoring role and archive."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), pg_is_in_recovery()")
        version, is_standby = cursor.fetchone()
        yield f"PostgreSQL {version} answers", FINE
        if is_standby:
            words = "this is a standby: lead the pooler, or DATABASE_URL, to the primary."
            yield words, "howto/failover.md#check-the-cluster"
        yield from _check_tables()
        figures = {
            each.name.removeprefix("santa311_"): [sample.value for sample in each.samples]
            for each in database.collect_gauges(cursor)
        }
    yield from _check_monitoring_role(figures)
    yield from _check_archive(figures)


def _check_tables() -> Iterator[Result]:
    """Yield whether migrations or the city are missing."""
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        yield (
            f"{len(missing)} migrations are missing: manage.py migrate.",
            "howto/install.md#upgrade",
        )
    elif not City.objects.exists():
        yield "no city is loaded: manage.py load_city.", "howto/install.md#load-a-changed-pack"
    else:
        yield "the tables and the city are there", FINE


def _check_monitoring_role(figures) -> Iterator[Result]:
    """Yield whether the role sees standbys and the archive. `figures` are gauges' values."""
    if figures["database_watched"] == [1]:
        yield "standbys and the archive can be watched", FINE
    else:
        words = "the role can't see standbys and the archive: GRANT pg_monitor TO its name."
        yield words, "howto/alerts.md#databaseunwatched"


def _check_archive(figures) -> Iterator[Result]:
    """Yield whether archive_mode is on and WAL does not wait. `figures` are gauges' values."""
    if not figures["archive_age_seconds"]:
        words = "archive_mode is off, so a lost disk loses everything since the last backup."
        yield words, "howto/backup.md#set-up"
    elif (
        figures["archive_age_seconds"][0] > _MAX_ARCHIVE_AGE
        and sum(figures["archive_waiting_bytes"]) > _MAX_WAITING_BYTES
    ):
        words = "WAL waits to be archived: pg_stat_archiver and PostgreSQL's log say why."
        yield words, "howto/alerts.md#backupold"
    else:
        yield "WAL is archived", FINE


def _check_cache() -> Iterator[Result]:
    """Write, read and delete a value, and yield that it works.

    Raise redis.ConnectionError if the value is not kept.
    """
    key, value = f"check:{uuid.uuid4().hex}", time.time()
    cache.set(key, value, timeout=60)
    if cache.get(key) != value:
        raise redis.ConnectionError
    cache.delete(key)
    yield "Valkey keeps what it is given", FINE


def _check_photo_storage() -> Iterator[Result]:
    """Write, read and delete a file, as the application does, and yield the result."""
    name, content = f"check/{uuid.uuid4().hex}", uuid.uuid4().bytes
    default_storage.save(name, ContentFile(content))
    try:
        with default_storage.open(name) as found:
            same = found.read() == content
    finally:
        default_storage.delete(name)
    where = f"the bucket {settings.S3_BUCKET}" if settings.S3_BUCKET else "the folder DATA_DIR"
    if same:
        yield f"{where} keeps photos", FINE
    else:
        yield f"{where} gives back something else.", _PHOTOS


def _check_mail() -> Iterator[Result]:
    """Sign in at the mail server and yield whether it accepts us. No mail is sent.

    An EMAIL_URL that is no mail server is a problem. Raise OSError if the server does not
    answer.
    """
    mailer = mailers["default"]
    if not isinstance(mailer, EmailBackend):
        kind = type(mailer).__module__.rpartition(".")[2]
        yield f"EMAIL_URL leads to no mail server ({kind}), so nobody gets a mail.", _MAILS
        return
    try:
        mailer.open()
    except smtplib.SMTPAuthenticationError as refused:
        yield (
            f"the server refuses the user name or password of EMAIL_URL ({refused.smtp_code}).",
            _MAILS,
        )
    else:
        words = f"{mailer.host}:{mailer.port} takes our sign-in; send_test_mail sends one."
        yield words, FINE
    finally:
        mailer.close()


def _check_clocks() -> Iterator[Result]:
    """Yield the difference between this machine's clock and each server's, as recorded before."""
    for server, ahead in clock_offsets.get_offsets().items():
        words = f"{ahead:+.1f} s against the {server}'s"
        if abs(ahead) <= clock_offsets.MAX_OFFSET_SECONDS:
            yield words, FINE
        else:
            yield f"{words}: start a time service (chrony) on both machines.", _CLOCK


def _check_disks() -> Iterator[Result]:
    """Yield the free space of each disk once; less than _MIN_FREE_RATIO is a problem."""
    seen = set()
    for folder in (str(settings.DATA_DIR), tempfile.gettempdir()):
        if (disk := os.stat(folder).st_dev) in seen:
            continue
        seen.add(disk)
        space = shutil.disk_usage(folder)
        free = space.free / space.total
        words = f"{free:.0%} of the disk of {folder} is free, and {_MIN_FREE_RATIO:.0%} must be"
        yield words, FINE if free >= _MIN_FREE_RATIO else _DISK


def _check_workers() -> Iterator[Result]:
    """Yield for each queue whether a worker serves it.

    Raise OperationalError (kombu's) if the broker does not answer.
    """
    with current_app.connection_for_read(transport_options={"socket_connect_timeout": 1}) as line:
        line.ensure_connection(max_retries=1, timeout=1)
        asked = current_app.control.inspect(timeout=_WORKER_SECONDS, connection=line)
        found = asked.active_queues() or {}
    served = {queue["name"] for queues in found.values() for queue in queues}
    for queue in settings.CELERY_TASK_QUEUES:
        if queue.name in served:
            yield f"{queue.name} is served", FINE
        else:
            yield f"no worker serves {queue.name}.", _QUEUES


def _check_budget() -> Iterator[Result]:
    """Yield whether poolers and PostgreSQL accept as many connections as the processes may open."""
    budget = connection_budget.read_budget()
    processes = (
        f"web {budget.web_processes} × {budget.pool_size}, workers {budget.worker_processes}, "
        f"tools {connection_budget.TOOL_CONNECTIONS}"
    )
    if budget.poolers:
        if budget.pooler is None:
            words = f"the pooler does not show its limits; it must accept {budget.wanted}"
            yield f"{words} connections ({processes})", FINE
            return
        accepted = budget.poolers * budget.pooler.clients
        words = f"{budget.wanted} of {accepted} connections to PgBouncer ({processes})"
        is_enough = budget.wanted <= accepted
        yield (words, FINE) if is_enough else (f"{words}: raise max_client_conn.", _BUDGET)
        processes = f"PgBouncer {budget.poolers} × {budget.pooler.servers}"
    wanted, accepted = budget.wanted_of_postgresql, budget.postgresql
    words = (
        f"{wanted} of {accepted} connections to PostgreSQL "
        f"({processes}, directly {connection_budget.DIRECT_CONNECTIONS})"
    )
    is_enough = wanted <= accepted
    yield (words, FINE) if is_enough else (f"{words}: raise max_connections.", _BUDGET)


def _check_beat() -> Iterator[Result]:
    """Yield whether a periodic task ran lately. Raise ConnectionError without the cache."""
    idle = periodic_tasks.idle_seconds()
    if idle is None:
        raise redis.ConnectionError
    words = f"what it asks for was last done {idle:.0f} s ago"
    if idle <= periodic_tasks.MAX_IDLE_SECONDS:
        yield words, FINE
    else:
        yield f"{words}: start beat and the workers.", _BEAT


def _check_push() -> Iterator[Result]:
    """Yield whether browsers get notifications. An unusable key prevents the start."""
    if not settings.VAPID_PRIVATE_KEY:
        yield "notifications in browsers are off: there is no VAPID_PRIVATE_KEY", FINE
    elif not settings.OFFLINE:
        yield "VAPID_PRIVATE_KEY is set, but OFFLINE=0 turns notifications off.", _PUSH
    else:
        yield "notifications in browsers are on", FINE


CHECKS = {
    "addresses": (_check_addresses, "Look at BASE_URL and ALLOWED_HOSTS.", _NAMES),
    "database": (
        _check_database,
        "Look at DATABASE_URL, then whether PostgreSQL and the pooler run.",
        "howto/alerts.md#databasedown",
    ),
    "cache": (_check_cache, _VALKEY, "howto/alerts.md#brokerdown"),
    "photos": (
        _check_photo_storage,
        "Look at S3_ENDPOINT, S3_BUCKET and both S3 keys. Did manage.py prepare_bucket run?",
        _PHOTOS,
    ),
    "mail": (_check_mail, "Look at EMAIL_URL: host, port, tls=1 or ssl=1.", _MAILS),
    "push": (_check_push, "", _PUSH),
    "replies": (check_replies, "Look at IMAP_URL.", "howto/replies-by-email.md#settings"),
    "clock": (_check_clocks, "", _CLOCK),
    "disk": (_check_disks, "Look at DATA_DIR.", _DISK),
    "workers": (_check_workers, _VALKEY, _QUEUES),
    "budget": (_check_budget, "Look at DATABASE_URL.", _BUDGET),
    "beat": (_check_beat, _VALKEY, _BEAT),
}
"""By name: the check, a hint if the check raises an error, and the page about its problems."""
