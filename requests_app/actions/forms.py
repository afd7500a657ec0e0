"""What the forms of all actions have in common."""

from typing import TypedDict, Unpack

from django import forms
from django.db.models import Model
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from lib.text import Words
from requests_app.errors import FileTooLarge, ServerBusy
from requests_app.models import Device, ServiceRequest

MAX_WORDS_LENGTH = 2000
MAX_ID = 2**63 - 1  # what a key of the database can be


class FieldOptions(TypedDict, total=False):
    """What a form's field may be given, as Django names it."""

    label: str | Promise
    required: bool
    widget: type[forms.Widget]
    error_messages: dict[str, str | Promise]
    template_name: str


class RowChoiceField(forms.ModelChoiceField):
    """One entry in use of a city's list, named by its `key` column; gives the row or None."""

    default_error_messages = {
        "required": _("Please choose one."),
        "invalid_choice": _("This is no longer one of the choices. Please choose again."),
    }

    def __init__(self, model: type[Model], key: str, **options: Unpack[FieldOptions]) -> None:
        rows = model.objects.active()
        super().__init__(rows, to_field_name=key, empty_label=None, **options)


def seen_field(
    words: str | Promise, widget: type[forms.Widget] = forms.NumberInput
) -> forms.IntegerField:
    """Return a field for the id of the last event that the person was shown.

    `words` are shown where it did not come.
    """
    names = ("required", "invalid", "min_value", "max_value")
    messages = dict.fromkeys(names, words)
    return forms.IntegerField(min_value=0, max_value=MAX_ID, error_messages=messages, widget=widget)


def words_field(*, required: bool = True) -> Words:
    """Return a field for what staff say in their own words."""
    return Words(max_length=MAX_WORDS_LENGTH, multiline=True, required=required)


def rating_field() -> forms.TypedChoiceField:
    """From 1 to 5; None where none is given."""
    choices = [(n, n) for n in range(1, 6)]
    return forms.TypedChoiceField(coerce=int, empty_value=None, required=False, choices=choices)


class ActionForm(forms.Form):
    """`by` acts on `service_request`: photos that came along are theirs. `auto_ids` are the ids of
    its fields on the page.

    `refusal` is the error where one of those could not be kept. A form in which canned texts are
    offered names their `use` and the `field` they are put into.
    """

    auto_ids = "id_%s"
    canned_text_use = canned_text_field = ""
    argument_names = ()  # names of what the verb is called with; without any, all that the form has
    warned = ""  # what it says, sent again, once the agent was warned
    refusal: ServerBusy | FileTooLarge | None = None

    seen = seen_field(_("The page didn't load completely. Check it and try again."))

    def __init__(
        self,
        data: QueryDict | None = None,
        files: MultiValueDict | None = None,
        *,
        service_request: ServiceRequest | None = None,
        by: User | Device | None = None,
        initial: dict | None = None,
    ) -> None:
        super().__init__(data, files, initial=initial, auto_id=self.auto_ids)
        self.service_request, self.by = service_request, by

    def verb_arguments(self) -> dict:
        """What the verb is called with, besides the request, `by` and `seen`."""
        names = self.argument_names or self.cleaned_data.keys() - {"seen"}
        return {name: self.cleaned_data[name] for name in names}

    def add_domain_error(self, error) -> None:
        """Say what the workflow found wrong (a DomainError) where it belongs."""
        field = getattr(error, "field", None)
        self.add_error(field if field in self.fields else None, str(error.message))

    @property
    def problems(self) -> list[str]:
        """Everything that is wrong, for the head of the form."""
        return [str(message) for messages in self.errors.values() for message in messages]


class WordsForm(ActionForm):
    """Of verbs that need words and mostly nothing else: hide, reopen, uphold, comment."""

    words = words_field()


class UndoForm(forms.Form):
    event = forms.IntegerField(min_value=1, max_value=MAX_ID)


def list_form_errors(form, anchors=None) -> list[tuple[str, str]]:
    """A form's errors as (id of the control, message) pairs; `anchors` names other ids by field."""
    anchors = anchors or {}
    return [
        (anchors.get(name, f"id_{name}"), message)
        for name, messages in form.errors.items()
        for message in messages
    ]
