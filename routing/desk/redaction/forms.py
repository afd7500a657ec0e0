"""The forms that black out part of a photo or replace a text."""

import json
import math
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lib.text import CleanTextField
from requests_app.actions.forms import MAX_WORDS_LENGTH, WordsForm
from requests_app.photos.sandbox.redactions import Box, clip_box

MAX_BOXES = 50


class BoxesField(forms.Field):
    """Boxes, each sent as JSON [x, y, width, height] in fractions of the upright picture.

    Boxes are cut at the edge of the picture and rounded outwards to 0.01 %.
    """

    widget = forms.MultipleHiddenInput
    default_error_messages = {
        "broken": _("The boxes didn't arrive as they were drawn. Please draw them again."),
        "many": _("These are too many boxes. Draw fewer and larger ones, or hide the photo."),
    }

    def to_python(self, value: list[str] | None) -> list[list[float]]:
        """Return the boxes as [x, y, width, height] lists, rounded; [] for none.

        Raise ValidationError with the code "many" for more than MAX_BOXES, "broken" for unreadable
        ones.
        """
        if len(value or []) > MAX_BOXES:
            raise ValidationError(self.error_messages["many"], code="many")
        try:
            return [_round_box(clip_box(json.loads(text))) for text in value or []]
        except (ValueError, TypeError, RecursionError, OverflowError) as error:
            raise ValidationError(self.error_messages["broken"], code="broken") from error


def _round_box(box: Box) -> list[float]:
    """Return the box rounded outwards to 0.01 % to cover all that was drawn, cut at the edges."""
    x, y, width, height = box
    left, top = math.floor(x * 1e4), math.floor(y * 1e4)
    right, bottom = (min(10_000, math.ceil(end * 1e4 - 1e-6)) for end in (x + width, y + height))
    return [left / 1e4, top / 1e4, (right - left) / 1e4, (bottom - top) / 1e4]


def _percent_field() -> forms.FloatField:
    return forms.FloatField(min_value=0, max_value=100, required=False)


def _read_percents(
    left: float | None, top: float | None, width: float | None, height: float | None
) -> Box:
    """Return the box in fractions of the picture.

    Raise ValidationError if a value is missing, the box is empty, or it begins outside the picture.
    """
    if left is None or top is None or not width or not height or max(left, top) >= 100:
        raise ValidationError(_("Enter all four: left, top, width and height, in percent."))
    return left / 100, top / 100, width / 100, height / 100


class BlackOutForm(WordsForm):
    """Form to black out parts of a photo.

    `box` are all boxes; a further one may be given in percent by `left`, `top`, `width` and
    `height`.
    """

    box = BoxesField(required=False)
    left, top, width, height = (
        _percent_field(),
        _percent_field(),
        _percent_field(),
        _percent_field(),
    )

    def clean(self) -> dict[str, Any]:
        """Append the box typed in percent, if any, to `box`, and clear the four typed fields.

        Raise ValidationError if only some of the four are typed, or the box is empty or outside the
        picture.
        """
        super().clean()
        given = self.cleaned_data
        sides = [given.get(name) for name in ("left", "top", "width", "height")]
        if any(side is not None for side in sides) and "box" in given:
            self._set_boxes([*given["box"], _round_box(clip_box(_read_percents(*sides)))])
        return given

    def _set_boxes(self, boxes: list[list[float]]) -> None:
        """Set the cleaned boxes, and clear the percent fields in case the form is shown again."""
        self.cleaned_data["box"] = boxes
        self.data = self.data.copy()
        for name in ("left", "top", "width", "height"):
            self.data[name] = ""

    def verb_arguments(self) -> dict[str, Any]:
        """Return the arguments of the verb: `boxes` and `words`."""
        return {"boxes": self.cleaned_data["box"], "words": self.cleaned_data["words"]}


class ReplaceForm(WordsForm):
    """Form to replace a text by `body`; the old text is lost."""

    body = CleanTextField(max_length=2 * MAX_WORDS_LENGTH, multiline=True)
