"""The verbs of an agent at the desk."""

from decimal import Decimal

from django.utils.translation import gettext as _

from city import geo
from city.models import Agency, Category, DeclineReason, Department
from city.search import recognize_description
from requests_app.errors import InvalidInput, require
from requests_app.models import Event, ServiceRequest
from requests_app.models.locks import bump_version, lock_rows
from requests_app.permissions import SYSTEM
from requests_app.status import Outcome, Status, Verb
from requests_app.workflow.change import (
    Actor,
    begin_change,
    clear_assignment,
    register_verb,
    set_closed,
)
from requests_app.workflow.danger import flag_danger
from requests_app.workflow.duplicates import check_original
from requests_app.workflow.filing import require_service_area

__all__ = [
    "decline",
    "mark_duplicate",
    "move_pin",
    "prioritise",
    "recategorise",
    "reopen",
    "route",
    "transfer",
    "uphold",
]


@register_verb(Verb.ROUTE)
def route(
    service_request: ServiceRequest,
    *,
    to: Department,
    by: Actor,
    seen: int | None = None,
    reason: str = "",
    words: str = "",
    rule: str = "",
    caused_by: Event | None = None,
) -> Event | None:
    """Give the request to the department `to`, and return the event.

    `reason` is the code of a RouteReason; `words` are public. A routing rule acts as SYSTEM with
    its name in `rule`; return None if `to` holds the request already. Raise InvalidInput if `to`
    takes no requests, if it holds the request and that is not disputed, or if a second route has no
    reason, words or rule.
    """
    if by is SYSTEM and service_request.department_id == to.pk:
        return None
    change = begin_change(Verb.ROUTE, service_request, by=by, seen=seen)
    row = change.row
    if row.department_id == to.pk and row.status != Status.DISPUTED:
        raise InvalidInput("department", _("This department already has the request."))
    is_its_own = row.department_id == to.pk
    may_receive = to.may_receive or (is_its_own and to.is_active)
    require(may_receive, "department", _("This department no longer takes requests."))
    if row.times_routed and not (reason or words or rule):
        raise InvalidInput(
            "reason", _("Say why you're moving it. The resident and the crew will see this.")
        )
    clear_assignment(row)
    row.department = to
    row.times_routed += 1
    return change.finish(code=reason, words=words, rule=rule, caused_by=caused_by)


@register_verb(Verb.DECLINE)
def decline(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
    reason: DeclineReason,
    words: str,
) -> Event:
    """Close the request as not the city's, for a DeclineReason; `words` are for the resident.

    Raise InvalidInput without `words`.
    """
    change = begin_change(Verb.DECLINE, service_request, by=by, seen=seen)
    require(words, "words", _("Tell the resident why, and who can help instead."))
    set_closed(change, Outcome.DECLINED)
    change.row.decline_reason = reason
    return change.finish(code=reason.code, words=words)


@register_verb(Verb.TRANSFER)
def transfer(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
    agency: Agency,
    words: str = "",
) -> Event:
    """Close the request as another agency's, and return the event.

    The agency's name and contact come from the city's list; `words` are for the resident.
    """
    change = begin_change(Verb.TRANSFER, service_request, by=by, seen=seen)
    set_closed(change, Outcome.TRANSFERRED)
    change.row.agency = agency
    return change.finish(code=agency.slug, words=words)


@register_verb(Verb.MARK_DUPLICATE)
def mark_duplicate(
    service_request: ServiceRequest,
    *,
    original: ServiceRequest,
    by: Actor,
    seen: int | None = None,
) -> Event:
    """Close the request as a duplicate of `original`; its followers get the original's news.

    The request's own duplicates become duplicates of `original`, which also gets a danger flag that
    nobody cleared. All rows are locked in the order of their ids. Raise InvalidInput if `original`
    cannot be one.
    """
    if original.pk == service_request.pk:
        raise InvalidInput("original", _("A request can't be a duplicate of itself."))
    lock_rows(service_request, original, *service_request.duplicates.exclude(pk=original.pk))
    change = begin_change(Verb.MARK_DUPLICATE, service_request, by=by, seen=seen)
    check_original(service_request, original)
    named = change.row.danger
    moved = list(change.row.duplicates.order_by("pk").select_for_update())
    for row in moved:
        set_original(row, original)
    set_closed(change, Outcome.DUPLICATE)
    change.row.duplicate_of = original
    bump_version(original)  # its watchers see that one more person reported it
    event = change.finish(other_request=original, moved_duplicates=[row.pk for row in moved])
    if named and not original.danger:
        flag_danger(original, named, cause=event, before=original.priority)
    return event


def set_original(row: ServiceRequest, original: ServiceRequest) -> None:
    """Save `original` as the original of the duplicate `row`, and raise the version of `row`."""
    row.duplicate_of = original
    row.save(update_fields=["duplicate_of"])
    bump_version(row)


@register_verb(Verb.UPHOLD)
def uphold(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
    words: str,
) -> Event:
    """Close a dispute after another look, with `words` for the resident.

    The outcome is UPHELD. Raise InvalidInput without `words`.
    """
    change = begin_change(Verb.UPHOLD, service_request, by=by, seen=seen)
    require(words, "words", _("Tell the resident what you checked and what you found."))
    set_closed(change, Outcome.UPHELD)
    return change.finish(words=words)


@register_verb(Verb.REOPEN)
def reopen(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
    words: str,
) -> Event:
    """Reopen a closed request at its department if that is active, else at the desk.

    The due date is counted from now; assignee and planned day are removed. Raise InvalidInput
    without `words`.
    """
    change = begin_change(Verb.REOPEN, service_request, by=by, seen=seen)
    require(words, "words", _("Say why you're reopening it."))
    row = change.row
    row.clock_started_at = change.now
    row.disputed_by_reporter = False
    if row.department and not row.department.is_active:
        row.department = None
    row.assignee = row.scheduled_for = None
    row.status = Status.ROUTED if row.department else Status.FILED
    return change.finish(words=words)


@register_verb(Verb.RECATEGORISE)
def recategorise(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
    category: Category,
) -> Event:
    """Change the category. The due date is computed anew, and subscribers apply the routing rules.

    A private request stays private, as its reporter was promised. Raise InvalidInput if the
    category is inactive or the same.
    """
    change = begin_change(Verb.RECATEGORISE, service_request, by=by, seen=seen)
    require(category.is_active, "category", _("This category is turned off."))
    if category.pk == change.row.category_id:
        raise InvalidInput("category", _("It's in this category already."))
    change.row.category = category
    change.row.is_private = change.row.is_private or category.is_private
    return change.finish(code=category.service_code)


@register_verb(Verb.MOVE_PIN)
def move_pin(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
    latitude: Decimal,
    longitude: Decimal,
    location_text: str,
) -> Event:
    """Correct the location (Decimal degrees WGS 84) and its text.

    Subscribers apply the routing rules. Raise OutsideServiceArea, and InvalidInput if the location
    and its text stay the same.
    """
    change = begin_change(Verb.MOVE_PIN, service_request, by=by, seen=seen)
    latitude, longitude = require_service_area(latitude, longitude)
    zone = geo.zone_at(latitude, longitude)
    assert zone is not None, "Every point of the service area has a zone."
    row = change.row
    words = recognize_description(location_text, float(latitude), float(longitude))
    if (row.latitude, row.longitude, row.location_phrase) == (latitude, longitude, str(words)):
        raise InvalidInput("location_text", _("The location is the same. Nothing changed."))
    row.latitude, row.longitude, row.zone = latitude, longitude, zone
    row.location_text, row.location_relation = words
    return change.finish(code=zone.slug)


@register_verb(Verb.PRIORITISE)
def prioritise(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
    priority: str,
) -> Event:
    """Set the priority, which a removed danger flag then keeps.

    Raise InvalidInput if it is the same.
    """
    change = begin_change(Verb.PRIORITISE, service_request, by=by, seen=seen)
    require(priority != change.row.priority, "priority", _("It has this priority already."))
    change.row.priority = priority
    if change.row.danger:
        change.row.priority_before_danger = priority
    return change.finish(code=priority)
