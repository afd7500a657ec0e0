from collections.abc import Iterator
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class StoredFilter(admin.EmptyFieldListFilter):
    """A filter by whether a column has a value: “Yes” or “No”. For lists without facets."""

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """Yield the links of all rows, of those without a value, and of those with one."""
        titles = (_("All"), _("No"), _("Yes"))
        for title, choice in zip(titles, super().choices(changelist), strict=True):
            choice["display"] = title
            yield choice


class ReadOnlyMixin:
    """A mixin without rights to add, change or delete; requests change by verbs."""

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    has_add_permission = has_delete_permission = has_change_permission


class ReadOnlyAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_per_page = 50
    related: ClassVar[list[str]] = []  # more foreign keys to select

    def get_list_select_related(self, request: HttpRequest) -> list[str]:
        """Return the foreign keys of the list's columns and `related`."""
        fields = self.opts.concrete_fields
        shown = [f.name for f in fields if f.is_relation and f.name in self.list_display]
        return [*shown, *self.related]

    show_full_result_count = False


class ReadOnlyInline(ReadOnlyMixin, admin.TabularInline):
    """A plain table, without the empty header cell and the forms of Django's own."""

    template = "admin/read_only_inline.html"
    extra = 0
    can_delete = False
