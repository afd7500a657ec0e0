"""Tests that no kind of email in Spanish contains a location in English."""

from datetime import timedelta
from functools import partial

import pytest
from django.core import mail
from django.utils import translation

from city.search.phrase import RELATIONS, PlaceDescription, describe_spot_on_street
from lib import clock
from notifications import alert_digests, delivery, on_request
from notifications.models import STAFF_KINDS, Delivery
from requests_app import workflow
from requests_app.models import Alert, Follower, FollowerAddress, ServiceRequest
from requests_app.status import Outcome, Status
from requests_app.workflow import outbox
from tests import make
from tests.sweeps import in_sweep

pytestmark = pytest.mark.django_db

ADDRESS = "1685 Main St"
ENGLISH = ["Near ", "near ", "In front of", "in front of", "Across from"]
WITHOUT_LOCATION = {
    "your_data", "invitation", "webhook_off", "password_reset", "sign_in_code", "staff_digest",
    "report", "alert_confirm", "reply_result",
}  # fmt: skip
STANDS = [
    (Status.ROUTED, None),
    (Status.SCHEDULED, None),
    (Status.AWAITING_RESIDENT, None),
    (Status.COMPLETED, None),
    (Status.DISPUTED, None),
    (Status.CLOSED, Outcome.CONFIRMED),
    (Status.CLOSED, Outcome.DECLINED),
    (Status.CLOSED, Outcome.UNANSWERED),
    (Status.CLOSED, Outcome.TRANSFERRED),
]
ANA = {"name": "Ana", "email": "ana@example.org", "phone": ""}


def describe(relation: str) -> PlaceDescription:
    if relation == "along":
        return describe_spot_on_street("Main St", "Pico Blvd")
    return PlaceDescription("City Hall" if relation == "near" else ADDRESS, relation)


def request_at(place: PlaceDescription, *stand) -> ServiceRequest:
    """Return a request in Spanish with this status and location; `stand` is (status, outcome)."""
    row = make.service_request(*stand, language="es", contact=ANA)
    ServiceRequest.objects.filter(pk=row.pk).update(
        location_text=place.text, location_relation=place.relation
    )
    return row


def watch(row: ServiceRequest) -> Follower:
    """Create a follower of the request who reads Spanish."""
    follower = Follower.objects.create(service_request=row)
    FollowerAddress.objects.create(
        follower=follower, service_request=row, email="eva@example.org", language="es"
    )
    workflow.follow_by_link(follower, by=make.device("eva"))
    return follower


def add_alerts() -> None:
    """Create two alerts in Spanish that match every request: one immediate, one daily."""
    now = clock.now() - timedelta(hours=1)
    given = {"language": "es", "wants_finished": True, "confirmed_at": now}
    Alert.objects.create(email="luz@example.org", frequency="at_once", **given)
    due = {"digest_since": now, "digest_due_at": now}
    Alert.objects.create(email="sol@example.org", frequency="daily", **given, **due)


def send_all() -> None:
    """Send the messages to residents: for all events, and digests."""
    outbox.deliver_all_pending_events()
    Delivery.objects.filter(kind__in=STAFF_KINDS).delete()
    with clock.freeze_time(clock.now() + timedelta(minutes=5)):
        alert_digests.create_due_digests()
        for delivery_id in delivery.list_due_ids():
            delivery.send_delivery(delivery_id)


@pytest.mark.parametrize("relation", [*RELATIONS][:1] + in_sweep([*RELATIONS][1:]))
def test_no_mail_in_spanish_has_a_location_in_english(relation):
    place = describe(relation)
    add_alerts()
    rows = [request_at(place, *filter(None, stand)) for stand in STANDS]
    make.act(workflow.reopen, rows[-1], make.omar(), words="Otra vez")
    make.act(workflow.comment, rows[0], make.omar(), words="Hola")
    make.act(workflow.hide, rows[1], make.omar(), words="Porque")
    followers = [watch(row) for row in rows]
    request = partial(on_request.request_mail, language="es", asked_by=None)
    request(Delivery.Kind.LINKS, to=ANA["email"], about={})
    request(Delivery.Kind.FOLLOWING, to="eva@example.org", about={"follower": followers[0].pk})
    send_all()
    kinds = set(Delivery.objects.filter(state="sent").values_list("kind", flat=True))
    assert kinds == set(Delivery.Kind) - STAFF_KINDS - WITHOUT_LOCATION
    with translation.override("es"):
        spoken = {str(place), place.text}
    for message in mail.outbox:
        assert any(words in message.body for words in spoken), message.subject
        for text in [message.subject, message.body, message.alternatives[0].content]:
            assert not [words for words in ENGLISH if words in text], message.subject
