"""`{{ category.name|localized }}`: a moment or words of the pack, in the language of the page."""

from datetime import datetime

from django import template

from city import translation
from santa311.lib import clock

register = template.Library()


@register.filter
def localized(thing):
    """A moment as people say it (today 2:05 pm); words of the city's pack in their language."""
    if isinstance(thing, datetime):
        return clock.said(thing)
    return translation.translated(thing)
