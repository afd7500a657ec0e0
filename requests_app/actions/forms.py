"""The base classes and fields of the forms of all actions."""

from collections.abc import Mapping
from typing import Any, TypedDict, Unpack

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from lib.lazy_text import LazyText
from lib.text import CleanTextField
from requests_app.errors import DomainError, FileTooLarge, ServerBusy
from requests_app.models import Device, ServiceRequest

MAX_WORDS_LENGTH = 2000
MAX_ID = 2**63 - 1  # the largest value of a bigint column


class FieldOptions(TypedDict, total=False):
    """Keyword arguments of Django's form fields."""

    label: LazyText
    required: bool
    widget: type[forms.Widget]
    error_messages: dict[str, LazyText]
    template_name: str


class RowChoiceField(forms.ModelChoiceField):
    """A choice of one of `rows` by their `key` column; the value is the row or None."""

    default_error_messages = {
        "required": _("Please choose one."),
        "invalid_choice": _("This is no longer one of the choices. Please choose again."),
    }

    def __init__(self, rows: QuerySet, key: str, **options: Unpack[FieldOptions]) -> None:
        super().__init__(rows, to_field_name=key, empty_label=None, **options)


def seen_field(
    words: LazyText, widget: type[forms.Widget] = forms.NumberInput
) -> forms.IntegerField:
    """Return a required field for the id of the last event that the person was shown.

    `words` are the message of every error: a missing, malformed or impossible id.
    """
    names = ("required", "invalid", "min_value", "max_value")
    messages = dict.fromkeys(names, words)
    return forms.IntegerField(min_value=0, max_value=MAX_ID, error_messages=messages, widget=widget)


def words_field(*, required: bool = True) -> CleanTextField:
    """Return a multiline text field of at most MAX_WORDS_LENGTH characters."""
    return CleanTextField(max_length=MAX_WORDS_LENGTH, multiline=True, required=required)


def rating_field() -> forms.TypedChoiceField:
    """Return an optional field for 1 to 5 stars; its value is an int or None."""
    choices = [(n, n) for n in range(1, 6)]
    return forms.TypedChoiceField(coerce=int, empty_value=None, required=False, choices=choices)


class ActionForm(forms.Form):
    """The form of an action of `by` on `service_request`.

    `auto_ids` is the pattern of the ids of its fields. `refusal` is the error of a photo that could
    not be kept. A form with canned texts names their `canned_text_use` and the field that receives
    one. `argument_names` are the fields passed to the verb; by default all but `seen`. `warned` is
    the value to send again once the agent has read a warning.
    """

    data: MultiValueDict[str, Any]  # empty for an unbound form
    canned_text_use: str = ""
    canned_text_field: str = ""
    argument_names: tuple[str, ...] = ()
    warned = ""
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

    @property
    def auto_ids(self) -> str:
        """Return the pattern of the ids of the fields, “id_%s” by default."""
        return "id_%s"

    def verb_arguments(self) -> dict:
        """Return the cleaned values by field for the verb, without the request, `by` and `seen`."""
        names = self.argument_names or self.cleaned_data.keys() - {"seen"}
        return {name: self.cleaned_data[name] for name in names}

    def add_domain_error(self, error: DomainError) -> None:
        """Add a DomainError of the workflow to its field, or to the form if it names none."""
        field = getattr(error, "field", None)
        self.add_error(field if field in self.fields else None, str(error.message))

    @property
    def problems(self) -> list[str]:
        """Return all error messages, for the head of the form."""
        return [str(message) for messages in self.errors.values() for message in messages]


class WordsForm(ActionForm):
    """The form of verbs that need only words, such as hide, reopen, uphold and comment."""

    words = words_field()


class UndoForm(forms.Form):
    event = forms.IntegerField(min_value=1, max_value=MAX_ID)


def list_form_errors(
    form: forms.BaseForm, anchors: Mapping[str, str] | None = None
) -> list[tuple[str, str]]:
    """Return a form's errors as (control id, message) pairs, in the order of the fields.

    The id is `id_<field>` unless `anchors` maps the field to another one.
    """
    anchors = anchors or {}
    return [
        (anchors.get(name, f"id_{name}"), str(message))
        for name in [*form.fields, NON_FIELD_ERRORS]
        for message in form.errors.get(name, [])
    ]
