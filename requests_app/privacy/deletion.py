"""A person takes their data back: all of it, or what one browser knows."""

import logging

from requests_app import workflow
from requests_app.errors import DomainError
from requests_app.models import Device, Draft, ReporterSession, ServiceRequest
from requests_app.photos import uploading
from requests_app.status import Verb
from requests_app.workflow import erasure

log = logging.getLogger(__name__)


def delete(holdings, *, by, withdraw=False) -> int:
    """Forget the reporter of everything in `holdings`; how many requests that were.

    `by` is the browser of who proved that they are the reporter, by a private link or a mailed
    one. `withdraw` also takes back what is open and may be; where others follow it, it goes on.
    """
    for held in holdings.held:
        row = held.service_request
        if withdraw and Verb.WITHDRAW in workflow.available_verbs(row, _reporter_of(row, by)):
            _withdraw(row, by)
        workflow.forget(row, by=_reporter_of(row, by))
    if holdings.address:
        erasure.erase_follower_address(holdings.address)
    else:
        _unfollow(holdings.followed, by)
    _delete_drafts(holdings.drafts)
    return len(holdings.held)


def leave_device(device) -> None:
    """This browser is nobody's from now on; how to reach the reporter stays with each request."""
    rows = ServiceRequest.objects.filter(followers__device=device)
    _unfollow(rows, device)
    device.reporter_sessions.all().delete()
    erasure.erase_content_reports(device.content_reports)
    _delete_drafts(Draft.objects.filter(device=device))
    erasure.forget_unused_devices(Device.objects.filter(pk=device.pk))


def _unfollow(rows, device) -> None:
    for row in rows:
        if device.follows(row):
            workflow.unfollow(row, by=device)


def _reporter_of(row, device) -> Device | None:
    ReporterSession.objects.get_or_create(device=device, service_request=row)
    return device


def _withdraw(row, by) -> None:
    """What a crew began in this very moment is not taken back any more, and goes on."""
    try:
        workflow.withdraw(row, by=by, seen=row.events.latest("pk").pk)
    except DomainError as refused:
        log.info("%s is not withdrawn: %s", row.reference, type(refused).__name__)


def _delete_drafts(drafts) -> None:
    for draft in drafts:
        for photo in draft.photos.loose():
            uploading.remove(photo)
        draft.delete()
