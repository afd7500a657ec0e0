"""Which verb leads from where to where, and who may. Buttons are drawn from the same table."""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from django.conf import settings

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
    nobody,
    speaks_for_reporter,
)
from requests_app.status import ANY, DISPUTABLE, OPEN, PAUSED, WORKABLE, Outcome, Status, Verb
from santa311.lib import clock


def always(service_request):
    return True


def disputed_finished_work(service_request):
    """A dispute by the reporter about work that was called done can be taken back by a yes."""
    if service_request.status != Status.DISPUTED:
        return True
    return service_request.disputed_by_reporter and service_request.completed_at is not None


def may_still_be_disputed(service_request):
    """Once per completion, or once per request where none was completed; closed ones in time."""
    if service_request.dispute_used:
        return False
    if service_request.status == Status.COMPLETED:
        return True
    days = timedelta(days=settings.DAYS_TO_DISPUTE_A_CLOSURE)
    in_time = clock.now() - service_request.closed_at <= days
    return service_request.outcome in DISPUTABLE and in_time


def was_silent_long_enough(service_request):
    days = timedelta(days=settings.DAYS_TO_CONFIRM)
    return clock.now() - service_request.completed_at >= days


def was_not_imported(service_request):
    return service_request.outcome != Outcome.IMPORTED


def names_a_danger(service_request):
    return bool(service_request.danger)


def names_no_danger(service_request):
    return not service_request.danger


def is_held(service_request):
    return bool(service_request.held_for)


def is_not_held(service_request):
    return not service_request.held_for


class Transition(NamedTuple):
    """`target` None: the status stays, or the verb itself decides (answer, reopen, withdraw …)."""

    sources: frozenset
    target: Status | None
    who: Callable
    when: Callable = always


_WITHDRAWABLE = {Status.FILED, Status.ROUTED, Status.SCHEDULED, Status.AWAITING_RESIDENT}
_HANDABLE = WORKABLE | {Status.AWAITING_RESIDENT}
_STARTABLE = {Status.ROUTED, Status.SCHEDULED, Status.ON_HOLD, Status.DISPUTED}
_HOLDABLE = {Status.ROUTED, Status.SCHEDULED, Status.IN_PROGRESS, Status.DISPUTED}
_ASKABLE = (WORKABLE - {Status.DISPUTED}) | {Status.FILED}

TRANSITIONS = {
    Verb.ROUTE: Transition(OPEN, Status.ROUTED, any_of(is_agent, is_system), is_not_held),
    Verb.RELEASE: Transition(OPEN, None, is_agent, is_held),
    Verb.HAND_BACK: Transition(_HANDABLE, None, is_member),
    Verb.ASSIGN: Transition(WORKABLE, None, is_member),
    Verb.SCHEDULE: Transition(WORKABLE, Status.SCHEDULED, is_member),
    Verb.START: Transition(_STARTABLE, Status.IN_PROGRESS, is_member),
    Verb.HOLD: Transition(_HOLDABLE, Status.ON_HOLD, is_member),
    Verb.ASK: Transition(_ASKABLE, Status.AWAITING_RESIDENT, is_staff_of),
    Verb.ANSWER: Transition(
        {Status.AWAITING_RESIDENT}, None, any_of(speaks_for_reporter, is_system)
    ),
    Verb.CANCEL_QUESTION: Transition({Status.AWAITING_RESIDENT}, None, is_staff_of),
    Verb.COMPLETE: Transition(WORKABLE, Status.COMPLETED, is_member),
    Verb.HAND_OVER: Transition(ANY, None, lost_it),
    Verb.CONFIRM: Transition(
        {Status.COMPLETED, Status.DISPUTED},
        Status.CLOSED,
        speaks_for_reporter,
        disputed_finished_work,
    ),
    Verb.DISPUTE: Transition(
        {Status.COMPLETED, Status.CLOSED},
        Status.DISPUTED,
        any_of(is_reporter, is_follower, is_agent),
        may_still_be_disputed,
    ),
    Verb.UPHOLD: Transition({Status.DISPUTED}, Status.CLOSED, any_of(is_supervisor, is_agent)),
    Verb.REOPEN: Transition(
        {Status.CLOSED}, None, any_of(is_agent, is_supervisor), was_not_imported
    ),
    Verb.CLOSE_UNANSWERED: Transition(
        {Status.COMPLETED}, Status.CLOSED, is_system, was_silent_long_enough
    ),
    Verb.DECLINE: Transition(OPEN, Status.CLOSED, is_agent),
    Verb.MARK_DUPLICATE: Transition(OPEN, Status.CLOSED, is_agent),
    Verb.TRANSFER: Transition(OPEN, Status.CLOSED, is_agent),
    Verb.WITHDRAW: Transition(_WITHDRAWABLE, None, speaks_for_reporter),
    Verb.COMMENT: Transition(ANY, None, any_of(is_reporter, is_follower, is_staff_of)),
    Verb.RECATEGORISE: Transition(OPEN, None, is_agent),
    Verb.MOVE_PIN: Transition(OPEN, None, is_agent),
    Verb.PRIORITISE: Transition(OPEN, None, is_agent),
    Verb.FLAG_DANGER: Transition(ANY, None, is_system, names_no_danger),
    Verb.CLEAR_DANGER: Transition(ANY, None, is_agent, names_a_danger),
    Verb.FOLLOW: Transition(ANY, None, anyone),
    Verb.UNFOLLOW: Transition(ANY, None, any_of(is_follower, is_system)),
    Verb.HIDE: Transition(ANY, None, is_agent),
    Verb.UNHIDE: Transition(ANY, None, is_agent, is_not_held),
    Verb.REDACT: Transition(ANY, None, is_agent),
    Verb.DISMISS_REPORTS: Transition(ANY, None, is_agent),
    Verb.UNDO: Transition(ANY, None, is_agent),
    Verb.FORGET: Transition(ANY, None, speaks_for_reporter),
    Verb.REMIND: Transition(OPEN - PAUSED, None, is_system),
    # These two make a request; nothing leads to them.
    Verb.FILE: Transition(frozenset(), Status.FILED, nobody),
    Verb.IMPORT_CLOSED: Transition(frozenset(), Status.CLOSED, nobody),
}

# An agent's own doing at the desk, which can be taken back for half a minute.
UNDOABLE = frozenset(
    {
        Verb.ROUTE,
        Verb.ASK,
        Verb.CANCEL_QUESTION,
        Verb.DECLINE,
        Verb.MARK_DUPLICATE,
        Verb.TRANSFER,
        Verb.UPHOLD,
        Verb.REOPEN,
        Verb.RECATEGORISE,
        Verb.MOVE_PIN,
        Verb.PRIORITISE,
        Verb.CLEAR_DANGER,
        Verb.HIDE,
        Verb.UNHIDE,
        Verb.DISMISS_REPORTS,
        Verb.RELEASE,
    }
)

# What only staff see: a resident's page stays as it is. Beside these, internal notes. A verb that
# makes stale what a person saw is none of them: who is told so must see why.
BEHIND = frozenset({Verb.HAND_OVER, Verb.REMIND})

# Verbs that an agent does for a caller: the event says so.
ON_BEHALF = frozenset({Verb.ANSWER, Verb.CONFIRM, Verb.DISPUTE, Verb.WITHDRAW, Verb.FORGET})


def available_verbs(service_request, person) -> list[Verb]:
    """What `person` could do next; templates draw one button per verb."""
    return [
        verb
        for verb, transition in TRANSITIONS.items()
        if service_request.status in transition.sources
        and transition.when(service_request)
        and transition.who(person, service_request)
    ]
