from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from city.admin.history import VersionedAdmin
from city.admin.sheets import SheetAdmin
from requests_app.admin.read_only import ReadOnlyMixin
from routing import wording
from routing.models import DraftedRule, RoutingRule
from routing.models.conditions import Conditions
from routing.rules import drafts
from routing.rules.pack import RULES
from routing.rules.spreadsheet import RulesResource


class RuleTextAdmin(admin.ModelAdmin):
    """Base of the admins of rules, which show a rule as text to users who may not change it."""

    class Media:
        css = {"all": ["css/admin/rules.css"]}

    def get_fieldsets(
        self, request: HttpRequest, obj: Model | None = None
    ) -> list[tuple[Any, Any]]:
        """Return the fields to edit, or the rule's text for users who may only read."""
        if obj is None or self.has_change_permission(request, obj):
            return list(super().get_fieldsets(request, obj))
        said = ["name", "position", "conditions_text", "effect_text", "why", "is_active", "can_run"]
        return [(None, {"fields": said})]

    @admin.display(description=_("if"))
    def conditions_text(self, rule: Conditions) -> str:
        """Return the conditions in one line: “Pothole · Downtown”, or “everything”."""
        return wording.format_conditions(rule)

    @admin.display(description=_("then"))
    def effect_text(self, rule: Conditions) -> str:
        """Return what the rule does: “suggests Parks”."""
        return wording.format_effect(rule)

    @admin.display(description=_("can it run"))
    def can_run(self, rule: Conditions) -> str | Promise:
        """Return “yes”, the rule's problem as HTML, or a dash for a rule that is not saved."""
        if rule.pk is None:
            return "–"
        return format_problem(rule) or _("yes")


def format_problem(rule: Conditions) -> str:
    """Return why the rule cannot be applied, as HTML; empty if it can."""
    reason = rule.problem or rule.contradiction
    return format_html('<strong class="rule-broken">{}</strong>', reason) if reason else ""


@admin.register(RoutingRule)
class RoutingRuleAdmin(ReadOnlyMixin, SheetAdmin, RuleTextAdmin, VersionedAdmin):
    """The rules in use, read-only, in the order in which they are read.

    Rules are changed in a draft. No rule is deleted, because events name them.
    """

    sheet_button = _("Make the draft")
    sheet_note = _("A file makes a draft of the rules. They change when you publish it.")
    change_list_template = "admin/routing/routingrule/change_list.html"
    change_form_template = "admin/routing/routingrule/change_form.html"
    list_display = [
        "position",
        "name_with_problem",
        "conditions_text",
        "effect_text",
        "version",
        "is_active",
    ]
    list_display_links = ["name_with_problem"]
    list_filter = ["is_active", "mode", "zone", "department"]
    list_per_page = 200
    search_fields = ["name", "why", "category__name", "department__name"]
    actions = None

    @admin.display(description=_("rule"), ordering="name")
    def name_with_problem(self, rule: Conditions) -> str:
        """Return the name, and for an active rule the reason why it cannot be applied, as HTML."""
        reason = rule.is_active and format_problem(rule)
        return format_html("{}<br>{}", rule.name, reason) if reason else rule.name

    def build_sheet_resource(self, by: models.Model | None = None) -> RulesResource:
        """Return the import of a spreadsheet; its draft is made by `by`."""
        return RulesResource(RULES, by)

    def has_import_permission(self, request) -> bool:
        """Return True if the user may change rules."""
        return drafts.may_change_rules(request.user)

    def changelist_view(self, request, extra_context=None) -> HttpResponse:
        """Show the list with a title of its own, and whether the user may make a draft."""
        title = {"title": _("Routing rules"), "may_draft": drafts.may_change_rules(request.user)}
        return super().changelist_view(request, title | (extra_context or {}))

    def change_view(self, request, object_id, form_url="", extra_context=None) -> HttpResponse:
        """Show the rule with links to its copies in open drafts."""
        open_ones = DraftedRule.objects.filter(source_id=object_id, draft__published_at=None)
        ways = {
            "may_draft": drafts.may_change_rules(request.user),
            "copies": open_ones.select_related("draft").order_by("-draft__made_at"),
        }
        return super().change_view(request, object_id, form_url, ways | (extra_context or {}))

    lines_between = staticmethod(drafts.list_differences)

    def response_import(self, request, outcome) -> HttpResponseRedirect:
        """Add a message, and redirect to the draft that the imported file made."""
        words = _(
            "We made this draft from your file. The live rules have not changed. Test it, then "
            "publish."
        )
        self.message_user(request, words, messages.SUCCESS)
        return redirect("admin:routing_ruledraft_change", outcome.resource.draft.pk)
