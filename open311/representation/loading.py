"""Queries of requests with everything that their representation needs, three for any number."""

from collections.abc import Iterable

from django.db.models import Case, F, QuerySet, When

from lib.postgresql.unindexed import UnindexedText
from requests_app.browsing.rows import load_with_photos
from requests_app.models import ApiKey, Event, ServiceRequest
from requests_app.status import Outcome, Verb

_EXPLAINING_VERBS = (Verb.COMPLETE, Verb.DECLINE, Verb.UPHOLD, Verb.TRANSFER)
_SELF_EXPLANATORY_OUTCOMES = {Outcome.DUPLICATE, Outcome.WITHDRAWN, Outcome.IMPORTED}


def load_requests(requests: Iterable[ServiceRequest]) -> list[ServiceRequest]:
    """Return the requests of annotate_originals() in their order, each with `explained` set.

    `explained` is the event whose words explain the outcome, or None. At most two further queries.
    """
    rows = load_with_photos(requests)
    ended = [
        row.pk for row in rows if not row.is_open and row.outcome not in _SELF_EXPLANATORY_OUTCOMES
    ]
    explained = _find_explanations(ended) if ended else {}
    for row in rows:
        row.explained = explained.get(row.pk)
    return rows


def find_request(reference: str, key: ApiKey | None = None) -> ServiceRequest | None:
    """Return the public request, or the private one that was filed with `key`, or None."""
    public = ServiceRequest.objects.public().filter(reference=reference).order_by()
    found = load_requests(annotate_originals(public))
    if not found and key is not None:
        readable = ServiceRequest.objects.readable_by_key(key).filter(reference=reference)
        found = load_requests(annotate_originals(readable))
    return next(iter(found), None)


def annotate_originals(requests: QuerySet) -> QuerySet:
    """Annotate `original`, the reference of the public request that a duplicate duplicates.

    It is None for other requests.
    """
    is_shown = {"duplicate_of__is_private": False, "duplicate_of__is_hidden": False}
    return requests.annotate(original=Case(When(**is_shown, then=F("duplicate_of__reference"))))


def find_events(verbs: Iterable[Verb]) -> QuerySet[Event]:
    """Return the events of these verbs.

    Narrow them by time or by requests: the condition on the verb uses no index, since nearly all
    events have one of these verbs.
    """
    return Event.objects.alias(unindexed_verb=UnindexedText("verb")).filter(
        unindexed_verb__in=list(verbs)
    )


def _find_explanations(ids: list[int]) -> dict[int, Event]:
    """Return by request id the latest event that explains the state and was not undone.

    Its verb is one of _EXPLAINING_VERBS; requests without such an event are missing. The
    condition on the requests must use the index: the verbs are as frequent as requests.
    """
    events = find_events(_EXPLAINING_VERBS).filter(service_request__any=ids, undone_by=None)
    latest = events.order_by("service_request_id", "-pk").distinct("service_request_id")
    return {event.service_request_id: event for event in latest.select_related("words")}
