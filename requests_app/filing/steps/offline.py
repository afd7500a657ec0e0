"""What a phone keeps of these pages, so that a report can be written without a network."""

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from city import danger
from city.base_map import drawing as base_map
from city.base_map.sources import map_sources
from city.models import City
from lib.http import own_page
from requests_app.filing.forms import DetailsForm, blank_question_inputs
from requests_app.filing.steps.category import groups_with_categories
from requests_app.middleware import ensure_device_key

_METRES_PER_PIXEL = 2.4


@require_safe
@own_page
def offline_report(request) -> HttpResponse:
    """The whole report on one page. Nothing in it is anybody's: each phone keeps a copy."""
    city = City.current()
    center = city.center_lat, city.center_lng
    drawing = base_map.svg(center=center, metres_per_px=_METRES_PER_PIXEL, width=560, height=400)
    context = {
        "groups": groups_with_categories(),
        "asked": blank_question_inputs(),
        "form": DetailsForm(),
        "center": center,
        "scale": _METRES_PER_PIXEL,
        "drawing": drawing,
        "map_sources": map_sources(),
        "most_photos": settings.MAX_PHOTOS,
        "blank": danger.blank_advice()._replace(opens_at=None),  # it is read another day
        "danger_words": danger.address(),
        "nobody": "00000000-0000-0000-0000-000000000000",  # where the phone puts the report's key
    }
    return render(request, "requests_app/filing/offline_report.html", context)


@require_safe
@own_page
def unsent_reports(request) -> HttpResponse:
    """What this phone has not sent yet; also the page for an address that cannot be reached."""
    blank = danger.blank_advice()._replace(opens_at=None)
    return render(request, "requests_app/filing/waiting.html", {"blank": blank})


@require_safe
@never_cache
def csrf_token(request) -> JsonResponse:
    """What a form must carry. A worker without a page has no form to read it from.

    Another site may ask, and cannot read the answer.
    """
    ensure_device_key(request)
    return JsonResponse({"token": get_token(request)})
