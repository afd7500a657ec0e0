"""What the forms of a department's actions have in common."""

from itertools import takewhile
from typing import Any, NamedTuple

from django import forms
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lib.days import DayField
from lib.text import CleanTextField
from requests_app import workflow
from requests_app.actions.forms import ActionForm, RowChoiceField, seen_field
from requests_app.models import Event
from requests_app.photos.form_upload import FormPhotos
from requests_app.status import Verb
from staff_portal import photos as crew_photos

LONGEST_NOTE = 2000
TILES = "staff_portal/completion/tiles.html"
INCOMPLETE = _("The form didn't load completely. Check it and send it again.")


class Panel(NamedTuple):
    """How a form stands among the actions of a job's page.

    It opens below its `label`, and is sent with its `button`; without one, the label is the button.
    `fields` is the template of what stands between: each visible field, if nothing else is needed.
    """

    label: str | Promise
    icon: str
    button: str | Promise = ""
    fields: str = "staff_portal/job/form_fields.html"


def note_field(
    label: Promise, missing: str | Promise = "", help_text: str | Promise = ""
) -> CleanTextField:
    """Return a text area; `missing` is shown if it is empty, which "" allows."""
    return CleanTextField(
        label=label,
        help_text=help_text,
        max_length=LONGEST_NOTE,
        multiline=True,
        template_name="staff_portal/job/text_field.html",
        **_required(missing),
    )


def choice_of(model: type[Model], label: Promise, missing: str | Promise = "") -> RowChoiceField:
    """Return a choice of one entry of a city's list, by its code; `missing` as in `note_field`."""
    widget = forms.RadioSelect
    return RowChoiceField(
        model, "code", label=label, widget=widget, template_name=TILES, **_required(missing)
    )


def day_field(label: Promise, missing: str | Promise = "") -> DayField:
    """Return a field for a day from today on; `missing` as in `note_field`."""
    required = _required(missing)
    required["error_messages"]["invalid"] = _("Enter the date like 11/30/2026.")
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return DayField(
        label=label, widget=widget, template_name="staff_portal/job/day_field.html", **required
    )


def key_field() -> forms.UUIDField:
    """What names one form that a phone may send again: a UUID of the sender's making, or None."""
    messages = {"invalid": INCOMPLETE}
    return forms.UUIDField(required=False, widget=forms.HiddenInput, error_messages=messages)


def _required(missing: str | Promise) -> dict:
    return {"required": bool(missing), "error_messages": {"required": missing}}


class JobForm(ActionForm):
    """`name` is the form's id on the page and its word in addresses. `needs` is a verb without
    which the form is not offered, besides its own. A form without a `panel` stands elsewhere on the
    page than among the actions.
    """

    name: str
    panel: Panel | None = None
    needs: Verb | None = None
    seen = seen_field(INCOMPLETE, widget=forms.HiddenInput)

    @property
    def auto_ids(self) -> str:
        return f"{self.name}-%s"


class SentLaterForm(JobForm):
    """A form that a phone keeps and sends when there is a network.

    `key` is the same each time one form is sent, so that a lost answer costs nothing. `listed_as`
    is what the phone's list of what waits calls it, with the name of the `job`.
    """

    listed_as: str
    key = key_field()

    @property
    def kept_name(self) -> str:
        """Return what the phone's list of what waits calls this form."""
        return self.listed_as % {"job": self.service_request.category.name}

    def verb_arguments(self) -> dict:
        """Return what the verb is called with; the key says only whether it is called."""
        arguments = super().verb_arguments()
        del arguments["key"]
        return arguments

    def clean_seen(self) -> int:
        """Return the id of the last event that the person saw, or of their own last one after it.

        A crew without a network starts a job and finishes it: the finish was filled in before the
        event of the start was there. An event of anybody else still makes the form stale.
        """
        seen = self.cleaned_data["seen"]
        later = Event.objects.filter(service_request=self.service_request, pk__gt=seen)
        events = workflow.exclude_quiet(later).order_by("pk").values_list("pk", "actor")
        own = [pk for pk, _actor in takewhile(lambda event: event[1] == self.by.pk, events)]
        return own[-1] if own else seen


class WithPhotos(SentLaterForm):
    """`kept` are the photos that came, loose, whatever is wrong with the rest, and what is wrong
    with those that could not be kept.
    """

    def __init__(self, *args, kept=None, **given) -> None:
        super().__init__(*args, **given)
        self.kept = kept or FormPhotos([])

    def clean(self) -> dict[str, Any] | None:
        self.kept = crew_photos.add(self.by, self.data, self.files)
        self.refusal = self.kept.refusal
        return super().clean()

    def is_valid(self) -> bool:
        return super().is_valid() and not self.kept.problems
