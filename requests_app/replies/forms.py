"""What a resident says about a request: a comment, an answer, yes or no."""

from functools import cached_property
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from lib.http import parse_uuids
from lib.text import CleanTextField
from requests_app.actions.danger_warning import DangerWarning
from requests_app.actions.forms import ActionForm, rating_field, seen_field
from requests_app.models import Photo
from requests_app.photos import form_upload

MAX_WORDS = 4000


def words_field() -> CleanTextField:
    return CleanTextField(multiline=True, max_length=MAX_WORDS, required=False)


class Reply(ActionForm):
    """What a browser (`by`) says."""

    seen = seen_field(_("Please look at the page once more, then send again."))

    @property
    def typed(self) -> str:
        """The words as they would be sent; "" where the form asks for none."""
        return self.cleaned_data.get("words", "")

    @cached_property
    def stop(self) -> DangerWarning:
        """Looks at the words before they are sent, and holds what the page says then."""
        return DangerWarning.from_post(self.data)

    def change_words(self, words) -> None:
        """Show the form with other words than those that were sent."""
        self.data = self.data.copy()
        self.data["words"] = words


class ShareForm(Reply):
    """What a report holds already, added to a request that turned out to be the same."""

    words = CleanTextField(multiline=True, max_length=2000, required=False)


class ConfirmForm(Reply):
    rating = rating_field()
    words = words_field()


class PhotoReply(Reply):
    """A reply with photos, such as an answer: those that came before stay, whatever is wrong with
    the rest.

    After `is_valid`, `photos` are all that could be kept.
    """

    kind = Photo.Kind.COMMENT
    most_photos = settings.MAX_PHOTOS

    photos: tuple | list = ()

    words = words_field()

    def clean(self) -> dict[str, Any] | None:
        found = form_upload.of_form(self, self.kind, device=self.by)
        self.photos, self.refusal = found.photos, found.refusal
        return super().clean()

    def verb_arguments(self) -> dict[str, tuple | list]:
        return super().verb_arguments() | {"photos": self.photos}


class CommentForm(PhotoReply):
    """An answer or a dispute that came too late goes as a comment, and its photos with it."""

    def clean(self) -> dict[str, Any] | None:
        of_disputes = Photo.objects.unattached().filter(kind=Photo.Kind.DISPUTE, device=self.by)
        before = parse_uuids(self.data.getlist("photo"))
        of_disputes.filter(pk__in=before).update(kind=self.kind)
        return super().clean()


class DisputeForm(PhotoReply):
    """`what` is one of the usual complaints, `words` their own; one of both is needed."""

    kind = Photo.Kind.DISPUTE
    COMPLAINTS = [
        ("nothing", _("Nothing was done")),
        ("part", _("Only part of it was done")),
        ("again", _("It broke again")),
        ("place", _("It was done in the wrong spot")),
    ]

    what = forms.ChoiceField(choices=COMPLAINTS, required=False)

    def clean(self) -> dict[str, Any] | None:
        given = super().clean()
        if not given.get("what") and not given.get("words") and "words" not in self.errors:
            if self.service_request.completed_at:
                self.add_error(
                    "what", _("Choose what is still wrong, or write it in your own words.")
                )
            else:
                self.add_error("words", _("Tell us why you disagree."))
        return given

    def verb_arguments(self) -> dict[str, tuple | list | str]:
        given = super().verb_arguments()
        complaint = dict(self.COMPLAINTS).get(given.pop("what"))
        parts = [f"{complaint}." if complaint else "", given["words"]]
        return given | {"words": "\n".join(part for part in parts if part)}
