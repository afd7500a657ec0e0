"""One act on many requests, as a form: the lines that were ticked, and the fields of each act."""

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
from routing.desk.actions import Decline, Duplicate, Route
from routing.models import Batch

_TICK = re.compile(r"([0-9]{1,18}):([0-9]{1,18})", re.ASCII)
_INCOMPLETE = _("The page didn't load completely. Check it and try again.")


class RouteMany(Route):
    """To one department, or each request to the one that is suggested for it."""

    prefix = "route"
    argument_names = ("department", "reason", "words")
    seen = None

    department = RowChoiceField(Department.objects.active(), "slug", required=False)
    each = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any] | None:
        given = super().clean()
        if given.get("each"):
            given["department"] = None
        elif not self.errors and given["department"] is None:
            self.add_error("department", self.fields["department"].error_messages["required"])
        return given

    @property
    def goal(self) -> str:
        department = self.cleaned_data["department"]
        return department.name if department else gettext("the suggested department")


class DeclineMany(Decline):
    prefix = "decline"
    seen = None

    @property
    def goal(self) -> str:
        return self.cleaned_data["reason"].name


class PlainMany(ActionForm):
    """Of a verb that asks for nothing besides."""

    prefix = "plain"
    seen = None
    goal = ""


class DuplicateMany(Duplicate):
    prefix = "duplicate"
    seen = None

    @property
    def goal(self) -> str:
        original = self.cleaned_data["original"]
        return f"{original.category.name} {original.reference}"


ACTS = {
    Verb.ROUTE: RouteMany,
    Verb.DECLINE: DeclineMany,
    Verb.MARK_DUPLICATE: DuplicateMany,
    Verb.RELEASE: PlainMany,
    Verb.CLEAR_DANGER: PlainMany,
}


class Ticked(forms.Field):
    """The ticked lines, each “id:last event seen”; gives them as pairs of numbers, each once."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value) -> list[tuple[int, int]]:
        found = [_TICK.fullmatch(str(one)) for one in value or []]
        if not all(found):
            raise ValidationError(_INCOMPLETE, code="broken")
        return list({int(one[1]): int(one[2]) for one in found}.items())

    def validate(self, value) -> None:
        if not value:
            raise ValidationError(_("Select at least one request."), code="none")
        if len(value) > Batch.MOST:
            message = ngettext(
                "You selected %(n)s request. The most is %(most)s at once.",
                "You selected %(n)s requests. The most is %(most)s at once.",
                len(value),
            )
            raise ValidationError(message % {"n": len(value), "most": Batch.MOST}, code="many")
        if ServiceRequest.objects.filter(pk__in=[pk for pk, _seen in value]).count() < len(value):
            raise ValidationError(_INCOMPLETE, code="unknown")


class SelectionForm(forms.Form):
    """The form under the ticked lines: one verb on all of them, with the fields of each verb.

    Without `data` nothing was chosen yet. `ticked` are the ids of the requests that are selected,
    and `is_selecting` says that the form stands open.
    """

    lists = lists
    most = Batch.MOST

    key = forms.UUIDField(error_messages=dict.fromkeys(["required", "invalid"], _INCOMPLETE))
    verb = forms.ChoiceField(
        choices=[(verb.value, verb.label) for verb in ACTS],
        error_messages=dict.fromkeys(["required", "invalid_choice"], _INCOMPLETE),
    )
    row = Ticked()

    def __init__(self, data=None, ticked: frozenset[int] = frozenset(), is_selecting=False) -> None:
        super().__init__(data)
        self.ticked, self.is_selecting = ticked, is_selecting or self.is_bound
        self.act = ACTS[self.opened](data) if self.opened in ACTS else None

    @classmethod
    def from_query(cls, query: QueryDict) -> "SelectionForm":
        """Return the form for the GET of the queue: `select` opens it, `ticked` names ids."""
        parts = query.get("ticked", "").split(",")[: Batch.MOST]
        ticked = frozenset(filter(None, map(parse_number, parts)))
        return cls(ticked=ticked, is_selecting="select" in query)

    def is_valid(self) -> bool:
        is_own_valid = super().is_valid()
        return bool(self.act and self.act.is_valid()) and is_own_valid

    def clean(self) -> dict[str, Any] | None:
        self.ticked = frozenset(pk for pk, _seen in self.cleaned_data.get("row", []))
        return super().clean()

    @property
    def problems(self) -> list[str]:
        """Everything that is wrong, for the head of the form."""
        own = [str(message) for messages in self.errors.values() for message in messages]
        return own + (self.act.problems if self.act else [])

    @property
    def warned(self) -> str:
        return self.act.warned if self.act else ""

    @property
    def opened(self) -> str:
        """The verb that was chosen; empty for none."""
        return self.data.get("verb", "")

    @property
    def typed(self) -> dict[str, dict[str, str]]:
        """What was typed, by the prefix of the act and field."""
        return {
            act.prefix: {
                name: self.data.get(f"{act.prefix}-{name}", "") for name in act.base_fields
            }
            for act in ACTS.values()
        }

    @property
    def new_key(self) -> str:
        """A key made with the page, so that a double press is one batch."""
        return str(uuid.uuid4())
