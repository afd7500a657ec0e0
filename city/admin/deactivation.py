"""Administration of rows that are deactivated instead of deleted."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from city.admin.field_help import HelpTextAdmin
from city.admin.history import NewestLogFirst, VersionedAdmin
from city.admin.sheets import SheetAdmin
from city.admin.translation_warnings import TranslationWarningAdmin
from city.guards import find_manual_deactivation_blocker
from city.models.shared import concrete_field

SHORT_TEXT_WIDGETS: dict[type[models.Field], dict[str, Any]] = {
    models.TextField: {"widget": forms.Textarea(attrs={"rows": 3, "cols": 80})}
}


class DeactivationGuardForm(forms.ModelForm):
    """A form that refuses to deactivate a row that is still needed, and names what needs it."""

    def clean_is_active(self) -> bool:
        """Return the value. Raise ValidationError to deactivate a stored row that is needed."""
        is_active = self.cleaned_data["is_active"]
        is_switched_off = self.instance.pk and self.initial.get("is_active") and not is_active
        if is_switched_off and (refusal := build_refusal(self.instance)):
            raise ValidationError(refusal)
        return is_active


def build_refusal(row: models.Model) -> SafeString | None:
    """Return HTML with the reason why a row cannot be deactivated manually, or None if it can.

    For a row with open work, the text also tells that it can stop taking new requests.
    """
    need = find_manual_deactivation_blocker(row)
    if need is None:
        return None
    refusal = format_html(_("Can't turn this off: {}"), need.as_html())
    if need.count and hasattr(row, "takes_new"):
        words = _("To let them be finished, clear “takes new requests” instead.")
        return format_html("{} {}", refusal, words)
    return refusal


class ListRowForm(forms.ModelForm):
    """The form of a row that is edited in its list; the label of each field names the row."""

    def __init__(self, *args, **options) -> None:
        """Set the `aria-label` of each field to the field's label and the row."""
        super().__init__(*args, **options)
        for field in self.fields.values():
            words = {"field": capfirst(str(field.label)), "row": self.instance}
            field.widget.attrs["aria-label"] = _("%(field)s: %(row)s") % words


class DeactivatableAdmin(TranslationWarningAdmin, NewestLogFirst, HelpTextAdmin, admin.ModelAdmin):
    """A ModelAdmin for rows that old requests refer to: they are deactivated and never deleted."""

    form = DeactivationGuardForm
    formfield_overrides = SHORT_TEXT_WIDGETS
    actions: Sequence[str] | None = ["activate", "deactivate"]
    list_per_page = 100
    fixed_fields: list[str] = []  # cannot be changed once the row exists

    def get_readonly_fields(self, request, obj=None) -> list:
        """Return the read-only fields, for an existing row with `fixed_fields`."""
        names = super().get_readonly_fields(request, obj)
        return [*names, *(name for name in self.fixed_fields if obj and name not in names)]

    def get_changelist_form(self, request, **options) -> type[forms.ModelForm]:
        """Return the form class of the list's rows, based on ListRowForm."""
        return super().get_changelist_form(request, **{"form": ListRowForm, **options})

    def has_delete_permission(self, request, obj=None) -> bool:
        return False

    def save_model(self, request, obj, form, change) -> None:
        """Save the row, and call `after_deactivation` if the form deactivated it."""
        super().save_model(request, obj, form, change)
        if "is_active" in form.changed_data and not obj.is_active:
            self.after_deactivation(request, obj)

    def after_deactivation(self, request, row) -> None:
        """Do nothing; a subclass may warn of the consequences after a row was deactivated."""

    @admin.action(description=gettext_lazy("Turn on"), permissions=["change"])
    def activate(self, request, queryset) -> None:
        """Activate those of the selected rows that are inactive."""
        self._set_active(request, queryset.filter(is_active=False), to=True)

    @admin.action(description=gettext_lazy("Turn off"), permissions=["change"])
    def deactivate(self, request, queryset) -> None:
        """Deactivate those of the selected rows that are active and not needed."""
        self._set_active(request, queryset.filter(is_active=True), to=False)

    def _set_active(self, request: HttpRequest, rows: QuerySet, to: bool) -> None:
        """Save `is_active` of each row by itself, and write Django's log.

        A row that is still needed is skipped with an error message. A last message has the number
        of saved rows. `after_deactivation` is called for each deactivated row.
        """
        count = 0
        for row in rows:
            if not to and (refusal := build_refusal(row)):
                self.message_user(request, format_html("{}: {}", row, refusal), messages.ERROR)
                continue
            row.is_active = to
            row.save(update_fields=["is_active"])
            with translation.override(None):  # as Django's forms log it
                field = capfirst(str(concrete_field(self.model, "is_active").verbose_name))
            self.log_change(request, row, [{"changed": {"fields": [field]}}])
            if not to:
                self.after_deactivation(request, row)
            count += 1
        words = ngettext("%(n)s row changed.", "%(n)s rows changed.", count) % {"n": count}
        self.message_user(request, words, messages.SUCCESS if count else messages.INFO)


class CategoryCountAdmin(admin.ModelAdmin):
    """Mixin that lists the number of active categories of each row."""

    def get_queryset(self, request) -> QuerySet:
        """Return the rows in their usual order, with the number of active categories `in_use`."""
        in_use = Count("categories", filter=Q(categories__is_active=True))
        rows = super().get_queryset(request).annotate(in_use=in_use)
        # annotate() with a count drops the model's ordering, which the choices of forms use.
        return rows.order_by(*(self.get_ordering(request) or self.opts.ordering or []))

    @admin.display(description=gettext_lazy("categories in use"), ordering="in_use")
    def categories_in_use(self, row) -> int:
        return row.in_use


class PackTableAdmin(SheetAdmin, DeactivatableAdmin):
    """A ModelAdmin for a table of the pack, which can be exported into the pack and imported."""


class HistoryAdmin(PackTableAdmin, VersionedAdmin):
    """A PackTableAdmin for rows with a history."""
