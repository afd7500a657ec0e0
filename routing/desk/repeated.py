"""Words that arrive twice are said once: a double key, or a form that was sent again."""

from datetime import timedelta

from django.db import transaction

from lib import clock
from requests_app import workflow
from requests_app.models import Comment, ServiceRequest
from requests_app.status import Verb

AGAIN = timedelta(seconds=30)


@transaction.atomic
def comment(service_request, *, words, by, seen, is_public=True):
    """`workflow.comment`, or the event of the same words that this person said just now.

    The row is locked first, so that of two at the same moment the second finds the first.
    """
    ServiceRequest.objects.select_for_update().get(pk=service_request.pk)
    same = Comment.objects.filter(
        service_request=service_request,
        body=words,
        is_public=is_public,
        event__verb=Verb.COMMENT,
        event__actor=by,
        event__at__gt=clock.now() - AGAIN,
        event__undone_by=None,
    )
    if said := same.select_related("event").first():
        return said.event
    return workflow.comment(service_request, words=words, by=by, seen=seen, is_public=is_public)
