"""Tests that viewing a page writes nothing to the database in read-only mode, for each role."""

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client

from city import maintenance
from tests import make
from tests.sweeps import in_sweep
from tests.test_front_doors import ALL_ROUTES, address
from tests.visitors import browser, signed_in

pytestmark = pytest.mark.django_db
PAGES = [route for route in ALL_ROUTES if not route.startswith("(?")]
OF_STAFF = ("desk/", "staff/", "admin/", "accounts/")
VISITORS = {
    "a stranger": (Client, [page for page in PAGES if not page.startswith(OF_STAFF[:3])]),
    "the reporter": (
        lambda: browser("ana"),
        [page for page in PAGES if not page.startswith(OF_STAFF)],
    ),
    "an agent": (
        lambda: signed_in(make.omar()),
        [page for page in PAGES if page.startswith(("desk/", "accounts/", "requests/", "report/"))],
    ),
    "a supervisor": (
        lambda: signed_in(make.sue()),
        [page for page in PAGES if page.startswith("staff/")],
    ),
    "an admin": (
        lambda: signed_in(make.ada()),
        [page for page in PAGES if page.startswith(("admin/", "staff/overview/"))],
    ),
}


@pytest.fixture
def row():
    row = make.filed(by=make.ana())
    make.route(row)
    return row


def looked_at(visitor, page, reference):
    """Return the response to a GET request in a read-only transaction, as on a standby."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL transaction_read_only = on")
        answer = visitor.get(address(page, reference))
        if answer.streaming:
            answer.getvalue()
        transaction.set_rollback(True)
    return answer


@pytest.mark.parametrize("who", ["a stranger", *in_sweep([*VISITORS][1:])])
def test_looking_writes_nothing(who, row):
    visit, pages = VISITORS[who]
    visitor = visit()
    visitor.raise_request_exception = False
    maintenance.start_read_only_mode()
    cache.clear()
    wrote = [page for page in pages if looked_at(visitor, page, row.reference).status_code >= 500]
    assert wrote == []


def test_the_rule_finds_a_page_that_writes(row):
    visitor = browser("ana")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL transaction_read_only = on")
        answer = visitor.post(
            f"/requests/{row.reference}/comments/",
            {"words": "It grew.", "seen": make.last_event_id(row)},
        )
        transaction.set_rollback(True)
    assert answer.status_code == 503
