from django.conf import settings
from django.contrib import admin, messages
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from city.admin.explained import Explained
from city.admin.history import NewestFirst
from city.admin.sheets import SheetAdmin
from city.admin.switching import SHORT_TEXT
from city.admin.untranslated import WarnsUntranslated
from city.models import City, Holiday
from city.spreadsheets.importing import NEW


@admin.register(City)
class CityAdmin(WarnsUntranslated, NewestFirst, Explained, admin.ModelAdmin):
    """One row: whose pages these are. The outline and the base map come from the pack."""

    list_display = ["name", "service_name", "phone", "email", "time_zone"]
    formfield_overrides = SHORT_TEXT
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
                "description": _(
                    "Targets count these days, without the holidays. Weekdays are numbers: "
                    "Monday is 0, Friday is 4."
                ),
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
                    "logo",
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

    def has_add_permission(self, request):
        return not City.objects.exists()

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Holiday)
class HolidayAdmin(NewestFirst, SheetAdmin, Explained, admin.ModelAdmin):
    list_display = ["date", "name"]
    search_fields = ["name"]
    date_hierarchy = "date"

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if "date" in form.changed_data:
            self._tell_effects(request, [obj.date])

    def response_import(self, request, outcome):
        """Say of all new rows at once which open dates they mean."""
        new = Holiday.objects.filter(pk__in=[line.row for line in outcome.lines_of(NEW)])
        self._tell_effects(request, list(new.values_list("date", flat=True)))
        return super().response_import(request, outcome)

    def _tell_effects(self, request, days):
        if words := import_string(settings.HOLIDAY_EFFECTS)(days):
            self.message_user(request, words, messages.WARNING)
