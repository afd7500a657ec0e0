from django.contrib import admin

from routing.models import Proposal


@admin.register(Proposal)
class ProposalAdmin(admin.ModelAdmin):
    """What the rules said about each request; made by the system alone."""

    list_display = ["service_request", "department", "rule_label", "stopped", "created_at"]
    list_filter = ["department", "rule"]
    list_select_related = ["service_request", "department", "stopped"]
    search_fields = ["service_request__reference"]
    date_hierarchy = "created_at"

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
