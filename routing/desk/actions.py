"""What an agent can do at the desk: the form of each action, and the table of all of them."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from city import emergency_number
from city.coordinates import BadCoordinate, parse_point
from city.models import Agency, CannedText, Category, DeclineReason, Department, RouteReason
from city.search import find_categories
from lib.text import Words
from requests_app.actions.forms import (
    MAX_ID,
    ActionForm,
    RowChoiceField,
    WordsForm,
    rating_field,
    words_field,
)
from requests_app.actions.perform import Action
from requests_app.models import Photo, Priority, ServiceRequest
from requests_app.photos import form_upload
from requests_app.status import Verb
from requests_app.tracking.lookup import meant
from routing.desk import originals, repeated


class Route(ActionForm):
    department = RowChoiceField(Department, "slug")
    reason = RowChoiceField(RouteReason, "code", required=False)
    words = words_field(required=False)

    def verb_arguments(self) -> dict[str, Any]:
        given = super().verb_arguments()
        reason = given["reason"].code if given["reason"] else ""
        return given | {"to": given.pop("department"), "reason": reason}


class Ask(ActionForm):
    canned_text_use, canned_text_field = CannedText.Use.QUESTION, "question"

    question = words_field()


class Decline(ActionForm):
    """Without words of the agent's own the reason's are sent."""

    reason = RowChoiceField(DeclineReason, "code")
    words = words_field(required=False)

    def verb_arguments(self) -> dict[str, str]:
        given = super().verb_arguments()
        return given | {"words": given["words"] or emergency_number.fill(given["reason"].words)}


class Dismiss(ActionForm):
    """`report` is the latest of a reader's reports that was shown about the thing."""

    report = forms.IntegerField(min_value=1, max_value=MAX_ID)


class Duplicate(ActionForm):
    """`original` is one of those nearby, or `reference` as it was typed. One that may not be meant
    is marked only where `anyway` says of what the agent was warned.
    """

    argument_names = ("original",)

    original = Words(required=False, max_length=40)
    reference = Words(required=False, max_length=40)
    anyway = Words(required=False, max_length=80)

    def clean(self) -> dict[str, Any] | None:
        given = super().clean()
        typed = given.get("reference") or given.get("original") or ""
        wanted = meant(typed)
        found = ServiceRequest.objects.filter(reference=wanted).first() if wanted else None
        if self.errors:
            return given
        if not typed:
            self.add_error("original", _("Choose the request it's the same as."))
        elif found is None:
            self.add_error("reference", _("No request has this number. Please check it."))
        else:
            self._warn(found, given["anyway"])
        given["original"] = found
        return given

    def _warn(self, original, anyway) -> None:
        doubts = originals.doubts(original, self.service_request)
        accepted = originals.accepted(original, doubts)
        if accepted and accepted != anyway:
            self.warned = accepted
            self.add_error("original", list(doubts.values()))


class Transfer(ActionForm):
    agency = RowChoiceField(Agency, "slug")
    words = words_field(required=False)


class Comment(WordsForm):
    canned_text_use, canned_text_field = CannedText.Use.REPLY, "words"


class Note(Comment):
    """An internal one."""

    canned_text_use = canned_text_field = ""

    def verb_arguments(self) -> dict[str, bool]:
        return super().verb_arguments() | {"is_public": False}


class Recategorise(ActionForm):
    """`category` is picked, or meant by everyday words in `q` that only one category knows."""

    argument_names = ("category",)

    category = RowChoiceField(Category, "service_code", required=False)
    q = Words(max_length=200, required=False)

    def clean(self) -> dict[str, Any] | None:
        given = super().clean()
        if self.errors or given["category"]:
            return given
        hits = find_categories(given["q"]) if given["q"] else []
        if len(hits) == 1:
            given["category"] = hits[0]
        else:
            self.add_error("category", _NOT_ONE[bool(hits), bool(given["q"])])
        return given


# By whether something was found, and whether something was typed.
_NOT_ONE = {
    (True, True): _("Choose one of these."),
    (False, True): _("No category matches. Try other words."),
    (False, False): _("Say in a word or two what it is."),
}


class Prioritise(ActionForm):
    priority = forms.ChoiceField(choices=Priority)


class MovePin(ActionForm):
    """`latitude` and `longitude` in degrees as typed; Decimals after cleaning."""

    latitude = Words(max_length=40)
    longitude = Words(max_length=40)
    location_text = Words(max_length=200)

    def clean(self) -> dict[str, Any] | None:
        given = super().clean()
        if "latitude" in given and "longitude" in given:
            try:
                point = parse_point(given["latitude"], given["longitude"])
            except BadCoordinate as error:
                raise ValidationError(str(error)) from error
            given["latitude"], given["longitude"] = point
        return given


class Confirm(ActionForm):
    rating = rating_field()
    words = words_field(required=False)


class Dispute(WordsForm):
    """A photo that came before stays, whatever is wrong with the rest: `photo` are their ids."""

    argument_names = ("words", "photos")

    photo = forms.Field(required=False, widget=forms.MultipleHiddenInput)

    def clean(self) -> dict[str, Any] | None:
        given = super().clean()
        photos = form_upload.of_form(self, Photo.Kind.DISPUTE, user=self.by).photos
        given["photos"] = photos
        self.data = self.data.copy()
        self.data.setlist("photo", [str(photo.pk) for photo in photos])
        return given


COMMENTED = _("%(what)s: your comment was added.")
NOTED = _("%(what)s: your note was saved.")


@dataclass(frozen=True)
class DeskAction(Action):
    """`said` names `what` it was done to, and may name the `department`, `agency`, `other` request,
    `category` and `priority` after it.

    An action that is `done_with` the request lets the next one in the queue open. One that is
    `in_menu` stands under More; its form is the template of its noun.
    """

    done_with: bool = False
    in_menu: bool = False


ACTIONS = [
    DeskAction(
        "routing", Verb.ROUTE, Route, _("%(what)s: routed to %(department)s."), done_with=True
    ),
    DeskAction(
        "question", Verb.ASK, Ask, _("%(what)s: question sent to the reporter."), done_with=True
    ),
    DeskAction(
        "question-withdrawal",
        Verb.CANCEL_QUESTION,
        ActionForm,
        _("%(what)s: the question was canceled."),
    ),
    DeskAction("declination", Verb.DECLINE, Decline, _("%(what)s: declined."), done_with=True),
    DeskAction(
        "original",
        Verb.MARK_DUPLICATE,
        Duplicate,
        _("%(what)s: closed as a duplicate of %(other)s."),
        done_with=True,
    ),
    DeskAction("answer", Verb.ANSWER, WordsForm, _("%(what)s: the caller’s answer was noted.")),
    DeskAction("confirmation", Verb.CONFIRM, Confirm, _("%(what)s: noted that it's fixed.")),
    DeskAction(
        "dispute",
        Verb.DISPUTE,
        Dispute,
        _("%(what)s: noted that it's not fixed. %(department)s will look at it again."),
    ),
    DeskAction("withdrawal", Verb.WITHDRAW, ActionForm, _("%(what)s: canceled for the caller.")),
    DeskAction(
        "ruling",
        Verb.UPHOLD,
        WordsForm,
        _("%(what)s: the dispute was answered and closed."),
        done_with=True,
    ),
    DeskAction("reopening", Verb.REOPEN, WordsForm, _("%(what)s: open again.")),
    DeskAction("comments", Verb.COMMENT, Comment, COMMENTED, repeated.comment),
    DeskAction("notes", Verb.COMMENT, Note, NOTED, repeated.comment),
    DeskAction(
        "clearance",
        Verb.CLEAR_DANGER,
        ActionForm,
        _("%(what)s: noted that it's not an emergency."),
    ),
    DeskAction(
        "reports-dismissal",
        Verb.DISMISS_REPORTS,
        Dismiss,
        _("%(what)s: noted that nothing is wrong."),
    ),
    DeskAction("hiding", Verb.HIDE, WordsForm, _("%(what)s: hidden from the public.")),
    DeskAction("showing", Verb.UNHIDE, ActionForm, _("%(what)s: public again.")),
    DeskAction("release", Verb.RELEASE, ActionForm, _("%(what)s: released."), done_with=True),
    DeskAction(
        "category", Verb.RECATEGORISE, Recategorise, _("It's now “%(category)s”."), in_menu=True
    ),
    DeskAction(
        "place", Verb.MOVE_PIN, MovePin, _("%(what)s: the location was corrected."), in_menu=True
    ),
    DeskAction(
        "priority",
        Verb.PRIORITISE,
        Prioritise,
        _("%(what)s: the priority is now “%(priority)s”."),
        in_menu=True,
    ),
    DeskAction(
        "transfer",
        Verb.TRANSFER,
        Transfer,
        _("%(what)s: closed and referred to %(agency)s."),
        done_with=True,
        in_menu=True,
    ),
]
