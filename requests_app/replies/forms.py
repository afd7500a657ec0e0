"""Forms for what residents say about a request: comment, answer, confirmation, dispute."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from lib.http import parse_uuids
from lib.text import CleanTextField
from requests_app.actions.danger_warning import DangerWarning
from requests_app.actions.forms import ActionForm, rating_field, seen_field
from requests_app.models import Device, Photo, ServiceRequest
from requests_app.photos import form_upload

MAX_WORDS_LENGTH = 4000


def reply_words_field() -> CleanTextField:
    """Return an optional field of several lines and at most MAX_WORDS_LENGTH characters."""
    return CleanTextField(multiline=True, max_length=MAX_WORDS_LENGTH, required=False)


class ReplyForm(ActionForm):
    """A form with which a device (`by`) replies."""

    data: QueryDict
    by: Device
    service_request: ServiceRequest

    seen = seen_field(_("Please look at the page once more, then send again."))

    @property
    def typed_text(self) -> str:
        """The text as it will be sent; "" if the form has none."""
        return self.cleaned_data.get("words", "")

    @cached_property
    def danger_stop(self) -> DangerWarning:
        """Return a warning with the kinds dismissed in the form; the text is not checked yet."""
        return DangerWarning.from_post(self.data)

    def replace_words(self, words: str) -> None:
        """Replace the posted text by `words`, for showing the form again.

        `cleaned_data` is not changed.
        """
        self.data = self.data.copy()
        self.data["words"] = words


class AddToRequestForm(ReplyForm):
    """Text of a draft, to be added to a request that turned out to be the same."""

    words = CleanTextField(multiline=True, max_length=2000, required=False)


class ConfirmForm(ReplyForm):
    """A confirmation that the work is done, with an optional rating and text."""

    rating = rating_field()
    words = reply_words_field()


class PhotoReplyForm(ReplyForm):
    """A reply with photos. After `is_valid`, `photos` are all that could be kept.

    Photos of an earlier try are kept whatever is wrong with the rest.
    """

    kind = Photo.Kind.COMMENT
    most_photos = settings.MAX_PHOTOS

    photos: Sequence[Photo] = ()

    words = reply_words_field()

    def clean(self) -> dict[str, Any]:
        """Store the form's photos, set `photos` and `refusal`, and add the errors of others."""
        found = form_upload.keep_form_photos(self, self.kind, device=self.by)
        self.photos, self.refusal = found.photos, found.refusal
        super().clean()
        return self.cleaned_data

    def verb_arguments(self) -> dict[str, Any]:
        """Return the arguments of the verb, with the `photos`."""
        return super().verb_arguments() | {"photos": self.photos}


class CommentForm(PhotoReplyForm):
    """A comment. Photos of a dispute that came too late are kept as the comment's."""

    def clean(self) -> dict[str, Any]:
        """Turn the named photos of this device's disputes into comment photos; clean the form."""
        of_disputes = Photo.objects.unattached().filter(kind=Photo.Kind.DISPUTE, device=self.by)
        before = parse_uuids(self.data.getlist("photo"))
        of_disputes.filter(pk__in=before).update(kind=self.kind)
        return super().clean()


class DisputeForm(PhotoReplyForm):
    """A dispute, with one of the usual complaints (`what`), a text (`words`), or both."""

    kind = Photo.Kind.DISPUTE
    COMPLAINTS = [
        ("nothing", _("Nothing was done")),
        ("part", _("Only part of it was done")),
        ("again", _("It broke again")),
        ("place", _("It was done in the wrong spot")),
    ]

    what = forms.ChoiceField(choices=COMPLAINTS, required=False)

    def clean(self) -> dict[str, Any]:
        """Require a complaint or a text.

        The error is at "what" for completed work, else at "words".
        """
        given = super().clean()
        if not given.get("what") and not given.get("words") and "words" not in self.errors:
            if self.service_request.completed_at:
                self.add_error(
                    "what", _("Choose what is still wrong, or write it in your own words.")
                )
            else:
                self.add_error("words", _("Tell us why you disagree."))
        return given

    def verb_arguments(self) -> dict[str, Any]:
        """Return the arguments of the verb, with the complaint as the first line of `words`.

        "what" is not among them.
        """
        given = super().verb_arguments()
        complaint = dict(self.COMPLAINTS).get(given.pop("what"))
        parts = [f"{complaint}." if complaint else "", given["words"]]
        return given | {"words": "\n".join(part for part in parts if part)}
