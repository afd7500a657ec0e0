"""The rules, applied when something happened to a request.

They are applied when it is filed, when its category, its location or an answer changes, and when
it is released from review, before which nothing is routed. A rule that routes acts then and only
then, so a hand-back is never routed straight back. When the desk gets a request again (handed
back, disputed, reopened, an undo) the proposal is made anew, without the departments that handed
it back since the rules were last applied: sending it there again is a person's decision.
"""

from django.db import transaction

from lib import clock, polling
from requests_app import workflow
from requests_app.models import ServiceRequest
from requests_app.permissions import SYSTEM
from requests_app.status import OPEN_STATUSES, Verb
from routing import matching
from routing.models import Proposal, RoutingRule
from routing.models.conditions import facts

DESK = "desk"  # the name under which the desk's queue is polled

_APPLIED_AFTER = frozenset({Verb.FILE, Verb.RECATEGORISE, Verb.MOVE_PIN, Verb.RELEASE})
_RENEWS = _APPLIED_AFTER | {Verb.CORRECT, Verb.HAND_BACK, Verb.DISPUTE, Verb.REOPEN, Verb.UNDO}
_CORRECTIONS_WITH_RULES = frozenset({"category", "location", "answers"})


@transaction.atomic
def on_event(event) -> None:
    """Subscriber of the event log. Safe to repeat: a proposal is worked out from how the request
    stands now, and a rule routes only while `event` is the last thing that happened.
    """
    transaction.on_commit(lambda: polling.announce(DESK, event.pk), robust=True)
    if event.verb not in _RENEWS:
        return
    row = ServiceRequest.objects.select_for_update().get(pk=event.service_request_id)
    if row.status not in OPEN_STATUSES:
        return
    decision = decide(row, event.at)
    _keep(proposal(row, decision))
    may_route = applies_rules(event.verb, event.code) and not row.held_for
    if decision.mode == matching.ROUTE and may_route and _is_last(event, row):
        _route(row, decision, event)


def applies_rules(verb: str, code: str) -> bool:
    """Return True if the rules may route after an event with this verb and code.

    A correction of the description or the photos changes nothing that a rule looks at.
    """
    if verb == Verb.CORRECT:
        return bool(_CORRECTIONS_WITH_RULES & set(code.split()))
    return verb in _APPLIED_AFTER


def decide(service_request, moment=None) -> matching.Decision:
    """What the rules of today say about it at `moment` (aware), now by default."""
    in_order = [rule.as_value() for rule in RoutingRule.objects.in_order()]
    facts = facts_of(service_request, moment or clock.now())
    return matching.decide(facts, in_order, refused_by=_refused_by(service_request))


def facts_of(service_request, moment) -> matching.Facts:
    answers = service_request.answers.values_list("question__code", "values")
    return facts(
        service_request.category,
        service_request.zone,
        priority=service_request.priority,
        channel=service_request.channel,
        answers=frozenset((code, value) for code, values in answers for value in values),
        moment=clock.local(moment),
    )


def _refused_by(service_request) -> set[int]:
    """Departments that handed it back since the rules were last applied."""
    refused, holder = set(), None
    standing = service_request.events.filter(undone_by=None).order_by("pk")
    for verb, code, department in standing.values_list("verb", "code", "department"):
        if applies_rules(verb, code):
            refused = set()
        elif verb == Verb.HAND_BACK:
            refused.add(holder)
        holder = department
    return refused


def proposal(service_request, decision) -> Proposal:
    """The decision as a row that is not saved."""
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


def find_proposal(service_request) -> Proposal:
    """Return what the rules say, also before a worker has come to it; it may name no department."""
    rows = Proposal.objects.filter(service_request=service_request).select_related("rule")
    return rows.first() or proposal(service_request, decide(service_request))


def _keep(new) -> None:
    kept = Proposal.objects.filter(service_request=new.service_request)
    new.pk = kept.values_list("pk", flat=True).first()
    new.save()


def _is_last(event, row) -> bool:
    later = (
        workflow.exclude_quiet(row.events).filter(pk__gt=event.pk).exclude(verb=Verb.FLAG_DANGER)
    )
    return not later.exists()


def _route(row, decision, event) -> None:
    department = RoutingRule.objects.get(pk=decision.rule.id).department
    workflow.route(row, to=department, by=SYSTEM, rule=decision.rule.label, caused_by=event)
