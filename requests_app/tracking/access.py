"""The access of a visitor, by browser or as a member of staff, to one request."""

from functools import cached_property

from django.db.models import Exists, Max, OuterRef, Q, Subquery
from django.http import Http404

from accounts.models import User
from requests_app import timeline, workflow
from requests_app.models import Device, Event, Follower, ReporterSession, ServiceRequest
from requests_app.models.queries import ServiceRequestQuerySet
from requests_app.models.supporters import count_supporters
from requests_app.permissions import Audience, NoRights, may_see
from requests_app.status import StatusWording, Verb
from requests_app.timeline import badge


class AnnotatedResident(NoRights):
    """A resident whose relation to a request is read from annotations instead of the database.

    The annotations are those of `_annotate_for_device`.
    """

    def has_reported(self, service_request) -> bool:
        return service_request.is_mine

    def follows(self, service_request) -> bool:
        return service_request.is_followed


_RESIDENT = AnnotatedResident()


class RequestAccess:
    """A request, and the relation to it of the person who opens the page.

    `staff` is the signed-in member of staff, or None. `seen` is the id of the request's last event
    when it was loaded; later events belong to the next version of the page.
    """

    def __init__(self, service_request, staff: User | None) -> None:
        self.service_request = service_request
        self.staff = staff
        self.is_public = service_request.is_public
        self.is_reporter = service_request.is_mine
        self.is_followed = service_request.is_followed
        self.seen = service_request.last_event
        self.follower_count = service_request.follower_count
        self.version = service_request.live_version

    @property
    def badge(self) -> StatusWording:
        """The badge in the reporter's wording for the reporter, else in the public wording."""
        row = self.service_request
        return badge.reporter_badge(row) if self.is_reporter else badge.public_badge(row)

    @property
    def audience(self) -> Audience:
        """The audience of the residents' page, also for staff."""
        return Audience.REPORTER if self.is_reporter else Audience.OTHERS

    def list_events(self) -> list[Event]:
        """Return all events whose id is at most `seen`, oldest first. Three queries.

        Undone and internal events are included.
        """
        events = timeline.load_events(self.service_request)
        return [event for event in events if event.pk <= self.seen]

    @cached_property
    def available_verbs(self) -> list[Verb]:
        """The verbs that this person can use on the residents' pages; none for staff."""
        return [] if self.staff else workflow.available_verbs(self.service_request, _RESIDENT)


def get_request_access(request, reference: str) -> RequestAccess:
    """Return access to this request. Raise Http404 if the person who asks may not see it.

    One query, and one or two more for a member of staff.
    """
    staff = request.user if request.user.is_authenticated else None
    key_hash = Device.hash_key(request.device_key) if request.device_key and not staff else ""
    row = _annotate_for_device(key_hash).filter(reference=reference).first()
    if row is None or not may_see(staff or _RESIDENT, row):
        raise Http404
    return RequestAccess(row, staff)


def _annotate_for_device(key_hash: str) -> ServiceRequestQuerySet:
    """Return all requests, annotated with the relation of the device with this key to them.

    The annotations: `is_mine`, `is_followed` (also through a duplicate), `last_event` (an id) and
    `follower_count`.
    """
    here = Q(service_request=OuterRef("pk"))
    through_duplicates = Q(service_request__duplicate_of=OuterRef("pk"))
    sessions = ReporterSession.objects.filter(device__key_hash=key_hash)
    followings = Follower.objects.filter(device__key_hash=key_hash)
    events = Event.objects.filter(here).order_by().values("service_request")
    return ServiceRequest.objects.select_related("duplicate_of", "older_record").annotate(
        is_mine=Exists(sessions.filter(here)),
        is_followed=Exists(followings.filter(here | through_duplicates))
        | Exists(sessions.filter(through_duplicates)),
        last_event=Subquery(events.annotate(last=Max("pk")).values("last")),
        follower_count=count_supporters(),
    )
