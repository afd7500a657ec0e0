from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import SecurityRecord, User
from lib import clock
from lib.days import DayField as TypedDay
from lib.lazy_text import LazyText
from lib.security_log import KINDS_WITHOUT_ROW, Kind
from requests_app.admin.changes import lines
from requests_app.admin.changes.entries import ChangeLogFormatter
from requests_app.admin.read_only import ReadOnlyAdmin

_CHOICE_ERRORS = {"invalid_choice": _("Choose one of these.")}
_KINDS = [(kind.value, kind.label) for kind in Kind if kind not in KINDS_WITHOUT_ROW]


class PersonField(forms.ModelChoiceField):
    def label_from_instance(self, person: User) -> str:
        """Return “full name (username)”."""
        return f"{person.full_name} ({person.username})"


class DayField(TypedDay):
    default_error_messages = {"invalid": _("Enter a date, such as 11/30/2026.")}

    def __init__(self, *, label: LazyText) -> None:
        super().__init__(label=label, required=False, widget=forms.DateInput({"type": "date"}))


class ChangeFilterForm(forms.Form):
    """The filters of the page. Days are in the city's time zone, both included."""

    person = PersonField(
        User.objects.order_by("first_name", "last_name", "username"),
        label=_("Person"),
        required=False,
        empty_label=_("Everyone"),
        error_messages=_CHOICE_ERRORS,
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        error_messages=_CHOICE_ERRORS,
        choices=[
            ("", _("Everything")),
            (lines.REQUESTS, _("Work on requests")),
            (lines.ADMINISTRATION, _("Changes in the administration")),
            (_("Security"), _KINDS),
        ],
    )
    since = DayField(label=_("From"))
    until = DayField(label=_("To"))

    def clean(self) -> dict[str, Any]:
        """Return the cleaned data; add an error to `since` if it is later than `until`."""
        super().clean()
        given = self.cleaned_data
        since, until = given.get("since"), given.get("until")
        if since and until and since > until:
            words = _("From (%(since)s) is later than To (%(until)s). Swap the two dates.")
            days = {"since": _format_day(since), "until": _format_day(until)}
            self.add_error("since", words % days)
        return given

    def find_newest(self, after: lines.ListPosition | None) -> list[lines.ListPosition]:
        """Return the positions after `after` that match the valid form, newest first.

        One more than a page shows is returned.
        """
        given = self.cleaned_data
        return lines.find_newest(
            person=given["person"],
            kind=given["kind"],
            since=given["since"] and clock.start_of_day(given["since"]),
            until=given["until"] and clock.start_of_day(given["until"] + timedelta(days=1)),
            after=after,
        )


def _format_day(day: date) -> str:
    """Return the day in the short format of the active language."""
    return date_format(day, "SHORT_DATE_FORMAT")


@admin.register(SecurityRecord)
class ChangesAdmin(ReadOnlyAdmin):
    """A read-only page for administrators with links to the changed objects."""

    def has_view_permission(self, request, obj: Model | None = None) -> bool:
        """Return True for an active superuser."""
        return request.user.is_active and request.user.is_superuser

    def has_module_permission(self, request) -> bool:
        return self.has_view_permission(request)

    def get_urls(self) -> list[URLPattern]:
        """Return the list's URL alone; there are no pages of single records."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_changelist"
        return [path("", self.admin_site.admin_view(self.changelist_view), name=name)]

    def changelist_view(
        self, request, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """Return the page of lines; an invalid filter shows its errors and no lines.

        Raise PermissionDenied for anybody but a superuser.
        """
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = ChangeFilterForm(request.GET)
        after = lines.parse_position(request.GET.get("after", ""))
        found = form.find_newest(after) if form.is_valid() else []
        shown = found[: lines.LINES_PER_PAGE]
        context = self.admin_site.each_context(request) | {
            "title": capfirst(self.opts.verbose_name_plural),
            "opts": self.opts,
            "form": form,
            "is_filtered": bool(form.errors) or any(form.cleaned_data.values()),
            "lines": list(ChangeLogFormatter(lines.load_rows(shown))),
            "older": _page_url(request, shown[-1]) if len(found) > len(shown) else "",
            "newest": _page_url(request) if after else "",
        }
        template = "admin/accounts/securityrecord/change_list.html"
        return TemplateResponse(request, template, context)


def _page_url(request, place: lines.ListPosition | None = None) -> str:
    """Return the query string, with the filters, of the page after `place`.

    Without `place`, return that of the first page.
    """
    given = {name: value for name, value in request.GET.items() if name != "after" and value}
    return "?" + urlencode(given | ({"after": str(place)} if place else {}))
