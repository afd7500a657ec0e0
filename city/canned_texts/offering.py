"""Canned texts that fit a request, with their placeholders filled in."""

from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone, translation
from django.utils.functional import Promise

from city.canned_texts.recognition import FALLBACK_VALUES
from city.models import CannedText
from city.translation import translate, translate_name
from lib import clock


@dataclass(frozen=True)
class Offer:
    """A canned text for one request; `text` can be sent as it is, or edited first."""

    code: str
    title: str
    text: str


def list_offers(use, service_request) -> list[Offer]:
    """Return Offer(code, title, text) of each canned text that fits, most specific first, or [].

    `use` is a CannedText.Use. The texts are in the language of the request, the titles as they are
    stored. Makes no query if the category is loaded.
    """
    found = CannedText.objects.list_fitting(use, service_request)
    return [Offer(one.code, one.title, _fill_body(one.body, service_request)) for one in found]


def append_text(typed: str, text: str) -> str:
    """Return what was typed, a blank line and `text`; only `text` if nothing was typed."""
    return f"{typed.rstrip()}\n\n{text}" if typed.strip() else text


def _fill_body(body, row) -> str:
    """Return `body` with placeholders filled from the request `row`, in its language if translated.

    The placeholders are those of FALLBACK_VALUES, such as {reference}. An untranslated text is
    filled in the default language.
    """
    told = translate(body, row.language)
    is_untranslated = told == translate(body, settings.LANGUAGE_CODE)
    language = settings.LANGUAGE_CODE if is_untranslated else row.language
    with translation.override(language):
        return told.format(**_placeholder_values(row))


def _placeholder_values(row) -> dict[str, Promise]:
    """Return values by placeholder, without {emergency}; a fallback text where there is none."""
    known = {
        "reference": row.reference,
        "department": translate_name(row.department),
        "day": _format_day(row),
        "category": translate(row.category.name),
        "place": row.location_phrase,
    }
    return FALLBACK_VALUES | {name: value for name, value in known.items() if value}


def _format_day(row) -> str:
    """Return the scheduled day, else the due date; "" if there is neither."""
    if row.scheduled_for:
        return clock.format_absolute_date(row.scheduled_for)
    return clock.format_absolute_date(timezone.localdate(row.due_at)) if row.due_at else ""
