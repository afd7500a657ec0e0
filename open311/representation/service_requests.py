"""One request as GeoReport tells it, field by field in the order of its specification."""

from django.utils.translation import gettext as _

from city.models import City
from city.translation import named
from open311.formats import Listing
from open311.representation import extensions, states
from open311.representation.values import moment, photo_url
from requests_app.models import ApiKey, ServiceRequest
from requests_app.status import Outcome
from requests_app.timeline import holder_name


def listing(
    rows: list[ServiceRequest], *, is_extended: bool = False, key: ApiKey | None = None
) -> Listing:
    """Return what `rows_of` found, as the holder of `key` reads it, or everybody.

    The extensions cost five statements more.
    """
    more = extensions.of_each(rows, key) if is_extended else {}
    entries = [fields_of(row, key) | more.get(row.pk, {}) for row in rows]
    return Listing("service_requests", "request", entries)


def fields_of(one: ServiceRequest, key: ApiKey | None = None) -> dict:
    """Return the fields of one request, as the holder of `key` reads it, or everybody.

    `updated_datetime` is the latest public change: the closing, unless more was added since.
    """
    location = one.shared_location(is_exact=key is not None and key.may_locate(one))
    return {
        "service_request_id": one.reference,
        "status": states.status_of(one),
        "status_notes": states.notes(one),
        "service_name": named(one.category),
        "service_code": one.category.service_code,
        "description": one.description,
        "agency_responsible": agency_responsible(one),
        "service_notice": _notice(one),
        "requested_datetime": moment(one.filed_at),
        "updated_datetime": moment(one.changed_at),
        "expected_datetime": _expected(one),
        "address": location.text,
        "address_id": None,
        "zipcode": None,
        "lat": location.latitude,
        "long": location.longitude,
        "media_url": next((photo_url(photo) for photo in one.shown_photos), None),
    }


def agency_responsible(service_request: ServiceRequest) -> str:
    """Return the name of the agency to contact, else of the department that finished or has it."""
    if service_request.outcome == Outcome.TRANSFERRED and service_request.agency:
        return named(service_request.agency)
    if service_request.is_done and service_request.completed_by:
        return named(service_request.completed_by)
    return holder_name(service_request)


def _notice(service_request):
    """As its page tells everybody."""
    if not service_request.needs_emergency_number:
        return None
    return _("In an emergency, call %(phone)s.") % {"phone": City.current().emergency_phone}


def _expected(service_request):
    """Only while it is worked on: on pause nobody knows yet by how much the date moves."""
    is_running = service_request.is_open and not service_request.is_paused
    return moment(service_request.due_at) if is_running else None
