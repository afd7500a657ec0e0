"""The page on which an agent hides or redacts a photo or a text."""

import json
from functools import cached_property

from django.utils.translation import gettext as _

from requests_app import timeline
from requests_app.models import Photo
from requests_app.permissions import Audience
from routing.desk.service_request.public_content import PublicContent
from routing.desk.service_request.request_page import Attempt, FormState, RequestPage


class RedactionPage(RequestPage):
    """The page of a photo, a comment or a description."""

    def __init__(self, subject: PublicContent, attempt: Attempt | None = None) -> None:
        super().__init__(subject.service_request, attempt)
        self.subject = subject

    @property
    def redaction_state(self) -> FormState:
        """Return the state of the form that redacts; an empty closed one if it was not sent."""
        return self.forms.get("redaction") or FormState()

    @property
    def boxes(self) -> list:
        """Return the boxes drawn in a refused form, else the photo's: [x, y, width, height].

        The boxes of a form with one that cannot be read are lost.
        """
        drawn = self.redaction_state.values.get("boxes")
        if drawn is not None:
            return drawn
        photo = self.subject.photo
        return photo.redactions if photo else []

    @property
    def box_texts(self) -> list[dict]:
        """Return each box as the form's `value` and as `words` to read."""
        return [{"value": json.dumps(box), "words": _format_box(box)} for box in self.boxes]

    @property
    def side_fields(self) -> list[tuple]:
        """Return (name, label, typed text) of the fields for one more box."""
        names = {
            "left": _("From the left"),
            "top": _("From the top"),
            "width": _("Wide"),
            "height": _("High"),
        }
        typed = self.redaction_state.values
        return [(name, label, typed.get(name, "")) for name, label in names.items()]

    @cached_property
    def photos(self) -> list[Photo]:
        """Return the request's photos in the order of upload, hidden and unprocessed ones too.

        Only unreadable photos are left out.
        """
        rows = self.service_request.photos.exclude(state=Photo.State.UNREADABLE)
        return list(rows.order_by("uploaded_at", "position"))

    @property
    def body(self) -> str:
        """Return the text typed in a refused form, else the current text."""
        typed = self.redaction_state.values.get("body")
        return self.subject.body if typed is None else typed

    @property
    def photo_url(self) -> str:
        """Return the URL of the photo without its black boxes, so that they can be changed.

        The URL is that of the photo's large copy if the copy is ready and has no boxes, else a view
        of the desk.
        """
        photo = self.subject.photo
        if photo and photo.is_ready and not photo.redactions:
            return photo.large
        return self.subject.url("uncovered")

    @property
    def form_urls(self) -> dict[str, str]:
        """Return the URLs by noun: "redaction", and "hiding" and "showing" if it may be hidden.

        A description cannot be hidden alone.
        """
        nouns = ["redaction", *(["hiding", "showing"] if self.subject.may_be_hidden else [])]
        return {noun: self.subject.url(noun) for noun in nouns}

    @property
    def comment_line(self) -> timeline.TimelineLine | None:
        """Return the timeline entry of the comment; None for a photo or description."""
        comment = self.subject.comment
        if comment is None:
            return None
        lines = timeline.build_timeline(self.events, Audience.STAFF)
        return next((line for line in lines if line.event.pk == comment.event_id), None)


def _format_box(box: list[float]) -> str:
    """Return the box as text: “20 × 10 %, 5 % from the left and 40 % from the top”."""
    left, top, width, height = (f"{side * 100:.0f}" for side in box)
    words = _("%(width)s × %(height)s %%, %(left)s %% from the left and %(top)s %% from the top")
    return words % {"left": left, "top": top, "width": width, "height": height}
