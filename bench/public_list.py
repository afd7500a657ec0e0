"""How fast the public list, its map and its feed answer over many requests, and how large they are.

Run it against a demo's data, which may be running: `./run manage shell < bench/public_list.py`
(`REQUESTS=1000000` for another number). It puts 20,000 requests straight into the table, spread
over the city and ten years, one of ten of them open, in a transaction that is rolled back; beyond
20,000 they are copied with other places. Then it asks each page 40 times through Django's own
client, without a network or a browser, and prints p50 and p95 in milliseconds, the queries, and the
size of the largest answer. The first answers, which read what a process remembers, do not count.
`SLOW=50` prints each query that takes more than so many milliseconds.
"""

import html
import os
import random
import re
import statistics
import time
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from shapely.geometry import Point, shape

from city.models import Category, City, Department, Zone
from requests_app.models import ServiceRequest
from requests_app.status import Outcome, Status
from santa311.lib import clock

COUNT, FIRST = int(os.environ.get("REQUESTS", "20000")), 20_000
SLOW = float(os.environ.get("SLOW", "inf"))
ROUNDS, WARM_UP = int(os.environ.get("ROUNDS", "40")), 3
WORDS = re.findall(
    r"\w+", "deep wide hole bucket light dark tree branch sofa paint wall water leak"
)
STREETS = re.findall(r"[^,]+", "Pico Blvd,Wilshire Blvd,Main St,Ocean Ave,14th St,Montana Ave")
OPEN = [Status.FILED, Status.ROUTED, Status.IN_PROGRESS, Status.DISPUTED]
ENDS = [Outcome.CONFIRMED, Outcome.UNANSWERED, Outcome.IMPORTED, Outcome.DECLINED]
TABLE = ServiceRequest._meta.db_table
dice = random.Random(311)
settings.ALLOWED_HOSTS = ["testserver"]


def places():
    """Points of the city, for ever."""
    outline = shape(City.current().outline)
    west, south, east, north = outline.bounds
    while True:
        point = Point(dice.uniform(west, east), dice.uniform(south, north))
        if outline.contains(point):
            yield point


def rows(count):
    categories = list(Category.objects.active().filter(is_private=False))
    zones, departments = list(Zone.objects.active()), list(Department.objects.active())
    spots = places()
    for number in range(count):
        filed = clock.now() - timedelta(minutes=dice.randrange(10 * 365 * 24 * 60))
        changed = min(clock.now(), filed + timedelta(minutes=dice.randrange(30 * 24 * 60)))
        is_open = dice.random() < 0.1
        category, point = dice.choice(categories), next(spots)
        yield ServiceRequest(
            reference=f"BX-{number // 10_000:04}-{number % 10_000:04}",
            category=category,
            zone=dice.choice(zones),
            department=category.department or dice.choice(departments),
            description=" ".join(dice.choices(WORDS, k=8)),
            location_text=f"{dice.choice(STREETS)} & {dice.randrange(1, 30)}th St",
            latitude=f"{point.y:.6f}",
            longitude=f"{point.x:.6f}",
            status=dice.choice(OPEN) if is_open else Status.CLOSED,
            outcome="" if is_open else dice.choice(ENDS),
            closed_at=None if is_open else changed,
            filed_at=filed,
            changed_at=changed,
        )


def copy(times):
    """The same requests again and again: other references, a few streets away, minutes later."""
    number = f"(replace(substr(reference, 4), '-', '')::int + copy * {FIRST})"
    columns = [field.column for field in ServiceRequest._meta.concrete_fields if field.name != "id"]
    changed = {
        "reference": f"overlay(to_char({number}, 'FM\"BX-\"00000000') placing '-' from 8 for 0)",
        "latitude": "latitude + round((random() * 0.004 - 0.002)::numeric, 6)",
        "longitude": "longitude + round((random() * 0.004 - 0.002)::numeric, 6)",
        "changed_at": "changed_at - copy * interval '7 minutes'",
        "filing_key": "NULL",
    }
    picked = ", ".join(changed.get(column, column) for column in columns)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(
            f"INSERT INTO {TABLE} ({', '.join(columns)}) SELECT {picked} FROM {TABLE}, "
            "generate_series(1, %s) AS copy WHERE reference LIKE 'BX-%%'",
            [times],
        )
        cursor.execute("SET LOCAL statement_timeout = '8s'")


def fill():
    ServiceRequest.objects.bulk_create(rows(min(COUNT, FIRST)), batch_size=5_000)
    if COUNT > FIRST:
        copy(COUNT // FIRST - 1)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {TABLE}")


def visitor():
    """A browser that said it is at City Hall."""
    client = Client()
    client.cookies["here"] = "34.012,-118.492"
    return client


def next_page(query):
    page = visitor().get(f"/requests/{query}").content.decode()
    return html.unescape(re.search(r'rel="next" href="([^"]+)"', page)[1])


def measure(name, addresses):
    """One line about all of these addresses together."""
    client, times, sizes, queries = visitor(), [], [], []
    for address in addresses:
        for turn in range(WARM_UP + ROUNDS):
            started = time.perf_counter()
            response = client.get(address)
            if turn >= WARM_UP:
                times.append(1000 * (time.perf_counter() - started))
        assert response.status_code == 200, (address, response.status_code)
        sizes.append(len(response.content))
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        queries.append(len(asked))
        for query in asked.captured_queries:
            if 1000 * float(query["time"]) > SLOW:
                print("   ", query["time"], query["sql"][:20], query["sql"].rpartition(" FROM ")[2])
    p95 = statistics.quantiles(times, n=20)[-1]
    print(
        f"{name}: p50 {statistics.median(times):.0f} ms, p95 {p95:.0f} ms, "
        f"at most {max(queries)} queries, largest answer {max(sizes) / 1024:.1f} KB",
        flush=True,
    )


def screens():
    """Maps of 1440 × 900, from the whole city to one corner."""
    latitude, longitude = 34.0195, -118.4855
    for zoom in range(11, 20):
        wide, high = 475 * 360 / 256 / 2**zoom, 420 * 298 / 256 / 2**zoom
        edges = (longitude - wide, latitude - high, longitude + wide, latitude + high)
        yield f"bbox={','.join(f'{edge:.5f}' for edge in edges)}&zoom={zoom}"


with transaction.atomic():
    begun = time.perf_counter()
    fill()
    print(f"{COUNT:,} requests in {time.perf_counter() - begun:.0f} s", flush=True)
    zone, category = Zone.objects.active()[0].slug, Category.objects.popular()[0].service_code
    older = next_page("?show=all")
    measure("list, open ones", ["/requests/"])
    measure("list, all", ["/requests/?show=all"])
    measure("list, an older page", [f"/requests/{older}"])
    measure("list, newest", ["/requests/?show=all&sort=newest"])
    measure("list, nearest", ["/requests/?show=all&sort=near"])
    measure("list, nearest open ones", ["/requests/?sort=near"])
    deep = "?show=all&sort=near"
    for _page in range(10):
        deep = next_page(deep)
    measure("list, nearest, eleventh page", [f"/requests/{deep}"])
    measure("home, near", ["/"])
    measure("list, an area and a kind", [f"/requests/?zone={zone}&category={category}&show=all"])
    measure("list, words that many say", ["/requests/?q=hole&show=all"])
    measure("list, words that few say", ["/requests/?q=zebra&show=all"])
    measure("list, one reference's end", ["/requests/?q=BX+0000+777&show=all"])
    measure("list, a month of long ago", ["/requests/?from=2019-03-01&to=2019-03-31&show=all"])
    measure("map, open ones", [f"/requests/map/?{screen}" for screen in screens()])
    measure("map, all", [f"/requests/map/?show=all&{screen}" for screen in screens()])
    measure("map, words", [f"/requests/map/?show=all&q=hole&{screen}" for screen in screens()])
    measure("feed", ["/requests/feed/?show=all"])
    transaction.set_rollback(True)
