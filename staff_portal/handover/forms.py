"""The form that hands work over to the department that has the job now."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from city.models import ResolutionCode
from staff_portal.forms import PhotoForm, note_field


class HandoverForm(PhotoForm):
    """A note and photos; `resolution` is the code chosen before the job moved, if any."""

    name = "handover"
    # No event makes the form stale: the note is for the holder, whatever happened meanwhile.
    seen = None  # type: ignore[assignment]  # Django's way to remove an inherited field
    resolution = forms.CharField(required=False, widget=forms.HiddenInput)
    note = note_field(_("What did you do?"), help_text=_("Only staff read this."))

    def clean_resolution(self) -> ResolutionCode | None:
        """Return the ResolutionCode or None.

        An unknown code is ignored, because the user cannot correct it.
        """
        return ResolutionCode.objects.filter(code=self.cleaned_data["resolution"]).first()

    def verb_arguments(self) -> dict[str, Any]:
        """Return the verb's arguments: the note as `words`, `resolution`, `photos` and `key`."""
        given = super().verb_arguments()
        own = {"photos": self.kept.photos, "key": self.cleaned_data["key"]}
        return {"words": given.pop("note")} | given | own
