"""The home page, and this device's requests."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from requests_app.browsing import position
from requests_app.browsing.lists import home_page, mine_page


@require_safe
def home(request):
    return _own(
        render(request, "requests_app/browsing/home.html", home_page(request, position.of(request)))
    )


@require_safe
def my_requests(request):
    return _own(render(request, "requests_app/browsing/mine.html", mine_page(request)))


def _own(response):
    """It shows what this device reported."""
    response["Cache-Control"] = "private, no-cache"
    return response


@require_safe
def accessibility(request):
    return render(request, "requests_app/browsing/accessibility.html")
