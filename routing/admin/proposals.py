from django.contrib import admin

from requests_app.admin.large_tables import LargeTableAdmin
from routing.models import Proposal


@admin.register(Proposal)
class ProposalAdmin(LargeTableAdmin):
    """The proposals of the rules for requests, read-only."""

    list_display = ["service_request", "department", "rule_label", "stopped", "created_at"]
    list_filter = ["department", "rule"]
    ordering = ["-created_at", "-pk"]
    sortable_by = ["created_at"]
    date_hierarchy = "created_at"
