"""Formats of moments, photo URLs and timeline lines, common to all responses."""

from datetime import UTC, datetime

from django.conf import settings

PHOTO_SIZE = 1920  # pixels of the longer side


def format_moment(at: datetime | None) -> str | None:
    """Format `at` as an ISO 8601 UTC timestamp, or return None for None.

    Fractions of a second are dropped, so a client polling with `updated_after` misses no change.
    """
    if at is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="seconds").removesuffix("+00:00") + "Z"


def absolute_photo_url(photo) -> str:
    """Return the URL of the photo's large size, with our origin if it is a path."""
    address = photo.url(PHOTO_SIZE)
    return settings.BASE_URL + address if address.startswith("/") else address


def format_timeline_line(line) -> str:
    """Return a public timeline line as text: sentence with reason, then `also`, then quoted words.

    The reason follows a colon; missing parts are left out.
    """
    sentence = line.sentence
    if line.reason:
        sentence = f"{sentence.rstrip('.')}: {line.reason.rstrip('.')}."
    return " ".join(filter(None, [sentence, line.also, line.quote and f"“{line.quote}”"]))
