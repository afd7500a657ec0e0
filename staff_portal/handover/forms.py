"""The form with which work goes to who holds a job that moved meanwhile."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from city.models import ResolutionCode
from staff_portal.forms import PhotoForm, note_field


class HandoverForm(PhotoForm):
    """`resolution` is what the crew chose while the job was theirs, where they had come so far."""

    name = "handover"
    seen = None  # whatever happened: the holder reads it
    resolution = forms.CharField(required=False, widget=forms.HiddenInput)
    note = note_field(_("What did you do?"), help_text=_("Only staff read this."))

    def clean_resolution(self) -> ResolutionCode | None:
        """The ResolutionCode; no person can mend one that is not listed, and it is not needed."""
        return ResolutionCode.objects.filter(code=self.cleaned_data["resolution"]).first()

    def verb_arguments(self) -> dict[str, Any]:
        given = super().verb_arguments()
        own = {"photos": self.kept.photos, "key": self.cleaned_data["key"]}
        return {"words": given.pop("note")} | given | own
