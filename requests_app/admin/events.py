from django.contrib import admin

from requests_app.admin.read_only import ReadOnlyAdmin
from requests_app.models import Event, PendingEvent, UndoPoint


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """The log: searched by reference, filtered by verb; the database itself refuses changes."""

    list_display = [
        "at",
        "service_request",
        "verb",
        "status_before",
        "status_after",
        "department",
        "who",
        "code",
        "rule",
        "on_behalf",
    ]
    list_filter = ["verb", "status_after", "on_behalf", "department"]
    list_select_related = ["service_request", "department", "actor", "device"]
    search_fields = ["service_request__reference", "actor__username", "code", "rule"]
    date_hierarchy = "at"

    @admin.display(description="who")
    def who(self, event):
        return event.actor or event.device or "the system"


@admin.register(PendingEvent)
class PendingEventAdmin(ReadOnlyAdmin):
    """Events some subscriber still owes a reaction; an old one tells of trouble."""

    list_display = ["created_at", "event", "subscriber"]
    list_filter = ["subscriber"]
    list_select_related = ["event"]


@admin.register(UndoPoint)
class UndoPointAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "event"]
    list_select_related = ["event"]
