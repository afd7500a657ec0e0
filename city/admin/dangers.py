from django import forms
from django.contrib import admin

from city.admin.switching import GuardedForm, HistoryAdmin
from city.models import DangerKind


class DangerKindForm(GuardedForm):
    """The phrases of a kind are a page long."""

    class Meta:
        widgets = {
            name: forms.Textarea(attrs={"rows": 16, "cols": 120})
            for name in ("phrases", "exceptions")
        }


@admin.register(DangerKind)
class DangerKindAdmin(HistoryAdmin):
    form = DangerKindForm
    codes = ["kind", "language"]
    list_display = ["kind", "language", "advice", "second_label", "position", "is_active"]
    list_editable = ["position"]
    list_filter = ["is_active", "language"]
    search_fields = ["kind", "phrases", "exceptions", "advice"]
    fieldsets = [
        (None, {"fields": ["kind", "language", "phrases", "exceptions", "advice"]}),
        (None, {"fields": ["second_label", "second_phone", "second_phone_tel"]}),
        (None, {"fields": ["is_active", "position"]}),
    ]
