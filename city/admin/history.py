"""History pages of the administration: newest first, with person, reason and changed fields."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Field, Model, QuerySet
from django.http import HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from simple_history.admin import SimpleHistoryAdmin

from city.models.history import format_person
from city.pack.sync import CHANGE_REASON


class NewestLogFirst(admin.ModelAdmin):
    """Mixin for a ModelAdmin that lists Django's log newest first."""

    def get_paginator(self, request, queryset, *args, **kwargs) -> Paginator:
        """Return the paginator; Django's log is ordered newest first."""
        if queryset.model is LogEntry:
            queryset = queryset.order_by("-action_time", "-pk")
        return super().get_paginator(request, queryset, *args, **kwargs)


class ChangedField(NamedTuple):
    """A field that differs between two versions of a row, formatted."""

    name: str
    before: str
    after: str


class VersionedAdmin(SimpleHistoryAdmin):
    """A ModelAdmin with pages of the stored versions of a row, and what each changed."""

    def get_history_queryset(self, request, history_manager, pk_name, object_id) -> QuerySet:
        """Return the versions of a row, without `select_related()`.

        The base class calls `select_related()`, which fails without foreign keys.
        """
        return history_manager.filter(**{pk_name: object_id})

    def set_history_delta_changes(
        self, request, historical_records, foreign_keys_are_objs=True
    ) -> None:
        """Set `lines`, `who` and `why` of each version for the template.

        `lines` are ChangedFields, [] for the first version; `who` is the person's name; `why` is
        the reason, "" for a load of a pack.
        """
        for record in historical_records:
            earlier = record.prev_record
            record.lines = (
                self.list_changed_fields(earlier.instance, record.instance) if earlier else []
            )
            record.who = format_person(record)
            record.why = (
                ""
                if record.history_change_reason == CHANGE_REASON
                else record.history_change_reason
            )

    def list_changed_fields(self, before, after) -> list[ChangedField]:
        """Return the fields that differ between two versions; a subclass may override this."""
        return list_changed_fields(before, after)

    def history_form_view(self, request, object_id, version_id, extra_context=None) -> HttpResponse:
        """Show a version, and restore it on POST.

        Raise PermissionDenied on POST without the permission to change.
        """
        if request.method == "POST" and not self.has_change_permission(request):
            raise PermissionDenied
        return super().history_form_view(request, object_id, version_id, extra_context)

    def get_readonly_fields(self, request, obj=None) -> list[str] | tuple[str, ...]:
        """Return all fields if the person may not change the row, else the usual ones."""
        if obj is None or self.has_change_permission(request, obj):
            return super().get_readonly_fields(request, obj)
        return flatten_fieldsets(self.get_fieldsets(request, obj))

    def get_fields(self, request, obj=None) -> list[Any] | tuple[Any, ...]:
        """Return all editable fields but the key if the person may not change the row.

        For a new row, with permission, or if the class sets `fields`, return the usual fields. The
        base method is not called otherwise: it builds the form, which calls get_readonly_fields(),
        which calls this method.
        """
        if self.fields or obj is None or self.has_change_permission(request, obj):
            return super().get_fields(request, obj)
        return [each.name for each in self.opts.fields if each.editable and not each.primary_key]


def _find_row(model, pk) -> Model | None:
    """Return the row of `model` by its primary key, or None.

    Filters of its manager do not apply.
    """
    return model._base_manager.filter(pk=pk).first()


def list_changed_fields(before: Model, after: Model, row_of=_find_row) -> list[ChangedField]:
    """Return the fields that differ between two versions of a row, with their verbose names.

    `row_of(model, pk)` returns the row of a foreign key, or None if it was deleted; then the key is
    shown.
    """
    return [
        ChangedField(
            capfirst(str(field.verbose_name)),
            _format_value(field, before, row_of),
            _format_value(field, after, row_of),
        )
        for field in find_changed_model_fields(before, after)
    ]


def find_changed_model_fields(before: Model, after: Model) -> list[Field]:
    """Return the model fields that differ between two versions, except the primary key."""
    return [
        field
        for field in after._meta.concrete_fields
        if not field.primary_key and getattr(before, field.attname) != getattr(after, field.attname)
    ]


def _format_value(field: Field, row: Model, row_of: Callable) -> str:
    """Return a value for people: a related row, a choice's label, yes or no, a list with commas.

    A blank value is “–”.
    """
    value = getattr(row, field.attname)
    if field.is_relation and value is not None:
        return str(row_of(field.related_model, value) or value)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, (list, tuple)):
        value = ", ".join(str(each) for each in value)
    return "–" if value in (None, "") else str(value)
