"""Fill a loaded city: create some hundred requests with the workflow, and multiply them.

Indexes and foreign keys are dropped while PostgreSQL multiplies the rows, and created again at the
end. Each is then built once over all rows, and an invalid foreign key causes an error.
"""

import math
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

import psycopg
from django.conf import settings

from city import danger
from city.models import City
from lib import clock
from requests_app.deadlines import resolution_times
from requests_app.models import Photo
from requests_app.privacy import retention
from requests_app.rollups import recounting
from staff_portal.models import ChangedRequest
from staff_portal.overview import daily_recount
from tools.bench.scale.fill import spots, telling
from tools.bench.scale.fill.multiplying import DEVICES, SCHEMA, Multiplier

TOLD = 500
YEARS = 12
# maximum number of open requests; for other sizes 30,000, or a tenth of the size
OPEN = {50_000: 5_000}
RARE_SHARE = 3  # per ten thousand: a kind that does not occur in the records of 2016
KEPT = 3650  # days: the longest period for which a city may keep a reporter's details
KEPT_WEEKS, ALL_WEEKS = KEPT // 7, int(YEARS * 365.25 / 7)
WAITING_WEEKS = 26  # average age of additional requests that are stuck in a state
OURS = "conrelid::regclass::text = ANY(%s)"
CONSTRAINTS = f"""SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)
    FROM pg_constraint WHERE contype = ANY(%s) AND {OURS} ORDER BY contype DESC, conname"""
INDEXES = """SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
    WHERE indrelid::regclass::text = ANY(%s)
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)"""
NUMBERED = """SELECT table_name FROM information_schema.columns
    WHERE column_name = 'id' AND is_identity = 'YES' AND table_name = ANY(%s)"""
NEXT_ID = """SELECT setval(pg_get_serial_sequence('{0}', 'id'),
    (SELECT coalesce(max(id), 1) FROM {0}))"""
FAMILIES = """SELECT coalesce(duplicate_of_id, r.id),
    coalesce(max(service_code) FILTER (WHERE duplicate_of_id IS NULL), ''), count(*)::int,
    count(*) FILTER (WHERE status <> 'closed')::int, bool_and(status = 'closed'),
    bool_and(status IN ('on_hold', 'closed') OR EXISTS (SELECT FROM requests_app_event e
        WHERE e.service_request_id = r.id AND e.code = 'twice_late')),
    max(extract(epoch FROM %(end)s - filed_at)::float) / 604800,
    min((SELECT extract(epoch FROM %(end)s - max(e.at))::float FROM requests_app_event e
        WHERE e.service_request_id = r.id)) / 604800
FROM requests_app_servicerequest r JOIN city_category c ON c.id = category_id
GROUP BY 1 ORDER BY 1"""


class Family(NamedTuple):
    """A request created by the workflow with its duplicates; weeks since its start and its end."""

    id: int
    code: str
    size: int
    open: int
    is_closed: bool
    is_settled: bool
    weeks: float
    weeks_since: float

    @property
    def group(self) -> str:
        if self.weeks > KEPT_WEEKS:
            return "forgotten"
        if self.weeks * 7 < telling.RECENT_DAYS + 1:
            return "recent"
        return "past" if self.is_closed else "waiting"


class Copies(NamedTuple):
    """A row of `told.families`: how often a family is copied, and to which weeks."""

    family: int
    copies: int
    first: int = 0
    span: int = 0
    mean: int = 0


def fill(
    url: str, count: int, seed: int, end: datetime, say: Callable = print, told: int = 0
) -> None:
    """Fill a city with `count` requests filed up to `end`.

    `told` of the requests, 500 by default, are created by the workflow; the others are copies.
    """
    began = time.monotonic()

    def note(text: str) -> None:
        say(f"{text}: {time.monotonic() - began:.0f} s")

    City.objects.update(contact_kept_days=KEPT)
    telling.tell(end, told or min(TOLD, count // 20), seed)
    note("Told by the workflow")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET maintenance_work_mem = '512MB'")
        connection.execute(SCHEMA)
        _fill_texts(connection, random.Random(seed))
        note("Places")
        _forget_old_ones(connection, end)
        note("What is older than the city keeps")
        multiplier = _prepare(connection)
        _copy_in(connection, share_out(_read_families(connection, end), count))
        tables = [*multiplier.tables, DEVICES]
        put_back = _take_away(connection, tables)
        multiplier.multiply(10_000)
        note("Multiplied")
        for statement in put_back:
            connection.execute(statement)
        for (table,) in connection.execute(NUMBERED, [tables]).fetchall():
            connection.execute(NEXT_ID.format(table))
        connection.execute("DROP SCHEMA told CASCADE")
        note("Indexes, and foreign keys that hold")
        connection.execute("VACUUM (FREEZE, ANALYZE)")
        resolution_times.measure_resolution_times()
        recounting.recount_totals()
        ChangedRequest.objects.all().delete()  # so that all days are counted
        daily_recount.recount_all_days()
        connection.execute("ANALYZE")
        note("Counted")


def _prepare(connection: psycopg.Connection) -> Multiplier:
    city = City.current()
    return Multiplier(connection, city.reference_prefix, settings.LINK_SECRET, city.time_zone)


def _forget_old_ones(connection: psycopg.Connection, end: datetime) -> None:
    """Copy closed requests to before the retention period, and apply the retention."""
    multiplier = _prepare(connection)
    closed = [each for each in _read_families(connection, end) if each.group == "past"]
    _copy_in(
        connection, [Copies(each.id, 1, KEPT_WEEKS + 1 - int(each.weeks_since)) for each in closed]
    )
    multiplier.multiply(1_000)
    with clock.freeze_time(end):
        retention.apply_retention()
    Photo.objects.filter(must_clean_original=True).update(must_clean_original=False)


def _read_families(connection: psycopg.Connection, end: datetime) -> list[Family]:
    return [Family(*row) for row in connection.execute(FAMILIES, {"end": end})]


def share_out(families: list[Family], count: int) -> list[Copies]:
    """Return how often each family is copied, so that there are `count` requests in total.

    The frequency of each kind is that of the city's records, and the number of open requests that
    of `OPEN`.
    """
    groups = {name: [each for each in families if each.group == name]
              for name in ("recent", "waiting", "forgotten", "past")}  # fmt: skip
    left = count - sum(each.size for each in families)
    natural = count * telling.RECENT_DAYS // (YEARS * 365)
    recent = _weigh(groups["recent"], natural - sum(each.size for each in groups["recent"]))
    goal = OPEN.get(count, min(30_000, count // 10)) * 97 // 100
    still = sum(each.open * (1 + recent.get(each, 0)) for each in families)
    waiting = _weigh(groups["waiting"], goal - still)
    left -= sum(n * each.size for each, n in [*recent.items(), *waiting.items()])
    forgotten = _weigh(groups["forgotten"], left * (ALL_WEEKS - KEPT_WEEKS) // ALL_WEEKS)
    left -= sum(n * each.size for each, n in forgotten.items())
    past = _weigh(groups["past"], left)
    left -= sum(n * each.size for each, n in past.items())
    singles = [each for each in past if each.size == 1]
    for n in range(left):
        past[singles[n % len(singles)]] += 1
    copies = recent | waiting | forgotten | past
    return [_place(each, n) for each, n in copies.items() if n]


def _weigh(families: list[Family], count: int) -> dict[Family, int]:
    """Return the number of copies by family, for at most `count` requests.

    Families of a frequent kind get more copies.
    """
    total = sum(telling.COUNTS.values())
    alike = Counter(each.code for each in families)
    weights = {
        each: telling.COUNTS.get(each.code, total * RARE_SHARE / 10_000) / alike[each.code]
        for each in families
    }
    whole = sum(weight * each.size for each, weight in weights.items())
    return {each: int(max(0, count) * weight / whole) for each, weight in weights.items()}


def _place(family: Family, copies: int) -> Copies:
    """Return the copies of a family with their range of weeks.

    Copies of past requests may be later than the original, as long as their last event is in the
    past.
    """
    oldest = math.ceil(family.weeks)
    if family.group == "forgotten":
        return Copies(family.id, copies, span=max(0, ALL_WEEKS - oldest))
    if family.group == "past":
        later = min(int(family.weeks_since), int(family.weeks) - telling.RECENT_DAYS // 7)
        return Copies(family.id, copies, first=-later, span=KEPT_WEEKS - oldest + later)
    if family.group == "waiting" and family.is_settled:
        return Copies(family.id, copies, span=KEPT_WEEKS // 2, mean=WAITING_WEEKS)
    return Copies(family.id, copies)


def _copy_in(
    connection: psycopg.Connection, rows: Iterable[tuple], table: str = "families"
) -> None:
    connection.execute(f"TRUNCATE told.{table}")
    with connection.cursor().copy(f"COPY told.{table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _fill_texts(connection: psycopg.Connection, dice: random.Random) -> None:
    details = [each for each in telling.TEXTS["details"] if not danger.find_danger(each)]
    pairs = [f"{one} {other}" for one in details for other in details if one != other]
    rare = [f"It looks like a {word}." for word in telling.TEXTS["rare"]]
    _copy_in(connection, enumerate([*details, *pairs, ""]), "sentences")
    _copy_in(connection, enumerate(rare), "rare_words")
    places = spots.draw_spots(telling.FIGURES, dice)
    _copy_in(connection, ((n, *row) for n, row in enumerate(places)), "spots")


def _take_away(connection: psycopg.Connection, tables: list[str]) -> list[str]:
    """Drop indexes, unique constraints and foreign keys; return statements to restore them."""
    again = []

    def find(query: str, *given: list[str]) -> list[tuple]:
        return connection.execute(query, given).fetchall()

    for table, name, definition in find(CONSTRAINTS, ["f"], tables):
        connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        again.append(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
    for table, name, definition in find(CONSTRAINTS, ["u"], tables):
        connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        again.insert(0, f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
    for name, definition in find(INDEXES, tables):
        connection.execute(f"DROP INDEX {name}")
        again.insert(0, definition)
    return again
