from django.contrib import admin, messages
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from city.admin.switching import HistoryAdmin, PackTableAdmin
from city.guards import MOST_NAMED
from city.models import Agency, Department


@admin.register(Department)
class DepartmentAdmin(HistoryAdmin):
    list_display = [
        "name",
        "division_of",
        "email",
        "phone",
        "categories_in_use",
        "position",
        "is_active",
    ]
    list_filter = ["is_active", "division_of"]
    search_fields = ["name", "slug", "division_of", "handles", "email"]

    def get_queryset(self, request):
        in_use = Count("categories", filter=Q(categories__is_active=True))
        return super().get_queryset(request).annotate(in_use=in_use)

    def get_readonly_fields(self, request, obj=None):
        return ["slug"] if obj else []

    @admin.display(description=_("categories in use"), ordering="in_use")
    def categories_in_use(self, department):
        return department.in_use

    def switched_off(self, request, row):
        """Categories that still name it: what is filed in them waits at the desk from now on."""
        names = [str(each) for each in row.categories.active()[:MOST_NAMED]]
        if names:
            words = _(
                "These categories still use %(row)s: %(names)s. Choose another department for them."
            )
            told = words % {"row": row, "names": ", ".join(names)}
            self.message_user(request, told, messages.WARNING)


@admin.register(Agency)
class AgencyAdmin(PackTableAdmin):
    list_display = ["name", "phone", "url", "has_area", "position", "is_active"]
    list_filter = ["is_active", ("geometry", admin.EmptyFieldListFilter)]
    search_fields = ["name", "slug", "handles"]

    @admin.display(description=_("has an area"), boolean=True)
    def has_area(self, agency):
        return bool(agency.geometry)
