from django.contrib import admin, messages
from django.db import models
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from city.admin.history import VersionedAdmin
from city.admin.sheets import SheetAdmin
from requests_app.admin.read_only import ReadOnlyMixin
from routing import wording
from routing.models import DraftedRule, RoutingRule
from routing.rules import drafts
from routing.rules.pack import RULES
from routing.rules.spreadsheet import RulesResource


class SaidRuleAdmin(admin.ModelAdmin):
    """What a rule in use and a drafted one have in common: both are told in words."""

    class Media:
        css = {"all": ["css/admin/rules.css"]}

    def get_fieldsets(self, request, obj=None) -> list[tuple]:
        """In words for who may only read."""
        if obj is None or self.has_change_permission(request, obj):
            return super().get_fieldsets(request, obj)
        said = ["name", "position", "said_if", "said_then", "why", "is_active", "can_run"]
        return [(None, {"fields": said})]

    @admin.display(description=_("if"))
    def said_if(self, rule) -> str:
        return wording.asks(rule)

    @admin.display(description=_("then"))
    def said_then(self, rule) -> str:
        return wording.does(rule)

    @admin.display(description=_("can it run"))
    def can_run(self, rule) -> str | Promise:
        if rule.pk is None:
            return "–"
        return broken(rule) or _("yes")


def broken(rule) -> str:
    """Why it cannot run, as HTML; empty if it can."""
    reason = rule.problem or rule.contradiction
    return format_html('<strong class="rule-broken">{}</strong>', reason) if reason else ""


@admin.register(RoutingRule)
class RoutingRuleAdmin(ReadOnlyMixin, SheetAdmin, SaidRuleAdmin, VersionedAdmin):
    """The rules that the city uses, in the order in which they are read. They are changed in a
    draft, which is tried and published; one that cannot run says so in the list. None is deleted,
    because the log names them.
    """

    sheet_button = _("Make the draft")
    sheet_note = _("A file makes a draft of the rules. They change when you publish it.")
    change_list_template = "admin/routing/routingrule/change_list.html"
    change_form_template = "admin/routing/routingrule/change_form.html"
    list_display = ["position", "said_name", "said_if", "said_then", "version", "is_active"]
    list_display_links = ["said_name"]
    list_filter = ["is_active", "mode", "zone", "department"]
    list_per_page = 200
    search_fields = ["name", "why", "category__name", "department__name"]
    actions = None

    @admin.display(description=_("rule"), ordering="name")
    def said_name(self, rule) -> SafeString:
        reason = rule.is_active and broken(rule)
        return format_html("{}<br>{}", rule.name, reason) if reason else rule.name

    def build_sheet_resource(self, by: models.Model | None = None) -> RulesResource:
        return RulesResource(RULES, by)

    def has_import_permission(self, request) -> bool:
        return drafts.may_write(request.user)

    def changelist_view(self, request, extra_context=None) -> HttpResponse:
        title = {"title": _("Routing rules"), "may_draft": drafts.may_write(request.user)}
        return super().changelist_view(request, title | (extra_context or {}))

    def change_view(self, request, object_id, form_url="", extra_context=None) -> HttpResponse:
        """With the way to where it can be changed: its copies in open drafts, and a new draft."""
        open_ones = DraftedRule.objects.filter(source_id=object_id, draft__published_at=None)
        ways = {
            "may_draft": drafts.may_write(request.user),
            "copies": open_ones.select_related("draft").order_by("-draft__made_at"),
        }
        return super().change_view(request, object_id, form_url, ways | (extra_context or {}))

    lines_between = staticmethod(drafts.lines)

    def response_import(self, request, outcome) -> HttpResponseRedirect:
        """The file made a draft: on to where it is tried and published."""
        words = _(
            "We made this draft from your file. The live rules have not changed. Test it, then "
            "publish."
        )
        self.message_user(request, words, messages.SUCCESS)
        return redirect("admin:routing_ruledraft_change", outcome.resource.draft.pk)
