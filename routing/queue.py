"""The desk's queue: which requests wait, narrowed by tab and filters that stand in the address."""

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urlencode

from django.db.models import Count, Prefetch, Q, TextChoices
from django.utils.translation import gettext_lazy as _

from city.models import CategoryGroup, Zone
from requests_app import reference
from requests_app.models import Event, Photo, Priority, ServiceRequest
from requests_app.status import OPEN, PAUSED, QUIET, Status, Verb
from routing import choices
from santa311.lib import clock
from santa311.lib.words import clean_line, is_broken

PAGE = 60
MOST = 600
OFTEN = 4  # routed four times: moved on three times
DAY = timedelta(days=1)


class Tab(TextChoices):
    NEW = "new", _("New")
    DISPUTED = "disputed", _("Disputed")
    LATE = "late", _("Late")
    REROUTED = "rerouted", _("Re-routed 3×")
    WAITING = "waiting", _("Waiting for answer")
    OPEN = "open", _("All open")


# What a request's status is while it is in the tab; the other tabs look at more than the status.
_STATUSES = {
    Tab.NEW: {Status.FILED},
    Tab.DISPUTED: {Status.DISPUTED},
    Tab.WAITING: {Status.AWAITING_RESIDENT},
    Tab.OPEN: OPEN,
}


def _belongs(tab, now) -> Q:
    return {
        Tab.NEW: Q(status=Status.FILED),
        Tab.DISPUTED: Q(status=Status.DISPUTED),
        Tab.LATE: Q(status__in=OPEN - PAUSED, due_at__lt=now),
        Tab.REROUTED: Q(status__in=OPEN, times_routed__gte=OFTEN),
        Tab.WAITING: Q(status=Status.AWAITING_RESIDENT),
        Tab.OPEN: Q(status__in=OPEN),
    }[tab]


@dataclass(frozen=True)
class Filters:
    """What the address asks for; what is unknown in it counts as not asked."""

    tab: Tab = Tab.NEW
    words: str = ""
    is_urgent: bool = False
    is_old: bool = False
    zone: Zone | None = None
    group: CategoryGroup | None = None
    most: int = PAGE

    @classmethod
    def from_query(cls, query) -> "Filters":
        """`query` is a request's GET."""
        tab, words, most = query.get("tab", ""), query.get("q", "")[:200], query.get("most", "")
        return cls(
            tab=Tab(tab) if tab in Tab.values else Tab.NEW,
            words="" if is_broken(words) else clean_line(words),
            is_urgent=query.get("urgent") == "1",
            is_old=query.get("old") == "1",
            zone=_named(choices.zones(), query.get("zone")),
            group=_named(choices.groups(), query.get("what")),
            most=min(MOST, max(PAGE, int(most))) if re.fullmatch(r"[0-9]{1,4}", most) else PAGE,
        )

    def query(self, **changes) -> str:
        """The address's query for these filters, some of them changed."""
        one = replace(self, **changes)
        given = {
            "tab": one.tab.value,
            "q": one.words,
            "urgent": "1" if one.is_urgent else "",
            "old": "1" if one.is_old else "",
            "zone": one.zone.slug if one.zone else "",
            "what": one.group.slug if one.group else "",
            "most": one.most if one.most != PAGE else "",
        }
        return urlencode({name: value for name, value in given.items() if value})

    @property
    def reference(self) -> str | None:
        """The reference that was searched for, if it is one."""
        return reference.tidy(self.words)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.words or self.is_urgent or self.is_old or self.zone or self.group)


def _named(rows, slug):
    return next((row for row in rows if row.slug == slug), None)


def requests(filters):
    """The requests in the queue, in the order in which the desk takes them."""
    rows = ServiceRequest.objects.filter(_belongs(filters.tab, clock.now()), _narrow(filters))
    return rows.urgent_first()


def _narrow(filters) -> Q:
    where = Q()
    if filters.is_urgent:
        where &= Q(priority=Priority.URGENT)
    if filters.is_old:
        where &= Q(filed_at__lt=clock.now() - DAY)
    return where & _lies(filters)


def _lies(filters) -> Q:
    where = Q()
    if filters.zone:
        where &= Q(zone=filters.zone)
    if filters.group:
        where &= Q(category__group=filters.group)
    for word in filters.words.split():
        where &= _says(word)
    return where


def _says(word) -> Q:
    columns = ["location_text", "description", "category__name", "zone__name", "reference"]
    where = Q()
    for column in columns:
        where |= Q(**{f"{column}__icontains": word})
    return where


def counts(filters) -> dict:
    """How many there are: by tab, whatever the filters, and by the chips of this tab. One query."""
    now = clock.now()
    here = _belongs(filters.tab, now) & _lies(filters)
    return ServiceRequest.objects.open().aggregate(  # every tab is of open ones
        **{tab.value: Count("pk", filter=_belongs(tab, now)) for tab in Tab},
        chip_all=Count("pk", filter=here),
        chip_urgent=Count("pk", filter=here & Q(priority=Priority.URGENT)),
        chip_old=Count("pk", filter=here & Q(filed_at__lt=now - DAY)),
    )


def with_pictures(rows):
    """Everything a line of the queue shows, in two queries."""
    pictures = Photo.objects.filter(kind=Photo.Kind.REPORT, is_hidden=False)
    ready = pictures.filter(state=Photo.State.READY)
    return rows.select_related("category", "zone", "department").prefetch_related(
        Prefetch("photos", ready, to_attr="pictures")
    )


def entered_since(filters, shown, event_id, moment) -> int:
    """How many came into the queue after the event `event_id` (late ones: after `moment`).

    `shown` are ids that the agent has before them already.
    """
    rows = requests(filters).order_by().exclude(pk__in=shown)
    if filters.tab == Tab.LATE:
        return rows.filter(due_at__gte=moment).count()
    later = Event.objects.filter(pk__gt=event_id)
    if filters.tab == Tab.REROUTED:
        later = later.filter(verb=Verb.ROUTE)
    else:
        later = later.exclude(status_before__in=_STATUSES[filters.tab])
    return rows.filter(pk__in=later.values("service_request")).count()


def taken_by(shown) -> dict[int, Event]:
    """The last thing that happened to each of these requests and was more than a comment."""
    events = Event.objects.filter(service_request__in=shown).exclude(verb__in=QUIET)
    return {event.service_request_id: event for event in events.select_related("actor")}


def following(filters, service_request) -> list[int]:
    """Ids in the order in which the desk would go on: those after this one, then those before."""
    ids = list(requests(filters).values_list("pk", flat=True)[:MOST])
    if service_request.pk not in ids:
        return ids
    place = ids.index(service_request.pk)
    return ids[place + 1 :] + ids[:place]


def first_of(filters, ids) -> ServiceRequest | None:
    """The first of `ids` that still waits in the queue."""
    waiting = {row.pk: row for row in requests(filters).filter(pk__in=ids[:MOST])}
    return next((waiting[pk] for pk in ids if pk in waiting), None)


def latest_event() -> int:
    """The id of the last event of all; 0 before the first."""
    return Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
