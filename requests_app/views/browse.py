"""The home page, and this device's requests."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from requests_app import here, pages


@require_safe
def home(request):
    return _own(render(request, "home.html", pages.home_page(request, here.of(request))))


@require_safe
def my_requests(request):
    return _own(render(request, "requests/mine.html", pages.mine_page(request)))


def _own(response):
    """It shows what this device reported."""
    response["Cache-Control"] = "private, no-cache"
    return response
