"""What is taken out of the public's sight: part of a photo, or words."""

import json
import math
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lib.text import Words
from requests_app.actions.forms import MAX_WORDS_LENGTH, WordsForm
from requests_app.photos.sandbox.redactions import checked

MOST_BOXES = 50


class Boxes(forms.Field):
    """Boxes, each as JSON [x, y, width, height] in fractions of the upright picture.

    Each is cut off where the picture ends and rounded outwards to a hundredth of a percent.
    """

    widget = forms.MultipleHiddenInput
    default_error_messages = {
        "broken": _("The boxes didn't arrive as they were drawn. Please draw them again."),
        "many": _("These are too many boxes. Draw fewer and larger ones, or hide the photo."),
    }

    def to_python(self, value) -> list[list]:
        if len(value or []) > MOST_BOXES:
            raise ValidationError(self.error_messages["many"], code="many")
        try:
            return [_rounded(checked(json.loads(text))) for text in value or []]
        except (ValueError, TypeError, RecursionError, OverflowError) as error:
            raise ValidationError(self.error_messages["broken"], code="broken") from error


def _rounded(box) -> list:
    """Never covers less than was drawn, never leaves the picture."""
    x, y, width, height = box
    left, top = math.floor(x * 1e4), math.floor(y * 1e4)
    right, bottom = (min(10_000, math.ceil(end * 1e4 - 1e-6)) for end in (x + width, y + height))
    return [left / 1e4, top / 1e4, (right - left) / 1e4, (bottom - top) / 1e4]


def _percent() -> forms.FloatField:
    return forms.FloatField(min_value=0, max_value=100, required=False)


class BlackOut(WordsForm):
    """`box` are those that stay or were drawn; one more may be given in percent of the picture."""

    box = Boxes(required=False)
    left, top, width, height = _percent(), _percent(), _percent(), _percent()

    def clean(self) -> dict[str, Any] | None:
        given = super().clean()
        sides = [given.get(name) for name in ("left", "top", "width", "height")]
        if any(side is not None for side in sides) and "box" in given:
            if None in sides or not (sides[0] < 100 and sides[1] < 100 and sides[2] and sides[3]):
                message = _("Enter all four: left, top, width and height, in percent.")
                raise ValidationError(message)
            self._draw([*given["box"], _rounded(checked([side / 100 for side in sides]))])
        return given

    def _draw(self, boxes) -> None:
        """What was given in percent is a box like the others, also where the form comes back."""
        self.cleaned_data["box"] = boxes
        self.data = self.data.copy()
        for name in ("left", "top", "width", "height"):
            self.data[name] = ""

    def verb_arguments(self) -> dict[str, Any]:
        return {"boxes": self.cleaned_data["box"], "words": self.cleaned_data["words"]}


class Replace(WordsForm):
    """`body` stands instead of what was written, which is gone."""

    body = Words(max_length=2 * MAX_WORDS_LENGTH, multiline=True)
