"""What the forms of a department's actions have in common."""

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.actions.forms import ActionForm, RowChoiceField, seen_field
from requests_app.photos.form_upload import FormPhotos
from santa311.lib.text import Words
from staff_portal import photos as crew_photos

LONGEST_NOTE = 2000
INCOMPLETE = _("The form didn't load completely. Check it and send it again.")


def note_field(label, missing="", **given):
    """`missing` is said where nothing was written; without it, nothing has to be."""
    given |= _required(missing)
    return Words(label=label, max_length=LONGEST_NOTE, multiline=True, **given)


def choice_of(model, label, missing=""):
    """One entry of a city's list, by its code. `missing` as above."""
    widget = forms.RadioSelect
    return RowChoiceField(model, "code", label=label, widget=widget, **_required(missing))


def key_field():
    """What names one form that a phone may send again: a UUID of the sender's making, or None."""
    messages = {"invalid": INCOMPLETE}
    return forms.UUIDField(required=False, widget=forms.HiddenInput, error_messages=messages)


def _required(missing):
    return {"required": bool(missing), "error_messages": {"required": missing}}


class JobForm(ActionForm):
    """`name` is the form's id on the page and its word in addresses."""

    name: str
    seen = seen_field(INCOMPLETE, widget=forms.HiddenInput)

    def __init__(self, *args, **given):
        super().__init__(*args, auto_id=f"{self.name}-%s", **given)


class WithPhotos(JobForm):
    """`kept` are the photos that came, loose, whatever is wrong with the rest, and what is wrong
    with those that could not be kept.

    `key` is the same each time one form is sent, so that a lost answer costs nothing.
    """

    key = key_field()

    def __init__(self, *args, kept=None, **given):
        super().__init__(*args, **given)
        self.kept = kept or FormPhotos([])

    def clean(self):
        self.kept = crew_photos.add(self.by, self.data, self.files)
        self.refusal = self.kept.refusal
        return super().clean()

    def is_valid(self):
        return super().is_valid() and not self.kept.problems
