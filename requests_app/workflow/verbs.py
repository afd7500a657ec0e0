"""The table of verbs: source and target status, permission, condition. Buttons use it, too."""

from django.utils.translation import gettext_lazy as _

from city.models import HandBackReason, HoldReason, ResolutionCode, RouteReason
from requests_app.permissions import (
    allow_all,
    any_permission,
    can_no_longer_finish,
    can_speak_for_reporter,
    deny_all,
    is_agent,
    is_follower,
    is_member,
    is_reporter,
    is_staff_of,
    is_supervisor,
    is_system,
    may_comment,
)
from requests_app.status import (
    ALL_STATUSES,
    OPEN_STATUSES,
    PAUSED_STATUSES,
    WORKABLE_STATUSES,
    Status,
    Verb,
)
from requests_app.workflow import sentences
from requests_app.workflow.conditions import (
    can_be_confirmed,
    can_be_disputed,
    has_confirmation_period_ended,
    has_danger,
    has_no_danger,
    is_held_for_review,
    is_not_held_for_review,
    is_not_imported,
)
from requests_app.workflow.sentences import Sentence, crew_sentence, desk_sentence
from requests_app.workflow.verb_spec import VerbSpec

_WITHDRAWABLE = frozenset({Status.FILED, Status.ROUTED, Status.SCHEDULED, Status.AWAITING_RESIDENT})
_CORRECTABLE = _WITHDRAWABLE  # before work begins
_HANDABLE = WORKABLE_STATUSES | {Status.AWAITING_RESIDENT}
_STARTABLE = frozenset({Status.ROUTED, Status.SCHEDULED, Status.ON_HOLD, Status.DISPUTED})
_HOLDABLE = frozenset({Status.ROUTED, Status.SCHEDULED, Status.IN_PROGRESS, Status.DISPUTED})
_ASKABLE = (WORKABLE_STATUSES - {Status.DISPUTED}) | {Status.FILED}

VERBS = {
    Verb.ROUTE: VerbSpec(
        OPEN_STATUSES,
        Status.ROUTED,
        any_permission(is_agent, is_system),
        is_not_held_for_review,
        sentence=sentences.routed_sentence,
        reasons=RouteReason,
        undo_permission=is_agent,
    ),
    Verb.RELEASE: VerbSpec(
        OPEN_STATUSES,
        None,
        is_agent,
        is_held_for_review,
        sentence=desk_sentence(_("%(who)s reviewed it and made it public."), "check"),
        undo_permission=is_agent,
    ),
    Verb.HAND_BACK: VerbSpec(
        _HANDABLE,
        None,
        is_member,
        sentence=crew_sentence(_("%(who)s handed it back to 311."), "undo"),
        reasons=HandBackReason,
    ),
    Verb.ASSIGN: VerbSpec(
        WORKABLE_STATUSES,
        None,
        is_member,
        sentence=sentences.assigned_sentence,
        undo_permission=is_member,
        staff_only=True,
    ),
    Verb.SCHEDULE: VerbSpec(
        WORKABLE_STATUSES,
        Status.SCHEDULED,
        is_member,
        sentence=crew_sentence(_("%(who)s planned the work for %(day)s."), "calendar"),
    ),
    Verb.START: VerbSpec(
        _STARTABLE,
        Status.IN_PROGRESS,
        is_member,
        sentence=sentences.started_sentence,
        undo_permission=is_member,
    ),
    Verb.HOLD: VerbSpec(
        _HOLDABLE,
        Status.ON_HOLD,
        is_member,
        sentence=crew_sentence(_("%(who)s put it on hold."), "pause"),
        reasons=HoldReason,
    ),
    Verb.ASK: VerbSpec(
        _ASKABLE,
        Status.AWAITING_RESIDENT,
        is_staff_of,
        sentence=sentences.asked_sentence,
        undo_permission=is_agent,
    ),
    Verb.ANSWER: VerbSpec(
        frozenset({Status.AWAITING_RESIDENT}),
        None,
        any_permission(can_speak_for_reporter, is_system),
        sentence=sentences.answered_sentence,
        on_behalf=True,
    ),
    Verb.CANCEL_QUESTION: VerbSpec(
        frozenset({Status.AWAITING_RESIDENT}),
        None,
        is_staff_of,
        sentence=Sentence(_("The question was canceled."), "ask"),
        undo_permission=is_agent,
    ),
    Verb.COMPLETE: VerbSpec(
        WORKABLE_STATUSES,
        Status.COMPLETED,
        is_member,
        sentence=crew_sentence(_("%(who)s finished the work."), "check-circle"),
        reasons=ResolutionCode,
    ),
    Verb.REJECT_PROOF: VerbSpec(
        frozenset({Status.COMPLETED}),
        Status.IN_PROGRESS,
        is_system,
        sentence=Sentence(
            _("The photo of the finished work couldn't be opened. The crew is asked for another."),
            "camera",
        ),
    ),
    Verb.HAND_OVER: VerbSpec(
        ALL_STATUSES,
        None,
        can_no_longer_finish,
        sentence=sentences.handed_over_sentence,
        reasons=ResolutionCode,
        quiet=True,
        skips_stale_check=True,
        keeps_page=True,
    ),
    Verb.CONFIRM: VerbSpec(
        frozenset({Status.COMPLETED, Status.DISPUTED}),
        Status.CLOSED,
        can_speak_for_reporter,
        can_be_confirmed,
        sentence=sentences.confirmed_sentence,
        on_behalf=True,
    ),
    Verb.DISPUTE: VerbSpec(
        frozenset({Status.COMPLETED, Status.CLOSED}),
        Status.DISPUTED,
        any_permission(is_reporter, is_follower, is_agent),
        can_be_disputed,
        sentence=sentences.disputed_sentence,
        on_behalf=True,
    ),
    Verb.UPHOLD: VerbSpec(
        frozenset({Status.DISPUTED}),
        Status.CLOSED,
        any_permission(is_supervisor, is_agent),
        sentence=Sentence(_("%(who)s reviewed it again and replied."), "building"),
        undo_permission=is_agent,
    ),
    Verb.REOPEN: VerbSpec(
        frozenset({Status.CLOSED}),
        None,
        any_permission(is_agent, is_supervisor),
        is_not_imported,
        sentence=Sentence(_("%(who)s reopened it."), "undo"),
        undo_permission=is_agent,
    ),
    Verb.CLOSE_UNANSWERED: VerbSpec(
        frozenset({Status.COMPLETED}),
        Status.CLOSED,
        is_system,
        has_confirmation_period_ended,
        sentence=Sentence(_("We didn't hear whether it's fixed, so it was closed."), "clock"),
    ),
    Verb.DECLINE: VerbSpec(
        OPEN_STATUSES,
        Status.CLOSED,
        is_agent,
        sentence=desk_sentence(_("%(who)s declined it."), "x-circle"),
        undo_permission=is_agent,
    ),
    Verb.MARK_DUPLICATE: VerbSpec(
        OPEN_STATUSES,
        Status.CLOSED,
        is_agent,
        sentence=sentences.duplicate_sentence,
        undo_permission=is_agent,
    ),
    Verb.TRANSFER: VerbSpec(
        OPEN_STATUSES,
        Status.CLOSED,
        is_agent,
        sentence=desk_sentence(_("%(who)s closed it here. %(agency)s handles this."), "right"),
        undo_permission=is_agent,
    ),
    Verb.WITHDRAW: VerbSpec(
        _WITHDRAWABLE,
        None,
        can_speak_for_reporter,
        sentence=sentences.withdrawn_sentence,
        on_behalf=True,
    ),
    Verb.CORRECT: VerbSpec(_CORRECTABLE, None, is_reporter, sentence=sentences.corrected_sentence),
    Verb.COMMENT: VerbSpec(
        ALL_STATUSES, None, may_comment, sentence=sentences.comment_sentence, quiet=True
    ),
    Verb.RECATEGORISE: VerbSpec(
        OPEN_STATUSES,
        None,
        is_agent,
        sentence=desk_sentence(_("%(who)s changed the category to “%(category)s”."), "list"),
        undo_permission=is_agent,
    ),
    Verb.MOVE_PIN: VerbSpec(
        OPEN_STATUSES,
        None,
        is_agent,
        sentence=desk_sentence(_("%(who)s corrected the location."), "pin"),
        undo_permission=is_agent,
    ),
    Verb.PRIORITISE: VerbSpec(
        OPEN_STATUSES,
        None,
        is_agent,
        sentence=sentences.prioritised_sentence,
        undo_permission=is_agent,
        staff_only=True,
    ),
    Verb.FLAG_DANGER: VerbSpec(
        ALL_STATUSES, None, is_system, has_no_danger, sentence=sentences.flagged_sentence
    ),
    Verb.CLEAR_DANGER: VerbSpec(
        ALL_STATUSES,
        None,
        is_agent,
        has_danger,
        sentence=desk_sentence(_("%(who)s noted that it's not an emergency."), "check"),
        undo_permission=is_agent,
        staff_only=True,
    ),
    Verb.FOLLOW: VerbSpec(ALL_STATUSES, None, allow_all, quiet=True, skips_stale_check=True),
    Verb.UNFOLLOW: VerbSpec(
        ALL_STATUSES,
        None,
        any_permission(is_follower, is_system),
        quiet=True,
        skips_stale_check=True,
    ),
    Verb.HIDE: VerbSpec(
        ALL_STATUSES,
        None,
        is_agent,
        sentence=desk_sentence(_("%(who)s hid %(what)s."), "eye"),
        undo_permission=is_agent,
    ),
    Verb.UNHIDE: VerbSpec(
        ALL_STATUSES,
        None,
        is_agent,
        is_not_held_for_review,
        sentence=desk_sentence(_("%(who)s showed %(what)s again."), "eye"),
        undo_permission=is_agent,
        staff_only=True,
    ),
    Verb.REDACT: VerbSpec(
        ALL_STATUSES,
        None,
        is_agent,
        sentence=desk_sentence(_("%(who)s blacked out part of %(what)s."), "eye"),
    ),
    Verb.DISMISS_REPORTS: VerbSpec(
        ALL_STATUSES,
        None,
        is_agent,
        sentence=desk_sentence(_("%(who)s found nothing wrong with %(what)s."), "eye"),
        undo_permission=is_agent,
        staff_only=True,
    ),
    Verb.UNDO: VerbSpec(
        ALL_STATUSES,
        None,
        is_staff_of,
        sentence=Sentence(_("%(who)s undid that."), "undo"),
        staff_only=True,
    ),
    Verb.FORGET: VerbSpec(
        ALL_STATUSES,
        None,
        can_speak_for_reporter,
        sentence=Sentence(_("The contact details were deleted. %(reason)s."), "eye"),
        on_behalf=True,
        staff_only=True,
        quiet=True,
        skips_stale_check=True,
    ),
    Verb.REMIND: VerbSpec(
        OPEN_STATUSES - PAUSED_STATUSES,
        None,
        is_system,
        sentence=sentences.reminded_sentence,
        staff_only=True,
        quiet=True,
        keeps_page=True,
    ),
    Verb.MOVE_DATE: VerbSpec(
        OPEN_STATUSES - PAUSED_STATUSES,
        None,
        is_system,
        sentence=sentences.date_moved_sentence,
        quiet=True,
    ),
    # These two create a request, so they have no source status.
    Verb.FILE: VerbSpec(frozenset(), Status.FILED, deny_all, sentence=sentences.filed_sentence),
    Verb.IMPORT_CLOSED: VerbSpec(
        frozenset(), Status.CLOSED, deny_all, sentence=sentences.imported_sentence
    ),
}
