"""The sentence of each verb for the timeline, by audience. VERBS maps verbs to sentences."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from city import danger
from city.models import Agency, Category
from city.names import find_entry_name
from lib import clock
from requests_app.models.choices import Priority
from requests_app.models.event import FOLLOWER_CODE, Event
from requests_app.models.photo import Photo
from requests_app.permissions import Audience
from requests_app.status import ForgetReason, Reminder, Status
from requests_app.workflow.actor_names import actor_name, crew_name, desk_name, holder_name


@dataclass(frozen=True)
class Sentence:
    """A text with placeholders (`who`, and the keys of _FACT_GETTERS) and an icon.

    `name_actor` returns the value of `who`.
    """

    words: str | Promise
    icon: str
    name_actor: Callable[[Event, Audience], str] = actor_name


desk_sentence, crew_sentence = (
    partial(Sentence, name_actor=desk_name),
    partial(Sentence, name_actor=crew_name),
)

type SentenceOfVerb = Sentence | Callable[[Event, Audience], Sentence]
"""A sentence for all audiences, or a function that chooses one."""


def format_sentence(sentence: SentenceOfVerb, event: Event, audience: Audience) -> tuple[str, str]:
    """Return (sentence for this audience with its placeholders filled in, icon name)."""
    chosen = sentence if isinstance(sentence, Sentence) else sentence(event, audience)
    return chosen.words % _EventFacts(event, audience, chosen.name_actor), chosen.icon


class _EventFacts(dict):
    """The values of a sentence's placeholders, computed only if the sentence has them."""

    def __init__(
        self, event: Event, audience: Audience, name_actor: Callable[[Event, Audience], str]
    ) -> None:
        super().__init__()
        self.event, self.audience, self.name_actor = event, audience, name_actor

    def __missing__(self, name: str) -> object:
        """Return the value of a placeholder. Raise KeyError for an unknown name."""
        return (
            self.name_actor(self.event, self.audience)
            if name == "who"
            else _FACT_GETTERS[name](self.event)
        )


def _format_subject(event: Event) -> str:
    """Return what was hidden or redacted: a photo, some text, or the whole request."""
    if event.subject_photo_id:
        return _("a photo")
    return _("some text") if event.subject_comment_id else _("the request")


def _count_photos_without_words(event: Event) -> int:
    """Return how many photos the event has, at least 1; 0 if it has a comment with words.

    The number of photos deleted later is unknown, hence the 1.
    """
    return 0 if event.comment else max(1, len(event.photos.all()))


def _format_planned_day(event: Event) -> str:
    """Return the planned day, relative (“tomorrow”) only if the event is of today."""
    is_of_today = clock.localtime(event.at).date() == clock.today()
    return (
        clock.format_relative_date(event.day)
        if is_of_today
        else clock.format_absolute_date(event.day)
    )


_PART_NAMES = {
    "category": gettext_lazy("the kind of request"),
    "location": gettext_lazy("the location"),
    "answers": gettext_lazy("the answers"),
    "words": gettext_lazy("the description"),
    "photos": gettext_lazy("the photos"),
    "visibility": gettext_lazy("who can see it"),
}


def _format_corrected_parts(event: Event) -> str:
    """Return the corrected parts as a translated list, such as “the location and the photos”."""
    return get_text_list([str(_PART_NAMES[part]) for part in event.code.split()], _("and"))


_FACT_GETTERS = {
    "what": _format_subject,
    "parts": _format_corrected_parts,
    "n": _count_photos_without_words,
    "department": holder_name,
    "holder": holder_name,
    "name": lambda event: event.key.name if event.key_id else event.assignee.full_name,
    "rule": lambda event: event.rule,
    "reference": lambda event: event.other_request.reference,
    "day": _format_planned_day,
    "category": lambda event: find_entry_name(Category, event.code),
    "agency": lambda event: find_entry_name(Agency, event.code),
    "kind": lambda event: danger.kind_name(event.code),
    "reason": lambda event: dict(ForgetReason.choices).get(event.code, event.code),
}


def filed_sentence(event: Event, audience: Audience) -> Sentence:
    """Return who reported it: “you”, a caller of 311, an API key by name, or nobody by name."""
    if audience is Audience.REPORTER and event.device_id:
        return Sentence(_("You reported it."), "send")
    if event.actor_id:
        return Sentence(_("Someone called 311 to report it."), "phone")
    if event.key_id:
        return Sentence(_("It was reported through %(name)s."), "send")
    return Sentence(_("It was reported."), "send")


def corrected_sentence(event: Event, audience: Audience) -> Sentence:
    """Return which parts the reporter corrected; for staff, introduce the earlier description."""
    if audience is Audience.REPORTER:
        return Sentence(_("You corrected %(parts)s."), "list")
    if audience is Audience.STAFF and event.comment:
        words = _("The person who reported it corrected %(parts)s. The description was:")
    else:
        words = _("The person who reported it corrected %(parts)s.")
    return Sentence(words, "list")


def routed_sentence(event: Event, audience: Audience) -> Sentence:
    """Return that it was sent to the department; by a rule, which only staff see by name."""
    if event.rule:
        rule = " (%(rule)s)" if audience is Audience.STAFF else ""
        return desk_sentence(_("It went straight to %(department)s.") + rule, "route")
    return desk_sentence(_("%(who)s sent it to %(department)s."), "route")


def assigned_sentence(event: Event, audience: Audience) -> Sentence:
    """Return to whom the job is assigned by name, or that it is unassigned."""
    if event.assignee is None:
        return Sentence(_("The job is unassigned."), "user")
    return Sentence(_("The job is assigned to %(name)s."), "user")


def started_sentence(event: Event, audience: Audience) -> Sentence:
    """Return that work started: the person for staff, a crew of the department for others."""
    if audience is Audience.STAFF:
        return crew_sentence(_("%(who)s started work."), "wrench")
    return crew_sentence(_("A crew from %(department)s started work."), "wrench")


def asked_sentence(event: Event, audience: Audience) -> Sentence:
    """Return that a question was asked of “you” or of the person who reported it."""
    if audience is Audience.REPORTER:
        return Sentence(_("%(who)s asked you a question."), "ask")
    return Sentence(_("%(who)s asked the person who reported it a question."), "ask")


def answered_sentence(event: Event, audience: Audience) -> Sentence:
    """Return that the reporter answered, or for SYSTEM that no answer came."""
    if not event.device_id and not event.actor_id:
        return Sentence(_("No answer came, so work continues without it."), "clock")
    return _reporter_sentence(
        event, audience, "ask", _("You answered."), _("The person who reported it answered.")
    )


def _reporter_sentence(
    event: Event, audience: Audience, icon: str, to_them: str, to_others: str
) -> Sentence:
    """Return `to_them` for the reporter and `to_others` for others, marked if an agent acted."""
    if event.on_behalf:
        return Sentence(to_others + " " + _("(311 entered this for them.)"), icon)
    return Sentence(to_them if audience is Audience.REPORTER else to_others, icon)


def handed_over_sentence(event: Event, audience: Audience) -> Sentence:
    """Return that a crew worked on it before it moved; other readers only learn of its photos."""
    if audience is not Audience.STAFF:
        return crew_sentence(_("A crew that worked on it sent photos."), "camera")
    return crew_sentence(_("%(who)s worked on it before it moved, and sent this:"), "camera")


def confirmed_sentence(event: Event, audience: Audience) -> Sentence:
    """Return that the reporter said it is fixed; “you” for the reporter."""
    to_them = _("You said it's fixed.")
    return _reporter_sentence(
        event, audience, "check", to_them, _("The person who reported it said it's fixed.")
    )


def disputed_sentence(event: Event, audience: Audience) -> Sentence:
    """Return that the reporter, or a neighbor for FOLLOWER_CODE, said it is not fixed."""
    if event.code == FOLLOWER_CODE:
        return Sentence(_("A neighbor said it's not fixed."), "flag")
    to_them = _("You said it's not fixed.")
    return _reporter_sentence(
        event, audience, "flag", to_them, _("A resident said it's not fixed.")
    )


def duplicate_sentence(event: Event, audience: Audience) -> Sentence:
    """Return that it is the same as another request.

    The other request's reference is given to staff, and to others if the original is public.
    """
    original = event.other_request
    if audience is not Audience.STAFF and not (original and original.is_public):
        return Sentence(
            _("It's the same as another request. You'll get updates on that one."), "merge"
        )
    return Sentence(_("It's the same as %(reference)s. You'll get updates on that one."), "merge")


def withdrawn_sentence(event: Event, audience: Audience) -> Sentence:
    """Return that the reporter canceled it, or that others still follow it."""
    if event.status_after != Status.CLOSED:
        return Sentence(_("The person who reported it canceled. Others still follow it."), "undo")
    to_them = _("You canceled it.")
    return _reporter_sentence(
        event, audience, "undo", to_them, _("The person who reported it canceled it.")
    )


def comment_sentence(event: Event, audience: Audience) -> Sentence:
    """Return who wrote the quoted words, or who added photos if there are no words."""
    if n := _count_photos_without_words(event):
        return Sentence(_photos_added_text(event, n), "camera")
    if event.device_id:
        return Sentence(_("A resident wrote:"), "ask")
    if event.key_id:
        return Sentence(_("Someone wrote through %(name)s:"), "ask")
    if not event.actor_id:
        return Sentence(_("Noted automatically:"), "inbox")
    return Sentence(_("%(who)s wrote:"), "ask")


def reporter_comment_sentence(event: Event, audience: Audience) -> Sentence:
    """Return the sentence of a comment by the device that filed the request: “You wrote:”.

    Without words, it says how many photos were added.
    """
    if n := _count_photos_without_words(event):
        to_them = ngettext("You added a photo.", "You added %(n)s photos.", n)
        to_others = ngettext(
            "The person who reported it added a photo.",
            "The person who reported it added %(n)s photos.",
            n,
        )
        return _reporter_sentence(event, audience, "camera", to_them, to_others)
    return _reporter_sentence(
        event, audience, "ask", _("You wrote:"), _("The person who reported it wrote:")
    )


def _photos_added_text(event: Event, n: int) -> str:
    """Return who added `n` photos, by whether they are from before the work and by the actor."""
    if any(photo.kind == Photo.Kind.BEFORE for photo in event.photos.all()):
        return ngettext(
            "%(who)s added a photo from before the work.",
            "%(who)s added %(n)s photos from before the work.",
            n,
        )
    if event.device_id:
        return ngettext("A resident added a photo.", "A resident added %(n)s photos.", n)
    if event.key_id:
        return ngettext(
            "Someone added a photo through %(name)s.",
            "Someone added %(n)s photos through %(name)s.",
            n,
        )
    return ngettext("%(who)s added a photo.", "%(who)s added %(n)s photos.", n)


def prioritised_sentence(event: Event, audience: Audience) -> Sentence:
    """Return that the desk made it urgent or changed it to normal priority."""
    if event.code == Priority.URGENT:
        return desk_sentence(_("%(who)s made it urgent."), "alert")
    return desk_sentence(_("%(who)s changed it to normal priority."), "alert")


def flagged_sentence(event: Event, audience: Audience) -> Sentence:
    """Return that it was marked as urgent; only staff read the kind of danger."""
    if audience is not Audience.STAFF:
        return Sentence(_("We marked this as urgent."), "alert")
    return Sentence(_("A possible emergency (%(kind)s) made it urgent."), "alert")


def reminded_sentence(event: Event, audience: Audience) -> Sentence:
    """Return who was reminded at the event's step. Raise ValueError for an unknown step."""
    words = {
        Reminder.SOON: _("%(holder)s was reminded: it's due soon."),
        Reminder.LATE: _("It's late. The supervisor was notified."),
        Reminder.TWICE_LATE: _("It has taken twice the target time. The 311 lead was notified."),
    }[Reminder(event.code)]
    return Sentence(words, "bell")


def date_moved_sentence(event: Event, audience: Audience) -> Sentence:
    """Return the reason; the line of the timeline adds the new date."""
    return Sentence(_("The city's holidays or working days changed."), "calendar")


def imported_sentence(event: Event, audience: Audience) -> Sentence:
    """Return the fixed sentence that it was opened and closed in a previous system."""
    return Sentence(_("Opened and closed in a previous system."), "inbox")
