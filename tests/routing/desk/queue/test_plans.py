"""The desk's questions look at open requests, not at all that there ever were."""

import pytest
from django.db.models import Q

from requests_app.models import ServiceRequest
from routing.desk.queue import reading
from routing.desk.queue.filters import Filters
from routing.desk.queue.tabs import Tab, in_a_tab
from routing.desk.service_request.reporter import all_with, others_by
from tests import make
from tests.plans import plan_as_if_large, reads_all

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_large_table():
    plan_as_if_large("indexscan", "indexonlyscan")


def test_a_condition_that_no_index_serves_is_noticed():
    assert reads_all(ServiceRequest.objects.filter(times_routed=7))
    either = Q(pk__in=ServiceRequest.objects.filter(reference="x").values("pk"))
    assert reads_all(ServiceRequest.objects.filter(either | Q(status="filed")))


@pytest.mark.parametrize("tab", Tab)
def test_no_tab_reads_closed_requests(tab):
    assert not reads_all(reading.requests(Filters(tab=tab)))


@pytest.mark.parametrize("tab", [tab for tab in Tab if tab != Tab.NEW])
def test_a_tab_is_read_in_its_order(tab):
    plan_as_if_large("bitmapscan", "sort")
    plan = reading.requests(Filters(tab=tab)).values("pk")[:60].explain()
    assert "using open_ones_urgent_first" in plan
    assert "Sort" not in plan


def test_nor_do_their_counts():
    for where in in_a_tab():
        assert not reads_all(ServiceRequest.objects.filter(where))


@pytest.mark.parametrize("words", ["ana@example.org", "(310) 555-0105", "555-0105"])
def test_a_caller_is_found_by_an_index(words):
    rows = reading.requests(Filters(words=words)).order_by()
    assert not reads_all(rows)
    assert not reads_all(rows, "requests_app_contact")


def test_so_is_what_the_same_person_reported():
    row = make.filed(contact={"email": "ana@example.org", "phone": "310 555 0105"})
    make.filed(contact={"phone": "310 555 0105"})
    assert others_by(row, row.contact).count == 1
    assert not reads_all(all_with(row.contact))
