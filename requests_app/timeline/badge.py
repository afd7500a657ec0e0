"""A request's status in words, with an icon and a tone, for whoever reads it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _

from city.translation import named
from lib import clock
from requests_app.models import ServiceRequest
from requests_app.status import (
    OUTCOME_WORDING_FOR_OTHERS,
    OUTCOME_WORDING_FOR_REPORTER,
    STATUS_WORDING_FOR_OTHERS,
    STATUS_WORDING_FOR_REPORTER,
    Outcome,
    Status,
    StatusWording,
)


def for_reporter(service_request) -> StatusWording:
    """“You told us” only where they did: a neighbor who follows may dispute too."""
    if service_request.status == Status.DISPUTED and not service_request.disputed_by_reporter:
        return for_others(service_request)
    return _badge(service_request, STATUS_WORDING_FOR_REPORTER, OUTCOME_WORDING_FOR_REPORTER)


def for_others(
    service_request: ServiceRequest, format_day: Callable[[date], str] = clock.said_day
) -> StatusWording:
    """Return the status as everybody reads it. `format_day` writes the day of planned work."""
    return _badge(
        service_request, STATUS_WORDING_FOR_OTHERS, OUTCOME_WORDING_FOR_OTHERS, format_day
    )


def _badge(
    service_request: ServiceRequest,
    by_status: dict[Status, StatusWording],
    by_outcome: dict[Outcome, StatusWording],
    format_day: Callable[[date], str] = clock.said_day,
) -> StatusWording:
    """Reads `department`, `hold_reason`, `decline_reason` and `agency` of the row where named."""
    if service_request.status == Status.CLOSED:
        wording = by_outcome[Outcome(service_request.outcome)]
    else:
        wording = by_status[Status(service_request.status)]
    return replace(wording, words=str(wording.words).format(**_named(service_request, format_day)))


def _named(row: ServiceRequest, format_day: Callable[[date], str]) -> dict[str, object]:
    department = named(row.department) or _("The 311 team")
    return {
        "department": department,
        "holder": department,
        "day": format_day(row.scheduled_for) if row.scheduled_for else "",
        "reason": _reason(row),
        "agency": named(row.agency),
        "days": settings.DAYS_TO_CONFIRM,
    }


def _reason(row) -> str:
    if row.status == Status.ON_HOLD and row.hold_reason:
        return named(row.hold_reason)
    return named(row.decline_reason)
