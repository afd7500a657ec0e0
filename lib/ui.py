"""Template tags that every page uses: icons of the sprite, and days as people say them."""

import re
from functools import lru_cache

from django import template
from django.core.files.storage import default_storage
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from lib import clock, scripts

register = template.Library()


_PHONE = re.compile(r"([(+]?\d[\d().+-]*-[\d.-]*\d)")  # 3-1-1, 310-555-0142
POINTING = {"left", "right", "send", "undo"}  # in a language from right to left, the other way


@register.simple_tag
def icon(name, modifier="") -> SafeString:
    """`{% icon "pin" "small" %}`: one decorative drawing of the sprite, small if asked."""
    return _svg(name, modifier, static("icons/sprite.svg"))


@lru_cache(1024)
def _svg(name, modifier, sprite) -> SafeString:
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="{}#i-{}"/></svg>',
        (f" icon--{modifier}" if modifier else "") + (" icon--points" if name in POINTING else ""),
        sprite,
        name,
    )


@register.simple_tag
def module(name) -> SafeString:
    """Write the script `{% module "js/map/picker.js" %}` and links to what it asks for late."""
    links = ((static(each),) for each in scripts.late(name))
    return format_html(
        '{}<script type="module" src="{}"></script>',
        format_html_join("", '<link rel="modulepreload" href="{}">', links),
        static(name),
    )


@register.simple_tag
def straight() -> str:
    """`<div{% straight %}>`: where scripts ask for a place in the bucket; nothing without one."""
    if not default_storage.public_endpoint:
        return ""
    return format_html(' data-straight="{}"', reverse("incoming_photo"))


@register.filter
def said_day(day) -> str:
    return clock.said_day(day) if day else ""


register.filter(clock.time_of_day)
register.filter(clock.said)


@register.filter
def named_day(moment) -> str:
    """The day itself, for what was long ago: Monday, March 2."""
    return clock.named_day(clock.local(moment).date()) if moment else ""


@register.filter
def unbroken(text) -> SafeString:
    """A text as HTML in which no phone number is parted at the end of a line."""
    pieces = enumerate(_PHONE.split(str(text)))  # every other one is a number
    in_one_line = '<span class="unbroken">{}</span>'
    said = ((format_html(in_one_line, each) if place % 2 else each,) for place, each in pieces)
    return format_html_join("", "{}", said)


@register.filter
def ago(moment) -> str:
    """How long ago: 42 min · 3 h 10 min · 2 days 4 h."""
    return clock.span(clock.now() - moment)
