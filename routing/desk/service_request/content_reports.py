"""What readers say is wrong with a request's photos and texts, as the desk's panel shows it."""

from typing import NamedTuple

from django.utils.translation import gettext as _

from requests_app.models import ContentReport, Photo
from routing.desk.service_request.subject import Subject


class Reported(NamedTuple):
    """One thing with its open reports, the latest first."""

    subject: Subject
    reports: list[ContentReport]

    @property
    def photo(self) -> Photo | None:
        return self.subject.photo

    @property
    def title(self) -> str:
        if self.photo:
            return _("A reader reported this photo")
        return _("A reader reported this text")


def reported_in(service_request) -> list[Reported]:
    """The one that has waited longest first. One query."""
    things = {}
    reports = service_request.content_reports.open().select_related("photo", "comment")
    for report in reports.order_by("pk"):
        # A photo names its request where its address is made; this one is known already.
        if report.photo:
            report.photo.service_request = service_request
        things.setdefault((report.photo, report.comment), []).append(report)
    return [
        Reported(Subject(service_request, photo, comment), found[::-1])
        for (photo, comment), found in things.items()
    ]
