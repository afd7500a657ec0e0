"""House numbers and corners: they come from the pack, or from the city's files by `load_places`,
and are looked at here. One that is wrong is taken out, and put right in the file.
"""

from collections.abc import Iterator

from django.contrib import admin
from django.utils.translation import gettext as _

from city.admin.sheets import SheetAdmin
from city.models import AddressRange, Intersection


class ReadOnlyAdmin(SheetAdmin, admin.ModelAdmin):
    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False


class KindFilter(admin.AllValuesFieldListFilter):
    """The kinds of address ranges. Those without a kind have words, too."""

    def choices(self, changelist) -> Iterator[dict]:
        for choice in super().choices(changelist):
            yield choice if choice["display"] != "" else {**choice, "display": _("without a kind")}


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
