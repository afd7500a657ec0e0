"""What every form of a crew is made of: it carries one verb, and the last event that was seen."""

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app import workflow
from requests_app.status import Verb

LONGEST_NOTE = 2000
NEWEST_EVENT = 2**63 - 1


class OneOf(forms.ChoiceField):
    """One row of a list, named by its `key` in the form and cleaned to the row itself."""

    def __init__(self, **options):
        super().__init__(widget=forms.RadioSelect, **options)
        self.rows = {}

    def offer(self, rows, key):
        self.rows = {str(getattr(row, key)): row for row in rows}
        self.choices = [(name, str(row)) for name, row in self.rows.items()]

    def clean(self, value):
        return self.rows.get(super().clean(value))


class VerbForm(forms.Form):
    """`name` is the form's id on the page and its word in addresses."""

    verb: Verb
    name: str
    error_messages_seen = {
        "required": _("The form didn't load completely. Check it and send it again."),
        "invalid": _("The form didn't load completely. Check it and send it again."),
    }
    seen = forms.IntegerField(
        min_value=0,
        max_value=NEWEST_EVENT,
        widget=forms.HiddenInput,
        error_messages=error_messages_seen,
    )

    def __init__(self, service_request, *args, **kwargs):
        kwargs.setdefault("auto_id", f"{self.name}-%s")
        super().__init__(*args, **kwargs)
        self.service_request = service_request

    def act(self, by):
        """Carry out the verb. Raises what the workflow raises."""
        given = {key: value for key, value in self.cleaned_data.items() if key != "seen"}
        return self.carry_out(by=by, seen=self.cleaned_data["seen"], **given)

    def carry_out(self, *, by, seen, **given):
        verb = getattr(workflow, self.verb.value)
        return verb(self.service_request, by=by, seen=seen, **given)

    def refuse(self, error):
        """Show a refusal of the workflow where it belongs."""
        field = getattr(error, "field", None)
        self.add_error(field if field in self.fields else None, str(error.message))
