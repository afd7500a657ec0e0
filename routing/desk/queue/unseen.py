"""What residents wrote that the desk has not seen: answers, comments and disputes.

It is unseen for an agent while no agent did anything on the request since, and this one has not
looked at it. It is unanswered (`unanswered`) while no agent did anything since, whoever looked.
What was undone does not count, nor does the undoing.
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

# The most pressing first; the word stands on the line in the queue.
MARKS = {
    Verb.DISPUTE.value: _("Disputed since you looked"),
    Verb.ANSWER.value: _("Answered"),
    Verb.CORRECT.value: _("Corrected"),
    Verb.COMMENT.value: _("Commented"),
}


def find_looks(agent: User | None, requests: list[int]) -> dict[int, int]:
    """Return the id of the last event that `agent` saw of each of these requests, by its id.

    One query, or none.
    """
    if agent is None or not requests:
        return {}
    found = Look.objects.filter(service_request__any=requests, agent=agent)
    return dict(found.values_list("service_request", "event"))


def unanswered(events) -> list[Event]:
    """Of a request's events, oldest first, those by residents after which no agent acted."""
    standing = timeline.exclude_undone(events)
    acted = max((event.pk for event in standing if event.actor and event.actor.is_agent), default=0)
    theirs = (event for event in events if event.device_id or event.key_id)
    wrote = (event for event in theirs if event.verb in MARKS)
    return [event for event in wrote if event.pk > acted]


def note_look(agent, service_request, event_id) -> None:
    """`agent` was shown `service_request` up to its event `event_id`; a later look stands."""
    event = service_request.events.filter(pk=event_id).first()
    if event is None:
        return
    Look.objects.update_or_create(
        agent=agent,
        service_request=service_request,
        defaults={"event_id": Greatest(F("event_id"), Value(event.pk))},
        create_defaults={"event": event},
    )


def answers_to(agent, after) -> list[ServiceRequest]:
    """The requests whose question `agent` asked and a resident answered since the event `after`,
    or another agent noted the answer of a caller; within a week, however old the page is.
    """
    asked = Event.objects.filter(service_request=OuterRef("service_request"), verb=Verb.ASK)
    last = asked.filter(pk__lt=OuterRef("pk")).order_by("-pk").values("actor")[:1]
    lately = Event.objects.filter(verb=Verb.ANSWER, at__gte=clock.now() - timedelta(days=7))
    answers = lately.filter(pk__gt=after).exclude(actor=agent)
    given = answers.filter(Q(device__isnull=False) | Q(on_behalf=True))
    mine = given.annotate(asker=Subquery(last)).filter(asker=agent)
    return list(ServiceRequest.objects.filter(pk__in=mine.values("service_request")))
