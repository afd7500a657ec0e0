from django.contrib import admin

from requests_app.admin.read_only import ReadOnlyAdmin
from requests_app.models import IdempotencyRecord


@admin.register(IdempotencyRecord)
class IdempotencyRecordAdmin(ReadOnlyAdmin):
    """Stored API responses, without their content, which may name private requests."""

    list_display = ["created_at", "status", "content_type"]
    fields = ["created_at", "status", "content_type"]
    ordering = ["-created_at"]
