"""The deletion of a person's data: all of it, or what one device has."""

import logging
from collections.abc import Iterable

from requests_app import workflow
from requests_app.errors import DomainError
from requests_app.models import Device, Draft, ReporterSession, ServiceRequest
from requests_app.photos import uploading
from requests_app.privacy.stored_data import PersonalData
from requests_app.status import Verb
from requests_app.workflow import erasure

log = logging.getLogger(__name__)


def delete_personal_data(personal_data: PersonalData, *, by: Device, withdraw: bool = False) -> int:
    """Delete the reporter's details from all requests in `personal_data`; return their number.

    `by` is the device of the person, who has proved with a link to be the reporter; it becomes
    a reporter of each request for the verbs. `withdraw` also withdraws open requests; those
    with other followers go on. Followings, alerts and drafts are deleted, too.
    """
    for held in personal_data.reported:
        row = held.service_request
        if withdraw and Verb.WITHDRAW in workflow.available_verbs(row, _make_reporter(row, by)):
            _withdraw(row, by)
        workflow.forget(row, by=_make_reporter(row, by))
    if personal_data.address:
        erasure.erase_follower_address(personal_data.address)
        erasure.erase_alerts(personal_data.address)
    else:
        _unfollow(personal_data.followed, by)
        by.push_endpoints.all().delete()
        by.alerts.all().delete()
    _delete_drafts(personal_data.drafts)
    return len(personal_data.reported)


def forget_device(device: Device) -> None:
    """Delete what this device has: followings, alerts, sessions, drafts, notification addresses.

    Its content reports are emptied. The reporter's details stay with each request.
    """
    rows = ServiceRequest.objects.filter(followers__device=device)
    _unfollow(rows, device)
    device.reporter_sessions.all().delete()
    device.push_endpoints.all().delete()
    device.alerts.all().delete()
    erasure.erase_content_reports(device.content_reports)
    _delete_drafts(Draft.objects.filter(device=device))
    erasure.forget_unused_devices(Device.objects.filter(pk=device.pk))


def _unfollow(rows: Iterable[ServiceRequest], device: Device) -> None:
    """Carry out the verb `unfollow` for each of `rows` that the device follows."""
    for row in rows:
        if device.follows(row):
            workflow.unfollow(row, by=device)


def _make_reporter(row: ServiceRequest, device: Device) -> Device:
    """Return the device, after saving a reporter session of the request for it."""
    ReporterSession.objects.get_or_create(device=device, service_request=row)
    return device


def _withdraw(row: ServiceRequest, by: Device) -> None:
    """Withdraw the request. If it can no longer be withdrawn, log that and go on."""
    try:
        workflow.withdraw(row, by=by, seen=row.events.latest("pk").pk)
    except DomainError as refused:
        log.info("%s was not withdrawn: %s", row.reference, type(refused).__name__)


def _delete_drafts(drafts: Iterable[Draft]) -> None:
    """Delete the drafts and the photos in them that belong to no request."""
    for draft in drafts:
        for photo in draft.photos.unattached():
            uploading.delete_loose_photo(photo)
        draft.delete()
