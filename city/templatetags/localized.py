"""`{{ category.name|localized }}`: a moment or words of the pack, in the language of the page."""

from datetime import datetime

from django import template

from city import emergency_number, translation
from lib import clock

register = template.Library()


@register.filter
def localized(thing) -> str:
    """A moment as people say it (today 2:05 pm); words of the city's pack in their language."""
    if isinstance(thing, datetime):
        return clock.format_relative_datetime(thing)
    return translation.translated(thing)


@register.filter
def with_emergency_number(words: str) -> str:
    """Return words of the pack as staff read them, with the emergency number filled in."""
    return emergency_number.fill(words)
