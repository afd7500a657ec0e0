"""Residents' reports of bad content, a photo or a text, and the agent's decision on a report.

A report is no Event: the log would keep the reporter's device, and public pages would reload.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from city import danger
from lib import polling
from requests_app.errors import IllegalTransition, InvalidInput
from requests_app.models import Comment, ContentReport, Device, Event, Photo, ServiceRequest
from requests_app.models.locks import bump_staff_version, lock_row
from requests_app.status import Verb
from requests_app.workflow.change import Actor, begin_change, register_verb
from requests_app.workflow.danger import flag_danger


@transaction.atomic
def report_content(
    service_request: ServiceRequest,
    *,
    reason: str,
    by: Device,
    photo: Photo | None = None,
    comment: Comment | None = None,
    text: str = "",
) -> bool:
    """Save a report by the device `by` on a photo, a comment or, with neither, the description.

    Return False if the device has reported the same content before: the first report stays. If
    `text` names a danger, the request is flagged and becomes urgent.
    """
    row = lock_row(service_request)
    report, is_new = ContentReport.objects.get_or_create(
        device=by,
        service_request=row,
        photo=photo,
        comment=comment,
        defaults={"reason": reason, "text": text},
    )
    if is_new:
        _notify_desk(row, report)
    if is_new and not row.danger and (found := danger.find_danger(text)):
        flag_danger(row, found.kind, cause=None, before=row.priority)
    return is_new


def _notify_desk(row: ServiceRequest, report: ContentReport) -> None:
    """Announce the report to the desk's queue and to the staff's view of the request."""
    bump_staff_version(row)
    transaction.on_commit(
        lambda: polling.announce_version(ContentReport.LIVE_NAME, report.pk), robust=True
    )


@register_verb(Verb.DISMISS_REPORTS)
def dismiss_reports(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
    report: int,
) -> Event:
    """Settle open reports on the same content as the report with the id `report`, as unfounded.

    Later reports on this content stay open, since the agent has not seen them. Raise InvalidInput
    if the report is another request's, and IllegalTransition if there is no report to settle.
    """
    change = begin_change(Verb.DISMISS_REPORTS, service_request, by=by, seen=seen)
    shown = change.row.content_reports.filter(pk=report).first()
    if shown is None:
        raise InvalidInput("report", _("That belongs to another request."))
    known = (
        change.row.content_reports.open()
        .for_subject(shown.photo, shown.comment)
        .filter(pk__lte=report)
    )
    if not known.exists():
        raise IllegalTransition(_("Someone has taken care of this already."))
    event = change.finish(subject_photo=shown.photo, subject_comment=shown.comment)
    known.update(settled_by=event)
    return event


def settle_content_reports(event: Event) -> None:
    """Settle the open reports on the content that `event` hid or redacted.

    If the event hid the whole request, settle all its reports.
    """
    reports = event.service_request.content_reports.open()
    is_whole = event.verb == Verb.HIDE and not (event.subject_photo or event.subject_comment)
    if not is_whole:
        reports = reports.for_subject(event.subject_photo, event.subject_comment)
    reports.update(settled_by=event)
