"""Tests for the home page, the requests of this device, the look-up and the public list."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from city.models import Category
from lib import clock
from requests_app import workflow
from requests_app.status import Status
from tests import make
from tests.visitors import address, browser

pytestmark = pytest.mark.django_db


def page_text(client, path, **query):
    response = client.get(path, query)
    assert response.status_code == 200
    return response.content.decode()


def test_home_offers_what_people_report_most_and_the_emergency_numbers():
    page = page_text(browser(), "/")
    for category in Category.objects.popular()[:6]:
        assert f"?category={category.service_code}" in page
    assert 'href="tel:911"' in page


def test_home_shows_what_this_device_reported_those_that_wait_for_an_answer_first():
    quiet = make.service_request(Status.ROUTED)
    waits = make.service_request(Status.COMPLETED)
    with clock.freeze_time(clock.now() + timedelta(hours=1)):
        make.act(workflow.start, quiet, make.wes())
        page = page_text(browser("ana"), "/")
    assert page.index(address(waits)) < page.index(address(quiet))
    assert "All 2" in page


def test_home_of_a_stranger_shows_nothing_of_others_as_their_own():
    make.service_request(Status.COMPLETED)
    page = page_text(browser("bob"), "/")
    assert "Your requests on this device" not in page


def test_a_private_request_is_listed_for_its_reporter():
    private = make.filed(category=make.category(is_private=True))
    assert private.reference in page_text(browser("ana"), "/requests/mine/")


def test_my_requests_lists_what_was_reported_and_what_is_followed():
    mine, theirs = make.filed(), make.filed(by=make.bob())
    workflow.follow(theirs, by=make.ana())
    page = page_text(browser("ana"), "/requests/mine/")
    assert page.index(address(mine)) < page.index("You follow") < page.index(address(theirs))


def test_my_requests_of_a_new_device_are_kindly_empty():
    assert "Nothing here yet" in page_text(browser(), "/requests/mine/")


@pytest.mark.parametrize(
    "sloppy",
    [str.lower, str.title, lambda r: r.replace("-", " "), lambda r: r.split("-", 1)[1].lower()],
)
def test_a_reference_is_found_however_it_is_typed(sloppy):
    row = make.filed()
    response = browser().get("/requests/find/", {"reference": f"  {sloppy(row.reference)} "})
    assert response["Location"] == address(row)


@pytest.mark.parametrize("typed", ["SM-7K3Q-X9F2", "hello", "9" * 31, "\0", "\ud800", "<b>", "٣"])
def test_a_reference_that_is_not_there_is_a_kind_404_with_the_text_kept(typed):
    query = typed.encode("utf-8", "surrogatepass")
    response = browser().get("/requests/find/", {"reference": query})
    page = response.content.decode()
    assert response.status_code in (200, 404)  # the query has no readable text: the empty form
    assert "Track a request" in page
    if typed.isalnum():
        assert f'value="{typed}"' in page


def test_a_private_request_is_not_found_by_strangers():
    row = make.filed(category=make.category(is_private=True))
    lookup = {"reference": row.reference}
    assert browser("bob").get("/requests/find/", lookup).status_code == 404
    assert browser("ana").get("/requests/find/", lookup)["Location"] == address(row)


def test_lists_cost_the_same_however_long_they_are():
    def cost(path):
        with CaptureQueriesContext(connection) as queries:
            page_text(browser("ana"), path)
        return len(queries)

    paths = ("/", "/requests/", "/requests/mine/")
    statuses = (Status.ROUTED, Status.IN_PROGRESS, Status.COMPLETED, Status.ON_HOLD)
    # one more than the home page shows, so that it counts them
    for status in (*statuses, Status.ON_HOLD):
        make.service_request(status)
    for path in paths:
        cost(path)  # now the city's configuration is in memory
    few = [cost(path) for path in paths]
    for status in statuses:
        make.service_request(status)
    assert [cost(path) for path in paths] == few
    assert max(few) <= 14
