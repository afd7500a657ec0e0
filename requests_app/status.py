"""The statuses, outcomes and verbs of a service request, with their texts for staff and residents.

Placeholders such as `{department}` are filled in by `requests_app.timeline.badge`.
"""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Status(TextChoices):
    FILED = "filed", _("New")
    ROUTED = "routed", _("Routed")
    SCHEDULED = "scheduled", _("Planned")
    IN_PROGRESS = "in_progress", _("Underway")
    AWAITING_RESIDENT = "awaiting_resident", _("Waiting for an answer")
    ON_HOLD = "on_hold", _("On hold")
    COMPLETED = "completed", _("Finished")
    DISPUTED = "disputed", _("Disputed")
    CLOSED = "closed", _("Closed")


class Outcome(TextChoices):
    CONFIRMED = "confirmed", _("Confirmed by the resident")
    UNANSWERED = "unanswered", _("No answer by the deadline")
    UPHELD = "upheld", _("Closed after a dispute")
    DECLINED = "declined", _("Declined")
    DUPLICATE = "duplicate", _("Duplicate")
    TRANSFERRED = "transferred", _("Referred")
    WITHDRAWN = "withdrawn", _("Canceled by the reporter")
    IMPORTED = "imported", _("Closed in a previous system")


class Verb(TextChoices):
    FILE = "file", _("File")
    IMPORT_CLOSED = "import_closed", _("Import")
    ROUTE = "route", pgettext_lazy("verb", "Route")
    HAND_BACK = "hand_back", _("Hand back")
    ASSIGN = "assign", _("Assign")
    SCHEDULE = "schedule", _("Plan")
    START = "start", _("Start work")
    HOLD = "hold", _("Put on hold")
    ASK = "ask", _("Ask the resident")
    ANSWER = "answer", _("Answer")
    CANCEL_QUESTION = "cancel_question", _("Cancel the question")
    COMPLETE = "complete", _("Finish")
    REJECT_PROOF = "reject_proof", _("Ask for another photo")
    HAND_OVER = "hand_over", _("Send work to the holder")
    CONFIRM = "confirm", _("Yes, fixed")
    DISPUTE = "dispute", _("No, not fixed")
    UPHOLD = "uphold", _("Close the dispute")
    REOPEN = "reopen", _("Reopen")
    CLOSE_UNANSWERED = "close_unanswered", _("Close without an answer")
    DECLINE = "decline", _("Decline")
    MARK_DUPLICATE = "mark_duplicate", _("Mark as duplicate")
    TRANSFER = "transfer", _("Refer to another agency")
    WITHDRAW = "withdraw", _("Cancel")
    CORRECT = "correct", _("Correct the report")
    COMMENT = "comment", _("Comment")
    RECATEGORISE = "recategorise", _("Change the category")
    MOVE_PIN = "move_pin", _("Move the pin")
    PRIORITISE = "prioritise", _("Change the priority")
    FLAG_DANGER = "flag_danger", _("Flag a possible emergency")
    CLEAR_DANGER = "clear_danger", _("Not an emergency")
    FOLLOW = "follow", _("Follow")
    UNFOLLOW = "unfollow", _("Stop following")
    HIDE = "hide", _("Hide")
    UNHIDE = "unhide", _("Show again")
    RELEASE = "release", pgettext_lazy("verb", "Release")
    REDACT = "redact", _("Redact")
    DISMISS_REPORTS = "dismiss_reports", _("Nothing wrong")
    REMIND = "remind", _("Remind")
    MOVE_DATE = "move_date", _("Move the expected date")
    UNDO = "undo", _("Undo")
    FORGET = "forget", _("Delete the reporter's details")


class ReviewReason(TextChoices):
    """The reason why staff review a new report before it is public or routed."""

    WORDS = "words", _("The same text from many people within an hour")
    PHOTO = "photo", _("The same photo from many within the hour")
    TRAP = "trap", _("Filled in a field that people don't see")
    NO_PROOF = "no_proof", _("Possible bot: sent without the browser check during heavy traffic")


class ForgetReason(TextChoices):
    """The reason why a reporter's details were deleted before the retention period ended."""

    ASKED = "asked", _("The reporter asked by email or on their device")
    CALLER = "caller", _("A caller asked, and we confirmed it's theirs")
    LETTER = "letter", _("It was asked for in writing")
    MISTAKE = "mistake", _("They belong to someone else, or were entered by mistake")


class Reminder(TextChoices):
    """The steps of REMIND in order. Each is taken once per due date."""

    SOON = "soon", _("Due soon")
    LATE = "late", _("Late")
    TWICE_LATE = "twice_late", _("Twice the target time")


WORKABLE_STATUSES = frozenset(
    {Status.ROUTED, Status.SCHEDULED, Status.IN_PROGRESS, Status.ON_HOLD, Status.DISPUTED}
)
OPEN_STATUSES = WORKABLE_STATUSES | {Status.FILED, Status.AWAITING_RESIDENT}
UNCLOSED_STATUSES = frozenset(Status) - {Status.CLOSED}
PAUSED_STATUSES = frozenset({Status.AWAITING_RESIDENT, Status.ON_HOLD})  # the clock is paused
ALL_STATUSES = frozenset(Status)

# Outcomes a resident may still dispute; `withdrawn`, `upheld` and `imported` are final for them.
DISPUTABLE_OUTCOMES = frozenset(
    {
        Outcome.CONFIRMED,
        Outcome.UNANSWERED,
        Outcome.DECLINED,
        Outcome.DUPLICATE,
        Outcome.TRANSFERRED,
    }
)


# Outcomes of finished work that was confirmed, or that nobody disputed in time.
ACCEPTED_OUTCOMES = frozenset({Outcome.CONFIRMED, Outcome.UNANSWERED})


@dataclass(frozen=True)
class StatusWording:
    """The text of a status for residents, an icon of the sprite, and a modifier of `.status`."""

    words: str | Promise
    icon: str
    tone: str


STATUS_WORDING_FOR_REPORTER = {
    Status.FILED: StatusWording(_("Received"), "inbox", "filed"),
    Status.ROUTED: StatusWording(_("With {department}"), "building", "with"),
    Status.SCHEDULED: StatusWording(_("Planned for {day}"), "calendar", "planned"),
    Status.IN_PROGRESS: StatusWording(_("Work underway"), "wrench", "work"),
    Status.AWAITING_RESIDENT: StatusWording(_("We need an answer from you"), "ask", "ask"),
    Status.ON_HOLD: StatusWording(_("On hold: {reason}"), "pause", "hold"),
    Status.COMPLETED: StatusWording(_("Work finished. Please check"), "check-circle", "fixed"),
    Status.DISPUTED: StatusWording(
        _("You told us it's not fixed. {holder} is taking another look"), "flag", "disputed"
    ),
}

# For everybody but the reporter, such as neighbors and the public list, who are not “you”.
STATUS_WORDING_FOR_OTHERS = STATUS_WORDING_FOR_REPORTER | {
    Status.AWAITING_RESIDENT: StatusWording(
        _("Waiting for the person who reported it"), "ask", "ask"
    ),
    Status.COMPLETED: StatusWording(
        _("Work finished. Waiting for a resident to check"), "check-circle", "fixed"
    ),
    Status.DISPUTED: StatusWording(
        _("Reported as not fixed. {holder} is taking another look"), "flag", "disputed"
    ),
}

OUTCOME_WORDING_FOR_REPORTER = {
    Outcome.CONFIRMED: StatusWording(_("You confirmed it's fixed"), "check-circle", "fixed"),
    Outcome.UNANSWERED: StatusWording(_("No answer after {days} days"), "clock", "closed"),
    Outcome.UPHELD: StatusWording(_("Reviewed again and closed"), "building", "closed"),
    Outcome.DECLINED: StatusWording(_("Declined ({reason})"), "x-circle", "closed"),
    Outcome.DUPLICATE: StatusWording(_("Same as another request"), "merge", "closed"),
    Outcome.TRANSFERRED: StatusWording(_("Contact {agency}"), "right", "closed"),
    Outcome.WITHDRAWN: StatusWording(_("You canceled it"), "undo", "closed"),
    Outcome.IMPORTED: StatusWording(_("Closed"), "check", "closed"),
}

OUTCOME_WORDING_FOR_OTHERS = OUTCOME_WORDING_FOR_REPORTER | {
    Outcome.CONFIRMED: StatusWording(_("Confirmed as fixed"), "check-circle", "fixed"),
    Outcome.WITHDRAWN: StatusWording(_("Canceled by the person who reported it"), "undo", "closed"),
}
