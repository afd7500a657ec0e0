"""What an agent is told before a request is closed as a duplicate of another one."""

import math

from django.utils.translation import gettext_lazy

from city import geo

FINISHED = gettext_lazy(
    "%(reference)s is finished, so no one is working on it. If the problem is back, route this "
    "request instead."
)
# By whether it is of another category, and whether it is known to be far away.
_DIFFERENT = {
    (True, True): gettext_lazy("%(reference)s is something else, and %(distance)s away: %(what)s."),
    (True, False): gettext_lazy("%(reference)s is something else: %(what)s."),
    (False, True): gettext_lazy("%(reference)s is %(distance)s away: %(what)s."),
    (False, False): gettext_lazy("It isn't known how far away %(reference)s is: %(what)s."),
}


def what_and_where(row) -> str:
    """“Pothole, 1163 Franklin St”."""
    return ", ".join(filter(None, [row.category.name, row.location_phrase]))


def doubts(original, service_request=None) -> dict[str, str]:
    """By a code each, why `original` may not be the one: it is finished, or it differs from
    `service_request` (None: from nothing). Nothing of what the workflow refuses anyway.
    """
    if original.duplicate_of_id or original == service_request:
        return {}
    found = {}
    if service_request and (different := _difference(original, service_request)):
        found["different"] = different
    if not original.is_open:
        found["finished"] = FINISHED % {"reference": original.reference}
    return found


def accepted(original, doubts) -> str:
    """What a form says once its agent was told of these `doubts`; empty without any."""
    return " ".join([original.reference, *doubts]) if doubts else ""


def metres_between(one, other) -> float:
    """Infinite where it isn't known where one of the two is."""
    here, there = one.coordinates, other.coordinates
    return geo.distance_m(here, there) if here and there else math.inf


def _difference(original, service_request) -> str:
    """Empty for one of the same category within its radius."""
    metres = metres_between(original, service_request)
    is_far = metres > service_request.category.radius_m
    is_other = original.category_id != service_request.category_id
    if not (is_far or is_other):
        return ""
    distance = geo.format_distance(metres) if is_far else ""
    return _DIFFERENT[is_other, bool(distance)] % {
        "reference": original.reference,
        "distance": distance,
        "what": what_and_where(original),
    }
