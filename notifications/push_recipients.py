"""The browsers that get a notification about an event, and whether one still may get it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import cast

from django.db.models import Q, QuerySet

from notifications.audiences import (
    KINDS_FOR_DEPARTMENT,
    Kind,
    Recipient,
    find_kind_for_followers,
    find_kind_for_reporters,
    find_requests_to_notify,
)
from notifications.models import ALERT_KINDS, Delivery, name_endpoint
from requests_app.alerts.matching import may_be_told
from requests_app.models import Event, Priority, PushEndpoint
from requests_app.permissions import Audience, is_member
from requests_app.push.endpoints import is_push_on
from requests_app.status import Verb

_MOVING_VERBS = {Verb.ROUTE, Verb.HAND_BACK, Verb.UNDO}
type Found = tuple[Kind, QuerySet[PushEndpoint]]
"""A kind of message and the endpoints that get it."""


def find_push_recipients(event: Event) -> Iterator[Recipient]:
    """Yield the endpoints to notify, maybe twice; none while push is off.

    Those of the device or person who caused the event are left out.
    """
    if not is_push_on():
        return
    for kind, endpoints in [*_find_residents(event), *_find_agents(event), *_find_crews(event)]:
        for endpoint in endpoints.order_by("pk"):
            is_own = event.device_id and endpoint.device_id == event.device_id
            is_own = is_own or (event.actor_id and endpoint.user_id == event.actor_id)
            if not is_own:
                yield Recipient(
                    kind, name_endpoint(endpoint), endpoint.language, endpoint=endpoint.pk
                )


def _find_residents(event: Event) -> Iterator[Found]:
    """Yield the endpoints of reporters first, then of followers and of duplicates' reporters."""
    row = event.service_request
    if kind := find_kind_for_reporters(event):
        sessions = Q(device__reporter_sessions__service_request=row)
        yield kind, PushEndpoint.objects.filter(sessions).distinct()
    if kind := find_kind_for_followers(event):
        rows = find_requests_to_notify(event)
        duplicates = rows.exclude(pk=row.pk)
        for related in (
            Q(device__followings__service_request__in=rows),
            Q(device__reporter_sessions__service_request__in=duplicates),
        ):
            yield kind, PushEndpoint.objects.filter(related).distinct()


def _find_crews(event: Event) -> Iterator[Found]:
    """Yield the endpoints of the department that has the request, and of the one that lost it."""
    kind = KINDS_FOR_DEPARTMENT.get(event.verb)
    is_made_urgent = event.verb == Verb.PRIORITISE and event.code == Priority.URGENT
    if event.verb == Verb.FLAG_DANGER or is_made_urgent:
        kind = Kind.URGENT
    if kind and event.department_id:
        yield kind, _find_endpoints_of_department(event.department_id)
    if event.verb in _MOVING_VERBS:
        before = find_department_before(event)
        if before and before != event.department_id:
            yield Kind.MOVED, _find_endpoints_of_department(before)


def _find_agents(event: Event) -> Iterator[Found]:
    """Yield the endpoints of agents if a resident named a danger."""
    if event.verb == Verb.FLAG_DANGER:
        yield Kind.EMERGENCY, PushEndpoint.objects.filter(user__is_agent=True, user__is_active=True)


def _find_endpoints_of_department(department_id: int) -> QuerySet[PushEndpoint]:
    """Return the endpoints of the active people who work for the department."""
    return PushEndpoint.objects.filter(
        user__memberships__department=department_id, user__is_active=True
    ).distinct()


def find_endpoints_by_device(devices: Iterable[int | None]) -> dict[int, list[PushEndpoint]]:
    """Return the endpoints of each of these devices by its id, as a dict with [] as default.

    Empty while push is off. One query, or none if all ids are None.
    """
    found: dict[int, list[PushEndpoint]] = defaultdict(list)
    ids = {device for device in devices if device is not None}
    if not ids or not is_push_on():
        return found
    for endpoint in PushEndpoint.objects.filter(device__in=ids).order_by("pk"):
        found[cast(int, endpoint.device_id)].append(endpoint)
    return found


def find_department_before(event: Event) -> int | None:
    """Return the id of the department that had the request before the event; None for the desk."""
    earlier = event.service_request.events.filter(pk__lt=event.pk).order_by("-pk").first()
    return earlier.department_id if earlier else None


def find_audience(delivery: Delivery) -> Audience | None:
    """Return how the owner of the endpoint may read the message; None if not any more.

    The endpoint may be deleted or another person's meanwhile, and the person may have another role,
    not follow the request or a duplicate of it any more, or may not see the request. An alert may
    have ended.
    """
    endpoint, event = delivery.endpoint, delivery.event
    if endpoint is None:
        return None
    if delivery.kind in ALERT_KINDS:
        return Audience.OTHERS if _is_alert_told(endpoint, delivery) else None
    if delivery.is_for_staff:
        return Audience.STAFF if _is_still_told(endpoint, delivery) else None
    device, row = endpoint.device, event.service_request
    if device is None:
        return None
    if device.has_reported(row):
        return Audience.REPORTER
    return Audience.OTHERS if row.is_public and device.follows(row) else None


def _is_alert_told(endpoint: PushEndpoint, delivery: Delivery) -> bool:
    """Return whether the alert is still that of the endpoint's browser, and may be about the row.

    A digest is about no single request; its requests are chosen when its text is written.
    """
    alert, event = delivery.alert, delivery.event
    is_own = alert is not None and alert.device_id and alert.device_id == endpoint.device_id
    return bool(is_own) and (event is None or may_be_told(event.service_request))


def _is_still_told(endpoint: PushEndpoint, delivery: Delivery) -> bool:
    """Return whether the message is for the owner of the endpoint: an active member of staff."""
    user, event = endpoint.user, delivery.event
    if user is None or not user.is_active:
        return False
    if delivery.kind == Kind.MOVED:  # the crew that lost a request may not see it any more
        return user.works_for(find_department_before(event))
    if delivery.kind == Kind.EMERGENCY:
        return user.is_agent
    return is_member(user, event.service_request)
