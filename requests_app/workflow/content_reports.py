"""What readers say is wrong with a photo or a text, and what an agent makes of it.

A report is no event: the log would keep its device, and the public page would be drawn anew.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from city import danger
from lib import polling
from requests_app.errors import IllegalTransition, require
from requests_app.models import Comment, ContentReport, Device, Event, Photo, ServiceRequest
from requests_app.models.locks import lock, touch_for_staff
from requests_app.status import Verb
from requests_app.workflow.act import Actor, begin, register
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
    """Keep what the device `by` says about a photo, a comment or, with neither, the description.

    False where it reported the same thing before: its first report stands. A `text` that names a
    danger makes the request urgent, like every text of a resident.
    """
    row = lock(service_request)
    report, is_new = ContentReport.objects.get_or_create(
        device=by,
        service_request=row,
        photo=photo,
        comment=comment,
        defaults={"reason": reason, "text": text},
    )
    if is_new:
        _tell_the_desk(row, report)
    if is_new and not row.danger and (found := danger.find_danger(text)):
        flag_danger(row, found.kind, cause=None, before=row.priority)
    return is_new


def _tell_the_desk(row, report) -> None:
    """Its queue and the panel of this request; a resident's page stays as it is."""
    touch_for_staff(row)
    transaction.on_commit(lambda: polling.announce(ContentReport.LIVE, report.pk), robust=True)


@register(Verb.DISMISS_REPORTS)
def dismiss_reports(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
    report: int,
) -> Event:
    """An agent found nothing wrong with what the report with this id is about.

    Later reports about the same thing, which the agent was not shown, stay open.
    """
    change = begin(Verb.DISMISS_REPORTS, service_request, by=by, seen=seen)
    shown = change.row.content_reports.filter(pk=report).first()
    require(shown, "report", _("That belongs to another request."))
    known = (
        change.row.content_reports.open().about(shown.photo, shown.comment).filter(pk__lte=report)
    )
    if not known.exists():
        raise IllegalTransition(_("Someone has taken care of this already."))
    event = change.finish(subject_photo=shown.photo, subject_comment=shown.comment)
    known.update(settled_by=event)
    return event


def settle(event) -> None:
    """What an agent hid or changed is taken care of, and with a whole request all that is in it."""
    reports = event.service_request.content_reports.open()
    is_whole = event.verb == Verb.HIDE and not (event.subject_photo or event.subject_comment)
    if not is_whole:
        reports = reports.about(event.subject_photo, event.subject_comment)
    reports.update(settled_by=event)
