"""One verb on up to a hundred requests: each in a transaction of its own, each with its answer."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from lib import polling
from requests_app import timeline, workflow
from requests_app.errors import DomainError, InvalidInput, NotAllowed, StaleView
from requests_app.models import Event, ServiceRequest
from requests_app.permissions import Audience
from requests_app.status import Verb
from routing import triage
from routing.models import Batch, BatchLine


def count_elsewhere(ids, department) -> int:
    """How many of these requests neither the rules nor their category send to `department`. Those
    that nothing sends anywhere do not count. One query.
    """
    rows = ServiceRequest.objects.filter(pk__in=ids)
    usual = rows.values_list("proposal__department", "category__department")
    return sum(any(pair) and department.pk not in pair for pair in usual)


@transaction.atomic
def begin(*, key, agent, verb, goal, query, ticks: Iterable[tuple[int, int]]) -> Batch | None:
    """A new batch with a line for each tick (id of a request, last event seen of it).

    None where a batch with this key was begun before. Another agent's key is NotAllowed.
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


def carry_out(batch, arguments: dict) -> None:
    """Do it to one after the other. `arguments` are the verb's own, besides who and what."""
    for line in batch.lines.select_related("service_request"):
        _do(line, batch, arguments)
    _announce()


def _do(line, batch, arguments) -> None:
    act = workflow.VERB_FUNCTIONS[Verb(batch.verb)]
    try:
        with transaction.atomic():
            given = _add_department(line.service_request, arguments)
            line.event = act(line.service_request, by=batch.agent, seen=line.seen, **given)
            _answer(line, BatchLine.Answer.DONE)
    except StaleView as refused:
        _answer(line, BatchLine.Answer.MOVED_ON, _happened(refused.events))
    except DomainError as refused:
        _answer(line, BatchLine.Answer.REFUSED, str(refused.message))


def _add_department(service_request, arguments: dict) -> dict:
    """Return the arguments with the suggested department where the agent chose each its own.

    Raises InvalidInput where none is suggested.
    """
    if arguments.get("to", service_request) is not None:
        return arguments
    department = triage.find_proposal(service_request).department
    if department is None:
        raise InvalidInput("to", _("No department is suggested. Route it by itself"))
    return arguments | {"to": department}


def _answer(line, answer, reason="") -> None:
    event = line.event if answer == BatchLine.Answer.DONE else None
    line.answer, line.reason, line.event = answer, reason, event
    line.save(update_fields=["answer", "reason", "event"])


def _happened(events) -> str:
    lines = timeline.timeline(events, Audience.STAFF)[::-1]
    return " ".join(
        _("%(when)s: %(what)s") % {"when": capfirst(line.said), "what": line.text} for line in lines
    )


def take_back(batch) -> None:
    """Undo what was done, each for itself. What cannot be undone any more says why."""
    done = batch.lines.filter(answer=BatchLine.Answer.DONE, undo=None)
    for line in done.select_related("service_request", "event"):
        _undo(line, batch)
    _announce()


def _undo(line, batch) -> None:
    own = BatchLine.objects.filter(pk=line.pk, undo=None)
    try:
        with transaction.atomic():
            undo = workflow.undo(line.service_request, event=line.event, by=batch.agent)
            own.update(undo=undo, kept="")
    except DomainError as refused:
        own.update(kept=str(refused.message))


def _announce() -> None:
    """The agent's own queue need not wait for a worker to hear of it."""
    polling.announce(triage.DESK, Event.objects.order_by("-pk").values_list("pk", flat=True)[0])
