from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from city import geo
from city.admin.deactivation import PackTableAdmin
from city.admin.field_help import HelpTextAdmin
from city.admin.sheets import SheetAdmin
from city.admin.translation_warnings import TranslationWarningAdmin
from city.models import Place, Street, Zone


@admin.register(Zone)
class ZoneAdmin(PackTableAdmin):
    """Zones, of which only names can be changed: the pack checks the outlines together.

    A missing zone would make residents there appear outside the city.
    """

    list_display = ["name", "slug", "position", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["name", "slug"]
    readonly_fields = ["slug", "is_active"]
    actions = None
    exclude = ["geometry"]

    def has_add_permission(self, request) -> bool:
        return False

    def has_import_permission(self, request) -> bool:
        """Return True if the person may change zones; zones cannot be added."""
        return self.has_change_permission(request)


class PlaceForm(forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        """Return the cleaned data. Raise ValidationError for a point outside the service area.

        The message tells if latitude and longitude look swapped.
        """
        super().clean()
        cleaned = self.cleaned_data
        lat, lng = cleaned.get("lat"), cleaned.get("lng")
        if lat is not None and lng is not None and not geo.is_in_service_area(lat, lng):
            swapped = geo.is_in_service_area(lng, lat)
            hint = _("Latitude and longitude look swapped.") if swapped else ""
            raise ValidationError(_("This point is outside the service area.") + f" {hint}")
        return cleaned


@admin.register(Place)
class PlaceAdmin(TranslationWarningAdmin, SheetAdmin, HelpTextAdmin, admin.ModelAdmin):
    form = PlaceForm
    list_display = ["name", "kind", "zone", "aliases", "lat", "lng"]
    list_filter = ["kind", "zone"]
    list_select_related = ["zone"]
    search_fields = ["name", "aliases"]
    readonly_fields = ["zone"]

    def save_model(self, request, obj, form, change) -> None:
        """Set the zone of the place by its point, and save it."""
        obj.zone = geo.zone_at(obj.lat, obj.lng)
        super().save_model(request, obj, form, change)


@admin.register(Street)
class StreetAdmin(HelpTextAdmin, admin.ModelAdmin):
    """Center lines of the streets, which come from the pack."""

    list_display = ["name", "kind", "drawn_lines"]
    list_filter = ["kind"]
    search_fields = ["name"]
    exclude = ["lines"]

    def has_add_permission(self, request) -> bool:
        return False

    @admin.display(description=gettext_lazy("lines"))
    def drawn_lines(self, street) -> int:
        """Return the number of the street's center lines."""
        return len(street.lines)
