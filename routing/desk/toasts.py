"""The message about an agent's latest act, with the seconds left to undo it."""

from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from lib import clock
from lib.http import parse_number
from lib.lazy_text import LazyText
from requests_app.models import Contact, Event
from requests_app.status import Verb
from requests_app.workflow import is_undoable, seconds_to_undo, undo_period_seconds_left
from requests_app.workflow.verb_queries import exclude_quiet
from routing.desk.actions import ACTIONS, COMMENT_ADDED, NOTE_SAVED
from routing.desk.duplicate_warnings import describe_request

_MESSAGES: dict[str, LazyText] = {
    **{action.verb: action.done_message for action in ACTIONS},
    Verb.COMMENT: COMMENT_ADDED,
    Verb.REDACT: gettext_lazy("%(what)s: the text was replaced."),
    Verb.UNDO: gettext_lazy("%(what)s: undone."),
}

# The messages for acts on one photo or one text instead of the whole request.
_PHOTO_MESSAGES: dict[str, LazyText] = {
    Verb.HIDE: gettext_lazy("%(what)s: the photo is hidden from the public."),
    Verb.UNHIDE: gettext_lazy("%(what)s: the photo is public again."),
    Verb.REDACT: gettext_lazy("%(what)s: the photo’s public copies are being updated."),
}
_TEXT_MESSAGES: dict[str, LazyText] = {
    Verb.HIDE: gettext_lazy("%(what)s: the text is hidden from the public."),
    Verb.UNHIDE: gettext_lazy("%(what)s: the text is public again."),
}
# The messages for a question that is not sent to the reporter by email.
_QUESTION_NOT_EMAILED = gettext_lazy("%(what)s: question shown on the request’s page.")
_QUESTION_FOR_CALLER = gettext_lazy(
    "%(what)s: question shown on the request’s page. No email goes out. Call %(phone)s."
)


_RELATED = ("actor", "service_request__contact", "other_request", "words")


class Toast(NamedTuple):
    """The result of an act. `event` can be undone for `seconds` more, 0 for not at all."""

    event: Event
    message: str
    seconds: int

    @property
    def percent_left(self) -> int:
        """Return the share of the undo time that is left, from 0 to 100."""
        return round(100 * self.seconds / settings.SECONDS_TO_UNDO)


def build_toast(user: User, event_id: str) -> Toast | None:
    """Return the toast for this agent's own recent act; `event_id` is text from the URL.

    None for another person's act, for verbs without a message, and after the undo time. If the act
    itself cannot be undone (such as a note), the toast offers to undo the agent's act before it on
    the same request, and has both messages. Without such an act it has 0 seconds and no undo.
    """
    pk = parse_number(event_id)
    if pk is None:
        return None
    own = Event.objects.filter(pk=pk, actor=user)
    event = own.select_related(*_RELATED).first()
    if event is None or event.verb not in _MESSAGES:
        return None
    left = undo_period_seconds_left(event.at)
    if not left:
        return None
    if is_undoable(event):
        return Toast(event, _format_message(event), left)
    if pending := _find_undoable_before(event):
        return Toast(
            pending,
            f"{_format_message(event)} {_format_message(pending)}",
            undo_period_seconds_left(pending.at),
        )
    return Toast(event, _format_message(event), 0)


def _find_undoable_before(event: Event) -> Event | None:
    """Return the actor's latest undoable event before `event` on the same request, or None.

    Acts that a later event prevents from being undone are passed over.
    """
    earlier = Event.objects.filter(
        service_request=event.service_request_id,
        actor=event.actor,
        pk__lt=event.pk,
        at__gt=clock.now() - timedelta(seconds=settings.SECONDS_TO_UNDO),
        undone_by=None,
    ).select_related(*_RELATED)
    for act in earlier.order_by("-pk"):
        if act.verb in _MESSAGES and seconds_to_undo(act) and not _has_blocking_event(act):
            return act
    return None


def _has_blocking_event(act: Event) -> bool:
    """Return True if a later event prevents the undo of `act`.

    Quiet events and those that `act` caused do not. Nothing prevents the undo of a comment.
    """
    if act.verb == Verb.COMMENT:
        return False
    later = exclude_quiet(Event.objects).filter(
        service_request=act.service_request_id, pk__gt=act.pk
    )
    return later.exclude(caused_by=act).exists()


def _choose_message(event: Event, contact: Contact | None) -> LazyText:
    """Return the message of the event's verb, with placeholders.

    Comments, notes, questions without email, and acts on a photo or text have messages of their
    own.
    """
    if event.verb == Verb.COMMENT and event.words.public_from:
        return _("%(what)s: your reply becomes public in %(seconds)s seconds.")
    if event.verb == Verb.COMMENT and not event.words.is_public:
        return NOTE_SAVED
    if event.verb == Verb.ASK and not (contact and contact.can_receive_email):
        return _QUESTION_FOR_CALLER if contact and contact.phone else _QUESTION_NOT_EMAILED
    said: dict[str, LazyText] = {}
    if event.subject_photo_id:
        said = _PHOTO_MESSAGES
    elif event.subject_comment_id:
        said = _TEXT_MESSAGES
    return said.get(event.verb, _MESSAGES[event.verb])


def _format_message(event: Event) -> str:
    """Return the message about the event with its placeholders filled."""
    row, other = event.service_request, event.other_request
    contact = getattr(row, "contact", None)
    return _choose_message(event, contact) % {
        "what": describe_request(row),
        "category": row.category.name,
        "phone": contact.phone if contact else "",
        "seconds": undo_period_seconds_left(event.at),
        "priority": row.get_priority_display(),
        "department": event.department.name if event.department else _("the desk"),
        "agency": row.agency.name if row.agency else _("another agency"),
        "other": f"{other.reference} ({describe_request(other)})" if other else "",
    }
