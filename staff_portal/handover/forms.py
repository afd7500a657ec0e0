"""The form with which work goes to who holds a job that moved meanwhile."""

from django import forms
from django.utils.translation import gettext_lazy as _

from city.models import ResolutionCode
from requests_app import workflow
from santa311.lib.text import Words
from staff_portal.verb_form import LONGEST_NOTE, VerbForm


class HandOver(forms.Form):
    """`photos` are loose photos the view has kept; they are not a field of the form.

    `resolution` is what the crew chose while the job was theirs, where they had come so far.
    """

    key = forms.UUIDField(
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid": VerbForm.error_messages_seen["invalid"]},
    )
    resolution = forms.CharField(required=False, widget=forms.HiddenInput)
    note = Words(
        label=_("What did you do?"),
        help_text=_("Only staff read this."),
        max_length=LONGEST_NOTE,
        multiline=True,
        required=False,
    )

    def __init__(self, service_request, *args, photos=(), **kwargs):
        super().__init__(*args, auto_id="handover-%s", **kwargs)
        self.service_request = service_request
        self.photos = photos

    def clean_resolution(self):
        """The ResolutionCode; no person can mend one that is not listed, and it is not needed."""
        return ResolutionCode.objects.filter(code=self.cleaned_data["resolution"]).first()

    def act(self, by):
        """Raises what the workflow raises."""
        given = self.cleaned_data
        return workflow.hand_over(
            self.service_request,
            by=by,
            key=given["key"],
            words=given["note"],
            photos=self.photos,
            resolution=given["resolution"],
        )
