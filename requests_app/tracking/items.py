"""The photos and texts on a request's page that a reader can report."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from requests_app import timeline
from requests_app.models import Comment, Photo, ServiceRequest
from requests_app.timeline.lines import TimelineLine
from requests_app.tracking.access import RequestAccess

DESCRIPTION = "description"


@dataclass(frozen=True)
class ReportableItem:
    """A photo, a comment or, with neither, the description.

    `key` is its value in a form, `label` its name, `text` its text.
    """

    key: str
    label: str
    text: str = ""
    photo: Photo | None = None
    comment: Comment | None = None


def load_reportable_items(access: RequestAccess) -> list[ReportableItem]:
    """Return the description and then the items that this person sees, oldest first.

    Two queries more than `access.list_events`.
    """
    return list_reportable_items(
        access.service_request, timeline.build_timeline(access.list_events(), access.audience)
    )


def list_reportable_items(
    service_request: ServiceRequest, lines: Sequence[TimelineLine]
) -> list[ReportableItem]:
    """Return the description, if any, and the items in `lines` (newest first), oldest first."""
    text = service_request.description
    items = [ReportableItem(DESCRIPTION, _("Description"), text)] if text else []
    for line in reversed(lines):
        when = line.time_text
        items += [
            ReportableItem(f"photo-{photo.pk}", _("Photo, %(when)s") % {"when": when}, photo=photo)
            for photo in line.photos
        ]
        if _is_text_visible(line):
            comment = line.event.words
            label = _("Text, %(when)s") % {"when": when}
            items.append(ReportableItem(f"text-{comment.pk}", label, line.quote, comment=comment))
    return items


def _is_text_visible(line: TimelineLine) -> bool:
    """Return True if the line quotes a comment that the city has not hidden."""
    words = line.event.comment
    return bool(line.quote) and words is not None and words.is_published and not words.is_hidden
