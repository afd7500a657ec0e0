from django.contrib import admin

from requests_app.admin.read_only import ReadOnly
from routing.models import Proposal


@admin.register(Proposal)
class ProposalAdmin(ReadOnly, admin.ModelAdmin):
    """What the rules said about each request; made by the system alone."""

    list_display = ["service_request", "department", "rule_label", "stopped", "created_at"]
    list_filter = ["department", "rule"]
    list_select_related = ["service_request", "department", "stopped"]
    search_fields = ["service_request__reference"]
    date_hierarchy = "created_at"
