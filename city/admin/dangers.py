from django.contrib import admin

from city.admin.switching import HistoryAdmin
from city.models import DangerKind


@admin.register(DangerKind)
class DangerKindAdmin(HistoryAdmin):
    list_display = ["kind", "language", "advice", "second_label", "position", "is_active"]
    list_editable = ["position"]
    list_filter = ["is_active", "language"]
    search_fields = ["kind", "phrases", "exceptions", "advice"]
    fieldsets = [
        (None, {"fields": ["kind", "language", "phrases", "exceptions", "advice"]}),
        (None, {"fields": ["second_label", "second_phone", "second_phone_tel"]}),
        (None, {"fields": ["is_active", "position"]}),
    ]

    def get_readonly_fields(self, request, obj=None):
        return ["kind", "language"] if obj else []
