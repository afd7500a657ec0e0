"""Address ranges and intersections in the administration: they can only be viewed and deleted.

They come from the pack, or from the city's files by `load_places`; correct a wrong row in the file.
"""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.utils.translation import gettext as _

from city.admin.sheets import SheetAdmin
from city.models import AddressRange, Intersection


class ReadOnlyAdmin(SheetAdmin, admin.ModelAdmin):
    """A ModelAdmin without adding and changing."""

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False


class KindFilter(admin.AllValuesFieldListFilter):
    """Filter of address ranges by kind, with a label for those without a kind."""

    def choices(self, changelist) -> Iterator[Any]:
        """Yield the usual choices; the blank one is labelled “without a kind”."""
        for choice in super().choices(changelist):
            if choice["display"] == "":
                choice["display"] = _("without a kind")
            yield choice


@admin.register(AddressRange)
class AddressRangeAdmin(ReadOnlyAdmin):
    list_display = ["street", "kind", "left_from", "left_to", "right_from", "right_to"]
    list_filter = [("kind", KindFilter)]
    search_fields = ["street"]
    exclude = ["line"]


@admin.register(Intersection)
class IntersectionAdmin(ReadOnlyAdmin):
    list_display = ["street_a", "street_b", "lat", "lng"]
    search_fields = ["street_a", "street_b"]
