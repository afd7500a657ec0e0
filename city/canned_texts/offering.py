"""The city's canned texts as they are offered for one request, with its own words filled in."""

from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone, translation
from django.utils.functional import Promise

from city.canned_texts.reading import INSTEAD
from city.models import CannedText
from city.translation import named, translated
from lib import clock


@dataclass(frozen=True)
class Offer:
    """`text` is ready to be sent as it stands, or to be changed first."""

    code: str
    title: str
    text: str


def offers(use, service_request) -> list[Offer]:
    """What fits `service_request`, the most specific first. No query where its category is loaded.

    `use` is a CannedText.Use. The texts are in the language of the request, the titles in the
    desk's own.
    """
    found = CannedText.objects.fitting(use, service_request)
    return [Offer(one.code, one.title, _text(one.body, service_request)) for one in found]


def put_into(typed, text) -> str:
    """What was typed, followed by `text`: nothing that somebody wrote is lost."""
    return f"{typed.rstrip()}\n\n{text}" if typed.strip() else text


def _text(body, row) -> str:
    """`body` in the language of the request, where it is translated, with its gaps filled in."""
    told = translated(body, row.language)
    language = settings.LANGUAGE_CODE if told == body else row.language
    with translation.override(language):
        return told.format(**_values(row))


def _values(row) -> dict[str, Promise]:
    """For every placeholder that a canned text may hold."""
    known = {
        "reference": row.reference,
        "department": named(row.department),
        "day": _day(row),
        "category": translated(row.category.name),
        "place": row.location_phrase,
    }
    return INSTEAD | {name: value for name, value in known.items() if value}


def _day(row) -> str:
    if row.scheduled_for:
        return clock.format_absolute_date(row.scheduled_for)
    return clock.format_absolute_date(timezone.localdate(row.due_at)) if row.due_at else ""
