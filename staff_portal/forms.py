"""Fields and base classes of the forms for a department's actions."""

from itertools import takewhile
from typing import Any, NamedTuple

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from city.models.reason import Reason
from lib.days import DayField
from lib.lazy_text import LazyText
from lib.text import CleanTextField
from requests_app import workflow
from requests_app.actions.forms import ActionForm, RowChoiceField, seen_field
from requests_app.models import Event, ServiceRequest
from requests_app.photos.form_upload import FormPhotos
from requests_app.status import Verb
from staff_portal import photos as crew_photos

MAX_NOTE_LENGTH = 2000
TILES_TEMPLATE = "staff_portal/completion/tiles.html"
INCOMPLETE_FORM_MESSAGE = _("The form didn't load completely. Check it and send it again.")


class Panel(NamedTuple):
    """The part of a job's page that has a form.

    The form opens below its `label` and is submitted by its `button`. Without a button, the label
    itself submits it. `fields` is the template of the form's fields; the default shows each visible
    field.
    """

    label: LazyText
    icon: str
    button: LazyText = ""
    fields: str = "staff_portal/job/form_fields.html"


def note_field(label: LazyText, missing: LazyText = "", help_text: LazyText = "") -> CleanTextField:
    """Return a multi-line text field; it is required if `missing`, its error message, is given."""
    return CleanTextField(
        label=label,
        help_text=help_text,
        max_length=MAX_NOTE_LENGTH,
        multiline=True,
        template_name="staff_portal/job/text_field.html",
        **_required_options(missing),
    )


def code_choice_field(
    model: type[Reason], label: LazyText, missing: LazyText = ""
) -> RowChoiceField:
    """Return radio buttons for the active entries of a list of the city, by code.

    The cleaned value is the entry. The field is required if `missing`, its error, is given.
    """
    widget = forms.RadioSelect
    rows = model.objects.active()
    return RowChoiceField(
        rows,
        "code",
        label=label,
        widget=widget,
        template_name=TILES_TEMPLATE,
        **_required_options(missing),
    )


def day_field(label: LazyText, missing: LazyText = "") -> DayField:
    """Return a date field for any day, also a past one; required if `missing` is given."""
    required = _required_options(missing)
    required["error_messages"]["invalid"] = _("Enter the date like 11/30/2026.")
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return DayField(  # type: ignore[call-arg]  # the stubs of DateField lack template_name
        label=label, widget=widget, template_name="staff_portal/job/day_field.html", **required
    )


def idempotency_key_field() -> forms.UUIDField:
    """Return a hidden, optional UUID field.

    A phone makes the key and sends it again with each retry of the same form.
    """
    messages = {"invalid": INCOMPLETE_FORM_MESSAGE}
    return forms.UUIDField(required=False, widget=forms.HiddenInput, error_messages=messages)


def _required_options(missing: LazyText) -> dict:
    """Return the options `required` and `error_messages` of a field; "" makes it optional."""
    return {"required": bool(missing), "error_messages": {"required": missing}}


class JobForm(ActionForm):
    """Base class of the forms on a job's page.

    `name` is the form's id on the page and its word in URLs. The form is offered only if its verb,
    and `needs` if given, are available. A form without a `panel` is shown apart from the other
    actions.
    """

    name: str
    service_request: ServiceRequest
    by: User  # None only in a form that is shown and not submitted
    panel: Panel | None = None
    needs: Verb | None = None
    seen = seen_field(INCOMPLETE_FORM_MESSAGE, widget=forms.HiddenInput)

    @property
    def auto_ids(self) -> str:
        """Return the pattern of the fields' HTML ids: the form's name, then "-%s"."""
        return f"{self.name}-%s"


class OfflineForm(JobForm):
    """A form that a phone without a network keeps in its outbox and sends later.

    `key` stays the same for every attempt, so a form whose response was lost is carried out once.
    `listed_as` names the form in the outbox and contains %(job)s.
    """

    listed_as: LazyText
    key = idempotency_key_field()

    @property
    def kept_name(self) -> str:
        """Return the translated text that names the form, with its job, in the phone's outbox."""
        return str(self.listed_as) % {"job": self.service_request.category.name}

    def verb_arguments(self) -> dict:
        """Return the arguments of the workflow verb, without the key."""
        arguments = super().verb_arguments()
        del arguments["key"]
        return arguments

    def clean_seen(self) -> int:
        """Return the id of the last event the user saw, or of the user's own events right after it.

        Offline, a crew starts a job and finishes it: the form to finish was filled in before the
        event of the start existed. An event of another person still makes the form stale.
        """
        seen = self.cleaned_data["seen"]
        later = Event.objects.filter(service_request=self.service_request, pk__gt=seen)
        events = workflow.exclude_quiet(later).order_by("pk").values_list("pk", "actor")
        own = [pk for pk, _actor in takewhile(lambda event: event[1] == self.by.pk, events)]
        return own[-1] if own else seen


class PhotoForm(OfflineForm):
    """An offline form with photos.

    `kept` has the uploaded photos, which are stored even if the form is invalid, and the problems
    with those that could not be stored.
    """

    data: QueryDict

    def __init__(self, *args: Any, kept: FormPhotos | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kept = kept or FormPhotos([])

    def clean(self) -> dict[str, Any] | None:
        """Store the uploaded photos in `kept` and their refusal in `refusal`; clean the rest."""
        self.kept = crew_photos.save_form_photos(self.by, self.data, self.files)
        self.refusal = self.kept.refusal
        return super().clean()

    def is_valid(self) -> bool:
        """Return True if the fields are valid and all photos could be stored."""
        return super().is_valid() and not self.kept.problems
