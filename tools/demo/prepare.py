"""Prepare the demo: tables, the city and its requests; later starts skip finished steps."""

import hashlib
import logging
import os
import time
from pathlib import Path

import django
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, connections

from lib import env
from tools.demo.fork import beside
from tools.demo.people import EVERYONE
from tools.embedded import ServiceFailed

ROOT = Path(__file__).resolve().parents[2]


def prepare(place, say, start_services, requests=None) -> None:
    """Start the services, and prepare the database if a version or setting has changed.

    `say(text)` is called with a line for each step. `start_services()` starts the database and the
    cache; static files are collected meanwhile. `requests` is the number of requests of an empty
    city, or None for the default. Raise ServiceFailed if a step fails, or if the database is not
    the demo's own and has other people's data.
    """
    fingerprint = _fingerprint()
    if place.is_prepared(fingerprint):
        start_services()
        return
    with beside(_collect_files, say):
        start_services()
        django.setup()
        _refuse_real_city(place)
        _step(say, "Tables", "migrate", verbosity=0)
        _step(say, "The city", "load_city", overwrite=True, verbosity=0)
    story = {"processes": 2} if requests is None else {"processes": 2, "requests": requests}
    _step(say, "People and requests", "seed_demo", **story)
    connections.close_all()
    place.note_prepared(fingerprint)


def _collect_files(_line, say) -> None:
    django.setup()
    _step(say, "Pages' files", "collectstatic", interactive=False, clear=True, verbosity=0)


def _step(say, title, command, **options) -> None:
    """Run a management command, and print its title and seconds.

    Raise ServiceFailed for a CommandError.
    """
    started = time.monotonic()
    logging.disable(logging.INFO)  # the terminal shows a line for each step instead
    try:
        call_command(command, **options)
    except CommandError as error:
        raise ServiceFailed(f"{title}: {error}") from error
    finally:
        logging.disable(logging.NOTSET)
    say(f"{title}: {time.monotonic() - started:.1f} s")


def _fingerprint() -> dict[str, str]:
    """Return what the preparation depends on: tables, pack, static files and database URL."""
    pack = Path(os.environ.get("CITY_PACK", ROOT / "city" / "packs"))
    files = [*ROOT.glob("*/migrations/*.py"), *ROOT.glob("*/migrations/sql/*.sql")]
    files += [*pack.rglob("*"), *ROOT.glob("static/**/*")]
    files += ROOT.glob("requirements/*.lock")
    state = [(str(path), path.stat().st_mtime_ns) for path in sorted(files) if path.is_file()]
    digest = hashlib.sha256(repr(state).encode()).hexdigest()
    where = hashlib.sha256(env.read_text("DATABASE_URL").encode()).hexdigest()
    return {"files": digest, "database": where}


def _refuse_real_city(place) -> None:
    """Raise ServiceFailed if a database from DATABASE_URL has other accounts than the demo's.

    The demo's passwords are public.
    """
    if "DATABASE_URL" in place.services:
        return
    user = apps.get_model("accounts", "User")
    if user._meta.db_table not in connection.introspection.table_names():
        return
    strangers = user.objects.exclude(username__in=[person.username for person in EVERYONE])
    if strangers.exists():
        raise ServiceFailed(
            "DATABASE_URL names a database in which other people have accounts. "
            "The demo's passwords are public: give it an empty database, or unset DATABASE_URL."
        )
