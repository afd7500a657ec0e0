"""Switching rows on and off instead of deleting them, and taking them out as the pack's table."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from simple_history.admin import SimpleHistoryAdmin

from city.admin.explained import Explained
from city.admin.sheets import SheetAdmin
from city.guards import reason_to_keep
from city.sheets.tables import resource_for

SHORT_TEXT = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 3, "cols": 80})}}


class GuardedForm(forms.ModelForm):
    """Refuses to switch off what somebody still needs, and says why."""

    def clean_is_active(self):
        is_active = self.cleaned_data["is_active"]
        is_switched_off = self.instance.pk and self.initial.get("is_active") and not is_active
        if is_switched_off and (reason := reason_to_keep(self.instance)):
            raise ValidationError(_("It cannot be switched off: %s.") % reason)
        return is_active


class SwitchableAdmin(Explained, admin.ModelAdmin):
    """For rows that old requests name: never deleted, only switched off."""

    form = GuardedForm
    formfield_overrides = SHORT_TEXT
    actions = ["switch_on", "switch_off"]
    list_per_page = 100

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.action(description=gettext_lazy("Switch on"), permissions=["change"])
    def switch_on(self, request, queryset):
        self._switch(request, queryset.filter(is_active=False), to=True)

    @admin.action(description=gettext_lazy("Switch off"), permissions=["change"])
    def switch_off(self, request, queryset):
        self._switch(request, queryset.filter(is_active=True), to=False)

    def _switch(self, request, rows, to):
        """Each row by itself, so that its history says who did it and a guard can speak."""
        count = 0
        for row in rows:
            if not to and (reason := reason_to_keep(row)):
                words = _("%(row)s cannot be switched off: %(reason)s.")
                self.message_user(request, words % {"row": row, "reason": reason}, messages.ERROR)
                continue
            row.is_active = to
            row.save(update_fields=["is_active"])
            count += 1
        words = ngettext("%(n)s row changed.", "%(n)s rows changed.", count) % {"n": count}
        self.message_user(request, words, messages.SUCCESS if count else messages.INFO)


class PackTableAdmin(SheetAdmin, SwitchableAdmin):
    """Rows of one of the pack's tables, which can be taken back into the pack, or brought in."""

    @property
    def sheet_resource(self):
        return resource_for(self.model)


class HistoryAdmin(PackTableAdmin, SimpleHistoryAdmin):
    """The same for rows whose changes are kept with who and when."""

    history_list_display = ["history_change_reason"]

    def get_history_queryset(self, request, history_manager, pk_name, object_id):
        """Without simple-history's own `select_related()`, which Django deprecates for rows that
        point to nothing."""
        return history_manager.filter(**{pk_name: object_id})
