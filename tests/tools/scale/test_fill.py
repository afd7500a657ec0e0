"""A fill of the database is what the workflow would have left, by its invariants and its rows."""

import pytest
from django.db import connection

from requests_app.models import Comment, Event, Photo, ServiceRequest
from requests_app.status import Outcome, Status
from tests import make
from tools.bench.scale.fill import check, filling, world
from tools.demo.story import staff

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stack]
END = 1_790_000_000  # seconds since 1970: the same stories on every day
# Finished ones are few, since nobody's answer is awaited for long; CONFIRMED has the same steps.
STATES = [
    *((status, "") for status in Status if status not in {Status.CLOSED, Status.COMPLETED}),
    *((Status.CLOSED, outcome) for outcome in Outcome if outcome != Outcome.IMPORTED),
]
# What depends on what a person said or left out, and not on the step.
BY_CHANCE = {
    "priority", "channel", "language", "is_private", "location_note", "location_relation",
    "filing_key", "words_digest", "is_hidden",
}  # fmt: skip
# Made by a worker later, or read from the picture by it.
CHANCE = ("photo.state", "photo.latitude", "photo.longitude", "photo.taken_at", "words.body")
# One breach for each of the invariants, of which some break others too.
DAMAGE = """
INSERT INTO requests_app_pendingevent (event_id, subscriber, created_at)
    SELECT min(id), 'somebody', now() FROM requests_app_event;
UPDATE notifications_delivery SET state = 'due' WHERE id = (SELECT max(id)
    FROM notifications_delivery WHERE kind NOT IN ('receipt', 'new'));
UPDATE requests_app_servicerequest SET due_at = now() WHERE id = 55;
UPDATE requests_app_servicerequest SET version = version + 1 WHERE id = 56;
UPDATE requests_app_servicerequest SET times_routed = 9 WHERE id = 57;
DELETE FROM notifications_delivery WHERE kind IN ('receipt', 'new');
UPDATE requests_app_servicerequest SET duplicate_of_id = 1 WHERE outcome = 'duplicate';
UPDATE requests_app_servicerequest SET is_private = true WHERE id = 1;
DELETE FROM requests_app_completion WHERE id = (SELECT min(id) FROM requests_app_completion);
UPDATE requests_app_comment SET service_request_id = 1 WHERE service_request_id <> 1;
UPDATE requests_app_servicerequest SET completed_at = NULL WHERE outcome = 'confirmed';
UPDATE requests_app_servicerequest SET forgotten_at = now();
DELETE FROM routing_proposal;
INSERT INTO requests_app_event (service_request_id, verb, at, status_before, status_after,
    on_behalf, code, rule) VALUES (58, 'comment', '2001-01-01Z', 'filed', 'filed', false, '', '');
UPDATE requests_app_servicerequest SET channel = 'api' WHERE channel = 'web';
UPDATE requests_app_servicerequest SET description = 'The house is on fire.';
UPDATE requests_app_servicerequest SET zone_id = zone_id % 9 + 1
"""


@pytest.fixture(autouse=True)
def few_places(monkeypatch):
    monkeypatch.setattr(world, "SPOTS", 300)


def url():
    given = connection.get_connection_params()
    return "postgresql://{user}@/{dbname}?host={host}".format(**given)


def fill(count):
    staff.hire(staff.as_written())
    filling.fill(url(), count, 311, END, say=lambda text: None, shares=1)


def breaches():
    return {each.name.partition(" (")[0] for each in check.check(url()) if not each.ok}


def test_a_fill_breaks_no_invariant_and_every_damage_to_it_is_found():
    fill(400)
    assert ServiceRequest.objects.count() == 400
    assert breaches() == set()
    with connection.cursor() as cursor:
        for statement in DAMAGE.split(";"):
            cursor.execute(statement)
    samples = {
        "illegal logs",
        "words of danger without a mark, or the other way round",
        "digests of other words",
        "places in another zone",
    }
    assert breaches() == set(check.BREACHES) | samples


def test_the_same_seed_is_the_same_city():
    fill(60)
    first = list(ServiceRequest.objects.order_by("pk").values_list("reference", "description"))
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # without the triggers that refuse
        cursor.execute("TRUNCATE requests_app_servicerequest, requests_app_device CASCADE")
        cursor.execute("SET session_replication_role = origin")
    filling.fill(url(), 60, 311, END, say=lambda text: None, shares=1)
    again = ServiceRequest.objects.order_by("pk").values_list("reference", "description")
    assert list(again) == first


def test_each_status_looks_as_the_workflow_leaves_it():
    """Column by column, of requests with the same steps: what is empty, what is set."""
    fill(3000)
    filled = ServiceRequest.objects.in_bulk()
    by_steps = {}
    for row in filled.values():
        by_steps.setdefault((row.status, row.outcome, steps_of(row)), row)
    differing = {}
    for status, outcome in STATES:
        row = make.service_request(status, *([outcome] if outcome else []))
        row.refresh_from_db()
        twin = by_steps.get((row.status, row.outcome, steps_of(row)))
        if found := differences(shape(row), shape(twin) if twin else {}):
            differing[status, outcome] = found
    assert differing == {}


def steps_of(row):
    """Who did what, one after another, without what the city's own clock says in between."""
    events = Event.objects.filter(service_request=row.pk).exclude(verb="remind").order_by("pk")
    return tuple(
        (
            event.verb, bool(event.actor_id), bool(event.device_id), bool(event.rule),
            hasattr(event, "words"), event.verb == "complete" and event.photos.exists(),
        )
        for event in events
    )  # fmt: skip


def shape(row):
    """Each column of the request, of its events and of their words."""
    found = {f"request.{name}": value for name, value in columns(row) if name not in BY_CHANCE}
    events = Event.objects.filter(service_request=row.pk).exclude(verb="remind").order_by("pk")
    for number, event in enumerate(events):
        named = f"{number} {event.verb}"
        found |= {f"{named}.{name}": value for name, value in columns(event)}
        words = Comment.objects.filter(event=event).first()
        found |= {f"{named} words.{name}": value for name, value in columns(words)}
        photo = Photo.objects.filter(event=event).first()
        if photo and event.verb == "complete":
            found |= {f"{named} photo.{name}": value for name, value in columns(photo)}
    return found


def columns(row):
    """(column, what stands there): a code as it is, of the rest only whether it is empty."""
    for field in row._meta.concrete_fields if row else ():
        value = getattr(row, field.attname)
        is_code = field.choices or isinstance(value, bool) or field.name == "times_routed"
        yield field.name, value if is_code else "empty" if value in ("", None, []) else "set"


def differences(workflow, fill):
    chance = {name for name in workflow if name.endswith(CHANCE)}
    return {
        name: (workflow.get(name), fill.get(name))
        for name in (workflow.keys() | fill.keys()) - chance
        if workflow.get(name) != fill.get(name)
    }
