"""A request that was asked for by its reference, and who is asking."""

from functools import cached_property

from django.db.models import Count, Exists, Max, OuterRef, Q, Subquery
from django.http import Http404

from requests_app import timeline, workflow
from requests_app.models import Device, Event, Follower, ReporterSession, ServiceRequest
from requests_app.models.queries import ServiceRequestQuerySet
from requests_app.permissions import Audience, NoRights, may_see
from requests_app.status import StatusWording
from requests_app.timeline import badge


class Resident(NoRights):
    """A browser. Answers what `permissions` asks of a person by what came with `_found`, so without
    a query of its own.
    """

    def has_reported(self, service_request) -> bool:
        return service_request.is_mine

    def follows(self, service_request) -> bool:
        return service_request.is_followed


_RESIDENT = Resident()


class RequestAccess:
    """`service_request`, the member of `staff` who asks, if it is one, and `seen`: the last event
    this answer can show.

    Everything shown comes from this one look at the row: an event that is appended a moment later
    belongs to the next version.
    """

    def __init__(self, service_request, staff) -> None:
        self.service_request = service_request
        self.staff = staff
        self.is_public = service_request.is_public
        self.is_reporter = service_request.is_mine
        self.is_followed = service_request.is_followed
        self.seen = service_request.last_event
        self.followers = service_request.follower_count
        self.version = service_request.live_version

    @property
    def badge(self) -> StatusWording:
        row = self.service_request
        return badge.reporter_badge(row) if self.is_reporter else badge.public_badge(row)

    @property
    def audience(self) -> Audience:
        """Staff read here what residents read; their own words are on their own pages."""
        return Audience.REPORTER if self.is_reporter else Audience.OTHERS

    def log(self) -> list:
        """The events that this answer can show, oldest first. Three queries."""
        events = timeline.load_events(self.service_request)
        return [event for event in events if event.pk <= self.seen]

    @cached_property
    def verbs(self) -> list:
        """What this person can do on the residents' pages; staff act on theirs."""
        return [] if self.staff else workflow.available_verbs(self.service_request, _RESIDENT)


def get_request(request, reference) -> RequestAccess:
    """The request with this reference, if the person who asks may see it; else Http404.

    One query, and one or two more for a member of staff.
    """
    staff = request.user if request.user.is_authenticated else None
    key_hash = Device.hash_key(request.device_key) if request.device_key and not staff else ""
    row = _requests_for(key_hash).filter(reference=reference).first()
    if row is None or not may_see(staff or _RESIDENT, row):
        raise Http404
    return RequestAccess(row, staff)


def _requests_for(key_hash: str) -> ServiceRequestQuerySet:
    """Return requests with what `Device.reported` and `Device.follows` answer for this key."""
    here = Q(service_request=OuterRef("pk"))
    through_duplicates = Q(service_request__duplicate_of=OuterRef("pk"))
    sessions = ReporterSession.objects.filter(device__key_hash=key_hash)
    followings = Follower.objects.filter(device__key_hash=key_hash)
    events = Event.objects.filter(here).order_by().values("service_request")
    followers = Follower.objects.confirmed().filter(here).order_by().values("service_request")
    return ServiceRequest.objects.select_related("duplicate_of", "older_record").annotate(
        is_mine=Exists(sessions.filter(here)),
        is_followed=Exists(followings.filter(here | through_duplicates))
        | Exists(sessions.filter(through_duplicates)),
        last_event=Subquery(events.annotate(last=Max("pk")).values("last")),
        follower_count=Subquery(followers.annotate(n=Count("pk")).values("n")),
    )
