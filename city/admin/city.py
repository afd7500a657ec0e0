from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils.functional import Promise, cached_property
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from city.admin.deactivation import SHORT_TEXT_WIDGETS
from city.admin.field_help import HelpTextAdmin
from city.admin.form_fields import (
    LanguagesField,
    LogoField,
    NamesField,
    WeekdayField,
    WeekdaysField,
)
from city.admin.history import NewestLogFirst
from city.admin.sheets import SheetAdmin
from city.admin.translation_warnings import TranslationWarningAdmin
from city.models import City, Holiday


class CityForm(forms.ModelForm):
    """The form of the city's settings: lists as checkboxes or lines, the logo as a file."""

    working_weekdays = WeekdaysField(
        label=_("Working weekdays"),
        help_text=_("The days on which the city works every week."),
        error_messages={"required": _("Select at least one day.")},
    )
    alternate_weekday = WeekdayField(
        label=_("Weekday worked every other week"),
        help_text=_("A weekday on which the city works every second week, or none."),
    )
    languages = LanguagesField(
        label=_("Languages"),
        help_text=_("What residents can read the pages in."),
    )
    neighbors = NamesField(
        label=_("Neighbor cities"),
        required=False,
        help_text=_("One on each line. They end an address outside the city: “Los Angeles”."),
    )
    new_logo = LogoField(
        label=_("Logo"),
        required=False,
        help_text=_("An SVG file: a small drawing of plain shapes. It replaces the logo above."),
    )
    has_no_logo = forms.BooleanField(
        label=_("Remove the logo"),
        required=False,
        help_text=_("Then a plain disk stands beside the name."),
    )

    @cached_property
    def changed_data(self) -> list[str]:
        """Return the names of the changed fields.

        `has_no_logo`, the removal of the logo, appears as `new_logo`.
        """
        names = super().changed_data
        return ["new_logo" if name == "has_no_logo" else name for name in names]

    def clean(self) -> dict[str, Any]:
        """Set the instance's logo to the uploaded one, or to "" to remove it.

        Return the cleaned data.
        """
        super().clean()
        given = self.cleaned_data
        if given.get("has_no_logo"):
            self.instance.logo = ""
        elif given.get("new_logo"):
            self.instance.logo = given["new_logo"]
        return given


class CalendarAdmin(admin.ModelAdmin):
    """Mixin of a ModelAdmin of the calendar that redirects to the dates that a change would move.

    `calendar_fields` are the fields that determine working days.
    """

    calendar_fields: frozenset[str]

    def save_model(self, request, obj, form, change) -> None:
        """Save the row, and set `request.has_changed_calendar`.

        It becomes True if a field of `calendar_fields` changed.
        """
        super().save_model(request, obj, form, change)
        request.has_changed_calendar = not self.calendar_fields.isdisjoint(form.changed_data)

    def response_add(self, request, obj, *args, **kwargs) -> HttpResponse:
        """Return the usual response, or a redirect to the expected dates if any would move."""
        return self._redirect_to_dates(request, super().response_add(request, obj, *args, **kwargs))

    def response_change(self, request, obj) -> HttpResponse:
        """Return the usual response, or a redirect to the expected dates if any would move."""
        return self._redirect_to_dates(request, super().response_change(request, obj))

    def response_delete(self, request, obj_display, obj_id) -> HttpResponse:
        """Return the usual response, or a redirect to the expected dates if any would move."""
        request.has_changed_calendar = True
        return self._redirect_to_dates(
            request, super().response_delete(request, obj_display, obj_id)
        )

    def _redirect_to_dates(self, request, response: HttpResponse) -> HttpResponse:
        """Return a redirect to the page of expected dates if any would move; else `response`.

        After “save and continue” or “save and add another”, show a warning and return `response`.
        Nothing happens unless the calendar has changed and `response` is a redirect.
        """
        is_saved = request.has_changed_calendar and isinstance(response, HttpResponseRedirect)
        page = import_string(settings.DATES_PAGE)() if is_saved else ""
        if not page:
            return response
        if {"_addanother", "_continue"}.isdisjoint(request.POST):
            return HttpResponseRedirect(page)
        words = _("Expected dates of open requests would move. Save without going on to see them.")
        self.message_user(request, words, messages.WARNING)
        return response


@admin.register(City)
class CityAdmin(
    CalendarAdmin, TranslationWarningAdmin, NewestLogFirst, HelpTextAdmin, admin.ModelAdmin
):
    """The one row of the city's settings. The outline and the base map come from the pack."""

    form = CityForm
    calendar_fields = frozenset(
        {"time_zone", "working_weekdays", "alternate_weekday", "alternate_anchor"}
    )
    list_display = ["name", "service_name", "phone", "email", "time_zone"]
    readonly_fields = ["current_logo"]
    formfield_overrides = SHORT_TEXT_WIDGETS
    fieldsets = [
        (
            _("Name"),
            {
                "fields": [
                    "name",
                    "service_name",
                    "state",
                    "country",
                    "reference_prefix",
                    "jurisdiction_id",
                ]
            },
        ),
        (
            _("How to reach it"),
            {
                "fields": [
                    "phone",
                    "phone_tel",
                    "email",
                    "address",
                    "office_hours",
                    "emergency_phone",
                    "police_phone",
                    "police_label",
                    "ada_contact",
                    "relay_phone",
                    "website",
                    "privacy_url",
                    "accessibility_url",
                    "security_contact",
                ]
            },
        ),
        (
            _("Working days"),
            {
                "fields": [
                    "time_zone",
                    "working_weekdays",
                    "alternate_weekday",
                    "alternate_anchor",
                    "opens_at",
                    "closes_at",
                ],
                "description": _("Targets count these days, without the holidays."),
            },
        ),
        (
            _("Privacy"),
            {
                "fields": ["contact_kept_days", "words_kept_days"],
                "description": _(
                    "How long personal details are kept after a request is closed. The public "
                    "privacy page shows these numbers. Older details are deleted every night. "
                    "A shorter period also applies to old requests. Backups keep a copy until "
                    "they expire."
                ),
            },
        ),
        (_("Open data"), {"fields": ["data_license", "data_license_url"]}),
        (_("Text"), {"fields": ["languages", "promise_triage", "neighbors"]}),
        (
            _("Appearance"),
            {
                "fields": [
                    "current_logo",
                    "new_logo",
                    "has_no_logo",
                    "accent",
                    "accent_strong",
                    "accent_deep",
                    "accent_tint",
                    "accent_line",
                    "sun",
                ],
                "description": _("Colors are written #rrggbb; blank ones are the product's own."),
            },
        ),
        (_("Map"), {"fields": ["center_lat", "center_lng"]}),
    ]

    @admin.display(description=_("logo now"))
    def current_logo(self, city) -> Promise | SafeString:
        """Return the logo's SVG, which was validated when it was stored; “None” without a logo."""
        if not city.logo:
            return _("None")
        return render_to_string("admin/city/logo.html", {"logo": city.logo})

    def has_add_permission(self, request) -> bool:
        """Return True only while no city exists."""
        return not City.objects.exists()

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


@admin.register(Holiday)
class HolidayAdmin(CalendarAdmin, NewestLogFirst, SheetAdmin, HelpTextAdmin, admin.ModelAdmin):
    calendar_fields = frozenset({"date"})
    list_display = ["date", "name"]
    search_fields = ["name"]
    date_hierarchy = "date"

    def response_import(self, request, outcome) -> HttpResponse:
        """Return the usual response to an import, or a redirect to the dates that would move."""
        request.has_changed_calendar = True
        return self._redirect_to_dates(request, super().response_import(request, outcome))
