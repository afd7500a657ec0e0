"""Tests for the sort orders of the public list, including the distance from the browser."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lib import clock
from requests_app import workflow
from requests_app.browsing import orders
from requests_app.models import ServiceRequest
from tests import make
from tests.plans import plan_as_if_large
from tests.visitors import browser, source

pytestmark = pytest.mark.django_db

BEACH = ("34.006500", "-118.491500")
INLAND = ("34.030000", "-118.470000")
HALL = {"latitude": "34.0118", "longitude": "-118.4917"}


def set_position(client, **place):
    """Send a position, by default that of City Hall, from `client`, and return `client`."""
    response = client.post("/requests/position/", place or HALL)
    assert response.status_code == 302
    return client


def list_references(client, query=""):
    response = client.get(f"/requests/{query}")
    assert response.status_code == 200
    page = response.context["page"]
    return [row.service_request for row in page.rows], page


def file_updated_in_reverse():
    """Return three requests, oldest first; the first one was updated last."""
    rows = []
    for minutes in (30, 20, 10):
        with clock.freeze_time(clock.now() - timedelta(minutes=minutes)):
            rows.append(make.filed(location_text=f"Corner {minutes}"))
    make.route(rows[0])
    return rows


def test_the_list_says_how_it_is_sorted_and_offers_the_others():
    first, second, third = file_updated_in_reverse()
    client = browser()
    assert list_references(client)[0] == [first, third, second]
    assert list_references(client, "?sort=newest")[0] == [third, second, first]
    page = source(client.get("/requests/?sort=newest"))
    assert '<a href="/requests/?sort=newest" aria-current="page">' not in page
    assert re.search(r'href="\?sort=newest"\s+aria-current="page">\s*Newest\s*</a>', page)
    assert re.search(r'href="[^"]*">\s*Latest update\s*</a>', page)


def test_a_note_among_staff_moves_nothing_in_the_order_of_updates():
    rows = file_updated_in_reverse()
    before = list_references(browser())[0]
    last = before[-1]
    make.act(workflow.comment, last, make.omar(), words="Ask Wes.", is_public=False)
    assert list_references(browser())[0] == before
    make.act(workflow.comment, last, make.ana(), words="It grows.")
    assert list_references(browser())[0] == [last, *before[:-1]]
    assert set(rows) == set(before)


def test_the_order_stays_while_the_list_is_narrowed_and_counts_for_no_feed():
    make.filed()
    response = browser().get("/requests/?sort=newest&q=hole")
    assert response.context["feed_query"] == "?q=hole"
    assert 'name="sort" value="newest"' in response.content.decode()
    first, second, third = file_updated_in_reverse()
    feed = browser().get("/requests/feed/?sort=newest").content.decode()
    at = [feed.index(row.reference) for row in (first, third, second)]
    assert at == sorted(at)


def test_an_order_that_we_do_not_know_is_said():
    make.filed()
    page = browser().get("/requests/?sort=price").content.decode()
    assert "We don&#x27;t know how to sort by “price”." in page


def file_on_a_line(count):
    """Create `count` requests on a line to the north, in mixed order.

    Also create one at the position of another request, and one without a position.
    """
    rows = [
        make.filed(at=(f"{34.0118 + 0.0007 * (n * 7 % count):.6f}", "-118.491700"))
        for n in range(count)
    ]
    make.filed(at=(str(rows[5].latitude), str(rows[5].longitude)), location_text="The same spot")
    lost = make.filed(location_text="Nowhere")
    ServiceRequest.objects.filter(pk=lost.pk).update(latitude=None, longitude=None)


@pytest.mark.parametrize("sort", ["newest", "near"])
def test_each_order_is_paged_both_ways_and_misses_none(sort):
    file_on_a_line(45)
    client = set_position(browser())
    everything = list(
        orders.build_order(sort, (34.012, -118.492)).sort(ServiceRequest.objects.public())
    )
    first, page = list_references(client, f"?sort={sort}")
    second, middle = list_references(client, page.older)
    third, last = list_references(client, middle.older)
    assert first + second + third == everything
    assert last.older == ""
    assert list_references(client, last.newer)[0] == second
    assert list_references(client, middle.newer)[0] == first


def test_the_nearest_are_first_and_those_without_a_place_last():
    inland, hall, beach = make.filed(at=INLAND), make.filed(), make.filed(at=BEACH)
    lost = make.filed()
    ServiceRequest.objects.filter(pk=lost.pk).update(latitude=None, longitude=None)
    assert list_references(set_position(browser()), "?sort=near")[0] == [hall, beach, inland, lost]


def test_nearness_is_the_same_in_every_direction():
    """At this latitude, a degree of longitude is shorter than a degree of latitude."""
    north = make.filed(at=("34.021000", "-118.491700"))  # 1,020 m
    east = make.filed(at=("34.011800", "-118.481700"))  # 920 m
    assert list_references(set_position(browser()), "?sort=near")[0] == [east, north]


def test_a_place_can_be_typed():
    beach, inland = make.filed(at=BEACH), make.filed(at=INLAND)
    client = set_position(browser(), text="Santa Monica Pier")
    assert list_references(client, "?sort=near")[0] == [beach, inland]


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ({"text": "xyzzy plugh"}, "We can&#x27;t find this location."),
        ({}, "We can&#x27;t find this location."),
        ({"latitude": "40.7", "longitude": "-74.0"}, "This location is far from Santa Monica."),
        ({"latitude": "north", "longitude": "1"}, "a coordinate. Use digits"),
    ],
)
def test_what_is_no_place_here_is_said_and_remembered_nowhere(place, said):
    client = browser()
    response = client.post("/requests/position/", place)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert "here" not in client.cookies


def test_without_a_position_the_latest_update_is_first_and_the_page_says_so():
    first, second, third = file_updated_in_reverse()
    response = browser().get("/requests/?sort=near")
    assert [row.service_request for row in response.context["page"].rows] == [first, third, second]
    assert "To see the nearest first, tell us where you are." in response.content.decode()


def test_a_page_of_the_nearest_is_no_page_of_the_latest():
    file_on_a_line(25)
    client = set_position(browser())
    onward = list_references(client, "?sort=near")[1].older
    assert client.get(f"/requests/{onward}").status_code == 200
    client.post("/requests/position/", {"forget": "1"})
    assert client.get(f"/requests/{onward}").status_code == 400


def test_the_position_is_rounded_ends_with_the_session_and_stands_in_no_address():
    file_on_a_line(25)
    client = browser()
    response = client.post(
        "/requests/position/", {"latitude": "34.0118372", "longitude": "-118.4917391"}
    )
    cookie = client.cookies["here"]
    assert cookie.value == "34.012,-118.492"
    assert cookie["max-age"] == cookie["expires"] == ""
    assert cookie["httponly"]
    assert response.url == "/requests/?sort=near"
    response = client.get(response.url)
    assert "34.012" not in response.context["page"].older
    assert "118.49" not in response.context["position_url"]


def test_the_position_can_be_forgotten():
    client = set_position(browser())
    page = client.get("/requests/position/").content.decode()
    assert "Forget my location" in page
    assert page.count('action="/requests/position/"') == 2
    client.post("/requests/position/", {"forget": "1"})
    assert client.cookies["here"].value == ""


@pytest.mark.parametrize("onward", ["https://example.org/", "//example.org", "javascript:x", ""])
def test_the_way_back_leads_nowhere_else(onward):
    response = browser().post("/requests/position/", {**HALL, "next": onward})
    assert response.url == "/requests/?sort=near"


@pytest.mark.parametrize("value", ["", "x", "1,2,3", "nan,nan", "9" * 99, "91,0"])
def test_a_cookie_that_is_no_position_is_none(value):
    make.filed()
    client = browser()
    client.cookies["here"] = value
    assert client.get("/requests/?sort=near").status_code == 200
    assert ">Latest<" in client.get("/").content.decode()


def test_the_home_page_shows_what_is_near_or_says_that_it_is_the_latest():
    with clock.freeze_time(clock.now() - timedelta(minutes=5)):
        hall = make.filed()
    beach = make.filed(at=BEACH)
    client = browser()
    response = client.get("/")
    assert ">Latest<" in response.content.decode()
    assert [row.service_request for row in response.context["nearby"]] == [beach, hall]
    response = set_position(client).get("/")
    assert "Near you" in response.content.decode()
    assert [row.service_request for row in response.context["nearby"]] == [hall, beach]


def test_hidden_requests_are_near_nobody():
    hidden = make.filed()
    make.act(workflow.hide, hidden, make.omar(), words="A plate can be read.")
    assert list_references(set_position(browser()), "?sort=near")[0] == []


@pytest.mark.parametrize("sort", ["newest", "near"])
def test_an_index_gives_the_order(sort):
    make.filed()
    rows = orders.build_order(sort, (34.0118, -118.4917)).sort(ServiceRequest.objects.public())
    plan_as_if_large("sort")
    plan = rows[:20].explain()
    index = {"newest": "public_ones_by_filing", "near": "public_ones_by_nearness"}[sort]
    assert f"using {index}" in plan


def test_the_nearest_cost_one_query_more_at_the_most():
    file_on_a_line(25)
    client = set_position(browser())
    onward = list_references(client, "?sort=near")[1].older
    with CaptureQueriesContext(connection) as queries:
        list_references(client, onward)
    assert len(queries) <= 13
