"""The conditions of verbs on a service request, besides its status and the actor's permission."""

from datetime import timedelta

from django.conf import settings

from lib import clock
from requests_app.models import ServiceRequest
from requests_app.status import DISPUTABLE_OUTCOMES, Outcome, Status


def always_true(service_request: ServiceRequest) -> bool:
    return True


def can_be_confirmed(service_request: ServiceRequest) -> bool:
    """Return whether the reporter may confirm the request, also to take back a dispute.

    A disputed request can be confirmed if its reporter disputed finished work.
    """
    if service_request.status != Status.DISPUTED:
        return True
    return service_request.disputed_by_reporter and service_request.completed_at is not None


def can_be_disputed(service_request: ServiceRequest) -> bool:
    """Return whether the request may be disputed: once per completion.

    A closed request may be disputed for DAYS_TO_DISPUTE_A_CLOSURE, if its outcome is in
    DISPUTABLE_OUTCOMES. The `closed_at` of a closed request must be set.
    """
    if service_request.dispute_used:
        return False
    if service_request.status == Status.COMPLETED:
        return True
    days = timedelta(days=settings.DAYS_TO_DISPUTE_A_CLOSURE)
    in_time = clock.now() - service_request.closed_at <= days
    return service_request.outcome in DISPUTABLE_OUTCOMES and in_time


def has_confirmation_period_ended(service_request: ServiceRequest) -> bool:
    """Return whether the request was completed at least DAYS_TO_CONFIRM days ago."""
    days = timedelta(days=settings.DAYS_TO_CONFIRM)
    return clock.now() - service_request.completed_at >= days


def is_not_imported(service_request: ServiceRequest) -> bool:
    return service_request.outcome != Outcome.IMPORTED


def has_danger(service_request: ServiceRequest) -> bool:
    """Return whether the request has a danger flag."""
    return bool(service_request.danger)


def has_no_danger(service_request: ServiceRequest) -> bool:
    return not service_request.danger


def is_held_for_review(service_request: ServiceRequest) -> bool:
    """Return whether the request waits for its release by an agent."""
    return bool(service_request.held_for)


def is_not_held_for_review(service_request: ServiceRequest) -> bool:
    return not service_request.held_for
