"""Tests for the admin lists of large tables, which use indexes to count, sort and search."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import notifications.admin
from notifications.models import Delivery
from requests_app.admin import large_tables
from requests_app.admin.requests import ServiceRequestAdmin
from requests_app.models import (
    Comment,
    Contact,
    Event,
    OlderRecord,
    Photo,
    ServiceRequest,
)
from requests_app.workflow import outbox
from tests import make
from tests.plans import plan_as_if_large, reads_all

pytestmark = pytest.mark.django_db

REQUESTS = reverse("admin:requests_app_servicerequest_changelist")
EVENTS = reverse("admin:requests_app_event_changelist")


def shown_rows(page):
    return list(page.context["cl"].result_list)


def test_a_list_counts_its_first_rows_and_says_how_many_are_likely(ada, monkeypatch):
    for _n in range(3):
        make.filed()
    monkeypatch.setattr(large_tables.FirstRowsPaginator, "max_rows", 2)
    monkeypatch.setattr(large_tables.LargeTableAdmin, "list_per_page", 1)
    page = ada.get(REQUESTS)
    assert page.context["cl"].result_count == 2
    assert "The first 2 of about" in page.text
    assert "More than 2 results" in page.text
    assert ada.get(REQUESTS, {"p": 3}).url.endswith("?e=1")
    monkeypatch.setattr(large_tables.FirstRowsPaginator, "max_rows", 3)
    assert "3 service requests" in " ".join(ada.get(REQUESTS).text.split())


def test_years_months_and_days_are_offered_without_reading_the_rows(ada):
    make.imported(filed_at=datetime(2019, 5, 7, 20, tzinfo=UTC))
    row = make.filed()
    year = row.filed_at.year
    with CaptureQueriesContext(connection) as asked:
        page = ada.get(REQUESTS)
    assert not [each for each in asked if "DISTINCT" in each["sql"]]
    years = [choice["title"] for choice in page.context["cl"].periods["choices"]]
    assert years == [str(each) for each in range(2019, year + 1)]
    chosen = {"filed_at__year": 2019}
    page = ada.get(REQUESTS, chosen)
    assert [each.filed_at.year for each in shown_rows(page)] == [2019]
    assert len(page.context["cl"].periods["choices"]) == 12
    assert page.context["cl"].periods["back"]["title"] == "All dates"
    page = ada.get(REQUESTS, chosen | {"filed_at__month": 2})
    assert shown_rows(page) == []
    assert len(page.context["cl"].periods["choices"]) == 28
    page = ada.get(REQUESTS, chosen | {"filed_at__month": 5, "filed_at__day": 7})
    assert len(shown_rows(page)) == 1
    assert page.context["cl"].periods["back"]["title"] == "May 2019"
    assert "Filter by filed" in page.text


@pytest.mark.parametrize("query", [{"filed_at__year": "x"}, {"filed_at__year": 0},
                                   {"filed_at__year": 2019, "filed_at__month": 13}])  # fmt: skip
def test_a_date_that_is_none_leads_back_to_the_list(ada, query):
    answer = ada.get(REQUESTS, query)
    assert answer.status_code == 302
    assert answer.url.endswith("?e=1")


def test_a_search_takes_a_reference_its_beginning_words_and_an_older_number(ada):
    row = make.filed(description="A café chair blocks the ramp")
    hidden = make.filed(description="Another chair in the ramp")
    ServiceRequest.objects.filter(pk=hidden.pk).update(is_hidden=True)
    older = make.imported()
    OlderRecord.objects.create(service_request=older, system="old", record_id="X-77")
    for typed, found in [
        (row.reference.lower(), [row]),
        (row.reference[:8], [row]),
        ("CAFE chair", [row]),
        ('"chair blocks"', [row]),
        ("chair ramp", [hidden, row]),
        ("x-77", [older]),
        ("chair zebra", []),
    ]:
        assert shown_rows(ada.get(REQUESTS, {"q": typed})) == found, typed


def test_a_word_that_many_say_leads_to_the_newest_of_them(ada, monkeypatch):
    rows = [make.filed(description="A broken lamp") for _n in range(4)]
    monkeypatch.setattr(large_tables, "MAX_ROWS_FOUND", 2)
    monkeypatch.setattr(large_tables.FoundRowsPaginator, "max_rows", 2)
    monkeypatch.setattr(large_tables.LargeTableAdmin, "list_per_page", 1)
    page = ada.get(REQUESTS, {"q": "lamp"})
    assert page.context["cl"].result_count == 2
    assert shown_rows(page) == [rows[3]]
    assert shown_rows(ada.get(REQUESTS, {"q": "lamp", "p": 2})) == [rows[2]]
    assert "The first 2 service requests. Add to the search" in page.text


def test_events_are_found_by_reference_and_by_who_acted(ada):
    row = make.filed()
    make.route(row)
    assert {
        event.service_request for event in shown_rows(ada.get(EVENTS, {"q": row.reference}))
    } == {row}
    (event,) = shown_rows(ada.get(EVENTS, {"q": "omar"}))
    assert event.actor == make.omar()
    assert shown_rows(ada.get(EVENTS, {"q": "nobody"})) == []


def test_people_comments_and_photos_are_found(ada):
    contact = {"name": "Ana Ruiz", "email": "ana@example.org", "phone": "310-555-0142"}
    row = make.filed(contact=contact, photos=[make.photo(device=make.ana())])
    for name, typed in [
        ("contact", "ruiz"), ("contact", "ANA@"), ("contact", "0142"), ("contact", row.reference),
        ("photo", row.reference), ("reportersession", row.reference),
    ]:  # fmt: skip
        page = ada.get(reverse(f"admin:requests_app_{name}_changelist"), {"q": typed})
        assert [each.service_request for each in shown_rows(page)] == [row], (name, typed)


def test_messages_are_found_by_reference_recipient_and_date(ada):
    contact = {"name": "", "email": "ana@example.org", "phone": ""}
    row = make.filed(contact=contact)
    outbox.deliver_all_pending_events()
    (sent,) = Delivery.objects.all()
    messages = reverse("admin:notifications_delivery_changelist")
    year = sent.created_at.year
    for query in ({"q": row.reference}, {"q": "ANA@example.org"}, {"created_at__year": year}):
        assert shown_rows(ada.get(messages, query)) == [sent]
    assert shown_rows(ada.get(messages, {"q": "bob@example.org"})) == []


def test_filters_name_what_there_may_be_without_reading_what_there_is(ada):
    row = make.filed(contact={"name": "", "email": "ana@example.org", "phone": ""})
    outbox.deliver_all_pending_events()
    messages, ratings, proposals = (
        reverse(f"admin:{name}_changelist")
        for name in ("notifications_delivery", "requests_app_feedback", "routing_proposal")
    )
    with CaptureQueriesContext(connection) as asked:
        for address in (messages, ratings, proposals):
            assert ada.get(address).status_code == 200
    assert not [each for each in asked if "DISTINCT" in each["sql"]]
    for query, found in [({"language": "en"}, 1), ({"language": "es"}, 0)]:
        assert len(shown_rows(ada.get(messages, query))) == found
    assert "Spanish" in ada.get(messages).text
    assert shown_rows(ada.get(ratings, {"rating__exact": 5})) == []
    assert [
        each.service_request for each in shown_rows(ada.get(proposals, {"q": row.reference}))
    ] == [row]


def test_no_more_messages_are_sent_again_than_the_list_counts(ada, monkeypatch):
    for name in ("ana", "bob", "cleo"):
        contact = {"name": "", "email": f"{name}@example.org", "phone": ""}
        make.filed(contact=contact)
    outbox.deliver_all_pending_events()
    Delivery.objects.update(state=Delivery.State.FAILED)
    monkeypatch.setattr(notifications.admin, "MAX_ROWS_COUNTED", 2)
    form = {"action": "try_again", "select_across": "1", "_selected_action": "0"}
    answer = ada.post(reverse("admin:notifications_delivery_changelist"), form, follow=True)
    assert "2 messages will be sent again." in answer.text
    assert Delivery.objects.filter(state=Delivery.State.FAILED).count() == 1


def test_a_device_says_how_many_requests_it_sent_in_one_query(ada):
    for _n in range(2):
        make.filed()
    with CaptureQueriesContext(connection) as asked:
        page = ada.get(reverse("admin:requests_app_device_changelist"))
    assert [device.requests for device in shown_rows(page)] == [2]
    assert not [each for each in asked if each["sql"].startswith("SELECT COUNT(*) AS")]


def test_a_list_sorts_by_columns_with_an_index_only(ada):
    row, other = make.filed(), make.filed()
    position = ServiceRequestAdmin.list_display.index
    by_reference = shown_rows(ada.get(REQUESTS, {"o": position("reference")}))
    assert by_reference == sorted([row, other], key=lambda each: each.reference)
    with CaptureQueriesContext(connection) as asked:
        assert shown_rows(ada.get(REQUESTS, {"o": position("priority")})) == [other, row]
    assert not [
        each for each in asked if 'ORDER BY "requests_app_servicerequest"."priority"' in each["sql"]
    ]


def test_dates_words_and_rare_states_are_looked_up_in_an_index(ada):
    plan_as_if_large()
    events = Event.objects.order_by("-at", "-pk")
    # no index on `rule`: shows that the assertion below can fail
    assert reads_all(events.filter(rule="x"), "requests_app_event")
    assert not reads_all(events.filter(at__year=2019), "requests_app_event")
    texts = ["name", "email", "phone"]
    for model, columns in [(Comment, ["body"]), (Contact, texts)]:
        for column in columns:
            rows = model.objects.filter(**{f"{column}__icontains": "lamp"})
            assert not reads_all(rows, model._meta.db_table)
    for model in (Photo, Comment, ServiceRequest):
        assert "hidden_" in model.objects.filter(is_hidden=True).order_by().explain()
