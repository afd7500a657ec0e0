"""Answers, comments and disputes of residents that the desk has not seen.

An event is unanswered while no agent has acted on the request since. It is unseen for an agent if
this agent has not looked at the request since either. Undone events and undos do not count.
"""

from datetime import timedelta

from django.db.models import F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from lib import clock
from requests_app import timeline
from requests_app.models import Event, ServiceRequest
from requests_app.status import Verb
from routing.models import Look

# Verb -> the label on the line in the queue; the most pressing verb first.
RESIDENT_VERB_LABELS = {
    Verb.DISPUTE.value: _("Disputed since you looked"),
    Verb.ANSWER.value: _("Answered"),
    Verb.CORRECT.value: _("Corrected"),
    Verb.COMMENT.value: _("Commented"),
}


def find_last_seen_events(agent: User | None, requests: list[int]) -> dict[int, int]:
    """Return the id of the last event that `agent` saw of each request, by request id.

    Requests without a look are missing. One query, or none.
    """
    if agent is None or not requests:
        return {}
    found = Look.objects.filter(service_request__any=requests, agent=agent)
    return dict(found.values_list("service_request", "event"))


def list_unanswered_events(events: list[Event]) -> list[Event]:
    """Return the events of one request in which residents wrote since an agent acted, by time.

    The verbs are those of RESIDENT_VERB_LABELS. `events` are all events of the request, sorted by
    time. An act of an agent that was undone does not count. Residents act from a browser or through
    an API key.
    """
    standing = timeline.exclude_undone(events)
    acted = max((event.pk for event in standing if event.actor and event.actor.is_agent), default=0)
    theirs = (event for event in events if event.device_id or event.key_id)
    wrote = (event for event in theirs if event.verb in RESIDENT_VERB_LABELS)
    return [event for event in wrote if event.pk > acted]


def record_look(agent: User, service_request: ServiceRequest, event_id: int | None) -> None:
    """Record that `agent` saw `service_request` up to the event `event_id`.

    An earlier look is updated, a later one stays. Nothing happens if the request has no such event.
    """
    event = service_request.events.filter(pk=event_id).first() if event_id else None
    if event is None:
        return
    Look.objects.update_or_create(
        agent=agent,
        service_request=service_request,
        defaults={"event_id": Greatest(F("event_id"), Value(event.pk))},
        create_defaults={"event": event},
    )


def find_answered_questions(agent: User, after: int) -> list[ServiceRequest]:
    """Return the requests in which a question by `agent` was answered after the event `after`.

    Answers by residents and those that other agents noted for callers count, at most a week old.
    """
    asked = Event.objects.filter(service_request=OuterRef("service_request"), verb=Verb.ASK)
    last = asked.filter(pk__lt=OuterRef("pk")).order_by("-pk").values("actor")[:1]
    lately = Event.objects.filter(verb=Verb.ANSWER, at__gte=clock.now() - timedelta(days=7))
    answers = lately.filter(pk__gt=after).exclude(actor=agent)
    given = answers.filter(Q(device__isnull=False) | Q(on_behalf=True))
    mine = given.annotate(asker=Subquery(last)).filter(asker=agent)
    return list(ServiceRequest.objects.filter(pk__in=mine.values("service_request")))
