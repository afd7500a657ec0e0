"""The photos and texts that a request's page shows to whoever asks, each with a name of its own."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from requests_app import timeline
from requests_app.models import Comment, Photo

DESCRIPTION = "description"


@dataclass(frozen=True)
class Item:
    """A photo, a comment or, with neither, the description. `key` names it in a form, `text` is
    what is read there.
    """

    key: str
    label: str
    text: str = ""
    photo: Photo | None = None
    comment: Comment | None = None


def items_of(found) -> list[Item]:
    """The oldest first. Two queries."""
    return items_in(found.service_request, timeline.build_timeline(found.log(), found.audience))


def items_in(service_request, lines) -> list[Item]:
    """The same from the timeline's lines as this reader sees them, newest first."""
    text = service_request.description
    items = [Item(DESCRIPTION, _("Description"), text)] if text else []
    for line in reversed(lines):
        when = line.time_text
        items += [
            Item(f"photo-{photo.pk}", _("Photo, %(when)s") % {"when": when}, photo=photo)
            for photo in line.photos
        ]
        if _is_readable(line):
            comment = line.event.words
            label = _("Text, %(when)s") % {"when": when}
            items.append(Item(f"text-{comment.pk}", label, line.quote, comment=comment))
    return items


def _is_readable(line) -> bool:
    """Where the city hid the words, the line quotes that instead."""
    words = line.event.comment
    return bool(line.quote) and words is not None and words.is_published and not words.is_hidden
