"""The lines of the timeline, and which of them an audience reads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from lib import clock
from requests_app.deadlines import expected_date
from requests_app.deadlines.expected_date import DateChange
from requests_app.mentions import TextPart, split_notes
from requests_app.models import Event, Photo
from requests_app.models.event import FOLLOWER_CODE
from requests_app.permissions import Audience, may_read_comment, may_see_content
from requests_app.status import Status, Verb
from requests_app.timeline.comments import comment_text, reason_and_proof, reason_name
from requests_app.timeline.events import exclude_undone
from requests_app.workflow.sentences import format_sentence, reporter_comment_sentence
from requests_app.workflow.verb_queries import QUIET_VERBS
from requests_app.workflow.verbs import VERBS

# The verbs that end an open question while the request stays open.
VERBS_ENDING_QUESTION = frozenset({Verb.ROUTE, Verb.HAND_BACK})
# Everyone reads the sentences of these verbs, only staff the comment.
_STAFF_READ_WORDS = frozenset({Verb.HAND_OVER, Verb.CORRECT})


@dataclass
class TimelineLine:
    """An event in the timeline.

    `also` is a second sentence, `reason` one from a list, `quote` a person's words. `parts` are
    those of an internal note that may name people. `is_waiting`: the reply is not published yet, so
    only staff read it.
    """

    event: Event
    sentence: str
    icon: str
    also: str = ""
    reason: str = ""
    quote: str = ""
    parts: list[TextPart] = field(default_factory=list)
    is_internal: bool = False
    is_waiting: bool = False
    photos: list[Photo] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Return the sentence and the second one."""
        return f"{self.sentence} {self.also}".rstrip()

    @property
    def at(self) -> datetime:
        return self.event.at

    @property
    def iso(self) -> str:
        """Return the time in ISO format.

        Return only the day for the event of an imported request, since its hour is unknown.
        """
        local = clock.localtime(self.event.at)
        return (local.date() if self.event.verb == Verb.IMPORT_CLOSED else local).isoformat()

    @property
    def time_text(self) -> str:
        """Return the time relative to now; for an imported request, the absolute day."""
        if self.event.verb == Verb.IMPORT_CLOSED:
            return clock.format_absolute_date(clock.localtime(self.event.at).date())
        return clock.format_relative_datetime(self.event.at)


def build_timeline(events: Sequence[Event], audience: Audience) -> list[TimelineLine]:
    """Return the lines that the audience reads, newest first. `events` are oldest first."""
    if audience is not Audience.STAFF:
        events = exclude_undone(events)
    moved = {move.event_id: move for move in expected_date.find_date_changes(events)}
    heard = [event for event in events if _may_read_event(event, audience, events)]
    filed_by = _find_reporter_devices(events)
    built = (_build_line(event, audience, moved.get(event.pk), filed_by) for event in heard)
    lines = [line for line in built if line is not None][::-1]
    _split_notes(lines)
    return lines


def _split_notes(lines: Iterable[TimelineLine]) -> None:
    """Set the `parts` of internal notes by staff; the people are queried only if any are named."""
    notes = [each for each in lines if each.is_internal and each.event.verb == Verb.COMMENT]
    for line, parts in zip(notes, split_notes([each.quote for each in notes]), strict=True):
        line.parts = parts


def list_unseen_lines(events: Sequence[Event], seen: int) -> list[TimelineLine]:
    """Return the lines after the event `seen` for staff, oldest first.

    Events of quiet verbs and their undoing are left out.
    """
    quiet = {event.pk for event in events if event.verb in QUIET_VERBS}
    known = {event.pk for event in events if event.pk <= seen} | quiet
    later = [one for one in events if one.pk not in known and one.undoes_id not in quiet]
    return build_timeline(later, Audience.STAFF)[::-1]


def find_question_text(answer: TimelineLine, lines: Iterable[TimelineLine]) -> str:
    """Return the question that the line `answer` answers; "" for other lines.

    `lines` are newest first.
    """
    if answer.event.verb != Verb.ANSWER:
        return ""
    asked = (line for line in lines if line.event.verb == Verb.ASK)
    return next((line.quote for line in asked if line.event.pk < answer.event.pk), "")


def _may_read_event(event: Event, audience: Audience, events: Sequence[Event]) -> bool:
    """Return whether the audience reads the event.

    Internal comments are for staff, but a reporter reads why the reporter's content was hidden.
    Others read a handover if the desk shows a photo of it.
    """
    words = event.comment
    if audience is Audience.STAFF or event.verb == Verb.CORRECT:
        return True
    if event.verb == Verb.HAND_OVER:
        return any(not photo.is_hidden for photo in event.photos.all())
    if words is None or may_read_comment(audience, words):
        return True
    is_told = event.verb in {Verb.HIDE, Verb.REDACT} and audience is Audience.REPORTER
    return is_told and _is_by_reporter(event, events)


def _is_by_reporter(event: Event, events: Sequence[Event]) -> bool:
    """Return whether the reporter wrote or took the hidden content, as far as the log tells.

    Always True for the description and the whole request. A comment, and a follower's dispute, must
    come from a device that filed the request.
    """
    if not (event.subject_photo_id or event.subject_comment_id):
        return True
    came = next((each for each in events if _is_source_of(each, event)), None)
    if came is None or came.verb == Verb.FILE or came.on_behalf:
        return came is not None
    if came.device_id is None:
        return False
    may_be_a_followers = came.verb == Verb.COMMENT or came.code == FOLLOWER_CODE
    return came.device_id in _find_reporter_devices(events) or not may_be_a_followers


def _find_reporter_devices(events: Sequence[Event]) -> set[int]:
    """Return the ids of the devices that filed the request."""
    return {each.device_id for each in events if each.verb == Verb.FILE and each.device_id}


def _is_source_of(event: Event, hiding: Event) -> bool:
    """Return whether `event` brought the photo or comment that the event `hiding` hid."""
    if hiding.subject_comment_id:
        return hiding.subject_comment.event_id == event.pk
    return any(photo.pk == hiding.subject_photo_id for photo in event.photos.all())


def _build_line(
    event: Event, audience: Audience, moved: DateChange | None, filed_by: set[int]
) -> TimelineLine | None:
    """Return the line of an event; None if its verb has no sentence for the audience.

    `moved` is its change of the expected date, or None; `filed_by` are the ids of the
    reporter's devices.
    """
    spec = VERBS[Verb(event.verb)]
    if spec.sentence is None or (spec.staff_only and audience is not Audience.STAFF):
        return None
    is_reporters = event.verb == Verb.COMMENT and event.device_id in filed_by
    chosen = reporter_comment_sentence if is_reporters else spec.sentence
    words = event.comment
    internal = words is not None and not words.is_public and event.verb not in _STAFF_READ_WORDS
    sentence, icon = format_sentence(chosen, event, audience)
    overtakes = (
        event.verb in VERBS_ENDING_QUESTION and event.status_before == Status.AWAITING_RESIDENT
    )
    also = [_("The question is no longer open.")] if overtakes else []
    if moved:
        also.append(_format_date_change(moved))
    line = TimelineLine(
        event=event,
        sentence=sentence,
        icon=icon,
        also=" ".join(also),
        is_internal=internal or spec.staff_only or event.verb == Verb.HAND_OVER,
        is_waiting=not internal and words is not None and not words.is_published,
        photos=[photo for photo in event.photos.all() if _is_visible(photo, audience)],
    )
    if event.verb not in _STAFF_READ_WORDS or audience is Audience.STAFF:
        line.reason = (
            reason_name(event) if audience is not Audience.STAFF else reason_and_proof(event)
        )
        line.quote = comment_text(event, audience)
    return line


def _format_date_change(move: DateChange) -> str:
    """Return a sentence with the new and the earlier expected date."""
    days = {
        "now": clock.format_relative_date(move.new_date),
        "was": clock.format_relative_date(move.old_date),
    }
    return _("It's now expected by %(now)s instead of %(was)s.") % days


def _is_visible(photo: Photo, audience: Audience) -> bool:
    """Return whether the photo is readable, and not hidden unless the audience is staff."""
    return photo.state != Photo.State.UNREADABLE and (may_see_content(audience, photo))
