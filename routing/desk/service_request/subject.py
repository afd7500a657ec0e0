"""What can be taken out of the public's sight: a photo, or some words."""

from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from requests_app.models import Comment, Photo, ServiceRequest


class Subject(NamedTuple):
    """A photo, a comment, or with neither the description of `service_request`."""

    service_request: ServiceRequest
    photo: Photo | None = None
    comment: Comment | None = None

    @property
    def verb_arguments(self) -> dict:
        return {"photo": self.photo, "comment": self.comment}

    @property
    def name(self) -> str:
        """Tells the fields of one subject's page from those of another's."""
        if self.photo:
            return f"photo-{self.photo.pk}"
        return f"words-{self.comment.pk}" if self.comment else "description"

    @property
    def is_hidden(self) -> bool:
        found = self.photo or self.comment
        return bool(found and found.is_hidden)

    @property
    def may_be_hidden(self) -> bool:
        """A description is replaced, or hidden with the whole request."""
        return self.photo is not None or self.comment is not None

    @property
    def title(self) -> str:
        if self.photo:
            return _("A photo: black out or hide")
        return _("Text: replace or hide") if self.comment else _("The description: replace text")

    @property
    def body(self) -> str:
        return self.comment.body if self.comment else self.service_request.description

    def address(self, noun="") -> str:
        name = f"_{noun}" if noun else ""
        reference = self.service_request.reference
        if self.photo:
            return reverse(f"desk_photo{name}", args=[reference, self.photo.pk])
        if self.comment:
            return reverse(f"desk_words{name}", args=[reference, self.comment.pk])
        return reverse(f"desk_description{name}", args=[reference])
