"""Tests that a filled database satisfies the invariants of one that the workflow created."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import connection

from requests_app.models import Event, ServiceRequest
from requests_app.status import OPEN_STATUSES
from tools.bench.scale.fill import check, filling, multiplying, spots, telling
from tools.demo.story import staff

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stack]
# fixed, so that each run creates the same requests
END = datetime.fromtimestamp(1_790_000_000, UTC)
COUNT, TOLD, OPEN_ONES = 400, 120, 40
# One violation of each invariant; some of them violate others as well.
DAMAGE = """
INSERT INTO requests_app_pendingevent (event_id, subscriber, created_at)
    SELECT min(id), 'somebody', now() FROM requests_app_event;
UPDATE notifications_delivery SET state = 'due' WHERE id = (SELECT max(id)
    FROM notifications_delivery WHERE kind NOT IN ('receipt', 'disputed'));
UPDATE requests_app_servicerequest SET due_at = now() WHERE id = {first} + 54;
UPDATE requests_app_servicerequest SET version = version + 1 WHERE id = {first} + 55;
UPDATE requests_app_servicerequest SET times_routed = 9 WHERE id = {first} + 56;
DELETE FROM notifications_delivery WHERE kind IN ('receipt', 'disputed');
UPDATE requests_app_servicerequest SET duplicate_of_id = {first} WHERE outcome = 'duplicate';
UPDATE requests_app_servicerequest SET is_private = true WHERE id = {first};
DELETE FROM requests_app_completion WHERE id = (SELECT min(id) FROM requests_app_completion);
UPDATE requests_app_comment SET service_request_id = {first} WHERE service_request_id <> {first};
UPDATE requests_app_servicerequest SET completed_at = NULL WHERE outcome = 'confirmed';
UPDATE requests_app_servicerequest SET forgotten_at = now();
DELETE FROM routing_proposal;
INSERT INTO requests_app_event (service_request_id, verb, at, status_before, status_after,
    on_behalf, code, rule)
    VALUES ({first} + 57, 'comment', '2001-01-01Z', 'filed', 'filed', false, '', '');
UPDATE requests_app_servicerequest SET channel = 'api' WHERE channel = 'web';
UPDATE requests_app_servicerequest SET description = 'The house is on fire.';
UPDATE requests_app_servicerequest SET zone_id = zone_id % 9 + 1
"""


@pytest.fixture(autouse=True)
def few_places(monkeypatch):
    monkeypatch.setattr(spots, "PLACES", 300)


def url():
    given = connection.get_connection_params()
    return "postgresql://{user}@/{dbname}?host={host}".format(**given)


def fill(count, told):
    staff.create_staff(staff.list_written_jobs())
    filling.fill(url(), count, 311, END, say=lambda text: None, told=told)


def breaches():
    """Return the names of the invariants that the database violates."""
    return {each.name.partition(" (")[0] for each in check.check(url()) if not each.ok}


def test_a_fill_breaks_no_invariant_and_every_damage_to_it_is_found():
    fill(COUNT, TOLD)
    assert ServiceRequest.objects.count() == COUNT
    assert (
        abs(ServiceRequest.objects.filter(status__in=OPEN_STATUSES).count() - OPEN_ONES)
        < OPEN_ONES / 2
    )
    assert steps_of(copies()) <= steps_of(ServiceRequest.objects.exclude(pk__in=copies()))
    assert ServiceRequest.objects.filter(filed_at__lt=END - timedelta(days=11 * 365)).exists()
    assert breaches() == set()
    with connection.cursor() as cursor:
        first = ServiceRequest.objects.earliest("pk").pk
        for statement in DAMAGE.format(first=first).split(";"):
            cursor.execute(statement)
    samples = {
        "illegal logs",
        "words of danger without a mark, or the other way round",
        "digests of other words",
        "places in another zone",
    }
    assert breaches() == set(check.BREACHES) | samples


def copies():
    """Return the requests that PostgreSQL copied; their ids are not from the sequence."""
    return ServiceRequest.objects.filter(pk__gt=1_000)


def steps_of(rows):
    """Return the set of the requests' histories.

    A history is a tuple of (verb, status after it, actor, department), in order.
    """
    found = {}
    for event in Event.objects.filter(service_request__in=rows).order_by("pk"):
        steps = found.setdefault(event.service_request_id, [])
        steps.append((event.verb, event.status_after, event.actor_id, event.department_id))
    return set(map(tuple, found.values()))


def test_the_same_seed_tells_the_same_story():
    staff.create_staff(staff.list_written_jobs())
    telling.tell(END, 40, 311)
    first = list(ServiceRequest.objects.order_by("pk").values_list("description", "filed_at"))
    with connection.cursor() as cursor:
        # without the triggers that refuse to delete
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("TRUNCATE requests_app_servicerequest, requests_app_device CASCADE")
        cursor.execute("SET session_replication_role = origin")
    telling.tell(END, 40, 311)
    again = ServiceRequest.objects.order_by("pk").values_list("description", "filed_at")
    assert list(again) == first


def test_each_table_of_a_request_is_copied():
    with psycopg.connect(url()) as postgres:
        tables = multiplying.find_owned_tables(postgres)
    assert {"requests_app_event", "notifications_delivery", "routing_look"} <= set(tables)
    assert not multiplying.NOT_COPIED & set(tables)
