"""Execution and undo of a batch. Each request has a transaction of its own and its own answer."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import User
from city.models import Department
from lib import polling
from requests_app import timeline, workflow
from requests_app.errors import DomainError, InvalidInput, NotAllowed, StaleView
from requests_app.models import Event, ServiceRequest
from requests_app.permissions import Audience
from requests_app.status import Verb
from routing import triage
from routing.models import Batch, BatchLine


def count_usually_elsewhere(ids: list[int], department: Department) -> int:
    """Return how many of the requests neither the rules nor their category send to `department`.

    Requests without a usual department do not count. One query.
    """
    rows = ServiceRequest.objects.filter(pk__in=ids)
    usual = rows.values_list("proposal__department", "category__department")
    return sum(any(pair) and department.pk not in pair for pair in usual)


@transaction.atomic
def begin_batch(
    *, key: UUID, agent: User, verb: str, goal: str, query: str, ticks: Iterable[tuple[int, int]]
) -> Batch | None:
    """Return a new batch with a line for each tick (request id, last event seen).

    Return None if the agent's batch with this key exists. Raise NotAllowed if it is another
    agent's. Batch and lines are saved in one transaction.
    """
    batch, is_new = Batch.objects.get_or_create(
        key=key, defaults={"agent": agent, "verb": verb, "goal": goal, "query": query}
    )
    if batch.agent_id != agent.pk:
        raise NotAllowed
    if not is_new:
        return None
    BatchLine.objects.bulk_create(
        BatchLine(batch=batch, service_request_id=pk, seen=seen) for pk, seen in ticks
    )
    return batch


def run_batch(batch: Batch, arguments: dict) -> None:
    """Perform the batch's verb on each request in its own transaction, and save each answer.

    `arguments` are those of the verb; a `to` of None means the department suggested for each
    request. Refusals by the workflow are stored in the line, not raised. The latest event is
    announced to the desk's polls.
    """
    for line in batch.lines.select_related("service_request"):
        _act_on_line(line, batch, arguments)
    _announce_latest_event()


def _act_on_line(line: BatchLine, batch: Batch, arguments: dict) -> None:
    """Perform the verb on the line's request, and save DONE, MOVED_ON or REFUSED as its answer.

    MOVED_ON is for a StaleView: the reason names the events that the agent has not seen. REFUSED is
    for any other DomainError, with its message as the reason.
    """
    act = workflow.VERB_FUNCTIONS[Verb(batch.verb)]
    try:
        with transaction.atomic():
            given = _add_department(line.service_request, arguments)
            line.event = act(line.service_request, by=batch.agent, seen=line.seen, **given)
            _save_answer(line, BatchLine.Answer.DONE)
    except StaleView as refused:
        _save_answer(line, BatchLine.Answer.MOVED_ON, _describe_events(refused.events))
    except DomainError as refused:
        _save_answer(line, BatchLine.Answer.REFUSED, str(refused.message))


def _add_department(service_request: ServiceRequest, arguments: dict) -> dict:
    """Return the arguments; a `to` of None is replaced by the department suggested for the request.

    Raise InvalidInput if none is suggested.
    """
    if arguments.get("to", service_request) is not None:
        return arguments
    department = triage.find_proposal(service_request).department
    if department is None:
        raise InvalidInput("to", _("No department is suggested. Route it by itself"))
    return arguments | {"to": department}


def _save_answer(line: BatchLine, answer: BatchLine.Answer, reason: str = "") -> None:
    """Set and save the line's answer and reason; its event is kept only if it is DONE."""
    event = line.event if answer == BatchLine.Answer.DONE else None
    line.answer, line.reason, line.event = answer, reason, event
    line.save(update_fields=["answer", "reason", "event"])


def _describe_events(events: list[Event]) -> str:
    """Return the events (oldest first) as staff read them, in the same order, in one line."""
    lines = timeline.build_timeline(events, Audience.STAFF)[::-1]
    return " ".join(
        _("%(when)s: %(what)s") % {"when": capfirst(line.time_text), "what": line.text}
        for line in lines
    )


def undo_batch(batch: Batch) -> None:
    """Undo the done lines that are not undone yet, each in its own transaction.

    `kept` of a line says why it could not be undone. The latest event is announced to the desk's
    polls.
    """
    done = batch.lines.filter(answer=BatchLine.Answer.DONE, undo=None)
    for line in done.select_related("service_request", "event"):
        _undo_line(line, batch)
    _announce_latest_event()


def _undo_line(line: BatchLine, batch: Batch) -> None:
    """Undo the line's act and save the event as `undo`, or save the refusal's message as `kept`."""
    own = BatchLine.objects.filter(pk=line.pk, undo=None)
    try:
        with transaction.atomic():
            undo = workflow.undo(line.service_request, event=line.event, by=batch.agent)
            own.update(undo=undo, kept="")
    except DomainError as refused:
        own.update(kept=str(refused.message))


def _announce_latest_event() -> None:
    """Announce the latest event to the polls; the agent's queue does not wait for a worker."""
    polling.announce_version(
        triage.DESK_POLL, Event.objects.order_by("-pk").values_list("pk", flat=True)[0]
    )
