"""The admin page that moves expected dates after a change of holidays or working days."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.options import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from city.models import City
from lib.http import parse_number
from requests_app.city_changes import find_moved_dates, move_dates

MAX_DATES_SHOWN = 20
MAX_DATES_PER_POST = 200  # each move is a transaction, and the response must take only seconds


class MoveDatesMixin(ModelAdmin):
    """A mixin of the requests' ModelAdmin that adds the page."""

    def get_urls(self) -> list[URLPattern]:
        """Return the URLs of the admin and that of `dates_view`."""
        view = self.admin_site.admin_view(self.dates_view)
        return [path("dates/", view, name="requests_app_servicerequest_dates"), *super().get_urls()]

    def dates_view(self, request: HttpRequest) -> HttpResponse:
        """Show the dates that would move; on POST move them and redirect to this page.

        Raise PermissionDenied without the permission to change the city.
        """
        if not request.user.has_perm("city.change_city"):
            raise PermissionDenied
        if request.method == "POST":
            self._move_dates(request)
            return HttpResponseRedirect(reverse("admin:requests_app_servicerequest_dates"))
        found = list(find_moved_dates())
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": _("Move expected dates"),
            "found": found[:MAX_DATES_SHOWN],
            "count": len(found),
            "at_once": min(len(found), MAX_DATES_PER_POST),
        }
        return render(request, "admin/requests_app/servicerequest/dates.html", context)

    def _move_dates(self, request: HttpRequest) -> None:
        """Move as many expected dates as the posted `count`, log it, and tell how many moved.

        At most MAX_DATES_PER_POST are moved; none for an invalid `count`.
        """
        confirmed = parse_number(request.POST.get("count"), MAX_DATES_PER_POST)
        moved = move_dates(confirmed or 0)
        words = ngettext("%(n)s expected date moved.", "%(n)s expected dates moved.", moved)
        words %= {"n": moved}
        if moved:
            self.log_change(request, City.current(), _build_log_entry(moved))
        self.message_user(request, words, messages.SUCCESS)


def _build_log_entry(moved: int) -> list[dict[str, dict[str, Any]]]:
    """Return the change message for the admin log: how many requests got another date."""
    requests = {"name": "open requests", "object": str(moved), "fields": ["expected date"]}
    return [{"changed": requests}]
