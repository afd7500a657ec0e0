"""What an agent has just done, in one line, with the time left to take it back."""

from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lib import clock
from lib.http import as_number
from requests_app.models import Event
from requests_app.status import Verb
from requests_app.workflow import is_undoable, seconds_to_undo, undo_period_seconds_left
from requests_app.workflow.verbs import exclude_quiet
from routing.desk.actions import ACTIONS, COMMENTED, NOTED
from routing.desk.originals import what_and_where

_SAID = {action.verb: action.done_message for action in ACTIONS} | {
    Verb.COMMENT: COMMENTED,
    Verb.REDACT: gettext_lazy("%(what)s: the text was replaced."),
    Verb.UNDO: gettext_lazy("%(what)s: undone."),
}

# Where it was done to one photo, or to somebody's words, and not to the whole request.
_SAID_OF_PHOTO = {
    Verb.HIDE: gettext_lazy("%(what)s: the photo is hidden from the public."),
    Verb.UNHIDE: gettext_lazy("%(what)s: the photo is public again."),
    Verb.REDACT: gettext_lazy("%(what)s: the photo’s public copies are being updated."),
}
_SAID_OF_WORDS = {
    Verb.HIDE: gettext_lazy("%(what)s: the text is hidden from the public."),
    Verb.UNHIDE: gettext_lazy("%(what)s: the text is public again."),
}
# Where no email tells the reporter of a question.
_SHOWN = gettext_lazy("%(what)s: question shown on the request’s page.")
_SHOWN_TO_CALLER = gettext_lazy(
    "%(what)s: question shown on the request’s page. No email goes out. Call %(phone)s."
)


_RELATED = ("actor", "service_request__contact", "other_request", "words")


class Toast(NamedTuple):
    """The result of an act, in `words`; `event` can be undone for `seconds`, 0 if it cannot."""

    event: Event
    words: str
    seconds: int

    @property
    def left(self) -> int:
        """The share of the time that is left, of 100."""
        return round(100 * self.seconds / settings.SECONDS_TO_UNDO)


def toast_for(user, event_id) -> Toast | None:
    """Return the toast for this agent's own recent act with the id `event_id` (text).

    None for an act of somebody else or of before half a minute. An act that cannot be undone, such
    as a note, leaves the Undo of what the agent did just before to the same request.
    """
    pk = as_number(event_id)
    if pk is None:
        return None
    own = Event.objects.filter(pk=pk, actor=user)
    event = own.select_related(*_RELATED).first()
    if event is None or event.verb not in _SAID:
        return None
    left = undo_period_seconds_left(event)
    if not left:
        return None
    if is_undoable(event):
        return Toast(event, _words(event), left)
    if pending := _find_undoable_before(event):
        return Toast(
            pending, f"{_words(event)} {_words(pending)}", undo_period_seconds_left(pending)
        )
    return Toast(event, _words(event), 0)


def _find_undoable_before(event: Event) -> Event | None:
    """Return the last act before `event` that its actor can still undo, on the same request."""
    earlier = Event.objects.filter(
        service_request=event.service_request_id,
        actor=event.actor,
        pk__lt=event.pk,
        at__gt=clock.now() - timedelta(seconds=settings.SECONDS_TO_UNDO),
        undone_by=None,
    ).select_related(*_RELATED)
    for act in earlier.order_by("-pk"):
        if act.verb in _SAID and seconds_to_undo(act) and not _is_followed(act):
            return act
    return None


def _is_followed(act: Event) -> bool:
    """Return whether a later event forbids to undo `act`; of replies none does."""
    if act.verb == Verb.COMMENT:
        return False
    later = exclude_quiet(Event.objects).filter(
        service_request=act.service_request_id, pk__gt=act.pk
    )
    return later.exclude(caused_by=act).exists()


def _said(event, contact) -> str | Promise:
    if event.verb == Verb.COMMENT and event.words.public_from:
        return _("%(what)s: your reply becomes public in %(seconds)s seconds.")
    if event.verb == Verb.COMMENT and not event.words.is_public:
        return NOTED
    if event.verb == Verb.ASK and not (contact and contact.takes_email):
        return _SHOWN_TO_CALLER if contact and contact.phone else _SHOWN
    said = {}
    if event.subject_photo_id:
        said = _SAID_OF_PHOTO
    elif event.subject_comment_id:
        said = _SAID_OF_WORDS
    return said.get(event.verb, _SAID[event.verb])


def _words(event) -> str:
    row, other = event.service_request, event.other_request
    contact = getattr(row, "contact", None)
    return _said(event, contact) % {
        "what": what_and_where(row),
        "category": row.category.name,
        "phone": contact.phone if contact else "",
        "seconds": undo_period_seconds_left(event),
        "priority": row.get_priority_display(),
        "department": event.department.name if event.department else _("the desk"),
        "agency": row.agency.name if row.agency else _("another agency"),
        "other": f"{other.reference} ({what_and_where(other)})" if other else "",
    }
