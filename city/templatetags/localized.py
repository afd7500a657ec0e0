"""Template filters for dates and for texts of the pack, in the language of the page."""

from datetime import datetime

from django import template

from city import emergency_number, translation
from lib import clock

register = template.Library()


@register.filter
def localized(thing: object) -> str:
    """Return a datetime as people say it (today 2:05 pm), or a text of the pack translated."""
    if isinstance(thing, datetime):
        return clock.format_relative_datetime(thing)
    return translation.translate(thing)


@register.filter
def with_emergency_number(words: str) -> str:
    """Return a text of the pack with the emergency number filled in, untranslated, for staff."""
    return emergency_number.fill_placeholder(words)
