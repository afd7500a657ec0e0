"""The photos and texts of a request that can be hidden, and the content reports about them."""

from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from requests_app.models import Comment, ContentReport, Photo, ServiceRequest


class PublicContent(NamedTuple):
    """A photo or comment of a request; with neither, its description."""

    service_request: ServiceRequest
    photo: Photo | None = None
    comment: Comment | None = None

    @property
    def verb_arguments(self) -> dict:
        """Return `photo` and `comment` as arguments of a verb; None for the one it is not."""
        return {"photo": self.photo, "comment": self.comment}

    @property
    def slug(self) -> str:
        """Return “photo-<photo id>”, “words-<comment id>” or “description”.

        The name is unique within the request.
        """
        if self.photo:
            return f"photo-{self.photo.pk}"
        return f"words-{self.comment.pk}" if self.comment else "description"

    @property
    def is_hidden(self) -> bool:
        """Return True for a hidden photo or comment; a description is never hidden alone."""
        found = self.photo or self.comment
        return bool(found and found.is_hidden)

    @property
    def may_be_hidden(self) -> bool:
        """Return True for photos and comments.

        A description is replaced, or hidden with the request.
        """
        return self.photo is not None or self.comment is not None

    @property
    def title(self) -> str:
        """Return the heading of the page to hide or redact the photo, comment or description."""
        if self.photo:
            return _("A photo: black out or hide")
        return _("Text: replace or hide") if self.comment else _("The description: replace text")

    @property
    def body(self) -> str:
        """Return the text of the comment, else of the description."""
        return self.comment.body if self.comment else self.service_request.description

    def url(self, noun: str = "") -> str:
        """Return the URL of the content's page at the desk, or of the action `noun`.

        Raise NoReverseMatch if this kind of content has no such action.
        """
        name = f"_{noun}" if noun else ""
        reference = self.service_request.reference
        if self.photo:
            return reverse(f"desk_photo{name}", args=[reference, self.photo.pk])
        if self.comment:
            return reverse(f"desk_words{name}", args=[reference, self.comment.pk])
        return reverse(f"desk_description{name}", args=[reference])


class ReportedContent(NamedTuple):
    """A photo or text with its open content reports, the latest first."""

    subject: PublicContent
    reports: list[ContentReport]

    @property
    def photo(self) -> Photo | None:
        return self.subject.photo

    @property
    def title(self) -> str:
        """Return a sentence: a reader reported this photo, or this text."""
        if self.photo:
            return _("A reader reported this photo")
        return _("A reader reported this text")

    @property
    def action_label(self) -> str:
        """Return what an agent can do with it: black out, hide or replace."""
        if self.photo:
            return _("Black out or hide it")
        return _("Hide or replace it") if self.subject.may_be_hidden else _("Replace it")


def list_reported_content(service_request: ServiceRequest) -> list[ReportedContent]:
    """Return the photos, comments and description with open reports, the oldest report first.

    One query.
    """
    things: dict[tuple[Photo | None, Comment | None], list[ContentReport]] = {}
    reports = service_request.content_reports.open().select_related("photo", "comment")
    for report in reports.order_by("pk"):
        # The photo's URL reads its request: set the loaded instance, which saves a query.
        if report.photo:
            report.photo.service_request = service_request
        things.setdefault((report.photo, report.comment), []).append(report)
    return [
        ReportedContent(PublicContent(service_request, photo, comment), found[::-1])
        for (photo, comment), found in things.items()
    ]
