"""The stored data about a person, for a page and for the archive."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.utils.module_loading import import_string

from lib.email_addresses import normalize_email
from requests_app.models import (
    Alert,
    Answer,
    Comment,
    Contact,
    ContentReport,
    Device,
    Draft,
    Event,
    FollowerAddress,
    Photo,
    PushEndpoint,
    ServiceRequest,
)
from requests_app.status import StatusWording, Verb
from requests_app.timeline import badge


@dataclass(frozen=True)
class ReportedRequest:
    """A request that the person reported, with the person's own content. `words` are comments."""

    service_request: ServiceRequest
    contact: Contact | None
    answers: list[Answer]
    words: list[Comment]
    photos: list[Photo]
    ratings: list[int]

    @property
    def has_camera_data(self) -> bool:
        """Return whether a photo has a position or a time of the camera."""
        return any(photo.latitude is not None or photo.taken_at for photo in self.photos)

    @property
    def badge(self) -> StatusWording:
        """Return the request's badge for its reporter."""
        return badge.reporter_badge(self.service_request)


class ReceivedEmail(Protocol):
    """An email that the person sent; `raw` is None once its content is deleted."""

    received_at: datetime
    raw: bytes | None

    def get_state_display(self) -> str: ...


@dataclass(frozen=True)
class PersonalData:
    """All data about a person.

    `followed` are requests of other reporters; `drafts` are not sent; `content_reports` are reports
    on photos and texts; `emails` are those of an address, `alerts` those of an address or a device;
    `endpoints` are addresses to which notifications for a device are sent. `address` is the e-mail
    address that was looked up, and `stored_address` the same address as its owner typed it, to
    which mail is sent; both are "" for a device.
    """

    reported: list[ReportedRequest] = field(default_factory=list)
    followed: list[ServiceRequest] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    content_reports: list[ContentReport] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    endpoints: list[PushEndpoint] = field(default_factory=list)
    emails: list[ReceivedEmail] = field(default_factory=list)
    address: str = ""
    stored_address: str = ""

    def __bool__(self) -> bool:
        """Return whether there are any data."""
        held = (self.reported, self.followed, self.drafts, self.content_reports, self.alerts)
        return any(held) or bool(self.endpoints) or bool(self.emails)

    @property
    def requests_with_email(self) -> list[ReportedRequest]:
        """Return the reported requests whose contact has an email address."""
        return [each for each in self.reported if each.contact and each.contact.email]

    @property
    def requests_without_email(self) -> list[ReportedRequest]:
        """Return the reported requests without an email address."""
        return [each for each in self.reported if not (each.contact and each.contact.email)]

    @property
    def open_requests(self) -> list[ServiceRequest]:
        """Return the reported requests that are open."""
        return [each.service_request for each in self.reported if each.service_request.is_open]


def find_by_email(address: str) -> PersonalData:
    """Return the data of an email address, compared in its normalized form.

    Empty for "". Content reports have no address, so there are none.
    """
    normalized = normalize_email(address)
    if not normalized:
        return PersonalData()
    rows = ServiceRequest.objects.filter(contact__email_normalized=normalized)
    drafts = Draft.objects.filter(email_normalized=normalized, service_request=None)
    addresses = FollowerAddress.objects.filter(email_normalized=normalized)
    followed = ServiceRequest.objects.filter(followers__address__in=addresses)
    alerts = list(Alert.objects.filter(email_normalized=normalized).order_by("pk"))
    reported, unsent = _list_reported(rows), list(drafts)
    contacts = [each.contact for each in reported if each.contact]
    stored: list[Contact | Draft | FollowerAddress | Alert]
    stored = [*contacts, *unsent, *addresses, *alerts]
    return PersonalData(
        reported,
        _list_followed(followed),
        unsent,
        alerts=alerts,
        emails=import_string(settings.RECEIVED_EMAILS)(normalized),
        address=address,
        stored_address=next((each.email for each in stored), ""),
    )


def find_by_device(device: Device | None) -> PersonalData:
    """Return the data of a device.

    These are requests, drafts, content reports, alerts and addresses for notifications. The
    requests are those that it reported or follows. Empty for None or an unsaved device.
    """
    if device is None or device.pk is None:
        return PersonalData()
    rows = ServiceRequest.objects.filter(reporter_sessions__device=device)
    followed = ServiceRequest.objects.filter(followers__device=device)
    drafts = Draft.objects.filter(device=device, service_request=None).select_related("category")
    reports = device.content_reports.select_related("service_request")
    return PersonalData(
        _list_reported(rows),
        _list_followed(followed),
        list(drafts),
        list(reports),
        alerts=list(device.alerts.order_by("pk")),
        endpoints=list(device.push_endpoints.order_by("pk")),
    )


def _list_followed(rows: QuerySet[ServiceRequest]) -> list[ServiceRequest]:
    """Return the requests, each once, newest first."""
    return list(rows.order_by("-filed_at").distinct())


def _list_reported(rows: QuerySet[ServiceRequest]) -> list[ReportedRequest]:
    """Return the reported requests, newest first, with content from all devices of the reporter."""
    rows = rows.select_related("contact").prefetch_related(
        "answers__question",
        "reporter_sessions",
        Prefetch("events", Event.objects.select_related("words", "feedback")),
        Prefetch("photos", Photo.objects.order_by("uploaded_at")),
    )
    return [_build_reported_request(row) for row in rows.order_by("-filed_at", "-pk").distinct()]


def _build_reported_request(row: ServiceRequest) -> ReportedRequest:
    """Return the request with content of its reporter alone: texts, photos and ratings.

    Uses prefetched rows. Photos without an original and deleted texts are left out.
    """
    devices = {session.device_id for session in row.reporter_sessions.all()}
    own = [event for event in row.events.all() if _is_by_reporter(event, devices)]
    ids = {event.pk for event in own}
    return ReportedRequest(
        service_request=row,
        contact=getattr(row, "contact", None),
        answers=list(row.answers.all()),
        words=[event.words for event in own if event.comment and event.words.body],
        photos=[p for p in row.photos.all() if p.event_id in ids and p.original],
        ratings=[event.feedback.rating for event in own if hasattr(event, "feedback")],
    )


def _is_by_reporter(event: Event, devices: set[int]) -> bool:
    """Return whether one of the reporter's `devices` caused the event.

    Also True for the report itself and for what staff entered on behalf of the reporter; False
    for the deletion of data.
    """
    if event.verb == Verb.FILE or event.on_behalf:
        return event.verb != Verb.FORGET
    return event.device_id is not None and event.device_id in devices
