"""Tests that a list reads only slightly more rows than it shows, in a database of any size."""

import re
from datetime import timedelta

import pytest

from city.models import Zone
from lib import clock
from requests_app.browsing import orders
from requests_app.browsing.filters import Filters
from requests_app.models import ServiceRequest
from tests import make
from tests.plans import plan_as_if_large, reads_all

pytestmark = pytest.mark.django_db

LONG_AGO = {"from": "2018-03-01", "to": "2018-03-31"}


@pytest.fixture(autouse=True)
def a_large_table():
    plan_as_if_large("sort")


def plan(query):
    filters = Filters.from_query({"show": "all", **query})
    order = orders.build_order(filters.sort, None, filters.has_short_period)
    ids = order.sort(filters.filter_listed(ServiceRequest.objects.public())).values_list(
        "pk", flat=True
    )
    return ids[:21]


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ({}, "public_ones_by_latest_update"),
        ({"zone": "x"}, "public_ones_(in_a_zone|by_latest_update)"),
        ({"category": "x"}, "public_ones_(of_a_kind|by_latest_update)"),
        ({"sort": "newest"}, "public_ones_by_filing"),
        ({"category": "x", "sort": "newest"}, "public_ones_(of_a_kind_filed|by_filing)"),
    ],
)
def test_which_ones_a_page_shows_is_read_in_an_index_alone(query, index):
    if "zone" in query:
        query = {**query, "zone": Zone.objects.active()[0].slug}
    if "category" in query:
        query = {**query, "category": make.pothole().service_code}
    assert re.search(f"Index Only Scan using {index} ", plan(query).explain())


def test_days_of_long_ago_are_not_looked_for_among_the_latest(thousands):
    for query in (LONG_AGO, {**LONG_AGO, "show": "fixed"}):
        assert not reads_all(plan(query))
        assert "Sort" in plan(query).explain()


def test_many_years_are_read_in_the_order_of_the_list():
    assert "Sort" not in plan({"from": "1970-01-01", "to": "2100-12-31"}).explain()


def test_a_list_of_days_is_in_the_order_of_the_latest_update():
    with clock.freeze_time(clock.now() - timedelta(days=3)):
        first, second = make.filed(), make.filed()
    make.route(first)
    since = clock.localtime(clock.now() - timedelta(days=9)).date().isoformat()
    ids = list(plan({"from": since, "show": "open"}))
    assert ids == [first.pk, second.pk]
