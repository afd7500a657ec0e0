"""A note for the next shift."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lib.text import Words
from routing.models import ShiftNote


class ShiftNoteForm(forms.Form):
    words = Words(
        max_length=ShiftNote.LONGEST,
        multiline=True,
        error_messages={"required": _("Write what the next shift must know.")},
    )

    def clean(self):
        if ShiftNote.objects.count() >= ShiftNote.MOST:
            message = _("There are %(n)s notes, which is the most. Mark one as done first.")
            raise ValidationError(message % {"n": ShiftNote.MOST})
        return super().clean()
