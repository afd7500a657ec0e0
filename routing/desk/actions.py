"""The actions of agents: the form of each, and the table ACTIONS."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from city import emergency_number
from city.coordinates import BadCoordinate, parse_point
from city.models import Agency, CannedText, Category, DeclineReason, Department, RouteReason
from city.search import find_categories
from lib.text import CleanTextField
from requests_app.actions.forms import (
    MAX_ID,
    ActionForm,
    RowChoiceField,
    WordsForm,
    rating_field,
    words_field,
)
from requests_app.actions.handler import Action
from requests_app.models import Photo, Priority, ServiceRequest
from requests_app.photos import form_upload
from requests_app.status import Verb
from requests_app.tracking.lookup import parse_reference
from routing.desk import duplicate_warnings, single_comments


class RouteForm(ActionForm):
    department = RowChoiceField(Department.objects.active(), "slug")
    reason = RowChoiceField(RouteReason.objects.active(), "code", required=False)
    words = words_field(required=False)

    def verb_arguments(self) -> dict[str, Any]:
        """Return the verb's arguments: `to` (a department), `reason` (a code or "") and `words`."""
        given = super().verb_arguments()
        reason = given["reason"].code if given["reason"] else ""
        return given | {"to": given.pop("department"), "reason": reason}


class AskForm(ActionForm):
    canned_text_use, canned_text_field = CannedText.Use.QUESTION, "question"

    question = words_field()


class DeclineForm(ActionForm):
    """Form to decline a request. If `words` are empty, the text of the reason is sent."""

    reason = RowChoiceField(DeclineReason.objects.active(), "code")
    words = words_field(required=False)

    def verb_arguments(self) -> dict[str, Any]:
        """Return the verb's arguments: `reason` (a row) and `words`, by default the reason's."""
        given = super().verb_arguments()
        return given | {
            "words": given["words"] or emergency_number.fill_placeholder(given["reason"].words)
        }


class DismissReportsForm(ActionForm):
    """Form to dismiss content reports. `report` is the latest report that the page showed."""

    report = forms.IntegerField(min_value=1, max_value=MAX_ID)


class DuplicateForm(ActionForm):
    """Form to close a request as a duplicate.

    The original is one of the nearby requests (`original`) or a typed number (`reference`). If it
    may be the wrong one, the form is refused once, and accepted when `anyway` repeats the warnings
    shown.
    """

    argument_names = ("original",)

    original = CleanTextField(required=False, max_length=40)
    reference = CleanTextField(required=False, max_length=40)
    anyway = CleanTextField(required=False, max_length=80)

    def clean(self) -> dict[str, Any]:
        """Set `original` to the ServiceRequest that was chosen or typed, None if there is none.

        Add an error if nothing was chosen, the number is unknown, or a doubt is not confirmed.
        """
        super().clean()
        given = self.cleaned_data
        typed = given.get("reference") or given.get("original") or ""
        wanted = parse_reference(typed)
        found = ServiceRequest.objects.filter(reference=wanted).first() if wanted else None
        if self.errors:
            return given
        if not typed:
            self.add_error("original", _("Choose the request it's the same as."))
        elif found is None:
            self.add_error("reference", _("No request has this number. Please check it."))
        else:
            self._check_doubts(found, given["anyway"])
        given["original"] = found
        return given

    def _check_doubts(self, original: ServiceRequest, anyway: str) -> None:
        """Add an error for each doubt about `original`, unless `anyway` confirms exactly these.

        With errors, `warned` is set to the value that confirms them.
        """
        doubts = duplicate_warnings.find_doubts(original, self.service_request)
        accepted = duplicate_warnings.format_accepted_doubts(original, doubts)
        if accepted and accepted != anyway:
            self.warned = accepted
            self.add_error("original", list(doubts.values()))


class TransferForm(ActionForm):
    agency = RowChoiceField(Agency.objects.active(), "slug")
    words = words_field(required=False)


class CommentForm(WordsForm):
    canned_text_use: str = CannedText.Use.REPLY
    canned_text_field = "words"


class NoteForm(CommentForm):
    """Form for an internal note."""

    canned_text_use = canned_text_field = ""

    def verb_arguments(self) -> dict[str, Any]:
        """Return the verb's arguments: `words`, and `is_public` False."""
        return super().verb_arguments() | {"is_public": False}


class RecategoriseForm(ActionForm):
    """Form to change the category: the chosen one, or the only one that matches the words `q`."""

    argument_names = ("category",)

    category = RowChoiceField(Category.objects.active(), "service_code", required=False)
    q = CleanTextField(max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        """Set `category` to the only one that matches `q` if none was chosen, else add an error."""
        super().clean()
        given = self.cleaned_data
        if self.errors or given["category"]:
            return given
        hits = find_categories(given["q"]) if given["q"] else []
        if len(hits) == 1:
            given["category"] = hits[0]
        else:
            self.add_error("category", _CATEGORY_ERRORS[bool(hits), bool(given["q"])])
        return given


# (whether categories match, whether words were typed) -> the error
_CATEGORY_ERRORS = {
    (True, True): _("Choose one of these."),
    (False, True): _("No category matches. Try other words."),
    (False, False): _("Say in a word or two what it is."),
}


class PriorityForm(ActionForm):
    priority = forms.ChoiceField(choices=Priority)


class MovePinForm(ActionForm):
    """`latitude` and `longitude` in degrees as typed; Decimals after cleaning."""

    latitude = CleanTextField(max_length=40)
    longitude = CleanTextField(max_length=40)
    location_text = CleanTextField(max_length=200)

    def clean(self) -> dict[str, Any]:
        """Set `latitude` and `longitude` to Decimals; raise ValidationError if they are invalid."""
        super().clean()
        given = self.cleaned_data
        if "latitude" in given and "longitude" in given:
            try:
                point = parse_point(given["latitude"], given["longitude"])
            except BadCoordinate as error:
                raise ValidationError(str(error)) from error
            given["latitude"], given["longitude"] = point
        return given


class ConfirmForm(ActionForm):
    rating = rating_field()
    words = words_field(required=False)


class DisputeForm(WordsForm):
    """Form to dispute finished work for a caller.

    Photos uploaded with a refused form are kept: `photo` are their ids.
    """

    by: User | None
    argument_names = ("words", "photos")

    photo = forms.Field(required=False, widget=forms.MultipleHiddenInput)

    def clean(self) -> dict[str, Any]:
        """Set `photos` to the rows of the uploads, and the submitted `photo` to their ids.

        The uploads are stored even if the form is refused.
        """
        super().clean()
        given = self.cleaned_data
        photos = form_upload.keep_form_photos(self, Photo.Kind.DISPUTE, user=self.by).photos
        given["photos"] = photos
        self.data = self.data.copy()
        self.data.setlist("photo", [str(photo.pk) for photo in photos])
        return given


COMMENT_ADDED = _("%(what)s: your comment was added.")
NOTE_SAVED = _("%(what)s: your note was saved.")


@dataclass(frozen=True)
class DeskAction(Action):
    """An action of agents.

    `done_message` is the toast. The toast may contain `what` (the request), `department`, `agency`,
    `other` (a request), `category` and `priority`. After an action that `opens_next` the desk opens
    the next request. One that `is_in_menu` is below More, with the template named like its noun.
    """

    opens_next: bool = False
    is_in_menu: bool = False


ACTIONS = [
    DeskAction(
        "routing", Verb.ROUTE, RouteForm, _("%(what)s: routed to %(department)s."), opens_next=True
    ),
    DeskAction(
        "question",
        Verb.ASK,
        AskForm,
        _("%(what)s: question sent to the reporter."),
        opens_next=True,
    ),
    DeskAction(
        "question-withdrawal",
        Verb.CANCEL_QUESTION,
        ActionForm,
        _("%(what)s: the question was canceled."),
    ),
    DeskAction("declination", Verb.DECLINE, DeclineForm, _("%(what)s: declined."), opens_next=True),
    DeskAction(
        "original",
        Verb.MARK_DUPLICATE,
        DuplicateForm,
        _("%(what)s: closed as a duplicate of %(other)s."),
        opens_next=True,
    ),
    DeskAction("answer", Verb.ANSWER, WordsForm, _("%(what)s: the caller’s answer was noted.")),
    DeskAction("confirmation", Verb.CONFIRM, ConfirmForm, _("%(what)s: noted that it's fixed.")),
    DeskAction(
        "dispute",
        Verb.DISPUTE,
        DisputeForm,
        _("%(what)s: noted that it's not fixed. %(department)s will look at it again."),
    ),
    DeskAction("withdrawal", Verb.WITHDRAW, ActionForm, _("%(what)s: canceled for the caller.")),
    DeskAction(
        "ruling",
        Verb.UPHOLD,
        WordsForm,
        _("%(what)s: the dispute was answered and closed."),
        opens_next=True,
    ),
    DeskAction("reopening", Verb.REOPEN, WordsForm, _("%(what)s: open again.")),
    DeskAction("comments", Verb.COMMENT, CommentForm, COMMENT_ADDED, single_comments.comment_once),
    DeskAction("notes", Verb.COMMENT, NoteForm, NOTE_SAVED, single_comments.comment_once),
    DeskAction(
        "clearance",
        Verb.CLEAR_DANGER,
        ActionForm,
        _("%(what)s: noted that it's not an emergency."),
    ),
    DeskAction(
        "reports-dismissal",
        Verb.DISMISS_REPORTS,
        DismissReportsForm,
        _("%(what)s: noted that nothing is wrong."),
    ),
    DeskAction("hiding", Verb.HIDE, WordsForm, _("%(what)s: hidden from the public.")),
    DeskAction("showing", Verb.UNHIDE, ActionForm, _("%(what)s: public again.")),
    DeskAction("release", Verb.RELEASE, ActionForm, _("%(what)s: released."), opens_next=True),
    DeskAction(
        "category",
        Verb.RECATEGORISE,
        RecategoriseForm,
        _("It's now “%(category)s”."),
        is_in_menu=True,
    ),
    DeskAction(
        "place",
        Verb.MOVE_PIN,
        MovePinForm,
        _("%(what)s: the location was corrected."),
        is_in_menu=True,
    ),
    DeskAction(
        "priority",
        Verb.PRIORITISE,
        PriorityForm,
        _("%(what)s: the priority is now “%(priority)s”."),
        is_in_menu=True,
    ),
    DeskAction(
        "transfer",
        Verb.TRANSFER,
        TransferForm,
        _("%(what)s: closed and referred to %(agency)s."),
        opens_next=True,
        is_in_menu=True,
    ),
]
