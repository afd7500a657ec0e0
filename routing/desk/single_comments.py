"""A comment that is sent twice is stored once."""

from datetime import timedelta

from django.db import transaction

from accounts.models import User
from lib import clock
from requests_app import workflow
from requests_app.models import Comment, Event, ServiceRequest
from requests_app.status import Verb

REPEATED_WITHIN = timedelta(seconds=30)


@transaction.atomic
def comment_once(
    service_request: ServiceRequest, *, words: str, by: User, seen: int, is_public: bool = True
) -> Event:
    """Write a comment, or return the event of the same comment of the last 30 seconds.

    The row is locked first, so that of two simultaneous calls the second finds the first.
    """
    ServiceRequest.objects.select_for_update().get(pk=service_request.pk)
    same = Comment.objects.filter(
        service_request=service_request,
        body=words,
        is_public=is_public,
        event__verb=Verb.COMMENT,
        event__actor=by,
        event__at__gt=clock.now() - REPEATED_WITHIN,
        event__undone_by=None,
    )
    if said := same.select_related("event").first():
        return said.event
    return workflow.comment(service_request, words=words, by=by, seen=seen, is_public=is_public)
