"""Everything that is kept about a person, as a page shows it and a file carries it away."""

from dataclasses import dataclass, field

from django.db.models import Prefetch

from lib.email_addresses import normalize_email
from requests_app.models import (
    Answer,
    Comment,
    Contact,
    ContentReport,
    Draft,
    Event,
    FollowerAddress,
    Photo,
    ServiceRequest,
)
from requests_app.status import Verb
from requests_app.timeline import badge


@dataclass(frozen=True)
class Holding:
    """One request they reported, with what is theirs in it. `words` are their comments."""

    service_request: ServiceRequest
    contact: Contact | None
    answers: list[Answer]
    words: list[Comment]
    photos: list[Photo]
    ratings: list[int]

    @property
    def has_camera_data(self) -> bool:
        """Return True if the place or time of one of the photos is stored."""
        return any(photo.latitude is not None or photo.taken_at for photo in self.photos)

    @property
    def badge(self):
        return badge.for_reporter(self.service_request)


@dataclass(frozen=True)
class Holdings:
    """`followed` are requests of others whose news they want; `drafts` are not sent yet;
    `content_reports` are what they said is wrong with a photo or a text.

    `address` is the email address that was looked up, and `stored_address` the same address as its
    owner typed it, where mail about it goes; both are "" where a browser was asked.
    """

    held: list[Holding] = field(default_factory=list)
    followed: list[ServiceRequest] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    content_reports: list[ContentReport] = field(default_factory=list)
    address: str = ""
    stored_address: str = ""

    def __bool__(self) -> bool:
        return bool(self.held or self.followed or self.drafts or self.content_reports)

    @property
    def with_email(self) -> list[Holding]:
        return [each for each in self.held if each.contact and each.contact.email]

    @property
    def without_email(self) -> list[Holding]:
        return [each for each in self.held if not (each.contact and each.contact.email)]

    @property
    def open_ones(self) -> list[ServiceRequest]:
        return [each.service_request for each in self.held if each.service_request.is_open]


def of_address(address) -> Holdings:
    """By the e-mail address that was given with a report, or to follow one."""
    normalized = normalize_email(address)
    if not normalized:
        return Holdings()
    rows = ServiceRequest.objects.filter(contact__email_normalized=normalized)
    drafts = Draft.objects.filter(email_normalized=normalized, service_request=None)
    addresses = FollowerAddress.objects.filter(email_normalized=normalized)
    followed = ServiceRequest.objects.filter(followers__address__in=addresses)
    held, drafts = _held(rows), list(drafts)
    stored = [*(each.contact for each in held), *drafts, *addresses]
    return Holdings(
        held,
        _followed(followed),
        drafts,
        address=address,
        stored_address=next((each.email for each in stored), ""),
    )


def of_device(device) -> Holdings:
    """By the browser that reported, or that opened a private link."""
    if device is None or device.pk is None:
        return Holdings()
    rows = ServiceRequest.objects.filter(reporter_sessions__device=device)
    followed = ServiceRequest.objects.filter(followers__device=device)
    drafts = Draft.objects.filter(device=device, service_request=None).select_related("category")
    reports = device.content_reports.select_related("service_request")
    return Holdings(_held(rows), _followed(followed), list(drafts), list(reports))


def _followed(rows) -> list[ServiceRequest]:
    return list(rows.order_by("-filed_at").distinct())


def _held(rows) -> list[Holding]:
    """Newest first. What came from any browser of theirs counts, and what 311 noted for them."""
    rows = rows.select_related("contact").prefetch_related(
        "answers__question",
        "reporter_sessions",
        Prefetch("events", Event.objects.select_related("words", "feedback")),
        Prefetch("photos", Photo.objects.order_by("uploaded_at")),
    )
    return [_one(row) for row in rows.order_by("-filed_at", "-pk").distinct()]


def _one(row) -> Holding:
    devices = {session.device_id for session in row.reporter_sessions.all()}
    own = [event for event in row.events.all() if _is_theirs(event, devices)]
    ids = {event.pk for event in own}
    return Holding(
        service_request=row,
        contact=getattr(row, "contact", None),
        answers=list(row.answers.all()),
        words=[event.words for event in own if event.comment and event.words.body],
        photos=[p for p in row.photos.all() if p.event_id in ids and p.original],
        ratings=[event.feedback.rating for event in own if hasattr(event, "feedback")],
    )


def _is_theirs(event, devices) -> bool:
    if event.verb == Verb.FILE or event.on_behalf:
        return event.verb != Verb.FORGET
    return event.device_id is not None and event.device_id in devices
