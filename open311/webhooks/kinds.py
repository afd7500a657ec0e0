"""The kinds of events that webhooks receive, by the verb of the event.

Other verbs cause no deliveries: assigning, reminding, following, and events that only staff read.
Requests that were imported as closed from an older system have no events for webhooks.
"""

from open311.models import EventKind
from requests_app.models import Event
from requests_app.status import Verb

EVENT_KINDS_OF_VERBS: dict[str, EventKind] = {
    Verb.FILE: EventKind.FILED,
    Verb.RELEASE: EventKind.FILED,  # the request was not public before
    Verb.ROUTE: EventKind.ROUTED,
    Verb.HAND_BACK: EventKind.HANDED_BACK,
    Verb.SCHEDULE: EventKind.SCHEDULED,
    Verb.START: EventKind.STARTED,
    Verb.HOLD: EventKind.ON_HOLD,
    Verb.ASK: EventKind.ASKED,
    Verb.ANSWER: EventKind.ANSWERED,
    Verb.CANCEL_QUESTION: EventKind.UPDATED,
    Verb.COMPLETE: EventKind.COMPLETED,
    Verb.REJECT_PROOF: EventKind.UPDATED,
    Verb.CONFIRM: EventKind.CONFIRMED,
    Verb.DISPUTE: EventKind.DISPUTED,
    Verb.UPHOLD: EventKind.CLOSED,
    Verb.CLOSE_UNANSWERED: EventKind.CLOSED,
    Verb.DECLINE: EventKind.CLOSED,
    Verb.MARK_DUPLICATE: EventKind.CLOSED,
    Verb.TRANSFER: EventKind.CLOSED,
    Verb.WITHDRAW: EventKind.CLOSED,
    Verb.REOPEN: EventKind.REOPENED,
    Verb.COMMENT: EventKind.COMMENTED,
    Verb.CORRECT: EventKind.UPDATED,
    Verb.RECATEGORISE: EventKind.UPDATED,
    Verb.MOVE_PIN: EventKind.UPDATED,
    Verb.MOVE_DATE: EventKind.UPDATED,
    Verb.HIDE: EventKind.UPDATED,
    Verb.UNHIDE: EventKind.UPDATED,
    Verb.REDACT: EventKind.UPDATED,
}
_HIDING_VERBS = {Verb.HIDE, Verb.RECATEGORISE, Verb.CORRECT}


def find_event_kind(event: Event) -> EventKind | None:
    """Return the kind under which webhooks get the event, or None if they do not get it.

    An event that made its request private or hidden is REMOVED; other events of a request that
    is not public give None.
    """
    if not event.service_request.is_public:
        return EventKind.REMOVED if _hides_request(event) else None
    if event.verb == Verb.COMMENT and not (event.comment and event.words.is_public):
        return None
    return EVENT_KINDS_OF_VERBS.get(event.verb)


def _hides_request(event: Event) -> bool:
    """Return True if the event made its request, which is not public now, private or hidden.

    True too if the former state is no longer known, after an hour: an unneeded removal is sent
    rather than none. False for an event on a photo or comment.
    """
    of_a_part = event.subject_photo_id or event.subject_comment_id
    if event.verb not in _HIDING_VERBS or of_a_part:
        return False
    if event.verb == Verb.CORRECT:
        return "visibility" in event.code.split()
    if not hasattr(event, "undo_point"):
        return True
    before = event.undo_point.columns
    return not before["is_private"] and not before["is_hidden"]
