"""Factories for people and requests.

Requests get their status by the real workflow. The people are ana (reporter), bob (another
resident), omar (agent), wes (member of the streets department), sue (its supervisor), walt (member
of the water department) and ada (administrator).
"""

from datetime import datetime, timedelta
from decimal import Decimal
from io import BytesIO

import factory
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from accounts.models import Membership, Role, User
from city import cache
from city.models import (
    AddressRange,
    Agency,
    Category,
    DeclineReason,
    Department,
    HandBackReason,
    HoldReason,
    Intersection,
    ResolutionCode,
    RouteReason,
)
from lib import clock
from requests_app import workflow
from requests_app.filing import questions
from requests_app.models import ApiKey, Device, Photo, Priority, ServiceRequest
from requests_app.models.api_key import DEPARTMENT_VERBS, FRONT_END_VERBS
from requests_app.permissions import SYSTEM
from requests_app.photos import uploading
from requests_app.status import Outcome, Status

CITY_HALL = (Decimal("34.011800"), Decimal("-118.491700"))
# No holiday in the following three weeks, so that tests can count working days.
A_QUIET_MONDAY = datetime.fromisoformat("2026-03-02T10:00-08:00")
PASSWORD = "walk the pier at dawn"
generated_pictures: set[bytes] = set()
"""The contents of all files that `picture` returned."""


def device(name) -> Device:
    return Device.objects.get_or_create(key_hash=Device.hash_key(name))[0]


def ana():
    return device("ana")


def bob():
    return device("bob")


class Staff(factory.django.DjangoModelFactory):
    """Factory for staff users. All fields follow from the username, and nothing is random."""

    class Meta:
        model = User
        django_get_or_create = ["username"]

    email = factory.LazyAttribute(lambda person: f"{person.username}@example.org")
    first_name = factory.LazyAttribute(lambda person: person.username.capitalize())
    password = factory.django.Password(PASSWORD)


def user(name, department=None, role=Role.MEMBER, **columns):
    person = Staff(username=name, **columns)
    if department:
        Membership.objects.get_or_create(user=person, department=department, role=role)
    return person


def omar():
    return user("omar", is_agent=True)


def wes():
    return user("wes", streets())


def sue():
    return user("sue", streets(), Role.SUPERVISOR)


def walt():
    return user("walt", water())


def ada():
    return user("ada", is_staff=True, is_superuser=True)


def front_end(name="FixMyStreet", **columns) -> ApiKey:
    """Create the API key of a system for residents; its secret is `secret_of(name)`."""
    return _key(name, verbs=list(FRONT_END_VERBS), **columns)


def department_system(name="Work orders", **columns) -> ApiKey:
    """Create the API key of the work order system of the streets department."""
    return _key(name, verbs=list(DEPARTMENT_VERBS), department=streets(), **columns)


def secret_of(name) -> str:
    return f"{ApiKey.PREFIX}{name}"


def _key(name, **columns):
    if found := ApiKey.objects.filter(name=name).first():
        return found
    key = ApiKey(name=name, **columns)
    key.set_secret(secret_of(name))
    key.save()
    return key


def streets() -> Department:
    return Department.objects.get(slug="street-services")


def water() -> Department:
    return Department.objects.get(slug="water-resources")


def pothole() -> Category:
    return Category.objects.get(service_code="pothole")


def category(**columns) -> Category:
    """Return the first category in use with these columns, such as `is_private=True`."""
    return Category.objects.active().filter(**columns).order_by("pk").first()


def no_addresses():
    """Delete all house numbers and intersections of the city, without signals."""
    for model in (AddressRange, Intersection):
        rows = model.objects.all()
        rows._raw_delete(rows.db)
    cache.invalidate_cache()


def reason(model, code=None):
    return model.objects.get(code=code) if code else model.objects.active().first()


def agency() -> Agency:
    return Agency.objects.active().first()


def picture(color="tan", size=(64, 48)) -> ContentFile:
    """Return a small JPEG file to upload. Each colour gives different bytes."""
    buffer = BytesIO()
    Image.new("RGB", size, color).save(buffer, "JPEG")
    generated_pictures.add(buffer.getvalue())
    return ContentFile(buffer.getvalue(), name="picture.jpg")


def undecodable_picture() -> ContentFile:
    """Return a JPEG with an intact header and end, but broken Huffman tables."""
    data = picture("coral", (640, 480)).read()
    at = data.index(b"\xff\xc4") + 4
    return ContentFile(data[:at] + b"\xff" * 17 + data[at + 17 :], name="picture.jpg")


def photo(kind=Photo.Kind.REPORT, color="tan", **owner) -> Photo:
    """Create a photo that belongs to no request and whose sizes are not generated yet."""
    return uploading.keep_photo(picture(color), kind=kind, **owner)


def last_event_id(service_request) -> int:
    """Return the id of the request's last event, as a page opened now would send it."""
    return service_request.events.last().pk


def filed(by=None, category=None, answers=None, **given) -> ServiceRequest:
    category = category or pothole()
    raw = answers if answers is not None else least_answers(category)
    place = given.pop("at", CITY_HALL)
    given.setdefault("location_text", "City Hall")
    given.setdefault("description", "A hole as wide as a bucket.")
    return workflow.file(
        workflow.Report(
            category=category,
            latitude=place[0],
            longitude=place[1],
            answers=questions.validate_answers(category, raw),
            **given,
        ),
        by=by or ana(),
    )


def least_answers(category) -> dict:
    """Return one answer to each required question: a choice without an effect, or "7"."""
    return {
        question.code: [_harmless(question)]
        for question in questions.get_questions(category)
        if question.is_required
    }


def _harmless(question):
    choices = [choice for choice in question.choices.all() if not choice.effect]
    return choices[-1].key if choices else "7"


def act(verb, service_request, by, **given):
    """Call a workflow verb as a person who has seen all events of the request."""
    if by is not SYSTEM:
        given["seen"] = last_event_id(service_request)
    return verb(service_request, by=by, **given)


def route(service_request, to=None):
    words = "Theirs after all." if service_request.times_routed else ""
    act(workflow.route, service_request, omar(), to=to or streets(), words=words)


def urgent(service_request) -> ServiceRequest:
    """Make the request urgent without creating an event.

    Staff get a separate message for each step of an urgent request.
    """
    ServiceRequest.objects.filter(pk=service_request.pk).update(priority=Priority.URGENT)
    service_request.refresh_from_db()
    return service_request


def complete(service_request, **given):
    given.setdefault("photos", [photo(Photo.Kind.COMPLETION, "olive", user=wes())])
    given.setdefault("note", "Filled and rolled.")
    given.setdefault("resolution", reason(ResolutionCode))
    given.setdefault("here", service_request.coordinates)
    act(workflow.complete, service_request, wes(), **given)


def imported(days=9, **given) -> ServiceRequest:
    """Create a request that an older system opened `days` days ago and closed today."""
    given.setdefault("category", pothole())
    given.setdefault("filed_at", clock.now() - timedelta(days=days))
    return workflow.import_closed(workflow.ClosedRecord(closed_at=clock.now(), **given), by=SYSTEM)


def service_request(status=Status.FILED, outcome=Outcome.CONFIRMED, **given) -> ServiceRequest:
    """Create a request in `status` by the workflow verbs that lead to this status.

    `outcome` is used if the status is closed.
    """
    row = filed(**given)
    _WALKS[status](row, outcome) if status == Status.CLOSED else _WALKS[status](row)
    return row


def _walk_to_scheduled(row):
    route(row)
    act(workflow.schedule, row, wes(), day=timezone.localdate(clock.now()) + timedelta(days=3))


def _walk_to_in_progress(row):
    route(row)
    act(workflow.start, row, wes())


def _walk_to_question(row):
    route(row)
    act(workflow.ask, row, wes(), question="Which side of the street?")


def _walk_to_on_hold(row):
    route(row)
    act(workflow.hold, row, wes(), reason=reason(HoldReason))


def _walk_to_completed(row):
    route(row)
    complete(row)


def _walk_to_disputed(row):
    _walk_to_completed(row)
    act(workflow.dispute, row, ana(), words="It is still there.")


def _walk_to_closed(row, outcome):
    _CLOSINGS[outcome](row)


def _confirm(row):
    _walk_to_completed(row)
    act(workflow.confirm, row, ana())


def _leave_unanswered(row):
    _walk_to_completed(row)
    with clock.freeze_time(clock.now() + timedelta(days=15)):
        workflow.close_unanswered(row, by=SYSTEM)


def _uphold(row):
    _walk_to_disputed(row)
    act(workflow.uphold, row, sue(), words="We looked: it is level now.")


def _decline(row):
    listed = reason(DeclineReason)
    act(workflow.decline, row, omar(), reason=listed, words=listed.words)


def _mark_duplicate(row):
    act(workflow.mark_duplicate, row, omar(), original=filed(by=bob()))


def _transfer(row):
    act(workflow.transfer, row, omar(), agency=agency())


def _withdraw(row):
    act(workflow.withdraw, row, ana())


_WALKS = {
    Status.FILED: lambda row: None,
    Status.ROUTED: route,
    Status.SCHEDULED: _walk_to_scheduled,
    Status.IN_PROGRESS: _walk_to_in_progress,
    Status.AWAITING_RESIDENT: _walk_to_question,
    Status.ON_HOLD: _walk_to_on_hold,
    Status.COMPLETED: _walk_to_completed,
    Status.DISPUTED: _walk_to_disputed,
    Status.CLOSED: _walk_to_closed,
}

_CLOSINGS = {
    Outcome.CONFIRMED: _confirm,
    Outcome.UNANSWERED: _leave_unanswered,
    Outcome.UPHELD: _uphold,
    Outcome.DECLINED: _decline,
    Outcome.DUPLICATE: _mark_duplicate,
    Outcome.TRANSFERRED: _transfer,
    Outcome.WITHDRAWN: _withdraw,
}


def handed_back(row):
    act(workflow.hand_back, row, wes(), reason=reason(HandBackReason))


def moved_on(row, to):
    act(workflow.route, row, omar(), to=to, reason=reason(RouteReason).code)
