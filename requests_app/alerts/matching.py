"""The alerts that match a request, and the requests that match an alert.

Requests that are not public, or whose exact location is sensitive, match nothing. This is checked
again when a mail is sent.
"""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from city import geo
from requests_app.alerts.saved import build_filters, get_area
from requests_app.browsing.search_words import build_words_condition
from requests_app.models import Alert, Event, ServiceRequest
from requests_app.models.alert import RectangleContains
from requests_app.models.search import SearchText
from requests_app.status import Status, Verb

VERBS_OF_NEW = frozenset({Verb.FILE, Verb.RELEASE})
VERBS_OF_FINISHED = frozenset({Verb.COMPLETE})
_WORDS_PER_QUERY = 50  # different search texts


def may_be_told(row: ServiceRequest) -> bool:
    """Return whether alerts may include the request: public, without a sensitive location."""
    return row.is_public and not row.category.is_location_sensitive


class MatchingAlert(NamedTuple):
    """A confirmed alert for which an event is news at once, and where to send it.

    `device` is the id of the browser that gets notifications; with one, `address` is "".
    """

    pk: int
    address: str
    language: str
    device: int | None


def find_matching_alerts(event: Event) -> Iterator[MatchingAlert]:
    """Yield the alerts to send at once about an event, oldest first.

    Yield nothing if `may_be_told` is False for the request, or if the event neither makes the
    request public for the first time nor finishes work.
    """
    row = event.service_request
    kind = _find_kind(event.verb)
    if kind is None or not may_be_told(row):
        return
    columns = find_candidates(row).filter(kind).order_by("pk").values_list(*_COLUMNS)
    candidates = [_Candidate(*values) for values in columns]
    matching_words = _find_matching_words(row, {each.words for each in candidates} - {""})
    for alert in candidates:
        if alert.words and alert.words not in matching_words:
            continue
        if _is_in_circle(alert, row.latitude, row.longitude):
            yield MatchingAlert(alert.pk, alert.email_normalized, alert.language, alert.device_id)


class _Candidate(NamedTuple):
    """Columns of an alert. A model instance of each of some thousands would take 30 ms longer."""

    pk: int
    email_normalized: str
    language: str
    device_id: int | None
    words: str
    west: float | None
    south: float | None
    east: float | None
    north: float | None
    radius_m: int | None


_COLUMNS = _Candidate._fields


class DigestRequests(NamedTuple):
    """New and finished requests up to a limit, each newest first, and how many there are."""

    new: list[ServiceRequest]
    finished: list[ServiceRequest]
    new_count: int
    finished_count: int


def find_digest_requests(
    alert: Alert, since: datetime, until: datetime, limit: int
) -> DigestRequests:
    """Return the public requests that match, filed or finished after `since` up to `until`.

    At most `limit` of each kind. A request that was hidden in the meantime is left out.
    """
    public = ServiceRequest.objects.public().filter(category__is_location_sensitive=False)
    rows = build_filters(alert).narrow_requests(public)
    new = rows.filter(_began_between(since, until), changed_at__gt=since)
    finished = rows.filter(
        _has_event(VERBS_OF_FINISHED, since, until),
        status__in=[Status.COMPLETED, Status.CLOSED],
        changed_at__gt=since,
    )
    new_ids = _list_ids(alert, new.order_by("-filed_at", "-pk")) if alert.wants_new else []
    finished_ids = (
        _list_ids(alert, finished.order_by("-changed_at", "-pk")) if alert.wants_finished else []
    )
    loaded = ServiceRequest.objects.in_bulk([*new_ids[:limit], *finished_ids[:limit]])
    return DigestRequests(
        [loaded[pk] for pk in new_ids[:limit] if pk in loaded],
        [loaded[pk] for pk in finished_ids[:limit] if pk in loaded],
        len(new_ids),
        len(finished_ids),
    )


def _find_kind(verb: str) -> Q | None:
    """Return the condition that an alert is about events of this verb; None if none is."""
    if verb in VERBS_OF_NEW:
        return Q(wants_new=True)
    return Q(wants_finished=True) if verb in VERBS_OF_FINISHED else None


def find_candidates(row: ServiceRequest) -> QuerySet[Alert]:
    """Return the alerts to send at once whose category, zone and rectangle match the request.

    Words and circles are not compared. `python -m tools.bench.alert_cost` measures this.
    """
    of_kind = Q(category=None, group=None) | Q(category=row.category_id)
    of_kind |= Q(category=None, group=row.category.group_id)
    of_zone = Q(zone=None) | Q(zone=row.zone_id)
    at_once = Alert.objects.standing().filter(of_kind, of_zone, frequency="at_once")
    everywhere = at_once.filter(west=None)
    if row.latitude is None or row.longitude is None:
        return everywhere
    here = RectangleContains(float(row.longitude), float(row.latitude))
    return everywhere | at_once.filter(here, west__isnull=False)


def _find_matching_words(row: ServiceRequest, searches: set[str]) -> set[str]:
    """Return those of the search texts that find the request, as the list's search does."""
    found: set[str] = set()
    ordered = sorted(searches)
    for start in range(0, len(ordered), _WORDS_PER_QUERY):
        part = ordered[start : start + _WORDS_PER_QUERY]
        conditions = {
            f"search_{number}": ExpressionWrapper(
                build_words_condition(words), output_field=BooleanField()
            )
            for number, words in enumerate(part)
        }
        rows = ServiceRequest.objects.filter(pk=row.pk).alias(search_text=SearchText())
        [answers] = rows.annotate(**conditions).values(*conditions)
        found |= {words for number, words in enumerate(part) if answers[f"search_{number}"]}
    return found


def _is_in_circle(
    alert: Alert | _Candidate, latitude: Decimal | None, longitude: Decimal | None
) -> bool:
    """Return whether the point is in the alert's circle; True for an alert without a radius."""
    if alert.radius_m is None or (area := get_area(alert)) is None:
        return True
    if latitude is None or longitude is None:
        return False
    return geo.distance_m(area.center, (latitude, longitude)) <= alert.radius_m


def _list_ids(alert: Alert, rows: QuerySet[ServiceRequest]) -> list[int]:
    """Return the ids of the requests inside of the circle, in the order of `rows`.

    A week of a large city has thousands of requests; to create an instance of each takes too long.
    """
    points = rows.values_list("pk", "latitude", "longitude")
    return [pk for pk, *point in points if _is_in_circle(alert, *point)]


def _began_between(since: datetime, until: datetime) -> Q:
    """Return the condition that a request was filed in the period, or released in it."""
    filed = Q(filed_at__gt=since, filed_at__lte=until)
    return filed | Q(_has_event(frozenset({Verb.RELEASE}), since, until))


def _has_event(verbs: frozenset[Verb], since: datetime, until: datetime) -> Exists:
    """Return the condition that a request has an event of these verbs in the period."""
    events = Event.objects.filter(service_request=OuterRef("pk"), verb__in=verbs)
    return Exists(events.filter(at__gt=since, at__lte=until))
