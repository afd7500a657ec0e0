"""What a caller says about a request, noted by the agent who listens."""

from django import forms

from requests_app import attached
from requests_app.models import Photo
from routing.forms.act import LONGEST, ActionForm
from santa311.lib.words import Words


class Answer(ActionForm):
    words = Words(max_length=LONGEST, multiline=True)


class Confirm(ActionForm):
    """`rating` is 1 to 5, or none given."""

    rating = forms.TypedChoiceField(
        coerce=int, empty_value=None, required=False, choices=[(n, n) for n in range(1, 6)]
    )
    words = Words(max_length=LONGEST, multiline=True, required=False)


class KeptPhotos(forms.Field):
    """Ids of photos that came with an earlier try, as text; `value()` gives them back."""

    def __init__(self):
        super().__init__(required=False, widget=forms.MultipleHiddenInput)


class Dispute(ActionForm):
    """A photo that came before stays, whatever is wrong with the rest."""

    words = Words(max_length=LONGEST, multiline=True)
    photo = KeptPhotos()

    def clean(self):
        given = super().clean()
        photos = attached.of_form(self, Photo.Kind.DISPUTE, user=self.person).photos
        given["photos"] = photos
        self.data = self.data.copy()
        self.data.setlist("photo", [str(photo.pk) for photo in photos])
        return given

    def verb_arguments(self):
        return {"words": self.cleaned_data["words"], "photos": self.cleaned_data["photos"]}
