from django.contrib import admin


class ReadOnly:
    """May be looked at and searched. What happens to a request happens through a verb."""

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    has_add_permission = has_delete_permission = has_change_permission


class ReadOnlyAdmin(ReadOnly, admin.ModelAdmin):
    list_per_page = 50
    related = []  # what the list shows by way of another row

    def get_list_select_related(self, request) -> list:
        """The rows that a column of the list points to."""
        fields = self.opts.concrete_fields
        shown = [f.name for f in fields if f.is_relation and f.name in self.list_display]
        return [*shown, *self.related]

    show_full_result_count = False


class ReadOnlyInline(ReadOnly, admin.TabularInline):
    """A plain table: Django's own has an empty header cell, and forms that nobody sends."""

    template = "admin/read_only_inline.html"
    extra = 0
    can_delete = False
