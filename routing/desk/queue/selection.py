"""The form for acting on many requests: the ticked lines, and the fields of each verb."""

import re
import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from city.models import Department
from lib.http import parse_number
from requests_app.actions.forms import ActionForm, RowChoiceField
from requests_app.models import ServiceRequest
from requests_app.status import Verb
from routing import lists
from routing.desk.actions import DeclineForm, DuplicateForm, RouteForm
from routing.models import Batch

_TICK = re.compile(r"([0-9]{1,18}):([0-9]{1,18})", re.ASCII)
_INCOMPLETE = _("The page didn't load completely. Check it and try again.")


class BulkActionForm(ActionForm):
    """Base of the forms of SelectionForm. `goal` names where the requests go, "" if nowhere."""

    prefix: str
    seen = None  # type: ignore[assignment]  # Django removes the field

    @property
    def goal(self) -> str:
        """Return where the requests go, as text; "" if nowhere. Only for a valid form."""
        return ""


class RouteManyForm(BulkActionForm, RouteForm):
    """Form to route to one department, or each request to its suggested one (`each`)."""

    prefix = "route"
    argument_names = ("department", "reason", "words")

    department = RowChoiceField(Department.objects.active(), "slug", required=False)
    each = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        """Set `department` to None for `each`; add an error if neither is chosen."""
        super().clean()
        given = self.cleaned_data
        if given.get("each"):
            given["department"] = None
        elif not self.errors and given["department"] is None:
            self.add_error("department", self.fields["department"].error_messages["required"])
        return given

    @property
    def goal(self) -> str:
        """Return the department's name, or “the suggested department”."""
        department = self.cleaned_data["department"]
        return department.name if department else gettext("the suggested department")


class DeclineManyForm(BulkActionForm, DeclineForm):
    prefix = "decline"

    @property
    def goal(self) -> str:
        """Return the name of the reason."""
        return self.cleaned_data["reason"].name


class PlainManyForm(BulkActionForm):
    """Form of a verb without fields of its own."""

    prefix = "plain"


class DuplicateManyForm(BulkActionForm, DuplicateForm):
    prefix = "duplicate"

    @property
    def goal(self) -> str:
        """Return the category and reference of the original."""
        original = self.cleaned_data["original"]
        return f"{original.category.name} {original.reference}"


BULK_FORMS: dict[Verb, type[BulkActionForm]] = {
    Verb.ROUTE: RouteManyForm,
    Verb.DECLINE: DeclineManyForm,
    Verb.MARK_DUPLICATE: DuplicateManyForm,
    Verb.RELEASE: PlainManyForm,
    Verb.CLEAR_DANGER: PlainManyForm,
}


class TickedLinesField(forms.Field):
    """The ticked lines, sent as “id:last event seen” each.

    The cleaned value is a list of (id, event id) pairs without duplicates.
    """

    widget = forms.MultipleHiddenInput

    def to_python(self, value: list[str] | None) -> list[tuple[int, int]]:
        """Return the (id, event id) pairs; of a repeated id the last counts.

        Raise ValidationError with the code "broken" if a tick is not two numbers.
        """
        ticks = {}
        for text in value or []:
            match = _TICK.fullmatch(str(text))
            if match is None:
                raise ValidationError(_INCOMPLETE, code="broken")
            ticks[int(match[1])] = int(match[2])
        return list(ticks.items())

    def validate(self, value: list[tuple[int, int]]) -> None:
        """Raise ValidationError for no ticks, more than MAX_REQUESTS, or an unknown request.

        The codes are "none", "many" and "unknown". One query.
        """
        if not value:
            raise ValidationError(_("Select at least one request."), code="none")
        if len(value) > Batch.MAX_REQUESTS:
            message = ngettext(
                "You selected %(n)s request. The most is %(most)s at once.",
                "You selected %(n)s requests. The most is %(most)s at once.",
                len(value),
            )
            raise ValidationError(
                message % {"n": len(value), "most": Batch.MAX_REQUESTS}, code="many"
            )
        if ServiceRequest.objects.filter(pk__in=[pk for pk, _seen in value]).count() < len(value):
            raise ValidationError(_INCOMPLETE, code="unknown")


class SelectionForm(forms.Form):
    """The form below the queue: one verb for all ticked requests, with the fields of each verb.

    The form is unbound until a verb is chosen. `ticked_ids` are the ids of the selected requests;
    `is_selecting` opens the form. `action_form` is the form of the chosen verb, None for none.
    """

    lists = lists
    max_requests = Batch.MAX_REQUESTS

    key = forms.UUIDField(error_messages=dict.fromkeys(["required", "invalid"], _INCOMPLETE))
    verb = forms.ChoiceField(
        choices=[(verb.value, verb.label) for verb in BULK_FORMS],
        error_messages=dict.fromkeys(["required", "invalid_choice"], _INCOMPLETE),
    )
    row = TickedLinesField()

    def __init__(
        self,
        data: QueryDict | None = None,
        ticked_ids: frozenset[int] = frozenset(),
        is_selecting: bool = False,
    ) -> None:
        super().__init__(data)
        self.ticked_ids, self.is_selecting = ticked_ids, is_selecting or self.is_bound
        self.action_form = (
            BULK_FORMS[Verb(self.chosen_verb)](data) if self.chosen_verb in BULK_FORMS else None
        )

    @classmethod
    def from_query(cls, query: QueryDict) -> "SelectionForm":
        """Return the form for the query of the queue: `select` opens it, `ticked` names ids.

        The form is unbound. Unreadable ids are ignored.
        """
        parts = query.get("ticked", "").split(",")[: Batch.MAX_REQUESTS]
        ticked_ids = frozenset(filter(None, map(parse_number, parts)))
        return cls(ticked_ids=ticked_ids, is_selecting="select" in query)

    def is_valid(self) -> bool:
        """Return True if this form and that of the chosen verb are valid; False without a verb."""
        is_own_valid = super().is_valid()
        return bool(self.action_form and self.action_form.is_valid()) and is_own_valid

    def clean(self) -> dict[str, Any]:
        """Set `ticked_ids` to the ids of the ticked lines; none if they are invalid."""
        self.ticked_ids = frozenset(pk for pk, _seen in self.cleaned_data.get("row", []))
        super().clean()
        return self.cleaned_data

    @property
    def problems(self) -> list[str]:
        """Return all error messages, those of the chosen verb's form last."""
        own = [str(message) for messages in self.errors.values() for message in messages]
        return own + (self.action_form.problems if self.action_form else [])

    @property
    def accepted_warnings(self) -> str:
        """Return the value that a form sends to confirm the warnings shown.

        Empty without warnings.
        """
        return self.action_form.warned if self.action_form else ""

    @property
    def chosen_verb(self) -> str:
        """Return the chosen verb; empty for none."""
        return self.data.get("verb", "")

    @property
    def typed_values(self) -> dict[str, dict[str, str]]:
        """Return the submitted text of each field by name, by the prefix of each verb's form."""
        return {
            act.prefix: {
                name: self.data.get(f"{act.prefix}-{name}", "") for name in act.base_fields
            }
            for act in BULK_FORMS.values()
        }

    @property
    def new_batch_key(self) -> str:
        """Return a new UUID: submitting the same page twice makes one batch."""
        return str(uuid.uuid4())
