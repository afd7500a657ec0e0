"""Pages that a phone stores, so that a report can be written and kept without a network."""

from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from city import danger
from city.base_map import drawing as base_map
from city.base_map.sources import build_map_sources
from city.models import City
from lib.http import private_page
from requests_app.filing.forms import DetailsForm, blank_question_inputs
from requests_app.filing.steps.category import groups_with_categories
from requests_app.middleware import ensure_device_key

_METRES_PER_PIXEL = 2.4


@require_safe
@private_page
def offline_report(request) -> HttpResponse:
    """Return all steps of a report on one page, without personal data, to be stored by phones."""
    city = City.current()
    center = city.center_lat, city.center_lng
    drawing = base_map.render_svg(
        center=center, metres_per_px=_METRES_PER_PIXEL, width=560, height=400
    )
    context = {
        "groups": groups_with_categories(),
        "questions_by_category": blank_question_inputs(),
        "form": DetailsForm(),
        "center": center,
        "metres_per_pixel": _METRES_PER_PIXEL,
        "drawing": drawing,
        "map_sources": build_map_sources(),
        "most_photos": settings.MAX_PHOTOS,
        "blank_advice": danger.blank_advice()._replace(opens_at=None),  # read on another day
        "danger_table_url": danger.table_url(),
        "placeholder_id": UUID(int=0),  # the script replaces it by the draft's id
    }
    return render(request, "requests_app/filing/offline_report.html", context)


@require_safe
@private_page
def unsent_reports(request) -> HttpResponse:
    """Return the page on which a script lists the reports that wait on this phone.

    The service worker shows the page also in place of one that cannot be loaded.
    """
    blank_advice = danger.blank_advice()._replace(opens_at=None)
    return render(request, "requests_app/filing/waiting.html", {"blank_advice": blank_advice})


@require_safe
@never_cache
def csrf_token(request) -> JsonResponse:
    """Return the CSRF token as JSON, for a service worker, which has no form to read it from.

    The key is `token`. A browser without a device key gets one. Other sites can send this request
    but cannot read the answer.
    """
    ensure_device_key(request)
    return JsonResponse({"token": get_token(request)})
