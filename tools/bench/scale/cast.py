"""The users of a run and the data that they request: sessions, and requests by state."""

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
# settings for the queries of this module
OWN = {"statement_timeout": 0, "auto_explain.log_min_duration": -1}


@dataclass
class Cast:
    """Browsers by role in `people`, and requests by state."""

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
        """Replace the web process, so that its caches in memory are empty."""
        self.running.web.renew_process()
        for browser in self.people.values():
            browser.close()

    def forget_cache(self) -> None:
        """Empty the shared cache, as if all entries had expired."""
        with redis.Redis.from_url(self.running.valkey.keeper_url) as client:
            client.flushall()

    def _signed_in(self, name) -> Browser:
        client = Client()
        client.force_login(User.objects.get(username=name))
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        return Browser(self.port, {settings.SESSION_COOKIE_NAME: session})

    def _report(self) -> None:
        """Make the device of the benchmark the reporter of three open requests."""
        key = Device.hash_key(DEVICE_KEY)
        device, _is_new = Device.objects.get_or_create(key_hash=key)
        for reference in self.references("open")[:3]:
            row = ServiceRequest.objects.get(reference=reference)
            ReporterSession.objects.get_or_create(device=device, service_request=row)

    def references(self, state):
        """Return up to MANY references of requests in this state, always in the same order."""
        if state not in self._given:
            rows = ask(
                f"SELECT reference FROM (SELECT reference FROM requests_app_servicerequest"
                f" WHERE {OF_STATE[state]} ORDER BY filed_at DESC LIMIT 20000) AS recent"
                f" ORDER BY md5(reference) LIMIT {MANY}"
            )
            self._given[state] = [reference for (reference,) in rows]
        return self._given[state]

    def next_of(self, state):
        """Return a reference that was not returned before, for a scene that changes the request."""
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
        """Return the service codes of public categories, the most frequent first."""
        rows = ask("""SELECT c.service_code FROM city_category c LEFT JOIN (SELECT category_id,
            count(*) AS n FROM requests_app_servicerequest TABLESAMPLE SYSTEM (5) GROUP BY 1) AS s
            ON s.category_id = c.id WHERE NOT c.is_private ORDER BY n DESC NULLS LAST, c.id""")
        return [code for (code,) in rows]

    @cached_property
    def callers(self):
        """Return (email, phone) of reporters who gave both."""
        return ask("SELECT email, phone FROM requests_app_contact WHERE email <> ''"
                   " AND phone <> '' ORDER BY id DESC LIMIT 50")  # fmt: skip

    @cached_property
    def older_numbers(self) -> list:
        """Return the numbers that some requests had in an older system."""
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
        """Return (first day, 28th day) of a month between 2017 and 2022 that depends on `n`."""
        return f"{2017 + n % 6}-{n % 12 + 1:02}-01", f"{2017 + n % 6}-{n % 12 + 1:02}-28"


def ask(query):
    """Execute a query without a time limit, and without its plan in the log; return its rows."""
    with timeouts.disable_time_limit(), connection.cursor() as cursor:
        for name, value in OWN.items():
            cursor.execute(f"SET {name} = {value}")
        cursor.execute(query)
        rows = cursor.fetchall()
        for name in OWN:
            cursor.execute(f"RESET {name}")
        return rows
