"""What an agent gives with each act at the desk. `verb_arguments` are the verb's own."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from city.coordinates import BadCoordinate, parse_point
from city.models import Agency, Category, DeclineReason, Department, RouteReason
from requests_app import reference
from requests_app.models import Priority, ServiceRequest
from santa311.lib.words import Words

LONGEST = 2000
_KEY = re.compile(r"[A-Za-z0-9_-]{1,60}", re.ASCII)
_BIG = 2**63 - 1  # what a key of the database can be


class Listed(forms.Field):
    """One entry in use of a city's list, named by its `key` column; gives the row or None."""

    default_error_messages = {
        "required": _("Please choose one."),
        "unknown": _("This is not one of the choices any more. Please choose again."),
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


class Act(forms.Form):
    """`seen` is the id of the last event that the agent was shown."""

    seen = forms.IntegerField(
        min_value=0,
        max_value=_BIG,
        error_messages=dict.fromkeys(
            ["required", "invalid", "min_value", "max_value"],
            _("This page was not complete. Please look at it again and repeat what you did."),
        ),
    )

    def verb_arguments(self) -> dict:
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}

    @property
    def problems(self) -> list[str]:
        """Everything that is wrong, for the head of the form."""
        return [str(message) for messages in self.errors.values() for message in messages]


class Route(Act):
    department = Listed(Department, "slug")
    reason = Listed(RouteReason, "code", required=False)
    words = Words(max_length=LONGEST, multiline=True, required=False)

    def verb_arguments(self):
        given = super().verb_arguments()
        reason = given["reason"]
        return {
            "to": given["department"],
            "reason": reason.code if reason else "",
            "words": given["words"],
        }


class Ask(Act):
    question = Words(max_length=LONGEST, multiline=True)


class Decline(Act):
    """Without words of the agent's own the reason's are sent."""

    reason = Listed(DeclineReason, "code")
    words = Words(max_length=LONGEST, multiline=True, required=False)

    def verb_arguments(self):
        given = super().verb_arguments()
        return given | {"words": given["words"] or given["reason"].words}


class Duplicate(Act):
    """`original` is one of those nearby, or `reference` as it was typed."""

    original = Words(required=False, max_length=40)
    reference = Words(required=False, max_length=40)

    def clean(self):
        given = super().clean()
        typed = given.get("reference") or given.get("original") or ""
        tidied = reference.tidy(typed)
        found = ServiceRequest.objects.filter(reference=tidied).first() if tidied else None
        if self.errors:
            return given
        if not typed:
            self.add_error("original", _("Choose the request it is the same as."))
        elif found is None:
            self.add_error("reference", _("No request has this reference. Please check it."))
        given["original"] = found
        return given

    def verb_arguments(self):
        return {"original": self.cleaned_data["original"]}


class Transfer(Act):
    agency = Listed(Agency, "slug")
    words = Words(max_length=LONGEST, multiline=True, required=False)


class Comment(Act):
    words = Words(max_length=LONGEST, multiline=True)


class Note(Comment):
    """An internal one."""

    def verb_arguments(self):
        return super().verb_arguments() | {"is_public": False}


class Recategorise(Act):
    category = Listed(Category, "service_code")


class Prioritise(Act):
    priority = forms.ChoiceField(choices=Priority)


class MovePin(Act):
    """`latitude` and `longitude` in degrees as typed; Decimals after cleaning."""

    latitude = Words(max_length=40)
    longitude = Words(max_length=40)
    location_text = Words(max_length=200)

    def clean(self):
        given = super().clean()
        if "latitude" in given and "longitude" in given:
            try:
                point = parse_point(given["latitude"], given["longitude"])
            except BadCoordinate as error:
                raise ValidationError(str(error)) from error
            given["latitude"], given["longitude"] = point
        return given


class WithWords(Act):
    """Verbs that need an explanation and nothing else: hide, reopen, uphold."""

    words = Words(max_length=LONGEST, multiline=True)


class Undo(forms.Form):
    event = forms.IntegerField(min_value=1, max_value=_BIG)
