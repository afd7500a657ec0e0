"""The city's canned texts as they are offered for one request, with its own words filled in."""

from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone, translation
from django.utils.functional import Promise

from city.canned_texts.reading import FALLBACK_VALUES
from city.models import CannedText
from city.translation import translate, translate_name
from lib import clock


@dataclass(frozen=True)
class Offer:
    """`text` is ready to be sent as it stands, or to be changed first."""

    code: str
    title: str
    text: str


def list_offers(use, service_request) -> list[Offer]:
    """What fits `service_request`, the most specific first. No query where its category is loaded.

    `use` is a CannedText.Use. The texts are in the language of the request, the titles in the
    desk's own.
    """
    found = CannedText.objects.list_fitting(use, service_request)
    return [Offer(one.code, one.title, _fill_body(one.body, service_request)) for one in found]


def append_text(typed, text) -> str:
    """What was typed, followed by `text`: nothing that somebody wrote is lost."""
    return f"{typed.rstrip()}\n\n{text}" if typed.strip() else text


def _fill_body(body, row) -> str:
    """`body` in the language of the request, where it is translated, with its gaps filled in."""
    told = translate(body, row.language)
    language = settings.LANGUAGE_CODE if told == body else row.language
    with translation.override(language):
        return told.format(**_placeholder_values(row))


def _placeholder_values(row) -> dict[str, Promise]:
    """For every placeholder that a canned text may hold."""
    known = {
        "reference": row.reference,
        "department": translate_name(row.department),
        "day": _format_day(row),
        "category": translate(row.category.name),
        "place": row.location_phrase,
    }
    return FALLBACK_VALUES | {name: value for name, value in known.items() if value}


def _format_day(row) -> str:
    if row.scheduled_for:
        return clock.named_day(row.scheduled_for)
    return clock.named_day(timezone.localdate(row.due_at)) if row.due_at else ""
