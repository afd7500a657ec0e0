"""A request's photos as the desk shows them: the report, the work, the dispute."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from lib import clock
from requests_app import timeline
from requests_app.models import Event, Photo
from requests_app.status import Verb
from requests_app.timeline.lines import TimelineLine

_MIN_TIME_BEFORE_UPLOAD = timedelta(hours=1)


class LabeledPhoto(NamedTuple):
    """A photo with its `label` and the name of its `sender`."""

    label: str
    photo: Photo
    sender: str

    @property
    def taken_long_before(self) -> datetime | None:
        """Return when the photo was taken if that was over an hour before the upload, else None."""
        photo = self.photo
        was_long_before = (
            photo.taken_at and photo.uploaded_at - photo.taken_at > _MIN_TIME_BEFORE_UPLOAD
        )
        return photo.taken_at if was_long_before else None

    @property
    def when_text(self) -> str:
        """Return when the photo was sent, and when it was taken if that was long before."""
        sent = capfirst(clock.format_relative_datetime(self.photo.uploaded_at))
        if self.taken_long_before is None:
            return sent
        taken = clock.format_relative_datetime(self.taken_long_before)
        return f"{sent} · " + _("taken %(when)s") % {"when": taken}


def list_photos_before_and_after(
    events: list[Event],
) -> tuple[list[LabeledPhoto], list[LabeledPhoto]]:
    """Return the photos of the report, and those of the last work and the last dispute.

    `events` are sorted by time; undone ones do not count. The label of the work says if it was
    disputed.
    """
    standing = timeline.exclude_undone(events)
    before = _label_photos(standing[:1], _("Reported"))
    done = [event for event in standing if event.verb == Verb.COMPLETE][-1:]
    wrong = [event for event in standing if event.verb == Verb.DISPUTE][-1:]
    is_disputed = done and wrong and wrong[0].pk > done[0].pk
    label = _("Done, then disputed") if is_disputed else _("Done")
    return before, _label_photos(done, label) + _label_photos(wrong, _("Not fixed"))


def list_photos_of_line(line: TimelineLine) -> list[LabeledPhoto]:
    """Return the photos of one timeline entry."""
    return _label_photos([line.event], _("Attached"))


def _label_photos(events: list[Event], label: str) -> list[LabeledPhoto]:
    """Return the photos of `events` with `label` and the sender's short name, or “a resident”.

    Only unreadable photos are left out; those still in processing are included.
    """
    return [
        LabeledPhoto(label, photo, event.actor.short_name if event.actor else _("a resident"))
        for event in events
        for photo in event.photos.all()
        if photo.state != Photo.State.UNREADABLE
    ]
