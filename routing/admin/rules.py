from django.contrib import admin, messages
from django.db.models import ForeignKey, Max
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from city.admin.sheets import SheetAdmin
from routing import drafts, words
from routing.admin.forms import RuleForm
from routing.models import RoutingRule
from routing.sheets import RulesResource

STEP = 10  # between two positions, so that another rule fits in between
CONDITIONS = (
    _("If all of these are true"),
    {
        "fields": [
            ("category", "group"),
            "answered",
            ("zone", "priority", "channel"),
            "weekdays",
            ("from_time", "to_time"),
        ],
        "description": _("Blank conditions are ignored. The first rule that matches wins."),
    },
)
OUTCOME = (_("Then"), {"fields": [("department", "mode"), "why"]})


class ConditionsAdmin(admin.ModelAdmin):
    """What a rule in use and a drafted one have in common in the administration."""

    class Media:
        css = {"all": ["css/admin-rules.css"]}

    def get_queryset(self, request):
        named = ["category__group", "group", "zone", "department"]
        return super().get_queryset(request).select_related(*named)

    def formfield_for_dbfield(self, field, request, **kwargs):
        """Without the buttons that add departments and zones from within a rule."""
        formfield = super().formfield_for_dbfield(field, request, **kwargs)
        if isinstance(field, ForeignKey) and formfield:
            formfield.widget = getattr(formfield.widget, "widget", formfield.widget)
        return formfield

    def formfield_for_foreignkey(self, field, request, **kwargs):
        """Only what is in use may be chosen; a rule keeps what it names, and says it cannot run."""
        formfield = super().formfield_for_foreignkey(field, request, **kwargs)
        rows = getattr(formfield, "queryset", None)
        if rows is not None and hasattr(rows, "active"):
            named = self.model._default_manager.values(field.attname)
            formfield.queryset = rows.active() | rows.filter(pk__in=named)
        return formfield

    def get_changeform_initial_data(self, request):
        """A new rule stands last: at the top it would speak before all others."""
        given = super().get_changeform_initial_data(request)
        last = self.model.objects.aggregate(last=Max("position"))["last"] or 0
        return {"position": last + STEP, **given}

    def get_fieldsets(self, request, obj=None):
        """In words for who may only read."""
        if obj is None or self.has_change_permission(request, obj):
            return super().get_fieldsets(request, obj)
        said = ["name", "position", "said_if", "said_then", "why", "is_active", "can_run"]
        return [(None, {"fields": said})]

    @admin.display(description=_("if"))
    def said_if(self, rule):
        return words.asks(rule)

    @admin.display(description=_("then"))
    def said_then(self, rule):
        return words.does(rule)

    @admin.display(description=_("can it run"))
    def can_run(self, rule):
        if rule.pk is None:
            return "–"
        reason = rule.problem or rule.contradiction
        if not reason:
            return _("yes")
        return format_html('<strong class="rule-broken">{}</strong>', reason)


@admin.register(RoutingRule)
class RoutingRuleAdmin(SheetAdmin, ConditionsAdmin, SimpleHistoryAdmin):
    """Rules in the order in which they are read; one that cannot run says so in the list."""

    sheet_resource = RulesResource
    sheet_button = _("Make the draft")
    sheet_note = _("A file makes a draft of the rules. They change when you publish it.")
    change_list_template = "admin/routing/routingrule/change_list.html"
    form = RuleForm
    list_display = ["position", "said_name", "said_if", "said_then", "version", "is_active"]
    list_display_links = ["said_name"]
    list_filter = ["is_active", "mode", "zone", "department"]
    list_per_page = 200
    search_fields = ["name", "why", "category__name", "department__name"]
    ordering = ["position", "pk"]
    readonly_fields = ["version", "can_run"]
    object_history_template = "admin/routing/routingrule/history.html"
    object_history_list_template = "admin/routing/routingrule/history_list.html"
    actions = None
    fieldsets = [
        (None, {"fields": ["name", ("position", "is_active"), ("version", "can_run")]}),
        CONDITIONS,
        OUTCOME,
        (_("For the history"), {"fields": ["change_reason"]}),
    ]

    @admin.display(description=_("rule"), ordering="name")
    def said_name(self, rule):
        reason = rule.is_active and (rule.problem or rule.contradiction)
        if not reason:
            return rule.name
        return format_html('{}<br><strong class="rule-broken">{}</strong>', rule.name, reason)

    def changelist_view(self, request, extra_context=None):
        title = {"title": _("Routing rules")}
        return super().changelist_view(request, title | (extra_context or {}))

    def save_model(self, request, obj, form, change):
        obj._change_reason = form.cleaned_data["change_reason"]
        super().save_model(request, obj, form, change)

    def set_history_delta_changes(self, request, historical_records, **options):
        """What changed at each record, in words, and who did it."""
        for record in historical_records:
            earlier = record.prev_record
            record.lines = drafts.lines(earlier.instance, record.instance) if earlier else []
            record.who = drafts.who(record)

    def has_delete_permission(self, request, obj=None):
        return False  # the log names rules: they are switched off

    def response_import(self, request, outcome):
        """The file made a draft: on to where it is tried and published."""
        words = _(
            "We made this draft from your file. The live rules have not changed. Test it, then "
            "publish."
        )
        self.message_user(request, words, messages.SUCCESS)
        address = reverse("admin:routing_ruledraft_change", args=[outcome.resource.draft.pk])
        return HttpResponseRedirect(address)
