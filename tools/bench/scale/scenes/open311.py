"""Scenes of other systems: lists of requests, their changes, and single requests."""

from datetime import UTC, datetime, timedelta
from functools import partial

from tools.bench.scale.scenes.fields import of
from tools.bench.scale.scenes.scene import add, expect, page

HUNDRED, THOUSAND, ONE = (18, 8), (140, 60), (6, 3)
DOOR = "/open311/v2"
stranger = partial(page, who="stranger")
add_hundred = partial(stranger, wanted=HUNDRED)
add_thousand = partial(stranger, wanted=THOUSAND)
add_one = partial(stranger, wanted=ONE)


def days_ago(days) -> str:
    return f"{datetime.now(UTC) - timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"


def requests(query, kind="json") -> str:
    return f"{DOOR}/requests.{kind}?{query}"


def updates(query) -> str:
    return f"{DOOR}/servicerequestupdates.json?{query}"


MONTH = "start_date={since}&end_date={until}T23:59:59Z"
add_hundred("open311, 100 requests", path=requests("page_size=100"))
add_hundred("open311, 100 requests in XML", path=requests("page_size=100", "xml"))
add_thousand("open311, 1,000 requests", path=requests(""))
add_thousand("open311, 1,000 requests in XML", path=requests("", "xml"))
add_hundred("open311, 100 of a month of long ago", path=requests(f"page_size=100&{MONTH}"))
add_hundred(
    "open311, 100 changed since yesterday",
    path=lambda c, n: requests(f"page_size=100&updated_after={days_ago(1)}"),
)
add_hundred(
    "open311, 100 changed since ever", path=requests("page_size=100&updated_after=2000-01-01")
)
add_hundred(
    "open311, removed since ever",
    path=f"{DOOR}/removed_requests.json?updated_after=2000-01-01T00:00:00Z",
)
stranger(
    "open311, the hundredth page of all changes",
    path=requests("page_size=1000&page=100&updated_after=2000-01-01"),
    wanted=(140, 120),
)
add_hundred("open311, 100 in a box", path=requests("page_size=100&bbox={box14}"))
add_hundred("open311, 100 around a spot", path=requests("page_size=100&radius=500&{spot}"))
add_hundred(
    "open311, 100 open ones of a service",
    path=requests("page_size=100&status=open&service_code={kind}"),
)
stranger("open311, 100 that say a word", path=requests("page_size=100&q={noun}"), wanted=(25, 60))
stranger(
    "open311, 100 with extensions",
    path=requests("page_size=100&extensions=true"),
    wanted=(60, 15),
)
add_one("open311, one request", path=f"{DOOR}/requests/{{closed}}.json")
add_hundred(
    "open311, updates of two hours", path=lambda c, n: updates(f"start_date={days_ago(1 / 12)}")
)
add_hundred("open311, updates, a page of 100 of the last 90 days", path=updates("page_size=100"))
add_hundred(
    "open311, updates, the second page of 100 of a month of long ago",
    path=updates(f"page=2&page_size=100&{MONTH}"),
)
add_one("open311, services", path=f"{DOOR}/services.json")


def hundred_by_id(browser, cast, n, given=None, *, path):
    wanted = [of(cast.references("closed"), n + each) for each in range(100)]
    return expect(browser.get(path(f"service_request_id={','.join(wanted)}")), 200)


for name, path, limit in (
    ("open311, 100 by their ids", requests, HUNDRED),
    ("open311, updates of 100 by their ids", updates, THOUSAND),
):
    add(name, "stranger", partial(hundred_by_id, path=path), limit)
stranger(
    "open311, closed ones changed since ever, with a box",
    path=requests("page_size=100&status=closed&updated_after=2000-01-01&bbox={box16}"),
    is_timed=False,
)
stranger(
    "open311, open ones changed since ever",
    path=requests("page_size=100&status=open&updated_after=2000-01-01"),
    is_timed=False,
)
