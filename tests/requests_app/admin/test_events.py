"""Tests for the admin list of events."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from city.search.phrase import IN_FRONT
from requests_app import workflow
from requests_app.models import Event, ServiceRequest
from requests_app.status import Verb
from tests import make

pytestmark = pytest.mark.django_db

LOG = reverse("admin:requests_app_event_changelist")


def test_the_log_and_the_page_of_a_request_are_newest_first_and_say_who_did_what(ada):
    row = make.filed()
    make.act(workflow.route, row, make.omar(), to=make.streets())
    page = ada.get(LOG)
    assert [event.verb for event in page.context["cl"].result_list] == [Verb.ROUTE, Verb.FILE]
    text = page.text
    assert text.index("Omar sent it to Street Services.") < text.index("It was reported.")
    assert "A resident (device" in text
    page = ada.get(reverse("admin:requests_app_servicerequest_change", args=[row.pk])).text
    assert page.index("Omar sent it to") < page.index("It was reported.")


def test_the_log_costs_the_same_however_long_it_is(ada):
    make.route(make.filed())
    ada.get(LOG)
    with CaptureQueriesContext(connection) as some:
        ada.get(LOG)
    for _n in range(3):
        make.route(make.filed())
    with CaptureQueriesContext(connection) as more:
        ada.get(LOG)
    assert len(more) == len(some)


def test_the_page_of_an_event_names_no_codes(ada):
    row = make.filed()
    make.route(row)
    make.handed_back(row)
    event = Event.objects.filter(service_request=row, verb=Verb.HAND_BACK).get()
    page = ada.get(reverse("admin:requests_app_event_change", args=[event.pk])).text
    assert "handed it back to 311" in page
    assert event.code not in page


def test_the_kind_of_location_is_named_not_its_code(ada):
    row = make.filed()
    ServiceRequest.objects.filter(pk=row.pk).update(location_relation=IN_FRONT)
    page = ada.get(reverse("admin:requests_app_servicerequest_change", args=[row.pk])).text
    assert "in front of an address" in page
    assert IN_FRONT not in page
