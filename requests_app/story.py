"""What happened to a request, told to its three audiences in plain sentences.

The reporter reads "you"; others read what is public; staff read who did it and internal notes.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto

from django.utils.translation import gettext as _

from city.models import (
    Agency,
    Category,
    HandBackReason,
    HoldReason,
    ResolutionCode,
    RouteReason,
)
from city.names import name_of
from requests_app import promises, proofs
from requests_app.models import Event, Photo
from requests_app.models.event import FOLLOWER
from requests_app.status import Reminder, Status, Verb
from santa311.lib import clock


class Audience(Enum):
    REPORTER = auto()
    OTHERS = auto()
    STAFF = auto()


@dataclass
class Line:
    """One sentence of the story. `quote` are words somebody wrote, `why` a reason from a list."""

    event: Event
    text: str
    icon: str
    why: str = ""
    quote: str = ""
    is_internal: bool = False
    photos: list = field(default_factory=list)

    @property
    def at(self) -> datetime:
        return self.event.at

    @property
    def said(self) -> str:
        return clock.said(self.event.at)


@dataclass
class Stretch:
    """Who held the request from `since` to `until` (None: still), and why it moved on."""

    holder: str
    since: datetime
    until: datetime | None = None
    moved: str = ""

    @property
    def seconds(self) -> float:
        return ((self.until or clock.now()) - self.since).total_seconds()

    @property
    def lasted(self) -> str:
        if self.until:
            return clock.span(self.until - self.since)
        return _("since %(when)s") % {"when": clock.said(self.since)}


def events_of(service_request) -> list[Event]:
    """The log, oldest first, with what the story needs, in three queries."""
    events = service_request.events.select_related(
        "department",
        "actor",
        "assignee",
        "words",
        "other_request",
        "subject_comment",
        "completion__no_photo_reason",
    ).prefetch_related("photos")
    return list(events.order_by("pk"))


def timeline(events, audience) -> list[Line]:
    """The story's lines, newest first. `events` are oldest first, as `events_of` gives them."""
    if audience is not Audience.STAFF:
        events = standing(events)
    moved = {move.event_id: move for move in promises.moves(events)}
    lines = (_line(event, audience, moved.get(event.pk)) for event in events)
    return [line for line in lines if line is not None][::-1]


def standing(events) -> list[Event]:
    """The events that were not taken back, nor caused by one that was."""
    undone = {event.undoes_id for event in events if event.undoes_id}
    return [
        event
        for event in events
        if event.pk not in undone and event.caused_by_id not in undone and not event.undoes_id
    ]


def custody(events, service_request) -> list[Stretch]:
    """Who has had it, oldest first. The last stretch ends where the request was closed."""
    stretches = []
    holder = object()
    for event in standing(events):
        if event.department_id != holder:
            if stretches:
                stretches[-1].until = event.at
                stretches[-1].moved = _why(event)
            stretches.append(Stretch(_holder_name(event.department), event.at))
            holder = event.department_id
    if stretches and service_request.status == Status.CLOSED:
        stretches[-1].until = service_request.closed_at
    return stretches


def holder_name(service_request) -> str:
    return _holder_name(service_request.department)


def _holder_name(department) -> str:
    return department.name if department else _("311 desk")


def _why(event) -> str:
    """Why the request moved with this event: a reason of the city's list, or someone's words."""
    listed = {Verb.ROUTE: RouteReason, Verb.HAND_BACK: HandBackReason}.get(event.verb)
    if listed and event.code:
        return name_of(listed, event.code)
    return _body(event) if event.verb in {Verb.ROUTE, Verb.DISPUTE, Verb.REOPEN} else ""


def _line(event, audience, moved):
    tell = _SENTENCES.get(event.verb)
    if tell is None or (event.verb in _STAFF_ONLY and audience is not Audience.STAFF):
        return None
    words = getattr(event, "words", None)
    internal = words is not None and not words.is_public
    author_is_told = event.verb in {Verb.HIDE, Verb.REDACT} and audience is Audience.REPORTER
    if internal and audience is not Audience.STAFF and not author_is_told:
        return None
    text, icon = tell(event, audience)
    if moved:
        text = f"{text} {_moved_to(moved)}"
    return Line(
        event=event,
        text=text,
        icon=icon,
        why=_reason(event) if audience is not Audience.STAFF else _reason_and_proof(event),
        quote=_body(event, see_hidden=audience is Audience.STAFF),
        is_internal=internal,
        photos=[photo for photo in event.photos.all() if _shows(photo, audience)],
    )


def _moved_to(move) -> str:
    days = {"now": clock.said_day(move.now), "was": clock.said_day(move.was)}
    return _("It is now expected by %(now)s instead of %(was)s.") % days


def _shows(photo, audience) -> bool:
    return photo.state != Photo.State.UNREADABLE and (
        not photo.is_hidden or audience is Audience.STAFF
    )


def _body(event, see_hidden=False) -> str:
    words = getattr(event, "words", None)
    if words is None:
        return ""
    if words.is_hidden and not see_hidden:
        return _("The city has hidden these words.")
    return words.body


def _reason(event) -> str:
    if not event.code:
        return ""
    listed = {
        Verb.ROUTE: RouteReason,
        Verb.HAND_BACK: HandBackReason,
        Verb.HOLD: HoldReason,
        Verb.COMPLETE: ResolutionCode,
    }.get(event.verb)
    return name_of(listed, event.code) if listed else ""


def _reason_and_proof(event) -> str:
    """What staff read beside a reason: where work was proved, and their own word on it."""
    completion = getattr(event, "completion", None)
    if completion is None:
        return _reason(event)
    own = f"“{completion.proof_reason}”" if completion.proof_reason else ""
    return ". ".join(filter(None, [_reason(event), proofs.said(completion), own]))


def _who(event, audience) -> str:
    """The desk or the department; staff see the person."""
    return _desk(event, audience) if event.actor.is_agent else _person_or(event, audience)


def _holder(event) -> str:
    return _holder_name(event.department)


def _desk(event, audience) -> str:
    if audience is Audience.STAFF and event.actor:
        return event.actor.get_full_name() or event.actor.get_username()
    return "311"


def _filed(event, audience):
    if audience is Audience.REPORTER and event.device_id:
        return _("You reported it."), "send"
    if event.actor_id:
        return _("A caller reported it to 311."), "phone"
    return _("It was reported."), "send"


def _routed(event, audience):
    to = _holder(event)
    if event.rule:
        rule = f" ({event.rule})" if audience is Audience.STAFF else ""
        return _("It went straight to %(department)s.") % {"department": to} + rule, "route"
    who = _desk(event, audience)
    return _("%(who)s sent it to %(department)s.") % {"who": who, "department": to}, "route"


def _handed_back(event, audience):
    return _("%(who)s handed it back to 311.") % {"who": _person_or(event, audience)}, "undo"


def _person_or(event, audience):
    """The person for staff; for residents the department that held it, never a name."""
    if audience is Audience.STAFF and event.actor:
        return event.actor.get_full_name() or event.actor.get_username()
    return _("The department") if event.department_id is None else _holder(event)


def _assigned(event, audience):
    if event.assignee is None:
        return _("Nobody has the job now."), "user"
    name = event.assignee.get_full_name() or event.assignee.get_username()
    return _("%(name)s has the job now.") % {"name": name}, "user"


def _scheduled(event, audience):
    day = clock.said_day(event.day)
    who = _person_or(event, audience)
    return _("%(who)s planned the work for %(day)s.") % {"who": who, "day": day}, "calendar"


def _started(event, audience):
    if audience is Audience.STAFF:
        return _("%(who)s started work.") % {"who": _person_or(event, audience)}, "wrench"
    return _("A crew from %(department)s started work.") % {"department": _holder(event)}, "wrench"


def _held(event, audience):
    return _("%(who)s put it on hold.") % {"who": _person_or(event, audience)}, "pause"


def _asked(event, audience):
    if audience is Audience.REPORTER:
        return _("%(who)s asked you a question.") % {"who": _who(event, audience)}, "ask"
    return _("%(who)s asked the reporter a question.") % {"who": _who(event, audience)}, "ask"


def _answered(event, audience):
    if not event.device_id and not event.actor_id:
        return _("No answer came, so it goes on without one."), "clock"
    return _by_reporter(event, audience, _("You answered."), _("The reporter answered.")), "ask"


def _by_reporter(event, audience, to_them, to_others):
    """An agent may have done it for a caller; then the story says so."""
    if event.on_behalf:
        return to_others + " " + _("(311 noted it for them.)")
    return to_them if audience is Audience.REPORTER else to_others


def _question_cancelled(event, audience):
    return _("The question was taken back."), "ask"


def _completed(event, audience):
    who = _person_or(event, audience)
    return _("%(who)s finished the work.") % {"who": who}, "check-circle"


def _confirmed(event, audience):
    to_them = _("You said it is fixed.")
    return _by_reporter(event, audience, to_them, _("The reporter said it is fixed.")), "check"


def _disputed(event, audience):
    if event.code == FOLLOWER:
        return _("A neighbor said it is not fixed."), "flag"
    to_them = _("You said it is not fixed.")
    return _by_reporter(event, audience, to_them, _("A resident said it is not fixed.")), "flag"


def _upheld(event, audience):
    who = _who(event, audience)
    return _("%(who)s looked at it again and answered.") % {"who": who}, "building"


def _reopened(event, audience):
    return _("%(who)s opened it again.") % {"who": _who(event, audience)}, "undo"


def _closed_unanswered(event, audience):
    return _("Nobody said whether it is fixed, so it was closed."), "clock"


def _declined(event, audience):
    return _("%(who)s closed it: it is not a matter for the city.") % {
        "who": _desk(event, audience)
    }, "x-circle"


def _duplicate(event, audience):
    return _("It is the same as %(reference)s, whose news you will hear.") % {
        "reference": event.other_request.reference
    }, "merge"


def _transferred(event, audience):
    name = name_of(Agency, event.code)
    return _("%(who)s passed it to %(agency)s.") % {
        "who": _desk(event, audience),
        "agency": name,
    }, "right"


def _withdrawn(event, audience):
    if event.status_after != Status.CLOSED:
        return _("The reporter stepped back; others still follow it."), "undo"
    to_them = _("You took it back.")
    return _by_reporter(event, audience, to_them, _("The reporter took it back.")), "undo"


def _commented(event, audience):
    if event.device_id:
        return _("A resident wrote:"), "ask"
    return _("%(who)s wrote:") % {"who": _who(event, audience)}, "ask"


def _recategorised(event, audience):
    name = name_of(Category, event.code)
    return _("%(who)s changed what it is to “%(category)s”.") % {
        "who": _desk(event, audience),
        "category": name,
    }, "list"


def _moved(event, audience):
    return _("%(who)s corrected the place.") % {"who": _desk(event, audience)}, "pin"


def _prioritised(event, audience):
    if event.code == "urgent":
        return _("%(who)s made it urgent.") % {"who": _desk(event, audience)}, "alert"
    return _("%(who)s made it a normal priority.") % {"who": _desk(event, audience)}, "alert"


def _subject(event) -> str:
    if event.subject_photo_id:
        return _("a photo")
    return _("some words") if event.subject_comment_id else _("the request")


def _hidden(event, audience):
    return _("%(who)s hid %(what)s.") % {
        "who": _desk(event, audience),
        "what": _subject(event),
    }, "eye"


def _shown(event, audience):
    return _("%(who)s showed %(what)s again.") % {
        "who": _desk(event, audience),
        "what": _subject(event),
    }, "eye"


def _redacted(event, audience):
    return _("%(who)s blacked out part of %(what)s.") % {
        "who": _desk(event, audience),
        "what": _subject(event),
    }, "eye"


def _undone(event, audience):
    return _("%(who)s took that back.") % {"who": _desk(event, audience)}, "undo"


def _reminded(event, audience):
    words = {
        Reminder.SOON: _("%(holder)s was reminded: it is due soon."),
        Reminder.LATE: _("It is late. The supervisor was told."),
        Reminder.TWICE_LATE: _("It is late by as long again as was promised. The city was told."),
    }[event.code]
    return words % {"holder": _holder(event)}, "bell"


def _imported(event, audience):
    return _("Opened and closed in an older system."), "inbox"


_STAFF_ONLY = frozenset({Verb.ASSIGN, Verb.PRIORITISE, Verb.UNHIDE, Verb.UNDO, Verb.REMIND})

# Following is private: it has no sentence.
_SENTENCES = {
    Verb.FILE: _filed,
    Verb.IMPORT_CLOSED: _imported,
    Verb.ROUTE: _routed,
    Verb.HAND_BACK: _handed_back,
    Verb.ASSIGN: _assigned,
    Verb.SCHEDULE: _scheduled,
    Verb.START: _started,
    Verb.HOLD: _held,
    Verb.ASK: _asked,
    Verb.ANSWER: _answered,
    Verb.CANCEL_QUESTION: _question_cancelled,
    Verb.COMPLETE: _completed,
    Verb.CONFIRM: _confirmed,
    Verb.DISPUTE: _disputed,
    Verb.UPHOLD: _upheld,
    Verb.REOPEN: _reopened,
    Verb.CLOSE_UNANSWERED: _closed_unanswered,
    Verb.DECLINE: _declined,
    Verb.MARK_DUPLICATE: _duplicate,
    Verb.TRANSFER: _transferred,
    Verb.WITHDRAW: _withdrawn,
    Verb.COMMENT: _commented,
    Verb.RECATEGORISE: _recategorised,
    Verb.MOVE_PIN: _moved,
    Verb.PRIORITISE: _prioritised,
    Verb.HIDE: _hidden,
    Verb.UNHIDE: _shown,
    Verb.REDACT: _redacted,
    Verb.REMIND: _reminded,
    Verb.UNDO: _undone,
}
