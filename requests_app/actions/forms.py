"""What every act has in common."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from santa311.lib.text import Words

LONGEST = 2000
_KEY = re.compile(r"[A-Za-z0-9_-]{1,60}", re.ASCII)
LARGEST_ID = 2**63 - 1  # what a key of the database can be


class RowChoiceField(forms.Field):
    """One entry in use of a city's list, named by its `key` column; gives the row or None."""

    default_error_messages = {
        "required": _("Please choose one."),
        "unknown": _("This is no longer one of the choices. Please choose again."),
    }

    def __init__(self, model, key, **kwargs):
        super().__init__(**kwargs)
        self.model, self.key = model, key

    def to_python(self, value):
        if value in self.empty_values:
            return None
        found = None
        if _KEY.fullmatch(str(value)):
            found = self.model.objects.active().filter(**{self.key: value}).first()
        if found is None:
            raise ValidationError(self.error_messages["unknown"], code="unknown")
        return found


class ActionForm(forms.Form):
    """`seen` is the id of the last event that the agent was shown.

    `person` is the agent, whose photos are theirs. A form in which canned texts are offered names
    their `use` and the `field` they are put into.
    """

    use = field = ""
    warned = ""  # the reference of what the agent is warned of before it is done

    seen = forms.IntegerField(
        min_value=0,
        max_value=LARGEST_ID,
        error_messages=dict.fromkeys(
            ["required", "invalid", "min_value", "max_value"],
            _("The page didn't load completely. Check it and try again."),
        ),
    )

    def __init__(self, data=None, files=None, person=None):
        super().__init__(data, files)
        self.person = person

    def verb_arguments(self) -> dict:
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}

    @property
    def problems(self) -> list[str]:
        """Everything that is wrong, for the head of the form."""
        return [str(message) for messages in self.errors.values() for message in messages]


class WithWords(ActionForm):
    """Verbs that need an explanation and nothing else: hide, reopen, uphold."""

    words = Words(max_length=LONGEST, multiline=True)


class Undo(forms.Form):
    event = forms.IntegerField(min_value=1, max_value=LARGEST_ID)


def problems_of(form, anchors=None) -> list[tuple[str, str]]:
    """A form's errors as (id of the control, message) pairs; `anchors` names other ids by field."""
    anchors = anchors or {}
    return [
        (anchors.get(name, f"id_{name}"), message)
        for name, messages in form.errors.items()
        for message in messages
    ]
