"""What must be true of a service request for a verb, besides its status and who asks."""

from datetime import timedelta

from django.conf import settings

from lib import clock
from requests_app.status import DISPUTABLE_OUTCOMES, Outcome, Status


def always_true(service_request) -> bool:
    return True


def can_be_confirmed(service_request) -> bool:
    """A dispute by the reporter about work that was called done can be taken back by a yes."""
    if service_request.status != Status.DISPUTED:
        return True
    return service_request.disputed_by_reporter and service_request.completed_at is not None


def can_be_disputed(service_request) -> bool:
    """Once per completion, or once per request where none was completed; closed ones in time."""
    if service_request.dispute_used:
        return False
    if service_request.status == Status.COMPLETED:
        return True
    days = timedelta(days=settings.DAYS_TO_DISPUTE_A_CLOSURE)
    in_time = clock.now() - service_request.closed_at <= days
    return service_request.outcome in DISPUTABLE_OUTCOMES and in_time


def has_confirmation_period_ended(service_request) -> bool:
    days = timedelta(days=settings.DAYS_TO_CONFIRM)
    return clock.now() - service_request.completed_at >= days


def is_not_imported(service_request) -> bool:
    return service_request.outcome != Outcome.IMPORTED


def has_danger(service_request) -> bool:
    return bool(service_request.danger)


def has_no_danger(service_request) -> bool:
    return not service_request.danger


def is_held_for_review(service_request) -> bool:
    return bool(service_request.held_for)


def is_not_held_for_review(service_request) -> bool:
    return not service_request.held_for
