"""Names by code, for sentences about old events: a list entry that is gone keeps its code."""

from city import cache
from city.models import (
    Agency,
    Category,
    DeclineReason,
    HandBackReason,
    HoldReason,
    NoPhotoReason,
    ResolutionCode,
    RouteReason,
)
from city.translation import translated

_REASONS = (
    DeclineReason,
    HandBackReason,
    HoldReason,
    NoPhotoReason,
    ResolutionCode,
    RouteReason,
)


@cache.remembered
def _names():
    named = {(model, code): name for model in _REASONS for code, name in _pairs(model, "code")}
    named |= {(Agency, slug): name for slug, name in _pairs(Agency, "slug")}
    return named | {(Category, code): name for code, name in _pairs(Category, "service_code")}


def _pairs(model, key):
    return model.objects.values_list(key, "name")


def name_of(model, code: str) -> str:
    """The name of the entry `code` of one of the city's lists, in the active language."""
    return translated(_names().get((model, code), code))
