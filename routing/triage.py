"""Application of the routing rules to events of requests.

Rules may route after an event that changes what they look at: a report, a change of category,
location or answer, and the release from review, before which nothing is routed. They never route
again after a hand-back. When the desk gets a request back (by a hand-back, dispute, reopening or
undo), only the proposal is renewed, without the departments that handed the request back since the
rules could last route it: an agent decides whether to send it there again.
"""

from datetime import datetime

from django.db import transaction

from lib import clock, polling
from requests_app import workflow
from requests_app.models import Event, ServiceRequest
from requests_app.permissions import SYSTEM
from requests_app.status import OPEN_STATUSES, Verb
from routing import matching
from routing.models import Proposal, RoutingRule
from routing.models.conditions import build_facts

DESK_POLL = "desk"  # the name under which the desk's queue is polled

_APPLIED_AFTER = frozenset({Verb.FILE, Verb.RECATEGORISE, Verb.MOVE_PIN, Verb.RELEASE})
_RENEWED_AFTER = _APPLIED_AFTER | {
    Verb.CORRECT,
    Verb.HAND_BACK,
    Verb.DISPUTE,
    Verb.REOPEN,
    Verb.UNDO,
}
_CORRECTIONS_WITH_RULES = frozenset({"category", "location", "answers"})


@transaction.atomic
def on_event(event: Event) -> None:
    """Renew the proposal of the event's request, and route it if a rule says so.

    Subscriber of the event log. The event is announced to the polls after the commit. Nothing else
    happens for closed requests and for verbs after which rules are not read. Safe to repeat: the
    proposal depends on the request's current state, and a rule routes only while `event` is the
    latest one.
    """
    transaction.on_commit(lambda: polling.announce_version(DESK_POLL, event.pk), robust=True)
    if event.verb not in _RENEWED_AFTER:
        return
    row = ServiceRequest.objects.select_for_update().get(pk=event.service_request_id)
    if row.status not in OPEN_STATUSES:
        return
    decision = decide_by_current_rules(row, event.at)
    _save_proposal(build_proposal(row, decision))
    rule = decision.rule if decision.mode == matching.ROUTE else None
    may_route = may_route_after(event.verb, event.code) and not row.held_for
    if rule and may_route and _is_latest_event(event, row):
        _route(row, rule, event)


def may_route_after(verb: str, code: str) -> bool:
    """Return True if the rules may route after an event with this verb and code.

    A correction of the description or the photos changes nothing that a rule looks at.
    """
    if verb == Verb.CORRECT:
        return bool(_CORRECTIONS_WITH_RULES & set(code.split()))
    return verb in _APPLIED_AFTER


def decide_by_current_rules(
    service_request: ServiceRequest, moment: datetime | None = None
) -> matching.Decision:
    """Return the decision of the rules in use about the request at `moment` (aware; default: now).

    Departments that handed the request back are not chosen. Nothing is saved.
    """
    in_order = [rule.to_rule_value() for rule in RoutingRule.objects.list_in_use()]
    facts = collect_facts(service_request, moment or clock.now())
    return matching.choose_department(
        facts, in_order, refused_by=_find_refusing_departments(service_request)
    )


def collect_facts(service_request: ServiceRequest, moment: datetime) -> matching.Facts:
    """Return the facts of the request as it is now, with the local time of `moment`."""
    answers = service_request.answers.values_list("question__code", "values")
    return build_facts(
        service_request.category,
        service_request.zone,
        priority=service_request.priority,
        channel=service_request.channel,
        answers=frozenset((code, value) for code, values in answers for value in values),
        moment=clock.localtime(moment),
    )


def _find_refusing_departments(service_request: ServiceRequest) -> set[int]:
    """Return the ids of departments that handed the request back since rules could route it."""
    refused: set[int] = set()
    holder: int | None = None
    standing = service_request.events.filter(undone_by=None).order_by("pk")
    for verb, code, department in standing.values_list("verb", "code", "department"):
        if may_route_after(verb, code):
            refused = set()
        elif verb == Verb.HAND_BACK and holder:
            refused.add(holder)
        holder = department
    return refused


def build_proposal(service_request: ServiceRequest, decision: matching.Decision) -> Proposal:
    """Return an unsaved Proposal of the decision."""
    rule = decision.rule
    return Proposal(
        service_request=service_request,
        department_id=decision.department.id if decision.department else None,
        rule_id=rule.id if rule else None,
        rule_label=rule.label if rule else "",
        rule_version=rule.version if rule else None,
        matched=list(decision.matched),
        why=rule.why if rule else "",
        stopped_id=decision.stopped.id if decision.stopped else None,
    )


def find_proposal(service_request: ServiceRequest) -> Proposal:
    """Return the saved proposal, or an unsaved one if no worker has made it yet.

    The proposal's `department` may be None.
    """
    rows = Proposal.objects.filter(service_request=service_request).select_related("rule")
    return rows.first() or build_proposal(service_request, decide_by_current_rules(service_request))


def _save_proposal(new: Proposal) -> None:
    """Save the proposal in place of the request's earlier one, if any."""
    kept = Proposal.objects.filter(service_request=new.service_request)
    new.pk = kept.values_list("pk", flat=True).first()
    new.save()


def _is_latest_event(event: Event, row: ServiceRequest) -> bool:
    """Return True if nothing but quiet events and danger flags came after `event`."""
    later = (
        workflow.exclude_quiet(row.events).filter(pk__gt=event.pk).exclude(verb=Verb.FLAG_DANGER)
    )
    return not later.exists()


def _route(row: ServiceRequest, rule: matching.Rule, event: Event) -> None:
    """Route the request to the department of the decision's rule, on behalf of the system."""
    department = RoutingRule.objects.get(pk=rule.id).department
    workflow.route(row, to=department, by=SYSTEM, rule=rule.label, caused_by=event)
