"""The form page of one rule of a draft."""

from typing import Any

from django.contrib import admin
from django.db.models import Field as ModelField
from django.db.models import ForeignKey, Max, Model
from django.forms import Field, ModelChoiceField
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from city.admin.history import NewestLogFirst
from routing.admin.drafts import OpenDraftOnly, redirect_to_draft
from routing.admin.forms import DraftedRuleForm
from routing.admin.rules import RuleTextAdmin
from routing.models import DraftedRule, RuleDraft

POSITION_STEP = 10  # between two positions, so that another rule fits in between
CONDITIONS_FIELDSET: tuple[Any, Any] = (
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
OUTCOME_FIELDSET: tuple[Any, Any] = (_("Then"), {"fields": [("department", "mode"), "why"]})


@admin.register(DraftedRule)
class DraftedRuleAdmin(OpenDraftOnly, NewestLogFirst, RuleTextAdmin):
    """A rule of a draft, opened from the draft's page."""

    form = DraftedRuleForm
    readonly_fields = ["can_run"]
    actions = None
    fieldsets = [
        (None, {"fields": ["draft", "name", ("position", "is_active"), "can_run"]}),
        CONDITIONS_FIELDSET,
        OUTCOME_FIELDSET,
    ]

    def has_module_permission(self, request) -> bool:
        """Return False, which hides the model from the index: rules are opened from their draft."""
        return False

    def get_draft(self, obj: Model | None) -> RuleDraft | None:
        """Return the draft of the drafted rule; None for a rule to be added."""
        return obj.draft if isinstance(obj, DraftedRule) else None

    def formfield_for_dbfield(
        self, db_field: ModelField, request: HttpRequest, **kwargs: Any
    ) -> Field | None:
        """Return the form field; that of a foreign key has no buttons to add or change rows."""
        formfield = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(db_field, ForeignKey) and formfield:
            formfield.widget = getattr(formfield.widget, "widget", formfield.widget)
        return formfield

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField | None:
        """Return the form field with the active rows, and those that any drafted rule names.

        The field `draft` offers only drafts that are not published.
        """
        if db_field.name == "draft":
            kwargs["queryset"] = RuleDraft.objects.filter(published_at=None)
        formfield = super().formfield_for_foreignkey(db_field, request, **kwargs)
        rows = formfield.queryset if formfield else None
        if formfield and rows is not None and hasattr(rows, "active"):
            named = self.model._default_manager.values(db_field.attname)
            formfield.queryset = rows.active() | rows.filter(pk__in=named)
        return formfield

    def get_changeform_initial_data(self, request) -> dict[str, Any]:
        """Return initial values that put a new rule last, so that it does not override others.

        Values of the URL win over this position.
        """
        given = super().get_changeform_initial_data(request)
        last = self.model.objects.aggregate(last=Max("position"))["last"] or 0
        return {"position": last + POSITION_STEP, **given}

    def changelist_view(self, request, extra_context=None) -> HttpResponseRedirect:
        """Redirect to the list of drafts: drafted rules have no list of their own."""
        return redirect("admin:routing_ruledraft_changelist")

    def response_post_save_add(self, request, obj) -> HttpResponseRedirect:
        """Redirect to the page of the rule's draft."""
        return redirect_to_draft(obj.draft)

    response_post_save_change = response_post_save_add

    def delete_model(self, request, obj) -> None:
        """Delete the rule, and keep its draft as `request.emptied` for `response_delete()`."""
        request.emptied = obj.draft
        super().delete_model(request, obj)

    def response_delete(self, request, obj_display, obj_id) -> HttpResponseRedirect:
        """Add the message of the deletion, and redirect to the page of the draft."""
        super().response_delete(request, obj_display, obj_id)
        return redirect_to_draft(request.emptied)
