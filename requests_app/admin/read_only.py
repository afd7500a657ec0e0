from django.contrib import admin


class ReadOnly:
    """May be looked at and searched. What happens to a request happens through a verb."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class ReadOnlyAdmin(ReadOnly, admin.ModelAdmin):
    list_per_page = 50
    show_full_result_count = False


class ReadOnlyInline(ReadOnly, admin.TabularInline):
    """A plain table: Django's own has an empty header cell, and forms that nobody sends."""

    template = "admin/read_only_inline.html"
    extra = 0
    can_delete = False
