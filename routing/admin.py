from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from routing.models import Proposal, RoutingRule


@admin.register(RoutingRule)
class RoutingRuleAdmin(SimpleHistoryAdmin):
    """Rules in the order in which they are read; one that cannot run says so in the list."""

    list_display = [
        "name",
        "position",
        "conditions",
        "department",
        "mode",
        "version",
        "is_active",
        "can_run",
    ]
    list_editable = ["position", "is_active"]
    list_filter = ["is_active", "mode", "department", "group", "zone"]
    list_select_related = ["category", "group", "zone", "department"]
    list_per_page = 200
    search_fields = ["name", "why", "category__name", "department__name"]
    ordering = ["position", "pk"]
    readonly_fields = ["version", "can_run"]
    history_list_display = ["version", "is_active"]
    fieldsets = [
        (None, {"fields": ["name", "position", "is_active", "version", "can_run"]}),
        (
            _("If all of this holds"),
            {
                "fields": [
                    "category",
                    "group",
                    "zone",
                    "priority",
                    "channel",
                    "question",
                    "answer",
                ],
                "description": _("A blank condition is not asked. The first rule that fits wins."),
            },
        ),
        (_("Then"), {"fields": ["department", "mode", "why"]}),
    ]

    @admin.display(description=_("if"))
    def conditions(self, rule):
        named = [rule.category, rule.group, rule.zone]
        said = [str(row) for row in named if row]
        said += [rule.get_priority_display(), rule.get_channel_display()]
        said.append(f"{rule.question} = {rule.answer}" if rule.question else "")
        return " · ".join(filter(None, map(str, said))) or _("always")

    @admin.display(description=_("can run"))
    def can_run(self, rule):
        if rule.pk is None:
            return "–"
        if not rule.problem:
            return _("yes")
        return format_html("<strong>{}</strong>", rule.problem)

    def has_delete_permission(self, request, obj=None):
        return False  # the log names rules: they are switched off


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
