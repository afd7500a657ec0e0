"""Requests that are no longer public, for a system that polls and keeps copies."""

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse

from city.models import Category
from open311.api.links import find_next_page, format_link_header
from open311.api.parameters import RemovalQuery
from open311.formats import Listing, render_document
from open311.representation.values import format_moment
from requests_app.models import Event
from requests_app.status import Verb


def removed_requests(request: HttpRequest) -> HttpResponse:
    """Return the ids of requests that were hidden or became private, oldest removal first.

    Each entry has service_request_id and removed_datetime. Raise RequestRefused for an invalid
    parameter.
    """
    asked = RemovalQuery(request.GET)
    rows = _find_removals(asked).values_list("service_request__reference", "at")
    found = list(rows[asked.offset : asked.offset + asked.page_size + 1])
    entries = [
        {"service_request_id": reference, "removed_datetime": format_moment(at)}
        for reference, at in found[: asked.page_size]
    ]
    links = find_next_page(asked.page, has_next=len(found) > asked.page_size)
    document = Listing("removed_requests", "request", entries)
    return render_document(request, document, headers=format_link_header(request, links), max_age=0)


def _find_removals(asked: RemovalQuery) -> QuerySet[Event]:
    """Return the events that hid a request or made it private, if it still is, oldest first.

    Nobody knows any more whether a request was private before a change of its category, so the id
    of one that never was public may be among them.
    """
    hiding = Q(verb=Verb.HIDE, subject_photo=None, subject_comment=None) & Q(
        service_request__is_hidden=True,
        service_request__is_private=False,
        service_request__held_for="",
    )
    codes = list(Category.objects.filter(is_private=True).values_list("service_code", flat=True))
    making_private = Q(verb=Verb.RECATEGORISE, code__in=codes) | Q(
        verb=Verb.CORRECT, code__contains="visibility"
    )
    removing = Event.objects.filter(
        hiding | making_private & Q(service_request__is_private=True),
        verb__in=[Verb.HIDE, Verb.RECATEGORISE, Verb.CORRECT],
        at__gte=asked.after,
    )
    if asked.before:
        removing = removing.filter(at__lte=asked.before)
    return removing.order_by("at", "pk")
