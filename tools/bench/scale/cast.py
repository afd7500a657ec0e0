"""Who visits during a run, and what they ask for: people with sessions, requests by state."""

import random
from dataclasses import dataclass, field
from functools import cached_property

import redis
from django.conf import settings
from django.db import connection
from django.test import Client

from accounts.models import User
from city import cache
from lib.postgresql import timeouts
from requests_app.models import Device, ReporterSession, ServiceRequest
from requests_app.status import OPEN_STATUSES
from tools.bench.scale.browser import Browser
from tools.bench.scale.place import Running

DEVICE_KEY = "the-phone-of-the-bench"
STAFF = {"agent": "omar", "crew": "wes", "supervisor": "sue", "lead": "lena", "admin": "ada"}
PUBLIC = "NOT is_private AND NOT is_hidden"
WORKED = """department_id IN (SELECT department_id FROM accounts_membership m
    JOIN accounts_user u ON u.id = m.user_id WHERE u.username = 'wes')"""
OF_STATE = {
    "open": f"status IN ('routed', 'scheduled', 'in_progress') AND {PUBLIC}",
    "closed": f"status = 'closed' AND outcome = 'confirmed' AND {PUBLIC}",
    "new": f"status = 'filed' AND held_for = '' AND danger = '' AND {PUBLIC}",
    "job": f"status IN ('routed', 'in_progress') AND {WORKED} AND danger = ''",
    "any_open": f"status IN ({', '.join(f"'{status}'" for status in sorted(OPEN_STATUSES))})",
}
MANY = 400
OWN = {"statement_timeout": 0, "auto_explain.log_min_duration": -1}  # of the cast's own questions


@dataclass
class Cast:
    """Browsers by role (`people`), and requests by state, of which `next_of` gives each once."""

    running: Running
    dice: random.Random = field(default_factory=lambda: random.Random(1))

    def __post_init__(self) -> None:
        settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
        self._given: dict[str, list[str]] = {}
        self.port = self.running.web.port
        self.people = {
            "stranger": Browser(self.port),
            "bare": Browser(self.running.bare.port),
            "device": Browser(self.port, {"device": DEVICE_KEY}),
            **{role: self._signed_in(name) for role, name in STAFF.items()},
        }
        self._report()
        cache.invalidate_cache()

    def renew_process(self) -> None:
        """Let another web process answer from now on, which knows nothing yet."""
        self.running.web.renew_process()
        for browser in self.people.values():
            browser.close()

    def forget_cache(self) -> None:
        """Empty the shared cache, as if the time of everything in it was over."""
        with redis.Redis.from_url(self.running.valkey.keeper_url) as client:
            client.flushall()

    def _signed_in(self, name) -> Browser:
        client = Client()
        client.force_login(User.objects.get(username=name))
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        return Browser(self.port, {settings.SESSION_COOKIE_NAME: session})

    def _report(self) -> None:
        """Make the bench's device the reporter of three open requests."""
        key = Device.hash_key(DEVICE_KEY)
        device, _is_new = Device.objects.get_or_create(key_hash=key)
        for reference in self.references("open")[:3]:
            row = ServiceRequest.objects.get(reference=reference)
            ReporterSession.objects.get_or_create(device=device, service_request=row)

    def references(self, state):
        """Up to MANY of this state, anywhere in time, always in the same order."""
        if state not in self._given:
            rows = ask(
                f"SELECT reference FROM (SELECT reference FROM requests_app_servicerequest"
                f" WHERE {OF_STATE[state]} ORDER BY filed_at DESC LIMIT 20000) AS recent"
                f" ORDER BY md5(reference) LIMIT {MANY}"
            )
            self._given[state] = [reference for (reference,) in rows]
        return self._given[state]

    def next_of(self, state):
        """Return a reference that no scene was given before, for a scene that changes it."""
        return self.references(state).pop()

    @cached_property
    def zones(self) -> list:
        return [slug for (slug,) in ask("SELECT slug FROM city_zone ORDER BY position")]

    @cached_property
    def groups(self) -> list:
        return [
            slug for (slug,) in ask("SELECT slug FROM city_categorygroup ORDER BY position, id")
        ]

    @cached_property
    def kinds(self) -> list:
        """Service codes of what everybody sees, the most frequent first."""
        rows = ask("""SELECT c.service_code FROM city_category c LEFT JOIN (SELECT category_id,
            count(*) AS n FROM requests_app_servicerequest TABLESAMPLE SYSTEM (5) GROUP BY 1) AS s
            ON s.category_id = c.id WHERE NOT c.is_private ORDER BY n DESC NULLS LAST, c.id""")
        return [code for (code,) in rows]

    @cached_property
    def callers(self):
        """(email, phone) of reporters who left both."""
        return ask("SELECT email, phone FROM requests_app_contact WHERE email <> ''"
                   " AND phone <> '' ORDER BY id DESC LIMIT 50")  # fmt: skip

    @cached_property
    def older_numbers(self) -> list:
        """What an older system called some of its requests."""
        rows = ask(f"""SELECT record_id FROM requests_app_olderrecord JOIN
            requests_app_servicerequest r ON r.id = service_request_id WHERE {PUBLIC} LIMIT 50""")
        return [number for (number,) in rows]

    @cached_property
    def spots(self):
        return ask(f"SELECT latitude, longitude FROM requests_app_servicerequest WHERE {PUBLIC}"
                   " ORDER BY id DESC LIMIT 200")  # fmt: skip

    @cached_property
    def streets(self) -> list:
        return [name for (name,) in ask("SELECT DISTINCT street FROM city_addressrange LIMIT 60")]

    def month(self, n) -> tuple[str, str]:
        """(first day, last day) of a month of long ago, another one for each `n`."""
        return f"{2017 + n % 6}-{n % 12 + 1:02}-01", f"{2017 + n % 6}-{n % 12 + 1:02}-28"


def ask(query):
    """Its rows, however long it takes; its plan is nobody's page's."""
    with timeouts.disable_time_limit(), connection.cursor() as cursor:
        for name, value in OWN.items():
            cursor.execute(f"SET {name} = {value}")
        cursor.execute(query)
        rows = cursor.fetchall()
        for name in OWN:
            cursor.execute(f"RESET {name}")
        return rows
