"""The badge of a request: the text, icon and tone of its status for residents."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _

from city.translation import translate_name
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


def reporter_badge(service_request: ServiceRequest) -> StatusWording:
    """Return the badge for the reporter; after a dispute by another resident, the public one."""
    if service_request.status == Status.DISPUTED and not service_request.disputed_by_reporter:
        return public_badge(service_request)
    return _build_badge(service_request, STATUS_WORDING_FOR_REPORTER, OUTCOME_WORDING_FOR_REPORTER)


def public_badge(
    service_request: ServiceRequest, format_day: Callable[[date], str] = clock.format_relative_date
) -> StatusWording:
    """Return the badge for everybody. `format_day` formats the day of planned work."""
    return _build_badge(
        service_request, STATUS_WORDING_FOR_OTHERS, OUTCOME_WORDING_FOR_OTHERS, format_day
    )


def _build_badge(
    service_request: ServiceRequest,
    by_status: dict[Status, StatusWording],
    by_outcome: dict[Outcome, StatusWording],
    format_day: Callable[[date], str] = clock.format_relative_date,
) -> StatusWording:
    """Return the wording of the status or, if closed, of the outcome, with its values inserted."""
    if service_request.status == Status.CLOSED:
        wording = by_outcome[Outcome(service_request.outcome)]
    else:
        wording = by_status[Status(service_request.status)]
    return replace(
        wording, words=str(wording.words).format(**_placeholder_values(service_request, format_day))
    )


def _placeholder_values(
    row: ServiceRequest, format_day: Callable[[date], str]
) -> dict[str, object]:
    """Return the values for the placeholders of wordings, "" for what is unknown."""
    department = translate_name(row.department) or _("The 311 team")
    return {
        "department": department,
        "holder": department,
        "day": format_day(row.scheduled_for) if row.scheduled_for else "",
        "reason": _reason_name(row),
        "agency": translate_name(row.agency),
        "days": settings.DAYS_TO_CONFIRM,
    }


def _reason_name(row: ServiceRequest) -> str:
    """Return the name of the hold reason if on hold, else of the decline reason; "" for none."""
    if row.status == Status.ON_HOLD and row.hold_reason:
        return translate_name(row.hold_reason)
    return translate_name(row.decline_reason)
