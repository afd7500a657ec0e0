"""The verbs that SYSTEM carries out after a period without action, or for unreadable photos."""

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from city.models import City
from lib import clock
from requests_app import workflow
from requests_app.errors import DomainError
from requests_app.models import Event, ServiceRequest
from requests_app.models.photo import PhotoQuerySet
from requests_app.permissions import SYSTEM
from requests_app.status import Status, Verb
from requests_app.workflow.reminding import find_requests_to_remind

log = logging.getLogger(__name__)


def run_timeouts() -> None:
    """Close unconfirmed work, end unanswered questions, and remind staff of due dates.

    Each of the three finds its requests with one or two queries. A refused request is logged
    and skipped.
    """
    now = clock.now()
    silent_since = now - timedelta(days=settings.DAYS_TO_CONFIRM)
    done = ServiceRequest.objects.filter(status=Status.COMPLETED, completed_at__lte=silent_since)
    _apply_to_each(partial(workflow.close_unanswered, by=SYSTEM), done.iterator())
    _apply_to_each(partial(workflow.answer, by=SYSTEM, words=""), _find_unanswered_requests(now))
    _apply_to_each(partial(workflow.remind, by=SYSTEM), find_requests_to_remind(now))


def reject_unreadable_proof(photos: PhotoQuerySet) -> None:
    """Return finished work whose photos are all unreadable to its department.

    Only the requests of `photos`, a queryset, are checked.
    """
    lost = photos.unreadable_completion_photos()
    rows = ServiceRequest.objects.filter(pk__in=lost.values("service_request"))
    _apply_to_each(partial(workflow.reject_proof, by=SYSTEM), rows)


def _find_unanswered_requests(now: datetime) -> Iterator[ServiceRequest]:
    """Yield the requests whose question is older than WORKING_DAYS_TO_ANSWER."""
    calendar = City.current().calendar()
    asked = Event.objects.filter(service_request=OuterRef("pk"), verb=Verb.ASK).order_by("-pk")
    waiting = ServiceRequest.objects.filter(status=Status.AWAITING_RESIDENT)
    for service_request in waiting.annotate(asked_at=Subquery(asked.values("at")[:1])):
        last_day = calendar.add_working_days(
            timezone.localdate(service_request.asked_at, calendar.tz),
            settings.WORKING_DAYS_TO_ANSWER,
        )
        if timezone.localdate(now, calendar.tz) > last_day:
            yield service_request


def _apply_to_each(
    act: Callable[[ServiceRequest], Event | None], rows: Iterable[ServiceRequest]
) -> None:
    """Call `act` on each request.

    Log and skip a request that it refuses, since it may have changed.
    """
    for service_request in rows:
        try:
            act(service_request)
        except DomainError as refused:
            log.info("%s is not changed: %s", service_request.reference, refused)
