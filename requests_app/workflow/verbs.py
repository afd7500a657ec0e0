"""Which verb leads from where to where, and who may. Buttons are drawn from the same table."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from city.models import HandBackReason, HoldReason, ResolutionCode, RouteReason
from requests_app.permissions import (
    any_of,
    anyone,
    is_agent,
    is_follower,
    is_member,
    is_reporter,
    is_staff_of,
    is_supervisor,
    is_system,
    lost_it,
    may_comment,
    nobody,
    speaks_for_reporter,
)
from requests_app.status import ANY, OPEN, PAUSED, WORKABLE, Status, Verb
from requests_app.workflow import sentences
from requests_app.workflow.conditions import (
    disputed_finished_work,
    is_held,
    is_not_held,
    may_still_be_disputed,
    names_a_danger,
    names_no_danger,
    was_not_imported,
    was_silent_long_enough,
)
from requests_app.workflow.sentences import Sentence, by_crew, by_desk
from requests_app.workflow.verb_spec import VerbSpec

_WITHDRAWABLE = {Status.FILED, Status.ROUTED, Status.SCHEDULED, Status.AWAITING_RESIDENT}
_CORRECTABLE = _WITHDRAWABLE  # work has not begun
_HANDABLE = WORKABLE | {Status.AWAITING_RESIDENT}
_STARTABLE = {Status.ROUTED, Status.SCHEDULED, Status.ON_HOLD, Status.DISPUTED}
_HOLDABLE = {Status.ROUTED, Status.SCHEDULED, Status.IN_PROGRESS, Status.DISPUTED}
_ASKABLE = (WORKABLE - {Status.DISPUTED}) | {Status.FILED}

VERBS = {
    Verb.ROUTE: VerbSpec(
        OPEN,
        Status.ROUTED,
        any_of(is_agent, is_system),
        is_not_held,
        sentence=sentences.routed,
        reasons=RouteReason,
        undoable=is_agent,
    ),
    Verb.RELEASE: VerbSpec(
        OPEN,
        None,
        is_agent,
        is_held,
        sentence=by_desk(_("%(who)s reviewed it and made it public."), "check"),
        undoable=is_agent,
    ),
    Verb.HAND_BACK: VerbSpec(
        _HANDABLE,
        None,
        is_member,
        sentence=by_crew(_("%(who)s handed it back to 311."), "undo"),
        reasons=HandBackReason,
    ),
    Verb.ASSIGN: VerbSpec(
        WORKABLE,
        None,
        is_member,
        sentence=sentences.assigned,
        undoable=is_member,
        staff_only=True,
    ),
    Verb.SCHEDULE: VerbSpec(
        WORKABLE,
        Status.SCHEDULED,
        is_member,
        sentence=by_crew(_("%(who)s planned the work for %(day)s."), "calendar"),
    ),
    Verb.START: VerbSpec(
        _STARTABLE,
        Status.IN_PROGRESS,
        is_member,
        sentence=sentences.started,
        undoable=is_member,
    ),
    Verb.HOLD: VerbSpec(
        _HOLDABLE,
        Status.ON_HOLD,
        is_member,
        sentence=by_crew(_("%(who)s put it on hold."), "pause"),
        reasons=HoldReason,
    ),
    Verb.ASK: VerbSpec(
        _ASKABLE, Status.AWAITING_RESIDENT, is_staff_of, sentence=sentences.asked, undoable=is_agent
    ),
    Verb.ANSWER: VerbSpec(
        {Status.AWAITING_RESIDENT},
        None,
        any_of(speaks_for_reporter, is_system),
        sentence=sentences.answered,
        on_behalf=True,
    ),
    Verb.CANCEL_QUESTION: VerbSpec(
        {Status.AWAITING_RESIDENT},
        None,
        is_staff_of,
        sentence=Sentence(_("The question was canceled."), "ask"),
        undoable=is_agent,
    ),
    Verb.COMPLETE: VerbSpec(
        WORKABLE,
        Status.COMPLETED,
        is_member,
        sentence=by_crew(_("%(who)s finished the work."), "check-circle"),
        reasons=ResolutionCode,
    ),
    Verb.REJECT_PROOF: VerbSpec(
        {Status.COMPLETED},
        Status.IN_PROGRESS,
        is_system,
        sentence=Sentence(
            _("The photo of the finished work couldn't be opened. The crew is asked for another."),
            "camera",
        ),
    ),
    Verb.HAND_OVER: VerbSpec(
        ANY,
        None,
        lost_it,
        sentence=sentences.handed_over,
        reasons=ResolutionCode,
        quiet=True,
        never_stale=True,
        keeps_page=True,
    ),
    Verb.CONFIRM: VerbSpec(
        {Status.COMPLETED, Status.DISPUTED},
        Status.CLOSED,
        speaks_for_reporter,
        disputed_finished_work,
        sentence=sentences.confirmed,
        on_behalf=True,
    ),
    Verb.DISPUTE: VerbSpec(
        {Status.COMPLETED, Status.CLOSED},
        Status.DISPUTED,
        any_of(is_reporter, is_follower, is_agent),
        may_still_be_disputed,
        sentence=sentences.disputed,
        on_behalf=True,
    ),
    Verb.UPHOLD: VerbSpec(
        {Status.DISPUTED},
        Status.CLOSED,
        any_of(is_supervisor, is_agent),
        sentence=Sentence(_("%(who)s reviewed it again and replied."), "building"),
        undoable=is_agent,
    ),
    Verb.REOPEN: VerbSpec(
        {Status.CLOSED},
        None,
        any_of(is_agent, is_supervisor),
        was_not_imported,
        sentence=Sentence(_("%(who)s reopened it."), "undo"),
        undoable=is_agent,
    ),
    Verb.CLOSE_UNANSWERED: VerbSpec(
        {Status.COMPLETED},
        Status.CLOSED,
        is_system,
        was_silent_long_enough,
        sentence=Sentence(_("We didn't hear whether it's fixed, so it was closed."), "clock"),
    ),
    Verb.DECLINE: VerbSpec(
        OPEN,
        Status.CLOSED,
        is_agent,
        sentence=by_desk(_("%(who)s declined it."), "x-circle"),
        undoable=is_agent,
    ),
    Verb.MARK_DUPLICATE: VerbSpec(
        OPEN, Status.CLOSED, is_agent, sentence=sentences.duplicate, undoable=is_agent
    ),
    Verb.TRANSFER: VerbSpec(
        OPEN,
        Status.CLOSED,
        is_agent,
        sentence=by_desk(_("%(who)s closed it here. %(agency)s handles this."), "right"),
        undoable=is_agent,
    ),
    Verb.WITHDRAW: VerbSpec(
        _WITHDRAWABLE, None, speaks_for_reporter, sentence=sentences.withdrawn, on_behalf=True
    ),
    Verb.CORRECT: VerbSpec(_CORRECTABLE, None, is_reporter, sentence=sentences.corrected),
    Verb.COMMENT: VerbSpec(ANY, None, may_comment, sentence=sentences.commented, quiet=True),
    Verb.RECATEGORISE: VerbSpec(
        OPEN,
        None,
        is_agent,
        sentence=by_desk(_("%(who)s changed the category to “%(category)s”."), "list"),
        undoable=is_agent,
    ),
    Verb.MOVE_PIN: VerbSpec(
        OPEN,
        None,
        is_agent,
        sentence=by_desk(_("%(who)s corrected the location."), "pin"),
        undoable=is_agent,
    ),
    Verb.PRIORITISE: VerbSpec(
        OPEN, None, is_agent, sentence=sentences.prioritised, undoable=is_agent, staff_only=True
    ),
    Verb.FLAG_DANGER: VerbSpec(ANY, None, is_system, names_no_danger, sentence=sentences.flagged),
    Verb.CLEAR_DANGER: VerbSpec(
        ANY,
        None,
        is_agent,
        names_a_danger,
        sentence=by_desk(_("%(who)s noted that it's not an emergency."), "check"),
        undoable=is_agent,
        staff_only=True,
    ),
    Verb.FOLLOW: VerbSpec(ANY, None, anyone, quiet=True, never_stale=True),
    Verb.UNFOLLOW: VerbSpec(
        ANY, None, any_of(is_follower, is_system), quiet=True, never_stale=True
    ),
    Verb.HIDE: VerbSpec(
        ANY, None, is_agent, sentence=by_desk(_("%(who)s hid %(what)s."), "eye"), undoable=is_agent
    ),
    Verb.UNHIDE: VerbSpec(
        ANY,
        None,
        is_agent,
        is_not_held,
        sentence=by_desk(_("%(who)s showed %(what)s again."), "eye"),
        undoable=is_agent,
        staff_only=True,
    ),
    Verb.REDACT: VerbSpec(
        ANY, None, is_agent, sentence=by_desk(_("%(who)s blacked out part of %(what)s."), "eye")
    ),
    Verb.DISMISS_REPORTS: VerbSpec(
        ANY,
        None,
        is_agent,
        sentence=by_desk(_("%(who)s found nothing wrong with %(what)s."), "eye"),
        undoable=is_agent,
        staff_only=True,
    ),
    Verb.UNDO: VerbSpec(
        ANY,
        None,
        is_staff_of,
        sentence=Sentence(_("%(who)s undid that."), "undo"),
        staff_only=True,
    ),
    Verb.FORGET: VerbSpec(
        ANY,
        None,
        speaks_for_reporter,
        sentence=Sentence(_("The contact details were deleted. %(reason)s."), "eye"),
        on_behalf=True,
        staff_only=True,
        quiet=True,
        never_stale=True,
    ),
    Verb.REMIND: VerbSpec(
        OPEN - PAUSED,
        None,
        is_system,
        sentence=sentences.reminded,
        staff_only=True,
        quiet=True,
        keeps_page=True,
    ),
    Verb.MOVE_DATE: VerbSpec(
        OPEN - PAUSED, None, is_system, sentence=sentences.date_moved, quiet=True
    ),
    # These two make a request; nothing leads to them.
    Verb.FILE: VerbSpec(frozenset(), Status.FILED, nobody, sentence=sentences.filed),
    Verb.IMPORT_CLOSED: VerbSpec(frozenset(), Status.CLOSED, nobody, sentence=sentences.imported),
}

QUIET = frozenset(verb for verb, spec in VERBS.items() if spec.quiet)


def loud(events) -> QuerySet:
    """Without what never makes stale what a person saw, and without its undoing."""
    return events.exclude(verb__in=QUIET).exclude(undoes__verb__in=QUIET)


def available_verbs(service_request, person) -> list[Verb]:
    """What `person` could do next; templates draw one button per verb."""
    return [
        verb
        for verb, spec in VERBS.items()
        if service_request.status in spec.sources
        and spec.when(service_request)
        and spec.who(person, service_request)
        and person.may_use(verb, service_request)
    ]
