from django import forms
from django.contrib import admin
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from city.admin.deactivation import DeactivationGuardForm, HistoryAdmin
from city.models import CannedText
from city.models.canned_text import status_choices


class CannedTextForm(DeactivationGuardForm):
    """The form of a canned text, with checkboxes for its statuses."""

    statuses = forms.MultipleChoiceField(
        label=capfirst(_("statuses")),
        choices=status_choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Offered only in these statuses. Leave blank to offer it in all."),
    )


@admin.register(CannedText)
class CannedTextAdmin(HistoryAdmin):
    form = CannedTextForm
    fixed_fields = ["code"]
    list_display = ["title", "use", "format_statuses", "category", "group", "position", "is_active"]
    list_editable = ["position"]
    list_filter = ["is_active", "use", "group"]
    list_select_related = ["category", "group"]
    search_fields = ["title", "code", "body"]
    autocomplete_fields = ["category", "group"]
    fields = [
        "title", "code", "use", "body", "statuses", "category", "group", "is_active", "position",
    ]  # fmt: skip

    @admin.display(description=_("statuses"))
    def format_statuses(self, text) -> str | Promise:
        """Return the staff's names of the statuses with commas; “any” if there are none."""
        names = dict(status_choices())
        return ", ".join(str(names.get(value, value)) for value in text.statuses) or _("any")
