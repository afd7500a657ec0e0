from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.utils.translation import gettext as _

from city.admin.deactivation import CategoryCountAdmin, HistoryAdmin, PackTableAdmin
from city.guards import MAX_NAMES_LISTED
from city.models import Agency, Department


@admin.register(Department)
class DepartmentAdmin(CategoryCountAdmin, HistoryAdmin):
    fixed_fields = ["slug"]
    list_display = [
        "name",
        "division_of",
        "email",
        "phone",
        "categories_in_use",
        "position",
        "takes_new",
        "is_active",
    ]
    list_filter = ["is_active", "takes_new", "division_of"]
    search_fields = ["name", "slug", "division_of", "handles", "email"]

    def formfield_for_dbfield(self, db_field, request, **kwargs) -> forms.Field | None:
        """Return the form field; the hour of the digest names the hour of the rest of the city."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.name == "digest_hour":
            words = _("From 0 to 23. Blank: %(hour)s, as for the rest of the city (%(setting)s).")
            named = {"hour": settings.STAFF_DIGEST_HOUR, "setting": "STAFF_DIGEST_HOUR"}
            field.help_text = words % named
        return field

    def after_deactivation(self, request, row) -> None:
        """Show a warning with the first active categories of the department, if it still has any.

        New requests of these categories go to the desk.
        """
        names = [str(each) for each in row.categories.active()[:MAX_NAMES_LISTED]]
        if names:
            words = _(
                "These categories still use %(row)s: %(names)s. Choose another department for them."
            )
            told = words % {"row": row, "names": ", ".join(names)}
            self.message_user(request, told, messages.WARNING)


@admin.register(Agency)
class AgencyAdmin(PackTableAdmin):
    fixed_fields = ["slug"]
    list_display = ["name", "phone", "url", "has_area", "position", "is_active"]
    list_filter = ["is_active", ("geometry", admin.EmptyFieldListFilter)]
    search_fields = ["name", "slug", "handles"]

    @admin.display(description=_("has an area"), boolean=True)
    def has_area(self, agency) -> bool:
        return bool(agency.geometry)
