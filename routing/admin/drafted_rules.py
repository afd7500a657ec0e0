"""One rule of a draft: conditions in selects, and what follows."""

from typing import Any

from django.contrib import admin
from django.db.models import ForeignKey, Max
from django.forms import Field
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from city.admin.history import NewestLogFirst
from routing.admin.drafts import WhileOpen, to_draft
from routing.admin.forms import DraftedRuleForm
from routing.admin.rules import SaidRuleAdmin
from routing.models import DraftedRule, RuleDraft

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


@admin.register(DraftedRule)
class DraftedRuleAdmin(WhileOpen, NewestLogFirst, SaidRuleAdmin):
    """One rule of a draft, reached from its draft."""

    form = DraftedRuleForm
    readonly_fields = ["can_run"]
    actions = None
    fieldsets = [
        (None, {"fields": ["draft", "name", ("position", "is_active"), "can_run"]}),
        CONDITIONS,
        OUTCOME,
    ]

    def has_module_permission(self, request) -> bool:
        return False

    def draft_of(self, obj):
        return obj and obj.draft

    def formfield_for_dbfield(self, field, request, **kwargs) -> Field | None:
        """Without the buttons that add departments and zones from within a rule."""
        formfield = super().formfield_for_dbfield(field, request, **kwargs)
        if isinstance(field, ForeignKey) and formfield:
            formfield.widget = getattr(formfield.widget, "widget", formfield.widget)
        return formfield

    def formfield_for_foreignkey(self, field, request, **kwargs):
        """Only what is in use may be chosen; a rule keeps what it names, and says it cannot run."""
        if field.name == "draft":
            kwargs["queryset"] = RuleDraft.objects.filter(published_at=None)
        formfield = super().formfield_for_foreignkey(field, request, **kwargs)
        rows = getattr(formfield, "queryset", None)
        if rows is not None and hasattr(rows, "active"):
            named = self.model._default_manager.values(field.attname)
            formfield.queryset = rows.active() | rows.filter(pk__in=named)
        return formfield

    def get_changeform_initial_data(self, request) -> dict[str, Any]:
        """A new rule stands last: at the top it would be applied before all others."""
        given = super().get_changeform_initial_data(request)
        last = self.model.objects.aggregate(last=Max("position"))["last"] or 0
        return {"position": last + STEP, **given}

    def changelist_view(self, request, extra_context=None) -> HttpResponseRedirect:
        return redirect("admin:routing_ruledraft_changelist")

    def response_post_save_add(self, request, obj) -> HttpResponseRedirect:
        return to_draft(obj.draft)

    response_post_save_change = response_post_save_add

    def delete_model(self, request, obj) -> None:
        request.emptied = obj.draft
        super().delete_model(request, obj)

    def response_delete(self, request, obj_display, obj_id) -> HttpResponseRedirect:
        super().response_delete(request, obj_display, obj_id)
        return to_draft(request.emptied)
