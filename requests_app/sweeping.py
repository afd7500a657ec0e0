"""What is thrown away after its time: unsent drafts, loose photos, undo points, dead links, and
questions to followers that nobody answered.

And the pictures of what was forgotten, once the photo storage takes the order.
"""

from datetime import timedelta

from django.db.models import Q

from requests_app import data_links, uploads
from requests_app.links import oldest_closing
from requests_app.models import AccessLink, Draft, Follower, FollowerLink, Photo, UndoPoint
from requests_app.status import Status
from santa311.lib import clock

DRAFTS_LIVE = timedelta(days=7)
LOOSE_PHOTOS_LIVE = timedelta(days=7)
UNDO_POINTS_LIVE = timedelta(hours=1)
QUESTIONS_LIVE = timedelta(days=7)  # whether an address wants the news
PICTURES_AT_A_TIME = 500


def forget():
    now = clock.now()
    for photo in Photo.objects.loose().filter(uploaded_at__lt=now - LOOSE_PHOTOS_LIVE):
        uploads.remove(photo)
    Draft.objects.filter(changed_at__lt=now - DRAFTS_LIVE).delete()
    UndoPoint.objects.filter(created_at__lt=now - UNDO_POINTS_LIVE).delete()
    unconfirmed = Follower.objects.filter(device=None, address__confirmed_at=None)
    unconfirmed.filter(created_at__lt=now - QUESTIONS_LIVE).delete()
    for links in dead_links():
        links.delete()
    data_links.forget_dead_ones()
    for photo in uploads.forgotten()[:PICTURES_AT_A_TIME]:
        uploads.remove_pictures(photo)


def dead_links():
    """Reporters' and followers' links whose request was closed more than 90 days ago."""
    last = oldest_closing()
    closed = Q(service_request__status=Status.CLOSED, service_request__closed_at__lt=last)
    followed = Follower.objects.filter(closed)
    return [AccessLink.objects.filter(closed), FollowerLink.objects.filter(follower__in=followed)]
