"""Warnings to an agent who closes a request as a duplicate."""

import math

from django.utils.translation import gettext_lazy

from city import geo
from requests_app.models import ServiceRequest

FINISHED_WARNING = gettext_lazy(
    "%(reference)s is finished, so no one is working on it. If the problem is back, route this "
    "request instead."
)
# (whether the category differs, whether a distance is known that is too large) -> the warning
_DIFFERENCE_WARNINGS = {
    (True, True): gettext_lazy("%(reference)s is something else, and %(distance)s away: %(what)s."),
    (True, False): gettext_lazy("%(reference)s is something else: %(what)s."),
    (False, True): gettext_lazy("%(reference)s is %(distance)s away: %(what)s."),
    (False, False): gettext_lazy("It isn't known how far away %(reference)s is: %(what)s."),
}


def describe_request(row: ServiceRequest) -> str:
    """Return the category and location: “Pothole, 1163 Franklin St”."""
    return ", ".join(filter(None, [row.category.name, row.location_phrase]))


def find_doubts(
    original: ServiceRequest, service_request: ServiceRequest | None = None
) -> dict[str, str]:
    """Return why `original` may be the wrong one, by code; {} for no doubt.

    The codes are "different" (compared with `service_request`) and "finished". What the workflow
    refuses anyway is left out.
    """
    if original.duplicate_of_id or original == service_request:
        return {}
    found = {}
    if service_request and (different := _describe_difference(original, service_request)):
        found["different"] = different
    if not original.is_open:
        found["finished"] = FINISHED_WARNING % {"reference": original.reference}
    return found


def format_accepted_doubts(original: ServiceRequest, doubts: dict[str, str]) -> str:
    """Return the form value that confirms these doubts: “SM-7K3Q-X9F2 different finished”.

    The value consists of the reference of `original` and the codes. Empty without doubts.
    """
    return " ".join([original.reference, *doubts]) if doubts else ""


def distance_between(one: ServiceRequest, other: ServiceRequest) -> float:
    """Return the distance in metres; infinite if either has no coordinates."""
    here, there = one.coordinates, other.coordinates
    return geo.distance_m(here, there) if here and there else math.inf


def _describe_difference(original: ServiceRequest, service_request: ServiceRequest) -> str:
    """Return how far away `original` is, or that this is unknown, and what it is about.

    Empty if it has the same category and is within the category's radius.
    """
    metres = distance_between(original, service_request)
    is_far = metres > service_request.category.radius_m
    is_other = original.category_id != service_request.category_id
    if not (is_far or is_other):
        return ""
    distance = geo.format_distance(metres) if is_far else ""
    return _DIFFERENCE_WARNINGS[is_other, bool(distance)] % {
        "reference": original.reference,
        "distance": distance,
        "what": describe_request(original),
    }
